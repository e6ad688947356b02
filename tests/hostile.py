"""Files that somebody with bad intentions would send, made when they are needed: none of them lies in the repository.

    OF_TEMPLATES, OF_SHEETS, OF_PROOFS, OF_SCRIPTS, OF_DRAWINGS      what each is called -> what makes it

`python -m tests.hostile` tries each of them in a process of its own that has one second of the processor and 300 MB.
"""

from __future__ import annotations

import io
import json
import os
import resource
import signal
import struct
import sys
import tempfile
import zipfile
import zlib
from collections.abc import Callable, Iterator, Mapping
from functools import cache, partial
from pathlib import Path

from openpyxl import Workbook

from app import paper, sheets
from app.errors import Invalid, Refused

SECOND, MEMORY = 1.0, 300_000_000
Parts = dict[str, bytes]
Listed = list[tuple[str | zipfile.ZipInfo, bytes]]
Making = Callable[[], bytes]
RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
LAUGHS = '<!DOCTYPE l [<!ENTITY a "ha">' + "".join(
    f'<!ENTITY {one} "{f"&{before};" * 10}">' for before, one in zip("abcdefghi", "bcdefghij", strict=True)
) + "]>"  # fmt: skip
OUTSIDE = '<!DOCTYPE l [<!ENTITY a SYSTEM "file:///etc/passwd">]>'
PARAMETER = '<!DOCTYPE l [<!ENTITY % a SYSTEM "http://example.org/a.dtd"> %a;]>'
DOCTYPES = {
    "laughs": LAUGHS, "an entity from a file": OUTSIDE, "a parameter entity": PARAMETER, "a dtd": "<!DOCTYPE l>",
}  # fmt: skip


# -- packages ------------------------------------------------------------------------------------------------------


def unzipped(content: bytes) -> Parts:
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return {name: package.read(name) for name in package.namelist()}


def zipped(parts: Parts | Listed, kind: int = zipfile.ZIP_DEFLATED) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", kind) as package:
        for name, part in parts.items() if isinstance(parts, dict) else parts:
            package.writestr(name, part, kind)
    return target.getvalue()


def zeros(size: int) -> bytes:
    """A package of one part that unpacks to `size`."""
    return zipped({"word/media/a.png": bytes(size)})


def nested(depth: int = 5) -> bytes:
    """A package in a package in a package: each ten of the one before."""
    inner = zeros(1_000_000)
    for _ in range(depth):
        inner = zipped({f"word/media/{number}.zip": inner for number in range(10)})
    return inner


def lying(parts: Parts, size: int = 50_000_000) -> bytes:
    """The good parts and one of `size`, of which both the directory and the part itself say that it has ten bytes."""
    content = bytearray(zipped({**parts, "media/a.png": bytes(size)}))
    for said in (struct.pack("<L", size),):
        at = content.find(said)
        while at >= 0:
            content[at : at + 4] = struct.pack("<L", 10)
            at = content.find(said, at)
    return bytes(content)


def overlapping(parts: Parts, times: int = 150) -> bytes:
    """Many lines of the directory for one and the same part."""
    content = zipped({**parts, "media/a.png": bytes(100_000)})
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        directory, rows = package.start_dir, package.infolist()
    line = content[content.rindex(b"PK\x01\x02") : content.rindex(b"PK\x05\x06")]
    more = b"".join(line.replace(b"a.png", f"{number:03}.x".encode()) for number in range(times))
    whole = content[directory : content.rindex(b"PK\x05\x06")] + more
    count = len(rows) + times
    end = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(whole), directory, 0)
    return content[:directory] + whole + end


def many(parts: Parts, count: int) -> bytes:
    return zipped({**parts, **{f"media/{number}.x": b"" for number in range(count)}}, zipfile.ZIP_STORED)


def named(parts: Parts, name: str) -> bytes:
    """With a part of this name, whatever a writer of packages thinks of it."""
    stand_in = "@" * len(name.encode())
    return zipped({**parts, stand_in: b"x"}).replace(stand_in.encode(), name.encode())


def linked(parts: Parts, mode: int) -> bytes:
    """With a part that is a link or a device."""
    info = zipfile.ZipInfo("media/link.png")
    info.create_system, info.external_attr = 3, mode << 16
    return zipped([*parts.items(), (info, b"/etc/passwd")])


def locked(parts: Parts) -> bytes:
    content = bytearray(zipped(parts))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = content.find(mark)
        content[at + place] |= 1
    return bytes(content)


def packages(parts: Parts) -> dict[str, Making]:
    """What is wrong with a package, whatever it is a package of."""
    slips = {
        "up": "../../evil.xml", "absolute": "/etc/cron.d/evil", "a drive": "C:/evil.xml", "a share": "\\\\server\\evil",
        "backwards": "word\\..\\evil", "hidden in the middle": "word/../../evil", "a line": "word/a\nb",
        "too long": "a" * 5000,
    }  # fmt: skip
    return {
        "not a package": lambda: b"PK but nothing more",
        "cut off": lambda: zipped(parts)[:-200],
        "a bomb": lambda: zeros(50_000_000),
        "a bomb beside good parts": lambda: zipped({**parts, "media/a.png": bytes(50_000_000)}),
        "a bomb in a bomb": nested,
        "a size that lies": lambda: lying(parts),
        "parts in one place": lambda: overlapping(parts),
        "ten thousand parts": lambda: many(parts, 10_000),
        "a thousand parts": lambda: many(parts, 1000),
        "packed in a strange way": lambda: zipped(parts, zipfile.ZIP_BZIP2),
        "locked": lambda: locked(parts),
        "a symbolic link": lambda: linked(parts, 0o120777),
        "a device": lambda: linked(parts, 0o060666),
        "two parts with one name": lambda: named(parts, "[content_types].XML"),
        **{f"a name that slips: {why}": partial(named, parts, name) for why, name in slips.items()},
    }


def in_each_part(parts: Parts) -> dict[str, Making]:
    """Document types and entities in every part of XML, and bytes that hide them."""
    made: dict[str, Making] = {}
    for name in parts:
        if name.endswith((".xml", ".rels")):
            for why, doctype in DOCTYPES.items():
                made[f"{why} in {name}"] = partial(_with_doctype, parts, name, doctype)
            made[f"UTF-16 in {name}"] = partial(_recoded, parts, name, "utf-16")
            made[f"EBCDIC in {name}"] = partial(_recoded, parts, name, "cp037")
            made[f"deep in {name}"] = partial(_changed, parts, name, b"<a>" * 20_000)
    return made


def _with_doctype(parts: Parts, name: str, doctype: str) -> bytes:
    head, _, rest = parts[name].decode().rpartition("?>")
    return zipped({**parts, name: f"{head + '?>' if head else ''}{doctype}{rest}".encode()})


def _recoded(parts: Parts, name: str, coding: str) -> bytes:
    _, _, rest = parts[name].decode().rpartition("?>")
    return zipped({**parts, name: f'<?xml version="1.0" encoding="{coding}"?>{LAUGHS}{rest}'.encode(coding, "replace")})


def _changed(parts: Parts, name: str, content: bytes) -> bytes:
    return zipped({**parts, name: content})


def _with(parts: Parts, more: Parts) -> bytes:
    return zipped({**parts, **more})


def _replaced(parts: Parts, name: str, old: bytes, new: bytes) -> bytes:
    assert old in parts[name], (name, old)
    return zipped({**parts, name: parts[name].replace(old, new, 1)})


def _related(parts: Parts, rels: str, kind: str, target: str, mode: str = ' TargetMode="External"') -> bytes:
    line = f'<Relationship Id="rId99" Type="{RELATIONS}/{kind}" Target="{target}"{mode}/></Relationships>'
    return _replaced(parts, rels, b"</Relationships>", line.encode())


# -- templates -----------------------------------------------------------------------------------------------------


@cache
def template() -> Parts:
    return unzipped((paper.FOLDER / "rejection" / "nl.docx").read_bytes())


def saying(words: str) -> bytes:
    run = f"<w:body><w:p><w:r><w:t>{words}</w:t></w:r></w:p>".encode()
    return _replaced(template(), "word/document.xml", b"<w:body>", run)


def _templates() -> dict[str, Making]:
    parts, rels, types = template(), "word/_rels/document.xml.rels", "[Content_Types].xml"
    fields = ("DDEAUTO c:\\\\cmd.exe", 'INCLUDETEXT "/etc/passwd"', 'INCLUDEPICTURE "http://a.org"', "MACROBUTTON x")
    return {
        **packages(parts),
        **in_each_part(parts),
        "a million tags": lambda: _changed(parts, "word/styles.xml", b"<a>" + b"<b/>" * 1_000_000 + b"</a>"),
        "a macro": lambda: _with(parts, {"word/vbaProject.bin": b"\xd0\xcf"}),
        "a macro under another name": lambda: _related(parts, rels, "vbaProject", "harmless.xml", ""),
        "the content type of a docm": lambda: _replaced(
            parts, types, b"document.main+xml", b"document.macroEnabled.main+xml"
        ),
        "an embedded file": lambda: _with(parts, {"word/embeddings/sheet.xlsx": b"PK"}),
        **{
            f"a link to outside: {kind}": partial(_related, parts, rels, kind, target)
            for kind, target in (
                ("attachedTemplate", "file://server/t.dotm"), ("image", "https://example.org/p.png"),
                ("oleObject", "http://example.org/o"), ("hyperlink", "https://example.org"), ("subDocument", "file:///etc"),
            )
        },
        "an html chunk": lambda: _related(parts, rels, "aFChunk", "chunk.xml", ""),
        **{
            f"a field: {field.split()[0]}": partial(
                _replaced, parts, "word/document.xml", b"<w:body>",
                f"<w:body><w:p><w:r><w:instrText>{field}</w:instrText></w:r></w:p>".encode(),
            )
            for field in fields
        },
    }  # fmt: skip


ESCAPES = (
    "{{ tenant.__class__.__mro__ }}", "{{ ''.__class__ }}", "{{ tenant.full_name|attr('__class__') }}",
    "{{ tenant.full_name.format }}", "{{ '%s'|format(tenant) }}", "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__ }}", "{{ lipsum.__globals__ }}", "{{ config.SECRET_KEY }}", "{{ request }}",
    "{{ 'a' * 1000000000 }}", "{{ 10 ** 1000000000 }}", "{% for a in range(10 ** 9) %}{% endfor %}",
    "{% for a in range(1000000000) %}x{% endfor %}", "{% include '/etc/passwd' %}", "{% import 'os' as o %}",
    "{% extends 'x' %}", "{% macro m() %}{{ m() }}{% endmacro %}{{ m() }}", "{% set a = [] %}", "{% do 1 %}",
    "{% filter upper %}{% endfilter %}", "{% call x() %}{% endcall %}", "{% block b %}{% endblock %}", "{% raw %}x",
    "{{ tenants[0] }}", "{{ tenant['__class__'] }}", "{{ (lambda: 1)() }}", "{{ tenant.full_name|map('x') }}",
    "{{ tenants|join|length|sum }}", "{{ namespace() }}", "{{ joiner }}", "{{ dict(a=1) }}",
    "".join(f"{{% for a{n} in tenants %}}" for n in range(40)) + "x" + "{% endfor %}" * 40,
    "".join(f"{{% for b{n} in tenants %}}" for n in range(15)) + "x" + "{% endfor %}" * 15,
    "{% if tenant %}" * 300 + "x" + "{% endif %}" * 300,
    "{{ " + "not " * 20_000 + "tenant }}", "{{ " + "(" * 20_000 + "tenant" + ")" * 20_000 + " }}",
    "{{" * 50_000, "{# " * 50_000, "{{ tenant" + ".a" * 50_000 + " }}",
)  # fmt: skip
OF_TEMPLATES: Mapping[str, Making] = {
    **_templates(), **{f"an escape: {words[:40]}": partial(saying, words) for words in ESCAPES},
}  # fmt: skip


# -- spreadsheets --------------------------------------------------------------------------------------------------


@cache
def workbook() -> Parts:
    book = Workbook()
    book.active.append(["Naam", "Doel"])
    book.active.append(["Noor", "huur"])
    out = io.BytesIO()
    book.save(out)
    return unzipped(out.getvalue())


SHEET, STYLES = "xl/worksheets/sheet1.xml", "xl/styles.xml"


def _cells(rows: str) -> bytes:
    """The workbook with these rows in its sheet."""
    head = b'<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"><sheetData>'
    return _changed(workbook(), SHEET, head + rows.encode() + b"</sheetData></worksheet>")


def _two_books() -> Parts:
    """One that everybody sees, and one of a hundred thousand names that the list of kinds points to."""
    parts, name = workbook(), "xl/worksheets/book.xml"
    names = b"<definedNames>" + b'<definedName name="a">1</definedName>' * 100_000 + b"</definedNames>"
    return {
        **parts,
        "[Content_Types].xml": parts["[Content_Types].xml"].replace(b"/xl/workbook.xml", f"/{name}".encode()),
        name: parts["xl/workbook.xml"].replace(b"<definedNames />", names).replace(b"<definedNames/>", names),
        "xl/worksheets/_rels/book.xml.rels": parts["xl/_rels/workbook.xml.rels"],
    }


def _sheets() -> dict[str, Making]:
    parts, rels, types = workbook(), "xl/_rels/workbook.xml.rels", "[Content_Types].xml"
    return {
        **packages(parts),
        **in_each_part(parts),
        "a macro": lambda: _with(parts, {"xl/vbaProject.bin": b"\xd0\xcf"}),
        "the content type of an xlsm": lambda: _replaced(
            parts, types, b"sheet.main+xml", b"sheet.macroEnabled.main+xml"
        ),
        "an old macro sheet": lambda: _with(parts, {"xl/macrosheets/sheet1.xml": b"<x/>"}),
        "another workbook": lambda: _with(parts, {"xl/externalLinks/externalLink1.xml": b"<x/>"}),
        "a question to a database": lambda: _with(parts, {"xl/connections.xml": b"<connections/>"}),
        "a link to a workbook": lambda: _related(parts, rels, "externalLinkPath", "file://server/b.xlsx"),
        "a picture from outside": lambda: _related(parts, rels, "image", "https://example.org/p.png"),
        "an embedded object": lambda: _with(parts, {"xl/embeddings/oleObject1.bin": b"\xd0\xcf"}),
        "one line too many": lambda: _cells(
            ("<row>" + '<c t="inlineStr"><is><t>een tekst</t></is></c>' * 36 + "</row>") * (sheets.MOST_LINES + 2)
        ),
        "another book than the one that is looked at": lambda: zipped(_two_books()),
        "a row very far down": lambda: _cells('<row r="999999999999"><c r="A1" t="str"><v>x</v></c></row>'),
        "a million empty rows": lambda: _cells("<row/>" * 1_000_000),
        "rows up to the limit, each very wide": lambda: _cells('<row><c r="XFD1"/></row>' * 250_000),
        "as many cells as may be, and a fault at the end": lambda: _cells("<row>" + "<c/>" * 185_000 + "</row><x>"),
        "as many empty rows as may be": lambda: _cells("<row/>" * 49_000),
        "a column that does not exist": lambda: _cells('<row r="1"><c r="ZZZZZZ1"><v>1</v></c></row>'),
        "a number without an end": lambda: _cells(f'<row r="1"><c r="A1"><v>{"9" * 100_000}</v></c></row>'),
        "a cell of twenty megabytes": lambda: _cells(
            f'<row r="1"><c r="A1" t="inlineStr"><is><t>{"x" * 29_000_000}</t></is></c></row>'
        ),
        "a text that is not there": lambda: _cells('<row r="1"><c r="A1" t="s"><v>99999</v></c></row>'),
        "a hundred thousand styles": lambda: _replaced(
            parts, STYLES, b"</cellXfs>", b"<xf/>" * 100_000 + b"</cellXfs>"
        ),
        "thirty megabytes of empty cells": lambda: _cells("<row>" + "<c/>" * 1_100_000 + "</row>"),
        "a comma for every byte": lambda: b"," * 7_900_000,
        "a line end for every byte": lambda: b"\n" * 7_900_000,
        "a quotation mark for every byte": lambda: b'"' * 7_900_001,
        "one cell of eight megabytes": lambda: b"A;B\n" + b"x" * 7_900_000,
        "zero bytes": lambda: b"A;B\n\0;\0\n",
        "too many lines": lambda: b"A;B\n" + b"1;2\n" * 100_000,
        "a program": lambda: b"MZ\x90\0" + bytes(1000),
        "an old workbook": lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(5000),
    }  # fmt: skip


OF_SHEETS: Mapping[str, Making] = _sheets()


# -- proofs and signed copies --------------------------------------------------------------------------------------


def png(width: int = 2, height: int = 2, after: bytes = b"") -> bytes:
    def chunk(kind: bytes, body: bytes) -> bytes:
        return struct.pack(">L", len(body)) + kind + body + struct.pack(">L", zlib.crc32(kind + body))

    head = struct.pack(">2L5B", width, height, 8, 2, 0, 0, 0)
    pixels = zlib.compress((b"\0" + b"\xff" * 3 * 2) * 2)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", pixels) + chunk(b"IEND", b"") + after


def jpeg(width: int = 2, height: int = 2) -> bytes:
    frame = struct.pack(">BHHB", 8, height, width, 1) + b"\x01\x11\0"
    head = b"\xff\xd8\xff\xe0\0\x10JFIF\0\1\1\0\0\1\0\1\0\0\xff\xc0"
    return head + struct.pack(">H", len(frame) + 2) + frame + b"\xff\xd9"


def pdf(inside: bytes = b"") -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog " + inside + b" >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"


OF_PROOFS: Mapping[str, Making] = {
    "nothing": lambda: b"",
    "a program": lambda: b"MZ\x90\0" + bytes(1000),
    "a page": lambda: b"<!doctype html><script>alert(1)</script>",
    "a drawing with a script": lambda: b'<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>',
    "a workbook": lambda: zipped(workbook()),
    "a picture of a kind we do not keep": lambda: b"GIF89a" + bytes(100),
    "a page before the PDF": lambda: b"<script>1</script>" + pdf(),
    "a PDF with a script": lambda: pdf(b"/OpenAction << /S /JavaScript /JS (app.alert(1)) >>"),
    "a PDF with a script in disguise": lambda: pdf(b"/OpenAction << /S /J#61vaScript /JS (1) >>"),
    "a PDF that starts a program": lambda: pdf(b"/OpenAction << /S /Launch /F (cmd.exe) >>"),
    "a PDF with a script that is packed": lambda: (
        b"%PDF-1.7\n1 0 obj\n<< /Type /ObjStm /N 1 /Filter /FlateDecode >>\nstream\n"
        + zlib.compress(b"<< /S /JavaScript /JS (app.alert(1)) >>") + b"\nendstream\n%%EOF"
    ),
    "a PDF with a million lists": lambda: pdf(b"/ObjStm " * 1_000_000),
    "a PDF with lists that are bombs": lambda: pdf(
        (b"<< /Type /ObjStm >>\nstream\n" + zlib.compress(bytes(1_000_000)) + b"\nendstream\n") * 999
    ),
    "a PDF in which every sign is spelt out": lambda: pdf(b"#41" * 3_000_000 + b"/#4Aava#53cript"),
    "a PDF with a film": lambda: pdf(b"/Subtype /RichMedia"),
    "a picture of a hundred thousand by a hundred thousand": lambda: png(100_000, 100_000),
    "a photo of sixty-five thousand by sixty-five thousand": lambda: jpeg(65_000, 65_000),
    "a picture without a size": lambda: png(0, 2),
    "a picture that is a package too": lambda: png(after=zipped(workbook())),
    "a picture that is a page too": lambda: png(after=b"<script>1</script>"),
    "a picture that is cut off": lambda: png()[:40],
    "only the beginning of a picture": lambda: b"\x89PNG\r\n\x1a\n" + b"<script>1</script>",
    "a picture of a million pieces": lambda: png()[:33] + b"\0\0\0\0tEXt\0\0\0\0" * 800_000,
    "only the beginning of a photo": lambda: b"\xff\xd8\xff<script>1</script>",
    "a photo of a million pieces": lambda: b"\xff\xd8" + b"\xff\xe0\0\x02" * 2_000_000,
}


# -- rehearsals ----------------------------------------------------------------------------------------------------

OF_SCRIPTS: Mapping[str, Making] = {
    "an object": lambda: b"about: !!python/object/apply:os.system ['true']",
    "an import": lambda: b"about: !!python/module:os",
    "a file": lambda: b"about: !include /etc/passwd",
    "a tag by its whole name": lambda: b"about: !<tag:yaml.org,2002:python/name:os.system> x",
    "laughs": lambda: b"a: &a [x,x]\n" + b"".join(
        b"%c: &%c [*%c,*%c]\n" % (one, one, one - 1, one - 1) for one in range(ord("b"), ord("z"))
    ),
    "an anchor that holds itself": lambda: b"about: &a [*a]",
    "a merge": lambda: b"about: &a {b: c}\nd: {<<: *a}",
    **{f"{sign!r} as often as may be": partial(bytes.__mul__, sign, 39_000 // len(sign)) for sign in
       (b"[", b"{", b"- ", b"? ", b"a: ", b"'", b"|\n", b"[a,", b"a\n")},
    "as many names as may be": lambda: b"about: [" + b"a," * 19_000,
    "as many lines as may be": lambda: b"".join(b"a%d: b\n" % number for number in range(4000)) + b"]",
    "two hundred thousand brackets": lambda: b"[" * 199_000,
    "two hundred thousand braces": lambda: b"{" * 199_000,
    "two hundred thousand dashes": lambda: b"- " * 99_000,
    "two hundred thousand questions": lambda: b"? " * 99_000,
    "a hundred thousand names": lambda: b"about: [" + b"a," * 99_000 + b"]",
    "a very long line": lambda: b"about: " + b"x" * 199_000 + b"\n\t-",
    "quotes without an end": lambda: b'about: "' + b"x\n" * 90_000,
    "too large": lambda: b"#" * 1_000_000,
    "not text": lambda: b"about: \xff\xfe",
    "zero bytes": lambda: b"about: \0",
}  # fmt: skip


# -- drawings ------------------------------------------------------------------------------------------------------


def drawing(inside: str = "", head: str = "") -> bytes:
    return (
        f'<?xml version="1.0" encoding="UTF-8"?>{head}'
        '<bpmn:definitions xmlns:bpmn="http://www.omg.org/spec/BPMN/20100524/MODEL" '
        'xmlns:s="http://spiffworkflow.org/bpmn/schema/1.0/core">'
        f'<bpmn:process id="p" name="p" isExecutable="true">{inside}</bpmn:process></bpmn:definitions>'
    ).encode()


def asking(condition: str) -> bytes:
    flow = f'<bpmn:conditionExpression>{condition}</bpmn:conditionExpression>'
    return drawing(
        '<bpmn:startEvent id="s"/><bpmn:exclusiveGateway id="g" default="d"/><bpmn:endEvent id="e"/>'
        '<bpmn:sequenceFlow id="a" sourceRef="s" targetRef="g"/>'
        f'<bpmn:sequenceFlow id="b" sourceRef="g" targetRef="e">{flow}</bpmn:sequenceFlow>'
        '<bpmn:sequenceFlow id="d" sourceRef="g" targetRef="e"/>'
    )


def deciding(cell: str) -> bytes:
    return (
        '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d">'
        '<decision id="d"><decisionTable id="t">'
        '<input id="i"><inputExpression id="x"><text>count</text></inputExpression></input><output id="o" name="told"/>'
        f'<rule id="r"><inputEntry id="c"><text>{cell}</text></inputEntry>'
        '<outputEntry id="u"><text>"x"</text></outputEntry></rule></decisionTable></decision></definitions>'
    ).encode()


EXPRESSIONS = (
    "().__class__.__bases__[0].__subclasses__()", "__import__('os').system('true')", "open('/etc/passwd').read()",
    "count.__class__", "getattr(count, 'x')", "[x for x in (1, 2)]", "(lambda: 1)()", "9 ** 9 ** 9", "'a' * 1000000000",
    "1 &lt;&lt; 100000000", "eval('1')", "exec('1')", "globals()", "count if count else 1", "{**{}}", "f'{count}'",
    "date and time(\"2026-01-01\")", "for x in 1..1000000000 return x", "some x in [1] satisfies true",
    "function(x) external {java: {class: \"java.lang.Runtime\"}}", "count[1]", "(" * 400, "not " * 120 + "count",
)  # fmt: skip
OF_DRAWINGS: Mapping[str, Making] = {
    **{f"{why} in a drawing": partial(drawing, "", doctype) for why, doctype in DOCTYPES.items()},
    "a drawing in UTF-16": lambda: drawing("", LAUGHS).decode().encode("utf-16"),
    "a drawing in EBCDIC": lambda: drawing("", LAUGHS).decode().encode("cp037", "replace"),
    "a script": lambda: drawing('<bpmn:scriptTask id="x"><bpmn:script>import os</bpmn:script></bpmn:scriptTask>'),
    "a drawing of events without a flow": lambda: drawing("".join(f'<bpmn:userTask id="e{n}"/>' for n in range(9900))),
    "a drawing of lanes": lambda: drawing(
        '<bpmn:laneSet id="l">'
        + '<bpmn:lane id="x"><bpmn:flowNodeRef>e</bpmn:flowNodeRef></bpmn:lane>' * 2400
        + "</bpmn:laneSet>"
    ),
    "a drawing of a million elements": lambda: drawing("<bpmn:endEvent/>" * 290_000),
    "a drawing as large as may be": lambda: drawing(
        "".join(
            f'<bpmn:endEvent id="e{n}"/><bpmn:sequenceFlow id="f{n}" sourceRef="e{n}" targetRef="e0"/>'
            for n in range(4900)
        )
    ),
    "a drawing that is very deep": lambda: drawing("<bpmn:process>" * 9_000),
    "a name of four megabytes": lambda: drawing(f'<bpmn:endEvent id="{"x" * 4_000_000}"/>'),
    "another namespace": lambda: b'<x xmlns="http://example.org"/>',
    "an instruction to a program": lambda: b'<?xml-stylesheet href="file:///etc/passwd"?><x/>',
    "a file from elsewhere": lambda: drawing(
        '<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="/etc/passwd"/>'
    ),
    **{f"a condition: {one[:40]}": partial(asking, one) for one in EXPRESSIONS},
    **{f"a cell: {one[:40]}": partial(deciding, one) for one in EXPRESSIONS},
}  # fmt: skip


# -- tried within limits -------------------------------------------------------------------------------------------


def refuse_template(content: bytes) -> str:
    from app.rules import facts
    from tests.paper import samples

    with tempfile.TemporaryDirectory() as name:
        (folder := Path(name) / "rejection").mkdir()
        (folder / "nl.docx").write_bytes(content)
        try:
            paper.words("rejection", "nl", Path(name))
            paper.fill("rejection", "nl", facts.for_document("rejection", samples.WHOLE), Path(name))
        except Refused as refused:
            return f"{refused.code}: {refused.params.get('detail', refused.params.get('name', ''))}"
    return ""


def refuse_sheet(content: bytes) -> str:
    try:
        sheets.read(content)
    except Invalid as refused:
        return refused.faults[0].code
    return ""


def refuse_proof(content: bytes) -> str:
    from app import scans

    try:
        return "" if scans.kind_of(content) else "not_a_proof"
    except Invalid as refused:
        return refused.faults[0].code
    return ""


def refuse_script(content: bytes) -> str:
    from app.rehearsal.script import read_script

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "hostile.yaml"
        path.write_bytes(content)
        try:
            read_script(path, {})
        except Refused as refused:
            return str(refused.params["reason"])
    return ""


def refuse_drawing(content: bytes) -> str:
    from app.engine import library

    with tempfile.TemporaryDirectory() as folder:
        ending = "dmn" if b"DMN" in content[:200] else "bpmn"
        (Path(folder) / f"hostile.{ending}").write_bytes(content)
        try:
            library.read(Path(folder), lanes=(), facts={"count"}, deadlines=(), orders={})
        except library.BrokenDrawings as refused:
            return "\n".join(map(str, refused.faults[:5]))
    return ""


KINDS: Mapping[str, tuple[Mapping[str, Making], Callable[[bytes], str]]] = {
    "template": (OF_TEMPLATES, refuse_template),
    "sheet": (OF_SHEETS, refuse_sheet),
    "proof": (OF_PROOFS, refuse_proof),
    "script": (OF_SCRIPTS, refuse_script),
    "drawing": (OF_DRAWINGS, refuse_drawing),
}


def within_limits(refuse: Callable[[bytes], str], content: bytes) -> str:
    """How a process that may use one second and 300 MB refused it; what became of that process when it did not."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        signal.setitimer(signal.ITIMER_PROF, SECOND)  # of the processor, not of the clock
        try:
            said = refuse(content) or "nothing was refused"
        except BaseException as fault:
            said = f"it broke: {type(fault).__name__}: {fault}"[:300]
        os.write(writing, said[:4000].encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode(errors="replace")
    _, status = os.waitpid(child, 0)
    return said if status == 0 else f"it was stopped by signal {os.WTERMSIG(status)}"


def tried(kind: str) -> Iterator[tuple[str, str]]:
    """Each file of this kind, and how it was refused."""
    cases, refuse = KINDS[kind]
    refuse(b"")  # what is imported when it is first needed is imported
    for name, make in cases.items():
        yield name, within_limits(refuse, make())


if __name__ == "__main__":
    print(json.dumps({kind: dict(tried(kind)) for kind in sys.argv[1:] or KINDS}))
