"""The record: what happened and who looked, row by row; rows are added, never changed. And the few settings."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, Index, LargeBinary, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from app.records import append_only
from app.records.columns import Code, Instant, Json, Key, Line, Words
from app.records.database import Base


class Event(Base):
    """Who did what when, or who looked. `details` holds codes, ids and dates only, never care data.

    Each stands at its number in a chain: that of its dossier, else of the organisation for which it was done. Rows of
    before the chains have no number.
    """

    __tablename__ = "events"
    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=True)
    trajectory_id: Mapped[UUID | None] = mapped_column(ForeignKey("trajectories.id"))
    at: Mapped[Instant]
    on: Mapped[date]
    actor_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))  # empty: the program itself
    action: Mapped[Code]
    about: Mapped[Code] = mapped_column(default="")  # the task's, document's or letter's name; of a look: the page
    details: Mapped[Json]
    look: Mapped[bool] = mapped_column(default=False)
    organisation_id: Mapped[UUID | None]  # on whose behalf
    origin: Mapped[Code] = mapped_column(default="")  # the address it came from, or: worker, console
    result: Mapped[Code] = mapped_column(default="")  # done · shown · refused
    shown: Mapped[Words] = mapped_column(default="")  # the dossiers a list showed: their ids, a space between
    chain: Mapped[UUID | None]
    number: Mapped[int | None]
    seal: Mapped[bytes | None] = mapped_column(LargeBinary)

    __table_args__ = (Index(None, "trajectory_id", "look", "id"), UniqueConstraint("chain", "number"))


class Chain(Base):
    """How long a chain of the record is, and its last seal."""

    __tablename__ = "chains"
    id: Mapped[Key]  # the dossier's or organisation's id
    length: Mapped[int]
    seal: Mapped[bytes] = mapped_column(LargeBinary)


class Cut(Base):
    """Up to which number the oldest entries of a chain were cut off, and the seal of the last of those."""

    __tablename__ = "cuts"
    id: Mapped[Key]
    chain: Mapped[UUID] = mapped_column(index=True)
    up_to: Mapped[int]
    head: Mapped[bytes] = mapped_column(LargeBinary)
    at: Mapped[Instant]


class Setting(Base):
    """A setting that is data: the time machine's days ahead, the worker's last round."""

    __tablename__ = "settings"
    name: Mapped[Code] = mapped_column(primary_key=True)
    value: Mapped[Line]


append_only.guard(Event.__table__)
