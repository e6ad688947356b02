"""The window in which the end-of-term notice must be received; never sends one and never looks at the day it was sent.

BW 7:271(1): the landlord's written notice is received no earlier than three months and no later than one month before
the term has lapsed; otherwise the lease continues for an indefinite time. Courts and writers count a day differently,
so beside the literal window stands the safe one, the intersection of all readings (domain 3.2.2 and 3.2.3). Weekends
and holidays do not move these days, because the periods are counted back (Algemene termijnenwet art. 1(2)).
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Literal

from app.rules.dates import add_days, add_months, minus_working_days, require_date, working_day_on_or_before

Standing = Literal["in_time", "too_early", "too_late"]

OPENS_MONTHS_BEFORE = 3
CLOSES_MONTHS_BEFORE = 1
DELIVERY_MARGIN = 5
PROOF_MARGIN = 10


@dataclass(frozen=True, slots=True)
class Window:
    """First and last day, both included, on which the notice may be received: read literally, and safely."""

    literal_first: date
    literal_last: date
    safe_first: date
    safe_last: date


@lru_cache(maxsize=8192, typed=True)  # there are few last days, and every deed asks again
def window(last_day: date) -> Window:
    """The notice window of a lease whose last day, itself included, is `last_day` (domain 3.2.2, 3.2.3)."""
    day_after = add_days(require_date(last_day), 1)
    first = add_months(day_after, -OPENS_MONTHS_BEFORE)
    last = add_days(add_months(day_after, -CLOSES_MONTHS_BEFORE), -1)
    # From the earlier of the two readings a whole month always fits: adding months clamps, so it never overshoots.
    safe_last = min(add_months(last_day, -CLOSES_MONTHS_BEFORE), last)
    return Window(first, last, _safe_first(first, day_after), safe_last)


@lru_cache(maxsize=8192, typed=True)
def send_by(last_day: date, working_days: int = DELIVERY_MARGIN) -> date:
    """The working day on which the notice goes out at the latest, for it to be received in time (domain 3.2.5).

    That is the last working day on or before the end of the safe window, less `working_days` for delivery.
    Raises ValueError when `working_days` is negative.
    """
    return minus_working_days(working_day_on_or_before(window(last_day).safe_last), working_days)


def proof_by(last_day: date) -> date:
    """The working day on which a second person hears that receipt is not proven yet: ten before the window closes."""
    return send_by(last_day, PROOF_MARGIN)


def standing(received_on: date, last_day: date) -> Standing:
    """How a notice received on `received_on` stands, measured on the safe window (domain 3.2.3, 3.2.4)."""
    safe = window(last_day)
    if require_date(received_on) < safe.safe_first:
        return "too_early"
    if received_on > safe.safe_last:
        return "too_late"
    return "in_time"


def _safe_first(first: date, day_after: date) -> date:
    """The smallest day from `first` on from which three whole months reach at least `day_after`."""
    while add_months(first, OPENS_MONTHS_BEFORE) < day_after:
        first = add_days(first, 1)
    return first
