"""The longest answer that a form allows fits the tables of both databases; what does not fit is refused in words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

import pytest

from app.actions.tasks import complete_task, form_choices
from app.records.ledger import Ledger
from app.rules.fields import Field, fields
from tests.actions.conftest import Stand
from tests.actions.scene import LEAVING, STOPS, Scene, fresh

OTHERWISE: dict[str, list[dict[str, Any]]] = {
    "check_eligibility": [{"outcome": "not_eligible"}],
    "record_offer_answer": [{"answer": "declines"}],
    "agree_as_association": [{"agreed": "no"}],
    "hold_review_meeting": [{"held": "no"}],
    "approve_decision": [{"verdict": "send_back"}],
}


def questions(found: Iterable[Field]) -> Iterator[Field]:
    for field in found:
        yield from questions(field.parts) if field.parts else (field,)


def longest(scene: Scene, name: str, **said: Any) -> tuple[Any, dict[str, list[str]]]:
    """The open task, and its form with every text as long as may be, in letters of more than one byte."""
    task = scene.task(name)
    form = scene.house.form(name)
    drawn = fields(form, form_choices(form, Ledger(fresh(), scene.row, scene.today)))
    texts = {field.name: "é" * field.maxlength for field in questions(drawn) if field.maxlength}
    return task, scene.raw(task, **{**texts, **said})


@pytest.mark.parametrize("stop", [*STOPS, *LEAVING])
def test_the_longest_answers_are_kept_whole(at: Stand, stop: str) -> None:
    name = {**STOPS, **LEAVING}[stop]
    for said in [{}, *OTHERWISE.get(name, [])]:
        scene = at(stop)
        task, raw = longest(scene, name, **said)
        complete_task(scene.desk(task.role), task.id, raw)
        assert scene.task(name, "done").id == task.id
        scene.work()  # and its papers and letters can be made of it


def test_a_contract_with_the_longest_goals_is_drafted(at: Stand) -> None:
    scene = at("agreeing")
    scene.do("agree_as_tenant", agreed="no", objection="Nee")
    for name in ("agree_as_provider", "agree_as_municipality", "agree_as_association"):
        scene.do(name)
    task, raw = longest(scene, "draft_care_contract")
    complete_task(scene.desk(task.role), task.id, raw)
    scene.work()
    assert {row.state for row in scene.documents()} == {"filed"}


@pytest.mark.parametrize("rent", ["99999999999", "21474836,48", "100000,01"])
def test_a_rent_that_is_no_rent_is_refused_before_any_database_sees_it(at: Stand, rent: str) -> None:
    from app.errors import Invalid

    scene = at("leasing")
    with pytest.raises(Invalid) as refused:
        scene.do("prepare_lease", rent=rent)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("rent", "too_large")]
