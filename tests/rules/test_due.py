"""When every task is due and why, told by tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest

from app.rules import notice
from app.rules.case import Case
from app.rules.dates import is_working_day
from app.rules.due import AGREED, BY_LAW, DAYS_GIVEN, due
from tests.rules.cases import FIRST, LAST, checks, decision, lease, review

D = date.fromisoformat
FORMS = Path(__file__).resolve().parents[2] / "workflows" / "forms"
TASKS = sorted(path.stem for path in FORMS.glob("*.json"))
NEW = Case(opened_on=date(2025, 1, 6))
OPEN_3 = review(lease(), 3, opened_on=D("2025-05-25"))


@pytest.mark.parametrize(
    "task, opened, on, because, hangs_on",
    [
        ("nominate_candidate", "2025-01-06", "2025-01-13", "since_opened", "2025-01-06"),
        ("check_eligibility", "2025-01-06", "2025-01-20", "since_opened", "2025-01-06"),
        ("match_home", "2025-01-06", "2025-02-03", "since_opened", "2025-01-06"),
        ("record_offer_answer", "2025-01-04", "2025-01-10", "since_opened", "2025-01-04"),  # a Saturday: the day before
        ("draft_care_contract", "2025-04-10", "2025-04-24", "since_opened", "2025-04-10"),
        ("agree_as_tenant", "2025-04-11", "2025-04-17", "since_opened", "2025-04-11"),  # Good Friday
        ("agree_as_provider", "2025-04-14", "2025-04-17", "since_opened", "2025-04-14"),  # Easter Monday
        ("agree_as_municipality", "2025-12-18", "2025-12-24", "since_opened", "2025-12-18"),
        ("agree_as_association", "2024-12-25", "2024-12-31", "since_opened", "2024-12-25"),
        ("prepare_lease", "2025-04-29", "2025-05-06", "since_opened", "2025-04-29"),
    ],
)
def test_before_the_lease_a_step_has_some_days_once_it_is_open(
    task: str, opened: str, on: str, because: str, hangs_on: str
) -> None:
    found = due(task, NEW, D(opened))
    assert (found.on, found.because, found.hangs_on) == (D(on), because, D(hangs_on))


@pytest.mark.parametrize(
    "task, case, opened, on, because, hangs_on",
    [
        ("sign_lease", lease(), "2025-02-28", "2025-03-07", "since_opened", "2025-02-28"),
        ("sign_lease", lease(), "2025-03-10", "2025-03-14", "lease_starts_on", "2025-03-15"),
        ("hand_over_keys", lease(), "2025-03-07", "2025-03-15", "lease_starts_on", "2025-03-15"),
        ("hand_over_keys", lease(), "2025-03-20", "2025-03-20", "lease_starts_on", "2025-03-15"),
        ("check_startup_care", lease(), "2025-04-12", "2025-04-25", "week_six", "2025-03-15"),
        ("check_startup_housing", lease(), "2025-04-12", "2025-04-25", "week_six", "2025-03-15"),
        ("confirm_goals", OPEN_3, "2025-05-25", "2025-06-10", "review_meeting_on", "2025-06-13"),
        ("confirm_conditions", OPEN_3, "2025-05-25", "2025-06-10", "review_meeting_on", "2025-06-13"),
        ("hold_review_meeting", OPEN_3, "2025-06-12", "2025-06-13", "review_planned_on", "2025-06-13"),
        ("confirm_review_meeting", OPEN_3, "2025-06-13", "2025-06-20", "since_opened", "2025-06-13"),
        ("advise_as_provider", lease(), "2026-10-14", "2026-11-13", "decision_due_on", "2026-12-06"),
        ("advise_as_municipality", lease(), "2026-10-14", "2026-11-13", "decision_due_on", "2026-12-06"),
        ("hold_hearing", lease(), "2026-11-13", "2026-11-27", "decision_due_on", "2026-12-06"),
        ("decide_conversion", lease(), "2026-11-27", "2026-12-04", "window_opens_on", "2026-12-15"),
        ("approve_decision", lease(), "2026-12-01", "2026-12-08", "window_opens_on", "2026-12-15"),
        ("approve_decision", lease(), "2026-12-10", "2026-12-14", "window_opens_on", "2026-12-15"),
        ("explain_decision", lease(), "2026-12-08", "2026-12-14", "window_opens_on", "2026-12-15"),
        ("explain_decision", lease(), "2027-01-05", "2027-01-05", "window_opens_on", "2026-12-15"),
        ("confirm_conversion", lease(), "2026-12-10", "2026-12-24", "lease_ends_on", "2027-03-14"),
        ("sign_regular_lease", lease(), "2026-12-24", "2027-03-14", "lease_ends_on", "2027-03-14"),
        ("plan_leaving", lease(), "2026-12-10", "2027-01-07", "since_opened", "2026-12-10"),
        ("send_end_notice", lease(), "2026-12-15", "2027-02-05", "must_be_received_by", "2027-02-14"),
        ("send_end_notice", lease(), "2027-02-10", "2027-02-10", "must_be_received_by", "2027-02-14"),
        ("record_receipt", lease(), "2026-12-18", "2027-02-14", "window_closes_on", "2027-02-14"),
        ("return_keys", lease(), "2027-03-15", "2027-03-15", "lease_ended_on", "2027-03-14"),
        ("handle_stay", lease(), "2027-03-16", "2027-03-23", "since_opened", "2027-03-16"),
        (
            "check_aftercare",
            lease(aftercare=checks()),
            "2027-05-31",
            "2027-06-14",
            "aftercare_planned_on",
            "2027-06-14",
        ),
    ],
)
def test_in_the_lease_a_task_hangs_on_a_day_of_the_lease(
    task: str, case: Case, opened: str, on: str, because: str, hangs_on: str
) -> None:
    found = due(task, case, D(opened))
    assert (found.on.isoformat(), found.because, found.hangs_on) == (on, because, D(hangs_on))


@pytest.mark.parametrize("task", TASKS)
def test_no_task_is_due_before_it_opened_and_ours_are_due_on_working_days(task: str) -> None:
    cases: list[Any] = [NEW, OPEN_3, lease(aftercare=checks(), decision=decision("do_not_convert"))]
    for case in cases:
        for opened in (FIRST + timedelta(days=n) for n in range(0, 800, 3)):
            found = due(task, case, opened)
            assert found.on >= opened
            assert task in BY_LAW | AGREED or found.on == opened or is_working_day(found.on), (opened, found)


def test_a_day_the_law_sets_does_not_move_for_a_weekend() -> None:
    closes = notice.window(LAST).safe_last
    assert closes.weekday() == 6  # a Sunday
    assert due("record_receipt", lease(), D("2026-12-20")).on == closes


def test_the_notice_is_sent_so_that_it_arrives_inside_the_window() -> None:
    for last in (LAST + timedelta(days=n) for n in range(400)):
        case = lease(last=last)
        window = notice.window(last)
        found = due("send_end_notice", case, window.safe_first)
        assert window.safe_first <= found.on < window.safe_last and found.hangs_on == window.safe_last


def test_with_a_moved_review_its_tasks_move() -> None:
    moved = review(OPEN_3, 3, planned_on=D("2025-07-03"))
    assert due("confirm_goals", moved, D("2025-05-25")).on == D("2025-06-30")
    assert due("hold_review_meeting", moved, D("2025-05-25")).on == D("2025-07-03")


def test_the_check_whose_turn_it_is_counts() -> None:
    first, second, third = checks()
    case = lease(aftercare=(replace(first, closed_on=LAST), second, third))
    assert due("check_aftercare", case, D("2027-08-31")).hangs_on == second.planned_on


def test_days_are_given_to_tasks_that_exist() -> None:
    assert DAYS_GIVEN.keys() <= set(TASKS) and set(TASKS) >= BY_LAW | AGREED
