"""Reviews of the two years and checks after it, with what was seen; never when they should be."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line, Words
from app.records.database import Base


class Review(Base):
    """A planned review or aftercare check, and how it went. `opened_on` set and `closed_on` empty: it is going on."""

    __tablename__ = "reviews"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    kind: Mapped[Code] = mapped_column(default="review")  # review · aftercare
    month: Mapped[int]  # after the first day; for aftercare after the last
    planned_on: Mapped[date]
    opened_on: Mapped[date | None]
    held_on: Mapped[date | None]
    closed_on: Mapped[date | None]
    outcome: Mapped[Code] = mapped_column(default="")  # on_track · attention · off_track · not_held · stable …
    reason: Mapped[Words] = mapped_column(default="")  # why it was not held
    extra_reason: Mapped[Line] = mapped_column(default="", server_default="")  # why it was planned in between
    tenant_view: Mapped[Words] = mapped_column(default="")
    agreements: Mapped[Words] = mapped_column(default="")

    __table_args__ = (Index(None, "trajectory_id", "kind", "planned_on"),)


class Move(Base):
    """A review moved to another day: who, when, why."""

    __tablename__ = "moves"
    id: Mapped[Key]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"), index=True)
    was_on: Mapped[date]
    now_on: Mapped[date]
    reason: Mapped[Line]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]


class Confirmation(Base):
    """What one party confirmed about one goal or condition in one review."""

    __tablename__ = "confirmations"
    id: Mapped[Key]
    review_id: Mapped[UUID] = mapped_column(ForeignKey("reviews.id"))
    goal_id: Mapped[UUID | None] = mapped_column(ForeignKey("goals.id"))
    condition_id: Mapped[UUID | None] = mapped_column(ForeignKey("conditions.id"))
    part: Mapped[Code]
    mark: Mapped[Code]  # on_track · attention · off_track for a goal; kept · not_kept for a condition
    remark: Mapped[Words] = mapped_column(default="")
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    on: Mapped[date]

    __table_args__ = (UniqueConstraint("review_id", "goal_id", "condition_id", "part"), Index(None, "review_id"))
