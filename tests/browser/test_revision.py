"""A decision revised by two people in their browsers, the confirmation withdrawn; every page of it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web.revisions import FORM
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, answer, dutch, gathered

pytestmark = pytest.mark.slow

TENANT = "Lars Oudejans"
REASON = "De woning blijkt te zijn onderverhuurd."


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    return house.play(TENANT, until="sign_regular_lease")


@pytest.fixture
def people(house: House, browser: Browser, trajectory: UUID) -> Iterator[People]:
    with gathered(house, browser) as people:
        for role in ("housing_officer", "team_lead"):
            people._known[role, ""] = with_axe(people.newcomer(role)).sign_in()
        yield people


def look(page: Page, picture: Picture, name: str) -> None:
    settle(page)
    picture(page, name)
    assert not axe(page) + too_wide(page)
    page.set_viewport_size({"width": 390, "height": 844})
    picture(page, f"{name}-phone")
    assert not too_wide(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_decision_is_revised_by_two_people_and_the_confirmation_withdrawn(
    house: House, people: People, trajectory: UUID, picture: Picture
) -> None:
    jeroen, noor = people["housing_officer"], people["team_lead"]
    jeroen.go(f"/trajectories/{trajectory}")
    jeroen.follow("Every decision, and revising it")
    page = jeroen.page
    expect(page.locator("#main")).to_contain_text(dutch("Revise this decision"))
    jeroen.press("Propose the revision")
    expect(page.locator("#faults")).to_be_visible()
    page.get_by_label(dutch("Do not convert"), exact=True).check()
    answer(page, FORM["properties"]["reason"], REASON)
    look(page, picture, "revise")
    jeroen.press("Propose the revision")
    look(page, picture, "proposed")

    heard = {"heard": "yes", "heard_on": house.today, "tenant_view": "Mijn nicht logeert."}
    jeroen.do("hear_on_revision", TENANT, heard)
    jeroen.open_task("decide_revision", TENANT)
    expect(jeroen.page.locator("#main")).to_contain_text(REASON)
    look(jeroen.page, picture, "decide-anew")
    found = {"conditions": {"finding": "met"}, "goals": {"finding": "cannot_say"}}
    jeroen.fill_in(
        "decide_revision",
        {"decided_on": house.today, "outcome": "do_not_convert", **found, "reasons": "Zij woont er."},
    )
    jeroen.finish()
    noor.open_task("approve_revision", TENANT)
    expect(noor.page.locator("#main")).to_contain_text("Zij woont er.")
    look(noor.page, picture, "to-judge")
    noor.fill_in("approve_revision", {"approved_on": house.today, "verdict": "approve"})
    noor.finish()

    jeroen.open_task("withdraw_confirmation", TENANT)
    look(jeroen.page, picture, "withdraw")
    jeroen.fill_in("withdraw_confirmation", {"sent_on": house.today})
    jeroen.finish()
    page = jeroen.go(f"/trajectories/{trajectory}/decisions")
    expect(page.locator("#main")).to_contain_text("Goedgekeurd, en ingegaan")
    look(page, picture, "revised")
    look(jeroen.go(f"/trajectories/{trajectory}"), picture, "dossier")
