"""Spreadsheets as they come from somebody's own computer: every spelling is read, and nothing in them is trusted."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime

import pytest
from openpyxl import Workbook, load_workbook

from app import sheets
from app.errors import Invalid
from tests import hostile


def code(content: bytes) -> str:
    with pytest.raises(Invalid) as refused:
        sheets.read(content)
    (fault,) = refused.value.faults
    assert fault.field == "file"
    return fault.code


@pytest.mark.parametrize("mark", [";", ",", "\t"])
@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252"])
def test_csv_is_read_with_any_mark_in_any_usual_charset(mark: str, charset: str) -> None:
    text = f'Naam{mark}Doel\r\n"Zoë, {mark} & Co"{mark}"één\nen twee"\r\n'
    sheet = sheets.read(text.encode(charset))
    assert sheet.head.cells == ("Naam", "Doel")
    assert sheet.lines[0].cells == (f"Zoë, {mark} & Co", "één\nen twee")


def test_lines_have_the_number_a_spreadsheet_program_shows() -> None:
    sheet = sheets.read(b'\r\nA;B\r\n1;"a\nb"\r\n;\r\n2;x\r\n')
    assert (sheet.head.number, [line.number for line in sheet.lines]) == (2, [3, 5])


def test_real_days_and_numbers_of_a_workbook_are_read() -> None:
    book = Workbook()
    page = book.active
    page.append(["Dag", "Moment", "Huur", "Heel", "Ja", "Tekst"])
    page.append([date(2027, 5, 31), datetime(2027, 5, 31, 0, 0), 612.5, 600.0, True, "  31-5-2027 "])  # noqa: DTZ001
    out = io.BytesIO()
    book.save(out)
    (line,) = sheets.read(out.getvalue()).lines
    assert line.cells[:6] == (date(2027, 5, 31), date(2027, 5, 31), "612.50", "600", "ja", "31-5-2027")


def test_a_formula_is_not_worked_out() -> None:
    book = Workbook()
    book.active.append(["A", "B"])
    book.active.append(["=1+1", "x"])
    out = io.BytesIO()
    book.save(out)
    assert sheets.read(out.getvalue()).lines[0].cells[0] == ""


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "sheet_is_empty"),
        (b"A;B\n", "sheet_is_empty"),
        (b"PK\x03\x04 nothing of the kind", "not_a_sheet"),
        (b"\xd0\xcf\x11\xe0\x00\x00 an old or locked workbook", "not_a_sheet"),
        (b'A;B\n"never closed;x\n', "not_a_sheet"),
        (b"A;B\n" + b"1;2\n" * (sheets.MOST_LINES + 1), "sheet_too_long"),
        (b"x" * (sheets.LARGEST_FILE + 1), "sheet_too_large"),
    ],
)
def test_what_is_no_spreadsheet_is_refused(content: bytes, said: str) -> None:
    assert code(content) == said


def test_a_package_that_unpacks_to_far_more_is_not_opened() -> None:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("xl/worksheets/sheet1.xml", b"0" * (sheets.LIMITS.unpacked + 1))
    assert len(out.getvalue()) < sheets.LARGEST_FILE
    assert code(out.getvalue()) == "sheet_unpacks_too_large"


def test_an_entity_is_not_followed() -> None:
    book = Workbook()
    book.active.append(["A"])
    book.active.append(["x"])
    made, out = io.BytesIO(), io.BytesIO()
    book.save(made)
    with zipfile.ZipFile(made) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            part = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                part = b'<!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/hostname">]>' + part.replace(b"<v>", b"<v>&e;")
            new.writestr(name, part)
    assert code(out.getvalue()) == "not_a_sheet"


def test_what_is_written_is_read_back() -> None:
    rows = [["Naam", "Dag"], ["Zoë; met een puntkomma", date(2027, 5, 31)]]
    book = sheets.as_xlsx([("Trajecten", rows), ("Uitleg", [["Kolom"], ["Naam"]])])
    assert load_workbook(io.BytesIO(book)).sheetnames == ["Trajecten", "Uitleg"]
    assert sheets.read(book).lines[0].cells == ("Zoë; met een puntkomma", date(2027, 5, 31))
    text = sheets.as_csv([["Naam", "Dag"], ["Zoë; met een puntkomma", "31-5-2027"]])
    assert sheets.read(text).lines[0].cells == ("Zoë; met een puntkomma", "31-5-2027")


FORMULAS = ["=1+1", "+31 6 00000000", "-2", "@SUM(A1)", "\t=1", "=HYPERLINK(\"http://example.org\")", "＝1+1"]


@pytest.mark.parametrize("cell", FORMULAS)
def test_what_leaves_is_text_and_no_formula_and_comes_back_as_it_was(cell: str) -> None:
    rows = [["Naam", "Doel"], [cell, "x"]]
    assert sheets.as_csv(rows).decode("utf-8-sig").splitlines()[1].lstrip('"').startswith("'")
    assert sheets.read(sheets.as_csv(rows)).lines[0].cells == (cell.strip(), "x") or cell.startswith("\t")
    book = sheets.as_xlsx([("Trajecten", rows)])
    written = load_workbook(io.BytesIO(book)).active["A2"]
    assert (written.data_type, written.value) == ("s", cell)
    assert sheets.read(book).lines[0].cells == (cell.strip(), "x")


def test_a_link_behind_an_address_is_no_reason_to_refuse_a_workbook() -> None:
    book = Workbook()
    book.active.append(["Naam", "E-mail"])
    book.active.append(["Noor", "noor@example.org"])
    book.active["B2"].hyperlink = "mailto:noor@example.org"
    out = io.BytesIO()
    book.save(out)
    assert sheets.read(out.getvalue()).lines[0].cells == ("Noor", "noor@example.org")


def test_a_workbook_is_read_as_excel_writes_it_with_another_sheet_behind_it() -> None:
    book = sheets.as_xlsx([("Trajecten", [["Naam"], ["Noor"]]), ("Rest", [["x"]] * (sheets.MOST_LINES + 10))])
    parts = hostile.unzipped(book)
    rels = "xl/_rels/workbook.xml.rels"
    parts[rels] = parts[rels].replace(b'"/xl/', b'"')  # Excel names them from where the book is
    parts["xl/printerSettings/printerSettings1.bin"] = b"what Excel puts in by itself"
    assert [line.cells for line in sheets.read(hostile.zipped(parts)).lines] == [("Noor",)]


def test_a_list_is_read_and_the_largest_has_room() -> None:
    out = io.BytesIO()
    book = Workbook(write_only=True)
    page = book.create_sheet()
    page.append([f"Kolom {number}" for number in range(36)])
    for number in range(500):
        page.append([f"{number}"] + ["x"] * 35)
    book.save(out)
    assert len(sheets.read(out.getvalue()).lines) == 500
    assert 36 * (sheets.MOST_LINES + 1) < sheets.MOST_CELLS and sheets.LIMITS.tags > 36 * 6 * sheets.MOST_LINES
