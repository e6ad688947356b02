"""Correcting the days of a signed lease: when it may be, which days may be proposed, and which reviews move."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.rules.case import Case, DecisionState, EarlyEndState
from app.rules.lease_correction import barred, corrected, faults, replan
from tests.rules.cases import FIRST, LAST, decision, lease, review

TODAY = date(2025, 9, 1)


def days(signed_on: str = "2025-03-07", first_day: str = "2025-03-15", last_day: str = "2027-03-14") -> dict[str, str]:
    return {"signed_on": signed_on, "first_day": first_day, "last_day": last_day}


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (lease(), ""),
        (lease(stage="intake"), ""),  # signed, the keys not handed over yet
        (lease(decision=decision("do_not_convert")), ""),
        (lease(decision=DecisionState("convert", date(2026, 12, 1))), ""),  # nobody approved it
        (lease(signed_on=None), "lease_not_signed"),
        (lease(stage="aftercare"), "lease_is_over"),
        (lease(ending="tenancy_ended"), "lease_is_over"),
        (lease(early_end=EarlyEndState("court", TODAY, TODAY)), "lease_is_over"),
        (lease(sent={"tenant": date(2027, 1, 4)}), "notice_names_the_last_day"),
        (lease(decision=decision("convert")), "conversion_names_the_last_day"),
        (lease(decision=decision("convert_with_aftercare")), "conversion_names_the_last_day"),
    ],
)
def test_days_are_corrected_as_long_as_nothing_went_out_that_names_them(case: Case, code: str) -> None:
    assert barred(case) == code


@pytest.mark.parametrize(
    ("proposed", "found"),
    [
        (days(last_day="2027-03-13"), []),
        (days(), [("last_day", "nothing_changes")]),
        (days(last_day="2027-03-15"), [("last_day", "longer_than_two_years")]),
        (days(last_day="2025-03-14"), [("last_day", "ends_before_it_starts")]),
        (days(signed_on="2024-06-30", first_day="2024-07-01", last_day="2026-06-30"),
         [("signed_on", "ground_needs_old_regime")]),
        (days(first_day="2015-03-15", last_day="2017-03-14"), [("first_day", "starts_far_off")]),
    ],
)  # fmt: skip
def test_proposed_days_keep_every_rule_of_signing(proposed: dict[str, str], found: list[tuple[str, str]]) -> None:
    assert [(fault.field, fault.code) for fault in faults(proposed, lease(), TODAY)] == found


def months(case: Case) -> dict[int, date]:
    return {one.month: one.planned_on for one in case.reviews}


def after(case: Case, first: date, last: date) -> dict[int, date]:
    assert case.signed_on is not None
    return months(corrected(case, case.signed_on, first, last))


def test_reviews_follow_the_first_day() -> None:
    moved = after(lease(), date(2025, 4, 1), date(2027, 3, 31))
    assert moved == {month: date(2025 + (month + 3) // 12, (month + 3) % 12 + 1, 1) for month in (3, 6, 9, 12, 15, 18)}


def test_what_has_begun_and_what_somebody_moved_stays() -> None:
    case = review(lease(), 3, opened_on=date(2025, 5, 25))
    case = review(case, 6, planned_on=date(2025, 9, 22))
    moved = after(case, date(2025, 4, 1), date(2027, 3, 31))
    assert moved[3] == date(2025, 6, 15) and moved[6] == date(2025, 9, 22) and moved[9] == date(2026, 1, 1)


def test_a_review_that_somebody_moved_out_of_the_lease_goes_back_to_its_month() -> None:
    case = review(lease(), 18, planned_on=date(2026, 10, 1))
    assert after(case, FIRST, date(2026, 9, 14)).get(18) is None
    assert after(case, date(2025, 3, 1), date(2027, 2, 28))[18] == date(2026, 10, 1)


def test_a_shorter_lease_has_fewer_reviews_and_a_longer_one_more() -> None:
    short = replan(lease(), FIRST, date(2026, 3, 14))
    assert set(short.dropped) == {"9", "12", "15", "18"} and short.added == ()
    case = lease(FIRST, date(2026, 3, 14))
    longer = replan(case, FIRST, LAST)
    assert [month for month, _ in longer.added] == [9, 12, 15, 18] and longer.dropped == ()


def test_before_the_keys_there_are_no_reviews_to_move() -> None:
    plan: Any = replan(replace(lease(reviews=()), stage="intake"), date(2025, 4, 1), date(2027, 3, 31))
    assert (plan.moved, plan.dropped, plan.added) == ({}, (), ())
