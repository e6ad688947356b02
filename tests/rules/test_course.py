"""What a drawing may ask: every deadline and every fact, told by tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.rules.case import Case, ReviewState
from app.rules.course import (
    DEADLINES,
    FACTS,
    aftercare_wanted,
    current,
    deadlines,
    facts,
    notice_again,
    notice_in_force,
    receipt,
    review_lapses,
    upcoming,
)
from tests.rules.cases import FIRST, LAST, advices, checks, decision, lease, review

D = date.fromisoformat
NEW = Case(opened_on=date(2025, 1, 6))


def test_every_deadline_and_every_fact_is_always_there() -> None:
    for case in (NEW, lease(), replace(lease(), aftercare=checks(), stage="aftercare", ending="conversion")):
        assert tuple(deadlines(case)) == DEADLINES
        assert tuple(facts(case)) == FACTS
        assert all(isinstance(value, bool | str | int) for value in facts(case).values())


def test_without_a_lease_no_day_is_known() -> None:
    assert set(deadlines(NEW).values()) == {None}


def test_the_days_of_a_lease_that_has_just_begun() -> None:
    assert {name: day.isoformat() for name, day in deadlines(lease()).items() if day} == {
        "startup_check_opens": "2025-04-12", "startup_check_lapses": "2025-06-07",
        "next_review_opens": "2025-05-25", "advice_opens": "2026-10-14", "advice_lapses": "2027-03-15",
        "decision_opens": "2026-11-14", "notice_opens": "2026-12-15", "term_ended": "2027-03-15",
        "correction_lapses": "2027-03-15",
    }  # fmt: skip


@pytest.mark.parametrize(
    "given, opens",
    [
        ({}, "2026-11-14"),
        ({"care_provider": ("convert", D("2026-10-20"))}, "2026-11-14"),
        ({"care_provider": ("convert", D("2026-10-20")), "municipality": ("convert", D("2026-10-25"))}, "2026-10-25"),
        ({"care_provider": ("convert", D("2026-11-20")), "municipality": ("convert", D("2026-10-25"))}, "2026-11-14"),
    ],
)
def test_the_decision_opens_when_both_advices_are_in_and_never_later_than_four_months_before(
    given: dict[str, tuple[str, date]], opens: str
) -> None:
    assert deadlines(lease(advices=advices(**given)))["decision_opens"] == D(opens)


@pytest.mark.parametrize(
    "made, lapses",
    [
        (None, "2027-03-15"),
        (decision("convert"), "2026-12-04"),
        (decision("convert", verdict="send_back", approved_on=D("2026-12-02")), "2027-03-15"),
        (decision("convert", verdict="", approved_on=None), "2027-03-15"),
    ],
)
def test_an_advice_can_be_given_until_the_decision_stands(made: Any, lapses: str) -> None:
    assert deadlines(lease(decision=made))["advice_lapses"] == D(lapses)


def test_a_short_lease_ends_its_startup_check_with_the_term() -> None:
    assert deadlines(lease(last=D("2025-05-14")))["startup_check_lapses"] == D("2025-05-15")


@pytest.mark.parametrize(
    "month, changes, lapses",
    [
        (3, {}, "2025-07-27"),  # six weeks after, before the next one opens
        (3, {"planned_on": D("2025-08-10")}, "2025-08-25"),  # cut off by the next one, which opens then
        (3, {"planned_on": D("2025-09-10")}, "2025-09-11"),  # never before its own day
        (3, {"planned_on": D("2025-09-20")}, "2025-11-01"),  # moved past the next one: six weeks again
        (18, {}, "2026-10-27"),
        (18, {"planned_on": D("2027-03-01")}, "2027-03-15"),  # with the term everything ends
    ],
)
def test_a_review_lapses_after_six_weeks_or_sooner(month: int, changes: dict[str, Any], lapses: str) -> None:
    case = lease()
    for row in case.reviews:
        if row.month < month:
            case = review(case, row.month, opened_on=FIRST, closed_on=FIRST)
    case = review(case, month, opened_on=FIRST, **changes)
    going = current(case.reviews)
    assert going is not None and going.month == month
    assert review_lapses(case, going) == D(lapses) == deadlines(case)["review_lapses"]


def test_the_review_that_is_going_on_is_not_the_next_one() -> None:
    case = review(review(lease(), 3, opened_on=FIRST, closed_on=FIRST), 6, opened_on=FIRST)
    going, following = current(case.reviews), upcoming(case.reviews)
    assert going is not None and following is not None
    assert (going.month, following.month) == (6, 9)
    assert deadlines(case)["next_review_opens"] == D("2025-11-24")


def test_aftercare_opens_check_by_check() -> None:
    first, second, third = checks()
    held = replace(first, closed_on=D("2027-06-10"), outcome="stable")
    case = lease(stage="aftercare", aftercare=(held, second, third))
    known = deadlines(case)
    assert (known["next_aftercare_opens"], known["aftercare_lapses"]) == (D("2027-08-31"), D("2027-10-26"))
    over = replace(case, aftercare=tuple(replace(row, closed_on=LAST) for row in case.aftercare))
    assert deadlines(over)["next_aftercare_opens"] is None and not facts(over)["aftercare_left"]


YES = {"tenant": True, "care_provider": True, "municipality": True, "association": True}


@pytest.mark.parametrize(
    "agreements, agreed",
    [({}, False), ({**YES}, True), ({**YES, "tenant": False}, False), (dict.fromkeys(list(YES)[:3], True), False)],
)
def test_a_contract_stands_when_all_four_agree(agreements: dict[str, bool], agreed: bool) -> None:
    assert facts(replace(NEW, agreements=agreements))["all_agreed"] is agreed


@pytest.mark.parametrize(
    "outcome, told", [("", "housed"), ("rejected", "rejected"), ("declined", "declined"), ("converted", "housed")]
)
def test_how_the_intake_ended(outcome: str, told: str) -> None:
    assert facts(replace(NEW, outcome=outcome))["intake_outcome"] == told


def test_what_the_decision_table_is_told() -> None:
    case = lease()
    told = facts(case)
    assert (told["provider_advice"], told["municipality_advice"], told["last_review"], told["reviews_off_track"]) == (
        "not_received", "not_received", "none", 0,
    )  # fmt: skip
    case = review(case, 3, opened_on=FIRST, held_on=D("2025-06-15"), closed_on=D("2025-06-16"), outcome="off_track")
    case = review(case, 6, opened_on=FIRST, held_on=D("2025-09-15"), closed_on=D("2025-09-16"), outcome="off_track")
    case = review(case, 9, opened_on=FIRST, closed_on=D("2025-12-16"), outcome="not_held")
    case = review(case, 12, opened_on=FIRST, held_on=D("2026-03-15"), closed_on=D("2026-03-16"), outcome="on_track")
    told = facts(replace(case, advices=advices(municipality=("convert", FIRST))))
    assert (told["provider_advice"], told["municipality_advice"]) == ("not_received", "convert")
    assert (told["last_review"], told["reviews_off_track"]) == ("on_track", 2)


@pytest.mark.parametrize(
    "changes, held",
    [
        ({"opened_on": FIRST}, False),
        ({"opened_on": FIRST, "held_on": D("2025-06-15")}, True),
        ({"opened_on": FIRST, "held_on": D("2025-06-15"), "closed_on": D("2025-06-16")}, False),  # not going on
    ],
)
def test_whether_the_review_that_is_going_on_was_held(changes: dict[str, Any], held: bool) -> None:
    assert facts(review(lease(), 3, **changes))["review_held"] is held


@pytest.mark.parametrize(
    "tenants, notices, told",
    [
        (1, (), "unproven"),
        (1, ("in_time",), "in_time"),
        (1, ("too_early",), "too_early"),
        (1, ("too_late",), "too_late"),
        (1, ("unproven",), "unproven"),
        (2, ("in_time",), "unproven"),  # every tenant must have one
        (2, ("in_time", "in_time"), "in_time"),
        (2, ("in_time", "too_late"), "too_late"),
        (2, ("unproven", "in_time"), "unproven"),
        (2, ("too_late", "too_early"), "too_early"),  # can still be sent again
        (3, ("in_time", "in_time", "too_early"), "too_early"),
    ],
)
def test_the_worst_receipt_counts(tenants: int, notices: tuple[str, ...], told: str) -> None:
    case = lease(tenants=tenants, notices=notices, decision=decision("do_not_convert"))
    assert receipt(case) == told == facts(case)["receipt"]
    assert notice_in_force(case) == (told == "in_time")


@pytest.mark.parametrize(
    "notices, sent_on, again",
    [
        (("too_early",), "2026-12-01", True),
        (("unproven",), "2026-12-20", True),
        (("unproven",), "2027-02-13", True),
        (("unproven",), "2027-02-14", False),  # the window closes
        (("in_time",), "2026-12-20", False),
        (("too_late",), "2027-02-12", False),
    ],
)
def test_a_notice_that_does_not_count_goes_out_again(notices: tuple[str, ...], sent_on: str, again: bool) -> None:
    case = lease(notices=notices, sent={"t": D(sent_on)}, decision=decision("do_not_convert"))
    assert notice_again(case) is facts(case)["notice_again"] is again


@pytest.mark.parametrize(
    "made",
    [None, decision("convert"), decision("do_not_convert", verdict=""), decision("do_not_convert", "send_back")],
)
def test_a_notice_without_a_decision_behind_it_is_not_in_force(made: Any) -> None:
    assert not notice_in_force(lease(notices=("in_time",), decision=made))


@pytest.mark.parametrize(
    "ending, outcome, plan, wanted",
    [
        ("", "convert_with_aftercare", True, False),
        ("conversion", "convert", True, False),
        ("conversion", "convert_with_aftercare", False, True),
        ("tenancy_ended", "do_not_convert", True, True),
        ("tenancy_ended", "do_not_convert", False, False),
        ("open_ended_by_lapse", "convert_with_aftercare", True, False),
        ("open_ended_by_approval", "do_not_convert", True, False),
    ],
)
def test_who_gets_aftercare(ending: str, outcome: str, plan: bool, wanted: bool) -> None:
    case = lease(ending=ending, decision=decision(outcome), leaving_aftercare=plan)
    assert aftercare_wanted(case) is wanted is facts(case)["aftercare_wanted"]


def test_moving_a_review_moves_what_waits_for_it() -> None:
    case = lease()
    for days in range(-60, 60, 7):
        to = D("2025-06-15") + timedelta(days=days)
        moved = review(case, 3, planned_on=to)
        ordered = replace(moved, reviews=tuple(sorted(moved.reviews, key=lambda row: row.planned_on)))
        assert deadlines(ordered)["next_review_opens"] == to - timedelta(days=21)


def test_a_review_state_is_going_on_between_opening_and_closing() -> None:
    row = ReviewState("3", 3, D("2025-06-15"))
    assert not row.going_on and replace(row, opened_on=FIRST).going_on
    assert not replace(row, opened_on=FIRST, closed_on=FIRST).going_on


@pytest.mark.parametrize(
    ("approved_on", "lapses"),
    [("2026-12-04", "2026-12-15"), ("2026-12-14", "2026-12-17"), ("2027-01-05", "2027-01-08")],
)
def test_an_explanation_holds_nothing_up_once_the_window_opens_or_three_days_after_a_late_approval(
    approved_on: str, lapses: str
) -> None:
    case = lease(decision=decision("do_not_convert", approved_on=D(approved_on)))
    assert deadlines(case)["explanation_lapses"] == D(lapses)
    assert deadlines(lease(decision=decision("convert", verdict="")))["explanation_lapses"] is None
