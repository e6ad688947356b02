"""When a task is due, and why: as the lease says, as the law says, else on a working day of our own."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.rules.case import Case
from app.rules.due import due

CASE = Case(opened_on=date(2025, 1, 1), stage="tenancy", first_day=date(2025, 3, 15), last_day=date(2027, 3, 14))
NO_LEASE = replace(CASE, stage="intake", first_day=None, last_day=None)


@pytest.mark.parametrize(
    ("task", "case", "opened", "on", "because"),
    [
        ("nominate_candidate", NO_LEASE, date(2025, 1, 10), date(2025, 1, 17), "since_opened"),
        ("nominate_candidate", NO_LEASE, date(2025, 4, 14), date(2025, 4, 17), "since_opened"),  # not on Easter Monday
        ("sign_lease", CASE, date(2025, 3, 4), date(2025, 3, 11), "since_opened"),
        ("sign_lease", CASE, date(2025, 3, 12), date(2025, 3, 14), "lease_starts_on"),
        (
            "hand_over_keys",
            CASE,
            date(2025, 2, 3),
            date(2025, 3, 15),
            "lease_starts_on",
        ),  # a Saturday, as the lease says
        ("hand_over_keys", CASE, date(2025, 3, 20), date(2025, 3, 20), "lease_starts_on"),
        ("check_startup_care", CASE, date(2025, 4, 12), date(2025, 4, 25), "week_six"),
        ("advise_as_provider", CASE, date(2026, 10, 14), date(2026, 11, 13), "decision_due_on"),
        ("hold_hearing", CASE, date(2026, 11, 13), date(2026, 11, 27), "decision_due_on"),
        ("decide_conversion", CASE, date(2026, 11, 27), date(2026, 12, 4), "window_opens_on"),
        ("approve_decision", CASE, date(2026, 12, 11), date(2026, 12, 14), "window_opens_on"),
        ("send_end_notice", CASE, date(2026, 12, 15), date(2027, 2, 5), "must_be_received_by"),
        (
            "record_receipt",
            CASE,
            date(2026, 12, 15),
            date(2027, 2, 14),
            "window_closes_on",
        ),  # a Sunday, as the law says
        ("return_keys", CASE, date(2027, 3, 15), date(2027, 3, 15), "lease_ended_on"),
        ("sign_regular_lease", CASE, date(2026, 12, 14), date(2027, 3, 14), "lease_ends_on"),
    ],
)
def test_a_task_is_due_on_its_day(task: str, case: Case, opened: date, on: date, because: str) -> None:
    found = due(task, case, opened)
    assert (found.on, found.because) == (on, because)
