"""The rehearsals that come along: how each ends, what holds for all, and that together they walk every flow."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from lxml import etree

from tests.rehearsal.laws import broken
from tests.rehearsal.playing import FOLDER, WALKED, in_words, played

BPMN = "{http://www.omg.org/spec/BPMN/20100524/MODEL}"
ENDS = {
    "convert": "converted",
    "do-not-convert": "ended",
    "forgotten": "open_ended_by_lapse",
    "not-eligible": "rejected",
    "offer-declined": "declined",
    "twelve-months": "converted",
    "yellow-card": "converted",
    "behaviour-order": "converted",
    "card-withdrawn": "converted",
    "care-decision-ends": "converted",
    "care-goals-met": "converted",
    "care-paused": "converted",
    "care-refused": "converted",
    "provider-bankrupt": "converted",
    "provider-stops": "converted",
    "convert-with-aftercare": "converted_with_aftercare",
    "corrected": "converted",
    "forgotten-receipt": "open_ended_by_lapse",
    "heard-no-card": "converted",
    "joint-meeting": "converted_with_aftercare",
    "no-joint-meeting": "converted",
    "correction-lapses": "ended_early",
    "curator": "ended",
    "nobody-answers": "withdrawn",
    "silent": "converted",
    "late-notice": "open_ended_by_lapse",
    "lease-corrected": "ended",
    "late-paperwork": "ended",
    "own-schedule": "converted_with_aftercare",
    "mail-down": "converted",
    "aftercare-stops": "converted_with_aftercare",
    "candidate-withdraws": "withdrawn",
    "court-dissolves": "ended_early",
    "gives-up-before-the-keys": "ended_early",
    "one-tenant-dies": "converted",
    "tenant-dies": "ended_early",
    "tenant-gives-notice": "ended_early",
    "missed-advice": "converted",
    "missed-aftercare": "converted_with_aftercare",
    "missed-review": "converted",
    "moved-review": "converted",
    "one-of-two-late": "open_ended_by_lapse",
    "second-draft": "converted",
    "red-card": "ended",
    "confirmation-not-withdrawn": "open_ended_by_lapse",
    "notice-not-withdrawn": "open_ended_by_approval",
    "returned-letter": "ended",
    "revised-and-back": "ended",
    "revised-to-convert": "converted",
    "revised-to-leave": "ended",
    "revision-lapses": "converted",
    "revision-refused": "converted",
    "several-incidents": "converted",
    "six-months": "converted",
    "stays-on": "ended",
    "stays-with-approval": "open_ended_by_approval",
    "too-early-notice": "ended",
    "two-tenants": "ended",
    "unproven-notice": "open_ended_by_lapse",
    "unexplained": "ended",
    "warning-helps": "converted",
    "worker-off-40-days": "converted",
}
# What the law forbids: the fault that refuses it, and how it ends then.
REFUSED = {
    "permanent-lease": ("holds_open_ended_lease", "withdrawn"),
    "second-fixed-term": ("second_fixed_term", "withdrawn"),
}
slow = pytest.mark.slow
QUICK = "convert"
EACH = [pytest.param(*one, marks=() if one[0] == QUICK else slow) for one in ENDS.items()]


def test_every_script_that_comes_along_is_played_here() -> None:
    assert {path.stem for path in FOLDER.glob("*.yaml")} == {*ENDS, *REFUSED}


@pytest.mark.parametrize(("name", "outcome"), EACH)
def test_a_script_ends_as_it_says_and_keeps_every_law(name: str, outcome: str) -> None:
    rehearsal = played(name)
    assert (rehearsal["stage"], rehearsal["outcome"], rehearsal["refusals"]) == ("closed", outcome, [])
    assert broken(rehearsal) == []


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_law_forbids_is_refused_with_the_reason_and_keeps_every_law(name: str) -> None:
    rehearsal, (code, outcome) = played(name), REFUSED[name]
    (refusal,) = rehearsal["refusals"]
    assert [fault["code"] for fault in refusal["faults"]] == [code]
    assert "open-ended" in refusal["sentence"]
    assert (rehearsal["stage"], rehearsal["outcome"], broken(rehearsal)) == ("closed", outcome, [])


def test_when_all_goes_well_nobody_is_told_that_something_is_late() -> None:
    assert not [letter for letter in played("convert")["letters"] if letter["letter"].startswith("overdue")]


def test_reminders_of_a_review_go_out_30_14_and_3_days_before_to_provider_and_officer() -> None:
    reminders = [one for one in played("convert")["letters"] if one["occasion"] == "review:6"]
    assert {(one["to"], one["settled_on"]) for one in reminders} == {
        (role, on)
        for role in ("support_worker", "housing_officer")
        for on in ("2025-08-16", "2025-09-01", "2025-09-12")
    }


@slow
def test_what_nobody_does_is_brought_up_after_1_and_7_days_and_then_with_the_team_lead() -> None:
    letters = [one for one in played("forgotten")["letters"] if one["task"] == "hold_hearing"]
    assert [(one["letter"], one["to"], one["settled_on"]) for one in letters] == [
        ("overdue", "housing_officer", "2026-11-28"),
        ("overdue", "housing_officer", "2026-12-04"),
        ("overdue_team_lead", "team_lead", "2026-12-05"),
    ]


@slow
def test_a_forgotten_decision_makes_the_lease_open_ended_by_lapse_on_the_day_after_the_last() -> None:
    rehearsal = played("forgotten")
    assert rehearsal["ending"] == {"kind": "open_ended_by_lapse", "on": "2027-03-15"}
    assert [(task["task"], task["lapsed_on"]) for task in rehearsal["tasks"] if task["lapsed_on"]] == [
        ("hold_hearing", "2027-03-15")
    ]


@slow
def test_the_text_has_a_date_on_every_line_and_says_how_it_ends() -> None:
    text = in_words("do-not-convert")
    lines = [line for line in text.splitlines() if line.startswith("  ")]
    assert all(line[2:6].isdigit() and line[6] == line[9] == "-" for line in lines)
    assert text.endswith("lease ended.")
    assert "2026-12-15  legal date        notice window opens: received from here is safe" in text
    assert "_" not in text.split("\n", 1)[1]
    assert "(aftercare yes)" in text and "True" not in text


@slow
def test_the_text_says_why_a_review_was_not_held() -> None:
    missed = [line.partition(": ")[2] for line in in_words("missed-review").splitlines() if "review not held" in line]
    lapsed = "not held, its time was over"
    assert missed == [lapsed, lapsed, "not held, because: De huurder was niet thuis."]


@slow
def test_after_forty_days_without_a_worker_only_the_latest_reminder_goes_out() -> None:
    letters = [one for one in played("worker-off-40-days")["letters"] if one["to"] == "housing_officer"]
    nine = [one for one in letters if one["occasion"] == "review:9"]
    assert [(one["planned_for"], one["state"], one["settled_on"], one["reason"]) for one in nine] == [
        ("2025-11-15", "dropped", "2025-12-11", "a_later_one_goes_out"),
        ("2025-12-01", "posted", "2025-12-11", ""),
        ("2025-12-12", "posted", "2025-12-12", ""),
    ]
    fifteen = [one for one in letters if one["occasion"] == "review:15"]
    assert {(one["state"], one["settled_on"], one["reason"]) for one in fifteen} == {
        ("dropped", "2026-06-24", "its_day_has_passed")
    }


@slow
def test_a_moved_review_takes_its_invitation_due_days_and_reminders_along() -> None:
    rehearsal = played("moved-review")
    moved = {one["month"]: (one["planned_on"], one["opened_on"]) for one in rehearsal["reviews"] if one["moves"]}
    assert moved == {6: ("2025-09-25", "2025-09-04"), 12: ("2026-03-29", "2026-02-22")}
    asked = [task for task in rehearsal["tasks"] if task["task"] == "confirm_goals" and task["month"] in moved]
    assert [task["due_on"] for task in asked] == ["2025-09-22", "2026-03-26"]
    assert invitations(rehearsal["letters"], 12) == [("2026-03-13", "2026-02-22"), ("2026-03-29", "2026-03-10")]
    reminded = {one["about_on"] for one in rehearsal["letters"] if one["occasion"] == "review:6" and one["settled_on"]}
    assert reminded == {"2025-09-15", "2025-09-25"}
    posted = {one["about_on"] for one in rehearsal["letters"] if one["occasion"] == "review:6" and not one["reason"]}
    assert posted == {"2025-09-25"}


@slow
def test_a_notice_that_came_too_early_is_sent_again_inside_the_window() -> None:
    notices = played("too-early-notice")["end_notices"]
    assert [one["standing"] for one in notices] == ["too_early", "in_time"]
    assert [one["received_on"] for one in notices] == ["2026-12-10", "2026-12-21"]


@slow
def test_each_tenant_gets_a_notice_and_one_of_two_in_time_is_not_enough() -> None:
    both, one_late = played("two-tenants"), played("one-of-two-late")
    assert sorted((one["to"], one["standing"]) for one in both["end_notices"]) == [
        ("co_tenant_1", "in_time"),
        ("tenant", "in_time"),
    ]
    assert sorted((one["to"], one["standing"]) for one in one_late["end_notices"]) == [
        ("co_tenant_1", "too_late"),
        ("tenant", "in_time"),
    ]
    assert sorted(one["for"] for one in both["documents"] if one["document"] == "end_notice") == [
        "co_tenant_1",
        "tenant",
    ]


@slow
def test_missing_advice_counts_as_not_received_and_the_decision_opens_without_it() -> None:
    rehearsal = played("missed-advice")
    hearing = next(task for task in rehearsal["tasks"] if task["task"] == "hold_hearing")
    assert hearing["opened_on"] == rehearsal["own_dates"]["advice_due"]
    decided = next(entry for entry in rehearsal["entries"] if entry["kind"] == "decision_made")
    assert decided["advised_because"] == "not_enough_known"
    assert {task["status"] for task in rehearsal["tasks"] if task["task"].startswith("advise_as")} == {"lapsed"}


@slow
def test_a_review_that_was_not_held_lapses_with_a_reason_and_holds_nothing_up() -> None:
    rehearsal = played("missed-review")
    assert [(one["outcome"], one["reason"], one["closed_on"]) for one in rehearsal["reviews"]] == [
        ("not_held", "lapsed", "2025-07-27"),
        ("not_held", "lapsed", "2025-10-27"),
        ("not_held", "De huurder was niet thuis.", "2025-12-15"),
        *(("on_track", "", on) for on in ("2026-03-16", "2026-06-17", "2026-09-17")),
    ]
    startup = [(task["status"], task["lapsed_on"]) for task in rehearsal["tasks"] if "startup" in task["task"]]
    assert startup == [("lapsed", "2025-06-07")] * 2


@slow
def test_letters_wait_while_the_mail_server_is_down() -> None:
    invitation = invitations(played("mail-down")["letters"], 6)
    assert invitation == [("2025-09-15", "2025-08-31")]


@slow
def test_a_plan_made_after_the_last_day_still_brings_the_aftercare_it_asks_for() -> None:
    assert [one["outcome"] for one in played("late-paperwork")["aftercare"]] == ["stable"] * 3


def test_a_yellow_card_is_decided_by_two_people_told_to_the_others_and_expires() -> None:
    rehearsal = played("yellow-card")
    (incident,) = rehearsal["incidents"]
    assert [(one["kind"], one["given_on"], one["ended_on"], one["ended_because"]) for one in incident["steps"]] == [
        ("conversation", "2025-07-18", "2025-08-29", "next_step"),
        ("warning", "2025-08-29", "2025-10-27", "next_step"),
        ("yellow_card", "2025-10-27", "2026-10-27", "expired"),
    ]
    told = [(one["to"], one["settled_on"]) for one in rehearsal["letters"] if one["letter"] == "yellow_card_told"]
    assert told == [("municipal_officer", "2025-10-27"), ("support_worker", "2025-10-27")]
    second = [task for task in rehearsal["tasks"] if task["task"] == "approve_measure"]
    assert [(task["role"], task["status"]) for task in second] == [("team_lead", "done")] * 2


@slow
def test_a_red_card_stands_to_the_last_day_and_ends_no_lease() -> None:
    rehearsal = played("red-card")
    red = [one["steps"][-1] for one in rehearsal["incidents"]]
    assert [(one["kind"], one["ended_on"]) for one in red] == [("red_card", rehearsal["last_day"])] * 2
    assert [one["kind"] for one in rehearsal["incidents"][0]["steps"]] == [
        "conversation", "warning", "yellow_card", "behaviour_order", "red_card",
    ]  # fmt: skip
    assert [one["kind"] for one in rehearsal["incidents"][1]["steps"]] == ["red_card"]
    assert rehearsal["ending"] == {"kind": "tenancy_ended", "on": rehearsal["legal_dates"]["open_ended_from"]}


@slow
def test_who_heard_of_a_card_hears_that_it_was_withdrawn() -> None:
    rehearsal = played("card-withdrawn")
    withdrawn = [
        (one["occasion"], one["for"]) for one in rehearsal["documents"] if one["document"] == "measure_withdrawn"
    ]
    assert withdrawn == [("incident_2", "tenant"), ("incident_3", "tenant")]
    told = {(one["occasion"], one["to"]) for one in rehearsal["letters"] if one["letter"] == "withdrawal_told"}
    assert told == {("3:withdrawal_told", "support_worker"), ("3:withdrawal_told", "municipal_officer")}
    assert [one["outcome"] for one in rehearsal["incidents"]] == ["withdrawn"] * 3


@slow
def test_incidents_go_on_beside_each_other_and_lapse_with_the_lease() -> None:
    rehearsal = played("several-incidents")
    assert [(one["outcome"], one["closed_on"]) for one in rehearsal["incidents"]][-1] == ("lapsed", "2027-03-15")
    assert rehearsal["incidents"][0]["steps"][0]["ended_because"] == "expired"
    asked = [task for task in rehearsal["tasks"] if task["task"] == "hold_conversation"]
    assert [task["status"] for task in asked] == ["done", "done", "lapsed"]


@slow
def test_together_the_rehearsals_walk_every_flow_of_every_drawing() -> None:
    for name in ENDS:
        played(name)
    drawn = {(drawing, *flow) for drawing, flow in flows()}
    assert drawn - WALKED == set()


def invitations(letters: list[dict[str, Any]], month: int) -> list[tuple[str, str]]:
    of = [one for one in letters if one["letter"] == "review_invitation" and one["occasion"].endswith(f":{month}")]
    return [(one["about_on"], one["settled_on"]) for one in of]


def flows() -> Iterable[tuple[str, tuple[str, str]]]:
    for path in FOLDER.parent.glob("*.bpmn"):
        for flow in etree.parse(path).getroot().iter(f"{BPMN}sequenceFlow"):
            yield flow.getparent().get("id"), (flow.get("sourceRef"), flow.get("targetRef"))
