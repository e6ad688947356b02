"""Organisations and the people in and around them; never what happens to them."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ColumnElement, ForeignKey, Index, String, exists, or_, select
from sqlalchemy.orm import Mapped, Session, aliased, mapped_column, relationship

from app.records.columns import Code, Instant, Key, Line, Words
from app.records.database import Base


class Organisation(Base):
    """A party: an association, care provider, municipality or urgency office."""

    __tablename__ = "organisations"
    id: Mapped[Key]
    kind: Mapped[Code]
    name: Mapped[Line]
    address: Mapped[Line] = mapped_column(default="")
    postcode: Mapped[Code] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    phone: Mapped[Code] = mapped_column(default="")
    email: Mapped[Line] = mapped_column(default="")


class User(Base):
    """Somebody who signs in: one role at one organisation."""

    __tablename__ = "users"
    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    role: Mapped[Code]
    name: Mapped[Line]
    email: Mapped[Line] = mapped_column(unique=True)
    phone: Mapped[Code] = mapped_column(default="")
    password_hash: Mapped[Line] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(5), default="nl")
    active: Mapped[bool] = mapped_column(default=True)
    bundle_mail: Mapped[bool] = mapped_column(default=False)
    # Raised at every change of password, role or block: older sign-ins stop counting.
    epoch: Mapped[int] = mapped_column(default=1)
    organisation: Mapped[Organisation] = relationship(lazy="joined", innerjoin=True)

    __table_args__ = (Index(None, "organisation_id", "role"),)


def kept_by(organisation_id: UUID) -> ColumnElement[bool]:
    """Of whose people the application manager of this organisation is in charge: its own, and those of who has none."""
    manager = aliased(User)
    has_one = exists().where(
        manager.organisation_id == Organisation.id, manager.role == "application_manager", manager.active
    )
    return or_(Organisation.id == organisation_id, ~has_one)


class Person(Base):
    """A candidate, tenant, co-tenant or financial administrator; has no account and no citizen number."""

    __tablename__ = "persons"
    id: Mapped[Key]
    full_name: Mapped[Line]
    salutation: Mapped[Code] = mapped_column(default="")  # what follows "Dear": "mevrouw Voorbeeld"
    birth_date: Mapped[date | None] = mapped_column(index=True)
    address: Mapped[Line] = mapped_column(default="")
    postcode: Mapped[Code] = mapped_column(default="")
    city: Mapped[Line] = mapped_column(default="")
    phone: Mapped[Code] = mapped_column(default="")
    email: Mapped[Line] = mapped_column(default="")
    organisation_name: Mapped[Line] = mapped_column(default="")
    language: Mapped[str] = mapped_column(String(5), default="nl")

    __table_args__ = (Index(None, "full_name"),)


class Home(Base):
    """A dwelling of an association; amounts in euro cents a month."""

    __tablename__ = "homes"
    id: Mapped[Key]
    association_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"), index=True)
    street: Mapped[Line]
    postcode: Mapped[Code]
    city: Mapped[Line]
    kind: Mapped[Code] = mapped_column(default="apartment")
    rent_cents: Mapped[int] = mapped_column(default=0)
    service_cents: Mapped[int] = mapped_column(default=0)
    available: Mapped[bool] = mapped_column(default=True)
    note: Mapped[Words] = mapped_column(default="")


class PersonCorrection(Base):
    """Something about a person that was put right: what stood there before, what stands there now, and why."""

    __tablename__ = "person_corrections"
    id: Mapped[Key]
    person_id: Mapped[UUID] = mapped_column(ForeignKey("persons.id"), index=True)
    field: Mapped[Code]
    was: Mapped[Line]
    now: Mapped[Line]
    reason: Mapped[Line]
    on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


def corrections_of(session: Session, person_id: UUID) -> list[PersonCorrection]:
    """Every correction of what is written of somebody, the newest first."""
    own = select(PersonCorrection).where(PersonCorrection.person_id == person_id)
    return list(session.scalars(own.order_by(PersonCorrection.at.desc(), PersonCorrection.field)))
