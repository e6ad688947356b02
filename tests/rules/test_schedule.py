"""Which reviews and deadlines a lease has, told by tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.rules import notice, schedule
from app.rules.schedule import DEFAULT, Settings, free_month, to_heed
from app.rules.term import latest_end

D = date.fromisoformat


@pytest.mark.parametrize(
    "first, last, months",
    [
        ("2025-03-15", "2027-03-14", [3, 6, 9, 12, 15, 18]),  # two years: month 18 always is there
        ("2024-02-29", "2026-02-27", [3, 6, 9, 12, 15, 18]),
        ("2025-03-15", "2026-09-14", [3, 6, 9, 12]),
        ("2025-03-15", "2026-03-14", [3, 6]),
        ("2025-03-15", "2025-12-14", [3]),
        ("2025-03-15", "2025-09-14", []),
        ("2025-03-15", "2025-03-15", []),
    ],
)
def test_reviews_are_planned_up_to_three_weeks_before_the_advice_opens(
    first: str, last: str, months: list[int]
) -> None:
    planned = schedule.review_days(D(first), D(last))
    assert [month for month, _ in planned] == months
    limit = schedule.advice_opens(D(last)) - timedelta(weeks=3)
    assert all(day <= limit for _, day in planned)


def test_a_lease_of_two_years_always_has_its_review_in_month_eighteen() -> None:
    for start in (date(2024, 1, 1) + timedelta(days=n) for n in range(1500)):
        planned = schedule.review_days(start, latest_end(start))
        assert [month for month, _ in planned] == list(DEFAULT.review_months), start


def test_review_days_keep_the_day_of_the_month_and_clamp() -> None:
    planned = dict(schedule.review_days(D("2025-05-31"), D("2027-05-30")))
    assert planned == {
        3: D("2025-08-31"), 6: D("2025-11-30"), 9: D("2026-02-28"), 12: D("2026-05-31"),
        15: D("2026-08-31"), 18: D("2026-11-30"),
    }  # fmt: skip


@pytest.mark.parametrize(
    "last, opens, due, decide, ended",
    [
        ("2027-03-14", "2026-10-14", "2026-11-14", "2026-12-06", "2027-03-15"),
        ("2026-11-30", "2026-06-30", "2026-07-30", "2026-08-24", "2026-12-01"),
        ("2027-02-28", "2026-09-28", "2026-10-28", "2026-11-22", "2027-03-01"),
        ("2028-02-29", "2027-09-29", "2027-10-29", "2027-11-23", "2028-03-01"),
    ],
)
def test_the_days_before_the_end(last: str, opens: str, due: str, decide: str, ended: str) -> None:
    day = D(last)
    assert (
        schedule.advice_opens(day), schedule.advice_due(day), schedule.decision_due(day), schedule.term_ended(day)
    ) == (D(opens), D(due), D(decide), D(ended))  # fmt: skip


def test_the_decision_is_due_before_the_notice_window_opens() -> None:
    """Whatever the last day: the second person and the explanation still have days before the window."""
    for last in (date(2024, 1, 1) + timedelta(days=n) for n in range(6200)):
        assert schedule.advice_opens(last) < schedule.advice_due(last) < schedule.decision_due(last), last
        assert schedule.decision_due(last) < notice.window(last).safe_first, last


@pytest.mark.parametrize(
    "last, told",
    [("2025-09-14", False), ("2025-08-31", False), ("2025-08-25", True), ("2025-06-14", True), ("2027-03-14", False)],
)
def test_a_short_lease_whose_advice_comes_before_week_six_is_pointed_out(last: str, told: bool) -> None:
    assert schedule.too_early_for_guidance(D("2025-03-15"), D(last)) == told


def test_aftercare_is_counted_from_the_last_day() -> None:
    assert schedule.aftercare_days(D("2027-08-31")) == [
        (3, D("2027-11-30")), (6, D("2028-02-29")), (12, D("2028-08-31")),
    ]  # fmt: skip


def test_a_region_may_choose_other_spans() -> None:
    own = replace(DEFAULT, review_months=(2, 4), review_opens_days=10, decision_due_days=120, aftercare_months=(1,))
    assert schedule.review_days(D("2025-03-15"), D("2027-03-14"), own) == [(2, D("2025-05-15")), (4, D("2025-07-15"))]
    assert schedule.review_opens(D("2025-05-15"), own) == D("2025-05-05")
    assert schedule.decision_due(D("2027-03-14"), own) == D("2026-11-14")
    assert schedule.aftercare_days(D("2027-03-14"), own) == [(1, D("2027-04-14"))]
    assert Settings() == DEFAULT


@pytest.mark.parametrize(
    ("planned", "month", "meeting"),
    [
        (date(2025, 6, 15), 3, date(2025, 6, 13)),  # a Sunday by counting
        (date(2025, 9, 15), 6, date(2025, 9, 15)),
        (date(2025, 6, 21), 3, date(2025, 6, 21)),  # a Saturday that somebody chose
    ],
)
def test_nobody_is_invited_for_a_free_day_that_nobody_chose(planned: date, month: int, meeting: date) -> None:
    assert schedule.meeting_day(planned, month, date(2025, 3, 15)) == meeting


@pytest.mark.parametrize(
    ("on", "taken", "month"),
    [
        (date(2025, 7, 28), (3, 6, 9), 4),
        (date(2025, 3, 20), (3, 6, 9), 1),
        (date(2025, 7, 28), (3, 4, 6), 5),
        (date(2025, 7, 28), (3, 4, 5, 6), 2),
        (date(2025, 6, 15), (3, 6), 4),
    ],
)
def test_a_review_in_between_is_called_by_the_nearest_free_month(on: date, taken: tuple[int, ...], month: int) -> None:
    assert free_month(date(2025, 3, 15), on, taken) == month


@pytest.mark.parametrize(
    ("planned", "month", "code"),
    [
        (date(2025, 6, 15), 3, ""),  # a Sunday that was counted: the meeting is on the Friday before
        (date(2025, 6, 22), 3, "no_working_day"),  # a Sunday that somebody chose
        (date(2025, 12, 25), 9, "no_working_day"),
        (date(2027, 2, 15), 18, "after_the_window"),
        (date(2027, 2, 12), 18, ""),
    ],
)
def test_what_is_to_heed_about_the_day_of_a_review(planned: date, month: int, code: str) -> None:
    assert to_heed(planned, month, date(2025, 3, 15), date(2027, 2, 14)) == code
