"""Runs of drawings and the definitions they follow; state is bytes that only the engine reads."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, String
from sqlalchemy.orm import Mapped, mapped_column

from app.records.columns import Code, Instant, Key, Line
from app.records.database import Base


class Definition(Base):
    """The sources of a drawing and all it calls, kept once per content hash."""

    __tablename__ = "definitions"
    hash: Mapped[str] = mapped_column(String(64), primary_key=True)
    drawing: Mapped[Code]
    content: Mapped[bytes] = mapped_column(LargeBinary)
    kept_at: Mapped[Instant]


class Run(Base):
    """One run of a drawing for one trajectory. `version` guards every write: who comes second, loses."""

    __tablename__ = "runs"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    drawing: Mapped[Code]
    definition_hash: Mapped[str] = mapped_column(ForeignKey("definitions.hash"))
    state: Mapped[bytes] = mapped_column(LargeBinary)
    version: Mapped[int] = mapped_column(default=1)
    done: Mapped[bool] = mapped_column(default=False)
    wake_on: Mapped[date | None]
    fault: Mapped[Line] = mapped_column(default="")  # a run that can't go on steps aside and says why

    __table_args__ = (Index(None, "wake_on", "fault"),)
