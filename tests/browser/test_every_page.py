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
from tests.browser.people import People, dutch, gathered

pytestmark = pytest.mark.slow

LONG = "Sjoerd-Willem van den Broek-Hoogerheide-Ypeij"
STARTS = ("/", "/mail", "/time-machine")
# What everybody who guides a tenant has to come across.
MOST = ("/", "/trajectories", "/trajectories/ID", "/trajectories/ID/documents", "/trajectories/ID/dates",
        "/trajectories/ID/history", "/trajectories/ID/letters", "/trajectories/ID/diagram",
        "/tasks/ID", "/mail/")  # fmt: skip
LISTS = ("/?whose=team", "/trajectories?stage=all")


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    """A region with work for everybody: one who has just come, one at the decision, and what is late."""
    with opened(tmp_path_factory.mktemp("house")) as house:
        first = house.play(LONG, until="decide_conversion")
        house.play("Ada Bloem", until="check_eligibility")
        house.play("Kees Quist", until="agree_as_association")
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
    for page in pages_of(person, *STARTS, *(() if role == "application_manager" else LISTS)):
        settle(page)
        kinds.append(kind_of(page.url))
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        found += axe(page)
        picture(page, f"{role}{kinds[-1].replace('/', '-')}")
        found += too_wide(page)
    assert set(MOST) <= set(kinds) or role in ("urgency_officer", "application_manager"), kinds
    assert len(set(kinds)) > 6, kinds
    assert not found + person.complaints, "\n".join(found + person.complaints)


def test_the_main_pages_in_english_and_in_the_dark(people: People, picture: Picture) -> None:
    person = with_axe(people.newcomer("housing_officer", color_scheme="dark")).sign_in()
    person.choose_language("English")
    found, seen = [], set()
    for page in pages_of(person, "/?whose=team", "/trajectories?stage=all"):
        if (kind := kind_of(page.url)) in seen:
            continue
        seen.add(kind)
        settle(page)
        expect(page.locator("html")).to_have_attribute("lang", "en")
        found += axe(page)
        picture(page, f"dark{kind.replace('/', '-')}")
    person.choose_language("Nederlands")
    assert set(MOST) <= seen
    assert not found + person.complaints, "\n".join(found + person.complaints)


def test_the_pages_of_somebody_who_is_not_signed_in(people: People, picture: Picture) -> None:
    person = with_axe(people.newcomer("housing_officer"))
    page = person.go("/")
    expect(page.get_by_role("heading", level=1)).to_have_text(dutch("Sign in"))
    found = axe(page) + too_wide(page)
    picture(page, "sign-in")
    page.locator("form.fill").get_by_label(dutch("E-mail address")).fill("niemand@meerwijk.demo.invalid")
    person.press("Sign in", page.locator("form.fill"))
    expect(page.locator("#faults")).to_be_focused()
    picture(page, "sign-in-refused")
    found += axe(page)
    assert not found, "\n".join(found)
    person.sign_in()
    picture(person.go("/nergens"), "not-found")
    expect(page.get_by_role("heading", level=1)).to_have_count(1)
    assert not axe(page) + too_wide(page)
