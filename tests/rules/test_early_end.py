"""A lease that ends before its last day: the tenant's notice, and a death."""

from __future__ import annotations

from calendar import monthrange
from datetime import date, timedelta

import pytest

from app.rules.early_end import AfterDeath, after_death, last_day_after_notice


@pytest.mark.parametrize(
    ("received", "rent_day", "last"),
    [
        (date(2026, 3, 10), 1, date(2026, 4, 30)),  # domain 2
        (date(2026, 3, 1), 1, date(2026, 3, 31)),  # exactly a month before a rent day
        (date(2026, 3, 2), 1, date(2026, 4, 30)),  # a day later costs a month
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2028, 1, 31), 1, date(2028, 2, 29)),
        (date(2026, 12, 15), 1, date(2027, 1, 31)),
        (date(2026, 3, 10), 15, date(2026, 4, 14)),
        (date(2026, 3, 16), 15, date(2026, 5, 14)),
        (date(2026, 1, 31), 28, date(2026, 2, 27)),
    ],
)
def test_the_tenants_notice_ends_the_lease_on_the_first_rent_day_a_month_later(
    received: date, rent_day: int, last: date
) -> None:
    assert last_day_after_notice(received, rent_day) == last


@pytest.mark.parametrize("rent_day", [1, 15, 28])
def test_every_notice_gives_at_least_a_month_and_less_than_two_and_a_bit(rent_day: int) -> None:
    day = date(2024, 1, 1)
    while day < date(2030, 1, 1):
        after = last_day_after_notice(day, rent_day) + timedelta(days=1)
        assert after.day == rent_day
        months = (after.year - day.year) * 12 + after.month - day.month
        reached = min(day.day, monthrange(after.year, after.month)[1])
        assert months >= 1 and (months > 1 or after.day >= reached)  # a whole month, counted as the law does
        before = after - timedelta(days=monthrange(*_month_before(after))[1])  # one rent day earlier is too early
        assert (before.year - day.year) * 12 + before.month - day.month == 0 or before.day < min(
            day.day, monthrange(before.year, before.month)[1]
        )
        day += timedelta(days=1)


@pytest.mark.parametrize("rent_day", [0, 29, 31])
def test_a_rent_day_that_not_every_month_has_is_refused(rent_day: int) -> None:
    with pytest.raises(ValueError, match="a rent day is a day that every month has"):
        last_day_after_notice(date(2026, 3, 10), rent_day)


@pytest.mark.parametrize(
    ("died", "expected"),
    [
        (date(2027, 3, 10), AfterDeath(date(2027, 5, 31), date(2027, 4, 30), date(2027, 9, 10))),  # domain 2
        (date(2027, 12, 31), AfterDeath(date(2028, 2, 29), date(2028, 1, 31), date(2028, 6, 30))),
        (date(2026, 8, 31), AfterDeath(date(2026, 10, 31), date(2026, 9, 30), date(2027, 2, 28))),
        (date(2027, 1, 1), AfterDeath(date(2027, 3, 31), date(2027, 2, 28), date(2027, 7, 1))),
    ],
)
def test_three_dates_follow_from_a_death(died: date, expected: AfterDeath) -> None:
    assert after_death(died) == expected


def _month_before(day: date) -> tuple[int, int]:
    before = day.replace(day=1) - timedelta(days=1)
    return before.year, before.month
