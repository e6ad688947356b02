"""Calendar arithmetic for leases and letters: months that clamp, working days, Dutch holidays; never reads a clock.

All days are calendar dates without a time of day. A `datetime` is refused, because it would carry a time zone
into a rule that has none.
"""

from __future__ import annotations

from calendar import monthrange
from datetime import date, datetime, timedelta
from functools import lru_cache

from holidays import country_holidays

_SATURDAY = 5
_ALWAYS_A_SUNDAY = ("Easter Sunday", "Pentecost")


def require_date(day: date) -> date:
    """Hand back `day` untouched. Raises TypeError when it is not a plain calendar date."""
    if isinstance(day, datetime) or not isinstance(day, date):
        raise TypeError(f"a calendar date is needed, not {type(day).__name__}")
    return day


def require_count(number: int) -> int:
    """Hand back `number` untouched. Raises TypeError when it is not a whole number (True is not a number here)."""
    if isinstance(number, bool) or not isinstance(number, int):
        raise TypeError(f"a whole number is needed, not {type(number).__name__}")
    return number


def add_days(day: date, days: int) -> date:
    """`day` moved by `days` calendar days, back when negative. Raises ValueError outside the years 1 to 9999."""
    try:
        return require_date(day) + timedelta(days=require_count(days))
    except OverflowError as outside:
        raise ValueError(f"{days} days from {day} is outside the calendar") from outside


def add_weeks(day: date, weeks: int) -> date:
    """`day` moved by `weeks` times seven days, back when negative. Raises ValueError outside the years 1 to 9999."""
    return add_days(day, 7 * require_count(weeks))


def add_months(day: date, months: int) -> date:
    """`day` moved by `months` calendar months, back when negative (domain 3.2).

    Keeps the day of the month and clamps it to the last day of the month it lands in: 31 January plus one month
    is 28 or 29 February. Raises ValueError outside the years 1 to 9999.
    """
    year, month = divmod(12 * require_date(day).year + day.month - 1 + require_count(months), 12)
    month += 1
    if not date.min.year <= year <= date.max.year:
        raise ValueError(f"{months} months from {day} is outside the calendar")
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@lru_cache(maxsize=128)
def holidays(year: int) -> frozenset[date]:
    """The days of `year` on which no post is counted on (domain 3.2.5; Algemene termijnenwet art. 3).

    New Year, Good Friday, Easter Monday, King's Day, 5 May, Ascension, Whit Monday and both Christmas days.
    """
    named = country_holidays("NL", years=year, expand=False, categories=("public", "optional"), language="en_US")
    return frozenset(day for day, name in named.items() if name not in _ALWAYS_A_SUNDAY)


def is_working_day(day: date) -> bool:
    """Whether `day` is none of Saturday, Sunday and the holidays of domain 3.2.5."""
    return require_date(day).weekday() < _SATURDAY and day not in holidays(day.year)


def working_day_on_or_before(day: date) -> date:
    """The last working day that is not later than `day`."""
    while not is_working_day(day):
        day = add_days(day, -1)
    return day


def working_day_on_or_after(day: date) -> date:
    """The first working day that is not earlier than `day`."""
    while not is_working_day(day):
        day = add_days(day, 1)
    return day


def minus_working_days(day: date, count: int) -> date:
    """The working day that lies `count` working days before `day`; `day` itself when `count` is 0.

    Raises ValueError when `count` is negative.
    """
    require_date(day)
    if require_count(count) < 0:
        raise ValueError("a number of working days is never negative")
    for _ in range(count):
        day = working_day_on_or_before(add_days(day, -1))
    return day
