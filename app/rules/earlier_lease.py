"""Whether a lease may be a conditional one, given the leases before it; never finds those, and never asks whose.

A second fixed term directly following one for the same tenant and landlord is open-ended by law, and a permanent lease
is never traded in for a conditional one (BW 7:271(1); domain 1 and 3.1). The law gives no length for the pause that
makes a lease a new one. A short one may be looked through, so we ask for one [ours], as long as the settings say.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules.case import Case, EarlierLease
from app.rules.dates import add_days, add_months
from app.rules.schedule import Settings

# The tasks in which a lease comes about. The form of the first asks for earlier ones, and the second looks again.
TASKS = ("prepare_lease", "sign_lease")

FIXED, OPEN_ENDED = "fixed_term", "open_ended"
# What the form offers -> what kind of lease that was, and which of them have a last day.
OFFERED: Mapping[str, str] = {"fixed_term": FIXED, "open_ended": OPEN_ENDED, "open_ended_over": OPEN_ENDED}
ENDED = ("fixed_term", "open_ended_over")


def told(answers: Mapping[str, Any]) -> EarlierLease | None:
    """The earlier lease that was filled in, None when there was none; also when its last day is still missing."""
    said, ended_on = answers.get("earlier_lease", ""), answers.get("earlier_last_day")
    if said not in OFFERED or (said in ENDED and not ended_on):
        return None
    return EarlierLease(OFFERED[said], until=date.fromisoformat(str(ended_on)) if said in ENDED else None)


def check(task: str, answers: Mapping[str, Any], case: Case, today: date, settings: Settings) -> list[Fault]:
    """What earlier leases have against the one that is drawn up or signed; at most one fault for each field."""
    days = [answers.get(name) for name in ("first_day", "last_day")]
    if task not in TASKS or not all(days):
        return []
    first, last = (date.fromisoformat(str(one)) for one in days)
    earlier, on, field = case.earlier, today, "first_day"
    if task == "prepare_lease":
        said = told(answers)
        earlier, field = (*((said,) if said else ()), *(one for one in earlier if one.reference)), "earlier_lease"
    elif answers.get("signed_on"):
        on = date.fromisoformat(answers["signed_on"])
    found: dict[str, Fault] = {}
    for fault in against(earlier, first, last, on, settings, field):
        found.setdefault(fault.field, fault)
    return list(found.values())


def against(
    earlier: tuple[EarlierLease, ...], first: date, last: date, on: date, settings: Settings, field: str
) -> Iterator[Fault]:
    """What each earlier lease has against a conditional one from `first` to `last`, settled on day `on`.

    What somebody told says whether an open-ended lease of our own records ended: those do not follow it any further.
    """
    told_ends = [one.until for one in earlier if one.kind == OPEN_ENDED and one.until and not one.reference]
    over = max(told_ends, default=None)
    for one in earlier:
        if one.since is not None and one.since > add_months(last, settings.between_leases_months):
            continue  # it came long after this one
        until = over if one.until is None and one.reference and _fits(one, over) else one.until
        code, more = _against(one, until, first, min(first, on), settings)
        if code:
            params = {"first_day": first, "until": until, "reference": one.reference, **more}
            yield Fault(field, f"{code}_ours" if one.reference else code, params)


def _against(
    one: EarlierLease, until: date | None, first: date, settled: date, settings: Settings
) -> tuple[str, dict[str, Any]]:
    if one.runs:
        return "conditional_lease_runs", {}
    if one.kind == OPEN_ENDED:
        if until is None:
            return "holds_open_ended_lease", {}
        return ("open_ended_lease_not_over", {}) if until >= settled else ("", {})
    assert until is not None  # a fixed term has a last day
    earliest = add_months(add_days(until, 1), settings.between_leases_months)
    return ("second_fixed_term", {"earliest": earliest}) if first < earliest else ("", {})


def _fits(one: EarlierLease, over: date | None) -> bool:
    """Whether the end that somebody told of can be the end of this lease of ours."""
    return over is not None and (one.since is None or over >= one.since)
