"""Spreadsheets, in and out: CSV and XLSX as rows of text and days; never what a column means.

A file comes from somebody's own computer, so nothing in it is trusted: no macros run, no formula is worked out, and
what would unpack to more than a spreadsheet of this kind has is refused before it is opened.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any, Final

from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter

from app.errors import Fault, Invalid

Cell = str | date
MOST_LINES: Final = 5_000
MOST_COLUMNS: Final = 200
LONGEST_CELL: Final = 5_000
LARGEST_FILE: Final = 8_000_000
MOST_MEMBERS: Final = 500
LARGEST_UNPACKED: Final = 100_000_000
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

    Raises Invalid on the field `file`: sheet_too_large (megabytes), not_a_sheet, sheet_is_empty, sheet_too_long (max).
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
    """With semicolons and a mark that says UTF-8: so a Dutch Excel opens it in columns."""
    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(rows)
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
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _of_csv(content: bytes) -> Iterator[tuple[Cell, ...]]:
    if b"\0" in content:
        raise _refused("not_a_sheet")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        text = content.decode("cp1252", errors="replace")
    first = next((line for line in text.splitlines() if line.strip()), "")
    mark = max(";,\t", key=first.count)
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=mark, strict=True):
            yield tuple(_shortened(cell.strip()) for cell in row[:MOST_COLUMNS])
    except csv.Error as fault:
        raise _refused("not_a_sheet") from fault


def _of_xlsx(content: bytes) -> Iterator[tuple[Cell, ...]]:
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as package:
            members = package.infolist()
        if len(members) > MOST_MEMBERS or sum(member.file_size for member in members) > LARGEST_UNPACKED:
            raise _refused("not_a_sheet")
        book = load_workbook(io.BytesIO(content), read_only=True, data_only=True, keep_links=False)
        for row in book.worksheets[0].iter_rows(values_only=True):
            yield tuple(_cell(value) for value in row[:MOST_COLUMNS])
    except Invalid:
        raise
    except Exception as fault:  # a broken package raises whatever the part that broke raises
        raise _refused("not_a_sheet") from fault


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


def _shortened(text: str) -> str:
    """One letter more than may be, so that what reads it still sees that it is too long."""
    return text[: LONGEST_CELL + 1]


def _refused(code: str, **params: Any) -> Invalid:
    return Invalid(faults=[Fault("file", code, params)])
