"""The steps after an incident, told by tables: their order, what may be skipped, what they rest on, how long."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import Any
from uuid import uuid4

import pytest

from app.rules import escalation
from app.rules.answers import check
from app.rules.case import IncidentState, MeasureState
from app.rules.course import deadlines, facts
from app.rules.escalation import LADDER, SOURCES, WEIGHTY, Report
from app.rules.permissions import CONDITIONS
from tests.rules.cases import FIRST, LAST, lease

D = date.fromisoformat
TODAY = D("2025-09-01")
GROUNDS = (*CONDITIONS, *escalation.SERIOUS)
REPORT = Report(
    D("2025-08-30"), "no_nuisance", "Harde muziek tot drie uur.", "Geluidslog van 30 augustus.", ("police",)
)


def faults(**changes: Any) -> list[tuple[str, str]]:
    found = escalation.faults(replace(REPORT, **changes), GROUNDS, FIRST, TODAY)
    return [(fault.field, fault.code) for fault in found]


def test_a_whole_report_has_no_faults() -> None:
    assert faults() == []


@pytest.mark.parametrize(
    "changes, found",
    [
        ({"ground": ""}, [("ground", "incident_needs_ground")]),
        ({"ground": "blue_eyes"}, [("ground", "ground_not_agreed")]),
        ({"happened_on": None}, [("happened_on", "missing")]),
        ({"happened_on": TODAY + timedelta(days=1)}, [("happened_on", "in_the_future")]),
        ({"happened_on": FIRST - timedelta(days=1)}, [("happened_on", "before_the_lease")]),
        ({"what": " "}, [("what", "missing")]),
        ({"evidence": ""}, [("evidence", "missing")]),
        ({"sources": ()}, [("sources", "missing")]),
        ({"sources": ("hearsay",)}, [("sources", "not_a_choice")]),
        ({"ground": "", "evidence": ""}, [("ground", "incident_needs_ground"), ("evidence", "missing")]),
    ],
)
def test_what_keeps_an_incident_from_being_taken_down(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    assert faults(**changes) == found


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("first", LADDER)
def test_only_serious_violence_or_drugs_skip_steps_and_only_with_a_reason(ground: str, first: str) -> None:
    without, reasoned = (
        faults(ground=ground, first_step=first),
        faults(ground=ground, first_step=first, skip_reason="x"),
    )
    if first not in escalation.MAY_START_AT:
        assert without == reasoned == [("first_step", "not_a_choice")]
    elif first == "conversation":
        assert without == reasoned == []
    elif ground in ("serious_violence", "drugs"):
        assert (without, reasoned) == ([("skip_reason", "skipping_needs_reason")], [])
    else:
        assert without == reasoned == [("first_step", "may_not_skip")]


@pytest.mark.parametrize("kind", LADDER)
def test_from_yellow_on_nothing_rests_on_the_remark_of_the_provider_alone(kind: str) -> None:
    alone = [fault.code for fault in escalation.rests_on(kind, ["provider_remark"])]
    assert alone == (["not_on_the_providers_remark_alone"] if kind in WEIGHTY else [])
    for other in set(SOURCES) - {"provider_remark"}:
        assert escalation.rests_on(kind, ["provider_remark", other]) == escalation.rests_on(kind, [other]) == []


def test_who_skips_to_a_card_needs_more_than_the_remark_of_the_provider_at_once() -> None:
    skipping = {"ground": "drugs", "first_step": "yellow_card", "skip_reason": "Kwekerij."}
    assert faults(sources=("provider_remark",), **skipping) == [("sources", "not_on_the_providers_remark_alone")]
    assert faults(sources=("provider_remark",)) == []


def test_whoever_proposes_does_not_approve() -> None:
    one, other = uuid4(), uuid4()
    assert [fault.code for fault in escalation.four_eyes(one, one)] == ["same_person"]
    assert escalation.four_eyes(one, other) == escalation.four_eyes(None, other) == []


def incident(*measures: MeasureState, first: str = "conversation") -> IncidentState:
    return IncidentState(1, "no_nuisance", first, D("2025-08-30"), measures)


def taken(kind: str, recovered: bool | None = None, **more: Any) -> MeasureState:
    return MeasureState(kind, given_on=TODAY, recovered=recovered, **more)


def test_the_ladder_is_climbed_one_step_at_a_time() -> None:
    assert escalation.measure(None) == ""
    assert escalation.measure(incident()) == "conversation"
    assert escalation.measure(incident(first="red_card")) == "red_card"
    for step, following in pairwise(LADDER):
        assert escalation.measure(incident(taken(step))) == step
        assert escalation.measure(incident(taken(step, recovered=True))) == step
        assert escalation.measure(incident(taken(step, recovered=False))) == following
    assert escalation.measure(incident(taken("red_card", recovered=False))) == ""


@pytest.mark.parametrize(
    "kind, recover_by, expires",
    [
        ("conversation", "2025-10-01", "2025-12-01"),
        ("conversation", "2025-11-15", "2025-12-27"),  # six weeks to judge, after a long term
        ("warning", "2025-10-01", "2026-03-01"),
        ("yellow_card", "2025-12-01", "2026-09-01"),
        ("behaviour_order", "2026-03-01", "2026-09-01"),
        ("red_card", None, "2027-03-14"),  # up to the last day of the lease
    ],
)
def test_how_long_a_step_counts(kind: str, recover_by: str | None, expires: str) -> None:
    by = D(recover_by) if recover_by else None
    assert escalation.expires(kind, TODAY, by, LAST) == D(expires)


@pytest.mark.parametrize(
    "recover_by, code",
    [
        ("2025-09-01", "recovery_before_step"),
        ("2025-09-02", None),
        ("2026-03-01", None),
        ("2026-03-02", "recovery_too_long"),
    ],
)
def test_a_recovery_term_has_a_first_and_a_last_day(recover_by: str, code: str | None) -> None:
    assert [fault.code for fault in escalation.recovery(D(recover_by), TODAY, LAST)] == ([code] if code else [])


def test_a_recovery_term_ends_with_the_lease() -> None:
    late = LAST - timedelta(days=20)
    assert escalation.longest_recovery(late, LAST) == LAST
    assert [fault.code for fault in escalation.recovery(LAST + timedelta(days=1), late, LAST)] == ["recovery_too_long"]


@pytest.mark.parametrize(
    "state, told",
    [
        (None, {"first_measure": "conversation", "measure": "", "another_step": False, "measure_approved": False}),
        (incident(first="yellow_card"), {"first_measure": "yellow_card", "measure": "yellow_card"}),
        (incident(), {"tenant_has_letter": False, "measure": "conversation"}),
        (incident(taken("conversation", False)), {"another_step": True, "tenant_has_letter": True}),
        (
            incident(taken("warning", True)),
            {"another_step": False, "measure_recovered": True, "tenant_has_letter": True},
        ),
        (
            incident(MeasureState("yellow_card", proposed="give", verdict="send_back")),
            {"measure_proposed": True, "measure_approved": False, "parties_were_told": False},
        ),
        (
            incident(taken("yellow_card", proposed="give", verdict="approve")),
            {"measure_approved": True, "parties_were_told": True},
        ),
        (
            incident(MeasureState("red_card", proposed="do_not_give")),
            {"measure_proposed": False, "measure": "red_card"},
        ),
    ],
)
def test_what_the_gateways_read(state: IncidentState | None, told: dict[str, Any]) -> None:
    found = facts(lease(incident=state))
    assert {name: found[name] for name in told} == told


def test_what_stands_expires_and_what_was_ended_does_not() -> None:
    standing = taken("warning", expires_on=D("2026-03-01"))
    assert deadlines(lease(incident=incident(standing)))["measure_expires"] == D("2026-03-01")
    ended = replace(standing, ended_on=TODAY)
    assert deadlines(lease(incident=incident(ended)))["measure_expires"] is None
    assert deadlines(lease())["measure_expires"] is None


def test_an_escalation_lapses_with_the_term_or_with_the_trajectory() -> None:
    assert deadlines(lease(incident=incident()))["escalation_lapses"] == LAST + timedelta(days=1)
    assert deadlines(lease(incident=incident(), closed_on=TODAY))["escalation_lapses"] == TODAY
    assert deadlines(lease())["escalation_lapses"] is None


def test_the_decision_sees_the_heaviest_card_that_stands() -> None:
    measures = [taken("red_card"), taken("warning"), taken("behaviour_order"), taken("yellow_card", ended_on=TODAY)]
    assert escalation.standing_cards(measures) == ("behaviour_order", "red_card")
    assert facts(lease(cards=("behaviour_order", "red_card")))["card"] == "red_card"
    assert facts(lease(cards=("yellow_card", "behaviour_order")))["card"] == "yellow_card"
    assert facts(lease())["card"] == "none"


def test_other_parties_learn_only_which_condition_was_not_kept() -> None:
    assert {escalation.as_condition(ground) for ground in GROUNDS} == set(CONDITIONS)


HEARD = MeasureState("yellow_card", heard_on=D("2025-09-10"))
GIVE = {
    "decided_on": "2025-09-12", "proposal": "give", "sources": ["police"], "plan": "Muziek uit na tien uur.",
    "recover_by": "2025-12-01",
}  # fmt: skip


@pytest.mark.parametrize(
    "task, answers, found",
    [
        ("hold_conversation", {"held_on": "2025-08-29"}, [("held_on", "before_the_incident")]),
        ("send_warning", {"sent_on": "2025-09-05", "recover_by": "2025-09-05"},
         [("recover_by", "recovery_before_step")]),
        ("hear_tenant_on_measure", {"heard_on": "2025-09-05", "invited_on": "2025-09-06"},
         [("invited_on", "invited_after_hearing")]),
        ("propose_measure", GIVE, []),
        ("propose_measure", {**GIVE, "decided_on": "2025-09-09"}, [("decided_on", "hearing_comes_first")]),
        ("propose_measure", {**GIVE, "sources": ["provider_remark"]},
         [("sources", "not_on_the_providers_remark_alone")]),
        ("propose_measure", {**GIVE, "recover_by": None, "plan": ""},
         [("recover_by", "recovery_needs_term"), ("plan", "recovery_needs_plan")]),
        ("propose_measure", {"decided_on": "2025-09-12", "proposal": "do_not_give"}, []),
    ],
)  # fmt: skip
def test_an_answer_may_not_contradict_the_incident(
    task: str, answers: dict[str, Any], found: list[tuple[str, str]]
) -> None:
    case = lease(incident=incident(HEARD, first="yellow_card"))
    assert [(fault.field, fault.code) for fault in check(task, answers, case, D("2025-09-20"))] == found


def test_a_red_card_needs_no_recovery_term() -> None:
    case = lease(incident=incident(MeasureState("red_card", heard_on=D("2025-09-10")), first="red_card"))
    bare = {name: value for name, value in GIVE.items() if name not in ("plan", "recover_by")}
    assert check("propose_measure", bare, case, D("2025-09-20")) == []


def test_the_second_look_comes_after_the_proposal_and_the_judgment_after_the_step() -> None:
    proposed = replace(HEARD, decided_on=D("2025-09-12"), given_on=D("2025-09-15"))
    case = lease(incident=incident(proposed, first="yellow_card"))
    early = check("approve_measure", {"approved_on": "2025-09-11"}, case, D("2025-09-20"))
    assert [fault.code for fault in early] == ["before_the_proposal"]
    judged = check("judge_recovery", {"judged_on": "2025-09-14"}, case, D("2025-09-20"))
    assert [fault.code for fault in judged] == ["before_the_step"]
