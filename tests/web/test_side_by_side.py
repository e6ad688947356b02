"""The views of the parties beside each other on the pages: who reads what, and that nothing of it is replaced."""

from __future__ import annotations

from html import unescape
from uuid import UUID

import pytest

from tests import cast

SAID = "Ik wil hier blijven, zegt de huurder."


@pytest.fixture
def apart(region: cast.Stage) -> tuple[cast.Stage, UUID]:
    """The municipality says no, the tenant wants to stay, and the joint meeting is open."""
    region.answers["advise_as_municipality"] = {"advice": "do_not_convert", "goals.*.finding": "not_met"}
    region.answers["advise_as_provider"] = {"advice": "convert", "goals.*.finding": "met"}
    region.answers["hold_hearing"] = {
        "own_view": "cannot_say", "tenant_view": SAID, "conditions.*.officer": "not_met", "conditions.*.tenant": "met",
    }  # fmt: skip
    trajectory = region.at("hold_joint_meeting")
    return region, trajectory


def table(page: str) -> str:
    said = unescape(page).replace("\u00a0", " ")
    assert 'aria-label="How each of them sees it"' in said
    return said.split('aria-label="How each of them sees it"')[1].split("</table>")[0]


def test_the_task_of_the_meeting_shows_every_view_and_where_they_differ(apart: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = apart
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['hold_joint_meeting']}").text
    shown = table(page)
    for party in ("Care provider", "Municipality", "Housing officer", "Tenant"):
        assert f">{party}</th>" in shown
    rows = shown.split("<tr")[2:]
    assert all("they differ" in row for row in rows), rows
    assert "Do not convert" in rows[0] and "Stay in the home" in rows[0] and "Cannot say" in rows[0]
    assert "nothing said" in shown and SAID in unescape(page) and ">Decision</th>" not in shown


@pytest.mark.parametrize("role", ["housing_officer", "support_worker", "municipal_officer"])
def test_each_party_reads_the_codes_of_all_and_only_the_association_what_the_tenant_said(
    apart: tuple[cast.Stage, UUID], role: str
) -> None:
    region, trajectory = apart
    page = region.browser(role).get(f"/trajectories/{trajectory}").text
    assert "Stay in the home" in table(page)
    assert "A joint meeting follows, before " in page
    assert SAID not in unescape(page)


def test_the_urgency_office_reads_nothing_of_it(apart: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = apart
    page = region.browser("urgency_officer").get(f"/trajectories/{trajectory}").text
    assert "How each of them sees" not in page and "Stay in the home" not in page


def test_the_care_goals_are_in_nobodys_table(apart: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = apart
    for role in ("housing_officer", "support_worker", "municipal_officer"):
        assert "Contact met familie" not in table(region.browser(role).get(f"/trajectories/{trajectory}").text)


def test_the_second_person_reads_the_views_the_meeting_and_the_decision_beside_each_other(
    apart: tuple[cast.Stage, UUID],
) -> None:
    region, trajectory = apart
    region.answers["hold_joint_meeting"] = {
        "came": ["tenant"], "result": "still_differ", "difference": "Over de vaste bezigheid.",
    }  # fmt: skip
    region.play(trajectory, until="approve_decision")
    page = region.browser("team_lead").get(f"/tasks/{region.open_tasks(trajectory)['approve_decision']}").text
    shown = table(page)
    assert ">Decision</th>" in shown and "Do not convert" in shown and "they differ" in shown
    assert "Over de vaste bezigheid." in page and "They still see it differently." in page
    dossier = region.browser("support_worker").get(f"/trajectories/{trajectory}").text
    assert "Over de vaste bezigheid." in dossier and ">Decision</th>" not in table(dossier)


def test_a_meeting_that_was_not_held_in_time_is_told(apart: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = apart
    region.play(trajectory, until="decide_conversion", leave=("hold_joint_meeting",))
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['decide_conversion']}").text
    assert "No joint meeting was held in time" in page


def test_who_agree_are_told_that_nobody_contradicts_another(region: cast.Stage) -> None:
    trajectory = region.at("decide_conversion")
    page = region.browser("housing_officer").get(f"/tasks/{region.open_tasks(trajectory)['decide_conversion']}").text
    assert "Nobody contradicts another." in page and "they differ" not in table(page)


def test_a_condition_that_two_parties_saw_differently_in_a_review_shows_both(region: cast.Stage) -> None:
    region.answers["confirm_goals"] = {"conditions.*.kept": "not_kept"}
    trajectory = region.at("hold_review_meeting")
    for role in ("housing_officer", "support_worker"):
        page = unescape(region.browser(role).get(f"/trajectories/{trajectory}").text)
        assert "Woonstichting Meerwijk: kept" in page
        assert page.count("they differ") == 1 and "not kept" in page
    assert "they differ" not in region.browser("municipal_officer").get(f"/trajectories/{trajectory}").text
