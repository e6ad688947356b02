"""A pause of care, on both databases: it stops the care clock and nothing else, and has no room for a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from sqlalchemy import select

from app.actions.care import end_pause, note_pause
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import CarePause
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene, fresh

DAY = timedelta(days=1)


def pauses(scene: Scene) -> list[tuple[date, date | None]]:
    own = select(CarePause).where(CarePause.trajectory_id == scene.trajectory_id).order_by(CarePause.since)
    return [(one.since, one.until) for one in fresh().scalars(own)]


def test_a_pause_moves_no_review_no_task_and_not_the_lease(at: Stand) -> None:
    scene = at("review")
    before = [(one.month, one.planned_on) for one in scene.reviews()]
    due = scene.task("confirm_goals").due_on
    since = scene.today - 5 * DAY
    note_pause(scene.desk("support_worker"), scene.trajectory_id, since, since + 30 * DAY)
    assert [(one.month, one.planned_on) for one in scene.reviews()] == before
    assert (scene.task("confirm_goals").due_on, scene.row.last_day) == (due, LAST)
    assert pauses(scene) == [(since, since + 30 * DAY)]
    (event,) = scene.events("care_paused_until")
    assert event.details == {"on": since.isoformat(), "until": (since + 30 * DAY).isoformat()}


def test_a_pause_without_an_end_is_ended_by_whoever_sees_that_care_goes_on(at: Stand) -> None:
    scene = at("review")
    with pytest.raises(NotReady, match="care_does_not_pause"):
        end_pause(scene.desk("municipal_officer"), scene.trajectory_id, scene.today)
    note_pause(scene.desk("municipal_officer"), scene.trajectory_id, scene.today, None)
    later = scene.today + 20 * DAY
    for until, code in ((scene.today - DAY, "pause_ends_first"), (later + DAY, "in_the_future")):
        with pytest.raises(Invalid) as refused:
            end_pause(scene.desk("support_worker", on=later), scene.trajectory_id, until)
        assert [fault.code for fault in refused.value.faults] == [code]
    end_pause(scene.desk("support_worker", on=later), scene.trajectory_id, later)
    assert pauses(scene) == [(scene.today, later)]


def test_days_that_overlap_are_refused_and_leave_nothing_behind(at: Stand) -> None:
    scene = at("review")
    note_pause(scene.desk("support_worker"), scene.trajectory_id, scene.today, None)
    with pytest.raises(Invalid) as refused:
        note_pause(scene.desk("municipal_officer"), scene.trajectory_id, scene.today + 9 * DAY, None)
    assert [(fault.field, fault.code) for fault in refused.value.faults] == [("since", "pause_overlaps")]
    assert len(pauses(scene)) == 1 and scene.row.care_notes == 1


@pytest.mark.parametrize("role", ["housing_officer", "team_lead", "urgency_officer"])
def test_only_who_gives_or_pays_for_care_notes_a_pause(at: Stand, role: str) -> None:
    scene = at("review")
    with pytest.raises(NotAllowed):
        note_pause(scene.desk(role), scene.trajectory_id, scene.today, None)
    with pytest.raises(NotFound):
        note_pause(scene.desk("stef@elders.demo.invalid"), scene.trajectory_id, scene.today, None)


def test_before_the_lease_there_is_nothing_to_pause(at: Stand) -> None:
    scene = at("agreeing")
    with pytest.raises(NotReady, match="no_lease_to_keep"):
        note_pause(scene.desk("support_worker"), scene.trajectory_id, scene.today, None)
