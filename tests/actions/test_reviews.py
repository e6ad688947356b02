"""A review in between: planned with a reason, prepared and held like every other, and the reminders follow."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from app.actions.reviews import move_review, plan_review
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene
from tests.actions.test_tasks import STRANGER

BETWEEN = date(2025, 7, 28)  # between month 3 and month 6


def plan(scene: Scene, on: date, who: str = "housing_officer", reason: str = "Twee klachten in een week.") -> None:
    plan_review(scene.desk(who), scene.trajectory_id, on, reason)


def test_it_stands_among_the_others_and_has_its_reminders(at: Stand) -> None:
    scene = at("startup")
    plan(scene, BETWEEN)
    assert [(row.month, row.planned_on) for row in scene.reviews(month=4)] == [(4, BETWEEN)]
    assert scene.reviews(month=4)[0].extra_reason == "Twee klachten in een week."
    assert scene.letters(state="planned", occasion="review:4")
    assert [event.about for event in scene.events("review_planned")] == ["4"]


def test_it_opens_is_invited_to_and_held_like_every_other(at: Stand) -> None:
    scene = at("review")  # month 3 is going on
    for task in ("confirm_goals", "confirm_conditions", "hold_review_meeting", "confirm_review_meeting"):
        scene.do(task)
    plan(scene, BETWEEN)
    scene.work(on=BETWEEN - timedelta(days=21))
    (review,) = scene.reviews(month=4)
    assert review.opened_on == BETWEEN - timedelta(days=21)
    assert scene.task("confirm_goals").review_id == review.id
    for task in ("confirm_goals", "confirm_conditions", "hold_review_meeting", "confirm_review_meeting"):
        scene.do(task)
    assert scene.reviews(month=4)[0].closed_on is not None
    scene.work(on=date(2025, 8, 25))
    assert scene.reviews(month=6)[0].opened_on == date(2025, 8, 25)  # the schedule goes on


def test_close_by_it_opens_at_once_and_the_one_that_waited_waits(at: Stand) -> None:
    scene = at("startup")
    soon = scene.today + timedelta(days=7)
    plan(scene, soon)
    assert [row.opened_on for row in scene.reviews(planned_on=soon)] == [scene.today]
    assert "confirm_goals" in scene.open_tasks()


def test_two_in_one_month_have_two_names(at: Stand) -> None:
    scene = at("startup")
    plan(scene, BETWEEN)
    plan(scene, BETWEEN + timedelta(days=4))
    months = [row.month for row in scene.reviews()]
    assert len(set(months)) == len(months) and {4, 5} <= set(months)


def test_it_may_be_moved(at: Stand) -> None:
    scene = at("startup")
    plan(scene, BETWEEN)
    move_review(scene.desk("team_lead"), scene.reviews(month=4)[0].id, BETWEEN + timedelta(days=9), "Vakantie")
    assert scene.reviews(month=4)[0].planned_on == BETWEEN + timedelta(days=9)


@pytest.mark.parametrize(
    ("on", "reason", "fault"),
    [
        (BETWEEN, " ", ("reason", "missing")),
        (BETWEEN, "x" * 201, ("reason", "too_long")),
        (date(2025, 3, 1), "Klachten", ("to", "day_has_passed")),
        (LAST + timedelta(days=1), "Klachten", ("to", "review_outside_lease")),
        (date(2025, 9, 15), "Klachten", ("to", "another_review_that_day")),
    ],
)
def test_one_that_does_not_fit_is_refused(at: Stand, on: date, reason: str, fault: tuple[str, str]) -> None:
    scene = at("startup")
    with pytest.raises(Invalid) as refused:
        plan(scene, on, reason=reason)
    assert [(one.field, one.code) for one in refused.value.faults] == [fault]
    assert len(scene.reviews()) == 6


def test_after_the_last_one_another_may_be_planned_beside_the_decision(at: Stand) -> None:
    scene = at("advising")
    plan(scene, scene.today + timedelta(days=10))
    (review,) = scene.reviews(planned_on=scene.today + timedelta(days=10))
    assert review.opened_on == scene.today and "advise_as_provider" in scene.open_tasks()
    for task in ("confirm_goals", "confirm_conditions", "hold_review_meeting", "confirm_review_meeting"):
        assert scene.task(task).review_id == review.id
        scene.do(task)
    assert scene.reviews(month=review.month)[0].held_on is not None


@pytest.mark.parametrize("stop", ["signing", "staying"])
def test_before_the_lease_and_after_it_there_is_nothing_to_review(at: Stand, stop: str) -> None:
    scene = at(stop)
    with pytest.raises(NotReady, match="no_lease_to_keep"):
        plan(scene, scene.today + timedelta(days=10))


@pytest.mark.parametrize(
    ("who", "refusal"),
    [("support_worker", NotAllowed), ("urgency_officer", NotAllowed), (STRANGER["housing_officer"], NotFound)],
)
def test_only_the_association_plans_one(at: Stand, who: str, refusal: type[Exception]) -> None:
    with pytest.raises(refusal):
        plan(at("startup"), BETWEEN, who=who)
