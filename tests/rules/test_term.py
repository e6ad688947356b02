"""The two years: how long a conditional lease may last."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app.errors import Fault
from app.rules import dates, notice, term
from tests.rules import statement
from tests.rules.statement import Rules

RULES = Rules(dates, term, notice)


@pytest.mark.parametrize(
    "check",
    [
        statement.the_longest_term_is_two_years_less_a_day,
        statement.a_term_may_be_one_day_up_to_two_years_and_no_longer,
    ],
    ids=lambda check: check.__name__,
)
def test_the_term_agrees_with_an_independent_count(check: Callable[[Rules], None]) -> None:
    check(RULES)


@pytest.mark.parametrize(("first_day", "last_day"), [(start, end) for start, end, *_ in statement.TABLE])
def test_the_table_of_the_domain_ends_on_the_latest_day(first_day: date, last_day: date) -> None:
    assert term.latest_end(first_day) == last_day
    assert term.fault(first_day, last_day) is None


def test_a_lease_of_two_years_and_a_day_is_refused_with_the_latest_end() -> None:
    refused = term.fault(date(2025, 3, 15), date(2027, 3, 15))
    params = {"first_day": date(2025, 3, 15), "latest_end": date(2027, 3, 14)}
    assert refused == Fault("last_day", "longer_than_two_years", params)


def test_a_lease_that_ends_before_it_starts_is_refused() -> None:
    refused = term.fault(date(2025, 3, 15), date(2025, 3, 14))
    assert refused == Fault("last_day", "ends_before_it_starts", {"first_day": date(2025, 3, 15)})


@pytest.mark.parametrize("not_a_day", [datetime(2026, 5, 1, tzinfo=UTC), "2026-05-01", None])
def test_only_plain_calendar_dates_are_taken(not_a_day: Any) -> None:
    with pytest.raises(TypeError):
        term.latest_end(not_a_day)
    with pytest.raises(TypeError):
        term.fault(not_a_day, date(2026, 5, 1))
    with pytest.raises(TypeError):
        term.fault(date(2026, 5, 1), not_a_day)


def test_a_term_beyond_the_calendar_is_a_value_error() -> None:
    with pytest.raises(ValueError, match="outside the calendar"):
        term.latest_end(date(9999, 1, 1))
