"""A last day that was copied wrongly, put right by two people in their browsers; every page of it looked at."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from uuid import UUID

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from app.records import Trajectory
from app.records.database import let_go, reading
from app.rules import notice
from app.web.lease_corrections import REASON
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, answer, dutch, gathered, long_day, plain_day

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
    assert not too_wide(page)
    page.set_viewport_size({"width": 1280, "height": 900})


def test_a_last_day_is_put_right_by_two_people(
    house: House, people: People, trajectory: UUID, picture: Picture
) -> None:
    jeroen, noor = people["housing_officer"], people["team_lead"]
    with house.stage.app.app_context():
        let_go()
        last = reading().scalars(select(Trajectory.last_day).where(Trajectory.id == trajectory)).one()
    assert last is not None
    right = last - timedelta(days=9)

    page = jeroen.go(f"/trajectories/{trajectory}/dates")
    look(page, picture, "legal-clock")
    jeroen.follow("The days of the lease were copied wrongly")
    page.get_by_label("laatste dag").fill(plain_day(last + timedelta(days=400)))
    jeroen.press("See what moves")
    expect(page.locator("#faults")).to_contain_text("twee jaar")
    page.get_by_label("laatste dag").fill(plain_day(right))
    answer(page, REASON, "De laatste dag is van het concept overgenomen.")
    look(page, picture, "correction")
    jeroen.press("See what moves")
    expect(page.locator("#main")).to_contain_text(dutch("Nothing has been proposed yet. Nothing moves before a second "
                                                        "person has laid the signed lease beside it."))  # fmt: skip
    look(page, picture, "what-moves")
    jeroen.press("Propose this")
    look(page, picture, "proposed")

    noor.open_task("approve_lease_correction", TENANT)
    expect(noor.page.locator("#main")).to_contain_text("van het concept overgenomen")
    look(noor.page, picture, "to-judge")
    noor.fill_in("approve_lease_correction", {"verdict": "approve"})
    noor.finish()

    page = jeroen.go(f"/trajectories/{trajectory}/dates")
    look(page, picture, "corrected")
    expect(page.locator("#main")).to_contain_text(long_day(notice.window(right).safe_last))
    expect(page.locator("#main")).to_contain_text(dutch("What it was before"))
    page = jeroen.go(f"/trajectories/{trajectory}/history")
    picture(page, "history")
    expect(page.locator("#main")).to_contain_text(dutch("The days of the lease were corrected"))
