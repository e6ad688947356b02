"""The days of a signed lease are put right by two people; everything that hangs on them follows, the old days stay."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from app.actions.early_ends import report_early_end
from app.actions.lease_corrections import propose_correction
from app.actions.legal_clock import keep_missing
from app.actions.reviews import move_review
from app.actions.tasks import complete_task, correct_task
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import LeaseCorrection, LegalDate, Run, Task
from app.records.legal_dates import kept_dates
from app.rules import notice
from tests.actions.conftest import Stand
from tests.actions.scene import FIRST, LAST, Scene, fresh
from tests.actions.test_tasks import STRANGER

DAY = timedelta(days=1)


def propose(
    scene: Scene, last: date, *, first: date = FIRST, who: str = "housing_officer", reason: str = "Fout overgenomen."
) -> None:
    signed = scene.row.signed_on
    assert signed is not None
    days = {"signed_on": signed.isoformat(), "first_day": first.isoformat(), "last_day": last.isoformat()}
    propose_correction(scene.desk(who), scene.trajectory_id, days, reason)


def judge(scene: Scene, verdict: str = "approve", **said: Any) -> None:
    scene.do("approve_lease_correction", verdict=verdict, **said)


def clock(scene: Scene) -> dict[str, date]:
    return {row.name: row.on for row in kept_dates(fresh(), scene.trajectory_id) if row.replaced_at is None}


def test_signing_keeps_the_legal_clock(at: Stand) -> None:
    scene = at("signing")
    assert clock(scene) == {}
    scene.do("sign_lease")
    window = notice.window(LAST)
    assert clock(scene)["window_closes"] == window.safe_last == date(2027, 2, 14)
    assert set(clock(scene)) == {"last_day", "latest_end", "window_opens", "send_by", "window_closes", "term_ended"}
    row = next(row for row in kept_dates(fresh(), scene.trajectory_id) if row.name == "latest_end")
    assert (row.rule, row.version, row.inputs) == ("longest_term", 1, {"first_day": FIRST.isoformat()})
    assert row.by_id == scene.viewer("housing_officer").id and row.approved_by_id is None


def test_a_proposal_moves_nothing_before_the_second_person_approves(at: Stand) -> None:
    scene = at("startup")
    before, planned = clock(scene), {row.key for row in scene.letters(state="planned")}
    propose(scene, LAST - DAY)
    assert scene.row.last_day == LAST and clock(scene) == before
    assert {row.key for row in scene.letters(state="planned")} == planned
    task = scene.task("approve_lease_correction")
    assert (task.role, task.status) == ("team_lead", "open")


def test_approved_the_lease_its_dates_reviews_and_reminders_move_and_the_old_days_stay(at: Stand) -> None:
    scene = at("startup")
    first, last = date(2025, 4, 1), date(2027, 3, 31)
    propose(scene, last, first=first)
    judge(scene)
    row = scene.row
    assert (row.first_day, row.last_day) == (first, last)
    assert clock(scene)["window_closes"] == notice.window(last).safe_last
    assert {review.month: review.planned_on for review in scene.reviews()}[3] == date(2025, 7, 1)
    window = notice.window(last)
    assert {letter.about_on for letter in scene.letters(state="planned", kind="window_closes_ahead")} <= {
        window.safe_last
    }
    assert scene.task("check_startup_housing").due_on >= first + timedelta(days=40)

    old = [one for one in kept_dates(fresh(), scene.trajectory_id) if one.replaced_at is not None]
    assert {one.name for one in old} == {
        "last_day", "latest_end", "window_opens", "send_by", "window_closes", "term_ended",
    }  # fmt: skip
    new = next(
        one for one in kept_dates(fresh(), scene.trajectory_id) if one.name == "last_day" and one.replaced_at is None
    )
    assert new.reason == "Fout overgenomen."
    assert new.by_id == scene.viewer("housing_officer").id and new.approved_by_id == scene.viewer("team_lead").id
    assert "approve_lease_correction" not in scene.open_tasks()
    assert [event.action for event in scene.events("lease_corrected")] == ["lease_corrected"]


def test_sent_back_nothing_moves_and_another_may_be_proposed(at: Stand) -> None:
    scene = at("startup")
    propose(scene, LAST - DAY)
    with pytest.raises(NotReady) as refused:
        propose(scene, LAST - 2 * DAY)
    assert refused.value.code == "correction_is_waiting"
    judge(scene, "send_back", reason="Er staat 14 maart.")
    assert scene.row.last_day == LAST
    propose(scene, LAST - 2 * DAY)
    assert fresh().scalars(select(LeaseCorrection.verdict)).all().count("send_back") == 1


def test_a_lease_that_proves_too_short_for_another_review_still_comes_to_its_end(at: Stand) -> None:
    scene = at("review")
    for task in ("confirm_goals", "confirm_conditions", "hold_review_meeting", "confirm_review_meeting"):
        scene.do(task)
    last = date(2025, 9, 14)
    propose(scene, last)
    judge(scene)
    assert [row.month for row in scene.reviews(closed_on=None)] == []
    scene.work(on=last + DAY)
    assert scene.row.outcome == "open_ended_by_lapse" and scene.open_tasks() == ["explain_lapse"]


def test_a_wrong_last_day_is_put_right_in_time_for_the_notice_window(at: Stand) -> None:
    """Found when the decision not to convert was taken already: the very moment on which it matters."""
    scene = at("notice")
    propose(scene, LAST - 10 * DAY)
    judge(scene)
    closes = notice.window(LAST - 10 * DAY).safe_last
    task = scene.task("send_end_notice")
    assert task.because_on == closes and task.due_on <= closes
    scene.do("send_end_notice")
    with pytest.raises(NotReady) as refused:
        propose(scene, LAST)
    assert refused.value.code == "notice_names_the_last_day"


def test_a_last_day_that_has_come_already_lets_the_process_go_on_at_once(at: Stand) -> None:
    scene = at("advising")
    first, last = FIRST - timedelta(days=200), LAST - timedelta(days=200)
    with pytest.raises(Invalid):  # signed long after that first day
        propose(scene, last + timedelta(days=400), first=first)
    propose(scene, last, first=first)
    judge(scene)
    scene.work()
    run = fresh().scalars(select(Run).where(Run.drawing == "conditional_tenancy")).one()
    assert run.fault == "" and scene.row.last_day == last


def test_a_review_moved_by_hand_stays_and_one_that_no_longer_fits_lapses_with_the_reason(at: Stand) -> None:
    scene = at("startup")
    (six,) = scene.reviews(month=6)
    move_review(scene.desk("housing_officer"), six.id, date(2025, 9, 22), "Vakantie")
    propose(scene, date(2026, 3, 14))
    judge(scene)
    reviews = {review.month: review for review in scene.reviews()}
    assert reviews[6].planned_on == date(2025, 9, 22) and reviews[6].closed_on is None
    assert (reviews[9].outcome, reviews[9].reason) == ("not_held", "lease_corrected")


@pytest.mark.parametrize("who", ["team_lead", "support_worker", "municipal_officer"])
def test_only_the_housing_officer_proposes(at: Stand, who: str) -> None:
    scene = at("startup")
    with pytest.raises(NotAllowed):
        propose(scene, LAST - DAY, who=who)


def test_nobody_elsewhere_knows_of_it(at: Stand) -> None:
    scene = at("startup")
    for who in (STRANGER["housing_officer"], "urgency_officer"):
        with pytest.raises((NotFound, NotAllowed)):
            propose(scene, LAST - DAY, who=who)


@pytest.mark.parametrize(
    ("last", "reason", "code"),
    [
        (LAST, "Fout", "nothing_changes"),
        (LAST + DAY, "Fout", "longer_than_two_years"),
        (LAST - DAY, "  ", "missing"),
        (LAST - DAY, "x" * 201, "too_long"),
    ],
)
def test_what_is_wrong_with_a_proposal_is_said(at: Stand, last: date, reason: str, code: str) -> None:
    scene = at("startup")
    with pytest.raises(Invalid) as refused:
        propose(scene, last, reason=reason)
    assert [fault.code for fault in refused.value.faults] == [code]


def test_who_proposed_it_is_never_the_second_person(at: Stand) -> None:
    """Somebody who has changed roles since: the rule looks at the person."""
    scene = at("startup")
    propose(scene, LAST - DAY)
    with scene.desk().deed() as deed:
        lead = scene.viewer("team_lead").id
        deed.session.execute(update(LeaseCorrection).values(proposed_by_id=lead))
    with pytest.raises(Invalid) as refused:
        judge(scene)
    assert [fault.code for fault in refused.value.faults] == ["same_person"]
    assert scene.row.last_day == LAST


def test_a_proposal_lapses_with_the_trajectory(at: Stand) -> None:
    scene = at("startup")
    propose(scene, LAST - DAY)
    ended = scene.today
    report_early_end(
        scene.desk("housing_officer"), scene.trajectory_id,
        {"kind": "court", "on": scene.today.isoformat(), "last_day": scene.today.isoformat()},
    )  # fmt: skip
    with pytest.raises(Invalid) as refused:
        judge(scene)
    assert [fault.code for fault in refused.value.faults] == ["lease_is_over"]
    scene.work(on=scene.today + 2 * DAY)
    assert "approve_lease_correction" not in scene.open_tasks()
    names = select(Task.status).where(Task.name == "approve_lease_correction")
    assert fresh().scalars(names).all() == ["lapsed"]
    assert clock(scene)["early_last_day"] == ended


def test_signing_itself_is_still_not_corrected_by_one_person(at: Stand) -> None:
    scene = at("startup")
    task = scene.task("sign_lease", "done")
    raw = scene.raw(task, last_day=(LAST - DAY).isoformat())
    with pytest.raises(NotReady) as refused:
        correct_task(scene.desk("housing_officer"), task.id, raw, "Fout overgenomen.")
    assert refused.value.code == "correction_moves_the_lease"


def test_an_upgrade_keeps_the_dates_of_leases_signed_before(at: Stand) -> None:
    scene = at("startup")
    was = clock(scene)
    with scene.desk().deed() as deed:
        deed.session.execute(delete(LegalDate))
    assert keep_missing(scene.desk()) == 1 and keep_missing(scene.desk()) == 0
    assert clock(scene) == was


def test_a_task_that_is_done_is_judged_once(at: Stand) -> None:
    scene = at("startup")
    propose(scene, LAST - DAY)
    task = scene.task("approve_lease_correction")
    judge(scene)
    with pytest.raises(NotReady):
        complete_task(scene.desk("team_lead"), task.id, {"verdict": ["approve"]})
