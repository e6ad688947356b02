"""What the records know of earlier leases of the same people with the same association; never across associations."""

from __future__ import annotations

import unicodedata
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Row, Select, bindparam, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records.columns import Code, Key
from app.records.database import Base
from app.records.decisions import EarlyEnd, Ending
from app.records.ledger import Ledger
from app.records.people import Organisation, Person
from app.records.trajectories import Beside, Part, Trajectory
from app.rules.beside import RENTS_AS_WELL
from app.rules.case import EarlierLease
from app.rules.dates import add_days
from app.rules.earlier_lease import FIXED, OFFERED, OPEN_ENDED

STAYS = ("conversion", "open_ended_by_lapse", "open_ended_by_approval")


class ToldLease(Base):
    """What the association said of an earlier lease with it when the lease was drawn up."""

    __tablename__ = "told_leases"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), unique=True)
    answer: Mapped[Code]  # none · fixed_term · open_ended · open_ended_over
    ended_on: Mapped[date | None]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))


# Written once: composing these for each lease takes longer than running them.
TOLD = select(ToldLease).where(ToldLease.trajectory_id == bindparam("trajectory"))
BORN = select(Person.id, Person.full_name, Person.birth_date).where(
    Person.birth_date.in_(bindparam("days", expanding=True))
)
_BESIDE = select(Beside.trajectory_id).where(
    Beside.person_id.in_(bindparam("people", expanding=True)), Beside.kind.in_(RENTS_AS_WELL)
)
_WITH_IT = select(Part.trajectory_id).where(
    Part.part == "association", Part.organisation_id == bindparam("association")
)
SIGNED: Select[Any, *tuple[Any, ...]] = (
    select(
        Trajectory.reference,
        Trajectory.first_day,
        Trajectory.last_day,
        Ending.kind,
        Ending.on,
        EarlyEnd.last_day.label("early_last_day"),
    )
    .outerjoin(Ending, Ending.trajectory_id == Trajectory.id)
    .outerjoin(EarlyEnd, EarlyEnd.trajectory_id == Trajectory.id)
    .where(
        Trajectory.id != bindparam("but"),
        Trajectory.signed_on.is_not(None),
        Trajectory.id.in_(_WITH_IT),
        or_(Trajectory.tenant_id.in_(bindparam("people", expanding=True)), Trajectory.id.in_(_BESIDE)),
    )
    .order_by(Trajectory.last_day.desc(), Trajectory.reference)
)


def earlier_leases(ledger: Ledger, people: list[Person] | None = None) -> tuple[EarlierLease, ...]:
    """Earlier and running leases of the tenants of this trajectory, or of `people`, with its association.

    Somebody is the same person by full name and day of birth; without the latter nobody is taken for somebody else.
    """
    told = _told(ledger) if people is None else []
    tenants = people or [ledger.trajectory.tenant, *(beside.person for beside in ledger.co_tenants())]
    seat = next((one for one in ledger.seats if one.part == "association"), None)
    ids = _same_people(ledger.session, tenants)
    if seat is None or not ids:
        return tuple(told)
    asked = {"association": seat.organisation_id, "people": ids, "but": ledger.trajectory.id}
    rows = ledger.session.execute(SIGNED, asked)
    return (*told, *map(_lease, rows))


def hold_association(ledger: Ledger) -> None:
    """Nobody else signs a lease with this association until this deed is over: of two at once one sees the other."""
    seat = next((one for one in ledger.seats if one.part == "association"), None)
    if seat is not None:
        own = select(Organisation.id).where(Organisation.id == seat.organisation_id)
        ledger.session.execute(own.with_for_update(key_share=True))


def _told(ledger: Ledger) -> list[EarlierLease]:
    row = ledger.session.scalar(TOLD, {"trajectory": ledger.trajectory.id})
    return [EarlierLease(OFFERED[row.answer], until=row.ended_on)] if row is not None and row.answer in OFFERED else []


def _same_people(session: Session, tenants: list[Person]) -> list[UUID]:
    """Every row that stands for one of these people: each nomination writes its own."""
    wanted = {(_folded(one.full_name), one.birth_date) for one in tenants if one.birth_date}
    if not wanted:
        return []
    born = session.execute(BORN, {"days": sorted({born_on for _, born_on in wanted if born_on})})
    return [row.id for row in born if (_folded(row.full_name), row.birth_date) in wanted]


def _folded(name: str) -> str:
    """A name without capitals, accents and signs between its parts: the same person is typed in more than one way."""
    bare = "".join(one for one in unicodedata.normalize("NFKD", name.casefold()) if not unicodedata.combining(one))
    return " ".join("".join(one if one.isalnum() else " " for one in bare).split())


def _lease(row: Row[Any]) -> EarlierLease:
    """What became of one trajectory's lease. One that went on open-ended is held until somebody says that it ended."""
    if row.kind in STAYS:
        return EarlierLease(OPEN_ENDED, row.first_day, None, row.reference)
    if row.kind is not None:
        return EarlierLease(FIXED, row.first_day, add_days(row.on, -1), row.reference)
    return EarlierLease(FIXED, row.first_day, row.early_last_day or row.last_day, row.reference, runs=True)


def same_person(session: Session, person: Person, organisation_id: UUID, but: UUID) -> list[str]:
    """References of other trajectories of this one organisation with a tenant of this name and day of birth."""
    if person.birth_date is None:
        return []
    query = (
        select(Trajectory.reference)
        .join(Person, Person.id == Trajectory.tenant_id)
        .join(Part, Part.trajectory_id == Trajectory.id)
        .where(Part.organisation_id == organisation_id, Part.since.is_not(None), Trajectory.id != but)
        .where(Person.full_name == person.full_name, Person.birth_date == person.birth_date)
        .order_by(Trajectory.reference)
        .distinct()
    )
    return list(session.scalars(query))
