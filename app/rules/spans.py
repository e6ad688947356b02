"""Which spans may be chosen, how long each may be, and which of them must fit together; what the law gives is not here.

The bounds are ours [ours]: inside them a decision always comes before the notice window and the post always has time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date, timedelta
from functools import lru_cache
from itertools import pairwise
from typing import Any

from app.errors import Fault
from app.rules.dates import add_months
from app.rules.schedule import EARLIEST_ADVICE_MONTHS, Settings
from app.rules.typed import Unreadable


@dataclass(frozen=True, slots=True)
class Span:
    """One span: its name in the settings, what it belongs to, its unit, and between which numbers it lies.

    `most`: of a list of months how many there may be; 0 for a single number.
    """

    name: str
    group: str
    unit: str  # days · working_days · weeks · months
    low: int
    high: int
    most: int = 0


SPANS = (
    Span("review_months", "reviews", "months", 1, 23, most=12),
    Span("review_opens_days", "reviews", "days", 7, 60),
    Span("review_lapses_days", "reviews", "days", 14, 90),
    Span("advice_due_months", "decision", "months", 4, 6),
    Span("advice_opens_months", "decision", "months", 1, 3),
    Span("decision_due_days", "decision", "days", 95, 170),
    Span("explanation_days", "decision", "days", 1, 5),
    Span("delivery_working_days", "notice", "working_days", 5, 10),
    Span("aftercare_months", "aftercare", "months", 1, 24, most=6),
    Span("aftercare_opens_days", "aftercare", "days", 7, 60),
    Span("aftercare_lapses_days", "aftercare", "days", 14, 90),
    Span("conversation_months", "escalation", "months", 1, 12),
    Span("warning_months", "escalation", "months", 1, 12),
    Span("card_months", "escalation", "months", 3, 24),
    Span("recovery_months", "escalation", "months", 1, 12),
    Span("judging_days", "escalation", "days", 14, 90),
    Span("silence_intake_weeks", "silence", "weeks", 2, 26),
    Span("silence_tenancy_weeks", "silence", "weeks", 4, 26),
    Span("silence_aftercare_weeks", "silence", "weeks", 6, 52),
)
BY_NAME: Mapping[str, Span] = {span.name: span for span in SPANS}
GROUPS = tuple(dict.fromkeys(span.group for span in SPANS))
# Agreed for everybody (the check of week 6), or out of the law (the pause between two fixed terms).
FIXED = ("startup_opens_days", "startup_due_days", "startup_lapses_days", "between_leases_months")

LEASE_MONTHS = 24
_SEPARATED = re.compile(r"[\s,;]+(?:en\s+|and\s+)?|\s+en\s+|\s+and\s+")
_FIGURES = re.compile(r"[0-9]{1,4}")


def read_months(text: str) -> tuple[int, ...]:
    """The months of "3, 6, 9 en 12". Raises Unreadable."""
    words = [word for word in _SEPARATED.split(text.strip()) if word]
    if not words or not all(_FIGURES.fullmatch(word) for word in words):
        raise Unreadable("months_unreadable", raw=text[:60])
    return tuple(int(word) for word in words)


def chosen(was: Settings, answers: Mapping[str, Any]) -> tuple[Settings, list[Fault]]:
    """The settings with these spans, months as text, and every fault; what is not among the answers stays as it was."""
    new: dict[str, Any] = {}
    faults = []
    for name, span in BY_NAME.items():
        if name not in answers:
            continue
        try:
            new[name] = read_months(answers[name]) if span.most else answers[name]
        except Unreadable as wrong:
            faults.append(Fault(name, wrong.code, wrong.params))
    settings = replace(was, **new)
    named = {fault.field for fault in faults}
    return settings, [*faults, *(fault for fault in judge(settings) if fault.field not in named)]


def judge(settings: Settings) -> list[Fault]:
    """Everything that keeps these spans from being chosen, one fault for each, in the order of the spans."""
    found: dict[str, Fault] = {}
    for fault in [*_out_of_bounds(settings), *_do_not_fit(settings)]:
        found.setdefault(fault.field, fault)
    return [found[name] for name in BY_NAME if name in found]


def differing(was: Settings, now: Settings) -> list[tuple[str, Any, Any]]:
    """(name, old, new) of every span that differs, in the order of the spans."""
    old, new = asdict(was), asdict(now)
    return [(name, old[name], new[name]) for name in BY_NAME if old[name] != new[name]]


@lru_cache
def shortest(months: int) -> int:
    """The fewest days that so many months ever have, counted back from any day."""
    any_day = (date(2024, 1, 1) + timedelta(days=number) for number in range(4 * 366))
    return min((day - add_months(day, -months)).days for day in any_day)


def _out_of_bounds(settings: Settings) -> list[Fault]:
    found = []
    for span in SPANS:
        value = getattr(settings, span.name)
        if span.most:
            found += _list_faults(span, value)
        elif value < span.low:
            found.append(Fault(span.name, "too_small", {"min": span.low}))
        elif value > span.high:
            found.append(Fault(span.name, "too_large", {"max": span.high}))
    return found


def _list_faults(span: Span, months: tuple[int, ...]) -> list[Fault]:
    if not months or not all(span.low <= month <= span.high for month in months):
        return [Fault(span.name, "months_out_of_range", {"min": span.low, "max": span.high})]
    if len(months) > span.most:
        return [Fault(span.name, "too_many_months", {"max": span.most})]
    if sorted(set(months)) != list(months):
        return [Fault(span.name, "months_not_rising")]
    return []


def _do_not_fit(settings: Settings) -> list[Fault]:
    """What is right by itself and wrong together."""
    found = []
    for months, opens in (("review_months", "review_opens_days"), ("aftercare_months", "aftercare_opens_days")):
        days = _shortest_pause((0, *getattr(settings, months)))
        if getattr(settings, opens) >= days:
            found.append(Fault(opens, "opens_before_the_one_before", {"max": days - 1}))
    before = settings.advice_due_months + settings.advice_opens_months
    latest = LEASE_MONTHS - before - 1  # three weeks before the advice opens, and February is short
    if settings.review_months and settings.review_months[0] > latest:
        found.append(Fault("review_months", "no_review_fits", {"max": latest}))
    decide_by = shortest(settings.advice_due_months) - WEEK
    if settings.decision_due_days > decide_by:
        found.append(Fault("decision_due_days", "decision_before_advice", {"max": decide_by}))
    if settings.warning_months < settings.conversation_months:
        found.append(Fault("warning_months", "counts_shorter_than_before", {"min": settings.conversation_months}))
    if settings.card_months < settings.warning_months:
        found.append(Fault("card_months", "counts_shorter_than_before", {"min": settings.warning_months}))
    if settings.recovery_months > settings.card_months:
        found.append(Fault("recovery_months", "recovery_longer_than_card", {"max": settings.card_months}))
    return found


WEEK = 7  # between advice and decision the tenant is heard


def _shortest_pause(months: tuple[int, ...]) -> int:
    """The fewest days between two of these months; 0 where they do not rise, which is a fault of its own."""
    pauses = [later - earlier for earlier, later in pairwise(months)]
    return min((shortest(pause) for pause in pauses if 0 < pause <= LEASE_MONTHS), default=LEASE_MONTHS * 31)


assert BY_NAME["advice_due_months"].high + BY_NAME["advice_opens_months"].high == EARLIEST_ADVICE_MONTHS
