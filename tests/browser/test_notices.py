"""A letter that came back, as the officer meets it: recorded, sent again, and the envelope kept as proof."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, expect

from tests import hostile
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.looking import axe, settle, too_wide, with_axe
from tests.browser.people import People, dutch, gathered

pytestmark = pytest.mark.slow

TENANT = "Roos Zonderland"
RETURNED = {"proven": "returned", "returned_because": "not_collected", "proof": "De envelop ligt in het dossier."}


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        house.stage.answers["decide_conversion"] = {"outcome": "do_not_convert"}
        house.play(TENANT, until="record_receipt")
        yield house


@pytest.fixture
def people(house: House, browser: Browser) -> Iterator[People]:
    with gathered(house, browser) as people:
        yield people


def test_a_letter_that_came_back(house: House, people: People, picture: Picture, tmp_path: Path) -> None:
    officer = with_axe(people["housing_officer"])
    officer.do("record_receipt", TENANT, {"receipts": {**RETURNED, "returned_on": house.today}})
    page = officer.page
    expect(page.locator("#main")).to_contain_text(dutch("came back, send it again"), ignore_case=True)
    officer.follow("Notices and their proofs")
    settle(page)
    assert not axe(page) + too_wide(page)

    scan = tmp_path / "envelop.png"
    scan.write_bytes(hostile.png())
    page.locator("summary").filter(has_text=dutch("Add a proof")).click()
    page.get_by_label(dutch("Scan or photo of the proof")).set_input_files(scan)
    page.locator("form").get_by_role("button", name=dutch("Keep the proof")).click()
    expect(page.get_by_role("status").first).to_contain_text(dutch("The proof is kept beside the notice."))
    picture(page, "notices")
    with page.expect_download() as download:
        page.get_by_role("link", name=dutch("Proof") + " 1").click()
    assert Path(download.value.path()).read_bytes() == scan.read_bytes()
    assert download.value.suggested_filename.endswith(".png") and "Zonderland" not in download.value.suggested_filename

    scan.write_text("<script>alert(1)</script>")
    page.locator("summary").filter(has_text=dutch("Add a proof")).click()
    page.get_by_label(dutch("Scan or photo of the proof")).set_input_files(scan)
    page.locator("form").get_by_role("button", name=dutch("Keep the proof")).click()
    expect(page.locator("#faults")).to_be_focused()
    settle(page)
    assert not axe(page) + too_wide(page)
