"""Letters and reminders: planned, posted, failed or dropped. A row with a unique key goes out once."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, String
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line
from app.records.database import Base


class Letter(Base):
    """One reminder or message to one role in one trajectory (or to the tenant), on one day."""

    __tablename__ = "letters"
    id: Mapped[Key]
    key: Mapped[str] = mapped_column(String(160), unique=True)
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    kind: Mapped[Code]  # which text
    occasion: Mapped[Code]  # what it is about: of one occasion only the latest goes out after a pause
    role: Mapped[Code]  # to whom: a role, or "tenant"
    task_id: Mapped[UUID | None]
    document_id: Mapped[UUID | None] = mapped_column(ForeignKey("documents.id"))
    about_on: Mapped[date | None]  # the date it speaks of
    due_on: Mapped[date]
    state: Mapped[Code] = mapped_column(default="planned")  # planned · posted · failed · dropped
    reason: Mapped[Line] = mapped_column(default="")
    attempts: Mapped[int] = mapped_column(default=0)
    retry_at: Mapped[Instant | None]
    claimed_until: Mapped[Instant | None]
    posted_at: Mapped[Instant | None]
    posted_on: Mapped[date | None]
    message_id: Mapped[Line] = mapped_column(default="")
    recipients: Mapped[Line] = mapped_column(default="")

    __table_args__ = (Index(None, "state", "due_on"), Index(None, "trajectory_id", "state"), Index(None, "message_id"))
