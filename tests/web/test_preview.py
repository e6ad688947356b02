"""Before a provider finishes a task it sees exactly what the association will see of it, and nothing is kept yet."""

from __future__ import annotations

import re
from html import unescape
from uuid import UUID

import pytest
from flask.testing import FlaskClient

from tests.cast import Stage

SHARED, OWN = "De huur komt nu vanzelf.", "Kwam twee keer niet op de afspraak."


def answered(page: str) -> list[tuple[str, str]]:
    """The questions and answers that stand on a page."""
    rows = re.findall(r"item-key\">(.*?)</dt><dd[^>]*>(.*?)</dd>", page, re.DOTALL)
    return [(unescape(one), unescape(other)) for one, other in rows]


@pytest.fixture
def asked(region: Stage) -> tuple[Stage, UUID, dict[str, list[str]]]:
    """Goals to confirm, with a remark that is shared and one that is not."""
    trajectory = region.at("confirm_goals")
    task = region.open_tasks(trajectory)["confirm_goals"]
    region.answers["confirm_goals"] = {"goals.*.remark": SHARED, "conditions.*.remark": OWN}
    return region, task, region.typed(task)


def look(browser: FlaskClient, task: UUID, typed: dict[str, list[str]], **beside: str) -> tuple[int, str]:
    answer = browser.post(f"/tasks/{task}/preview", data={**typed, **beside})
    return answer.status_code, answer.text


def test_it_is_the_very_same_that_the_association_then_reads(asked: tuple[Stage, UUID, dict[str, list[str]]]) -> None:
    region, task, typed = asked
    worker = region.browser("support_worker")
    status, page = look(worker, task, typed)
    before = answered(page)
    assert status == 200 and "It does not see" in page
    assert worker.post(f"/tasks/{task}/completion", data=typed).status_code == 303
    after = answered(region.browser("housing_officer").get(f"/tasks/{task}").text)
    assert before == after
    assert SHARED in {said for _, said in before} and OWN not in {said for _, said in before}


def test_looking_keeps_nothing(asked: tuple[Stage, UUID, dict[str, list[str]]]) -> None:
    region, task, typed = asked
    look(region.browser("support_worker"), task, typed)
    row = region.task(task)
    assert (row.status, row.draft) == ("open", None)
    assert SHARED not in region.browser("housing_officer").get(f"/tasks/{task}").text


def test_from_there_one_goes_back_with_all_that_was_typed(asked: tuple[Stage, UUID, dict[str, list[str]]]) -> None:
    region, task, typed = asked
    status, page = look(region.browser("support_worker"), task, typed, only_show="yes")
    assert status == 200 and page.count(OWN) >= 1 and "formaction" in page


def test_what_is_not_whole_yet_comes_back_with_its_faults(asked: tuple[Stage, UUID, dict[str, list[str]]]) -> None:
    region, task, typed = asked
    left_out = {name: said for name, said in typed.items() if not name.endswith(".rating")}
    status, page = look(region.browser("support_worker"), task, left_out)
    assert status == 422 and OWN in page


def test_nobody_else_looks_and_the_association_has_none_of_its_own(
    asked: tuple[Stage, UUID, dict[str, list[str]]],
) -> None:
    region, task, typed = asked
    for role in ("housing_officer", "municipal_officer", "urgency_officer"):
        assert look(region.browser(role), task, typed)[0] == 404
    own = region.open_tasks(region.task(task).trajectory_id)["confirm_conditions"]
    officer = region.browser("housing_officer")
    assert look(officer, own, {})[0] == 404
    assert "/preview" not in officer.get(f"/tasks/{own}").text
    assert "/preview" in region.browser("support_worker").get(f"/tasks/{task}").text
