"""Fills the contract templates with facts; never decides what may be said, never stores a paper and never sends one."""

from __future__ import annotations

import hashlib
import io
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate
from jinja2.exceptions import TemplateError, UndefinedError
from lxml import etree

from app.errors import Refused
from app.paper import envelope
from app.paper.press import NoWording, Press, UnknownWord, Unwritable
from app.rules import facts as rules

FOLDER = Path(__file__).resolve().parents[2] / "contract_templates"
WORDS = "words"  # the folder beside the documents with the wording of every code, one file per language

_SETTLED = (1980, 1, 1, 0, 0, 0)  # one moment for every member, so that equal facts give equal bytes


@dataclass(frozen=True, slots=True)
class Filled:
    """A finished docx, and the hash of the template and wording it was made from."""

    content: bytes
    template_hash: str


@dataclass(frozen=True, slots=True)
class _Template:
    content: bytes
    hash: str
    press: Press


def documents(folder: Path | None = None) -> dict[str, tuple[str, ...]]:
    """Every document there is a template for, with its languages."""
    found: dict[str, list[str]] = {}
    for path in sorted((folder or FOLDER).glob("*/*.docx")):
        if not path.name.startswith(("~", ".")):
            found.setdefault(path.parent.name, []).append(path.stem)
    return {document: tuple(languages) for document, languages in found.items()}


def fill(document: str, language: str, facts: Mapping[str, Any], folder: Path | None = None) -> Filled:
    """The document with its words filled in. The same facts and template always give the same bytes.

    `facts` is what rules.facts.for_document returns. Raises Refused with one of the codes template_missing,
    template_broken (detail), template_unknown_word (name), wording_missing (group, name), facts_missing (names).
    """
    allowed = rules.for_document(document, facts)
    with _named(document, language, allowed):
        template = _template(document, language, folder or FOLDER)
        sheet = _Sheet(template)
        sheet.render(allowed, template.press)
        loose = io.BytesIO()
        sheet.save(loose)
        return Filled(_settle(loose.getvalue()), template.hash)


def words(document: str, language: str, folder: Path | None = None) -> frozenset[str]:
    """The dotted names a template uses. Refuses a template that is broken or uses a name it may not."""
    with _named(document, language, {}):
        template = _template(document, language, folder or FOLDER)
        for source in _Sheet(template).sources():
            template.press.from_string(source)
        return frozenset(template.press.words)


class _Sheet(DocxTemplate):  # type: ignore[misc]
    """A docxtpl template that remembers its cleaned sources and never lets broken XML through."""

    def __init__(self, template: _Template) -> None:
        super().__init__(io.BytesIO(template.content))
        self._press = template.press

    def patch_xml(self, src_xml: str) -> str:
        return self._press.cleaned(src_xml, super().patch_xml)

    def render_xml_part(self, src_xml: str, part: Any, context: dict[str, Any], jinja_env: Any = None) -> str:
        filled: str = super().render_xml_part(src_xml, part, context, jinja_env)
        etree.fromstring(filled.encode(), etree.XMLParser(resolve_entities=False))  # docxtpl itself would "recover"
        return filled

    def sources(self) -> list[str]:
        self.init_docx()
        parts = [part for uri in (self.HEADER_URI, self.FOOTER_URI) for _, part in self.get_headers_footers(uri)]
        return [self.patch_xml(self.get_xml()), *(self.patch_xml(self.get_part_xml(part)) for part in parts)]


class _named:
    """Turns whatever goes wrong inside into a refusal that names the document, its language and the word."""

    def __init__(self, document: str, language: str, allowed: Mapping[str, Any]) -> None:
        self.document, self.language, self.allowed = document, language, allowed

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: object) -> None:
        if fault is None or isinstance(fault, Refused) or not isinstance(fault, Exception):
            return
        where = {"document": self.document, "language": self.language}
        if isinstance(fault, UnknownWord):
            raise Refused("template_unknown_word", **where, name=fault.name) from fault
        if isinstance(fault, NoWording):
            raise Refused("wording_missing", **where, group=fault.group, name=fault.name) from fault
        if isinstance(fault, envelope.Hostile):
            raise Refused("template_broken", **where, detail=str(fault)) from fault
        if isinstance(fault, (UndefinedError, Unwritable)):
            raise Refused("facts_missing", **where, names=self._absent(), detail=str(fault)) from fault
        if isinstance(fault, (RecursionError, MemoryError)):
            raise Refused("template_broken", **where, detail="it is nested too deeply, or far too large") from fault
        detail = fault.message if isinstance(fault, TemplateError) else f"{type(fault).__name__}: {fault}"
        raise Refused("template_broken", **where, detail=detail or type(fault).__name__) from fault

    def _absent(self) -> list[str]:
        """Top-level and second-level words of this document that have no value: where to look for the missing one."""
        absent: list[str] = []
        for name in sorted(rules.known(self.document)):
            value: Any = self.allowed
            for step in name.split("."):
                value = value.get(step) if isinstance(value, Mapping) else ...
            if value is None:
                absent.append(name)
        return absent


def _template(document: str, language: str, folder: Path) -> _Template:
    path = folder / document / f"{language}.docx"
    wording = folder / WORDS / f"{language}.json"
    inside = path.resolve().is_relative_to(folder.resolve()) and wording.resolve().is_relative_to(folder.resolve())
    if not inside or not path.is_file():
        raise Refused("template_missing", document=document, language=language)
    return _opened(document, language, path.read_bytes(), wording.read_bytes() if wording.is_file() else b"{}")


@lru_cache(maxsize=64)
def _opened(document: str, language: str, content: bytes, wording: bytes) -> _Template:
    """Inspected and ready to print; kept by content, because a third of the work is compiling."""
    envelope.inspect(content)
    both = hashlib.sha256(hashlib.sha256(content).digest() + hashlib.sha256(wording).digest()).hexdigest()
    return _Template(content, both, Press(language, wording, rules.known(document)))


def _settle(loose: bytes) -> bytes:
    settled = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(loose)) as source, zipfile.ZipFile(settled, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            entry = zipfile.ZipInfo(member.filename, _SETTLED)
            entry.compress_type = zipfile.ZIP_DEFLATED
            target.writestr(entry, source.read(member))
    return settled.getvalue()
