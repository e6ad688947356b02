"""A decision that is revised: proposed, the tenant heard again, decided anew and approved by another; one row each.

The decision that was in force stays a row of its own. Only an approval makes a next one, and names it here.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.records.columns import Code, Instant, Json, Key, Line, Words
from app.records.database import Base
from app.records.runs import Run
from app.records.tasks import Task


class Revision(Base):
    """A proposal to decide otherwise, and what came of it; `verdict` is "" as long as no second person looked."""

    __tablename__ = "revisions"
    id: Mapped[Key]
    trajectory_id: Mapped[UUID] = mapped_column(ForeignKey("trajectories.id"), index=True)
    run_id: Mapped[UUID] = mapped_column(ForeignKey("runs.id"), unique=True)
    was_outcome: Mapped[Code]  # of the decision in force
    outcome: Mapped[Code]  # as it was proposed
    reason: Mapped[Line]
    proposed_on: Mapped[date]
    proposed_by_id: Mapped[UUID] = mapped_column(ForeignKey("users.id"))
    decided: Mapped[Code] = mapped_column(default="")  # after the hearing; the outcome in force: it stays
    reasons: Mapped[Words] = mapped_column(default="")
    findings: Mapped[Json | None]
    decided_on: Mapped[date | None]
    decided_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    verdict: Mapped[Code] = mapped_column(default="")  # approve · send_back
    verdict_reason: Mapped[Words] = mapped_column(default="")
    approved_on: Mapped[date | None]
    approved_by_id: Mapped[UUID | None] = mapped_column(ForeignKey("users.id"))
    judged_at: Mapped[Instant | None]
    decision_id: Mapped[UUID | None] = mapped_column(ForeignKey("decisions.id"))  # the decision it became
    to_explain: Mapped[bool] = mapped_column(default=False)  # the tenant knew the one before: tell this one


def revision_of(session: Session, run_id: UUID) -> Revision:
    """The revision that this run is about."""
    return session.scalars(select(Revision).where(Revision.run_id == run_id)).one()


def waiting_revision(session: Session, trajectory_id: UUID) -> Revision | None:
    """The proposal of which nobody knows yet what comes of it."""
    own = (Revision.trajectory_id == trajectory_id, Revision.verdict == "", Run.done.is_(False))
    return session.scalar(select(Revision).join(Run, Run.id == Revision.run_id).where(*own))


def revisions_of(session: Session, trajectory_id: UUID) -> list[tuple[Revision, bool]]:
    """Every proposal, the newest first, and whether its run is over."""
    rows = session.execute(
        select(Revision, Run.done)
        .join(Run, Run.id == Revision.run_id)
        .where(Revision.trajectory_id == trajectory_id)
        .order_by(Revision.proposed_on.desc(), Revision.judged_at.desc(), Revision.id)
    )
    return [(row, done) for row, done in rows]


def revised_since(session: Session, task: Task) -> bool:
    """Whether another decision came into force after this task was finished."""
    later = (Revision.trajectory_id == task.trajectory_id, Revision.decision_id.is_not(None))
    return session.scalar(select(Revision.id).where(*later, Revision.judged_at > task.done_at).limit(1)) is not None


def regular_lease_signed(session: Session, trajectory_id: UUID) -> bool:
    """Whether the lease that follows the fixed term was signed."""
    done = (Task.trajectory_id == trajectory_id, Task.name == "sign_regular_lease", Task.status == "done")
    return session.scalar(select(Task.id).where(*done).limit(1)) is not None
