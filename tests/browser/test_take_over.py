"""A team lead takes over forty trajectories from a workbook with six faults in it; the worker does the work."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from app.rules.dates import add_months
from tests import sheet
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, too_wide, with_axe
from tests.browser.people import Person, dutch, gathered

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house"), worker=True) as house:
        yield house


@pytest.fixture
def lead(house: House, browser: Browser) -> Iterator[Person]:
    with gathered(house, browser) as people:
        yield with_axe(people.called("team_lead"))


def put(person: Person, name: str, content: bytes) -> Page:
    page = person.go("/trajectories/take-over")
    page.get_by_label(dutch("The file"), exact=True).set_input_files(
        {"name": name, "mimeType": "application/octet-stream", "buffer": content}
    )
    person.press("Look the file through")
    return page


def sound(page: Page) -> list[str]:
    return axe(page) + too_wide(page)


def test_forty_trajectories_of_which_six_have_a_fault(
    house: House, lead: Person, picture: Picture, tmp_path: Path
) -> None:
    page = lead.go("/trajectories")
    lead.follow("Take over from a file")
    expect(page.get_by_role("heading", level=1)).to_have_text(dutch("Take over from a file"))
    found = sound(page)
    picture(page, "take-over-start")
    with page.expect_download() as template:
        lead.follow("Excel workbook (.xlsx)")
    template.value.save_as(tmp_path / "leeg.xlsx")
    assert (tmp_path / "leeg.xlsx").read_bytes().startswith(b"PK")

    put(lead, "veertig.xlsx", sheet.as_xlsx(sheet.forty(house.today)))
    expect(page.get_by_role("heading", level=1)).to_have_text("veertig.xlsx")
    rows = page.get_by_role("table", name=dutch("What is wrong")).get_by_role("row")
    expect(rows).to_have_count(7)
    expect(rows.nth(1)).to_contain_text("31-6-2025 bestaat niet")
    found += sound(page)
    picture(page, "take-over-dry-run")

    page.get_by_role("button", name=re.compile("34")).click()
    expect(page.get_by_role("heading", level=1)).to_have_text("veertig.xlsx")
    picture(page, "take-over-going-on")
    expect(page.get_by_text("34 trajecten zijn overgenomen")).to_be_visible(timeout=60_000)
    found += sound(page)
    picture(page, "take-over-done")

    lead.follow("See the trajectories")
    expect(page.get_by_text("34 trajecten")).to_be_visible()
    page.get_by_label(dutch("Name, address or reference")).fill("HOV-0004")
    page.get_by_label(dutch("Name, address or reference")).press("Enter")
    page.get_by_role("link", name="Ilse Ingebeeld-4").or_(page.locator("table a.what").first).first.click()
    expect(page.get_by_text(re.compile("Overgenomen uit het bestand veertig.xlsx, regel"))).to_be_visible()
    picture(page, "take-over-dossier")

    put(lead, "veertig.xlsx", sheet.as_xlsx(sheet.forty(house.today)))
    expect(page.get_by_role("table", name=dutch("What is wrong"))).to_contain_text("het is eerder overgenomen")
    expect(page.get_by_role("button", name=re.compile("Neem de"))).to_have_count(0)
    assert not found, "\n".join(found)


def test_the_municipality_adds_the_care_part(house: House, lead: Person, browser: Browser, picture: Picture) -> None:
    page = put(lead, "een.csv", sheet.as_csv([sheet.line(900, add_months(house.today, -7))]))
    page.get_by_role("button", name=re.compile("Neem de")).click()
    expect(page.get_by_text("1 traject is overgenomen")).to_be_visible(timeout=60_000)
    with gathered(house, browser) as people:
        mehmet = with_axe(people.called("municipal_officer"))
        page = mehmet.go("/trajectories?q=-900")
        page.locator("table a.what").first.click()
        mehmet.follow("This was taken over without its care part. Add that here.")
        page.get_by_label(dutch("Social network")).fill("Elke week bij de buurvrouw op de koffie.")
        page.get_by_label(dutch("Until when does the care decision run?")).fill("1-6-2028")
        found = sound(page)
        picture(page, "care-part")
        mehmet.press("Add the care part")
        expect(page.get_by_text("Elke week bij de buurvrouw op de koffie.")).to_be_visible()
        found += sound(page)
        picture(page, "care-part-added")
    assert not found, "\n".join(found)


def test_a_file_that_is_none_is_refused_with_the_focus_on_what_is_wrong(lead: Person, picture: Picture) -> None:
    page = put(lead, "foto.xlsx", b"PK no workbook")
    expect(page.locator("#faults")).to_be_focused()
    expect(page.locator("#faults")).to_contain_text("geen leesbaar CSV- of XLSX-bestand")
    found = sound(page)
    picture(page, "take-over-refused")
    assert not found, "\n".join(found)
