"""The rules of domain 3.2 said a second time, by counting days on a list, and the checks that hold rules against it.

Never imports the rules it judges: they are handed in, so that the same checks judge a copy with a planted fault.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from functools import cache
from types import ModuleType
from typing import NamedTuple

from app.errors import Fault


class Rules(NamedTuple):
    dates: ModuleType
    term: ModuleType
    notice: ModuleType


EVERY_DAY = [date(2024, 1, 1) + timedelta(days=n) for n in range((date(2040, 12, 31) - date(2024, 1, 1)).days + 1)]

# (year, month) -> its days, written down by walking the calendar one day at a time.
MONTHS: dict[tuple[int, int], list[date]] = {}
for _n in range((date(2044, 1, 1) - date(2022, 1, 1)).days):
    _day = date(2022, 1, 1) + timedelta(days=_n)
    MONTHS.setdefault((_day.year, _day.month), []).append(_day)
IN_ORDER = list(MONTHS)
PLACE = {month: place for place, month in enumerate(IN_ORDER)}

EASTER_SUNDAYS = [
    date(2023, 4, 9), date(2024, 3, 31), date(2025, 4, 20), date(2026, 4, 5), date(2027, 3, 28), date(2028, 4, 16),
    date(2029, 4, 1), date(2030, 4, 21), date(2031, 4, 13), date(2032, 3, 28), date(2033, 4, 17), date(2034, 4, 9),
    date(2035, 3, 25), date(2036, 4, 13), date(2037, 4, 5), date(2038, 4, 25), date(2039, 4, 10), date(2040, 4, 1),
]  # fmt: skip

# S, E, opens and closes as in the table of domain 3.2.
TABLE = [
    (date(2025, 3, 15), date(2027, 3, 14), date(2026, 12, 15), date(2027, 2, 14)),
    (date(2024, 12, 1), date(2026, 11, 30), date(2026, 9, 1), date(2026, 10, 30)),
    (date(2025, 3, 1), date(2027, 2, 28), date(2026, 12, 1), date(2027, 1, 28)),
    (date(2025, 5, 31), date(2027, 5, 30), date(2027, 3, 1), date(2027, 4, 29)),
    (date(2024, 2, 29), date(2026, 2, 27), date(2025, 11, 28), date(2026, 1, 27)),
]


@cache
def same_day(day: date, months: int) -> date:
    """The day with the same number, `months` further on the list of months; the last one when the month is shorter."""
    days = MONTHS[IN_ORDER[PLACE[day.year, day.month] + months]]
    return next((one for one in days if one.day == day.day), days[-1])


@cache
def free_days(year: int) -> frozenset[date]:
    easter = next(day for day in EASTER_SUNDAYS if day.year == year)
    after_easter = {easter + timedelta(days=n) for n in (-2, 1, 39, 50)}
    kings_day = date(year, 4, 26 if date(year, 4, 27).isoweekday() == 7 else 27)
    return frozenset(
        {date(year, 1, 1), kings_day, date(year, 5, 5), date(year, 12, 25), date(year, 12, 26), *after_easter}
    )


def works(day: date) -> bool:
    return day.isoweekday() <= 5 and day not in free_days(day.year)


@cache
def safe_days(end: date) -> list[date]:
    """Every day on which all readings agree that a received notice counts, found by asking each day in turn."""
    over = end + timedelta(days=1)
    return [
        day
        for day in (over - timedelta(days=n) for n in range(130, 0, -1))
        if same_day(over, -3) <= day < same_day(over, -1)
        and day <= same_day(end, -1)
        and same_day(day, 3) >= over
        and same_day(day, 1) <= end
    ]


@cache
def posting_days(end: date, margin: int) -> date:
    """The working day with `margin` working days between it and the last one in the window."""
    back = [safe_days(end)[-1] - timedelta(days=n) for n in range(3 * margin + 20)]
    return [day for day in back if works(day)][margin]


def months_keep_the_day_and_clamp(rules: Rules) -> None:
    for day in EVERY_DAY[:1500]:
        for months in (-13, -12, -3, -1, 0, 1, 3, 12, 24):
            assert rules.dates.add_months(day, months) == same_day(day, months), (day, months)


def days_and_weeks_are_counted_in_days(rules: Rules) -> None:
    for count in (-10, -1, 0, 1, 6):
        assert rules.dates.add_days(date(2028, 2, 25), count) == date(2028, 2, 25) + timedelta(days=count)
        assert rules.dates.add_weeks(date(2028, 2, 25), count) == date(2028, 2, 25) + timedelta(days=7 * count)


def the_holidays_are_the_nine_of_the_law(rules: Rules) -> None:
    for year in range(2023, 2041):
        assert rules.dates.holidays(year) == free_days(year), year


def working_days_leave_out_weekends_and_holidays(rules: Rules) -> None:
    for day in EVERY_DAY:
        assert rules.dates.is_working_day(day) is works(day), day


def the_nearest_working_day_is_found_either_way(rules: Rules) -> None:
    around = range(12)
    for day in EVERY_DAY[20:-20]:
        before = next(one for one in (day - timedelta(days=n) for n in around) if works(one))
        after = next(one for one in (day + timedelta(days=n) for n in around) if works(one))
        assert rules.dates.working_day_on_or_before(day) == before, day
        assert rules.dates.working_day_on_or_after(day) == after, day


def working_days_are_counted_back_one_by_one(rules: Rules) -> None:
    for day in EVERY_DAY[60:1200]:
        earlier = [one for one in (day - timedelta(days=n) for n in range(1, 25)) if works(one)]
        for count in (1, 2, 5, 8):
            assert rules.dates.minus_working_days(day, count) == earlier[count - 1], (day, count)
        assert rules.dates.minus_working_days(day, 0) == day


def the_longest_term_is_two_years_less_a_day(rules: Rules) -> None:
    for start in EVERY_DAY:
        day_after = rules.term.latest_end(start) + timedelta(days=1)
        assert day_after == same_day(start, 24), start


def a_term_may_be_one_day_up_to_two_years_and_no_longer(rules: Rules) -> None:
    for start in EVERY_DAY[::7]:
        latest = same_day(start, 24) - timedelta(days=1)
        assert rules.term.fault(start, start) is None, start
        assert rules.term.fault(start, latest) is None, start
        too_long = Fault("last_day", "longer_than_two_years", {"first_day": start, "latest_end": latest})
        assert rules.term.fault(start, latest + timedelta(days=1)) == too_long, start
        backwards = Fault("last_day", "ends_before_it_starts", {"first_day": start})
        assert rules.term.fault(start, start - timedelta(days=1)) == backwards, start


def the_table_of_the_domain_holds(rules: Rules) -> None:
    for start, end, opens, closes in TABLE:
        assert rules.term.latest_end(start) == end, start
        found = rules.notice.window(end)
        assert (found.safe_first, found.safe_last) == (opens, closes), end
    literal = rules.notice.window
    assert literal(date(2026, 11, 30)).literal_last == date(2026, 10, 31)
    assert literal(date(2027, 2, 28)).literal_last == date(2027, 1, 31)
    assert literal(date(2027, 5, 30)).literal_first == date(2027, 2, 28)
    assert rules.notice.send_by(date(2027, 3, 14), 0) == date(2027, 2, 12)
    assert rules.notice.send_by(date(2027, 3, 14)) == date(2027, 2, 5)


def the_literal_window_counts_months_from_the_day_after(rules: Rules) -> None:
    for end in EVERY_DAY:
        over, found = end + timedelta(days=1), rules.notice.window(end)
        assert found.literal_first == same_day(over, -3), end
        assert found.literal_last + timedelta(days=1) == same_day(over, -1), end


def the_safe_window_is_where_all_readings_agree(rules: Rules) -> None:
    for end in EVERY_DAY:
        days, found = safe_days(end), rules.notice.window(end)
        assert (found.safe_first, found.safe_last) == (days[0], days[-1]), end
        assert (days[-1] - days[0]).days == len(days) - 1, f"a hole in the window of {end}"


def the_notice_leaves_in_time_to_arrive(rules: Rules) -> None:
    for end in EVERY_DAY:
        assert rules.notice.send_by(end) == posting_days(end, 5), end
    for end in EVERY_DAY[::5]:
        assert rules.notice.send_by(end, 0) == posting_days(end, 0), end
        assert rules.notice.send_by(end, 2) == posting_days(end, 2), end


def a_notice_is_judged_on_the_safe_window(rules: Rules) -> None:
    one = timedelta(days=1)
    for end in EVERY_DAY[::3]:
        days = safe_days(end)
        found = [rules.notice.standing(day, end) for day in (days[0] - one, days[0], days[-1], days[-1] + one)]
        assert found == ["too_early", "in_time", "in_time", "too_late"], end


# Cheap ones first: a planted fault is asked about until the first objection.
CHECKS: list[Callable[[Rules], None]] = [
    days_and_weeks_are_counted_in_days,
    months_keep_the_day_and_clamp,
    the_longest_term_is_two_years_less_a_day,
    a_term_may_be_one_day_up_to_two_years_and_no_longer,
    the_table_of_the_domain_holds,
    the_literal_window_counts_months_from_the_day_after,
    the_safe_window_is_where_all_readings_agree,
    a_notice_is_judged_on_the_safe_window,
    the_holidays_are_the_nine_of_the_law,
    working_days_leave_out_weekends_and_holidays,
    the_nearest_working_day_is_found_either_way,
    working_days_are_counted_back_one_by_one,
    the_notice_leaves_in_time_to_arrive,
]
