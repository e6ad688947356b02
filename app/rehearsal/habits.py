"""When people usually do a task: on working days, in good time; never what they answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta

from app.records import Task
from app.rehearsal.days import day_of
from app.rules.dates import working_day_on_or_after, working_day_on_or_before

# The steps before the lease, laid this many days before its first day; on the working day before, and never late.
STARTS = 63
DAYS_BEFORE: Mapping[str, int] = {
    "nominate_candidate": 60,
    "check_eligibility": 50,
    "match_home": 32,
    "record_offer_answer": 28,
    "draft_care_contract": 17,
    "agree_as_tenant": 14,
    "agree_as_provider": 14,
    "agree_as_municipality": 14,
    "agree_as_association": 14,
    "prepare_lease": 10,
    "sign_lease": 7,
}
# When people do a task, where a script does not say: on the day it is due, but for these.
USUALLY: Mapping[str, str] = {
    "approve_decision": "opened + 2 days",
    "explain_decision": "opened + 3 days",
    "confirm_conversion": "opened + 2 days",
    "confirm_review_meeting": "opened + 2 days",
    "sign_regular_lease": "opened + 14 days",
    "plan_leaving": "opened + 14 days",
    "send_end_notice": "opened",
    "record_receipt": "opened + 2 days",
    "return_keys": "opened",
    "handle_stay": "opened + 3 days",
    "hold_conversation": "opened + 3 days",
    "send_warning": "opened + 2 days",
    "hear_tenant_on_measure": "opened + 7 days",
    "propose_measure": "opened + 2 days",
    "approve_measure": "opened + 2 days",
    "approve_lease_correction": "opened + 1 day",
    "make_contact": "opened + 2 days",
    "hear_on_revision": "opened + 3 days",
    "decide_revision": "opened + 1 day",
    "approve_revision": "opened + 1 day",
    "explain_revision": "opened + 2 days",
    "withdraw_end_notice": "opened + 1 day",
    "withdraw_confirmation": "opened + 1 day",
    "confirm_care_end": "opened + 2 days",
    "weigh_refusal": "opened + 7 days",
    "find_successor": "opened + 9 days",
    "take_over_care": "opened + 2 days",
}


def first_of_all(first: date) -> date:
    """The day on which a candidate for a lease with this first day is put forward."""
    return working_day_on_or_before(first - timedelta(days=STARTS))


def signing_day(first: date) -> date:
    """The day on which a lease with this first day is signed; the legal ground follows from it."""
    return working_day_on_or_before(first - timedelta(days=DAYS_BEFORE["sign_lease"]))


def usual_day(task: Task, turn: int, marks: Mapping[str, date]) -> date:
    """The day on which somebody does this task; `turn` is 0 the first time, `marks` are the days that are known."""
    if task.name in DAYS_BEFORE and turn:
        planned = working_day_on_or_after(task.opened_on + timedelta(days=1))  # once more, and soon
    elif task.name in DAYS_BEFORE:
        planned = working_day_on_or_before(marks["S"] - timedelta(days=DAYS_BEFORE[task.name]))
    else:
        planned = working_day_on_or_after(day_of(USUALLY.get(task.name, "due"), marks))
    return max(task.opened_on, min(planned, task.due_on))
