"""The checks on dates, term and notice catch every planted fault: a check that catches nothing proves nothing."""

from __future__ import annotations

import pytest

from tests.rules.planting import Plant, planted
from tests.rules.statement import CHECKS, Rules

# module -> what is wrong, the text in the rule, the text in its place
FAULTS = {
    "dates": [
        ("the clamp is a day short", "monthrange(year, month)[1]", "monthrange(year, month)[1] - 1"),
        ("every month has 28 days", "monthrange(year, month)[1]", "28"),
        ("the clamp forgets leap years", "monthrange(year, month)", "monthrange(2023, month)"),
        ("months start at one twice", "+ day.month - 1 +", "+ day.month +"),
        (
            "a month is thirty days",
            "    year, month = divmod(",
            "    return add_days(day, 30 * months)\n    year, month = divmod(",
        ),
        ("a week has six days", "7 * require_count", "6 * require_count"),
        ("Saturday is worked", "_SATURDAY = 5", "_SATURDAY = 6"),
        ("Friday is not worked", "weekday() < _SATURDAY", "weekday() < _SATURDAY - 1"),
        ("holidays are worked", " and day not in holidays(day.year)", ""),
        ("Good Friday and 5 May are left out", '("public", "optional")', '("public",)'),
        ("only the optional holidays count", '("public", "optional")', '("optional",)'),
        ("Easter Monday is left out", '"Easter Sunday", ', '"Easter Sunday", "Easter Monday", '),
        ("Ascension is left out", '"Pentecost")', '"Pentecost", "Ascension Day")'),
        ("King's Day is left out", '"Pentecost")', '"Pentecost", "King\'s Day")'),
        ("holidays of another year", "years=year", "years=year + 1"),
        ("before looks after", "        day = add_days(day, -1)\n", "        day = add_days(day, 1)\n"),
        ("after skips two", "        day = add_days(day, 1)\n", "        day = add_days(day, 2)\n"),
        ("the day itself counts", "working_day_on_or_before(add_days(day, -1))", "working_day_on_or_before(day)"),
        (
            "the margin is in calendar days",
            "day = working_day_on_or_before(add_days(day, -1))",
            "day = add_days(day, -1)",
        ),
        ("one working day too many", "range(count)", "range(count + 1)"),
    ],
    "term": [
        ("the last day is the day after", ", -1)", ", 0)"),
        ("the last day is two days before", ", -1)", ", -2)"),
        ("a term of 23 months", "LONGEST_TERM_IN_MONTHS = 24", "LONGEST_TERM_IN_MONTHS = 23"),
        (
            "the day is taken off first",
            "add_days(add_months(first_day, LONGEST_TERM_IN_MONTHS), -1)",
            "add_months(add_days(first_day, -1), LONGEST_TERM_IN_MONTHS)",
        ),
        ("the latest end is refused", "last_day > latest", "last_day >= latest"),
        ("a day too long is allowed", "last_day > latest", "last_day > add_days(latest, 1)"),
        ("a lease of one day is refused", "require_date(last_day) < ", "require_date(last_day) <= "),
        ("backwards is allowed", "require_date(last_day) < require_date(first_day)", "False"),
    ],
    "notice": [
        ("M is E", "add_days(require_date(last_day), 1)", "require_date(last_day)"),
        ("opens after two months", "OPENS_MONTHS_BEFORE = 3", "OPENS_MONTHS_BEFORE = 2"),
        ("closes two months before", "CLOSES_MONTHS_BEFORE = 1", "CLOSES_MONTHS_BEFORE = 2"),
        ("opening counts from E", "add_months(day_after, -OPENS", "add_months(last_day, -OPENS"),
        ("closing counts from E", "add_months(day_after, -CLOSES", "add_months(last_day, -CLOSES"),
        ("the day before closing is forgotten", "_MONTHS_BEFORE), -1)", "_MONTHS_BEFORE), 0)"),
        ("safe is literal at the end", "min(add_months(last_day, -CLOSES_MONTHS_BEFORE), last)", "last"),
        (
            "safe is one reading only",
            "min(add_months(last_day, -CLOSES_MONTHS_BEFORE), last)",
            "add_months(last_day, -CLOSES_MONTHS_BEFORE)",
        ),
        ("the wider reading wins", "min(add_months", "max(add_months"),
        ("safe closes a day early", "    safe_last = min(", "    safe_last = add_days(last, -1)\n    min("),
        ("safe is literal at the start", "_safe_first(first, day_after), safe_last", "first, safe_last"),
        ("safe opens a day late", "_BEFORE) < day_after", "_BEFORE) < add_days(day_after, 1)"),
        ("safe opens a day early", "_BEFORE) < day_after", "_BEFORE) < add_days(day_after, -1)"),
        ("safe opens two days further", "first = add_days(first, 1)", "first = add_days(first, 2)"),
        (
            "the post leaves on any day",
            "working_day_on_or_before(window(last_day).safe_last)",
            "window(last_day).safe_last",
        ),
        (
            "the post leaves after the window",
            "_before(window(last_day).safe_last)",
            "_before(add_days(window(last_day).safe_last, 1))",
        ),
        ("the post counts on the literal window", "window(last_day).safe_last", "window(last_day).literal_last"),
        ("delivery takes four days", "DELIVERY_MARGIN = 5", "DELIVERY_MARGIN = 4"),
        ("the margin is not taken off", "safe_last), working_days)", "safe_last), 0)"),
        ("the first day is too early", "require_date(received_on) < safe", "require_date(received_on) <= safe"),
        ("the last day is too late", "received_on > safe", "received_on >= safe"),
        ("judged on the literal opening", "safe.safe_first", "safe.literal_first"),
        ("judged on the literal closing", "safe.safe_last", "safe.literal_last"),
    ],
}
PLANTS = [Plant(says, module, text, fault) for module, rows in FAULTS.items() for says, text, fault in rows]


def first_objection(rules: Rules) -> str | None:
    for check in CHECKS:
        try:
            check(rules)
        except AssertionError:
            return check.__name__
    return None


def test_a_copy_without_a_fault_passes_every_check() -> None:
    with planted(None) as rules:
        assert first_objection(rules) is None


@pytest.mark.parametrize("plant", PLANTS, ids=lambda plant: plant.says)
def test_a_planted_fault_is_caught(plant: Plant) -> None:
    with planted(plant) as rules:
        assert first_objection(rules) is not None, plant.says


def test_no_fault_is_planted_twice() -> None:
    assert len({(plant.module, plant.text, plant.fault) for plant in PLANTS}) == len(PLANTS)
