"""Putting right what is written of a person: the old value stays as a row, papers that were filed stay as they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from app.actions.deed import Desk
from app.actions.trajectories import checked
from app.errors import Fault, Invalid, NotAllowed, NotFound
from app.records import Person, PersonCorrection
from app.records.ledger import Ledger
from app.records.visibility import find
from app.rules.permissions import may_correct_person
from app.rules.typed import fault_in

FIELDS = ("full_name", "salutation", "birth_date", "address", "postcode", "city", "phone", "email")
LONGEST_REASON: int = PersonCorrection.__table__.c.reason.type.length  # type: ignore[attr-defined]


def correct_person(
    desk: Desk, trajectory_id: UUID, person_id: UUID, fields: Mapping[str, Any], reason: str
) -> list[str]:
    """Write other values of a person down, with why; the names of the fields that changed.

    Raises NotFound, NotAllowed, Invalid with every fault: also when nothing changes.
    """
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_correct_person(deed.actor):
            raise NotAllowed("may_not_change_people")
        person, kind = find_person(Ledger(deed.session, row, deed.today), person_id)
        wrong = fault_in("reason", reason, LONGEST_REASON)
        given = checked({name: fields.get(name) or "" for name in FIELDS}, [wrong] if wrong else [])
        changed = [name for name in FIELDS if getattr(person, name) != given[name]]
        if not changed:
            raise Invalid(faults=[Fault("full_name", "person_stays")])
        for name in changed:
            was, now = getattr(person, name), given[name]
            deed.session.add(
                PersonCorrection(
                    id=uuid4(),
                    person_id=person.id,
                    field=name,
                    was=_said(was),
                    now=_said(now),
                    reason=reason.strip(),
                    on=deed.today,
                    by_id=deed.actor.id,
                    at=desk.now,
                )
            )
            setattr(person, name, now)
        deed.happened("person_corrected", row, kind, fields=" ".join(changed))
        return changed


def find_person(ledger: Ledger, person_id: UUID) -> tuple[Person, str]:
    """Somebody of this dossier, and what they are in it: tenant, or a kind of rules/beside.py. Raises NotFound."""
    row = ledger.trajectory
    if row.tenant_id == person_id:
        return row.tenant, "tenant"
    beside = next((one for one in ledger.besides if one.person_id == person_id), None)
    if beside is None:
        raise NotFound("no_such_person")
    return beside.person, beside.kind


def _said(value: str | date | None) -> str:
    return value.isoformat() if isinstance(value, date) else value or ""
