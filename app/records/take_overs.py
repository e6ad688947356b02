"""Files that were put in to be taken over, and what is there already; what a file held goes when it is dealt with."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records.columns import Code, Instant, Json, Key, Line
from app.records.database import Base, reading
from app.records.people import Home, Organisation, Person, User
from app.records.trajectories import Part, Trajectory
from app.rules.permissions import Viewer


class TakeOver(Base):
    """One file, looked through and perhaps being taken over, line by line.

    `lines` are the cells of the lines that are fine and not yet dealt with, `faults` what is wrong with the others.
    """

    __tablename__ = "take_overs"
    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    file_name: Mapped[Line]
    made_on: Mapped[date]
    at: Mapped[Instant]
    state: Mapped[Code] = mapped_column(default="checked")  # checked · going_on · done
    total: Mapped[int]  # lines in the file
    fine: Mapped[int]  # of them without faults when it was looked through
    dealt_with: Mapped[int] = mapped_column(default=0)  # of the fine ones, in order
    taken: Mapped[int] = mapped_column(default=0)
    lines: Mapped[Json]
    faults: Mapped[Json]

    __table_args__ = (Index(None, "organisation_id", "at"), Index(None, "state", "at"))


@dataclass(frozen=True, slots=True)
class There:
    """What stands at one association already, as far as some lines ask: contacts, homes, trajectories."""

    association_id: UUID
    users: Mapping[str, User]  # e-mail address -> who that is
    homes: Mapping[tuple[str, str], Home]  # (street, postcode), folded
    references: Mapping[str, str]  # the association's own -> ours
    tenants: Mapping[tuple[str, date | None, date | None], str]  # (name folded, born, first day) -> our reference


@dataclass(frozen=True, slots=True)
class Asked:
    """What some lines name: only that is looked up."""

    emails: Collection[str]
    postcodes: Collection[str]
    names: Collection[str]
    references: Collection[str]


def look_up(session: Session, association_id: UUID, asked: Asked) -> There:
    """What is there of all this. Homes are found by their postcode as typed and without blanks."""
    users = session.scalars(select(User).where(User.email.in_(asked.emails)))
    homes = session.scalars(
        select(Home).where(Home.association_id == association_id, Home.postcode.in_(_spellings(asked.postcodes)))
    )
    references, tenants = _trajectories(session, association_id, asked)
    return There(
        association_id,
        {user.email: user for user in users},
        {home_key(home.street, home.postcode): home for home in homes},
        references,
        tenants,
    )


def home_key(street: str, postcode: str) -> tuple[str, str]:
    """How an address is compared: without blanks and capitals."""
    return "".join(street.split()).casefold(), "".join(postcode.split()).casefold()


def newest(organisation_id: UUID, limit: int = 10) -> list[TakeOver]:
    """The files of one organisation, the newest first."""
    own = select(TakeOver).where(TakeOver.organisation_id == organisation_id)
    return list(reading().scalars(own.order_by(TakeOver.at.desc()).limit(limit)))


def find(session: Session, viewer: Viewer, take_over_id: UUID) -> TakeOver | None:
    """A file of the viewer's own organisation; a stranger's is not there."""
    own = (TakeOver.id == take_over_id, TakeOver.organisation_id == viewer.organisation_id)
    return session.scalar(select(TakeOver).where(*own))


def team_leads(email: str = "") -> list[User]:
    """The active team leads, or the one with this e-mail address."""
    query = select(User).join(Organisation, Organisation.id == User.organisation_id)
    query = query.where(User.role == "team_lead", User.active.is_(True))
    if email:
        query = query.where(User.email == email.strip().lower())
    return list(reading().scalars(query.order_by(Organisation.name, User.name)))


def _trajectories(
    session: Session, association_id: UUID, asked: Asked
) -> tuple[dict[str, str], dict[tuple[str, date | None, date | None], str]]:
    """(own reference -> ours, tenant and first day -> ours) of this association, of those that are asked for."""
    named = select(Part.reference, Trajectory.reference).join(Trajectory, Trajectory.id == Part.trajectory_id)
    named = named.where(Part.organisation_id == association_id, Part.reference.in_(asked.references))
    references = {ours or "": reference for ours, reference in session.execute(named)}
    known = (
        select(Person.full_name, Person.birth_date, Trajectory.first_day, Trajectory.reference)
        .join(Trajectory, Trajectory.tenant_id == Person.id)
        .join(Part, Part.trajectory_id == Trajectory.id)
        .where(Part.organisation_id == association_id, Person.full_name.in_(asked.names))
    )
    tenants = {(row[0].casefold(), row[1], row[2]): row[3] for row in session.execute(known)}
    return references, tenants


def _spellings(postcodes: Collection[str]) -> set[str]:
    """0000 AB is 0000AB."""
    bare = {"".join(one.split()).upper() for one in postcodes}
    return {*postcodes, *bare, *(f"{one[:4]} {one[4:]}" for one in bare)}
