"""Other spans: an association's next trajectories start on them, one that runs goes over only when it is asked to."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import select

from app.actions.incidents import report_incident
from app.actions.reviews import move_review, plan_review
from app.actions.schedules import choose_own_spans, choose_spans, days_once_chosen, follow_association
from app.actions.silence import notice_silence
from app.actions.trajectories import start_trajectory
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import Event, Letter, Measure, Rescheduling, Review, Run, Schedule, Task, Trajectory
from app.records.ledger import Ledger
from app.records.legal_dates import kept_dates
from app.records.schedules import current, settings_of
from app.rules import reschedule
from app.rules.case import Case
from app.rules.dates import add_months
from app.rules.due import due
from app.rules.escalation import Report
from app.rules.schedule import DEFAULT, Settings, advice_opens, decision_due
from app.rules.timeline import timeline
from tests.actions.conftest import Stand
from tests.actions.scene import FIRST, LAST, Scene, fresh
from tests.actions.test_tasks import STRANGER

OTHER = replace(
    DEFAULT, review_months=(4, 8, 12, 16), review_opens_days=28, advice_due_months=5, decision_due_days=112,
    delivery_working_days=8, silence_tenancy_weeks=6, aftercare_months=(2, 4),
)  # fmt: skip
WHY = "Minder vaak, en eerder beslissen."


def choose(scene: Scene, wanted: Settings = OTHER, who: str = "team_lead", reason: str = WHY) -> UUID:
    viewer = scene.viewer(who)
    standing, _ = current(fresh(), viewer.organisation_id)
    return choose_spans(scene.desk(who), wanted, reason, standing)


def follow(scene: Scene, who: str = "team_lead", reason: str = WHY) -> None:
    follow_association(scene.desk(who), scene.trajectory_id, reason, scene.row.schedule_id)


def own(scene: Scene, wanted: Settings = OTHER, who: str = "housing_officer", reason: str = WHY) -> None:
    choose_own_spans(scene.desk(who), scene.trajectory_id, wanted, reason, scene.row.schedule_id)


def ledger(scene: Scene) -> Ledger:
    session = fresh()
    return Ledger(session, session.get_one(Trajectory, scene.trajectory_id), scene.today)


def dates(case: Case, today: date, spans: Settings) -> list[tuple[str, int, date]]:
    return [(one.what, one.month, one.on) for one in timeline(case, today, settings=spans)]


def everything(scene: Scene) -> list[Any]:
    """All that hangs on the spans, as it stands."""
    session = fresh()
    return [
        scene.row.schedule_id,
        sorted((one.month, one.planned_on) for one in scene.reviews()),
        sorted((one.name, one.due_on, one.because_on) for one in session.scalars(select(Task))),
        sorted((one.key, one.state) for one in session.scalars(select(Letter))),
        sorted((str(one.id), one.wake_on, one.version, one.state) for one in session.scalars(select(Run))),
        sorted((one.name, one.on) for one in kept_dates(session, scene.trajectory_id)),
    ]


def test_a_new_choice_touches_nothing_that_runs(at: Stand) -> None:
    scene = at("review")
    before = everything(scene)
    schedule_id = choose(scene)
    assert everything(scene) == before
    row = fresh().get_one(Schedule, schedule_id)
    assert (row.number, row.reason, row.by_id) == (1, WHY, scene.viewer("team_lead").id)
    assert row.spans["review_months"] == [4, 8, 12, 16] and "card_months" not in row.spans
    assert fresh().scalars(select(Event.about).where(Event.action == "spans_chosen")).all() == ["association"]


def nominate(scene: Scene, **elsewhere: str) -> Trajectory:
    """Another candidate for the same association."""
    parts = {"association": "housing_officer", "care_provider": "support_worker", "municipality": "municipal_officer",
             "urgency_office": "urgency_officer"}  # fmt: skip
    contacts = {part: scene.viewer(elsewhere.get(part, role)).id for part, role in parts.items()}
    new = start_trajectory(scene.desk("urgency_officer"), {"full_name": "Nieuwe Kandidaat"}, contacts)
    return fresh().get_one(Trajectory, new)


def test_a_next_trajectory_starts_on_the_newest_choice_and_keeps_it(at: Stand) -> None:
    scene = at("nominated")
    assert nominate(scene).schedule_id is None
    first = choose(scene)
    row = nominate(scene)
    assert row.schedule_id == first and settings_of(fresh(), first) == OTHER
    second = choose(scene, replace(OTHER, card_months=18))
    assert fresh().get_one(Trajectory, row.id).schedule_id == first
    assert nominate(scene).schedule_id == second
    assert nominate(scene, association="vera@elders.demo.invalid").schedule_id is None


def test_another_association_is_never_touched(at: Stand) -> None:
    scene = at("review")
    before = everything(scene)
    choose(scene, who="ton@elders.demo.invalid")
    assert everything(scene) == before
    assert current(fresh(), scene.viewer("team_lead").organisation_id) == (None, DEFAULT)
    choose(scene, replace(DEFAULT, card_months=18))
    assert current(fresh(), scene.viewer("ton@elders.demo.invalid").organisation_id)[1] == OTHER
    with pytest.raises(NotFound):
        follow(scene, who="ton@elders.demo.invalid")


@pytest.mark.parametrize("who", ["housing_officer", "support_worker", "municipal_officer", "urgency_officer"])
def test_only_the_lead_chooses_for_the_association(at: Stand, who: str) -> None:
    scene = at("nominated")
    with pytest.raises(NotAllowed):
        choose_spans(scene.desk(who), OTHER, WHY, None)


@pytest.mark.parametrize("who", ["support_worker", "municipal_officer", "urgency_officer"])
def test_other_parties_change_no_spans_of_a_trajectory(at: Stand, who: str) -> None:
    scene = at("startup")
    with pytest.raises(NotAllowed):
        own(scene, who=who)
    with pytest.raises(NotAllowed):
        follow(scene, who=who)
    with pytest.raises(NotFound):
        own(scene, who=STRANGER["housing_officer"])


def test_what_two_choose_at_once_is_chosen_once(at: Stand) -> None:
    scene = at("startup")
    choose_spans(scene.desk("team_lead"), OTHER, WHY, None)
    with pytest.raises(NotReady) as refused:
        choose_spans(scene.desk("team_lead"), replace(DEFAULT, card_months=18), WHY, None)
    assert refused.value.code == "spans_changed_meanwhile"
    choose_own_spans(scene.desk("team_lead"), scene.trajectory_id, OTHER, WHY, None)
    with pytest.raises(NotReady):
        choose_own_spans(scene.desk("housing_officer"), scene.trajectory_id, DEFAULT, WHY, uuid4())


@pytest.mark.parametrize(
    ("wanted", "reason", "found"),
    [
        (DEFAULT, WHY, [("", "same_spans")]),
        (OTHER, " ", [("reason", "missing")]),
        (OTHER, "x" * 201, [("reason", "too_long")]),
        (replace(DEFAULT, judging_days=1), "", [("judging_days", "too_small"), ("reason", "missing")]),
    ],
)
def test_every_fault_is_told(at: Stand, wanted: Settings, reason: str, found: list[tuple[str, str]]) -> None:
    scene = at("startup")
    for attempt in (lambda: choose(scene, wanted, reason=reason), lambda: own(scene, wanted, reason=reason)):
        with pytest.raises(Invalid) as refused:
            attempt()
        assert [(fault.field, fault.code) for fault in refused.value.faults] == found
    assert fresh().scalars(select(Schedule)).all() == []


def test_one_that_is_asked_goes_over_and_all_that_hangs_on_it_moves_along(at: Stand) -> None:
    scene = at("startup")
    choose(scene)
    follow(scene)
    assert [(one.month, one.planned_on) for one in scene.reviews()] == [
        (month, date(2025 + (2 + month) // 12, (2 + month) % 12 + 1, 15)) for month in (4, 8, 12, 16)
    ]
    [change] = fresh().scalars(select(Rescheduling)).all()
    assert (change.was_id, change.now_id, change.reason) == (None, scene.row.schedule_id, WHY)
    assert [event.about for event in scene.events("spans_changed")] == ["association"]
    assert {event.about for event in scene.events("review_unplanned")} == {"3", "6", "9", "15", "18"}
    assert scene.run.wake_on == date(2025, 6, 7)  # the start-up check, and then the review of month 4 comes first
    about = {letter.about_on for letter in scene.letters(state="planned", kind="decision_ahead")}
    assert about == {decision_due(LAST, OTHER)}
    assert {one.occasion for one in scene.letters(state="planned", kind="review_ahead")} == {
        "review:4", "review:8", "review:12", "review:16",
    }  # fmt: skip
    held = {one.name: one for one in kept_dates(fresh(), scene.trajectory_id) if one.replaced_at is None}
    assert held["send_by"].inputs["working_days"] == 8 and held["send_by"].reason == WHY
    assert [event.about for event in scene.events("legal_date_set")] == ["send_by"]
    scene.work(advice_opens(LAST, OTHER) - timedelta(days=1))
    assert "advise_as_provider" not in scene.open_tasks()
    scene.work(advice_opens(LAST, OTHER))
    assert scene.task("advise_as_provider").due_on <= date(2026, 10, 14)


STOPS = ("leasing", "keys", "startup", "review", "meeting", "advising", "hearing", "deciding", "approving",
         "confirming", "notice", "receipt", "returning")  # fmt: skip


@pytest.mark.parametrize("stop", STOPS)
def test_what_was_shown_beforehand_is_what_happens(at: Stand, stop: str) -> None:
    scene = at(stop)
    if stop == "meeting":
        nine = next(one for one in scene.reviews() if one.month == 9)
        move_review(scene.desk("housing_officer"), nine.id, date(2026, 1, 5), "Vakantie")
        plan_review(scene.desk("housing_officer"), scene.trajectory_id, date(2025, 11, 3), "Extra kijken")
    there = ledger(scene)
    case, was, fixed = there.case(), there.settings, days_once_chosen(there.session, there)
    plan = reschedule.replan(case, was, OTHER, scene.today, fixed)
    after = reschedule.rescheduled(case, plan)
    shown = dates(after, scene.today, OTHER)
    tasks = {one.id: due(one.name, after, one.opened_on, OTHER).on
             for one in fresh().scalars(select(Task).where(Task.status == "open"))}  # fmt: skip
    own(scene)
    now = ledger(scene)
    assert now.settings == OTHER and dates(now.case(), scene.today, now.settings) == shown
    for task_id, day in tasks.items():
        task = fresh().get_one(Task, task_id)
        assert task.status != "open" or task.due_on == day
    scene.work()
    assert fresh().scalars(select(Run.fault)).all() == [""] * len(fresh().scalars(select(Run)).all())
    assert dates(ledger(scene).case(), scene.today, OTHER) == shown


def test_there_and_back_leaves_the_dates_as_they_were(at: Stand) -> None:
    scene = at("review")
    before = dates(ledger(scene).case(), scene.today, DEFAULT)
    planned = sorted(one.key for one in scene.letters(state="planned"))
    own(scene)
    follow(scene)  # the association never chose: back on the program's own
    there = ledger(scene)
    assert there.settings == DEFAULT and dates(there.case(), scene.today, DEFAULT) == before
    assert sorted(one.key for one in scene.letters(state="planned")) == planned
    with pytest.raises(Invalid):
        follow(scene)


def test_own_spans_equal_to_the_associations_are_the_associations(at: Stand) -> None:
    scene = at("startup")
    common = choose(scene)
    own(scene)
    assert scene.row.schedule_id == common
    own(scene, replace(OTHER, card_months=18))
    assert fresh().get_one(Schedule, scene.row.schedule_id).scope == "trajectory"


def test_an_advice_that_was_given_early_counts_also_when_it_would_open_later_now(at: Stand) -> None:
    scene = at("startup")
    own(scene, replace(DEFAULT, advice_due_months=6, advice_opens_months=3))
    scene.work(advice_opens(LAST, replace(DEFAULT, advice_due_months=6, advice_opens_months=3)))
    scene.do("advise_as_provider")
    own(scene, DEFAULT)
    assert "care_provider" in ledger(scene).case().advices
    assert "advise_as_municipality" in scene.open_tasks()


def test_a_step_that_was_given_keeps_its_term_and_the_next_has_the_new_one(at: Stand) -> None:
    scene = at("startup")

    def converse(until: str) -> None:
        said = Report(scene.today, "no_nuisance", "Harde muziek.", "Geluidslog.", ("neighbours",))
        report_incident(scene.desk("housing_officer"), scene.trajectory_id, said)
        scene.do("hold_conversation", recover_by=until)

    converse("today + 6 weeks")
    [before] = fresh().scalars(select(Measure.expires_on)).all()
    own(scene, replace(DEFAULT, conversation_months=2, recovery_months=1))
    assert fresh().scalars(select(Measure.expires_on)).all() == [before] == [add_months(scene.today, 3)]
    with pytest.raises(Invalid) as refused:
        converse("today + 6 weeks")
    assert [fault.code for fault in refused.value.faults] == ["recovery_too_long"]
    scene.do("hold_conversation", recover_by="today + 2 weeks")
    assert add_months(scene.today, 2) in fresh().scalars(select(Measure.expires_on)).all()


def test_silence_is_measured_by_the_spans_of_each(at: Stand) -> None:
    scene = at("startup")
    scene.do("check_startup_housing")
    scene.do("check_startup_care")
    weeks = timedelta(weeks=OTHER.silence_tenancy_weeks)
    assert notice_silence(scene.desk(on=scene.today + weeks)) == 0
    own(scene)
    assert notice_silence(scene.desk(on=scene.today + weeks + timedelta(days=1))) == 1
    assert "make_contact" in scene.open_tasks()


def test_when_it_is_over_or_ends_early_nothing_changes_any_more(at: Stand) -> None:
    scene = at("startup")
    with scene.desk(None).deed() as deed:
        row = deed.session.get_one(Trajectory, scene.trajectory_id)
        row.stage, row.closed_on = "closed", scene.today
    with pytest.raises(NotReady) as refused:
        own(scene)
    assert refused.value.code == "trajectory_is_over"


def test_reviews_of_the_new_spans_are_walked_to_the_end(at: Stand) -> None:
    """The process waits for the reviews there are now, and ends its turn when the last one is over."""
    scene = at("review")
    own(scene)
    for _ in range(12):
        coming = [one for one in scene.reviews(kind="review") if one.closed_on is None]
        if not coming:
            break
        scene.work(coming[0].planned_on + timedelta(days=60))
    assert [one.month for one in scene.reviews(kind="review")] == [3, 4, 8, 12, 16]
    assert all(one.closed_on for one in scene.reviews(kind="review"))
    assert FIRST < scene.today < LAST
    assert fresh().scalars(select(Review).where(Review.opened_on.is_(None))).all() == []
