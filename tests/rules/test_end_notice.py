"""How a notice to one tenant stands and what may not be said of it, told by tables; the lease ends on 14 March 2027."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from app.rules.answers import check
from app.rules.case import Case, EarlyEndState
from app.rules.course import notice_again, receipt
from app.rules.end_notice import standing, status
from app.rules.reminders import occasions
from app.rules.timeline import timeline
from tests.rules.cases import LAST, decision, lease

D = date.fromisoformat
DECIDED = lease(decision=decision("do_not_convert"))
SENT = replace(DECIDED, sent={"a": D("2026-12-16"), "b": D("2026-12-16")})
TODAY = D("2027-01-10")


def said(task: str, answers: dict[str, Any], case: Case = SENT, today: date = TODAY) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in check(task, answers, case, today)]


@pytest.mark.parametrize(
    "proven, received, recorded, wanted",
    [
        ("yes", "2026-12-15", "2027-03-01", "in_time"),
        ("yes", "2027-02-14", "2027-03-01", "in_time"),
        ("yes", "2026-12-14", "2026-12-20", "too_early"),
        ("yes", "2027-02-15", "2027-02-20", "too_late"),
        ("no", "", "2027-01-10", "unproven"),
        ("returned", "", "2027-02-14", "returned"),  # the last day on which one can still be received
        ("returned", "", "2027-02-15", "returned_too_late"),
    ],
)
def test_how_a_notice_stands_by_what_was_recorded(proven: str, received: str, recorded: str, wanted: str) -> None:
    on = D(received) if received else None
    assert standing({"proven": proven}, on, LAST, D(recorded)) == wanted


@pytest.mark.parametrize(
    "kept, case, today, wanted",
    [
        ("", lease(), TODAY, ""),
        ("", lease(decision=decision("do_not_convert", verdict="")), TODAY, ""),
        ("", lease(decision=decision("convert")), TODAY, "not_needed"),
        ("", DECIDED, TODAY, "planned"),
        ("", replace(DECIDED, ending="open_ended_by_lapse"), TODAY, "not_needed"),
        ("", replace(DECIDED, early_end=EarlyEndState("death", TODAY, TODAY)), TODAY, "not_needed"),
        ("unproven", DECIDED, TODAY, "unproven"),
        ("in_time", DECIDED, TODAY, "in_time"),
        ("too_early", DECIDED, D("2027-02-14"), "too_early_again"),
        ("too_early", DECIDED, D("2027-02-15"), "too_early"),
        ("returned", DECIDED, D("2027-02-14"), "returned_again"),
        ("returned", DECIDED, D("2027-02-15"), "returned"),
        ("returned_too_late", DECIDED, D("2027-02-15"), "returned_too_late"),
        ("too_late", DECIDED, TODAY, "too_late"),
    ],
)
def test_what_a_person_reads_of_it(kept: str, case: Case, today: date, wanted: str) -> None:
    assert status(kept, case, today) == wanted


@pytest.mark.parametrize(
    "notices, worst, again",
    [
        (("returned",), "returned", True),
        (("returned_too_late",), "returned_too_late", False),
        (("in_time", "returned"), "returned", True),
        (("unproven", "returned"), "returned", True),
        (("too_early", "returned"), "too_early", True),
    ],
)
def test_a_letter_that_came_back_goes_out_again_while_the_window_allows(
    notices: tuple[str, ...], worst: str, again: bool
) -> None:
    case = replace(SENT, notices=notices, tenants=len(notices))
    assert (receipt(case), notice_again(case)) == (worst, again)
    assert not notice_again(replace(case, sent={"a": D("2027-02-14")}))


def test_what_came_back_must_be_sent_by_its_day_again_and_is_reminded_of() -> None:
    case = replace(SENT, notices=("returned",), sent={"a": D("2026-12-16")})
    assert {about for about, _, _ in occasions(case)} >= {"send_by", "proof", "window_closes"}
    assert "send_by" not in {about for about, _, _ in occasions(replace(case, notices=("unproven",)))}
    state = {one.what: one.state for one in timeline(case, TODAY)}
    assert state["send_by"] == "ahead" and state["window_closes"] == "open"


@pytest.mark.parametrize(
    "one, fault",
    [
        ({"proven": "yes", "received_on": "2026-12-15"}, ("received_on", "received_before_sent")),
        ({"proven": "yes", "received_on": "2026-12-16"}, None),
        ({"proven": "yes", "received_on": "2027-03-14"}, None),  # far too late, but a fact
        ({"proven": "yes", "received_on": "2027-03-15"}, ("received_on", "received_after_the_term")),
        ({"proven": "returned", "returned_on": "2026-12-15"}, ("returned_on", "returned_before_sent")),
        ({"proven": "returned", "returned_on": "2026-12-16"}, None),
        ({"proven": "no", "received_on": "2026-12-15", "returned_on": "2026-12-15"}, None),  # left over
    ],
)
def test_what_contradicts_the_facts_is_refused(one: dict[str, str], fault: tuple[str, str] | None) -> None:
    wanted = [(f"receipts.b.{fault[0]}", fault[1])] if fault else []
    assert said("record_receipt", {"receipts": {"b": one}}, today=D("2027-03-20")) == wanted


@pytest.mark.parametrize(
    "on, code", [("2026-12-03", "sent_before_decision"), ("2026-12-04", ""), ("2027-03-15", "sent_after_the_term")]
)
def test_a_notice_is_sent_between_the_decision_and_the_last_day(on: str, code: str) -> None:
    wanted = [("notices.b.sent_on", code)] if code else []
    assert said("send_end_notice", {"notices": {"b": {"sent_on": on}}}, today=D("2027-03-20")) == wanted


@pytest.mark.parametrize(
    "other, waits",
    [
        ({"proven": "returned"}, True),
        ({"proven": "no"}, True),
        ({"proven": "yes", "received_on": "2026-12-14"}, True),  # too early: sent again
        ({"proven": "yes", "received_on": "2026-12-20"}, False),
        ({"proven": "not_yet"}, False),
        ({"proven": "yes"}, False),  # the day is missing, and that is said
        ({}, False),
    ],
)
def test_receipt_by_one_may_wait_only_while_another_is_written_to_again(other: dict[str, str], waits: bool) -> None:
    case = replace(SENT, sent={"a": D("2026-12-10"), "b": D("2026-12-10")})
    faults = said("record_receipt", {"receipts": {"a": {"proven": "not_yet"}, "b": other}}, case)
    assert (("receipts.a.proven", "not_known_yet") in faults) is not waits


def test_after_the_window_nobody_waits_for_a_letter_that_came_back() -> None:
    receipts = {"a": {"proven": "not_yet"}, "b": {"proven": "returned"}}
    faults = said("record_receipt", {"receipts": receipts}, today=D("2027-02-15"))
    assert faults == [("receipts.a.proven", "not_known_yet")]
