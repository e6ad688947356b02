"""The scans and photos that people put in: PDF, PNG or JPEG by what they are; never opened, drawn or unpacked here.

They are handed out again as they came, and always as a download. What would run something on the computer of who opens
it, or ask for gigabytes there, is refused.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from app.errors import Fault, Invalid

MOST_PIXELS: Final = 250_000_000  # the largest camera in a telephone takes two hundred million
MOST_PIECES: Final = 20_000
MOST_LISTS: Final = 1000  # of objects in a PDF
LONGEST_LIST: Final = 200_000  # bytes of one as it is packed
LARGEST_UNPACKED: Final = 10_000_000  # of all of them
PNG_START: Final = b"\x89PNG\r\n\x1a\n"

_WORDS: Final = (b"JavaScript", b"Launch", b"RichMedia", b"ImportData", b"XFA")
# In the name of a thing in a PDF each letter may be written as itself or as its number: #4a is J.
_SPELT = (b"".join(b"(?:%c|(?i:#%02x))" % (letter, letter) for letter in word) for word in _WORDS)
_RUNS = re.compile(b"/(?:" + b"|".join(_SPELT) + b")(?![A-Za-z0-9#])")
_LIST, _BEGINS = re.compile(rb"/ObjStm\b"), re.compile(rb"[^\0]{0,400}?>>\s{0,4}stream\r?\n")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of file that people may put in: how its name ends, what it is, and how its content begins."""

    ending: str
    media_type: str
    begins: bytes


# Scans and photos: nothing that a browser or an office program would carry out.
KINDS = (
    Kind("pdf", "application/pdf", b"%PDF-"),
    Kind("png", "image/png", PNG_START),
    Kind("jpg", "image/jpeg", b"\xff\xd8\xff"),
)


def kind_of(content: bytes) -> Kind | None:
    """What a file is by what stands in it, whatever it is called; None when it is nothing that we keep.

    Raises Invalid on the field `file`: scan_is_active, scan_is_damaged, picture_too_large (millions).
    """
    kind = next((kind for kind in KINDS if content.startswith(kind.begins)), None)
    match kind.ending if kind else "":
        case "pdf":
            _refuse_active(content)
        case "png":
            _refuse_large(_size_of_png(content))
        case "jpg":
            _refuse_large(_size_of_jpeg(content))
    return kind


def _refuse_active(pdf: bytes) -> None:
    """A script, a program or a film in it, plainly or in the packed lists of its objects; not in a locked one."""
    if any(_RUNS.search(part) for part in (pdf, *_lists_of_objects(pdf))):
        raise _refused("scan_is_active")


def _lists_of_objects(pdf: bytes) -> Iterator[bytes]:
    room = LARGEST_UNPACKED
    for number, found in enumerate(_LIST.finditer(pdf)):
        if number == MOST_LISTS or room <= 0:
            raise _refused("scan_is_active")  # more than a scan has: nobody knows what is in the others
        begins = _BEGINS.match(pdf, found.end())
        if begins is None:
            continue
        start, furthest = begins.end(), begins.end() + LONGEST_LIST
        end = pdf.find(b"endstream", start, furthest)
        try:
            part = zlib.decompressobj().decompress(pdf[start : end if end >= 0 else furthest], room)
        except zlib.error:
            continue
        room -= len(part)
        yield part


def _size_of_png(content: bytes) -> tuple[int, int]:
    """Width and height; nothing may stand behind the last chunk, so that the file is a picture and nothing else."""
    at, size = len(PNG_START), (0, 0)
    for number in range(MOST_PIECES):
        length, kind = int.from_bytes(content[at : at + 4]), content[at + 4 : at + 8]
        if number == 0:
            if kind != b"IHDR" or length != 13:
                break
            size = int.from_bytes(content[at + 8 : at + 12]), int.from_bytes(content[at + 12 : at + 16])
        at += 12 + length
        if at > len(content):
            break
        if kind == b"IEND":
            if at != len(content):
                break
            return size
    raise _refused("scan_is_damaged")


def _size_of_jpeg(content: bytes) -> tuple[int, int]:
    """Width and height. Telephones write more pictures behind the first one, so what follows is left alone."""
    at = 2
    for _ in range(MOST_PIECES):
        if content[at : at + 1] != b"\xff" or at + 9 > len(content):
            break
        marker, length = content[at + 1], int.from_bytes(content[at + 2 : at + 4])
        if marker == 0xFF:  # filling
            at += 1
        elif 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        else:
            at += 2 + length
    raise _refused("scan_is_damaged")


def _refuse_large(size: tuple[int, int]) -> None:
    pixels = size[0] * size[1]
    if not pixels:
        raise _refused("scan_is_damaged")
    if pixels > MOST_PIXELS:
        raise _refused("picture_too_large", millions=MOST_PIXELS // 1_000_000)


def _refused(code: str, **params: int) -> Invalid:
    return Invalid(faults=[Fault("file", code, dict(params))])
