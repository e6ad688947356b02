"""What one simulated trajectory is given: its lease, what people do, and when they do it; draws nothing itself.

Counts days with the second statement of the law in tests/rules, never with the rules that are judged.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from random import Random
from typing import Any

from app.rehearsal.script import Script
from tests.rules.statement import same_day, works

A_REGION = 250  # trajectories that share a database, a calendar and one worker
YEARS = (2023, 2036)  # of first days: from before the law of 1 July 2024, and as far as the list of months goes
NEW_REGIME = date(2024, 7, 1)

NOT_CONVERTED = ("do_not_convert", "stays_on", "receipt_forgotten")
NO_LEASE = ("not_eligible", "declined", "withdrawal", "a_day_too_long", "other_ground")
STOPPED = ("tenant_notice", "death", "court")
REFUSED: Mapping[str, tuple[str, ...]] = {  # what must be refused, and why
    "a_day_too_long": ("prepare_lease", "longer_than_two_years"),
    "decided_too_late": ("decide_conversion", "window_is_closed"),
}


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one notice fares: received on a day; or `working_days` after it was sent; or never provably received.

    `at_the_last`: sent on the day by which it must be. `gap`: days between sending and a given day of receipt.
    """

    received_on: date | None = None
    gap: int = 0
    working_days: int = 0
    at_the_last: bool = False
    wait: int = 0  # days that the notice lies on the desk

    @property
    def proven(self) -> bool:
        return self.received_on is not None or self.working_days > 0


@dataclass(frozen=True, slots=True)
class Moved:
    month: int
    on: date
    to: date


@dataclass(frozen=True, slots=True)
class Facts:
    """All that is decided before the play begins."""

    number: int
    fate: str
    first: date
    last: date
    ground: str
    deliveries: Mapping[str, Sequence[Delivery]]  # tenant -> how each notice to that tenant fares
    moved: Sequence[Moved]
    recorded_after: int  # days between the receipt of a notice and its being written down
    aftercare: bool  # what the leaving plan asks for
    stay: str  # what becomes of somebody who stays on
    script: Script = field(repr=False)

    @property
    def early(self) -> Mapping[str, Any]:
        """What was said when it stopped early."""
        stops = [one.params for one in self.script.happens if one.do == "stops_early"]
        return stops[0] if stops else {}


def region_begins(seed: int, region: int) -> date:
    """The first region has the leap day of 2024 and the new law in it."""
    if region == 0:
        return date(2024, 2, 20)
    return date(Random(f"{seed}:region:{region}").randint(*YEARS), 1, 1) + timedelta(days=60 + 17 * (region % 20))


def reviews(first: date, last: date) -> dict[int, date]:
    """Month -> day, of the reviews that leave three weeks before the advice opens (domain 2)."""
    limit = same_day(last, -5) - timedelta(days=21)
    planned = {month: same_day(first, month) for month in (3, 6, 9, 12, 15, 18)}
    return {month: on for month, on in planned.items() if on <= limit}


def working_days_after(day: date, count: int) -> date:
    for _ in range(count):
        day += timedelta(days=1)
        while not works(day):
            day += timedelta(days=1)
    return day
