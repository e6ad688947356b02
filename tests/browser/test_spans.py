"""Spans chosen for an association and for one trajectory, in the browser; every page of it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web.span_words import REASON, TITLES
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, answer, dutch, gathered

pytestmark = pytest.mark.slow

TENANT = "Lars Oudejans"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    return house.play(TENANT, until="confirm_goals")


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
    assert not axe(page) + too_wide(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_spans_are_seen_beforehand_and_then_chosen(people: People, trajectory: UUID, picture: Picture) -> None:
    noor, jeroen = people["team_lead"], people["housing_officer"]
    page = noor.go("/trajectories")
    noor.follow("Spans")
    look(page, picture, "spans")
    page.get_by_label(dutch(TITLES["review_months"])).fill("9, 3")
    noor.press("See what changes")
    look(page, picture, "faults")
    page.get_by_label(dutch(TITLES["review_months"])).fill("4, 8, 12, 16")
    page.get_by_label(dutch(TITLES["advice_due_months"])).fill("5")
    answer(page, REASON, "Minder vaak, en eerder om advies vragen.")
    noor.press("See what changes")
    look(page, picture, "check")
    page.get_by_label(TENANT).check()
    noor.press("Show the dates of what is ticked")
    look(page, picture, "ticked")
    page.locator("button[name=save]").click()
    look(page, picture, "chosen")

    page = jeroen.go(f"/trajectories/{trajectory}/dates")
    look(page, picture, "dates")
    jeroen.follow("Other spans for this trajectory")
    look(page, picture, "own")
    page.get_by_label(dutch(TITLES["decision_due_days"])).fill("120")
    answer(page, REASON, "De huurder gaat op reis.")
    jeroen.press("See what changes")
    look(page, picture, "own-check")
    page.locator("button[name=checked]").click()
    look(page, picture, "own-dates")
    expect(page.locator("#main")).to_contain_text(dutch("This trajectory has spans of its own."))
    page = jeroen.go(f"/trajectories/{trajectory}/history")
    expect(page.locator("#main")).to_contain_text(dutch("The trajectory got spans of its own"))

    page = noor.go("/schedule/trajectories")
    page.get_by_label(TENANT).check()
    noor.press("Show the dates of what is ticked")
    look(page, picture, "running-faults")
    answer(page, REASON, "Toch gelijk met de rest.")
    noor.press("Show the dates of what is ticked")
    look(page, picture, "running")
