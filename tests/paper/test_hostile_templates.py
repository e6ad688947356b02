"""Templates are Word files that people edit and send around: what may not be in one is refused before it is opened."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from app import paper
from app.errors import Refused
from app.paper import envelope
from app.rules import facts
from tests.paper import samples

GOOD = (paper.FOLDER / "rejection" / "nl.docx").read_bytes()
RELS = "word/_rels/document.xml.rels"
Parts = dict[str, bytes]


def repacked(change: Callable[[Parts], None]) -> bytes:
    with zipfile.ZipFile(io.BytesIO(GOOD)) as good:
        parts = {name: good.read(name) for name in good.namelist()}
    change(parts)
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as changed:
        for name, content in parts.items():
            changed.writestr(name, content)
    return target.getvalue()


def saying(words: str) -> bytes:
    """The good template with `words` at its beginning."""
    run = f"<w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p>".encode()
    return repacked(lambda parts: parts.update({"word/document.xml": _replaced(parts, b"<w:body>", run)}))


def _replaced(parts: Parts, old: bytes, new: bytes, name: str = "word/document.xml") -> bytes:
    assert old in parts[name]
    return parts[name].replace(old, new, 1)


def relation(kind: str, target: str, mode: str = "") -> bytes:
    base = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    made = f'<Relationship Id="rId99" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return repacked(lambda parts: parts.update({RELS: _replaced(parts, b"</Relationships>", made.encode(), RELS)}))


def field(instruction: str) -> bytes:
    run = f'<w:body><w:p><w:r><w:instrText xml:space="preserve">{instruction}</w:instrText></w:r></w:p>'
    return repacked(
        lambda parts: parts.update({"word/document.xml": _replaced(parts, b"<w:body>", run.encode())}),
    )


def test_our_own_templates_pass() -> None:
    for path in paper.FOLDER.glob("*/*.docx"):
        envelope.inspect(path.read_bytes())


HOSTILE: dict[str, Callable[[], bytes]] = {
    "not a zip": lambda: b"Dear tenant",
    "empty": lambda: b"",
    "cut off": lambda: GOOD[: len(GOOD) // 2],
    "too many parts": lambda: repacked(lambda parts: parts.update({f"word/x{i}.xml": b"<x/>" for i in range(200)})),
    "a bomb": lambda: repacked(lambda parts: parts.update({"word/media/a.png": b"\0" * (21 * 1024 * 1024)})),
    "no document": lambda: repacked(lambda parts: parts.__delitem__("word/document.xml")),
    "a part outside": lambda: repacked(lambda parts: parts.update({"../../evil.xml": b"<x/>"})),
    "an absolute part": lambda: repacked(lambda parts: parts.update({"/etc/evil.xml": b"<x/>"})),
    "a macro": lambda: repacked(lambda parts: parts.update({"word/vbaProject.bin": b"\xd0\xcf"})),
    "an embedded file": lambda: repacked(lambda parts: parts.update({"word/embeddings/sheet.xlsx": b"PK"})),
    "two parts with one name": lambda: repacked(lambda parts: parts.update({"word/DOCUMENT.xml": b"<x/>"})),
    "a picture from outside": lambda: relation("image", "https://example.org/p.png", ' TargetMode="External"'),
    "a template from a share": lambda: relation("attachedTemplate", "file://server/t.dotm", ' TargetMode="External"'),
    "a web link": lambda: relation("hyperlink", "https://example.org", ' TargetMode="External"'),
    "a linked object": lambda: relation("oleObject", "embeddings2/o.xml"),
    "an html chunk": lambda: relation("aFChunk", "chunk.xml"),
    "a field that runs": lambda: field(' DDEAUTO c:\\\\windows\\\\cmd.exe "/k calc" '),
    "a field that reads": lambda: field(' INCLUDETEXT "/etc/passwd" '),
    "a broken part": lambda: repacked(lambda parts: parts.update({"word/styles.xml": b"<w:styles>"})),
    "entities": lambda: repacked(
        lambda parts: parts.update({"word/styles.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}),
    ),
}


@pytest.mark.parametrize("why", HOSTILE)
def test_a_hostile_file_is_refused(why: str, tmp_path: Path) -> None:
    refused = refusal(HOSTILE[why](), tmp_path)
    assert refused.code == "template_broken"
    assert refused.params["detail"]


def test_a_field_cut_over_two_runs_is_still_seen() -> None:
    run = (
        b"<w:body><w:p><w:r><w:instrText>INCLUDE</w:instrText></w:r><w:r><w:instrText>TEXT x</w:instrText></w:r></w:p>"
    )
    with pytest.raises(envelope.Hostile):
        envelope.inspect(
            repacked(lambda parts: parts.update({"word/document.xml": _replaced(parts, b"<w:body>", run)})),
        )


@pytest.mark.parametrize(
    "words",
    [
        "{{ tenant.__class__.__mro__ }}",
        "{{ tenant['full_name'] }}",
        "{{ tenant.full_name.upper() }}",
        "{{ ''.join(tenants) }}",
        "{{ 10 ** 10 }}",
        "{% set tenant = 1 %}",
        "{% include 'secret' %}",
        "{% import 'os' as os %}",
        "{% macro m() %}{% endmacro %}",
        "{% for a in range(10) %}{% endfor %}",
        "{% for a, b in tenants %}{% endfor %}",
        "{% for t in tenants|sort %}{% endfor %}",
        "{{ tenant.full_name|attr('x') }}",
        "{{ tenant.full_name|safe }}",
        "{{ 'a' * 9 }}",
        "{{ [tenant] }}",
        "{{ tenant.full_name",
        "{% if tenant %}",
        "{{ tenants }}",
        "{{ rejection.checked_on }}",
    ],
)
def test_a_template_may_only_show_repeat_and_ask(words: str, tmp_path: Path) -> None:
    assert refusal(saying(words), tmp_path).code in ("template_broken", "template_unknown_word", "facts_missing")


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("{{ tenant.fullname }}", "tenant.fullname"),
        ("{{ home.city }}", "home.city"),
        ("{{ bsn }}", "bsn"),
        ("{% if tenant.debts %}x{% endif %}", "tenant.debts"),
        ("{% for t in tenants %}{{ t.full_nmae }}{% endfor %}", "tenants.full_nmae"),
        ("{% for g in care_goals %}{{ g.text }}{% endfor %}", "care_goals"),
        ("{{ care_decision_until|long_date }}", "care_decision_until"),
        ("{{ tenant._secret }}", "tenant._secret"),
        ("{{ loop.index }}", "loop.index"),
        ("{% for t in tenants %}{{ loop.changed }}{% endfor %}", "loop.changed"),
    ],
)
def test_an_unknown_word_is_named(words: str, name: str, tmp_path: Path) -> None:
    refused = refusal(saying(words), tmp_path)
    assert refused.code == "template_unknown_word"
    assert refused.params == {"document": "rejection", "language": "nl", "name": name}


def test_an_unknown_word_in_the_footer_is_named_too(tmp_path: Path) -> None:
    footer = "word/footer1.xml"
    changed = repacked(
        lambda parts: parts.update({footer: _replaced(parts, b"trajectory.reference", b"trajectory.bsn", footer)}),
    )
    assert refusal(changed, tmp_path).params["name"] == "trajectory.bsn"


def test_a_new_document_without_a_row_of_its_own_may_use_all_but_the_care_words(tmp_path: Path) -> None:
    place(tmp_path, saying("{{ home.city }}"), "welcome_letter")
    known = facts.for_document("welcome_letter", samples.WHOLE)
    assert paper.fill("welcome_letter", "nl", known, tmp_path).content
    place(tmp_path, saying("{% if care_goals %}x{% endif %}"), "welcome_letter")
    with pytest.raises(Refused) as refused:
        paper.words("welcome_letter", "nl", tmp_path)
    assert refused.value.params["name"] == "care_goals"


def test_an_edited_template_gets_another_hash(tmp_path: Path) -> None:
    known = facts.for_document("rejection", samples.WHOLE)
    before = paper.fill("rejection", "nl", known).template_hash
    place(tmp_path, saying("Hello"), "rejection")
    assert paper.fill("rejection", "nl", known, tmp_path).template_hash != before


def place(folder: Path, content: bytes, document: str = "rejection") -> None:
    (folder / document).mkdir(exist_ok=True)
    (folder / document / "nl.docx").write_bytes(content)
    (folder / "words").mkdir(exist_ok=True)
    (folder / "words" / "nl.json").write_bytes((paper.FOLDER / "words" / "nl.json").read_bytes())


def refusal(content: bytes, folder: Path) -> Refused:
    place(folder, content)
    with pytest.raises(Refused) as refused:
        paper.fill("rejection", "nl", facts.for_document("rejection", samples.WHOLE), folder)
    return refused.value
