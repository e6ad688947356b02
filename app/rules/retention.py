"""How long each class of data is kept, counted from what happened to the trajectory; never from a clock.

A date here is the last day on which something is kept. That nothing goes by itself on the day after, is the house's
rule: removing is a deed of two people (domain 4).
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date

from app.rules.dates import add_days, add_months


@dataclass(frozen=True, slots=True)
class Keeping:
    """One class: how many months it is kept after what, by which parties, and where that is written."""

    name: str
    months: int
    counted_from: str  # a day of Facts
    parts: frozenset[str]
    source: str  # law · ours


_LANDLORD = frozenset({"association"})
_CARE = frozenset({"care_provider", "municipality"})
_ALL = frozenset({"association", "care_provider", "municipality", "urgency_office"})

KEPT: tuple[Keeping, ...] = (
    Keeping("tenancy", 24, "tenancy_ended", _LANDLORD | {"urgency_office"}, "ours"),
    Keeping("financial", 84, "tenancy_ended", _LANDLORD, "law"),  # Awr art. 52(4)
    Keeping("care", 240, "care_ended", _CARE, "law"),  # Wmo 2015 art. 5.3.4
    Keeping("rejected", 12, "stopped", _ALL, "ours"),
    Keeping("access_log", 60, "first_entry", _ALL, "ours"),
)
SHORTEST = min(one.months for one in KEPT)
CLASSES: Mapping[str, Keeping] = {one.name: one for one in KEPT}


@dataclass(frozen=True, slots=True)
class Facts:
    """What is known of a trajectory that retention is counted from; None: it did not come to that (yet)."""

    had_lease: bool
    had_care: bool  # a care contract was drafted, so a care file was begun
    closed: bool
    tenancy_ended: date | None = None  # the last day of the conditional tenancy, or the later one on which it was empty
    care_ended: date | None = None  # the last day on which there was care or aftercare
    stopped: date | None = None  # a candidate was rejected, or stopped before there was a lease
    first_entry: date | None = None  # of the oldest entry in the record that is still there


@dataclass(frozen=True, slots=True)
class Kept:
    """A class of one trajectory: the day it is counted from and the last day it is kept; None while it goes on."""

    keeping: Keeping
    since: date | None
    until: date | None

    def is_past(self, today: date) -> bool:
        """Whether it may be removed: the last day is behind us."""
        return self.until is not None and today > self.until


def classes(facts: Facts) -> tuple[Kept, ...]:
    """What there is of this trajectory, class by class, with its date.

    Whoever never had a lease leaves what a rejected candidate leaves; a care file that was begun then is kept as care.
    While the trajectory goes on nothing but the record has a date.
    """
    there = {"access_log": facts.first_entry is not None, "care": facts.had_care, "rejected": not facts.had_lease}
    found = [one for one in KEPT if there.get(one.name, facts.had_lease)]
    return tuple(_kept(one, getattr(facts, one.counted_from), facts.closed) for one in found)


def _kept(keeping: Keeping, since: date | None, closed: bool) -> Kept:
    if since is None or not (closed or keeping.name == "access_log"):
        return Kept(keeping, None, None)
    return Kept(keeping, since, add_months(since, keeping.months))


def barred(kept: Kept, others: Collection[Kept], held: Collection[str], today: date) -> str:
    """Why two people may not remove this class now, as a code; "" when they may.

    `others` are the other classes that are still there, `held` the names of those that somebody holds back. What has
    to be kept shortest goes first: the rows of the longer ones are what the others hang on.
    """
    if kept.until is None:
        return "not_over_yet"
    if not kept.is_past(today):
        return "kept_longer"
    if kept.keeping.name in held:
        return "held_back"
    earlier = (one.until for one in others if one.keeping.name != "access_log" and kept.keeping.name != "access_log")
    return "another_class_first" if any(day is not None and day < kept.until for day in earlier) else ""


def ends_part(part: str, left: Collection[Kept]) -> bool:
    """Whether a party has nothing left for which it must see the dossier: its rent book it finds among what is kept."""
    return not any(part in one.keeping.parts and one.keeping.name not in ("access_log", "financial") for one in left)


def removable_from(kept: Kept) -> date | None:
    """The first day on which two people may remove it."""
    return add_days(kept.until, 1) if kept.until is not None else None
