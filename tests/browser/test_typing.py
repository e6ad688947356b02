"""Nothing typed is lost, and the page says so: drafts that keep themselves, faults, a clash of two, going back."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, timedelta

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.browser.house import House, opened
from tests.browser.people import People, dutch, gathered, long_day

pytestmark = pytest.mark.slow

TENANT, ELIGIBLE, NOMINATED = "Doutzen Ylst", "Amir Haverkamp", "Loes Tuinman"
OFFLINE = re.compile("ERR_INTERNET_DISCONNECTED|Failed to fetch")
TEXT = "Ik ben blij met ’t huis; de post bleef liggen. <b>Écht</b> & 100%"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        house.play(ELIGIBLE, until="check_eligibility")
        house.play(TENANT, until="hold_review_meeting")
        yield house


@pytest.fixture
def people(house: House, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def test_what_is_typed_keeps_itself_and_says_when(house: House, people: People) -> None:
    jeroen = people["housing_officer"]
    page = jeroen.open_task("hold_review_meeting", TENANT)
    expect(page.locator("#saved")).to_be_empty()
    choose(page, "Was the three-way meeting held?", "Yes")
    box = question(page, "What does the tenant say about it?")
    box.press_sequentially(TEXT)
    expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d[.:]\d\d"))
    expect(box).to_have_value(TEXT)
    expect(box).to_be_focused()

    page.close()  # the tab is gone; what was typed is not
    jeroen.page = jeroen.new_page()
    page = jeroen.open_task("hold_review_meeting", TENANT)
    expect(question(page, "What does the tenant say about it?")).to_have_value(TEXT)
    expect(page.locator(".draft-note")).to_be_visible()
    jeroen.go("/")
    expect(page.get_by_role("row").filter(has_text=TENANT)).to_contain_text(dutch("draft kept on %(day)s", day=""))


def test_when_the_line_is_down_the_page_says_that_the_text_is_still_here(house: House, people: People) -> None:
    jeroen = people["housing_officer"]
    page = jeroen.open_task("hold_review_meeting", TENANT)
    choose(page, "Was the three-way meeting held?", "Yes")
    box = question(page, "What was agreed?")
    jeroen.context.set_offline(True)
    box.press_sequentially("Elke dinsdag")
    not_saved = dutch("Not saved. Your text is still here. Try again.")
    expect(page.get_by_role("alert").filter(has_text=not_saved)).to_be_visible()
    jeroen.context.set_offline(False)
    box.press_sequentially(" samen de post openen")
    expect(page.locator("#saved")).to_contain_text(re.compile(r"\d\d[.:]\d\d"))
    expect(page.locator("#notice")).to_be_empty()
    expect(box).to_have_value("Elke dinsdag samen de post openen")
    jeroen.complaints = [one for one in jeroen.complaints if not OFFLINE.search(one)]


def test_faults_are_said_all_at_once_beside_their_fields_and_nothing_is_lost(house: House, people: People) -> None:
    jeroen, today = people["housing_officer"], house.today
    page = jeroen.open_task("hold_review_meeting", TENANT)
    choose(page, "Was the three-way meeting held?", "Yes")
    held_on = question(page, "When was the meeting?")
    held_on.fill("31 juni")
    question(page, "What does the tenant say about it?").fill(TEXT)
    jeroen.press("Finish the task")
    summary = page.locator("#faults")
    expect(summary).to_be_focused()
    expect(page).to_have_title(re.compile("^" + re.escape(dutch("Error:"))))
    expect(summary.get_by_role("link")).to_have_count(2)
    expect(page.get_by_role("radio", name=dutch("Yes"), exact=True)).to_be_checked()
    expect(held_on).to_have_value("31 juni")
    expect(question(page, "What does the tenant say about it?")).to_have_value(TEXT)

    # The same words stand at the field, and the link puts the cursor there: for choices on the first one.
    for link in summary.get_by_role("link").all():
        said, place = link.inner_text(), (link.get_attribute("href") or "").removeprefix("#")
        expect(page.locator("form.fill .error").filter(has_text=said)).to_be_visible()
        link.click()
        expect(page.locator(f"[id='{place}']")).to_be_focused()

    held_on.fill(long_day(today + timedelta(days=40)))  # far enough that no midnight makes it past
    choose(page, "How is it going, all in all?", "On track")
    jeroen.press("Finish the task")
    expect(summary.get_by_role("link")).to_have_count(1)


@pytest.mark.parametrize("typed", ["2-6-2026", "2/6/26", "2 juni 2026", "2 jun 2026", "02-06-2026", "20260602"])
def test_a_date_is_said_in_words_however_it_is_typed(people: People, typed: str) -> None:
    page = people["housing_officer"].open_task("hold_review_meeting", TENANT)
    choose(page, "Was the three-way meeting held?", "Yes")
    box = question(page, "When was the meeting?")
    box.fill(typed)
    box.press("Tab")
    expect(page.get_by_role("status").filter(has_text="dinsdag 2 juni 2026")).to_be_visible()


def test_a_date_that_does_not_exist_is_not_said_in_words(people: People) -> None:
    page = people["housing_officer"].open_task("hold_review_meeting", TENANT)
    choose(page, "Was the three-way meeting held?", "Yes")
    box = question(page, "When was the meeting?")
    box.fill("31-6-2026")
    with page.expect_response(re.compile("/dates/in-words")):
        box.press("Tab")
    for said in page.locator(".in-words").all():
        expect(said).to_be_empty()


def test_a_question_that_hangs_on_an_answer_comes_and_goes_with_it(people: People) -> None:
    page = people["urgency_officer"].open_task("check_eligibility", ELIGIBLE)
    evidence = question(page, "Which evidence shows this?")
    reasons = question(page, "Why is the candidate not eligible?")
    expect(evidence).to_be_hidden()
    expect(reasons).to_be_hidden()
    choose(page, "Is the candidate eligible?", "Yes, the candidate is eligible")
    expect(evidence).to_be_visible()
    expect(reasons).to_be_hidden()
    choose(page, "Is the candidate eligible?", "No, the candidate is not eligible")
    expect(evidence).to_be_hidden()
    expect(reasons).to_be_visible()


def test_going_back_shows_what_there_is_now(people: People, house: House) -> None:
    sanne = people["urgency_officer"]
    page = sanne.open_task("check_eligibility", ELIGIBLE)
    address = page.url
    sanne.fill_in(
        "check_eligibility",
        {"checked_on": house.today, "outcome": "eligible", "legal_ground": "d", "evidence": "Vonnis",
         "evidence_on": date(2025, 1, 2)},
    )  # fmt: skip
    sanne.finish()
    page.go_back()
    expect(page).to_have_url(address)
    expect(page.get_by_text(dutch("What was filled in"))).to_be_visible()
    expect(page.get_by_role("button", name=dutch("Finish the task"))).to_have_count(0)
    page.go_forward()
    expect(page.get_by_role("heading", level=1)).to_have_text(ELIGIBLE)


def test_of_two_people_one_wins_and_the_other_keeps_what_was_typed(house: House, people: People) -> None:
    today = house.today
    jeroen, fleur = people["housing_officer"], people.called("housing_officer", "2")
    for person, said in ((jeroen, "Ik wil graag blijven."), (fleur, TEXT)):
        person.open_task("hold_review_meeting", TENANT)
        person.fill_in(
            "hold_review_meeting",
            {"held": "yes", "held_on": today, "outcome": "on_track", "tenant_view": said, "agreements": ""},
        )
    jeroen.finish()
    fleur.press("Finish the task")
    page = fleur.page
    expect(page.get_by_role("heading", level=1)).to_have_text(dutch("Someone else was first"))
    expect(page.get_by_role("region", name=dutch("Your answers"))).to_contain_text(TEXT)
    expect(page.get_by_role("region", name=dutch("What was kept"))).to_contain_text("Ik wil graag blijven.")

    fleur.press("Correct it with my answers")
    box = question(page, "What does the tenant say about it?")
    expect(box).to_have_value(TEXT)
    page.get_by_label(dutch("Why do you correct this?")).fill("Dit zei de huurder.")
    fleur.press("Keep the correction")
    expect(page.locator("#main .utrecht-alert").first).to_be_visible()
    expect(page.locator("#main")).to_contain_text("Ik wil graag blijven.")
    expect(page.locator("#main")).to_contain_text(TEXT)


def question(page: Page, label: str) -> Locator:
    """The box under these words, also while it is hidden."""
    return page.get_by_role("textbox", name=re.compile("^" + re.escape(dutch(label))), include_hidden=True)


def choose(page: Page, question: str, option: str) -> None:
    page.get_by_role("group", name=dutch(question)).get_by_role("radio", name=dutch(option), exact=True).check()
