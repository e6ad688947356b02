"""The live drawing: it comes with its marks, in the page's language, with whole words, and its buttons work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from uuid import UUID

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import LINES, settle
from tests.browser.people import People, dutch, gathered

pytestmark = pytest.mark.slow

TENANT = "Gijs Otterlo"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def candidate(house: House) -> UUID:
    return house.play("Bo Aalders", until="check_eligibility")


@pytest.fixture(scope="module")
def trajectory(house: House, candidate: UUID) -> UUID:
    return house.play(TENANT, until="confirm_goals")


@pytest.fixture
def people(house: House, trajectory: UUID, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def test_it_opens_where_something_is_open_with_marks_and_notes(
    people: People, trajectory: UUID, picture: Picture
) -> None:
    ana = people["support_worker"]
    page = ana.go(f"/trajectories/{trajectory}")
    ana.follow("Where are we")
    settle(page)
    picture(page, "drawing")
    for element, mark in (("confirm_goals", "is-open"), ("hold_review_meeting", "is-possible")):
        expect(page.locator(f"#diagram .djs-element[data-element-id={element}]")).to_have_class(re.compile(mark))
    expect(page.locator("#diagram .step-note")).to_have_count(2)

    page.get_by_role("link", name=re.compile("Intake")).click()
    settle(page)
    expect(page.locator("#diagram .djs-element[data-element-id=sign_lease]")).to_have_class(re.compile("is-done"))


def test_it_grows_shrinks_and_fits_again(people: People, trajectory: UUID) -> None:
    ana = people["support_worker"]
    page = ana.go(f"/trajectories/{trajectory}/diagram/tenancy")
    settle(page)
    shape = page.locator("#diagram .djs-element[data-element-id=wait_for_advice], #diagram .djs-shape").first

    def width() -> float:
        box = shape.bounding_box()
        assert box is not None
        return box["width"]

    fitting = width()
    ana.press("Larger")
    assert width() > fitting
    ana.press("Smaller")
    ana.press("Smaller")
    assert width() < fitting
    ana.press("Everything")
    assert width() == pytest.approx(fitting, rel=0.01)
    page.get_by_role("link", name="bpmn.io").click()  # the mark of its makers opens a note, also under our policy
    expect(page.locator(".bjs-powered-by-lightbox")).to_be_visible()


@pytest.mark.parametrize("language", ["nl", "en"])
def test_no_drawing_breaks_a_word(house: House, people: People, trajectory: UUID, language: str) -> None:
    ana = people["support_worker"]
    if language == "en":
        ana.choose_language("English")
    definition = house.stage.app.extensions["voorwaarts.house"].library.definition("conditional_tenancy")
    broken = []
    for drawing in definition.drawings:
        page = ana.go(f"/trajectories/{trajectory}/diagram/{drawing.name}")
        settle(page)
        source = page.request.get(f"{house.address}/trajectories/{trajectory}/diagram/{drawing.name}.bpmn").text()
        words = {word for name in re.findall(r'name="([^"]*)"', source) for word in re.split(r"[\s-]+", name)}
        for lines in page.evaluate(LINES):
            found = [word for line in lines for word in re.split(r"[\s-]+", line) if word]
            broken += [f"{drawing.name}: {lines}" for word in found if word not in words]
    assert not broken, "\n".join(broken)


def test_a_person_without_script_or_sight_reads_the_same_in_words(people: People, trajectory: UUID) -> None:
    page = people["housing_officer"].go(f"/trajectories/{trajectory}/diagram")
    words = page.locator(".steps-in-words")
    for heading in ("Now", "After that"):
        expect(words.get_by_role("heading", name=dutch(heading))).to_be_visible()
    expect(words).to_contain_text("maand 3")


def test_what_comes_after_is_what_comes_next(house: House, people: People, candidate: UUID) -> None:
    """A rejection ends the intake as well, and yet nobody gives advice about a candidate."""
    page = people["housing_officer"].go(f"/trajectories/{candidate}/diagram")
    title = house.stage.app.extensions["voorwaarts.house"].library.definition("conditional_tenancy").title
    after = page.locator(".steps-in-words > div").last
    expect(after.get_by_role("listitem")).to_have_text([title("match_home", "nl")])
