"""What retention is counted from, and what was held back or removed, as the rows say it; never how long."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, ColumnElement, ForeignKey, Index, func, or_, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.errors import NotFound
from app.records.columns import Code, Instant, Key, Line
from app.records.database import Base, reading
from app.records.events import Event
from app.records.ledger import Ledger
from app.records.people import Person
from app.records.trajectories import Trajectory
from app.records.visibility import is_visible
from app.rules.dates import add_days
from app.rules.permissions import Viewer
from app.rules.retention import Facts


class Hold(Base):
    """Somebody said that a class of a trajectory may not be removed, and why; until it is lifted."""

    __tablename__ = "holds"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kept: Mapped[Code]  # a class of rules/retention.py
    reason: Mapped[Line]
    placed_on: Mapped[date]
    by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]
    lifted_on: Mapped[date | None]
    lifted_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    lifted_reason: Mapped[Line] = mapped_column(default="")


class Removal(Base):
    """A proposal to remove a class of a trajectory, and what the second person made of it; "" while it waits.

    `went` is what was removed, by what it is called and how many, and `files` are those still to be taken off the disk.
    """

    __tablename__ = "removals"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"))
    organisation_id: Mapped[UUID] = mapped_column(ForeignKey("organisations.id"))
    kept: Mapped[Code]
    kept_until: Mapped[date]  # as it was computed
    proposed_on: Mapped[date]
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    at: Mapped[Instant]
    verdict: Mapped[Code] = mapped_column(default="")  # approve · send_back
    verdict_reason: Mapped[Line] = mapped_column(default="")
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    went: Mapped[dict[str, Any] | None] = mapped_column(JSON(none_as_null=True))
    files: Mapped[list[str] | None] = mapped_column(JSON(none_as_null=True))

    __table_args__ = (Index(None, "trajectory_id", "kept"), Index(None, "organisation_id", "verdict"))


def holds_of(session: Session, trajectory_id: UUID) -> list[Hold]:
    """Every hold of every party, the newest first."""
    query = select(Hold).where(Hold.trajectory_id == trajectory_id).order_by(Hold.at.desc())
    return list(session.scalars(query))


def removals_of(session: Session, trajectory_id: UUID) -> list[Removal]:
    """Every proposal, the newest first."""
    query = select(Removal).where(Removal.trajectory_id == trajectory_id).order_by(Removal.at.desc())
    return list(session.scalars(query))


def left_to(viewer: Viewer) -> ColumnElement[bool]:
    """A condition on Trajectory: this organisation removed something of it, and may still hold the rest."""
    own = select(Removal.id).where(
        Removal.trajectory_id == Trajectory.id,
        Removal.organisation_id == viewer.organisation_id,
        Removal.verdict == "approve",
    )
    return own.exists()


def find_held(session: Session, viewer: Viewer, today: date, trajectory_id: UUID) -> Trajectory:
    """The trajectory, if this viewer may see it or their organisation holds what is left of it. Raises NotFound."""
    seen = or_(is_visible(viewer, today), left_to(viewer))
    row = session.scalar(select(Trajectory).where(Trajectory.id == trajectory_id, seen))
    if row is None or viewer.role == "application_manager":
        raise NotFound("no_such_trajectory")
    return row


def facts_of(ledger: Ledger) -> Facts:
    """Of an open trajectory too: then most days are not known yet."""
    row = ledger.trajectory
    ended = _tenancy_ended(ledger)
    stopped = ledger.early_ends[0].happened_on if ledger.early_ends else row.closed_on
    return Facts(
        had_lease=row.first_day is not None and row.signed_on is not None,
        had_care=row.contract_round > 0,
        closed=row.closed_on is not None,
        tenancy_ended=ended,
        care_ended=_care_ended(ledger, ended or stopped),
        stopped=stopped,
        first_entry=ledger.session.scalar(select(func.min(Event.on)).where(Event.chain == row.id)),
    )


def _tenancy_ended(ledger: Ledger) -> date | None:
    """The last day of the fixed term, or the later one on which the tenant had left or what followed was settled."""
    days = [add_days(one.on, -1) for one in ledger.endings]
    days += [one.last_day for one in ledger.early_ends if one.last_day is not None]
    if not days and ledger.trajectory.closed_on is not None:  # given up before it began
        days = [one.happened_on for one in ledger.early_ends] or [ledger.trajectory.closed_on]
    left = [day for one in ledger.key_returns for day in (one.returned_on, one.stay_on) if day is not None]
    return max([*days, *left]) if days else None


def _care_ended(ledger: Ledger, ended: date | None) -> date | None:
    """Care went on until the last of these at the latest: the lease, the aftercare that was held, an end of care."""
    held = [one.held_on for one in ledger.reviews if one.kind == "aftercare" and one.held_on is not None]
    noted = [one.on for one in ledger.care_ends if one.on is not None]
    days = [day for day in (ended, *held, *noted) if day is not None]
    return max(days) if ended is not None else None


def closed_before(viewer: Viewer, today: date, day: date, limit: int) -> list[Trajectory]:
    """Trajectories that are over since before that day and of which somebody is still named, the oldest first."""
    query = (
        select(Trajectory)
        .join(Person, Person.id == Trajectory.tenant_id)
        .where(Trajectory.closed_on < day, Person.full_name != "", or_(is_visible(viewer, today), left_to(viewer)))
        .order_by(Trajectory.closed_on, Trajectory.id)
        .limit(limit)
    )
    return list(reading().scalars(query))
