"""Looks into a docx before anything else opens it; never changes it and never reaches outside it."""

from __future__ import annotations

import re
from typing import Final

from lxml import etree

from app.packages import Active, Hostile, Limits, is_xml, read_xml, refuse_active, unpack

__all__ = ["Hostile", "inspect"]

LIMITS: Final = Limits(members=200, unpacked=20 * 1024 * 1024, tags=100_000)  # our longest has three thousand tags
NEEDED: Final = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")

_FETCHING_FIELD = re.compile(
    r"(?i)\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|INCLUDE|DATABASE|MACROBUTTON|RD)\b"
)
_EMBEDDED: Final = frozenset({"altChunk", "object", "control", "subDoc"})


def inspect(content: bytes) -> None:
    """Raises Hostile unless `content` is a plain docx: nothing active, nothing from outside, of a sane size."""
    parts = unpack(content, LIMITS, NEEDED)
    refuse_active(parts)
    for name, part in parts.items():
        if is_xml(name):
            _look_at(name, read_xml(name, part))


def _look_at(name: str, root: etree._Element) -> None:
    fields: list[str] = []  # an instruction may be cut over several runs
    for element in root.iter(etree.Element):
        tag = etree.QName(element).localname
        if tag in _EMBEDDED:
            raise Active(f"an embedded object in {name}")
        if tag == "fldSimple":
            fields.append(f" {' '.join(element.attrib.values())} ")
        elif tag == "instrText":
            fields.append(element.text or "")
    # page numbers and cross-references are welcome; fields that fetch, link or run something are not
    if any(_FETCHING_FIELD.search(text) for text in ("".join(fields), *fields)):
        raise Active(f"a field that fetches something in {name}")
