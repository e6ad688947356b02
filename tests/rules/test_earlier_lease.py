"""What an earlier lease has against a conditional one, told by tables; the term runs from 15 March 2025."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.rules.answers import check
from app.rules.case import Case, EarlierLease
from app.rules.earlier_lease import told
from app.rules.schedule import DEFAULT
from app.web import sentences

D = date.fromisoformat
TODAY = D("2025-03-05")
NEW = Case(opened_on=D("2025-01-06"), legal_ground="d")
TERM = {"first_day": "2025-03-15", "last_day": "2027-03-14"}
OURS = "VW-2023-0007"


def drawn_up(answers: dict[str, Any], *ours: EarlierLease, today: date = TODAY) -> list[tuple[str, str]]:
    found = check("prepare_lease", {**TERM, **answers}, replace(NEW, earlier=ours), today)
    return [(fault.field, fault.code) for fault in found]


def signed(*earlier: EarlierLease, on: str = "2025-03-07") -> list[tuple[str, str]]:
    found = check("sign_lease", {**TERM, "signed_on": on}, replace(NEW, earlier=earlier), TODAY)
    return [(fault.field, fault.code) for fault in found]


def ours(kind: str = "fixed_term", since: str = "2023-03-15", until: str = "", **more: Any) -> EarlierLease:
    return EarlierLease(kind, D(since), D(until) if until else None, OURS, **more)


@pytest.mark.parametrize(
    "last_day, refused",
    [
        ("2025-03-14", True),  # the day before the first: directly following
        ("2025-03-15", True),  # they overlap
        ("2026-01-01", True),
        ("2025-03-13", True),  # a pause of a day, which a judge may look through
        ("2025-02-15", True),  # a day short of a month
        ("2025-02-14", False),
        ("2019-05-31", False),
    ],
)
def test_a_second_fixed_term_does_not_follow_directly(last_day: str, refused: bool) -> None:
    wanted = [("earlier_lease", "second_fixed_term")] if refused else []
    assert drawn_up({"earlier_lease": "fixed_term", "earlier_last_day": last_day}) == wanted
    assert bool(signed(EarlierLease("fixed_term", until=D(last_day)))) == refused


def test_how_long_the_pause_must_be_is_a_setting_and_the_day_is_said() -> None:
    case = replace(NEW, earlier=(EarlierLease("fixed_term", until=D("2025-02-14")),))
    answers = {**TERM, "signed_on": "2025-03-07"}
    (fault,) = check("sign_lease", answers, case, TODAY, replace(DEFAULT, between_leases_months=3))
    assert fault.params["earliest"] == D("2025-05-15")
    assert check("sign_lease", answers, case, TODAY, replace(DEFAULT, between_leases_months=1)) == []


@pytest.mark.parametrize(
    "answers, faults",
    [
        ({"earlier_lease": "none"}, []),
        ({"earlier_lease": "none", "earlier_last_day": "2025-03-14"}, []),  # left over from another choice
        ({"earlier_lease": "open_ended"}, ["holds_open_ended_lease"]),
        ({"earlier_lease": "open_ended", "earlier_last_day": "2020-01-01"}, ["holds_open_ended_lease"]),
        ({"earlier_lease": "open_ended_over", "earlier_last_day": "2025-03-04"}, []),
        ({"earlier_lease": "open_ended_over", "earlier_last_day": "2025-03-05"}, ["open_ended_lease_not_over"]),
        ({"earlier_lease": "open_ended_over", "earlier_last_day": "2025-03-20"}, ["open_ended_lease_not_over"]),
        ({"earlier_lease": "fixed_term"}, []),  # the day is missing, and that is said by the form
        ({}, []),
    ],
)
def test_a_permanent_lease_is_not_traded_in(answers: dict[str, Any], faults: list[str]) -> None:
    assert drawn_up(answers) == [("earlier_lease", code) for code in faults]


def test_a_permanent_lease_that_ended_after_the_first_day_was_still_held_however_late_it_is_typed() -> None:
    said = {"earlier_lease": "open_ended_over", "earlier_last_day": "2025-04-01"}
    assert drawn_up(said, today=D("2026-01-01")) == [("earlier_lease", "open_ended_lease_not_over")]


def test_on_the_day_of_signing_it_is_looked_at_again() -> None:
    over = EarlierLease("open_ended", until=D("2025-03-07"))
    assert signed(over, on="2025-03-07") == [("first_day", "open_ended_lease_not_over")]
    assert signed(over, on="2025-03-08") == []
    assert signed(EarlierLease("open_ended")) == [("first_day", "holds_open_ended_lease")]


@pytest.mark.parametrize(
    "lease, faults",
    [
        (ours(until="2025-03-14"), ["second_fixed_term_ours"]),
        (ours(until="2025-01-31"), []),
        (ours(until="2026-03-14", runs=True), ["conditional_lease_runs_ours"]),
        (ours(until="2024-03-14", runs=True), ["conditional_lease_runs_ours"]),  # its end was not recorded yet
        (ours("open_ended"), ["holds_open_ended_lease_ours"]),
        (ours(since="2027-05-01", until="2029-04-30", runs=True), []),  # a correction, long after
        (ours(since="2027-04-01", until="2029-03-31", runs=True), ["conditional_lease_runs_ours"]),
        (ours("open_ended", since="2028-01-01"), []),
    ],
)
def test_what_our_own_records_know_refuses_with_their_reference(lease: EarlierLease, faults: list[str]) -> None:
    assert drawn_up({"earlier_lease": "none"}, lease) == [("earlier_lease", code) for code in faults]
    assert signed(lease) == [("first_day", code) for code in faults]
    for fault in check("prepare_lease", {**TERM, "earlier_lease": "none"}, replace(NEW, earlier=(lease,)), TODAY):
        assert fault.params["reference"] == OURS


def test_an_open_ended_lease_of_ours_is_over_once_somebody_says_so() -> None:
    """Our own records end where it became open-ended; what came of it the association must tell."""
    lease = ours("open_ended", since="2020-03-15")
    said = {"earlier_lease": "open_ended_over", "earlier_last_day": "2024-08-31"}
    assert drawn_up(said, lease) == []
    assert signed(EarlierLease("open_ended", until=D("2024-08-31")), lease) == []
    before_it_began = {**said, "earlier_last_day": "2019-12-31"}
    assert drawn_up(before_it_began, lease) == [("earlier_lease", "holds_open_ended_lease_ours")]


def test_only_the_most_basic_fault_of_a_field_is_told() -> None:
    case = replace(NEW, earlier=(ours(until="2025-03-14"),))
    far = {"signed_on": "2025-03-07", "first_day": "2027-03-08", "last_day": "2027-03-09"}
    assert [fault.code for fault in check("sign_lease", far, case, TODAY)] == ["starts_far_off"]


def test_other_tasks_do_not_look_back() -> None:
    assert check("match_home", {**TERM, "earlier_lease": "open_ended"}, NEW, TODAY) == []


def test_what_was_told_is_read_from_the_form() -> None:
    assert told({"earlier_lease": "none"}) is None
    assert told({"earlier_lease": "open_ended"}) == EarlierLease("open_ended")
    assert told({"earlier_lease": "fixed_term", "earlier_last_day": "2024-01-31"}) == EarlierLease(
        "fixed_term", until=D("2024-01-31")
    )


@pytest.mark.parametrize("code", ["second_fixed_term", "holds_open_ended_lease", "open_ended_lease_not_over"])
def test_each_refusal_has_a_sentence_for_what_was_told_and_for_what_we_know(code: str) -> None:
    assert sentences.knows(code) and sentences.knows(f"{code}_ours")
    assert sentences.knows("conditional_lease_runs_ours")
