"""Every date of the two years stands in the list, with its reason, and says how it stands."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta

import pytest

from app.rules import notice
from app.rules.case import AdviceState, Case, DecisionState, ReviewState
from app.rules.schedule import aftercare_days, review_days
from app.rules.timeline import Moment, Startup, lapsed, month_of, next_moment, timeline

FIRST, LAST = date(2025, 3, 15), date(2027, 3, 14)


def case(**more: object) -> Case:
    reviews = tuple(ReviewState(f"r{month}", month, day) for month, day in review_days(FIRST, LAST))
    held = Case(opened_on=date(2025, 1, 6), stage="tenancy", first_day=FIRST, last_day=LAST, reviews=reviews)
    return replace(held, **more)  # type: ignore[arg-type]


def at(moments: list[Moment], what: str) -> Moment:
    return next(one for one in moments if one.what == what)


def states(moments: list[Moment]) -> dict[str, str]:
    return {one.what: one.state for one in moments if not one.month}


def test_without_a_lease_there_are_no_dates() -> None:
    assert timeline(Case(opened_on=date(2025, 1, 6)), date(2025, 2, 1)) == []


def test_the_dates_of_the_worked_example_are_those_of_the_trade() -> None:
    days = {one.what: one.on for one in timeline(case(), date(2025, 4, 1)) if one.what != "review"}
    assert days == {
        "first_day": date(2025, 3, 15),
        "startup_check": date(2025, 4, 26),
        "advice_opens": date(2026, 10, 14),
        "advice_due": date(2026, 11, 14),
        "decision_due": date(2026, 12, 6),
        "window_opens": date(2026, 12, 15),
        "send_by": date(2027, 2, 5),
        "window_closes": date(2027, 2, 14),
        "last_day": date(2027, 3, 14),
        "term_ended": date(2027, 3, 15),
    }


def test_the_six_reviews_stand_between_them_in_order() -> None:
    moments = timeline(case(), date(2025, 4, 1))
    assert [one.month for one in moments if one.what == "review"] == [3, 6, 9, 12, 15, 18]
    assert [one.on for one in moments] == sorted(one.on for one in moments)


def test_before_the_first_day_everything_is_ahead() -> None:
    assert set(states(timeline(case(), date(2025, 3, 1))).values()) == {"ahead"}


def test_the_legal_days_are_the_safe_window_and_are_marked_as_the_laws() -> None:
    moments = timeline(case(), date(2025, 4, 1))
    window = notice.window(LAST)
    assert (at(moments, "window_opens").on, at(moments, "window_closes").on) == (window.safe_first, window.safe_last)
    assert {one.what for one in moments if one.by_law} == {"window_opens", "window_closes", "last_day", "term_ended"}


@pytest.mark.parametrize(
    ("today", "done", "state"),
    [
        (date(2025, 4, 11), None, "ahead"),
        (date(2025, 4, 12), None, "open"),
        (date(2025, 4, 27), None, "late"),
        (date(2025, 6, 7), None, "not_held"),
        (date(2025, 4, 20), date(2025, 4, 20), "done"),
    ],
)
def test_the_start_up_check_opens_is_late_and_lapses(today: date, done: date | None, state: str) -> None:
    assert at(timeline(case(), today, Startup(done)), "startup_check").state == state


def test_a_review_that_goes_on_is_open_and_one_whose_day_went_by_is_late() -> None:
    going = ReviewState("r3", 3, date(2025, 6, 15), opened_on=date(2025, 5, 25))
    assert at(timeline(case(reviews=(going,)), date(2025, 6, 1)), "review").state == "open"
    assert at(timeline(case(reviews=(going,)), date(2025, 6, 16)), "review").state == "late"


def test_a_held_review_says_how_it_went_and_an_unheld_one_that_it_was_not() -> None:
    held = ReviewState("r3", 3, date(2025, 6, 15), held_on=date(2025, 6, 14), outcome="attention")
    gone = ReviewState("r6", 6, date(2025, 9, 15), closed_on=date(2025, 10, 1), outcome="not_held")
    first, second = (one for one in timeline(case(reviews=(held, gone)), date(2025, 11, 1)) if one.what == "review")
    assert (first.state, first.outcome, second.state) == ("done", "attention", "not_held")


def test_a_moved_review_says_where_it_came_from() -> None:
    moved = ReviewState("r3", 3, date(2025, 6, 20))
    one = at(timeline(case(reviews=(moved,)), date(2025, 4, 1)), "review")
    assert (one.because, one.hangs_on) == ("moved", date(2025, 6, 15))


def test_an_advice_that_did_not_come_is_not_received_once_there_is_a_decision() -> None:
    one = {"care_provider": AdviceState("convert", date(2026, 11, 1))}
    decision = DecisionState("convert", date(2026, 12, 1), "approve", date(2026, 12, 2))
    assert at(timeline(case(advices=one), date(2026, 11, 20)), "advice_due").state == "late"
    assert at(timeline(case(advices=one, decision=decision), date(2026, 12, 3)), "advice_due").state == "not_received"


def test_a_decision_counts_only_once_a_second_person_approved_it() -> None:
    proposed = DecisionState("convert", date(2026, 12, 1))
    moments = timeline(case(decision=proposed), date(2026, 12, 7))
    assert (at(moments, "decision_due").state, at(moments, "decision_due").outcome) == ("late", "")


def test_whoever_converts_needs_no_notice() -> None:
    decision = DecisionState("convert", date(2026, 12, 1), "approve", date(2026, 12, 2))
    found = states(timeline(case(decision=decision), date(2026, 12, 20)))
    assert {found["window_opens"], found["send_by"], found["window_closes"]} == {"not_needed"}


def test_a_notice_that_was_not_sent_in_time_is_late_and_one_in_force_is_done() -> None:
    decision = DecisionState("do_not_convert", date(2026, 12, 1), "approve", date(2026, 12, 2))
    found = states(timeline(case(decision=decision), date(2027, 2, 6)))
    assert (found["send_by"], found["window_closes"]) == ("late", "open")
    known = case(decision=decision, notices=("in_time",), sent={"t": date(2027, 1, 5)})
    found = states(timeline(known, date(2027, 2, 6)))
    assert (found["send_by"], found["window_closes"]) == ("done", "done")


def test_after_the_window_a_term_without_notice_has_lapsed() -> None:
    closes = notice.window(LAST).safe_last
    assert not lapsed(case(), closes)
    assert lapsed(case(), closes + timedelta(days=1))
    decision = DecisionState("convert", date(2026, 12, 1), "approve", date(2026, 12, 2))
    assert not lapsed(case(decision=decision), closes + timedelta(days=1))


def test_after_the_term_the_aftercare_checks_follow() -> None:
    checks = tuple(ReviewState(f"a{month}", month, day) for month, day in aftercare_days(LAST))
    moments = timeline(case(aftercare=checks, ending="conversion"), date(2027, 4, 1))
    assert [one.month for one in moments if one.what == "aftercare"] == [3, 6, 12]
    assert (at(moments, "term_ended").state, at(moments, "term_ended").outcome) == ("done", "conversion")


def test_the_next_moment_is_the_first_that_still_counts() -> None:
    moments = timeline(case(), date(2025, 6, 1), Startup(date(2025, 4, 20)))
    found = next_moment(moments, date(2025, 6, 1))
    assert found is not None and (found.what, found.month) == ("review", 3)


@pytest.mark.parametrize(
    ("today", "month"),
    [
        (date(2025, 3, 14), (0, 0)),
        (date(2025, 3, 15), (1, 24)),
        (date(2025, 4, 14), (1, 24)),
        (date(2025, 4, 15), (2, 24)),
        (date(2026, 11, 22), (21, 24)),
        (date(2027, 3, 14), (24, 24)),
        (date(2027, 6, 1), (24, 24)),
    ],
)
def test_the_month_counts_from_the_first_day(today: date, month: tuple[int, int]) -> None:
    assert month_of(case(), today) == month
