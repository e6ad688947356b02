"""Every page of every role: the browser complains of nothing, it fits a phone, and axe finds no fault."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from playwright.sync_api import Browser, expect

from app.rules.permissions import ROLES
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, kind_of, pages_of, settle, too_wide, with_axe
from tests.browser.people import People, gathered

pytestmark = pytest.mark.slow

LONG = "Sjoerd-Willem van den Broek-Hoogerheide-Ypeij"
STARTS = ("/", "/?whose=team", "/trajectories?stage=all", "/time-machine", "/mail")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A region with work for everybody: one who has just come, one at the decision, and what is late."""
    with opened(tmp_path_factory.mktemp("house")) as house:
        first = house.play(LONG, until="decide_conversion")
        house.play("Ada Bloem", until="check_eligibility")
        house.play("Kees Quist", until="draft_care_contract")
        house.stage.play(first, until="approve_decision")
        house.stage.next_day(14)
        house.stage.set_day(house.stage.today + timedelta(days=10))
        house.work()
        yield house


@pytest.fixture
def people(house: House, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


@pytest.mark.parametrize("role", ROLES)
def test_every_page(people: People, picture: Picture, role: str) -> None:
    person = with_axe(people.newcomer(role)).sign_in()
    found, kinds = [], []
    for page in pages_of(person, *STARTS):
        settle(page)
        kinds.append(kind_of(page.url))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        found += axe(page)
        picture(page, f"{role}{kinds[-1].replace('/', '-')}")
        found += too_wide(page)
    assert len(set(kinds)) >= 4, kinds
    assert not found + person.complaints, "\n".join(found + person.complaints)
