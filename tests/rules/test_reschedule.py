"""Other spans for a trajectory that runs: what has begun stays, the rest is planned anew, all of it told beforehand."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.rules import reschedule
from app.rules.case import Case, EarlyEndState
from app.rules.legal_clock import legal_dates
from app.rules.reschedule import Note, barred, moved, notes, replan, rescheduled
from app.rules.schedule import DEFAULT, Settings, review_days
from app.rules.timeline import timeline
from tests.rules.cases import FIRST, LAST, advices, checks, lease, review
from tests.rules.test_spans import any_settings

TODAY = date(2025, 10, 1)
MONTHLY = replace(DEFAULT, review_months=(2, 4, 8, 10, 12, 16))


def months(case: Case) -> list[int]:
    return [one.month for one in case.reviews]


def begun() -> Case:
    """Half a year on: month 3 was held, month 6 is going on."""
    case = review(lease(), 3, opened_on=date(2025, 5, 25), held_on=date(2025, 6, 16), closed_on=date(2025, 6, 18))
    return review(case, 6, opened_on=date(2025, 8, 25))


@pytest.mark.parametrize(
    ("case", "code"),
    [
        (lease(), ""),
        (lease(stage="intake"), ""),
        (lease(stage="aftercare"), ""),
        (lease(stage="closed", closed_on=TODAY), "trajectory_is_over"),
        (lease(stage="ending", early_end=EarlyEndState("court", TODAY, TODAY)), "lease_ends_early"),
    ],
)
def test_spans_change_as_long_as_something_is_still_to_come(case: Case, code: str) -> None:
    assert barred(case) == code


def test_before_the_keys_nothing_is_planned_so_nothing_is_planned_anew() -> None:
    assert replan(Case(date(2025, 1, 6)), DEFAULT, MONTHLY, TODAY) == reschedule.Replan()
    assert replan(lease(stage="intake", reviews=()), DEFAULT, MONTHLY, TODAY) == reschedule.Replan()


def test_what_has_begun_stays_and_a_day_gone_by_is_not_planned() -> None:
    plan = replan(begun(), DEFAULT, MONTHLY, TODAY)
    assert plan.dropped == ("9", "15", "18")
    assert [month for month, _ in plan.reviews] == [8, 10, 16]
    assert [month for month, _ in plan.too_late] == [2, 4]
    assert months(rescheduled(begun(), plan)) == [3, 6, 8, 10, 12, 16]
    assert plan.kept == (6,)


def test_putting_it_back_brings_back_what_was_dropped() -> None:
    there = rescheduled(begun(), replan(begun(), DEFAULT, MONTHLY, TODAY))
    back = rescheduled(there, replan(there, MONTHLY, DEFAULT, TODAY))
    assert [(one.month, one.planned_on) for one in back.reviews] == [
        (one.month, one.planned_on) for one in begun().reviews
    ]


def test_a_day_that_somebody_chose_stays() -> None:
    case = review(begun(), 9, planned_on=date(2025, 12, 20))
    case = review(case, 15, extra=True)
    plan = replan(case, DEFAULT, MONTHLY, TODAY, fixed=["18"])
    assert plan.dropped == ()
    said = [(one.code, one.month) for one in notes(case, DEFAULT, MONTHLY, TODAY, plan) if one.code.endswith("stays")]
    assert said == [("begun_stays", 6), ("chosen_stays", 9), ("chosen_stays", 15), ("chosen_stays", 18)]


def test_the_process_always_has_a_review_to_wait_for() -> None:
    """Dropping the last one to come, while none is going on, would leave the process waiting for ever."""
    case = lease()
    for month in (3, 6, 9, 12, 15):
        case = review(case, month, opened_on=FIRST, held_on=FIRST, closed_on=FIRST)
    plan = replan(case, DEFAULT, replace(DEFAULT, review_months=(3, 6, 9, 12)), date(2026, 7, 1))
    assert (plan.dropped, plan.kept, plan.awaited) == ((), (18,), 18)
    assert [one.code for one in said(case, replace(DEFAULT, review_months=(3, 6, 9, 12)), date(2026, 7, 1))] == [
        "next_stays"
    ]
    others = replan(case, DEFAULT, replace(DEFAULT, review_months=(3, 17)), date(2026, 7, 1))
    assert others.dropped == ("18",) and [month for month, _ in others.reviews] == [17]
    case = review(case, 15, closed_on=None)
    assert replan(case, DEFAULT, replace(DEFAULT, review_months=(3, 6, 9, 12)), date(2026, 7, 1)).dropped == ("18",)


def test_once_the_last_review_is_over_no_other_is_planned() -> None:
    case = lease()
    for month in (3, 6, 9, 12, 15, 18):
        case = review(case, month, opened_on=FIRST, closed_on=FIRST)
    plan = replan(case, DEFAULT, replace(DEFAULT, review_months=(3, 6, 9, 12, 15, 17)), date(2026, 7, 1))
    assert plan.reviews == () and [month for month, _ in plan.too_late] == [17]


def test_a_later_advice_makes_room_for_no_review_and_an_earlier_one_takes_the_last() -> None:
    earlier = replace(DEFAULT, advice_due_months=6)
    assert replan(lease(), DEFAULT, earlier, TODAY).dropped == ("18",)
    same = replace(DEFAULT, card_months=18)
    assert replan(lease(), DEFAULT, same, TODAY) == reschedule.Replan()


def test_checks_that_have_not_begun_are_planned_anew() -> None:
    case = lease(stage="aftercare", aftercare=checks(), ending="conversion")
    more = replace(DEFAULT, aftercare_months=(1, 3, 9))
    plan = replan(case, DEFAULT, more, LAST + timedelta(days=3))
    assert plan.dropped == ("a6", "a12") and [month for month, _ in plan.checks] == [1, 9]
    during = replan(case, DEFAULT, more, date(2027, 6, 10))  # the one of month 3 is open
    assert during.dropped == ("a6", "a12") and [month for month, _ in during.checks] == [9]
    only = replan(case, DEFAULT, replace(DEFAULT, aftercare_months=(2,)), date(2027, 9, 1))
    assert "a3" not in only.dropped and [month for month, _ in only.too_late] == [2]


def said(case: Case, now: Settings, today: date) -> list[Note]:
    return notes(case, DEFAULT, now, today, replan(case, DEFAULT, now, today))


def test_what_opens_at_once_and_what_stays_open_is_pointed_out() -> None:
    over = lease()
    for month in (3, 6, 9, 12, 15, 18):
        over = review(over, month, opened_on=FIRST, held_on=FIRST, closed_on=FIRST)
    early, late = replace(DEFAULT, advice_due_months=5), replace(DEFAULT, advice_opens_months=3)
    assert [(one.code, one.what) for one in said(over, early, date(2026, 9, 20))] == [("opens_at_once", "advice_opens")]
    assert notes(over, late, DEFAULT, date(2026, 9, 1), reschedule.Replan())[0].code == "stays_open"
    given = replace(over, advices=advices(care_provider=("convert", FIRST), municipality=("convert", FIRST)))
    assert said(given, early, date(2026, 9, 20)) == []
    opens = said(lease(), replace(DEFAULT, review_opens_days=60), date(2025, 4, 20))
    assert [(one.code, one.month) for one in opens] == [("opens_at_once", 3)]


def test_a_day_that_would_lie_in_the_past_is_pointed_out() -> None:
    over = lease(reviews=())
    found = said(over, replace(DEFAULT, decision_due_days=112), date(2026, 12, 1))
    assert ("day_has_passed", "decision_due") in [(one.code, one.what) for one in found]


def test_a_step_that_stands_keeps_its_term_and_that_is_said() -> None:
    assert said(lease(cards=("yellow_card",)), replace(DEFAULT, card_months=6), TODAY) == [
        Note("steps_keep_their_term")
    ]
    assert said(lease(), replace(DEFAULT, card_months=6), TODAY) == []


@settings(deadline=None, max_examples=200)
@given(any_settings(), any_settings(), st.dates(FIRST, LAST))
def test_no_spans_ever_move_what_the_law_gives_or_what_has_begun(was: Settings, now: Settings, today: date) -> None:
    case = lease(reviews=tuple(replace(lease().reviews[0], id=str(m), month=m, planned_on=day)
                               for m, day in review_days(FIRST, LAST, was)))  # fmt: skip
    case = replace(case, reviews=tuple(
        replace(one, opened_on=one.planned_on - timedelta(days=was.review_opens_days),
                closed_on=one.planned_on if one.planned_on < today else None)
        if one.planned_on - timedelta(days=was.review_opens_days) <= today and one.planned_on < today else one
        for one in case.reviews
    ))  # fmt: skip
    plan = replan(case, was, now, today)
    after = rescheduled(case, plan)
    assert [one for one in after.reviews if one.opened_on] == [one for one in case.reviews if one.opened_on]
    assert all(one.planned_on > today for one in after.reviews if one not in case.reviews)
    assert [one.planned_on for one in after.reviews] == sorted({one.planned_on for one in after.reviews})
    if any(one.closed_on is None for one in case.reviews):
        assert any(one.closed_on is None for one in after.reviews)
    else:
        assert after.reviews == case.reviews
    law = [[one for one in timeline(one_case, today, settings=spans) if one.by_law]
           for one_case, spans in ((case, was), (after, now))]  # fmt: skip
    assert law[0] == law[1]
    kept = [{one.name: one.on for one in legal_dates(case, spans) if one.name != "send_by"} for spans in (was, now)]
    assert kept[0] == kept[1]
    for before, then in moved(case, was, now, today, plan):
        assert not (before or then).by_law  # type: ignore[union-attr]
    notes(case, was, now, today, plan)
