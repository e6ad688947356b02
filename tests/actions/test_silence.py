"""Silence: after so many weeks without a sign of life there is a task, once, and every sign of life puts it off."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.actions.early_ends import report_early_end
from app.actions.silence import note_contact, notice_silence
from app.errors import Invalid, NotAllowed, NotFound
from app.rules.schedule import DEFAULT
from tests.actions.conftest import Stand
from tests.actions.scene import Scene
from tests.actions.test_tasks import STRANGER

WEEK = timedelta(weeks=1)
LONG = WEEK * DEFAULT.silence_tenancy_weeks


def quiet(scene: Scene, on: date) -> int:
    return notice_silence(scene.desk(on=on))


def settled(at: Stand) -> Scene:
    scene = at("startup")
    scene.do("check_startup_housing")
    scene.do("check_startup_care")
    return scene


def test_to_the_day_it_becomes_a_task_for_the_housing_officer(at: Stand) -> None:
    scene = settled(at)
    assert quiet(scene, scene.today + LONG - timedelta(days=1)) == 0
    assert quiet(scene, scene.today + LONG) == 1
    task = scene.task("make_contact")
    assert (task.role, task.opened_on, task.status) == ("housing_officer", scene.today + LONG, "open")
    assert [event.about for event in scene.events("silence_noticed")] == ["tenancy"]


def test_it_is_a_task_once_and_again_only_after_as_many_weeks(at: Stand) -> None:
    scene = settled(at)
    first = scene.today + LONG
    assert [quiet(scene, first), quiet(scene, first), quiet(scene, first + WEEK)] == [1, 0, 0]
    scene.today = first + WEEK
    scene.do("make_contact")
    assert quiet(scene, first + WEEK + LONG - timedelta(days=1)) == 0
    assert quiet(scene, first + WEEK + LONG) == 1


def test_a_contact_that_was_noted_counts_from_its_own_day(at: Stand) -> None:
    scene = settled(at)
    spoke, noted = scene.today + 6 * WEEK, scene.today + 9 * WEEK
    note_contact(scene.desk("support_worker", on=noted), scene.trajectory_id, spoke, "visit")
    assert quiet(scene, spoke + LONG - timedelta(days=1)) == 0
    assert quiet(scene, spoke + LONG) == 1
    (event,) = scene.events("contact_noted")
    assert (event.about, event.details) == ("visit", {"on": spoke.isoformat()})


def test_any_finished_task_counts(at: Stand) -> None:
    scene = at("review")
    scene.do("confirm_goals")
    assert quiet(scene, scene.today + LONG - timedelta(days=1)) == 0


def test_a_candidate_is_not_left_waiting_either(at: Stand) -> None:
    scene = at("checking")
    weeks = WEEK * DEFAULT.silence_intake_weeks
    assert quiet(scene, scene.today + weeks) == 1


def test_it_lapses_when_the_trajectory_is_over(at: Stand) -> None:
    scene = at("checking")
    later = scene.today + WEEK * DEFAULT.silence_intake_weeks
    assert quiet(scene, later) == 1
    report_early_end(
        scene.desk("support_worker", on=later), scene.trajectory_id, {"kind": "withdrawal", "on": later.isoformat()}
    )
    assert scene.open_tasks() == []
    assert scene.task("make_contact", "lapsed").done_on == later
    assert quiet(scene, later + 2 * LONG) == 0


@pytest.mark.parametrize(
    ("on", "kind", "fault"),
    [
        (timedelta(days=1), "visit", ("on", "in_the_future")),
        (timedelta(days=-400), "visit", ("on", "before_the_trajectory")),
        (timedelta(), "gossip", ("kind", "not_a_choice")),
    ],
)
def test_a_contact_that_cannot_be_is_refused(at: Stand, on: timedelta, kind: str, fault: tuple[str, str]) -> None:
    scene = settled(at)
    with pytest.raises(Invalid) as refused:
        note_contact(scene.desk("housing_officer"), scene.trajectory_id, scene.today + on, kind)
    assert [(one.field, one.code) for one in refused.value.faults] == [fault]


def test_who_does_not_work_with_the_tenant_notes_nothing(at: Stand) -> None:
    scene = settled(at)
    with pytest.raises(NotAllowed):
        note_contact(scene.desk("urgency_officer"), scene.trajectory_id, scene.today, "visit")
    with pytest.raises(NotFound):
        note_contact(scene.desk(STRANGER["support_worker"]), scene.trajectory_id, scene.today, "visit")
