"""The worker's rounds: what is due goes on once, in its order, and what is broken steps aside."""

from __future__ import annotations

import logging
from datetime import date, timedelta
from uuid import UUID

import pytest
from sqlalchemy import select, update

from app.actions.rounds import note_round, wake_due
from app.actions.tasks import complete_task
from app.actions.time_machine import FURTHEST, travel
from app.actions.trajectories import start_trajectory
from app.errors import Invalid
from app.records import Event, Letter, Part, Run, Setting, Task, Trajectory
from app.records.settings import days_ahead, last_round
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene, fresh

WAKES = date(2025, 5, 25)  # three weeks before the first review


def beside(scene: Scene, *names: str) -> list[UUID]:
    """More trajectories next to the one of the scene, that wait for the same day as it does."""
    started = [
        start_trajectory(scene.desk("urgency_officer"), {"full_name": name}, scene.site.cast.contacts) for name in names
    ]
    with scene.desk().deed() as deed:
        deed.session.execute(update(Run).where(Run.trajectory_id.in_(started)).values(wake_on=WAKES))
    return started


def run_of(trajectory_id: UUID) -> Run:
    return fresh().scalars(select(Run).where(Run.trajectory_id == trajectory_id)).one()


def test_nothing_wakes_before_its_day(at: Stand) -> None:
    scene = at("startup")
    before = scene.run.version
    scene.today = scene.run.wake_on - timedelta(days=1)  # type: ignore[operator]
    assert wake_due(scene.desk()) == 0
    assert scene.run.version == before


def test_what_is_due_wakes_once_however_often_the_worker_looks(at: Stand) -> None:
    scene = at("startup")
    scene.today = WAKES
    assert wake_due(scene.desk()) == 1
    version, events = scene.run.version, len(scene.events("task_done"))
    assert [wake_due(scene.desk()) for _ in range(3)] == [0, 0, 0]
    assert (scene.run.version, len(scene.events("task_done"))) == (version, events)
    assert scene.run.wake_on is not None and scene.run.wake_on > scene.today


def test_the_longest_due_wakes_first(at: Stand) -> None:
    scene = at("startup")
    first, second, third = beside(scene, "Een", "Twee", "Drie")
    with scene.desk().deed() as deed:
        for number, one in enumerate((second, third, first)):
            day = WAKES - timedelta(days=10 - number)
            deed.session.execute(update(Run).where(Run.trajectory_id == one).values(wake_on=day))
    scene.today = WAKES
    woken: list[UUID] = []
    for _ in range(4):
        before = {row.trajectory_id: row.version for row in fresh().scalars(select(Run))}
        assert wake_due(scene.desk(), limit=1) == 1
        after = {row.trajectory_id: row.version for row in fresh().scalars(select(Run))}
        woken += [one for one, version in after.items() if version != before[one]]
    assert woken == [second, third, first, scene.trajectory_id]


@pytest.mark.parametrize("state", [b"", b"not a state at all", b"x\x9c\x03\x00\x00\x00\x00\x01"])
def test_a_run_whose_state_is_broken_steps_aside_and_the_others_go_on(
    at: Stand, state: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    scene = at("startup")
    broken, other = beside(scene, "Kapot", "Heel")
    with scene.desk().deed() as deed:
        deed.session.execute(
            update(Run).where(Run.trajectory_id == broken).values(state=state, wake_on=WAKES - timedelta(days=3))
        )
    scene.today = WAKES
    with caplog.at_level(logging.ERROR, "voorwaarts.rounds"):
        assert wake_due(scene.desk()) == 2
    assert run_of(broken).fault == "state_unreadable" and run_of(broken).state == state
    assert (run_of(other).fault, scene.run.fault) == ("", "")
    assert [review.month for review in scene.reviews() if review.opened_on] == [3]
    assert wake_due(scene.desk()) == 0  # it is not tried again and again
    assert len(caplog.records) == 1


def test_a_run_without_a_party_for_its_next_task_steps_aside_whole(at: Stand) -> None:
    """Half of what it would have done is not done: no invitation without its tasks."""
    scene = at("startup")
    (other,) = beside(scene, "Heel")
    with scene.desk().deed() as deed:
        gone = update(Part).where(Part.trajectory_id == scene.trajectory_id, Part.part == "care_provider")
        deed.session.execute(gone.values(until=WAKES - timedelta(days=1)))
    scene.today = WAKES
    assert wake_due(scene.desk()) == 1
    assert scene.run.fault == "no_party_for_role" and run_of(other).fault == ""
    assert not scene.letters(kind="review_invitation") and not [r for r in scene.reviews() if r.opened_on]


def test_a_run_that_stepped_aside_goes_on_with_the_next_thing_a_person_does(at: Stand) -> None:
    scene = at("startup")
    with scene.desk().deed() as deed:
        deed.session.execute(update(Run).values(fault="no_party_for_role"))
    scene.do("check_startup_housing")
    assert scene.run.fault == ""
    scene.today = WAKES
    assert wake_due(scene.desk()) == 1


def test_a_row_that_is_there_already_makes_the_run_step_aside_and_not_come_back_for_ever(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=3)
    with scene.desk().deed() as deed:
        deed.session.add(
            Letter(
                key=f"document:{review.id.hex}:0", trajectory_id=scene.trajectory_id, kind="review_ahead",
                occasion="other", role="housing_officer", due_on=LAST, about_on=LAST,
            )
        )  # fmt: skip
    scene.today = WAKES
    assert wake_due(scene.desk()) == 0
    assert scene.run.fault == "somebody_was_first"


def test_after_a_long_pause_everything_happens_on_the_first_round_in_its_order(at: Stand) -> None:
    """Nobody did anything for two years: every review lapsed, no decision, and the lease goes on without end."""
    scene = at("startup")
    scene.work(on=LAST + timedelta(days=1))
    assert {(review.outcome, review.reason) for review in scene.reviews(kind="review")} == {("not_held", "lapsed")}
    assert (scene.row.outcome, scene.row.closed_on) == ("open_ended_by_lapse", None)
    assert scene.open_tasks() == ["explain_lapse"] and scene.run.wake_on is None  # an incident, to be explained
    lapsed = [event.action for event in fresh().scalars(select(Event).order_by(Event.id))]
    assert lapsed.count("review_lapsed") == 6 and lapsed.count("open_ended_by_lapse") == 1
    assert scene.letters(state="planned") == []
    invitations = scene.letters(kind="review_invitation")
    assert {row.state for row in invitations} == {"dropped"} and len(invitations) == 6


def test_a_round_leaves_its_moment_behind(at: Stand) -> None:
    scene = at("startup")
    note_round(scene.desk())
    note_round(scene.desk(on=WAKES))
    fresh()
    assert last_round() == scene.desk(on=WAKES).now
    assert len(fresh().scalars(select(Setting).where(Setting.name == "worker_round")).all()) == 1


def test_the_time_machine_only_goes_forward_and_not_too_far(at: Stand) -> None:
    scene = at("startup")
    assert travel(scene.desk("housing_officer"), 30) == 30
    assert travel(scene.desk("housing_officer"), 1) == 31
    for days in (0, -1, FURTHEST):
        with pytest.raises(Invalid) as refused:
            travel(scene.desk("housing_officer"), days)
        assert [fault.code for fault in refused.value.faults] == ["time_machine_range"]
    fresh()
    assert days_ahead() == 31


def test_a_task_that_lapses_while_somebody_fills_it_in_is_refused_in_words(at: Stand) -> None:
    scene = at("review")
    task = scene.task("confirm_goals")
    raw = scene.raw(task)
    (review,) = scene.reviews(month=3)
    scene.today = review.planned_on + timedelta(days=60)
    wake_due(scene.desk())
    with pytest.raises(Exception, match="task_has_lapsed"):
        complete_task(scene.desk("support_worker"), task.id, raw)
    assert fresh().get_one(Task, task.id).status == "lapsed"
    assert fresh().scalar(select(Trajectory.stage)) == "tenancy"
