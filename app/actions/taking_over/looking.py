"""Looking through a file before anything is taken over: each fault on its line, and which lines are fine."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from uuid import UUID

from sqlalchemy.orm import Session

from app.errors import Fault, Invalid
from app.records.take_overs import Asked, There, home_key, look_up
from app.rules.permissions import ROLE_OF_PART
from app.rules.schedule import DEFAULT, Settings
from app.rules.take_over import columns
from app.rules.take_over.columns import BY_CODE
from app.rules.take_over.row import Row, read, remarks
from app.sheets import Cell, Sheet

Cells = dict[str, str]
NOT_REPEATED = ("looks_like_bsn", "care_goal")
LONGEST_REPEATED = 200
CONTACTS = {role: part for part, role in ROLE_OF_PART.items()}  # column -> part


@dataclass(frozen=True, slots=True)
class Told:
    """One thing about one cell: a fault, or a remark. Line 1 is that of the headings."""

    line: int
    column: str
    typed: str
    fault: Fault


@dataclass(frozen=True, slots=True)
class Looked:
    """A file that was looked through."""

    fine: list[tuple[int, Cells]] = field(default_factory=list)
    faults: list[Told] = field(default_factory=list)
    remarks: list[Told] = field(default_factory=list)
    total: int = 0
    unknown: list[str] = field(default_factory=list)


def look_through(
    session: Session, association_id: UUID, sheet: Sheet, today: date, settings: Settings = DEFAULT
) -> Looked:
    """Every line of the file, held against the rules and against what stands at this association already.

    A fault in the headings is one of the file as a whole: then no line is looked at.
    """
    headings = [_text(cell) for cell in sheet.head.cells]
    places, wrong = columns.recognised(headings)
    if wrong:
        head = sheet.head.number
        return Looked(faults=[Told(head, one.field, one.field, one) for one in wrong], total=len(sheet.lines))
    looked = Looked(total=len(sheet.lines), unknown=columns.unknown(headings))
    rows = {}
    for line in sheet.lines:
        texts = [_text(cell) for cell in line.cells]
        cells = {code: texts[place] for code, place in places.items() if place < len(texts) and texts[place]}
        rows[line.number] = (cells, *read(cells, today, settings))
    there = look_for(session, association_id, (row for _, row, _ in rows.values()))
    earlier = _Earlier()
    for number, (cells, row, faults) in rows.items():
        named = {fault.field for fault in faults}
        found = faults + [
            one for one in [*against(row, there), *earlier.against(row, number)] if one.field not in named
        ]
        headed = {code: headings[place] for code, place in places.items()}
        looked.faults.extend(_told(number, cells, headed, _one_each(found)))
        if not found:
            looked.fine.append((number, cells))
            looked.remarks.extend(_told(number, cells, headed, remarks(row, today)))
    return looked


def look_for(session: Session, association_id: UUID, rows: Iterable[Row]) -> There:
    """What is there of all that these rows name."""
    every = list(rows)
    emails = {row.words(role).lower() for row in every for role in CONTACTS} - {""}
    postcodes, names, references = (
        {row.words(name) for row in every} - {""} for name in ("postcode", "full_name", "reference")
    )
    return look_up(session, association_id, Asked(emails, postcodes, names, references))


def against(row: Row, there: There) -> list[Fault]:
    """What the row says that does not fit what is there: contacts, the home, and whether it was taken over before."""
    known = there.references.get(row.words("reference"))
    if known is not None:
        return [Fault("reference", "reference_is_there", {"reference": known})]
    same = there.tenants.get(_tenant(row))
    if same is not None:
        return [Fault("full_name", "trajectory_is_there", {"reference": same})]
    faults = [fault for role, part in CONTACTS.items() if (fault := _contact(row, role, part, there)) is not None]
    home = there.homes.get(home_key(row.words("street"), row.words("postcode")))
    if home is not None and not home.available:
        faults.append(Fault("street", "home_is_taken"))
    return faults


def encoded(told: Told) -> dict[str, object]:
    """As it is kept: days as text, marked as such."""
    params = {
        name: {"day": one.isoformat()} if isinstance(one, date) else one for name, one in told.fault.params.items()
    }
    return {
        "line": told.line,
        "column": told.column,
        "typed": told.typed,
        "field": told.fault.field,
        "code": told.fault.code,
        "params": params,
    }


def decoded(kept: Mapping[str, object]) -> Told:
    """The same, read back."""
    params = kept["params"]
    assert isinstance(params, dict)
    said = {name: date.fromisoformat(one["day"]) if isinstance(one, dict) else one for name, one in params.items()}
    fault = Fault(str(kept["field"]), str(kept["code"]), said)
    return Told(int(str(kept["line"])), str(kept["column"]), str(kept["typed"]), fault)


def require_fine(row: Row, faults: list[Fault], there: There) -> None:
    """Raises Invalid with every fault there is by now."""
    found = faults + against(row, there)
    if found:
        raise Invalid(faults=_one_each(found))


class _Earlier:
    """What earlier lines of the same file said."""

    def __init__(self) -> None:
        self._lines: dict[tuple[object, ...], int] = {}

    def against(self, row: Row, number: int) -> list[Fault]:
        keys: dict[str, tuple[object, ...]] = {"full_name": ("tenant", *_tenant(row))}
        if row.words("reference"):
            keys["reference"] = ("reference", row.words("reference"))
        if row.words("street") and row.words("postcode"):
            keys["street"] = ("home", *home_key(row.words("street"), row.words("postcode")))
        found = []
        for name, key in keys.items():
            line = self._lines.setdefault(key, number)
            if line != number:
                found.append(Fault(name, "twice_in_file", {"line": line}))
        return found


def _contact(row: Row, role: str, part: str, there: There) -> Fault | None:
    email = row.words(role).lower()
    if not email:
        return None
    user = there.users.get(email)
    if user is None or not user.active:
        return Fault(role, "nobody_with_this_email", {"typed": email})
    if user.role != role or user.organisation.kind != part:
        return Fault(role, "contact_of_other_role", {"role": role})
    if part == "association" and user.organisation_id != there.association_id:
        return Fault(role, "contact_elsewhere")
    return None


def _tenant(row: Row) -> tuple[str, date | None, date | None]:
    return row.words("full_name").casefold(), row.day("birth_date"), row.day("first_day")


def _told(number: int, cells: Cells, headings: Mapping[str, str], faults: Iterable[Fault]) -> list[Told]:
    return [
        Told(number, headings.get(one.field, BY_CODE[one.field].heading), repeated(cells, one), one) for one in faults
    ]


def repeated(cells: Mapping[str, str], fault: Fault) -> str:
    """What was typed, for who mends it; but for what may not be kept here at all."""
    return "" if fault.code in NOT_REPEATED else cells.get(fault.field, "")[:LONGEST_REPEATED]


def _one_each(faults: Iterable[Fault]) -> list[Fault]:
    """Of each column the most basic fault, in the order of the columns."""
    first: dict[str, Fault] = {}
    for fault in faults:
        first.setdefault(fault.field, fault)
    return [first[code] for code in BY_CODE if code in first]


def _text(cell: Cell) -> str:
    """A real day as most people type it."""
    return f"{cell.day}-{cell.month}-{cell.year}" if isinstance(cell, date) else cell
