"""Papers as people get them: a Word file that opens, a PDF, a next version, and a signed copy put beside it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import docx
import pytest
from playwright.sync_api import Browser, Locator, expect
from pypdf import PdfReader

from app import pdf
from tests.browser.conftest import Picture
from tests.browser.house import House, opened
from tests.browser.people import Person, dutch, gathered
from tests.machine import missing
from tests.paper import reading

pytestmark = pytest.mark.slow

TENANT = "Wietske Đurić"
PDF = b"%PDF-1.4\n1 0 obj<</Type/Catalog>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n"


@pytest.fixture(scope="module")
def house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[House]:
    with opened(tmp_path_factory.mktemp("house")) as house:
        yield house


@pytest.fixture(scope="module")
def trajectory(house: House) -> UUID:
    """The lease was drawn up; its papers were filed by the worker."""
    trajectory = house.play(TENANT, until="hand_over_keys")
    house.work()
    return trajectory


@pytest.fixture
def jeroen(house: House, trajectory: UUID, browser: Browser) -> Iterator[Person]:
    with gathered(house, browser) as people:
        person = people["housing_officer"]
        person.go(f"/trajectories/{trajectory}/documents")
        yield person


def paper(person: Person, name: str) -> Locator:
    """This paper in the list on the page."""
    return person.page.get_by_role("listitem").filter(has=person.page.get_by_role("heading", name=dutch(name)))


def test_a_word_file_opens_and_names_tenant_home_and_term(jeroen: Person, tmp_path: Path, picture: Picture) -> None:
    picture(jeroen.page, "documents")
    with jeroen.page.expect_download() as coming:
        paper(jeroen, "Fixed-term lease").get_by_role("link", name="Word").first.click()
    assert re.fullmatch(r"VW-\d{4}-\d{4}-fixed-term-lease-v1\.docx", coming.value.suggested_filename)
    coming.value.save_as(tmp_path / "lease.docx")
    said = reading.text((tmp_path / "lease.docx").read_bytes())
    assert docx.Document(str(tmp_path / "lease.docx")).tables, "python-docx opens it too"
    for words in (TENANT, "Emmastraat 9", "15 maart 2025", "14 maart 2027", "642,50"):
        assert words in said
    assert "{{" not in said and "None" not in said


def test_a_pdf_opens_and_says_the_same(jeroen: Person, tmp_path: Path) -> None:
    if not pdf.available():
        missing("LibreOffice", "libreoffice-writer")
    with jeroen.page.expect_download() as coming:
        paper(jeroen, "Fixed-term lease").get_by_role("link", name="PDF").first.click()
    coming.value.save_as(tmp_path / "lease.pdf")
    assert (tmp_path / "lease.pdf").read_bytes().startswith(b"%PDF")
    text = " ".join(page.extract_text() for page in PdfReader(tmp_path / "lease.pdf").pages)
    assert "14 maart 2027" in re.sub(r"\s+", " ", text)


def test_a_signed_copy_stands_beside_the_paper(jeroen: Person, tmp_path: Path, picture: Picture) -> None:
    scan = tmp_path / "getekend.pdf"
    scan.write_bytes(PDF)
    lease = paper(jeroen, "Fixed-term lease")
    lease.get_by_text(dutch("Add a signed copy or make it again")).click()
    lease.get_by_label(dutch("Signed copy of version %(num)s", num=1)).set_input_files(scan)
    lease.get_by_role("button", name=re.compile(dutch("Add the signed copy"))).click()
    link = paper(jeroen, "Fixed-term lease").get_by_role("link", name=re.compile(dutch("Signed copy")))
    expect(link).to_be_visible()
    picture(jeroen.page, "signed-copy")
    with jeroen.page.expect_download() as coming:
        link.click()
    assert Path(coming.value.path()).read_bytes() == PDF


def test_a_copy_of_another_kind_is_refused_in_words(jeroen: Person, tmp_path: Path, picture: Picture) -> None:
    page = tmp_path / "getekend.pdf"
    page.write_text("<script>alert(1)</script>")
    part_a = paper(jeroen, "Care contract, part A")
    part_a.get_by_text(dutch("Add a signed copy or make it again")).click()
    part_a.get_by_label(dutch("Signed copy of version %(num)s", num=1)).set_input_files(page)
    part_a.get_by_role("button", name=re.compile(dutch("Add the signed copy"))).click()
    expect(jeroen.page.locator("#faults")).to_be_focused()
    picture(jeroen.page, "copy-refused")
    expect(paper(jeroen, "Care contract, part A").locator(".error")).to_be_visible()
    expect(paper(jeroen, "Care contract, part A").get_by_role("link", name=dutch("Signed copy"))).to_have_count(0)


def test_a_next_version_stands_beside_the_first(jeroen: Person) -> None:
    lease = paper(jeroen, "Fixed-term lease")
    lease.get_by_text(dutch("Add a signed copy or make it again")).click()
    lease.get_by_role("button", name=re.compile(dutch("Make version %(num)s", num=2))).click()
    expect(paper(jeroen, "Fixed-term lease").get_by_role("link", name="Word")).to_have_count(2)
