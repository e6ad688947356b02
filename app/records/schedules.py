"""The spans an association chose for its trajectories, and those of a single one; rows are added, never changed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import ForeignKey, Index, bindparam, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records import straight
from app.records.columns import Code, Instant, Json, Key, Line
from app.records.database import Base
from app.rules.schedule import DEFAULT, Settings, out_of_spans


class Schedule(Base):
    """Spans as they were chosen once: those that differ from the program's own."""

    __tablename__ = "schedules"
    id: Mapped[Key]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    scope: Mapped[Code]  # association: for what begins from then on · trajectory: for a single one
    number: Mapped[int] = mapped_column(default=0)  # of an association's: the how manieth; the highest holds
    spans: Mapped[Json]
    reason: Mapped[Line]
    made_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]

    __table_args__ = (Index(None, "organisation_id", "scope", "number"),)


class Rescheduling(Base):
    """A running trajectory that went over to other spans: from which, to which, by whom and why."""

    __tablename__ = "reschedulings"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    was_id: Mapped[UUID | None] = mapped_column(ForeignKey("schedules.id"))  # empty: the program's own spans
    now_id: Mapped[UUID] = mapped_column(ForeignKey("schedules.id"))
    reason: Mapped[Line]
    made_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


SPANS = select(Schedule.spans).where(Schedule.id == bindparam("schedule"))
OF_ASSOCIATION = (
    select(Schedule.id, Schedule.spans)
    .where(Schedule.organisation_id == bindparam("association"), Schedule.scope == "association")
    .order_by(Schedule.number.desc())
    .limit(1)
)
MANY = 4096
_read: dict[UUID, Settings] = {}  # a row never changes, so each is read once per process


def settings_of(session: Session, schedule_id: UUID | None) -> Settings:
    """The spans of a trajectory that runs on this schedule; the program's own where it runs on none."""
    if schedule_id is None:
        return DEFAULT
    if schedule_id not in _read:
        [row] = straight.ask(session, SPANS, schedule=schedule_id)
        _keep(schedule_id, row.spans)
    return _read[schedule_id]


def current(session: Session, association_id: UUID) -> tuple[UUID | None, Settings]:
    """The schedule on which this association's next trajectory starts, with its spans; None: the program's own."""
    rows = straight.ask(session, OF_ASSOCIATION, association=association_id)
    return (rows[0].id, out_of_spans(rows[0].spans)) if rows else (None, DEFAULT)


def _keep(schedule_id: UUID, spans: Mapping[str, Any]) -> None:
    if len(_read) >= MANY:
        _read.clear()
    _read[schedule_id] = out_of_spans(spans)


def chosen_by(session: Session, association_id: UUID) -> list[Schedule]:
    """Everything an association ever chose for its next trajectories, the newest first."""
    own = Schedule.organisation_id == association_id, Schedule.scope == "association"
    return list(session.scalars(select(Schedule).where(*own).order_by(Schedule.number.desc())))


def changes_of(session: Session, trajectory_id: UUID) -> list[Rescheduling]:
    """Every change of the spans of one trajectory, the newest first."""
    own = Rescheduling.trajectory_id == trajectory_id
    return list(session.scalars(select(Rescheduling).where(own).order_by(Rescheduling.at.desc(), Rescheduling.id)))


def scope_of(session: Session, schedule_id: UUID | None) -> str:
    """Whose spans these are: association, trajectory, or "" for the program's own."""
    if schedule_id is None:
        return ""
    return session.scalars(select(Schedule.scope).where(Schedule.id == schedule_id)).one()
