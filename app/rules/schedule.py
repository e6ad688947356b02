"""Which reviews and own deadlines a trajectory has, from the first and last day and the settings.

All spans marked [ours] in the trade's description are settings here, not constants of the law.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass, fields
from datetime import date, timedelta
from typing import Any

from app.rules.dates import add_months, is_working_day, working_day_on_or_before


@dataclass(frozen=True, slots=True)
class Settings:
    """The spans a region may choose. Days and months as their names say."""

    review_months: tuple[int, ...] = (3, 6, 9, 12, 15, 18)
    review_opens_days: int = 21
    review_lapses_days: int = 42
    startup_opens_days: int = 28
    startup_due_days: int = 42
    startup_lapses_days: int = 84
    advice_due_months: int = 4  # before the last day
    advice_opens_months: int = 1  # before it is due
    decision_due_days: int = 98  # fourteen weeks before the last day
    explanation_days: int = 3  # at least, also where the window is open already
    aftercare_months: tuple[int, ...] = (3, 6, 12)
    aftercare_opens_days: int = 14
    aftercare_lapses_days: int = 42
    delivery_working_days: int = 5
    between_leases_months: int = 1  # between a fixed term and the next: a shorter pause may count as none
    conversation_months: int = 3  # how long a step of an escalation counts
    warning_months: int = 6
    card_months: int = 12
    recovery_months: int = 6  # the longest recovery term
    judging_days: int = 42  # after a recovery term, before the step expires unjudged
    silence_intake_weeks: int = 8  # without a sign of life, before somebody must get in touch
    silence_tenancy_weeks: int = 16
    silence_aftercare_weeks: int = 30


DEFAULT = Settings()


EARLIEST_ADVICE_MONTHS = 9  # before the last day, with the longest spans that may be chosen


def out_of_spans(spans: Mapping[str, Any]) -> Settings:
    """The settings of a row that keeps what differs from the default; a span we no longer know says nothing."""
    known = {field.name for field in fields(Settings)}
    chosen: dict[str, Any] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in spans.items() if name in known
    }
    return Settings(**chosen)


def as_spans(settings: Settings) -> dict[str, Any]:
    """What differs from the default, as a row keeps it."""
    usual = asdict(DEFAULT)
    chosen = {name: value for name, value in asdict(settings).items() if value != usual[name]}
    return {name: list(value) if isinstance(value, tuple) else value for name, value in chosen.items()}


def advice_due(last_day: date, settings: Settings = DEFAULT) -> date:
    """The day both advices must be in; from then on the decision is open whether they are or not."""
    return add_months(last_day, -settings.advice_due_months)


def advice_opens(last_day: date, settings: Settings = DEFAULT) -> date:
    return add_months(last_day, -settings.advice_due_months - settings.advice_opens_months)


def earliest_advice(last_day: date, chosen: bool) -> date:
    """Before this day there is no advice: with `chosen` spans, which may have been others before, whatever they are."""
    return add_months(last_day, -EARLIEST_ADVICE_MONTHS) if chosen else advice_opens(last_day)


def decision_due(last_day: date, settings: Settings = DEFAULT) -> date:
    return last_day - timedelta(days=settings.decision_due_days)


def term_ended(last_day: date) -> date:
    """The first day after the fixed term: the tenant has left, or the lease goes on open-ended."""
    return last_day + timedelta(days=1)


def review_days(first_day: date, last_day: date, settings: Settings = DEFAULT) -> list[tuple[int, date]]:
    """(month, day) of every review that falls at least three weeks before the advice opens."""
    limit = advice_opens(last_day, settings) - timedelta(days=21)
    days = [(month, add_months(first_day, month)) for month in settings.review_months]
    return [(month, day) for month, day in days if day <= limit]


def free_month(first_day: date, on: date, taken: Collection[int]) -> int:
    """The month by which a review in between is called: the one that has passed by then, or the nearest free one."""
    passed = 1  # in the first month too: nobody speaks of month nought
    while add_months(first_day, passed + 1) <= on:
        passed += 1
    near = sorted(range(1, passed + len(taken) + 2), key=lambda month: (abs(month - passed), -month))
    return next(month for month in near if month not in taken)


def aftercare_days(last_day: date, settings: Settings = DEFAULT) -> list[tuple[int, date]]:
    return [(month, add_months(last_day, month)) for month in settings.aftercare_months]


def too_early_for_guidance(first_day: date, last_day: date, settings: Settings = DEFAULT) -> bool:
    """The advice or the decision would fall before the start-up check: pointed out when the lease is drawn up."""
    check = first_day + timedelta(days=settings.startup_due_days)
    return advice_due(last_day, settings) < check or decision_due(last_day, settings) < check


def meeting_day(planned_on: date, month: int, first_day: date) -> date:
    """The day of a review's meeting: its planned day, or the working day before where nobody chose that day.

    Counting months lands on Sundays and holidays too, and nobody is invited for those. A day that somebody moved the
    review to stands as it is.
    """
    counted = planned_on == add_months(first_day, month)
    return working_day_on_or_before(planned_on) if counted else planned_on


def to_heed(planned_on: date, month: int, first_day: date, window_closes: date) -> str:
    """What to heed about the day of a review that is still to come, as a code; "" when there is nothing.

    `after_the_window`: a notice can't follow from it any more. `no_working_day`: somebody chose a weekend or a holiday.
    """
    if planned_on > window_closes:
        return "after_the_window"
    return "" if is_working_day(meeting_day(planned_on, month, first_day)) else "no_working_day"


def review_opens(planned_on: date, settings: Settings = DEFAULT) -> date:
    """Preparation of a review opens three weeks before it."""
    return planned_on - timedelta(days=settings.review_opens_days)
