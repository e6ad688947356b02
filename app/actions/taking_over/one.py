"""Taking over one line: person, parties, home, contract, lease, reviews and cards in one deed, or none of it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed
from app.actions.taking_over.cards import give
from app.actions.taking_over.forward import move_forward
from app.actions.taking_over.looking import CONTACTS, look_for, require_fine
from app.actions.trajectories import next_reference
from app.errors import Invalid, NotAllowed
from app.records import Beside, Home, Organisation, Part, Person, Trajectory
from app.records.earlier import earlier_leases
from app.records.ledger import Ledger
from app.records.schedules import current
from app.records.take_overs import There, home_key
from app.rules import earlier_lease
from app.rules.permissions import may_take_over
from app.rules.take_over.row import Row, read


@dataclass(frozen=True, slots=True)
class Source:
    """Where a line comes from, for the history."""

    file: str
    line: int

    def __str__(self) -> str:
        return f"{self.file}, {self.line}"


def take_over_line(deed: Deed, cells: Mapping[str, str], source: Source) -> UUID:
    """Make a trajectory of this line, standing where it stands today. Returns its id.

    Raises NotAllowed, or Invalid with every fault: what was fine when the file was looked through may not be now.
    """
    if not may_take_over(deed.actor):
        raise NotAllowed("may_not_take_over")
    association_id = deed.actor.organisation_id
    # Held from here on: of two who take over the same file at once the second finds what the first made.
    deed.session.execute(select(Organisation.id).where(Organisation.id == association_id).with_for_update())
    schedule_id, settings = current(deed.session, association_id)
    row, faults = read(cells, deed.today, settings)
    there = look_for(deed.session, association_id, [row])
    require_fine(row, faults, there)
    trajectory = _trajectory(deed, row, schedule_id)
    ledger = Ledger(deed.session, trajectory, deed.today)
    _parties(deed, ledger, row, there)
    _beside(deed, trajectory, row)
    home = _home(deed, row, there)
    deed.session.flush()
    _require_free(deed, ledger, row)
    deed.happened("taken_over", trajectory, file=source.file, line=source.line)
    move_forward(deed, ledger, row, home.id)
    for card in sorted(row.cards, key=lambda one: one.on):
        give(deed, ledger, card, str(source))
    return trajectory.id


def _require_free(deed: Deed, ledger: Ledger, row: Row) -> None:
    """Nobody has two conditional leases with us, nor one beside an open-ended one. Raises Invalid with why."""
    case = replace(ledger.case(), earlier=earlier_leases(ledger))
    faults = earlier_lease.check("sign_lease", row.answers, case, deed.today, ledger.settings)
    if faults:
        raise Invalid(faults=faults)


def _trajectory(deed: Deed, row: Row, schedule_id: UUID | None) -> Trajectory:
    began = [day for day in (row.day("consent_on"), row.day("signed_on")) if day is not None]
    tenant = Person(
        id=uuid4(),
        full_name=row.words("full_name"),
        salutation=row.words("salutation"),
        birth_date=row.day("birth_date"),
        phone=row.words("phone"),
        email=row.words("email"),
        language=row.words("language") or "nl",
    )
    trajectory = Trajectory(
        id=uuid4(),
        reference=next_reference(deed),
        tenant_id=tenant.id,
        tenant=tenant,
        nominated_by=row.words("nominated_by") or "urgency_office",
        opened_on=min(began),
        created_at=deed.desk.now,
        stage="intake",
        outcome="",
        contract_round=0,
        plan_mark="",
        incidents=0,
        taken_over_on=deed.today,
        schedule_id=schedule_id,
    )
    deed.session.add_all([tenant, trajectory])
    return trajectory


def _parties(deed: Deed, ledger: Ledger, row: Row, there: There) -> None:
    """The four parties with their contacts; they may see it from today on, for consent was given before."""
    ledger.hold(parts=[])
    for role, part in CONTACTS.items():
        user = there.users[row.words(role).lower()]
        own = row.words("reference") or None if part == "association" else None
        ledger.add(
            ledger.parts,
            Part(
                id=uuid4(),
                trajectory_id=ledger.trajectory.id,
                organisation_id=user.organisation_id,
                part=part,
                contact_id=user.id,
                contact=user,
                since=deed.today,
                reference=own,
            ),
        )


def _beside(deed: Deed, trajectory: Trajectory, row: Row) -> None:
    kinds = {"administrator": "administrator", "budget_management": "budget_manager"}
    people = [(name, "co_tenant") for name in row.co_tenants]
    if row.words("administrator"):
        people.append((row.words("administrator"), kinds.get(row.words("administration"), "administrator")))
    for name, kind in people:
        person = Person(id=uuid4(), full_name=name[:200], language="nl")
        beside = Beside(
            id=uuid4(), trajectory_id=trajectory.id, person_id=person.id, kind=kind, added_on=deed.today
        )
        deed.session.add_all([person, beside])


def _home(deed: Deed, row: Row, there: There) -> Home:
    """The home at this address; one that nobody entered yet is made."""
    known = there.homes.get(home_key(row.words("street"), row.words("postcode")))
    if known is not None:
        return known
    home = Home(
        id=uuid4(),
        association_id=there.association_id,
        street=row.words("street"),
        postcode=row.words("postcode"),
        city=row.words("city"),
        kind=row.words("home_kind") or "apartment",
        rent_cents=round(float(row.answers["rent"]) * 100),
        service_cents=round(float(row.answers["service_costs"]) * 100),
        available=True,
        note="",
    )
    deed.session.add(home)
    return home
