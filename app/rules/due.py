"""When a task is due, and why."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from app.rules import disagreement, notice, revision
from app.rules.case import Case
from app.rules.course import current, next_check
from app.rules.dates import add_days, working_day_on_or_after, working_day_on_or_before
from app.rules.schedule import DEFAULT, Settings, advice_due, decision_due, meeting_day, term_ended


@dataclass(frozen=True, slots=True)
class Due:
    """When a task is due and why: a code, with the day it hangs on."""

    on: date
    because: str
    hangs_on: date | None = None


# Days a step before the lease may take once it is open [ours].
DAYS_GIVEN: Mapping[str, int] = {
    "nominate_candidate": 7,
    "check_eligibility": 14,
    "match_home": 28,
    "record_offer_answer": 7,
    "draft_care_contract": 14,
    "agree_as_tenant": 7,
    "agree_as_provider": 7,
    "agree_as_municipality": 7,
    "agree_as_association": 7,
    "prepare_lease": 7,
    "sign_lease": 7,
    "confirm_review_meeting": 7,
    "approve_decision": 7,
    "confirm_conversion": 14,
    "sign_regular_lease": 28,
    "plan_leaving": 28,
    "handle_stay": 7,
    "settle_after_death": 14,
    "explain_lapse": 14,
    "hold_conversation": 7,
    "send_warning": 7,
    "hear_tenant_on_measure": 14,
    "propose_measure": 7,
    "approve_measure": 7,
    "approve_lease_correction": 3,
    "make_contact": 7,
    "confirm_care_end": 7,
    "weigh_refusal": 14,
    "renew_care_decision": 14,
    "find_successor": 14,
    "hand_over_care": 7,
    "take_over_care": 5,
}


TAKEN_OVER_DAYS = 7  # for what was late already when the trajectory was taken over [ours]

# Days the law sets stand as they are; our own move to the working day before.
BY_LAW = frozenset({"record_receipt", "return_keys", "collect_keys", "sign_regular_lease"})
# Agreed with the tenant, in the lease or by inviting: nobody asks for the keys two days before.
AGREED = frozenset({"hand_over_keys", "hold_review_meeting"})


def due(task: str, case: Case, opened_on: date, settings: Settings = DEFAULT) -> Due:
    """When this task is due; never before it opened, on a working day where the day is our own."""
    found = _due(task, case, opened_on, settings)
    on = found.on if task in BY_LAW | AGREED else working_day_on_or_before(found.on)
    if on < opened_on == case.taken_over_on:
        return _after_take_over(task, case, opened_on, settings)
    return replace(found, on=max(on, opened_on))


def _after_take_over(task: str, case: Case, opened_on: date, settings: Settings) -> Due:
    """Late before it was taken over is not late here: there is a week for it, and less where the notice can't wait."""
    on = opened_on + timedelta(days=TAKEN_OVER_DAYS)
    if task == "hold_hearing" and case.last_day is not None:
        on = min(on, notice.send_by(case.last_day, settings.delivery_working_days))
    return Due(max(working_day_on_or_before(on), opened_on), "taken_over", opened_on)


def _due(task: str, case: Case, opened_on: date, settings: Settings) -> Due:
    if case.first_day is None or case.last_day is None:
        return _given(task, opened_on)
    first, last = case.first_day, case.last_day
    window = notice.window(last)
    going = current(case.reviews)
    if task == "hand_over_keys" or (task == "sign_lease" and opened_on + timedelta(days=DAYS_GIVEN[task]) > first):
        return Due(first, "lease_starts_on", first)
    if task in ("check_startup_housing", "check_startup_care"):
        return Due(first + timedelta(days=settings.startup_due_days), "week_six", first)
    if task in ("confirm_goals", "confirm_conditions") and going:
        meeting = meeting_day(going.planned_on, going.month, first)
        return Due(meeting - timedelta(days=3), "review_meeting_on", meeting)
    if task == "hold_review_meeting" and going:
        meeting = meeting_day(going.planned_on, going.month, first)
        return Due(meeting, "review_planned_on", meeting)
    if task in ("advise_as_provider", "advise_as_municipality"):
        return Due(advice_due(last, settings), "decision_due_on", decision_due(last, settings))
    if task == "hold_hearing":
        return Due(decision_due(last, settings) - timedelta(days=7), "decision_due_on", decision_due(last, settings))
    lapses = disagreement.joint_meeting_lapses(case, settings) if task == "hold_joint_meeting" else None
    if lapses is not None:
        return Due(lapses - timedelta(days=1), "decision_due_on", decision_due(last, settings))
    if task == "decide_conversion":
        return Due(decision_due(last, settings), "window_opens_on", window.safe_first)
    if task == "approve_decision":
        return Due(
            min(opened_on + timedelta(days=7), window.safe_first - timedelta(days=1)),
            "window_opens_on",
            window.safe_first,
        )
    if task == "explain_decision":
        return Due(max(opened_on, window.safe_first - timedelta(days=1)), "window_opens_on", window.safe_first)
    if task == "confirm_conversion":
        return Due(opened_on + timedelta(days=14), "lease_ends_on", last)
    if task == "sign_regular_lease":
        return Due(last, "lease_ends_on", last)
    if task == "send_end_notice":
        return Due(
            max(opened_on, notice.send_by(last, settings.delivery_working_days)),
            "must_be_received_by",
            window.safe_last,
        )
    if task == "record_receipt":
        return Due(max(opened_on, window.safe_last), "window_closes_on", window.safe_last)
    if task == "return_keys":
        return Due(term_ended(last), "lease_ended_on", last)
    if task == "collect_keys" and case.early_end:
        return Due(term_ended(case.early_end.last_day), "lease_ended_on", case.early_end.last_day)
    if task == "check_aftercare":
        check = next_check(case.aftercare)
        if check is not None:
            return Due(check.planned_on, "aftercare_planned_on", check.planned_on)
    if task in revision.DAYS_GIVEN:
        return Due(revision.due_by(task, case, opened_on, settings), "since_opened", opened_on)
    if task == "judge_recovery" and case.incident is not None and case.incident.last is not None:
        recover_by = case.incident.last.recover_by or opened_on
        # Nobody is judged before the term is over.
        return Due(working_day_on_or_after(add_days(recover_by, 1)), "recovery_ends_on", recover_by)
    return _given(task, opened_on)


def _given(task: str, opened_on: date) -> Due:
    return Due(opened_on + timedelta(days=DAYS_GIVEN.get(task, 14)), "since_opened", opened_on)
