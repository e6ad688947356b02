"""The parties see it differently: what each said is kept, they are called to one table, the decision never waits."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from app.actions.tasks import correct_task
from app.actions.trajectories import add_beside
from app.errors import Invalid, NotReady
from app.records import Advice, Condition, Goal, Hearing, JointMeeting, Task
from app.records.ledger import Ledger
from app.rules.disagreement import joint_meeting_lapses
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene, fresh
from tests.actions.test_tasks import codes

APART: dict[str, Any] = {"own_view": "do_not_convert"}
DIFFER: dict[str, Any] = {"result": "still_differ", "difference": "De huurder wil blijven."}


def count(table: Any) -> int:
    return fresh().scalar(select(func.count()).select_from(table)) or 0


def meeting() -> JointMeeting:
    return fresh().scalars(select(JointMeeting)).one()


def last_chance(scene: Scene) -> date:
    day = joint_meeting_lapses(Ledger(fresh(), scene.row, scene.today).case())
    assert day is not None
    return day


def about(scene: Scene) -> tuple[str, str]:
    """A condition's and a housing goal's id."""
    ledger = Ledger(fresh(), scene.row, scene.today)
    return str(ledger.conditions[0].id), str(next(goal.id for goal in ledger.goals if goal.housing))


def test_who_agree_decide_without_a_meeting(at: Stand) -> None:
    scene = at("hearing")
    scene.do("hold_hearing")
    assert scene.open_tasks() == ["decide_conversion"]
    assert not [row for row in fresh().scalars(select(Task.name)) if row == "hold_joint_meeting"]


def test_who_differ_are_invited_each_apart_and_the_table_waits_for_them(at: Stand) -> None:
    scene = at("hearing")
    add_beside(scene.desk("housing_officer"), scene.trajectory_id, "co_tenant", {"full_name": "Karim Medehuurder"})
    scene.do("hold_hearing", **APART)
    assert scene.open_tasks() == ["hold_joint_meeting"]
    task, before = scene.task("hold_joint_meeting"), last_chance(scene)
    assert task.due_on < before and task.role == "housing_officer"
    scene.work()
    told = [(row.kind, row.role, row.state, row.about_on) for row in scene.letters() if "joint_meeting" in row.kind]
    assert sorted(told) == [
        ("joint_meeting_called", "municipal_officer", "posted", before),
        ("joint_meeting_called", "support_worker", "posted", before),
        ("joint_meeting_invitation", "tenant", "posted", before),
        ("joint_meeting_invitation", "tenant", "posted", before),
    ]
    papers = scene.documents(name="joint_meeting_invitation")
    assert len({paper.person_id for paper in papers}) == 2 and {paper.state for paper in papers} == {"filed"}
    scene.do("hold_joint_meeting", **DIFFER)
    assert scene.open_tasks() == ["decide_conversion"]


def test_one_finding_against_another_is_enough(at: Stand) -> None:
    scene = at("hearing")
    condition, _ = about(scene)
    said = {f"conditions.{condition}.officer": "not_met", f"conditions.{condition}.tenant": "met"}
    scene.do("hold_hearing", **said)
    assert scene.open_tasks() == ["hold_joint_meeting"]


def test_what_each_said_is_kept_whatever_they_agree_on(at: Stand) -> None:
    scene = at("hearing")
    condition, goal = about(scene)
    said = {f"conditions.{condition}.officer": "not_met", f"goals.{goal}.tenant": "met"}
    scene.do("hold_hearing", tenant_wants="stay", **APART, **said)
    scene.do(
        "hold_joint_meeting", came=["tenant", "care_provider"], result="agreed", outcome="convert_with_aftercare",
        agreement="De begeleider blijft een jaar komen.",
    )  # fmt: skip
    row, heard = meeting(), fresh().scalars(select(Hearing)).one()
    assert (row.came, row.result, row.outcome) == ("tenant care_provider", "agreed", "convert_with_aftercare")
    assert row.words == "De begeleider blijft een jaar komen." and row.held_on == scene.today
    assert (heard.tenant_wants, heard.own_view) == ("stay", "do_not_convert")
    assert heard.findings == {"officer": {condition: "not_met"}, "tenant": {goal: "met"}}
    assert {advice.advice for advice in fresh().scalars(select(Advice))} == {"convert"}
    assert scene.open_tasks() == ["decide_conversion"]


def test_the_advice_says_what_was_met_of_what_its_giver_sees_and_never_of_care(at: Stand) -> None:
    scene = at("advising")
    task = scene.task("advise_as_provider")
    raw = scene.raw(task, **{"goals.*.finding": "met", "conditions.*.finding": "not_met"})
    care = {str(one) for one in fresh().scalars(select(Goal.id).where(Goal.housing.is_(False)))}
    rent = fresh().scalar(select(Condition.id).where(Condition.code == "rent_on_time"))
    asked = {name.split(".")[1] for name in raw if "." in name}
    assert care and asked and not asked & care and str(rent) not in asked
    scene.do("advise_as_provider", **{"goals.*.finding": "met", "conditions.*.finding": "not_met"})
    found = fresh().scalar(select(Advice.findings).where(Advice.part == "care_provider"))
    assert set(found or {}) == asked and set((found or {}).values()) == {"met", "not_met"}


def test_a_meeting_nobody_holds_lapses_when_the_decision_is_due(at: Stand) -> None:
    scene = at("hearing")
    scene.do("hold_hearing", **APART)
    before = last_chance(scene)
    assert before == LAST - timedelta(days=98)
    scene.work(before - timedelta(days=1))
    assert scene.open_tasks() == ["hold_joint_meeting"]
    scene.work(before)
    assert scene.open_tasks() == ["decide_conversion"]
    assert scene.task("hold_joint_meeting", "lapsed") and not count(JointMeeting)
    assert (scene.task("decide_conversion").data or {})["advised_because"]


def test_after_a_hearing_that_was_too_late_nobody_is_called_and_the_decision_opens_at_once(at: Stand) -> None:
    scene = at("hearing")
    scene.today = LAST - timedelta(days=60)
    scene.do("hold_hearing", **APART)
    assert scene.open_tasks() == ["decide_conversion"]
    assert not [row for row in scene.letters() if "joint_meeting" in row.kind]


def test_what_was_not_held_says_why(at: Stand) -> None:
    scene = at("hearing")
    scene.do("hold_hearing", **APART)
    scene.do("hold_joint_meeting", held="no", reason="De begeleider was ziek.")
    row = meeting()
    assert (row.held_on, row.result, row.came, row.words) == (None, "", "", "De begeleider was ziek.")


def test_a_meeting_is_not_held_before_the_hearing(at: Stand) -> None:
    scene = at("hearing")
    scene.do("hold_hearing", **APART)
    earlier = (scene.today - timedelta(days=1)).isoformat()
    with pytest.raises(Invalid) as refused:
        scene.do("hold_joint_meeting", held_on=earlier, **DIFFER)
    assert codes(refused) == [("held_on", "meeting_before_hearing")]


def test_a_record_of_the_meeting_is_corrected_in_its_place_and_a_view_that_chose_the_path_is_not(at: Stand) -> None:
    scene = at("hearing")
    scene.do("hold_hearing", **APART)
    heard = scene.task("hold_hearing", "done")
    with pytest.raises(NotReady, match="correction_changes_the_path"):
        correct_task(scene.desk("housing_officer"), heard.id, scene.raw(heard, own_view="convert"), "Vergissing")
    scene.do("hold_joint_meeting", **DIFFER)
    task = scene.task("hold_joint_meeting", "done")
    raw = scene.raw(task, **{**DIFFER, "difference": "Nu juist."})
    correct_task(scene.desk("housing_officer"), task.id, raw, "Tik")
    assert meeting().words == "Nu juist."


def test_a_decision_that_is_sent_back_calls_nobody_again(at: Stand) -> None:
    scene = at("hearing")
    scene.do("hold_hearing", **APART)
    scene.do("hold_joint_meeting", **DIFFER)
    scene.do("decide_conversion")
    scene.do("approve_decision", verdict="send_back", reason="Te kort.")
    assert scene.open_tasks() == ["decide_conversion"]
