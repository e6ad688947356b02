"""Who may do what, and which part sees which paper and which section, told by tables."""

from __future__ import annotations

import json
import re
from pathlib import Path
from uuid import UUID, uuid4

import pytest

from app.paper import documents
from app.rules.permissions import (
    CARE_DOMAINS,
    CONDITIONS,
    DOCUMENT_PARTS,
    HOUSING_DOMAINS,
    LANES,
    NOMINATING_PARTS,
    PART_OF_ROLE,
    ROLE_OF_PART,
    ROLES,
    SECTIONS,
    Viewer,
    may_do,
    may_hand_over,
    may_manage,
    may_move_review,
    may_nominate,
    may_see_document,
    role_of_lane,
    sees,
)

HOME = Path(__file__).resolve().parents[2]
HERE, ELSEWHERE = uuid4(), uuid4()


def viewer(role: str, organisation: UUID = HERE, part: str = "") -> Viewer:
    return Viewer(uuid4(), "Iemand", role, organisation, "Ergens", part or PART_OF_ROLE.get(role, "association"))


@pytest.mark.parametrize("role", ROLES)
def test_a_task_is_done_by_its_role_at_its_party_and_nobody_else(role: str) -> None:
    for task_role in PART_OF_ROLE:
        assert may_do(viewer(role), task_role, HERE) == (role == task_role)
        assert not may_do(viewer(role), task_role, ELSEWHERE)


@pytest.mark.parametrize("role", ROLES)
def test_who_nominates_moves_and_manages(role: str) -> None:
    one = viewer(role)
    assert may_nominate(one) == (role in ("urgency_officer", "municipal_officer", "support_worker"))
    assert may_move_review(one) == (role in ("housing_officer", "team_lead"))
    assert may_manage(one) == (role == "application_manager")


def test_whoever_manages_the_program_at_a_nominating_party_does_not_nominate() -> None:
    assert not any(may_nominate(viewer("application_manager", part=part)) for part in NOMINATING_PARTS)


@pytest.mark.parametrize("role", PART_OF_ROLE)
def test_whose_task_may_be_handed_over(role: str) -> None:
    one = viewer(role)
    assert may_hand_over(one, None) and may_hand_over(one, one.id)
    assert may_hand_over(one, uuid4()) == (role == "team_lead")


def test_a_lane_is_a_role_and_the_nominators_lane_is_of_whoever_nominated() -> None:
    for part in NOMINATING_PARTS:
        assert role_of_lane("nominator", part) == ROLE_OF_PART[part]
        assert role_of_lane("successor", part) == "support_worker"
        assert [role_of_lane(lane, part) for lane in LANES[2:]] == list(LANES[2:])


@pytest.mark.parametrize(
    "name, parts",
    [
        ("care_contract_a", {"association", "care_provider", "municipality"}),
        ("care_contract_b", {"care_provider", "municipality"}),
        ("fixed_term_lease", {"association"}),
        ("review_invitation", {"association", "care_provider"}),
        ("joint_meeting_invitation", {"association", "care_provider", "municipality"}),
        ("review_report", {"association", "care_provider"}),
        ("end_notice", {"association"}),
        ("conversion_confirmation", {"association"}),
        ("regular_lease", {"association"}),
        ("rejection", {"urgency_office"}),
        ("a_template_nobody_thought_of", set()),
    ],
)
def test_who_sees_which_paper(name: str, parts: set[str]) -> None:
    assert {part for part in ROLE_OF_PART if may_see_document(part, name)} == parts


def test_every_paper_there_is_has_somebody_who_may_see_it() -> None:
    assert DOCUMENT_PARTS.keys() == documents().keys()


@pytest.mark.parametrize("section", ["goals", "care_goals", "conditions", "reviews", "decision", "dates", "lease"])
def test_the_urgency_office_sees_nomination_and_outcome_and_no_more(section: str) -> None:
    assert not sees("urgency_office", section)


def test_care_goals_are_for_the_provider_and_the_municipality() -> None:
    assert {part for part in ROLE_OF_PART if sees(part, "care_goals")} == {"care_provider", "municipality"}
    assert not sees("nobody", "home") and SECTIONS.keys() == ROLE_OF_PART.keys()


@pytest.mark.parametrize(
    "code, seen_by",
    [
        ("rent_on_time", {"association"}),
        ("guidance_accepted", {"care_provider"}),
        ("no_nuisance", {"association"}),
        ("administration_in_place", {"association", "care_provider"}),
        ("daytime_activity", {"care_provider"}),
        ("home_kept_clean", {"association", "care_provider"}),
        ("repayment_plan", {"association"}),
        ("lives_there", {"association"}),
    ],
)
def test_who_says_whether_a_condition_is_kept(code: str, seen_by: set[str]) -> None:
    assert set(CONDITIONS[code]) == seen_by and len(CONDITIONS) == 8


def test_the_form_of_the_contract_asks_for_exactly_these_conditions_and_domains() -> None:
    form = json.loads((HOME / "workflows/forms/draft_care_contract.json").read_text())["properties"]
    offered = re.findall(r'"const": "(\w+)"', json.dumps(form["conditions"]))
    assert set(offered) == CONDITIONS.keys()
    asked = {name.removeprefix("goal_") for name in form if name.startswith("goal_")}
    assert asked == {*HOUSING_DOMAINS, *CARE_DOMAINS}
    for domain in CARE_DOMAINS:
        sees_it = form[f"goal_{domain}"].get("x-sees")
        assert sees_it is not None and "association" not in sees_it and "urgency_office" not in sees_it


def test_every_role_has_one_part_and_every_part_one_role_that_is_its_contact() -> None:
    assert {PART_OF_ROLE[role] for role in ROLE_OF_PART.values()} == ROLE_OF_PART.keys()
    assert all(PART_OF_ROLE[role] == part for part, role in ROLE_OF_PART.items())
