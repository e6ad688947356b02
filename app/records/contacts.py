"""Contacts with a tenant that somebody noted: when and how, never what was said; and who is silent."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, Select, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records.columns import Code, Instant, Key
from app.records.database import Base
from app.records.ledger import SILENCE
from app.records.runs import Run
from app.records.tasks import Task
from app.records.trajectories import Trajectory


class Contact(Base):
    """Somebody spoke to the tenant, or was there. What was said is care, and stays with who said it."""

    __tablename__ = "contacts"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    on: Mapped[date]
    kind: Mapped[Code]  # visit · conversation · phone · message
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]

    __table_args__ = (Index(None, "trajectory_id", "on"),)


def contacts_of(session: Session, trajectory_id: UUID) -> list[Contact]:
    """Every contact that was noted, by day."""
    return list(session.scalars(select(Contact).where(Contact.trajectory_id == trajectory_id).order_by(Contact.on)))


def silent(phase: str, since: date) -> Select[UUID, UUID | None]:
    """Id and schedule of those in this phase without a sign of life after that day, and without a task about it yet."""
    ours = Task.trajectory_id == Trajectory.id
    return select(Trajectory.id, Trajectory.schedule_id).where(
        Trajectory.stage == phase,
        Trajectory.opened_on <= since,
        or_(Trajectory.taken_over_on.is_(None), Trajectory.taken_over_on <= since),
        ~select(Task.id).where(ours, Task.status == "done", Task.done_on > since).exists(),
        ~select(Contact.id).where(Contact.trajectory_id == Trajectory.id, Contact.on > since).exists(),
        ~select(Run.id).where(
            Run.trajectory_id == Trajectory.id, Run.drawing == SILENCE, Run.done.is_(False)
        ).exists(),
    )
