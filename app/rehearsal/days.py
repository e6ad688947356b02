"""A day as a script says it: a date in any usual spelling, or so much before or after a known day; reads no clock."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date

from app.errors import Refused
from app.rules import forms
from app.rules.dates import add_days, add_months, minus_working_days, working_day_on_or_before

MARKS = ("S", "E", "today", "opened", "due")
STEP = re.compile(r"\s*([+-])\s*(\d{1,4})\s*(days?|working days?|weeks?|months?)")
RECKONED = re.compile(rf"({'|'.join(MARKS)})((?:{STEP.pattern})*)")


class BadScript(Refused):
    """What was asked can't be played; `params["reason"]` is one sentence with the place."""

    def __init__(self, reason: str) -> None:
        super().__init__("bad_script", reason=reason)


def is_reckoned(said: str) -> bool:
    """Whether this is counted from a known day, as in 'S + 12 months - 1 day'."""
    return RECKONED.fullmatch(said.strip()) is not None


def is_day(said: str) -> bool:
    """Whether this says a day at all: 'E - 2 weeks', '2026-05-30', '30 mei 2026'."""
    try:
        return is_reckoned(said) or forms.parse_date(said) is not None
    except forms.Unreadable:
        return False


def day_of(said: str, marks: Mapping[str, date]) -> date:
    """The day that was said; `marks` are the days that are known. Raises BadScript."""
    found = RECKONED.fullmatch(said.strip())
    if found is None:
        return _spelled(said, marks.get("today"))
    if found[1] not in marks:
        raise BadScript(f"'{said.strip()}': which day '{found[1]}' is, is not known there.")
    day = marks[found[1]]
    try:
        for sign, count, unit in STEP.findall(found[2]):
            day = _step(day, int(sign + count), unit)
    except ValueError as fault:
        raise BadScript(f"'{said.strip()}' falls outside the calendar.") from fault
    return day


def _spelled(said: str, today: date | None) -> date:
    try:
        return forms.parse_date(said, today)
    except forms.Unreadable as fault:
        said = " ".join(said.split())[:60]
        if fault.code == "impossible_date":
            raise BadScript(f"{said} does not exist: that month has {fault.params['days']} days.") from fault
        raise BadScript(f"'{said}' is not a day; write it as 2025-05-31, 31-5-2025 or 31 mei 2025.") from fault


def _step(day: date, count: int, unit: str) -> date:
    if unit.startswith("month"):
        return add_months(day, count)
    if unit.startswith("week"):
        return add_days(day, 7 * count)
    if unit.startswith("day"):
        return add_days(day, count)
    if count > 0:
        raise BadScript("Working days are only counted back, as in 'E - 5 working days'.")
    return minus_working_days(working_day_on_or_before(day), -count)
