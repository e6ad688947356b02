"""Care stops: why it may, what that does to the condition of guidance, and that it never ends a lease.

Goals met is no breach, and the condition lapses. Refusing is one: it stays in force, and the association weighs it. A
provider that stops is not the tenant's breach: the condition is suspended until a successor has taken over (domain 2).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from app.errors import Fault
from app.rules.case import CareEndState, Case
from app.rules.permissions import Viewer
from app.rules.schedule import term_ended

WHYS = ("goals_met", "refused", "provider_stops", "decision_ends")
# Who may note which: whether goals are met and a care decision ends is not for a landlord to know, let alone to judge.
NOTED_BY: Mapping[str, tuple[str, ...]] = {
    "goals_met": ("support_worker", "municipal_officer"),
    "refused": ("support_worker", "municipal_officer", "housing_officer", "team_lead"),
    "provider_stops": ("support_worker", "municipal_officer", "housing_officer", "team_lead"),
    "decision_ends": ("support_worker", "municipal_officer"),
}
TAKE_OVER_CARE = "take_over_care"  # the one task that somebody sees who has no part in the trajectory yet
TASKS = (
    "confirm_care_end", "weigh_refusal", "renew_care_decision", "find_successor", "hand_over_care", TAKE_OVER_CARE,
)  # fmt: skip
OF_CARE = frozenset({"renew_care_decision", "hand_over_care"})  # tasks that no landlord knows of
GUIDANCE = frozenset({"guidance_accepted"})  # the conditions that stand or fall with care
HANDOVER_DAYS = 14  # for the provider that stops; after it the next one takes over without [ours]

IN_FORCE, SUSPENDED, LAPSED = "in_force", "suspended", "lapsed"


@dataclass(frozen=True, slots=True)
class Guidance:
    """How the condition of guidance stands: in_force · suspended · lapsed, and since when it is no longer in force."""

    state: str = IN_FORCE
    since: date | None = None


def guidance(ends: Sequence[CareEndState], today: date) -> Guidance:
    """How the condition stands on this day; a lapse stays, whatever came before it."""
    for one in ends:
        if one.lapses_from is not None and one.lapses_from <= today:
            return Guidance(LAPSED, one.lapses_from)
    for one in ends:
        if one.suspended_from is not None and one.suspended_from <= today and not _resumed(one, today):
            return Guidance(SUSPENDED, one.suspended_from)
    return Guidance()


def in_force(code: str, how: Guidance) -> bool:
    """Whether a condition of the contract counts, with guidance as it stands."""
    return code not in GUIDANCE or how.state == IN_FORCE


def may_note(viewer: Viewer, why: str) -> bool:
    return viewer.role in NOTED_BY.get(why, ())


def whys(viewer: Viewer) -> tuple[str, ...]:
    """What this person may note, in the order of the form."""
    return tuple(why for why in WHYS if may_note(viewer, why))


def barred(case: Case, ends: Collection[CareEndState], today: date) -> str:
    """Why no end of care can be noted now, as a code; "" when it can."""
    if case.stage != "tenancy" or case.last_day is None or case.ending or today > case.last_day:
        return "no_lease_to_keep"
    if any(not one.closed for one in ends):
        return "care_end_is_open"
    return "care_has_ended" if any(one.lapses_from is not None for one in ends) else ""


def faults(why: str, on: date, began: date, last_day: date) -> list[Fault]:
    """What is wrong with what somebody notes; the day may still lie ahead, for that is often told beforehand."""
    found = [] if why in WHYS else [Fault("why", "not_a_choice")]
    if on < began:
        found.append(Fault("on", "care_ends_before_it_began", {"began": began}))
    elif on > last_day:
        found.append(Fault("on", "care_ends_after_lease", {"last_day": last_day}))
    return found


def check(task: str, answers: Mapping[str, Any], case: Case, today: date) -> list[Fault]:
    """What an answer to a task after an end of care may not say although its form is whole."""
    until = answers.get("until")
    if task != "renew_care_decision" or answers.get("outcome") != "renewed" or not until:
        return []
    after = max(today, case.care_decision_until or today)
    if date.fromisoformat(until) <= after:
        return [Fault("until", "decision_must_last_longer", {"after": after})]
    return []


def facts(one: CareEndState | None) -> dict[str, str | bool]:
    """What the drawings ask about an end of care."""
    return {
        "care_end": one.why if one else "",
        "care_goes_on": one is not None and one.outcome in ("renewed", "other_support"),
        "handover_possible": bool(one and one.handover),
        "successor_accepts": bool(one and one.accepted),
    }


def deadlines(case: Case) -> dict[str, date | None]:
    """When an end of care is no longer dealt with, and when the next provider need not wait for the one before."""
    one, known = case.care_end, dict[str, date | None]()
    if one is None or case.last_day is None:
        return known
    last = case.early_end.last_day if case.early_end else case.last_day
    known["care_end_lapses"] = case.closed_on or term_ended(last)
    if one.asked_on is not None:
        known["handover_lapses"] = one.asked_on + timedelta(days=HANDOVER_DAYS)
    return known


def _resumed(one: CareEndState, today: date) -> bool:
    return one.resumed_on is not None and one.resumed_on <= today
