"""The two years: how long a conditional lease may last; never asks who signs it or on which legal ground."""

from __future__ import annotations

from datetime import date

from app.errors import Fault
from app.rules.dates import add_days, add_months, require_date

LONGEST_TERM_IN_MONTHS = 24


def latest_end(first_day: date) -> date:
    """The latest last day, itself included, of a lease that starts on `first_day` (BW 7:271; domain 3.2.1)."""
    return add_days(add_months(first_day, LONGEST_TERM_IN_MONTHS), -1)


def fault(first_day: date, last_day: date) -> Fault | None:
    """What is wrong with a term from `first_day` up to and including `last_day`, or None when it may be signed.

    Codes, both on the field `last_day`: `ends_before_it_starts` (params first_day) and `longer_than_two_years`
    (params first_day, latest_end); the params are dates.
    """
    if require_date(last_day) < require_date(first_day):
        return Fault("last_day", "ends_before_it_starts", {"first_day": first_day})
    latest = latest_end(first_day)
    if last_day > latest:
        return Fault("last_day", "longer_than_two_years", {"first_day": first_day, "latest_end": latest})
    return None
