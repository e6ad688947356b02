"""Without JavaScript everything can be done: filling in, keeping a draft, filtering, reading where we are."""

from __future__ import annotations

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.house import House, opened
from tests.browser.people import DONE, Person, dutch, gathered

pytestmark = pytest.mark.slow

TENANT, OTHER = "Jorinde van Vliet", "Sabri Öztürk"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        house.play(OTHER, until="check_eligibility")
        house.play(TENANT, until="confirm_goals")
        yield house


@pytest.fixture
def ana(house: House, browser: Browser) -> Iterator[Person]:
    with gathered(house, browser) as people:
        yield people.newcomer("support_worker", java_script_enabled=False).sign_in()


@pytest.fixture
def sanne(house: House, browser: Browser) -> Iterator[Person]:
    with gathered(house, browser) as people:
        yield people.newcomer("urgency_officer", java_script_enabled=False).sign_in()


def test_a_draft_is_kept_and_the_task_is_finished_with_it(house: House, ana: Person) -> None:
    today = house.today
    page = ana.open_task("confirm_goals", TENANT)
    goals = {"rating": "attention", "remark": "Post bleef liggen"}
    ana.fill_in("confirm_goals", {"last_visit_on": today, "goals": goals})
    ana.press("Save and continue later")
    expect(page.locator("#main .utrecht-alert").first).to_be_visible()
    expect(page.get_by_role("row").filter(has_text=TENANT)).to_contain_text(dutch("draft kept on %(day)s", day=""))

    ana.open_task("confirm_goals", TENANT)
    expect(page.get_by_role("textbox").first).not_to_have_value("")
    ana.press("Finish the task")
    expect(page).to_have_title(re.compile("^" + re.escape(dutch("Error:"))))
    expect(page.locator("#faults li").first).to_be_visible()
    expect(page.get_by_text("Post bleef liggen").first).to_be_attached()

    ana.fill_in("confirm_goals", {"conditions": {"kept": "kept"}})
    ana.finish()


def test_every_question_is_on_the_page_and_the_ones_that_are_not_needed_may_stay_empty(
    house: House, sanne: Person
) -> None:
    page = sanne.open_task("check_eligibility", OTHER)
    for hidden_otherwise in ("Which evidence shows this?", "Why is the candidate not eligible?"):
        expect(page.get_by_label(dutch(hidden_otherwise))).to_be_visible()
    sanne.fill_in(
        "check_eligibility",
        {"checked_on": house.today, "outcome": "not_eligible", "reasons": "Hoort niet bij de doelgroep."},
    )
    sanne.press("Finish the task")
    expect(page.locator("#main .utrecht-alert").first).to_contain_text(DONE)


def test_lists_are_filtered_with_a_button(ana: Person) -> None:
    page = ana.go("/")
    page.get_by_label(dutch("Who does it")).select_option("nobody")
    ana.press("Show")
    expect(page).to_have_url(re.compile("whose=nobody"))
    expect(page.locator(".filtered")).to_contain_text(dutch("You see the tasks of your team that nobody has taken."))

    ana.go("/trajectories")
    page.get_by_label(dutch("Name, address or reference")).fill("vliet")
    ana.press("Show")
    expect(page.get_by_role("link", name=TENANT)).to_be_visible()
    page.get_by_label(dutch("Name, address or reference")).fill("niemand heet zo")
    ana.press("Show")
    expect(page.get_by_role("link", name=TENANT)).to_have_count(0)
    expect(page.get_by_role("heading", name=dutch("Nothing found"))).to_be_visible()


def test_where_we_are_is_said_in_words(ana: Person) -> None:
    page = ana.go("/trajectories")
    page.get_by_role("link", name=TENANT).click()
    ana.follow("Where are we")
    expect(page.get_by_role("heading", level=1)).to_have_text(dutch("Where are we"))
    expect(page.locator(".steps-in-words")).to_be_visible()
    needs = "The drawing needs JavaScript. What it says stands above in words."
    expect(page.locator("#diagram noscript p")).to_be_visible()
    assert page.locator("#diagram noscript p").inner_text() == dutch(needs)


def test_the_menu_opens_and_the_language_changes(ana: Person) -> None:
    page = ana.page
    ana.choose_language("English")
    expect(page.get_by_role("heading", level=1)).to_have_text("My work")
    ana.choose_language("Nederlands")
    expect(page.get_by_role("heading", level=1)).to_have_text("Mijn werk")
