"""Looks into a docx before anything else opens it; never changes it and never reaches outside it."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Final
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import fromstring

MOST_MEMBERS: Final = 200
MOST_BYTES: Final = 20 * 1024 * 1024  # unpacked
NEEDED: Final = ("[Content_Types].xml", "_rels/.rels", "word/document.xml")

_ACTIVE = re.compile(r"(?i)(vba|activex|embeddings/|ctrlprops|\.(bin|exe|dll|js|vbs|hta|cmd|bat|ps1|rtf|html?|mht)$)")
_ACTIVE_TYPE = re.compile(r"(?i)macroenabled|vbaproject|oleobject|activex|package\.bin|x-msdownload")
_ACTIVE_LINK = re.compile(
    r"(?i)/(oleObject|package|vbaProject|wordVbaData|attachedTemplate|aFChunk|subDocument|frame|control|activeXControlBinary)$"
)
_FETCHING_FIELD = re.compile(
    r"(?i)\b(DDE|DDEAUTO|INCLUDETEXT|INCLUDEPICTURE|LINK|IMPORT|INCLUDE|DATABASE|MACROBUTTON|RD)\b"
)
_EMBEDDED: Final = frozenset({"altChunk", "object", "control", "subDoc"})


class Hostile(Exception):
    """The file is not a docx, or it holds something a contract template has no use for."""


def inspect(content: bytes) -> None:
    """Raises Hostile unless `content` is a plain docx: nothing active, nothing from outside, of a sane size."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as envelope:
            members = _directory(envelope)
            for member in members:
                if member.filename.endswith((".xml", ".rels")):
                    _part(member.filename, fromstring(envelope.read(member), forbid_dtd=True))
    except zipfile.BadZipFile as fault:
        raise Hostile("not a docx") from fault
    except (ParseError, DefusedXmlException) as fault:
        raise Hostile(f"a part is not plain XML: {type(fault).__name__}") from fault
    except (NotImplementedError, RuntimeError, EOFError) as fault:  # unknown compression, a password, cut off
        raise Hostile("the file can't be unpacked") from fault


def _directory(envelope: zipfile.ZipFile) -> list[zipfile.ZipInfo]:
    members = envelope.infolist()
    names = [member.filename for member in members]
    if len(members) > MOST_MEMBERS:
        raise Hostile(f"more than {MOST_MEMBERS} parts")
    if sum(member.file_size for member in members) > MOST_BYTES:
        raise Hostile(f"larger than {MOST_BYTES} bytes unpacked")
    if len({name.lower() for name in names}) != len(names):
        raise Hostile("two parts with one name")
    for name in names:
        if name.startswith(("/", "\\")) or "\\" in name or ":" in name or ".." in name.split("/"):
            raise Hostile(f"a part outside the document: {name}")
        if _ACTIVE.search(name):
            raise Hostile(f"an active part: {name}")
    for name in NEEDED:
        if name not in names:
            raise Hostile(f"not a docx: {name} is missing")
    return members


def _part(name: str, root: Element) -> None:
    fields: list[str] = []  # an instruction may be cut over several runs
    for element in root.iter():
        tag = element.tag.rsplit("}", 1)[-1]
        if tag == "Relationship":
            if element.get("TargetMode", "Internal") != "Internal":
                raise Hostile(f"a link to outside in {name}")
            if _ACTIVE_LINK.search(element.get("Type", "")):
                raise Hostile(f"an active link in {name}")
        elif tag in ("Default", "Override") and _ACTIVE_TYPE.search(element.get("ContentType", "")):
            raise Hostile(f"an active part in {name}")
        elif tag in _EMBEDDED:
            raise Hostile(f"an embedded object in {name}")
        elif tag == "fldSimple":
            fields.append(f" {' '.join(element.attrib.values())} ")
        elif tag == "instrText":
            fields.append(element.text or "")
    # page numbers and cross-references are welcome; fields that fetch, link or run something are not
    if any(_FETCHING_FIELD.search(text) for text in ("".join(fields), *fields)):
        raise Hostile(f"a field that fetches something in {name}")
