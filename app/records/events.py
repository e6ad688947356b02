"""What happened, row by row, and the few settings that are data; rows are added, never changed."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Json, Line
from app.records.database import Base


class Event(Base):
    """Who did what when. `details` holds codes and dates only, never care data."""

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    trajectory_id: Mapped[UUID | None] = mapped_column(ForeignKey("trajectories.id"))
    at: Mapped[Instant]
    on: Mapped[date]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # empty: the program itself
    action: Mapped[Code]
    about: Mapped[Code] = mapped_column(default="")  # the task's, document's or letter's name
    details: Mapped[Json]

    __table_args__ = (Index(None, "trajectory_id", "id"),)


class Setting(Base):
    """A setting that is data: the time machine's days ahead, the worker's last round."""

    __tablename__ = "settings"
    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Line]
