"""Revising the decision on conversion: until when it may be, to what, and what stands in the way."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from app.rules import notice
from app.rules.answers import check
from app.rules.case import Case, DecisionState, EarlyEndState, RevisionState
from app.rules.course import deadlines, facts
from app.rules.due import due
from app.rules.end_notice import status
from app.rules.revision import barred, closed_on, faults, hurries
from tests.rules.cases import LAST, decision, lease

DAY = timedelta(days=1)
TODAY = date(2027, 1, 4)
OPENS, CLOSES = date(2026, 12, 15), date(2027, 2, 14)
CONVERTS, LEAVES = lease(decision=decision("convert")), lease(decision=decision("do_not_convert"))
NOTICED = replace(LEAVES, notices=("in_time",), sent={"tenant": date(2026, 12, 16)})


def revising(case: Case, proposed: str, **more: Any) -> Case:
    assert case.decision is not None
    return replace(case, revision=RevisionState(case.decision.outcome, proposed, **more))


@pytest.mark.parametrize(
    ("case", "today", "code"),
    [
        (CONVERTS, TODAY, ""),
        (LEAVES, TODAY, ""),
        (LEAVES, LAST, ""),
        (LEAVES, LAST + DAY, "revision_after_the_term"),
        (lease(), TODAY, "no_decision_to_revise"),
        (lease(decision=DecisionState("convert", TODAY)), TODAY, "no_decision_to_revise"),
        (replace(CONVERTS, regular_signed=True), TODAY, "regular_lease_signed"),
        (replace(CONVERTS, ending="conversion"), TODAY, "revision_lease_is_over"),
        (replace(CONVERTS, stage="aftercare"), TODAY, "revision_lease_is_over"),
        (replace(LEAVES, early_end=EarlyEndState("court", TODAY, TODAY)), TODAY, "revision_lease_is_over"),
    ],
)
def test_a_decision_is_revised_while_the_lease_runs_and_the_regular_one_is_not_signed(
    case: Case, today: date, code: str
) -> None:
    assert barred(case, today) == code


@pytest.mark.parametrize(
    ("case", "outcome", "today", "code"),
    [
        (LEAVES, "convert", LAST, ""),
        (LEAVES, "convert_with_aftercare", LAST, ""),
        (LEAVES, "do_not_convert", TODAY, "already_decided_so"),
        (CONVERTS, "convert", TODAY, "already_decided_so"),
        (CONVERTS, "convert_with_aftercare", LAST, ""),
        (CONVERTS, "do_not_convert", OPENS - DAY, ""),  # it waits for the window then
        (CONVERTS, "do_not_convert", CLOSES, ""),
        (CONVERTS, "do_not_convert", CLOSES + DAY, "window_is_closed"),
        (CONVERTS, "extend", TODAY, "not_a_choice"),
        (CONVERTS, "", TODAY, "not_a_choice"),
        # Revised to convert, and the notice that was received was not withdrawn: it still counts.
        (replace(NOTICED, decision=decision("convert")), "do_not_convert", LAST, ""),
    ],
)
def test_not_converting_needs_a_notice_that_can_still_be_received(
    case: Case, outcome: str, today: date, code: str
) -> None:
    assert [one.code for one in faults("outcome", outcome, case, today)] == ([code] if code else [])


def test_what_is_too_late_names_the_day_on_which_the_window_closed() -> None:
    (fault,) = faults("outcome", "do_not_convert", CONVERTS, CLOSES + DAY)
    assert fault.params == {"closed_on": CLOSES, "last_day": LAST}
    assert closed_on(CONVERTS, CLOSES) is None and closed_on(CONVERTS, CLOSES + DAY) == CLOSES


def test_whoever_has_less_time_than_the_post_is_told_so() -> None:
    send_by = notice.send_by(LAST)
    assert hurries(CONVERTS, send_by) is None
    assert hurries(CONVERTS, send_by + DAY) == (CLOSES - send_by - DAY).days
    assert hurries(CONVERTS, CLOSES) == 0
    assert hurries(CONVERTS, CLOSES + DAY) is None  # too late, which is another thing


@pytest.mark.parametrize(
    ("case", "proposed", "lapses"),
    [
        (CONVERTS, "do_not_convert", CLOSES + DAY),
        (CONVERTS, "convert_with_aftercare", LAST + DAY),
        (NOTICED, "convert", LAST + DAY),
        (replace(NOTICED, decision=decision("convert")), "do_not_convert", LAST + DAY),
        (replace(CONVERTS, early_end=EarlyEndState("court", TODAY, TODAY)), "do_not_convert", TODAY),
        (replace(CONVERTS, closed_on=TODAY), "do_not_convert", TODAY),
    ],
)
def test_a_revision_lapses_when_it_can_have_no_effect_any_more(case: Case, proposed: str, lapses: date) -> None:
    assert deadlines(revising(case, proposed))["revision_lapses"] == lapses
    assert deadlines(case)["revision_lapses"] is None


def test_telling_the_tenant_does_not_lapse_with_the_window() -> None:
    told = revising(LEAVES, "do_not_convert", decided="do_not_convert", to_explain=True)
    assert deadlines(told)["revision_lapses"] == LAST + DAY


@pytest.mark.parametrize(
    ("case", "proposed", "outcome", "code"),
    [
        (CONVERTS, "do_not_convert", "do_not_convert", ""),
        (CONVERTS, "do_not_convert", "convert", ""),  # the decision stays
        (CONVERTS, "do_not_convert", "convert_with_aftercare", ""),  # milder than was proposed
        (CONVERTS, "convert_with_aftercare", "do_not_convert", "not_heard_on_this"),
        (LEAVES, "convert", "convert_with_aftercare", ""),
        (LEAVES, "convert", "do_not_convert", ""),
    ],
)
def test_nobody_is_heard_on_one_thing_and_told_a_worse_one(case: Case, proposed: str, outcome: str, code: str) -> None:
    found = check("decide_revision", {"outcome": outcome}, revising(case, proposed), TODAY)
    assert [one.code for one in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("on", "verdict", "code"),
    [
        ("2027-01-03", "approve", "before_the_decision"),
        ("2027-01-04", "approve", ""),
        ("2027-02-14", "approve", ""),
        ("2027-02-15", "approve", "window_is_closed"),
        ("2027-02-15", "send_back", ""),
    ],
)
def test_the_second_person_looks_after_the_decision_and_while_the_window_is_open(
    on: str, verdict: str, code: str
) -> None:
    case = revising(CONVERTS, "do_not_convert", decided="do_not_convert", decided_on=TODAY)
    found = check("approve_revision", {"approved_on": on, "verdict": verdict}, case, date(2027, 3, 1))
    assert [one.code for one in found] == ([code] if code else [])


@pytest.mark.parametrize(
    ("on", "code"),
    [("2026-12-03", "before_the_approval"), ("2026-12-04", ""), ("2027-03-14", ""),
     ("2027-03-15", "withdrawn_after_the_term")],
)  # fmt: skip
def test_a_notice_is_withdrawn_after_the_approval_and_before_the_lease_is_over(on: str, code: str) -> None:
    case = replace(NOTICED, decision=decision("convert"))
    found = check("withdraw_end_notice", {"withdrawals": {"p": {"sent_on": on}}}, case, date(2027, 4, 1))
    assert [(one.field, one.code) for one in found] == ([("withdrawals.p.sent_on", code)] if code else [])


def test_the_drawing_asks_what_still_stands() -> None:
    assert (facts(NOTICED)["notice_to_withdraw"], facts(NOTICED)["notice_received"]) == (True, True)
    assert not facts(replace(NOTICED, decision=decision("convert")))["notice_in_force"]
    assert not facts(LEAVES)["notice_to_withdraw"]
    assert facts(replace(CONVERTS, confirmed=True))["confirmation_to_withdraw"]
    goes_on = {
        decided: facts(revising(CONVERTS, "do_not_convert", decided=decided))["revision_goes_on"]
        for decided in ("convert", "do_not_convert")
    }
    assert goes_on == {"convert": False, "do_not_convert": True}


def test_a_notice_reads_as_to_be_withdrawn_until_it_is() -> None:
    revised = replace(NOTICED, decision=decision("convert"))
    assert status("in_time", NOTICED, TODAY) == "in_time"
    assert status("in_time", revised, TODAY) == "to_withdraw"
    assert status("", replace(revised, notices=(), sent={}), TODAY) == "not_needed"
    assert status("in_time", replace(revised, ending="open_ended_by_approval"), LAST + DAY) == "in_time"
    assert status("", LEAVES, TODAY) == "planned"


def test_what_leads_to_a_notice_is_due_before_the_post_needs_its_days() -> None:
    late = notice.send_by(LAST) - DAY
    assert due("hear_on_revision", CONVERTS, late).on == notice.send_by(LAST)
    assert due("hear_on_revision", LEAVES, date(2027, 1, 18)).on == date(2027, 1, 25)
    assert due("withdraw_confirmation", LEAVES, late).on == notice.send_by(LAST)
