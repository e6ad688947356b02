"""Two clocks beside each other: a pause of care moves the planned end of care, and never the last day of the lease.

Why care pauses is care, and known to nobody here: a pause has days and nothing else.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

from app.errors import Fault

ONE = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Pause:
    """No care from `since` up to and including `until`; without `until` it still goes on."""

    since: date
    until: date | None = None

    def covers(self, day: date) -> bool:
        return self.since <= day and (self.until is None or day <= self.until)


@dataclass(frozen=True, slots=True)
class Clocks:
    """How the two clocks stand today. `slack`: days of the lease that are left after care; below nought it runs out."""

    planned: date  # the last day of care without any pause
    care_until: date  # the last day of care with the pauses so far
    lease_until: date
    paused: int  # days of pause that counted

    @property
    def slack(self) -> int:
        return (self.lease_until - self.care_until).days

    @property
    def slack_planned(self) -> int:
        return (self.lease_until - self.planned).days


def clocks(began: date, planned: date, last_day: date, pauses: Iterable[Pause], today: date) -> Clocks:
    """The clocks of care that `began` then and was `planned` up to and including that day, under this lease."""
    care_until = care_ends(began, planned, pauses, today)
    return Clocks(planned, care_until, last_day, (care_until - planned).days)


def care_ends(began: date, planned: date, pauses: Iterable[Pause], today: date) -> date:
    """The day on which as much care was given as was planned: every paused day before it adds a day.

    A pause that still goes on counts up to and including today. What is paused twice counts once.
    """
    ends, counted = planned, began - ONE  # up to and including `counted` every paused day was counted
    for pause in sorted(pauses, key=lambda one: one.since):
        since = max(pause.since, counted + ONE)
        until = pause.until if pause.until is not None else today
        if since > ends or until < since:
            continue
        ends += until - since + ONE
        counted = until
    return ends


def pause_now(pauses: Iterable[Pause], today: date) -> Pause | None:
    """The pause that today lies in."""
    return next((one for one in pauses if one.covers(today)), None)


def faults(pause: Pause, others: Iterable[Pause], began: date, last_day: date) -> list[Fault]:
    """What is wrong with the days of a pause, beside the other ones that were noted."""
    if pause.since < began:
        return [Fault("since", "pause_before_care", {"began": began})]
    if pause.since > last_day:
        return [Fault("since", "pause_after_lease", {"last_day": last_day})]
    if pause.until is not None and pause.until < pause.since:
        return [Fault("until", "pause_ends_first", {"since": pause.since})]
    clash = next((one for one in others if _overlap(pause, one)), None)
    return [Fault("since", "pause_overlaps", {"since": clash.since})] if clash else []


def _overlap(one: Pause, other: Pause) -> bool:
    first, second = sorted((one, other), key=lambda pause: pause.since)
    return first.until is None or first.until >= second.since
