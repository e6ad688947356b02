"""Revising the decision on conversion: whether it may be, to which outcomes and until when; never who is asked.

Two things exclude each other: a confirmation of conversion and an end-of-term notice in force (domain 3.2). So the one
is withdrawn, in writing, before the other goes out. Another fixed term is no outcome, here as little as anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from app.errors import Fault
from app.rules import notice
from app.rules.case import Case
from app.rules.course import receipt
from app.rules.schedule import DEFAULT, Settings

OUTCOMES = ("convert", "convert_with_aftercare", "do_not_convert")
LEAVING = "do_not_convert"


def barred(case: Case, today: date) -> str:
    """Why the decision can't be revised now, as a code; "" when it can."""
    if case.decision is None or not case.decision.approved:
        return "no_decision_to_revise"
    if case.early_end is not None or case.ending or case.stage != "tenancy" or case.last_day is None:
        return "revision_lease_is_over"
    if today > case.last_day:
        return "revision_after_the_term"
    return "regular_lease_signed" if case.regular_signed else ""


def faults(field: str, outcome: str, case: Case, today: date) -> list[Fault]:
    """What is wrong with deciding so on that day; the answer stands in `field`."""
    if outcome not in OUTCOMES:
        return [Fault(field, "not_a_choice")]
    if case.decision is not None and outcome == case.decision.outcome:
        return [Fault(field, "already_decided_so")]
    closes = closed_on(case, today) if outcome == LEAVING else None
    if closes is None:
        return []
    return [Fault(field, "window_is_closed", {"closed_on": closes, "last_day": case.last_day})]


def closed_on(case: Case, today: date) -> date | None:
    """The day on which the notice window closed, where it is too late for a notice; None when it is not.

    A notice that every tenant received in time, and that nobody withdrew, still counts whatever day it is.
    """
    if case.last_day is None or receipt(case) == "in_time":
        return None
    closes = notice.window(case.last_day).safe_last
    return closes if today > closes else None


def hurries(case: Case, today: date, settings: Settings = DEFAULT) -> int | None:
    """How many days are left in the window, where they are fewer than the post is given; None when there is time."""
    if case.last_day is None or receipt(case) == "in_time":
        return None
    closes = notice.window(case.last_day).safe_last
    late = notice.send_by(case.last_day, settings.delivery_working_days) < today <= closes
    return (closes - today).days if late else None


def heard(answers: Mapping[str, Any], case: Case, _today: date) -> list[Fault]:
    """Nobody is heard before being invited, nor on a decision that was not there."""
    on, invited = _day(answers, "heard_on"), _day(answers, "invited_on")
    if on and invited and invited > on:
        return [Fault("invited_on", "invited_after_hearing", {"day": on})]
    approved = case.decision.approved_on if case.decision else None
    if on and approved and on < approved:
        return [Fault("heard_on", "before_the_approval", {"approved_on": approved})]
    return []


def decided(answers: Mapping[str, Any], case: Case, today: date) -> list[Fault]:
    """As proposed, or milder, or the decision stays: the tenant was heard on nothing worse."""
    on, outcome = _day(answers, "decided_on"), answers.get("outcome")
    found = []
    approved = case.decision.approved_on if case.decision else None
    if on and approved and on < approved:
        found.append(Fault("decided_on", "before_the_approval", {"approved_on": approved}))
    if case.revision is None or outcome in (None, case.revision.was, case.revision.decided):
        return found
    if outcome == LEAVING != case.revision.proposed:
        return [*found, Fault("outcome", "not_heard_on_this")]
    return found + faults("outcome", outcome, case, today)


def approved(answers: Mapping[str, Any], case: Case, _today: date) -> list[Fault]:
    """After it was decided, and in time for a notice; written down later is all right."""
    on, revision = _day(answers, "approved_on"), case.revision
    if on is None or revision is None:
        return []
    if revision.decided_on and on < revision.decided_on:
        return [Fault("approved_on", "before_the_decision", {"decided_on": revision.decided_on})]
    in_force = case.decision is not None and case.decision.outcome == revision.decided
    if answers.get("verdict") != "approve" or in_force:
        return []
    return faults("verdict", revision.decided, case, on)


def withdrawn(answers: Mapping[str, Any], case: Case, _today: date) -> list[Fault]:
    """A notice is withdrawn after the decision was revised, and while the lease still runs."""
    found = []
    approved_on = case.decision.approved_on if case.decision else None
    for person, one in (answers.get("withdrawals") or {}).items():
        on, place = _day(one, "sent_on"), f"withdrawals.{person}.sent_on"
        if on and approved_on and on < approved_on:
            found.append(Fault(place, "before_the_approval", {"approved_on": approved_on}))
        elif on and case.last_day and on > case.last_day:
            found.append(Fault(place, "withdrawn_after_the_term", {"last_day": case.last_day}))
    return found


def due_by(task: str, case: Case, opened_on: date, settings: Settings = DEFAULT) -> date:
    """The day on which a step of a revision is due; what leads to a notice never waits until the post needs."""
    on = opened_on + timedelta(days=DAYS_GIVEN[task])
    to_notice = task == "withdraw_confirmation" or (
        task in RECONSIDERING and case.decision is not None and case.decision.outcome != LEAVING
    )
    if not to_notice or case.last_day is None:
        return on
    return min(on, notice.send_by(case.last_day, settings.delivery_working_days))


RECONSIDERING = ("hear_on_revision", "decide_revision", "approve_revision")
DAYS_GIVEN: Mapping[str, int] = {  # ours
    "hear_on_revision": 7,
    "decide_revision": 3,
    "approve_revision": 3,
    "explain_revision": 7,
    "withdraw_end_notice": 3,
    "withdraw_confirmation": 2,
}


def _day(answers: Mapping[str, Any], name: str) -> date | None:
    value = answers.get(name)
    return date.fromisoformat(value) if value else None
