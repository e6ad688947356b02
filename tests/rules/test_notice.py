"""The window in which the end-of-term notice must be received."""

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
        statement.the_table_of_the_domain_holds,
        statement.the_literal_window_counts_months_from_the_day_after,
        statement.the_safe_window_is_where_all_readings_agree,
        statement.the_notice_leaves_in_time_to_arrive,
        statement.a_notice_is_judged_on_the_safe_window,
    ],
    ids=lambda check: check.__name__,
)
def test_the_window_agrees_with_an_independent_count(check: Callable[[Rules], None]) -> None:
    check(RULES)


@pytest.mark.parametrize(("last_day", "opens", "closes"), [row[1:] for row in statement.TABLE])
def test_the_table_of_the_domain_gives_the_safe_window(last_day: date, opens: date, closes: date) -> None:
    found = notice.window(last_day)
    assert (found.safe_first, found.safe_last) == (opens, closes)


def test_the_safe_window_never_leaves_the_literal_one() -> None:
    for end in statement.EVERY_DAY:
        found = notice.window(end)
        assert found.literal_first <= found.safe_first < found.safe_last <= found.literal_last


def test_a_window_that_closes_on_a_sunday_is_not_moved_but_the_post_leaves_earlier() -> None:
    assert notice.window(date(2027, 3, 14)).safe_last == date(2027, 2, 14)
    assert notice.send_by(date(2027, 3, 14), working_days=0) == date(2027, 2, 12)
    assert notice.send_by(date(2027, 3, 14)) == date(2027, 2, 5)


def test_the_post_is_not_counted_on_over_christmas() -> None:
    # Closes on Monday 28 December 2026; Christmas fell on Friday and Saturday.
    assert notice.window(date(2027, 1, 28)).safe_last == date(2026, 12, 28)
    assert notice.send_by(date(2027, 1, 28)) == date(2026, 12, 18)


@pytest.mark.parametrize(
    ("received_on", "standing"),
    [
        (date(2026, 12, 14), "too_early"),
        (date(2026, 12, 15), "in_time"),
        (date(2027, 2, 14), "in_time"),
        (date(2027, 2, 15), "too_late"),
    ],
)
def test_one_day_outside_the_window_is_fatal(received_on: date, standing: str) -> None:
    assert notice.standing(received_on, date(2027, 3, 14)) == standing


def test_the_literal_last_day_is_too_late_when_the_safe_window_is_shorter() -> None:
    assert notice.standing(date(2026, 10, 31), date(2026, 11, 30)) == "too_late"


@pytest.mark.parametrize("not_a_day", [datetime(2026, 5, 1, tzinfo=UTC), "2026-05-01", None])
def test_only_plain_calendar_dates_are_taken(not_a_day: Any) -> None:
    for question in (notice.window, notice.send_by):
        with pytest.raises(TypeError):
            question(not_a_day)
    with pytest.raises(TypeError):
        notice.standing(not_a_day, date(2026, 5, 1))
    with pytest.raises(TypeError):
        notice.standing(date(2026, 5, 1), not_a_day)


def test_a_delivery_margin_is_never_negative() -> None:
    with pytest.raises(ValueError, match="never negative"):
        notice.send_by(date(2027, 3, 14), -1)


def test_a_window_beyond_the_calendar_is_a_value_error() -> None:
    for end in (date.min, date.max):
        with pytest.raises(ValueError, match="outside the calendar"):
            notice.window(end)


def test_ten_working_days_are_left_when_a_second_person_hears_of_missing_proof() -> None:
    assert notice.proof_by(date(2027, 3, 14)) == date(2027, 1, 29)  # closes on Sunday 14 February
    assert notice.proof_by(date(2027, 5, 30)) == date(2027, 4, 14)  # King's Day lies between
