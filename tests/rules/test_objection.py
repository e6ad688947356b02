"""The last day for an objection, told by a table."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.objection import open_until

D = date.fromisoformat


@pytest.mark.parametrize(
    "sent, last",
    [
        ("2025-01-24", "2025-03-07"),  # a Friday
        ("2025-01-25", "2025-03-10"),  # a Saturday: on Monday
        ("2026-11-20", "2027-01-04"),  # New Year's Day is a Friday
        ("2025-11-13", "2025-12-29"),  # both Christmas days, then a weekend
        ("2026-02-20", "2026-04-07"),  # Good Friday, and Easter Monday
        ("2026-03-16", "2026-04-28"),  # King's Day
    ],
)
def test_six_weeks_that_end_on_a_day_off_run_on_to_a_working_day(sent: str, last: str) -> None:
    assert open_until(D(sent)) == D(last)
