"""What an answer may not say although its form is whole, told by tables."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from app.rules.answers import CHECKS, check, day, grounds_for
from app.rules.case import Case
from tests.rules.cases import decision, lease

D = date.fromisoformat
TODAY = D("2026-12-20")
NEW = Case(opened_on=D("2025-01-06"), legal_ground="d")
FORMS = {path.stem for path in (Path(__file__).resolve().parents[2] / "workflows" / "forms").glob("*.json")}
DECIDED = lease(decision=decision("do_not_convert"))
CONVERTS = lease(decision=decision("convert"))


def said(task: str, answers: dict[str, Any], case: Case = NEW, today: date = TODAY) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in check(task, answers, case, today)]


def test_every_check_is_of_a_task_that_exists() -> None:
    assert CHECKS.keys() <= FORMS


def test_a_task_without_a_check_takes_every_whole_answer() -> None:
    assert said("match_home", {"home_id": "x"}) == []


@pytest.mark.parametrize(
    "consent, nominated, faults",
    [
        ("2025-01-05", "2025-01-06", []),
        ("2025-01-06", "2025-01-06", []),
        ("2025-01-07", "2025-01-06", [("consent_on", "consent_after_nomination")]),
    ],
)
def test_consent_comes_before_the_nomination(consent: str, nominated: str, faults: Any) -> None:
    assert said("nominate_candidate", {"consent_on": consent, "nominated_on": nominated}) == faults


@pytest.mark.parametrize(
    "answers, faults",
    [
        ({"goal_housing": "Schoon"}, []),
        ({"goal_finances": "Huur"}, []),
        ({"goal_day_structure": "Werk"}, []),
        ({}, [("goal_housing", "one_housing_goal")]),
        ({"goal_housing": "", "goal_mental_health": "Rust"}, [("goal_housing", "one_housing_goal")]),
    ],
)
def test_a_contract_has_a_housing_goal(answers: dict[str, Any], faults: Any) -> None:
    assert said("draft_care_contract", answers) == faults


@pytest.mark.parametrize("task", ["prepare_lease", "sign_lease"])
@pytest.mark.parametrize(
    "first, last, faults",
    [
        ("2025-03-15", "2027-03-14", []),
        ("2025-03-15", "2027-03-15", [("last_day", "longer_than_two_years")]),
        ("2025-03-15", "2025-03-15", []),
        ("2025-03-15", "2025-03-14", [("last_day", "ends_before_it_starts")]),
        ("2024-02-29", "2026-02-27", []),
        ("2024-02-29", "2026-02-28", [("last_day", "longer_than_two_years")]),
    ],
)
def test_a_fixed_term_lasts_two_years_at_most(task: str, first: str, last: str, faults: Any) -> None:
    assert said(task, {"first_day": first, "last_day": last}) == faults


@pytest.mark.parametrize(
    "signed, grounds",
    [
        ("2016-06-30", ()), ("2016-07-01", ("old",)), ("2024-06-30", ("old",)),
        ("2024-07-01", ("c", "d")), ("2030-01-01", ("c", "d")),
    ],
)  # fmt: skip
def test_which_grounds_there_are_follows_from_the_day_of_signing(signed: str, grounds: tuple[str, ...]) -> None:
    assert grounds_for(D(signed)) == grounds


@pytest.mark.parametrize(
    "signed, ground, faults",
    [
        ("2025-03-07", "c", []),
        ("2025-03-07", "d", []),
        ("2025-03-07", "old", [("signed_on", "ground_needs_new_regime")]),
        ("2025-03-07", "", [("signed_on", "ground_needs_new_regime")]),
        ("2024-06-30", "old", []),
        ("2024-06-30", "d", [("signed_on", "ground_needs_old_regime")]),
        ("2016-06-30", "old", [("signed_on", "no_regime_then")]),
    ],
)
def test_a_lease_is_signed_on_a_ground_of_its_regime(signed: str, ground: str, faults: Any) -> None:
    case = replace(NEW, legal_ground=ground)
    assert (
        said("sign_lease", {"signed_on": signed, "first_day": "2025-03-15", "last_day": "2027-03-14"}, case) == faults
    )


@pytest.mark.parametrize(
    "signed, first, faults",
    [
        ("2025-03-07", "2024-03-07", []),
        ("2025-03-07", "2024-03-06", ["starts_far_off"]),
        ("2025-03-07", "2026-03-07", []),
        ("2025-03-07", "2026-03-08", ["starts_far_off"]),
        ("2025-03-07", "1925-03-15", ["starts_far_off"]),
    ],
)
def test_a_slip_in_the_year_of_the_first_day_is_not_signed(signed: str, first: str, faults: list[str]) -> None:
    answers = {"signed_on": signed, "first_day": first, "last_day": first}
    assert [code for _, code in said("sign_lease", answers, replace(NEW, legal_ground="c"))] == faults


@pytest.mark.parametrize(
    "years, faults", [(-6, ["starts_far_off"]), (-4, []), (0, []), (1, []), (2, ["starts_far_off"])]
)
def test_a_slip_in_the_year_of_the_first_day_is_not_drawn_up(years: int, faults: list[str]) -> None:
    first = TODAY.replace(year=TODAY.year + years).isoformat()
    assert [code for _, code in said("prepare_lease", {"first_day": first, "last_day": first})] == faults


@pytest.mark.parametrize(
    "case, ground, faults",
    [
        (NEW, "old", []),  # nothing is signed yet
        (lease(), "c", []),
        (lease(), "old", [("legal_ground", "ground_needs_new_regime")]),
        (lease(signed_on=D("2024-06-30")), "c", [("legal_ground", "ground_needs_old_regime")]),
        (lease(), None, []),
    ],
)
def test_a_ground_corrected_after_the_signing_still_fits_it(case: Case, ground: str | None, faults: Any) -> None:
    assert said("check_eligibility", {"legal_ground": ground}, case) == faults


@pytest.mark.parametrize(
    "checked, ground, faults",
    [
        ("2024-06-30", "old", []),  # the lease may have been signed that day
        ("2024-07-01", "old", [("legal_ground", "old_ground_is_over")]),
        ("2026-12-20", "old", [("legal_ground", "old_ground_is_over")]),
        ("2026-12-20", "c", []),
        ("2026-12-20", "d", []),
        ("2024-06-30", "d", []),  # signed in July
        (None, "old", []),
    ],
)
def test_a_new_candidate_is_refused_the_old_ground(checked: str | None, ground: str, faults: Any) -> None:
    assert said("check_eligibility", {"legal_ground": ground, "checked_on": checked}) == faults


@pytest.mark.parametrize(
    "task, field",
    [
        ("hold_review_meeting", "held_on"),
        ("confirm_goals", "last_visit_on"),
        ("advise_as_provider", "advised_on"),
        ("advise_as_municipality", "advised_on"),
        ("hold_hearing", "heard_on"),
        ("decide_conversion", "decided_on"),
        ("return_keys", "returned_on"),
    ],
)
def test_what_belongs_to_the_lease_does_not_lie_before_it(task: str, field: str) -> None:
    assert said(task, {field: "2025-03-14"}, lease()) == [(field, "before_the_lease")]
    assert said(task, {field: "2025-03-15"}, lease()) == []
    assert said(task, {}, lease()) == []


def test_keys_are_handed_over_after_the_signing() -> None:
    assert said("hand_over_keys", {"handed_over_on": "2025-03-06"}, lease()) == [("handed_over_on", "before_signing")]
    assert said("hand_over_keys", {"handed_over_on": "2025-03-07"}, lease()) == []


@pytest.mark.parametrize(
    "outcome, today, faults",
    [
        ("do_not_convert", "2027-02-14", []),
        ("do_not_convert", "2027-02-15", [("outcome", "window_is_closed")]),
        ("convert", "2027-02-15", []),
        ("convert_with_aftercare", "2027-03-10", []),
    ],
)
def test_not_converting_is_decided_while_the_window_is_open(outcome: str, today: str, faults: Any) -> None:
    answers = {"outcome": outcome, "decided_on": "2026-12-01"}
    assert said("decide_conversion", answers, lease(), D(today)) == faults


@pytest.mark.parametrize(
    "outcome, verdict, approved, faults",
    [
        ("do_not_convert", "approve", "2027-02-14", []),
        ("do_not_convert", "approve", "2027-02-15", [("verdict", "window_is_closed")]),
        ("do_not_convert", "send_back", "2027-02-15", []),
        ("convert", "approve", "2027-02-15", []),
    ],
)
def test_not_converting_is_approved_while_the_window_is_open(
    outcome: str, verdict: str, approved: str, faults: Any
) -> None:
    case = lease(decision=decision(outcome))
    assert said("approve_decision", {"approved_on": approved, "verdict": verdict}, case, D("2027-02-20")) == faults


@pytest.mark.parametrize(
    "task, answers, case, faults",
    [
        ("approve_decision", {"approved_on": "2026-11-30"}, DECIDED, [("approved_on", "before_the_decision")]),
        ("approve_decision", {"approved_on": "2026-12-01"}, DECIDED, []),
        ("explain_decision", {"explained_on": "2026-12-03"}, DECIDED, [("explained_on", "before_the_approval")]),
        ("explain_decision", {"explained_on": "2026-12-04"}, DECIDED, []),
        ("confirm_conversion", {"sent_on": "2026-12-03"}, CONVERTS, [("sent_on", "before_the_approval")]),
        ("confirm_conversion", {"sent_on": "2026-12-04"}, CONVERTS, []),
        ("sign_regular_lease", {"signed_on": "2026-12-03"}, CONVERTS, [("signed_on", "before_the_approval")]),
        ("sign_regular_lease", {"signed_on": "2026-12-04"}, CONVERTS, []),
        (
            "hold_hearing", {"heard_on": "2026-11-20", "invited_on": "2026-11-21"}, lease(),
            [("invited_on", "invited_after_hearing")],
        ),
        ("hold_hearing", {"heard_on": "2026-11-20", "invited_on": "2026-11-20"}, lease(), []),
    ],
)  # fmt: skip
def test_one_thing_comes_after_another(task: str, answers: dict[str, Any], case: Case, faults: Any) -> None:
    assert said(task, answers, case) == faults


def test_a_notice_is_sent_after_the_decision_to_each_of_them() -> None:
    notices = {"a": {"sent_on": "2026-12-03"}, "b": {"sent_on": "2026-12-04"}, "c": {}}
    assert said("send_end_notice", {"notices": notices}, DECIDED) == [("notices.a.sent_on", "sent_before_decision")]
    assert said("send_end_notice", {}, DECIDED) == []


def test_a_notice_is_received_after_it_was_sent_to_each_of_them() -> None:
    case = replace(DECIDED, sent={"a": D("2026-12-16"), "b": D("2026-12-16")})
    receipts = {"a": {"received_on": "2026-12-15"}, "b": {"received_on": "2026-12-16"}, "c": {"received_on": None}}
    assert said("record_receipt", {"receipts": receipts}, case) == [("receipts.a.received_on", "received_before_sent")]


def test_a_day_left_open_is_no_day() -> None:
    assert day({"on": None}, "on") is None and day({"on": ""}, "on") is None and day({}, "on") is None
    assert day({"on": "2026-12-16"}, "on") == D("2026-12-16")
