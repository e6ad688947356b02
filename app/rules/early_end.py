"""When a trajectory stops before its last day: the tenant's notice, death, a court, a candidate who withdraws.

A fixed-term lease of at most two years may be ended early by the tenant, not by the landlord: that takes a court
(BW 7:271, 7:231). What happens after a death stands in BW 7:268. This room never asks who may say so.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules.case import Case
from app.rules.dates import add_days, add_months, require_date

RENT_DAY = 1  # the day of the month on which the rent is due, unless the lease says otherwise

OF_THE_LEASE = ("tenant_notice", "death", "court")
BEFORE_THE_LEASE = ("withdrawal", "consent_withdrawn", "candidate_died")
AFTER_THE_LEASE = ("aftercare_stopped",)


def kinds(case: Case) -> tuple[str, ...]:
    """What may be reported now; nothing once the trajectory is over or its early end is known already."""
    if case.early_end is not None:
        return ()
    if case.stage == "intake":
        return OF_THE_LEASE if case.signed_on else BEFORE_THE_LEASE
    if case.stage == "tenancy":
        return () if case.ending else OF_THE_LEASE
    return AFTER_THE_LEASE if case.stage == "aftercare" else ()


def check(answers: Mapping[str, Any], case: Case) -> list[Fault]:
    """What is wrong with a report whose form is whole; dates in it are ISO text."""
    kind, on = answers["kind"], date.fromisoformat(answers["on"])
    if kind not in kinds(case):
        return [Fault("kind", "not_a_choice")]
    if on < case.opened_on:
        return [Fault("on", "before_the_trajectory", {"opened_on": case.opened_on})]
    if kind in ("death", "court") and case.signed_on and on < case.signed_on:
        return [Fault("on", "before_signing", {"signed_on": case.signed_on})]
    if kind == "court":
        given = answers.get("last_day")
        if not given:
            return [Fault("last_day", "missing")]
        last = date.fromisoformat(given)
        if last < on:
            return [Fault("last_day", "before_the_judgment", {"day": on})]
    if kind == "tenant_notice" and answers.get("last_day"):
        earliest = last_day_after_notice(on)
        if date.fromisoformat(answers["last_day"]) < earliest:
            return [Fault("last_day", "before_the_notice_ends", {"earliest": earliest})]
    return []


def last_day_of(answers: Mapping[str, Any]) -> date | None:
    """The last day of the lease that follows from a report that was checked; None where there is no lease to end.

    A tenant may ask for a later day than the law's, and a court names its own.
    """
    kind, on = answers["kind"], date.fromisoformat(answers["on"])
    named = date.fromisoformat(answers["last_day"]) if answers.get("last_day") else None
    if kind == "tenant_notice":
        return named or last_day_after_notice(on)
    if kind == "death":
        return after_death(on).ends_by_law
    return named if kind == "court" else None


def last_day_after_notice(received_on: date, rent_day: int = RENT_DAY) -> date:
    """The last day of the lease when the tenant's notice was received on `received_on` (BW 7:271(5); domain 2).

    The lease ends on the first rent day that is at least one rent period (a month) after the receipt, so its last day
    is the day before. `rent_day` is a day of the month from 1 to 28. Raises ValueError for any other.
    """
    if not 1 <= rent_day <= 28:
        raise ValueError(f"a rent day is a day that every month has, not {rent_day}")
    earliest = add_months(require_date(received_on), 1)
    rent_is_due = earliest.replace(day=rent_day)
    if rent_is_due < earliest:
        rent_is_due = add_months(rent_is_due, 1)
    return add_days(rent_is_due, -1)


@dataclass(frozen=True, slots=True)
class AfterDeath:
    """The three last days that may follow a death when no co-tenant goes on with the lease (BW 7:268(2) and (6))."""

    ends_by_law: date  # the end of the second month after the death
    heirs_may_choose: date  # the end of the first month after it
    housemate_until: date  # a housemate may stay half a year, and goes to court within it


def after_death(died_on: date) -> AfterDeath:
    """The three dates that follow from a death on `died_on` (domain 2)."""
    require_date(died_on)
    return AfterDeath(_end_of_month(died_on, 2), _end_of_month(died_on, 1), add_months(died_on, 6))


def chosen(died_on: date, arranged: str) -> date:
    """The last day under what was arranged with the relatives: by_law, heirs_choose or housemate_stays."""
    after = after_death(died_on)
    return {
        "by_law": after.ends_by_law,
        "heirs_choose": after.heirs_may_choose,
        "housemate_stays": after.housemate_until,
    }[arranged]


def _end_of_month(day: date, months_later: int) -> date:
    first = day.replace(day=1)
    return add_days(add_months(first, months_later + 1), -1)
