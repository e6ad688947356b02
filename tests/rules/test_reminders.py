"""Which reminders stand in the ledger, case by case, and what is said of a task that is late."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.rules.case import AdviceState, Case, DecisionState
from app.rules.reminders import next_nudge, nudge_kind, occasions

LAST = date(2027, 3, 14)
DECIDED = date(2026, 11, 20)
CASE = Case(opened_on=date(2025, 1, 1), stage="tenancy", first_day=date(2025, 3, 15), last_day=LAST)
ADVICE = AdviceState("convert", DECIDED)
LEAVING = DecisionState("do_not_convert", DECIDED, "approve", DECIDED)
STAYING = DecisionState("convert", DECIDED, "approve", DECIDED)
WINDOW = {"window_opens", "send_by", "window_closes"}


@pytest.mark.parametrize(
    ("case", "about"),
    [
        (CASE, {"decision", "advice", *WINDOW}),
        (replace(CASE, advices={"care_provider": ADVICE}), {"decision", "advice", *WINDOW}),
        (replace(CASE, advices={"care_provider": ADVICE, "municipality": ADVICE}), {"decision", *WINDOW}),
        (replace(CASE, decision=replace(LEAVING, verdict="")), {"decision", "advice", *WINDOW}),
        (replace(CASE, decision=STAYING), set()),
        (replace(CASE, decision=LEAVING), WINDOW),
        (replace(CASE, decision=LEAVING, notices=("unproven",)), {"window_closes"}),
        (replace(CASE, decision=LEAVING, notices=("unproven",), tenants=2), {"send_by", "window_closes"}),
        (replace(CASE, decision=LEAVING, notices=("too_early",)), {"send_by", "window_closes"}),
        (replace(CASE, decision=LEAVING, notices=("in_time",)), set()),
        (replace(CASE, decision=LEAVING, notices=("in_time", "unproven"), tenants=2), {"window_closes"}),
        (replace(CASE, ending="open_ended_by_lapse"), set()),
        (replace(CASE, stage="intake"), set()),
        (replace(CASE, last_day=None), set()),
    ],
)
def test_what_is_still_worth_a_reminder(case: Case, about: set[str]) -> None:
    assert {one for one, _, _ in occasions(case)} == about


DUE = date(2026, 6, 1)


@pytest.mark.parametrize(
    ("late", "has_lead", "kind"),
    [(0, True, None), (1, True, "overdue"), (7, True, "overdue"), (8, True, "overdue_team_lead"),
     (1, False, "overdue"), (7, False, "overdue"), (8, False, None)],
)  # fmt: skip
def test_late_work_is_brought_up_after_1_and_7_days_and_then_with_the_lead_if_there_is_one(
    late: int, has_lead: bool, kind: str | None
) -> None:
    on = DUE + timedelta(days=late)
    assert nudge_kind(DUE, on, nudge_on=on, has_lead=has_lead) == kind


def test_after_a_pause_late_work_is_brought_up_once_with_whoever_hears_of_it_last() -> None:
    after = DUE + timedelta(days=40)
    first = next_nudge(DUE, DUE)
    assert nudge_kind(DUE, after, nudge_on=first, has_lead=True) == "overdue_team_lead"
    assert nudge_kind(DUE, after, nudge_on=first, has_lead=False) == "overdue"
    assert next_nudge(DUE, after) is None
