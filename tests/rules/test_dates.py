"""The calendar: months that clamp, working days and holidays."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.rules import dates, notice, term
from tests.rules import statement
from tests.rules.statement import Rules

RULES = Rules(dates, term, notice)


@pytest.mark.parametrize(
    "check",
    [
        statement.days_and_weeks_are_counted_in_days,
        statement.months_keep_the_day_and_clamp,
        statement.the_holidays_are_the_nine_of_the_law,
        statement.working_days_leave_out_weekends_and_holidays,
        statement.the_nearest_working_day_is_found_either_way,
        statement.working_days_are_counted_back_one_by_one,
    ],
    ids=lambda check: check.__name__,
)
def test_the_calendar_agrees_with_an_independent_count(check: Callable[[Rules], None]) -> None:
    check(RULES)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2027, 1, 31), 1, date(2027, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2024, 2, 29), 24, date(2026, 2, 28)),
        (date(2026, 2, 28), -24, date(2024, 2, 28)),
        (date(2027, 1, 15), -1, date(2026, 12, 15)),
        (date(2026, 12, 31), 2, date(2027, 2, 28)),
    ],
)
def test_months_clamp_to_the_end_of_the_month(day: date, months: int, then: date) -> None:
    assert dates.add_months(day, months) == then


def test_kings_day_moves_off_a_sunday() -> None:
    assert date(2025, 4, 26) in dates.holidays(2025)
    assert date(2025, 4, 27) not in dates.holidays(2025)
    assert date(2026, 4, 27) in dates.holidays(2026)


def test_every_year_has_the_nine_holidays_even_when_two_fall_together() -> None:
    assert date(2016, 5, 5) in dates.holidays(2016)
    assert all(len(dates.holidays(year)) == 9 - (year == 2016) for year in range(2014, 2100))


@pytest.mark.parametrize("not_a_day", [datetime(2026, 5, 1, tzinfo=UTC), "2026-05-01", 20260501, None])
@pytest.mark.parametrize(
    "question",
    [
        lambda day: dates.add_days(day, 1),
        lambda day: dates.add_weeks(day, 1),
        lambda day: dates.add_months(day, 1),
        dates.is_working_day,
        dates.working_day_on_or_before,
        dates.working_day_on_or_after,
        lambda day: dates.minus_working_days(day, 0),
    ],
)
def test_only_plain_calendar_dates_are_taken(question: Callable[[Any], Any], not_a_day: Any) -> None:
    with pytest.raises(TypeError):
        question(not_a_day)


@pytest.mark.parametrize("not_a_count", [1.0, "1", None, True])
def test_only_whole_numbers_are_counted(not_a_count: Any) -> None:
    for move in (dates.add_days, dates.add_weeks, dates.add_months, dates.minus_working_days):
        with pytest.raises(TypeError):
            move(date(2026, 5, 1), not_a_count)


def test_working_days_are_not_counted_forward_by_a_minus() -> None:
    with pytest.raises(ValueError, match="never negative"):
        dates.minus_working_days(date(2026, 5, 1), -1)


def test_the_edge_of_the_calendar_is_a_value_error() -> None:
    for move in (dates.add_days, dates.add_weeks, dates.add_months):
        with pytest.raises(ValueError, match="outside the calendar"):
            move(date.max, 1)
        with pytest.raises(ValueError, match="outside the calendar"):
            move(date.min, -1)
