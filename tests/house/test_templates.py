"""Guards the contract templates: whole, clean, in two languages and asked for by a drawing; never what they say."""

from __future__ import annotations

import io
import json
import re
import zipfile
from pathlib import Path

import pytest
from lxml import etree

from app import paper
from app.rules import facts

WORKFLOWS = Path(__file__).parents[2] / "workflows"
LANGUAGES = {"nl": "nl-NL", "en": "en-GB"}
EVERY = [(document, language) for document, languages in paper.documents().items() for language in languages]
every_template = pytest.mark.parametrize(("document", "language"), EVERY, ids=lambda word: word)
W = {"w": "http://schemas.openxmlformats.org/wordprocessingml/2006/main"}
VAL = f"{{{W['w']}}}val"


def parts(document: str, language: str) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO((paper.FOLDER / document / f"{language}.docx").read_bytes())) as envelope:
        return {name: envelope.read(name) for name in envelope.namelist()}


def test_every_document_of_ours_has_a_template_in_every_language() -> None:
    assert {document: set(languages) for document, languages in paper.documents().items()} == {
        document: set(LANGUAGES) for document in facts.ROOTS
    }


def test_every_paper_a_drawing_orders_has_a_template() -> None:
    ordered: set[str] = set()
    for drawing in WORKFLOWS.glob("*.bpmn"):
        for parameter in etree.parse(drawing).iter("{*}parameter"):
            if parameter.get("id") in ("document", "letter"):
                ordered.add(parameter.get("value", "").strip("\"'"))
    assert ordered - set(paper.documents()) == set(), "ordered, but no template"
    assert set(facts.ROOTS) - ordered == set(), "a template nobody orders"


@every_template
def test_a_template_uses_only_words_its_document_may_use(document: str, language: str) -> None:
    assert paper.words(document, language) <= facts.known(document)


@pytest.mark.parametrize("document", facts.ROOTS)
def test_a_translation_uses_the_same_words_as_the_original(document: str) -> None:
    dutch, english = (paper.words(document, language) for language in ("nl", "en"))
    assert dutch == english


def test_care_words_are_known_to_care_documents_only() -> None:
    for document in facts.ROOTS:
        assert bool(facts.CARE_WORDS & facts.known(document)) == (document in facts.CARE_DOCUMENTS)


def test_every_code_has_a_wording_in_every_language() -> None:
    wordings = {
        language: json.loads((paper.FOLDER / "words" / f"{language}.json").read_text()) for language in LANGUAGES
    }
    assert _codes(wordings["nl"]) == _codes(wordings["en"])
    for group, kind in (
        ("condition", facts.ConditionCode),
        ("goal", facts.GoalDomain),
        ("ground", facts.Ground),
        ("kept", facts.Kept),
        ("rating", facts.Rating),
        ("seen_by", facts.SeenBy),
        ("agreement", facts.Breach),
        ("step", facts.Step),
    ):
        assert set(wordings["nl"][group]) == set(kind.__args__), group  # type: ignore[attr-defined]


def _codes(wording: dict[str, dict[str, str]]) -> dict[str, set[str]]:
    return {group: set(codes) for group, codes in wording.items()}


@every_template
def test_a_template_is_set_in_its_own_language_and_signed_by_nobody(document: str, language: str) -> None:
    inside = parts(document, language)
    styles = etree.fromstring(inside["word/styles.xml"])
    tongue = styles.find("w:docDefaults/w:rPrDefault/w:rPr/w:lang", W)
    assert tongue is not None and tongue.get(VAL) == LANGUAGES[language]
    core = etree.fromstring(inside["docProps/core.xml"])
    said = {etree.QName(node).localname: node.text for node in core}
    assert said["title"] and said["language"] == LANGUAGES[language]
    assert said["creator"] == said["lastModifiedBy"] == "Voorwaarts"
    assert not re.search(rb"w:rsid|w:ins |w:del |w:comment|w:proofErr", inside["word/document.xml"])


@every_template
def test_every_style_and_number_a_template_uses_is_defined(document: str, language: str) -> None:
    inside = parts(document, language)
    styles = etree.fromstring(inside["word/styles.xml"])
    defined = {style.get(f"{{{W['w']}}}styleId") for style in styles.findall("w:style", W)}
    for name in ("word/document.xml", "word/header1.xml", "word/footer1.xml", "word/numbering.xml"):
        body = etree.fromstring(inside[name])
        used = {node.get(VAL) for tag in ("pStyle", "rStyle", "tblStyle") for node in body.iter(f"{{{W['w']}}}{tag}")}
        assert used <= defined, name
    numbers = {
        num.get(f"{{{W['w']}}}numId") for num in etree.fromstring(inside["word/numbering.xml"]).iterfind("w:num", W)
    }
    assert {node.get(VAL) for node in styles.iter(f"{{{W['w']}}}numId")} <= numbers


@every_template
def test_every_page_says_which_page_it_is_and_whose_paper(document: str, language: str) -> None:
    inside = parts(document, language)
    assert b" PAGE " in inside["word/footer1.xml"] and b" NUMPAGES " in inside["word/footer1.xml"]
    assert b"trajectory.reference" in inside["word/footer1.xml"]
    assert re.search(rb"{{ (landlord|municipality|urgency_office)\.name }}", inside["word/header1.xml"])


@every_template
def test_every_reference_points_at_an_article(document: str, language: str) -> None:
    body = etree.fromstring(parts(document, language)["word/document.xml"])
    marks = {node.get(f"{{{W['w']}}}name") for node in body.iter(f"{{{W['w']}}}bookmarkStart")}
    wanted = {
        str(node.text).split()[1] for node in body.iter(f"{{{W['w']}}}instrText") if str(node.text).split()[0] == "REF"
    }
    assert wanted <= marks


@every_template
def test_the_heading_of_a_table_comes_back_on_the_next_page(document: str, language: str) -> None:
    body = etree.fromstring(parts(document, language)["word/document.xml"])
    for table in body.iter(f"{{{W['w']}}}tbl"):
        look = table.find("w:tblPr/w:tblLook", W)
        headed = look is not None and look.get(f"{{{W['w']}}}firstRow") == "1"
        first = table.find("w:tr", W)
        assert first is not None
        assert headed == (first.find("w:trPr/w:tblHeader", W) is not None)
