"""Care that pauses and a provider that stops, in real browsers: the next provider takes over, the old one is out."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from app.web.care_notes import WAYS
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, dutch, gathered, plain_day

pytestmark = pytest.mark.slow

TENANT = "Lars Oudejans"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        until = house.stage.last_day - timedelta(days=60)
        house.stage.answers["draft_care_contract"] = {
            **house.stage.answers["draft_care_contract"], "guidance_until": until.isoformat(),
        }  # fmt: skip
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    return house.play(TENANT, until="confirm_goals")


@pytest.fixture
def people(house: House, browser: Browser, trajectory: UUID) -> Iterator[People]:
    with gathered(house, browser) as people:
        for role in ("support_worker", "municipal_officer", "housing_officer"):
            people._known[role, ""] = with_axe(people.newcomer(role)).sign_in()
        yield people


def look(page: Page, picture: Picture, name: str) -> None:
    settle(page)
    picture(page, name)
    assert not axe(page) + too_wide(page)
    page.set_viewport_size({"width": 390, "height": 844})
    settle(page)
    picture(page, f"{name}-phone")
    assert not too_wide(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_pause_and_a_provider_that_stops(house: House, people: People, trajectory: UUID, picture: Picture) -> None:
    ana, mehmet, jeroen = people["support_worker"], people["municipal_officer"], people["housing_officer"]
    dossier, today = f"/trajectories/{trajectory}", house.today

    page = ana.go(dossier)
    look(page, picture, "guidance")
    ana.follow("Note a pause of guidance")
    look(page, picture, "pause")
    page.get_by_label("Vanaf welke dag").fill(plain_day(today - timedelta(days=10)))
    page.get_by_label("Tot en met welke dag").fill(plain_day(today + timedelta(days=9)))
    ana.press("Note the pause")
    expect(page.locator("#main")).to_contain_text("Zonder 20 dagen pauze")
    look(page, picture, "paused")
    ana.follow("Note a pause of guidance")
    page.get_by_label("Vanaf welke dag").fill(plain_day(today))
    ana.press("Note the pause")
    expect(page.locator("#faults")).to_contain_text("overlappen")
    page.get_by_label("Vanaf welke dag").fill(plain_day(today + timedelta(days=10)))
    page.get_by_label("Tot en met welke dag").fill(plain_day(today + timedelta(days=99)))
    ana.press("Note the pause")
    expect(page.locator("#main")).to_contain_text("langer door dan de huur")
    look(page, picture, "runs-out")

    ana.follow("Note that guidance stops")
    look(page, picture, "stops")
    page.get_by_label(dutch(WAYS["provider_stops"])).check()
    page.get_by_label("Op welke dag").fill(plain_day(today))
    ana.press("See what follows")
    look(page, picture, "follows")
    ana.press("Record this")
    expect(page.locator("#main")).to_contain_text("opgeschort")
    look(page, picture, "suspended")

    page = mehmet.open_task("find_successor", TENANT)
    look(page, picture, "find-successor")
    mehmet.fill_in("find_successor", {"successor": "Zorghuis Oostdorp", "consent_on": today, "handover": "no"})
    mehmet.finish()

    other = with_axe(people.newcomer("support_worker"))
    people._known["support_worker", "b"] = other
    other.email = "support_worker.b@oostdorp.demo.invalid"
    other.sign_in()
    page = other.open_task("take_over_care", TENANT)
    look(page, picture, "take-over")
    other.fill_in("take_over_care", {"answered_on": today, "answer": "takes_over"})
    other.finish()
    expect(page.locator("#main")).to_contain_text("Zorghuis Oostdorp")
    look(page, picture, "taken-over")
    page = jeroen.go(dossier)
    look(page, picture, "seen-by-the-landlord")
    answer = ana.page.goto(house.address + dossier)
    assert answer is not None and answer.status == 404
    ana.complaints.clear()  # the browser itself complains about the 404
    picture(ana.page, "nothing-there")
