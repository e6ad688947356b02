"""The legal clock, where a row is added and never written over, and the corrections of the lease it is made of."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ForeignKey, Index, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records.columns import Code, Instant, Key, Line, Words
from app.records.database import Base
from app.records.runs import Run


class LegalDate(Base):
    """One date of the legal clock as it was computed once. `replaced_at` is empty for what holds."""

    __tablename__ = "legal_dates"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    name: Mapped[Code]
    on: Mapped[date]
    rule: Mapped[Code]
    version: Mapped[int]
    inputs: Mapped[dict[str, Any]] = mapped_column(JSON)  # dates as ISO text
    reason: Mapped[Line] = mapped_column(default="")  # why the inputs changed; empty for the first value
    set_on: Mapped[date]
    set_at: Mapped[Instant]
    by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # empty: taken over at an upgrade
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    replaced_at: Mapped[Instant | None]

    __table_args__ = (Index(None, "trajectory_id", "name"),)


class LeaseCorrection(Base):
    """A proposal to correct the days of a signed lease, and what the second person made of it; "" while it waits."""

    __tablename__ = "lease_corrections"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"), unique=True)
    was_signed_on: Mapped[date]
    was_first_day: Mapped[date]
    was_last_day: Mapped[date]
    signed_on: Mapped[date]
    first_day: Mapped[date]
    last_day: Mapped[date]
    reason: Mapped[Line]
    proposed_on: Mapped[date]
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Code] = mapped_column(default="")  # approve · send_back
    verdict_reason: Mapped[Words] = mapped_column(default="")
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))


def waiting_correction(session: Session, trajectory_id: UUID) -> LeaseCorrection | None:
    """The proposal that a second person has yet to judge."""
    own = (LeaseCorrection.trajectory_id == trajectory_id, Run.done.is_(False))
    return session.scalar(select(LeaseCorrection).join(Run, Run.id == LeaseCorrection.run_id).where(*own))


def correction_of(session: Session, run_id: UUID) -> LeaseCorrection:
    """The proposal that this run is about."""
    return session.scalars(select(LeaseCorrection).where(LeaseCorrection.run_id == run_id)).one()


def corrections_of(session: Session, trajectory_id: UUID) -> list[LeaseCorrection]:
    """Every proposal, the newest first."""
    own = LeaseCorrection.trajectory_id == trajectory_id
    newest = (LeaseCorrection.proposed_on.desc(), LeaseCorrection.id)
    return list(session.scalars(select(LeaseCorrection).where(own).order_by(*newest)))


def kept_dates(session: Session, trajectory_id: UUID) -> list[LegalDate]:
    """Every row of the legal clock, what holds and what held before, in the order they were set."""
    own = LegalDate.trajectory_id == trajectory_id
    return list(session.scalars(select(LegalDate).where(own).order_by(LegalDate.set_at, LegalDate.on, LegalDate.name)))
