"""What only the provider and the municipality may read is in no page, drawing or paper of the others."""

from __future__ import annotations

from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page

from tests import cast
from tests.browser.house import House, opened
from tests.browser.looking import pages_of, settle
from tests.browser.people import People, gathered

pytestmark = pytest.mark.slow

CARE = cast.CARE_SECRET
REMARK = "Zorgopmerking over de begeleiding"
TENANT = "Hidde Spaan"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    """Two years with a care goal, a care remark at each review and a plan for the care afterwards."""
    house.stage.answers["confirm_goals"] = {"conditions.*.remark": REMARK}
    trajectory = house.play(TENANT, until="decide_conversion")
    house.stage.do(house.stage.open_tasks(trajectory)["decide_conversion"], outcome="do_not_convert")
    house.stage.play(trajectory, until="plan_leaving")
    house.stage.do(house.stage.open_tasks(trajectory)["plan_leaving"], care_afterwards=CARE)
    house.stage.play(trajectory, until="record_receipt")
    house.stage.set_day(house.stage.today)
    house.work()
    return trajectory


@pytest.fixture
def people(house: House, trajectory: UUID, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def everything(page: Page) -> str:
    """What the page has in it, seen or not: its source as it is now, with what scripts made of it."""
    settle(page)
    return page.content()


@pytest.mark.parametrize("role", ["housing_officer", "team_lead", "urgency_officer", "application_manager"])
def test_no_page_of_the_others_says_it(people: People, trajectory: UUID, role: str) -> None:
    seen = 0
    starts = ["/", "/mail"]
    if role != "application_manager":
        starts += ["/trajectories?stage=all"]
        starts += [f"/trajectories/{trajectory}/diagram/{drawing}" for drawing in ("conditional_tenancy", "intake")]
    for page in pages_of(people[role], *starts):
        seen += 1
        text = everything(page)
        assert CARE not in text and REMARK not in text, page.url
    assert seen >= 3


def test_the_provider_and_the_municipality_do_read_it(people: People, trajectory: UUID) -> None:
    for role in ("support_worker", "municipal_officer"):
        page = people[role].go(f"/trajectories/{trajectory}")
        assert CARE in everything(page), role
