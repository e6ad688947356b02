"""Whether the parties see the end of the term alike, and how long there is time to bring them to one table."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.rules.case import AdviceState, Case, HearingState
from app.rules.course import deadlines, facts
from app.rules.disagreement import findings_that_differ, joint_meeting_lapses, parties_agree, views
from app.rules.due import due
from app.rules.schedule import Settings
from tests.rules.cases import lease

D = date.fromisoformat
RENT, CLEAN = "11", "22"


def case(
    provider: str = "", municipality: str = "", officer: str = "", tenant: str = "", on: str = "2026-11-27"
) -> Case:
    given = {"care_provider": provider, "municipality": municipality}
    advices = {part: AdviceState(said, D("2026-11-13")) for part, said in given.items() if said}
    return replace(lease(), advices=advices, hearing=HearingState(D(on), tenant, officer))


@pytest.mark.parametrize(
    ("provider", "municipality", "officer", "tenant", "agree"),
    [
        ("convert", "convert", "convert", "stay", True),
        ("convert", "convert_with_aftercare", "convert", "stay", True),  # the table settles aftercare
        ("convert", "do_not_convert", "cannot_say", "", False),
        ("convert", "convert", "do_not_convert", "stay", False),
        ("do_not_convert", "do_not_convert", "do_not_convert", "stay", False),
        ("do_not_convert", "do_not_convert", "do_not_convert", "leave", True),
        ("do_not_convert", "do_not_convert", "do_not_convert", "not_said", True),
        ("convert", "convert", "convert", "leave", False),
        ("", "", "do_not_convert", "", True),
        ("", "", "do_not_convert", "stay", False),
        ("", "", "cannot_say", "stay", True),
    ],
)
def test_who_wants_the_lease_to_go_on_and_who_wants_it_to_end(
    provider: str, municipality: str, officer: str, tenant: str, agree: bool
) -> None:
    found = case(provider, municipality, officer, tenant)
    assert parties_agree(found) is agree
    assert facts(found)["parties_agree"] is agree


@pytest.mark.parametrize(
    ("provider", "officer", "tenant", "apart"),
    [
        ({RENT: "met"}, {RENT: "met"}, {RENT: "met"}, set()),
        ({RENT: "met"}, {RENT: "not_met"}, {}, {RENT}),
        ({RENT: "cannot_say"}, {RENT: "not_met"}, {}, set()),
        ({}, {RENT: "not_met", CLEAN: "met"}, {RENT: "met", CLEAN: "met"}, {RENT}),
        ({RENT: "met"}, {CLEAN: "not_met"}, {}, set()),  # about something else
    ],
)
def test_one_finds_met_what_another_finds_not_met(
    provider: dict[str, str], officer: dict[str, str], tenant: dict[str, str], apart: set[str]
) -> None:
    heard = HearingState(D("2026-11-27"), "stay", "convert", {"officer": officer, "tenant": tenant})
    advice = {"care_provider": AdviceState("convert", D("2026-11-13"), provider)}
    found = replace(lease(), advices=advice, hearing=heard)
    assert findings_that_differ(views(found)) == apart
    assert parties_agree(found) is (not apart)


def test_nobody_disagrees_before_the_tenant_was_heard() -> None:
    apart = case("convert", "do_not_convert")
    assert parties_agree(replace(apart, hearing=None)) and not parties_agree(apart)


def test_every_party_has_a_view_also_the_one_who_said_nothing() -> None:
    assert [(view.party, view.outcome) for view in views(case(provider="convert", tenant="stay"))] == [
        ("care_provider", "convert"), ("municipality", ""), ("association", ""), ("tenant", "stay"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("heard", "lapses"),
    [
        ("2026-11-02", "2026-12-06"),  # the decision is due
        ("2026-11-29", "2026-12-06"),
        ("2026-12-03", "2026-12-10"),  # heard late: a week
        ("2026-12-12", "2026-12-15"),  # and never into the window
        ("2027-01-20", "2026-12-15"),  # gone by: at once
    ],
)
def test_a_joint_meeting_never_holds_up_the_decision(heard: str, lapses: str) -> None:
    found = case("convert", "do_not_convert", on=heard)
    assert joint_meeting_lapses(found) == deadlines(found)["joint_meeting_lapses"] == D(lapses)


def test_it_is_due_on_the_working_day_before_it_lapses_and_says_what_it_hangs_on() -> None:
    found = due("hold_joint_meeting", case("convert", "do_not_convert"), D("2026-11-27"))
    assert (found.on, found.because, found.hangs_on) == (D("2026-12-04"), "decision_due_on", D("2026-12-06"))
    later = joint_meeting_lapses(case("convert", "do_not_convert"), Settings(decision_due_days=97))
    assert later == D("2026-12-07")


def test_without_a_lease_or_a_hearing_there_is_no_day() -> None:
    assert joint_meeting_lapses(replace(case(), hearing=None)) is None
    assert joint_meeting_lapses(replace(case(), first_day=None, last_day=None)) is None
