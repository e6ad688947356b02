"""Tasks and the answers given to them; a task is written only by the action that follows the process."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.records.columns import Code, Instant, Json, Key, Words
from app.records.database import Base
from app.records.people import User
from app.records.trajectories import Trajectory


class Task(Base):
    """An open or finished step of a run; `step` is its id in the engine."""

    __tablename__ = "tasks"
    id: Mapped[Key]
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"))
    step: Mapped[Code]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    name: Mapped[Code]
    role: Mapped[Code]
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    review_id: Mapped[UUID | None] = mapped_column(ForeignKey("reviews.id"))
    opened_on: Mapped[date]
    due_on: Mapped[date]
    because: Mapped[Code]  # why it is due then: a code, with the day it hangs on
    because_on: Mapped[date | None]
    status: Mapped[Code] = mapped_column(default="open")  # open · done · lapsed
    assignee_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    handed_because: Mapped[Words] = mapped_column(default="", server_default=text("''"))  # read by that team alone
    done_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    done_on: Mapped[date | None]
    done_at: Mapped[Instant | None]
    draft: Mapped[Json | None]
    draft_at: Mapped[Instant | None]
    draft_by_id: Mapped[UUID | None]
    data: Mapped[Json | None]
    nudge_on: Mapped[date | None]  # the next day to remind that this is overdue

    trajectory: Mapped[Trajectory] = relationship(viewonly=True)
    assignee: Mapped[User | None] = relationship(foreign_keys=[assignee_id], viewonly=True)

    __table_args__ = (
        Index(None, "organisation_id", "role", "status", "due_on"),
        Index(None, "assignee_id", "status", "due_on"),
        Index(None, "trajectory_id", "status"),
        Index(None, "status", "nudge_on"),
        UniqueConstraint("run_id", "step"),
    )


TAKEN_OVER = "taken_over"  # in place of a reason: this first answer came out of a file


class Answer(Base):
    """What was filled in. A correction is a next version with a reason; the first stays."""

    __tablename__ = "answers"
    id: Mapped[Key]
    task_id: Mapped[UUID] = mapped_column(ForeignKey("tasks.id"))
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    version: Mapped[int] = mapped_column(default=1)
    data: Mapped[Json]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    on: Mapped[date]
    at: Mapped[Instant]
    reason: Mapped[Words] = mapped_column(default="")

    __table_args__ = (UniqueConstraint("task_id", "version"),)
