"""Reads a finished docx the way a person does: its text, its tables, its header and footer."""

from __future__ import annotations

import io
import re
import zipfile

from lxml import etree

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def part(content: bytes, name: str = "word/document.xml") -> etree._Element:
    with zipfile.ZipFile(io.BytesIO(content)) as envelope:
        return etree.fromstring(envelope.read(name))


def text(content: bytes, name: str = "word/document.xml") -> str:
    """All words, one paragraph a line, with ordinary spaces."""
    lines = []
    for paragraph in part(content, name).iter(f"{W}p"):
        pieces = [
            "\n" if node.tag == f"{W}br" else "\t" if node.tag == f"{W}tab" else node.text or ""
            for node in paragraph.iter(f"{W}t", f"{W}br", f"{W}tab")
        ]
        lines.append("".join(pieces))
    return "\n".join(lines).replace("\u00a0", " ")


def headings(content: bytes) -> list[str]:
    """The titles of the numbered articles, in order."""
    found = []
    for paragraph in part(content).iter(f"{W}p"):
        style = paragraph.find(f"{W}pPr/{W}pStyle")
        if style is not None and style.get(f"{W}val") == "Heading1":
            found.append("".join(node.text or "" for node in paragraph.iter(f"{W}t")))
    return found


def shape(content: bytes) -> list[str]:
    """The elements of the document without their words: what a name must not be able to change."""
    return [re.sub(r"{.*}", "", str(node.tag)) for node in part(content).iter() if node.tag not in _INSIDE_A_RUN]


_INSIDE_A_RUN = {f"{W}t", f"{W}br", f"{W}tab", f"{W}r", f"{W}rPr", f"{W}b"}
