"""The spreadsheet of the rehearsals, with the contacts of the tests' own region."""

from __future__ import annotations

from datetime import date
from typing import Any

from app.rehearsal import sheet
from app.rehearsal.sheet import CODES, Said, as_csv, as_xlsx, typed

__all__ = ["CODES", "MAIL", "Said", "as_csv", "as_xlsx", "forty", "line", "typed"]

MAIL = "a@meerwijk.demo.invalid"
CONTACTS = {role: f"{role}.{MAIL}" for role in sheet.CONTACTS}


def line(number: int, first: date, **said: Any) -> Said:
    return sheet.line(number, first, **{**CONTACTS, **said})


def forty(today: date) -> list[Said]:
    return sheet.forty(today, CONTACTS)
