"""The parties see it differently: their views on every page of the decision, looked at wide and on a phone."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, dutch, gathered

pytestmark = pytest.mark.slow

TENANT = "Mirjam Meerman"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        house.stage.answers |= {
            "advise_as_provider": {"goals.*.finding": "met", "conditions.*.finding": "met"},
            "advise_as_municipality": {"advice": "do_not_convert", "goals.*.finding": "not_met"},
            "hold_hearing": {"conditions.*.officer": "not_met", "conditions.*.tenant": "met"},
            "hold_joint_meeting": {"result": "still_differ", "difference": "Over de vaste bezigheid."},
        }
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    return house.play(TENANT, until="hold_joint_meeting")


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
    page.set_viewport_size({"width": 1280, "height": 900})


def test_the_views_stand_side_by_side_until_the_decision_is_approved(
    house: House, people: People, trajectory: UUID, picture: Picture
) -> None:
    jeroen, noor = people["housing_officer"], people["team_lead"]
    page = jeroen.page
    task = house.stage.open_tasks(trajectory)["hold_joint_meeting"]
    page.goto(f"{house.address}/tasks/{task}")
    expect(page.get_by_role("table", name=dutch("How each of them sees it"))).to_contain_text(dutch("they differ"))
    look(page, picture, "joint-meeting-task")
    page.goto(f"{house.address}/trajectories/{trajectory}")
    expect(page.get_by_role("table", name=dutch("How each of them sees it"))).to_be_visible()
    look(page, picture, "joint-meeting-dossier")
    house.stage.play(trajectory, until="approve_decision")
    house.stage.set_day(house.stage.today)
    approving = house.stage.open_tasks(trajectory)["approve_decision"]
    noor.page.goto(f"{house.address}/tasks/{approving}")
    expect(noor.page.locator("main")).to_contain_text("Over de vaste bezigheid.")
    look(noor.page, picture, "joint-meeting-approval")
    page.goto(f"{house.address}/trajectories/{trajectory}/diagram/decision")
    look(page, picture, "joint-meeting-drawing")
