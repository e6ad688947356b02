"""Reminders that the care decision ends go to municipality and provider, and no landlord reads of them."""

from __future__ import annotations

from html import unescape

from tests import cast

TOLD = "Reminder: the care decision ends"


def test_only_who_may_know_of_care_sees_that_its_decision_ends(region: cast.Stage) -> None:
    contract = region.answers["draft_care_contract"]
    region.answers["draft_care_contract"] = {**contract, "care_decision_until": "2026-06-30"}
    trajectory = region.at("check_startup_housing")

    def shown(role: str, address: str) -> bool:
        answer = region.browser(role).get(address)
        assert answer.status_code == 200
        return TOLD in unescape(answer.get_data(as_text=True))

    letters = f"/trajectories/{trajectory}/letters"
    assert shown("municipal_officer", letters) and shown("support_worker", letters)
    assert not shown("housing_officer", letters) and not shown("team_lead", letters)
    assert not shown("application_manager", "/letters")  # of the association
