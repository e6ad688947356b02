"""Looks into a zip package that somebody else made (docx, xlsx) before any library opens it; writes nothing to disk.

What a directory says of itself is not believed: names, sizes and places are checked, and no more is unpacked than may
be.
"""

from __future__ import annotations

import io
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

from lxml import etree

LONGEST_NAME: Final = 200
ENTRY: Final = b"PK\x01\x02"  # begins each line of a package's directory
KINDS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)  # the others cost more than they save
XML: Final = (".xml", ".rels", ".vml")

_ENCODING = re.compile(rb"""^\s*<\?xml[^>]*?encoding\s*=\s*["']([^"']*)["']""")
_ACTIVE = re.compile(
    r"(?i)(vba|activex|embeddings/|ctrlprops|externallinks?/|querytables?/|(^|/)connections\.xml$|macrosheets?/"
    r"|\.(bin|exe|dll|js|vbs|hta|cmd|bat|ps1|rtf|html?|mht)$)"
)
_HARMLESS = re.compile(r"(?i)(^|/)printersettings/printersettings\d*\.bin$")  # Excel puts it in by itself
_ACTIVE_TYPE = re.compile(r"(?i)macroenabled|vbaproject|oleobject|activex|package\.bin|x-msdownload|externallink")
_ACTIVE_LINK = re.compile(
    r"(?i)/(oleObject|package|vbaProject|wordVbaData|attachedTemplate|aFChunk|subDocument|frame|control"
    r"|activeXControlBinary|externalLink|externalLinkPath|connections|queryTable|xlMacrosheet)$"
)


class Hostile(Exception):
    """The file is not a package of this kind, or it holds something such a file has no use for."""


class TooLarge(Hostile):
    """It unpacks to more than a file of this kind may hold."""


class Active(Hostile):
    """It would run something, or fetch something from elsewhere."""


@dataclass(frozen=True, slots=True)
class Limits:
    """How much may be in a package: parts, bytes unpacked, and tags in all its XML together."""

    members: int
    unpacked: int
    tags: int


def unpack(content: bytes, limits: Limits, needed: tuple[str, ...] = ()) -> dict[str, bytes]:
    """Every part by its name. Raises Hostile with what is wrong: TooLarge, Active, or that it isn't such a package.

    XML parts are UTF-8 without a document type, so that what reads them afterwards meets no entity of any kind.
    """
    if content.count(ENTRY) > limits.members:  # before a directory of a hundred thousand lines is read
        raise TooLarge(f"more than {limits.members} parts")
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
            _look_at_directory(members, limits, needed)
            parts = dict(_unpacked(package, members, limits.unpacked))
    except zipfile.BadZipFile as fault:
        raise Hostile("the file is no package") from fault
    except (NotImplementedError, RuntimeError, EOFError, OSError, ValueError, zlib.error) as fault:
        raise Hostile("the file can't be unpacked") from fault
    _look_at_xml(parts, limits.tags)
    return parts


def packed(parts: Mapping[str, bytes]) -> bytes:
    """A package of exactly these parts: what somebody else's program wrote around them is gone."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as package:
        for name, part in parts.items():
            package.writestr(name, part)
    return target.getvalue()


def is_xml(name: str) -> bool:
    return name.lower().endswith(XML)


def read_xml(name: str, part: bytes) -> etree._Element:
    """The root of an XML part; raises Hostile when it is not well-formed."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False, huge_tree=False)
    try:
        return etree.fromstring(part, parser)
    except (etree.XMLSyntaxError, ValueError) as fault:
        raise Hostile(f"{name} is not plain XML") from fault


def refuse_active(parts: Mapping[str, bytes], links: frozenset[str] = frozenset()) -> None:
    """Raises Active for macros, embedded objects and links to outside; of those only the kinds in `links` may stay."""
    for name in parts:
        if _ACTIVE.search(name) and not _HARMLESS.search(name):
            raise Active(f"an active part: {name}")
    for name, part in parts.items():
        if name.lower().endswith(".rels") or name.lower() == "[content_types].xml":
            _refuse_active_in(name, read_xml(name, part), links)


def _refuse_active_in(name: str, root: etree._Element, links: frozenset[str]) -> None:
    for element in root.iter(etree.Element):
        kind, tag = element.get("Type", ""), etree.QName(element).localname
        if tag == "Relationship":
            if _ACTIVE_LINK.search(kind):
                raise Active(f"an active link in {name}")
            if element.get("TargetMode", "Internal") != "Internal" and kind.rpartition("/")[2] not in links:
                raise Active(f"a link to outside in {name}")
        elif tag in ("Default", "Override") and _ACTIVE_TYPE.search(element.get("ContentType", "")):
            raise Active(f"an active part in {name}")


def _look_at_directory(members: list[zipfile.ZipInfo], limits: Limits, needed: tuple[str, ...]) -> None:
    names = [member.filename for member in members]
    if len(members) > limits.members:
        raise TooLarge(f"more than {limits.members} parts")
    if sum(member.file_size for member in members) > limits.unpacked:
        raise TooLarge(f"larger than {limits.unpacked} bytes unpacked")
    if len({name.lower() for name in names}) != len(names):
        raise Hostile("two parts with one name")
    for member in members:
        _look_at_name(member.orig_filename)
        if stat.S_IFMT(member.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
            raise Hostile(f"a part that is no file: {member.filename[:60]}")
        if member.flag_bits & 0x1 or member.compress_type not in KINDS:
            raise Hostile(f"a part that is locked or packed in a strange way: {member.filename[:60]}")
    places = sorted((member.header_offset, member.compress_size) for member in members)
    if any(start + size > following for (start, size), (following, _) in pairwise(places)):
        raise Hostile("two parts in one place")
    for name in needed:
        if name not in names:
            raise Hostile(f"{name} is missing")


def _look_at_name(name: str) -> None:
    strange = name.startswith("/") or any(sign in name for sign in "\\:") or ".." in name.split("/")
    if strange or not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise Hostile(f"a part outside the file: {name[:60]!r}")


def _unpacked(package: zipfile.ZipFile, members: list[zipfile.ZipInfo], room: int) -> Iterator[tuple[str, bytes]]:
    for member in members:
        with package.open(member) as packed_part:
            part = packed_part.read(room + 1)  # never without a limit: a size that lies would unpack to gigabytes
        room -= len(part)
        if room < 0:
            raise TooLarge("it unpacks to more than it says")
        if not member.is_dir():
            yield member.filename, part


def _look_at_xml(parts: Mapping[str, bytes], most: int) -> None:
    tags = 0
    for name, part in parts.items():
        if not is_xml(name):
            continue
        part = part.removeprefix(b"\xef\xbb\xbf")
        declared = _ENCODING.match(part)
        plain = part.lstrip().startswith(b"<") and b"\0" not in part  # so no UTF-16, and no EBCDIC either
        if not plain or (declared and declared[1].lower() not in (b"utf-8", b"us-ascii")):
            raise Hostile(f"{name} is not UTF-8")
        if b"<!DOCTYPE" in part or b"<!ENTITY" in part:
            raise Hostile(f"{name} has a document type or entities")
        tags += part.count(b"<")
    if tags > most:
        raise TooLarge(f"more than {most} tags")
