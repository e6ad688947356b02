"""Spreadsheets, in and out: CSV and XLSX as rows of text and days; never what a column means.

A file comes from somebody's own computer, so nothing in it is trusted: macros and links to other files are refused, no
formula is worked out, and what would unpack to more than a spreadsheet of this kind has is refused before it is
opened. What goes out is text as well: a spreadsheet program takes none of it for a formula.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.errors import Fault, Invalid
from app.packages import Active, Hostile, Limits, TooLarge, is_xml, packed, read_xml, refuse_active, unpack

Cell = str | date
MOST_LINES: Final = 5_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 5_000
LARGEST_FILE: Final = 8_000_000
MOST_ROWS: Final = 50_000  # with the empty ones and those within a cell
MOST_MARKS: Final = 20_000  # commas, semicolons or tabs in one line
LIMITS: Final = Limits(members=500, unpacked=30_000_000, tags=1_200_000)
MOST_TAGS_BESIDE: Final = 30_000  # in all parts that hold no cells: styles, settings, names
MOST_CELLS: Final = 190_000  # 5,000 lines with every column of a take-over
ROW, CELL = re.compile(rb"<(?:[\w.-]+:)?row[\s/>]"), re.compile(rb"<(?:[\w.-]+:)?c[\s/>]")
WITH_CELLS: Final = ("xl/worksheets/", "xl/sharedStrings.xml")
LINKS: Final = frozenset({"hyperlink"})  # Excel makes one of every e-mail address, and nobody here follows it
FORMULA: Final = re.compile(r"[=+\-@\t\r\n＝＋－＠]")  # how a cell begins that a spreadsheet program would work out
XLSX: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the file. `number` is the one a spreadsheet program shows beside it."""

    number: int
    cells: tuple[Cell, ...]


@dataclass(frozen=True, slots=True)
class Sheet:
    """The headings, and the rows below them that have anything in them."""

    head: Line
    lines: list[Line]


def read(content: bytes) -> Sheet:
    """The first sheet of an XLSX file, or a CSV file with commas, semicolons or tabs in UTF-8 or Windows-1252.

    Raises Invalid on the field `file`: sheet_too_large (megabytes), not_a_sheet, sheet_is_empty, sheet_too_long (max),
    sheet_unpacks_too_large, sheet_is_active.
    """
    if len(content) > LARGEST_FILE:
        raise _refused("sheet_too_large", megabytes=LARGEST_FILE // 1_000_000)
    rows = _of_xlsx(content) if content.startswith(b"PK") else _of_csv(content)
    said = (Line(number, cells) for number, cells in enumerate(rows, start=1) if any(cells))
    head = next(said, None)
    lines: list[Line] = []
    for line in said:
        lines.append(line)
        if len(lines) > MOST_LINES:
            raise _refused("sheet_too_long", max=MOST_LINES)
    if head is None or not lines:
        raise _refused("sheet_is_empty")
    return Sheet(head, lines)


def as_csv(rows: Iterable[Sequence[str]]) -> bytes:
    """With semicolons and a mark that says UTF-8: so a Dutch Excel opens it in columns.

    A quotation mark goes in front of what would be a formula; `read` takes it away again.
    """
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";", lineterminator="\r\n")
    writer.writerows([f"'{cell}" if FORMULA.match(cell) else cell for cell in row] for row in rows)
    return out.getvalue().encode("utf-8-sig")


def as_xlsx(sheets: Sequence[tuple[str, Sequence[Sequence[Cell | float]]]]) -> bytes:
    """One sheet per (title, rows); the first row of each is its heading. Days are written the Dutch way."""
    book = Workbook()
    book.remove(book.active)
    for title, rows in sheets:
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(list(row))
        for cell in sheet[1]:
            cell.font, cell.alignment = Font(bold=True), Alignment(wrap_text=True, vertical="top")
        sheet.freeze_panes = "A2"
        for number, column in enumerate(zip(*rows, strict=False), start=1):
            widest = max(len(str(value)) for value in column)
            sheet.column_dimensions[get_column_letter(number)].width = min(max(12, widest + 2), 60)
        for cells in sheet.iter_rows(min_row=2):
            for cell in cells:
                if isinstance(cell.value, date):
                    cell.number_format = "D-M-YYYY"
                elif isinstance(cell.value, str):
                    cell.data_type = "s"  # the library takes what begins with = for a formula
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _of_csv(content: bytes) -> Iterator[tuple[Cell, ...]]:
    if b"\0" in content:
        raise _refused("not_a_sheet")
    lines = content.splitlines()
    if len(lines) > MOST_ROWS:
        raise _refused("sheet_too_long", max=MOST_LINES)
    if any(len(line) > MOST_MARKS and sum(map(line.count, (b";", b",", b"\t"))) > MOST_MARKS for line in lines):
        raise _refused("not_a_sheet")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";,\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            yield tuple(_shortened(_bare(cell.strip())) for cell in row[:MOST_COLUMNS])
    except csv.Error as fault:
        raise _refused("not_a_sheet") from fault


def _of_xlsx(content: bytes) -> Iterator[tuple[Cell, ...]]:
    """The rows up to MOST_ROWS; what a file says stands further down is not believed."""
    try:
        parts = unpack(content, LIMITS, ("[Content_Types].xml", "xl/workbook.xml", "xl/_rels/workbook.xml.rels"))
        refuse_active(parts, LINKS)
        first = _looked_at(parts)
        book = load_workbook(io.BytesIO(packed(parts)), read_only=True, data_only=True, keep_links=False)
        page = book.worksheets[0]
        if page._worksheet_path != first:  # a book of which two readers see different first sheets
            raise Hostile("two first sheets")
        for row in page.iter_rows(values_only=True, max_row=MOST_ROWS, max_col=MOST_COLUMNS):
            filled = max((number for number, value in enumerate(row, start=1) if value is not None), default=0)
            yield tuple(_cell(value) for value in row[:filled])
    except Invalid:
        raise
    except Active as fault:
        raise _refused("sheet_is_active") from fault
    except TooLarge as fault:
        raise _refused("sheet_unpacks_too_large") from fault
    except Exception as fault:  # a broken package raises whatever the part that broke raises
        raise _refused("not_a_sheet") from fault


def _looked_at(parts: Mapping[str, bytes]) -> str:
    """The name of the first sheet. Raises Hostile: no XML, or more than a list holds, which would be slow to read."""
    trees = {name: read_xml(name, part) for name, part in parts.items() if is_xml(name)}
    first, beside = _first_sheet(trees), [name for name in trees if not name.startswith(WITH_CELLS)]
    if sum(parts[name].count(b"<") for name in beside) > MOST_TAGS_BESIDE:
        raise TooLarge("more than a list needs beside its cells")
    if len(ROW.findall(parts[first])) > MOST_ROWS or len(CELL.findall(parts[first])) > MOST_CELLS:
        raise TooLarge("more than a list holds")
    said = 0
    for row in trees[first].iter("{*}row"):
        said += any(value.text for value in row.iter("{*}v", "{*}t"))
        if said > MOST_LINES + 1:  # one of them has the headings
            raise _refused("sheet_too_long", max=MOST_LINES)
    return first


def _first_sheet(trees: Mapping[str, Any]) -> str:
    """The name of the part with the cells of the first sheet of the one book. Raises LookupError or StopIteration."""
    kinds = trees["[Content_Types].xml"].iter("{*}Override")
    if [one.get("PartName") for one in kinds if "sheet.main" in one.get("ContentType", "")] != ["/xl/workbook.xml"]:
        raise KeyError("no book, or several")
    links = {link.get("Id"): link for link in trees["xl/_rels/workbook.xml.rels"].iter("{*}Relationship")}
    for sheet in trees["xl/workbook.xml"].iter("{*}sheet"):
        link = next(links[value] for name, value in sheet.attrib.items() if name.endswith("}id"))
        if link.get("Type").endswith("/worksheet"):
            target: str = link.get("Target")
            return target.removeprefix("/") if target.startswith("/") else f"xl/{target}"
    raise KeyError("no sheet")


def _cell(value: Any) -> Cell:
    match value:
        case None:
            return ""
        case bool():
            return "ja" if value else "nee"
        case datetime():
            return value.date()
        case date():
            return value
        case time():
            return value.isoformat("minutes")
        case float() if not value.is_integer():
            return f"{value:.2f}"
        case float():
            return str(int(value))
    return _shortened(str(value).strip())


def _bare(text: str) -> str:
    """Without the quotation mark that says that no formula follows."""
    return text[1:] if text.startswith("'") and FORMULA.match(text[1:]) else text


def _shortened(text: str) -> str:
    """One letter more than may be, so that what reads it still sees that it is too long."""
    return text[: LONGEST_CELL + 1]


def _refused(code: str, **params: Any) -> Invalid:
    return Invalid(faults=[Fault("file", code, params)])
