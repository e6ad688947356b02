"""The PDF beside every paper, made by LibreOffice where it is installed."""

from __future__ import annotations

import io
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from app import apart, paper, pdf
from app.errors import Refused
from app.rules import facts
from tests import hostile
from tests.paper import samples

needs_office = pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed here")
EVERY = [(document, language) for document, languages in paper.documents().items() for language in languages]
CONTRACTS = ("care_contract_a", "care_contract_b", "fixed_term_lease", "regular_lease")
SIGNATURES = {"nl": "Ondertekening", "en": "Signatures"}
LETTERS = ("review_invitation", "end_notice", "conversion_confirmation", "rejection")


@pytest.mark.slow
@needs_office
@pytest.mark.parametrize(("document", "language"), EVERY, ids=lambda word: word)
def test_every_paper_prints(document: str, language: str) -> None:
    known = facts.for_document(document, samples.for_paper(document))
    printed = PdfReader(io.BytesIO(pdf.convert(paper.fill(document, language, known).content)))
    pages = [" ".join(page.extract_text().split()) for page in printed.pages]
    assert "Noor Voorbeeld" in " ".join(pages)
    assert "not found" not in " ".join(pages) and "niet gevonden" not in " ".join(pages)
    last = len(pages)
    assert (f"pagina {last} van {last}" if language == "nl" else f"page {last} of {last}") in pages[-1]
    if document in LETTERS:
        assert last == 1, "a letter is one page"


@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("tenants", [1, 2])
@pytest.mark.parametrize(
    ("document", "language"), [(document, language) for document, language in EVERY if document in CONTRACTS]
)
def test_nobody_signs_a_page_without_a_word_of_the_contract(document: str, language: str, tenants: int) -> None:
    sample = samples.for_paper(document)
    known = facts.for_document(document, replace(sample, tenants=sample.tenants[:tenants]))
    printed = PdfReader(io.BytesIO(pdf.convert(paper.fill(document, language, known).content)))
    pages = [" ".join(page.extract_text().split()) for page in printed.pages]
    signing = next(page for page in reversed(pages) if SIGNATURES[language] in page)
    assert re.search(r"\b\d+\.\d+ ", signing.partition(SIGNATURES[language])[0])


@pytest.mark.slow
@needs_office
def test_two_prints_in_a_row_share_what_was_set_up() -> None:
    known = facts.for_document("rejection", samples.WHOLE)
    content = paper.fill("rejection", "nl", known).content
    assert [pdf.convert(content)[:5] for _ in range(2)] == [b"%PDF-", b"%PDF-"]


@needs_office
@pytest.mark.parametrize("content", [b"", b"just words", b"PK\x03\x04 but no more"])
def test_what_is_not_a_docx_is_not_printed(content: bytes) -> None:
    with pytest.raises(Refused) as refused:
        pdf.convert(content)
    assert refused.value.code == "pdf_failed"


@needs_office
def test_a_print_that_takes_too_long_is_stopped() -> None:
    content = paper.fill("rejection", "nl", facts.for_document("rejection", samples.WHOLE)).content
    with pytest.raises(Refused) as refused:
        pdf.convert(content, seconds=0.01)
    assert refused.value.code == "pdf_failed"


def test_without_libreoffice_the_refusal_says_so(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not pdf.available()
    with pytest.raises(Refused) as refused:
        pdf.convert(b"")
    assert refused.value.code == "pdf_not_available"


PICTURE = (
    '<w:body><w:p><w:r><w:drawing><wp:inline xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/'
    'wordprocessingDrawing"><wp:extent cx="900000" cy="900000"/><wp:docPr id="1" name="p"/>'
    '<a:graphic xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main">'
    '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture">'
    '<pic:pic xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:nvPicPr>'
    '<pic:cNvPr id="0" name="p"/><pic:cNvPicPr/></pic:nvPicPr><pic:blipFill><a:blip '
    f'xmlns:r="{hostile.RELATIONS}" r:link="rId99"/></pic:blipFill><pic:spPr><a:xfrm><a:off x="0" y="0"/>'
    '<a:ext cx="900000" cy="900000"/></a:xfrm><a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr></pic:pic>'
    "</a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
)


@pytest.fixture
def listening() -> Iterator[socket.socket]:
    """Where nobody should call; who does is heard."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


def called(server: socket.socket) -> bool:
    try:
        server.accept()[0].close()
    except BlockingIOError:
        return False
    return True


def fetching(server: socket.socket) -> bytes:
    """A paper with a picture from elsewhere, which no template of ours could have."""
    parts = hostile.template()
    address = f"http://127.0.0.1:{server.getsockname()[1]}/p.png"
    linked = hostile.unzipped(hostile._related(parts, "word/_rels/document.xml.rels", "image", address))
    linked["word/document.xml"] = linked["word/document.xml"].replace(b"<w:body>", PICTURE.encode(), 1)
    return hostile.zipped(linked)


@pytest.mark.slow
@needs_office
def test_libreoffice_by_itself_would_fetch_a_picture(listening: socket.socket, tmp_path: Path) -> None:
    (tmp_path / "p.docx").write_bytes(fetching(listening))
    office = shutil.which("soffice") or "libreoffice"
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [office, profile, "--headless", "--convert-to", "pdf", "--outdir", str(tmp_path), f"{tmp_path}/p.docx"]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    listening.settimeout(60)
    try:
        assert called(listening)
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


@pytest.mark.slow
@needs_office
@pytest.mark.parametrize("may_unshare", [True, False])
def test_ours_fetches_nothing_whether_or_not_the_network_can_be_taken_away(
    may_unshare: bool, listening: socket.socket, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    if not may_unshare:  # a machine that has every program but this one
        for folder in ("/usr/bin", "/bin"):
            for program in (path for path in Path(folder).iterdir() if path.name != "unshare"):
                if not (tmp_path / program.name).exists():
                    (tmp_path / program.name).symlink_to(program)
        monkeypatch.setenv("PATH", str(tmp_path))
    apart.without_network.cache_clear()
    try:
        assert bool(apart.without_network()) <= may_unshare
        assert pdf.convert(fetching(listening)).startswith(b"%PDF-")
        assert not called(listening)
    finally:
        apart.without_network.cache_clear()
