"""Starting a trajectory, and who takes part in it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed, Desk
from app.actions.documents import order_document
from app.actions.people import EMAIL
from app.actions.process import begin
from app.errors import Fault, Invalid, NotAllowed
from app.records import Beside, Counter, Part, Person, Task, Trajectory, User, straight
from app.records.earlier import earlier_leases, hold_association
from app.records.ledger import Ledger
from app.records.schedules import current
from app.records.visibility import find
from app.rules import earlier_lease
from app.rules.beside import KINDS, RENTS_AS_WELL, REPRESENTS
from app.rules.permissions import ROLE_OF_PART, may_nominate

LANGUAGES = ("nl", "en")
PERSON: Mapping[str, int] = {  # what is typed about a person -> how long it may be
    name: Person.__table__.c[name].type.length  # type: ignore[attr-defined]
    for name in (
        "full_name", "salutation", "address", "postcode", "city", "phone", "email", "organisation_name",
    )
}  # fmt: skip


def start_trajectory(desk: Desk, person: Mapping[str, str], contacts: Mapping[str, UUID]) -> UUID:
    """Put a candidate forward: the person, the parties with their contacts (part -> user's id), and the first task.

    Raises Invalid with every fault. The nominating party is the actor's own.
    """
    with desk.deed() as deed:
        if not may_nominate(deed.actor):
            raise NotAllowed("may_not_nominate")
        tenant = _person(person)
        users = _contacts(deed, contacts)
        deed.session.add(tenant)
        row = Trajectory(
            id=uuid4(),
            reference=next_reference(deed),
            tenant_id=tenant.id,
            tenant=tenant,
            nominated_by=deed.actor.part,
            opened_on=deed.today,
            created_at=desk.now,
            stage="intake",
            outcome="",
            contract_round=0,
            plan_mark="",
            schedule_id=current(deed.session, users["association"].organisation_id)[0],
        )
        deed.session.add(row)
        ledger = Ledger(deed.session, row, deed.today)
        ledger.hold(parts=[])
        for part, user in users.items():
            ledger.add(
                ledger.parts,
                Part(
                    id=uuid4(),
                    trajectory_id=row.id,
                    organisation_id=user.organisation_id,
                    part=part,
                    contact_id=user.id,
                    contact=user,
                    since=deed.today if part == deed.actor.part else None,  # the others see it once there is consent
                ),
            )
        deed.session.flush()
        deed.happened("trajectory_started", row)
        begin(deed, ledger)
        return row.id


def add_beside(desk: Desk, trajectory_id: UUID, kind: str, person: Mapping[str, str]) -> UUID:
    """Add somebody beside the tenant; a partner by marriage or registration rents as well, whoever says so."""
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if deed.actor.part == "urgency_office":
            raise NotAllowed("may_not_change_people")
        if kind not in KINDS:
            raise Invalid(faults=[Fault("kind", "not_a_choice")])
        someone = _person(person)
        if kind == "co_tenant" and row.signed_on is not None:
            _require_free_to_rent(deed, row, someone)
        deed.session.add(someone)
        deed.session.flush()
        beside = Beside(id=uuid4(), trajectory_id=row.id, person_id=someone.id, kind=kind, added_on=deed.today)
        deed.session.add(beside)
        deed.happened("person_added", row, kind)
        if kind in (*RENTS_AS_WELL, *REPRESENTS):
            _write_notice_to(deed, row, someone)
        return beside.id


def _write_notice_to(deed: Deed, row: Trajectory, someone: Person) -> None:
    """The notices to the others wait to be sent: there is one to this person too."""
    sending = select(Task.id).where(Task.trajectory_id == row.id, Task.name == "send_end_notice", Task.status == "open")
    if deed.session.scalar(sending.limit(1)) is None:
        return
    ledger = Ledger(deed.session, row, deed.today)
    number = 1 + max((one.round for one in ledger.notices), default=0)
    order_document(deed, ledger, "end_notice", occasion=f"{number}:{someone.id.hex}", person_id=someone.id)


def _require_free_to_rent(deed: Deed, row: Trajectory, someone: Person) -> None:
    """A co-tenant of a lease that is signed: added by the landlord, and with no other lease in the way."""
    assert row.first_day is not None and row.last_day is not None  # it is signed
    if deed.actor.part != "association":
        raise Invalid(faults=[Fault("kind", "landlord_adds_co_tenant")])
    ledger = Ledger(deed.session, row, deed.today)
    hold_association(ledger)
    earlier = earlier_leases(ledger, [someone])
    span = row.first_day, row.last_day, deed.today
    faults = list(earlier_lease.against(earlier, *span, ledger.settings, "full_name"))
    if faults:
        raise Invalid(faults=faults[:1])


def change_contact(desk: Desk, trajectory_id: UUID, to_id: UUID, reason: str) -> None:
    """Another colleague of one's own organisation becomes the contact in this trajectory."""
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        ledger = Ledger(deed.session, row, deed.today)
        part = ledger.part_of(deed.actor.part, deed.today)
        colleague = deed.session.get(User, to_id)
        if (
            part is None
            or part.organisation_id != deed.actor.organisation_id
            or colleague is None
            or colleague.organisation_id != part.organisation_id
            or not colleague.active
        ):
            raise Invalid(faults=[Fault("to", "not_a_choice")])
        if not reason.strip():
            raise Invalid(faults=[Fault("reason", "missing")])
        part.contact_id = to_id
        deed.happened("contact_changed", row, part.part, to=str(to_id))


def _person(fields: Mapping[str, str]) -> Person:
    """A new person out of what was typed. Raises Invalid with every fault."""
    language = (fields.get("language") or "").strip()
    faults = [Fault("language", "not_a_choice")] if language not in ("", *LANGUAGES) else []
    return Person(id=uuid4(), language=language or LANGUAGES[0], **checked(fields, faults))


def checked(fields: Mapping[str, str], faults: Sequence[Fault] = ()) -> dict[str, Any]:
    """What was typed about a person, as it is kept. Raises Invalid with every fault, these as well."""
    typed = {name: " ".join((fields.get(name) or "").split()) for name in (*PERSON, "birth_date")}
    faults = list(faults)
    if not typed["full_name"]:
        faults.append(Fault("full_name", "missing"))
    faults += [Fault(name, "too_long", {"max": most}) for name, most in PERSON.items() if len(typed[name]) > most]
    if typed["email"] and not EMAIL.fullmatch(typed["email"]):
        faults.append(Fault("email", "not_an_email"))
    born = None
    try:
        born = date.fromisoformat(typed["birth_date"]) if typed["birth_date"] else None
    except ValueError:
        faults.append(Fault("birth_date", "not_a_date"))
    if faults:
        raise Invalid(faults=faults)
    return {**{name: typed[name] for name in PERSON}, "birth_date": born}


def _contacts(deed: Deed, contacts: Mapping[str, UUID]) -> dict[str, User]:
    """One active contact per part, each with the right role at an organisation of the right kind."""
    users, faults = {}, []
    for part, role in ROLE_OF_PART.items():
        user = deed.session.get(User, contacts[part]) if part in contacts else None
        if user is None:
            faults.append(Fault(part, "missing"))
        elif not user.active or user.role != role or user.organisation.kind != part:
            faults.append(Fault(part, "not_a_choice"))
        else:
            users[part] = user
    own = users.get(deed.actor.part)
    if own is not None and own.organisation_id != deed.actor.organisation_id:
        faults.append(Fault(deed.actor.part, "nominator_takes_part"))
    if faults:
        raise Invalid(faults=faults)
    return users


def next_reference(deed: Deed) -> str:
    """The next number of our own series of this year."""
    series = f"VW-{deed.today.year}"
    straight.add_unless_there(deed.session, Counter, {"series": series, "last": 0})
    counter = deed.session.get_one(Counter, series, with_for_update=True)
    counter.last += 1
    return f"{series}-{counter.last:04d}"
