"""The PDF beside every paper, made by LibreOffice where it is installed."""

from __future__ import annotations

import io
import re
from dataclasses import replace
from pathlib import Path

import pytest
from pypdf import PdfReader

from app import paper, pdf
from app.errors import Refused
from app.rules import facts
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
