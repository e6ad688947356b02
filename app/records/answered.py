"""Looking back: what was answered to earlier tasks, and what was confirmed in the review before this one."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records.people import Organisation, User
from app.records.reviews import Confirmation, Review
from app.records.tasks import Answer, Task


@dataclass(frozen=True, slots=True)
class Version:
    """One version of the answer to a task, with who gave it."""

    answer: Answer
    by: str


@dataclass(frozen=True, slots=True)
class Confirmed:
    """What one party confirmed in an earlier review: goal's or condition's id -> (mark, remark)."""

    month: int
    by: str
    marks: dict[UUID, tuple[str, str]]


def versions(session: Session, task_id: UUID) -> list[Version]:
    """Every version of the answer to a task, the newest first."""
    rows = session.execute(
        select(Answer, User.name)
        .join(User, User.id == Answer.by_id)
        .where(Answer.task_id == task_id)
        .order_by(Answer.version.desc())
    )
    return [Version(row[0], row[1]) for row in rows]


def newest_answers(
    session: Session, trajectory_id: UUID, names: Iterable[str], review_id: UUID | None = None
) -> dict[str, Version]:
    """Task's name -> the newest answer to the latest finished task of that name; of one review where that is given."""
    query = (
        select(Task.name, Answer, User.name)
        .join(Answer, Answer.task_id == Task.id)
        .join(User, User.id == Answer.by_id)
        .where(Task.trajectory_id == trajectory_id, Task.name.in_(list(names)), Task.status == "done")
        .order_by(Task.done_at, Answer.version)
    )
    if review_id is not None:
        query = query.where(Task.review_id == review_id)
    return {name: Version(answer, by) for name, answer, by in session.execute(query)}


def review_months(session: Session, review_ids: Iterable[UUID]) -> dict[UUID, int]:
    """Review's id -> its month."""
    wanted = set(review_ids)
    if not wanted:
        return {}
    rows = session.execute(select(Review.id, Review.month).where(Review.id.in_(wanted)))
    return {row.id: row.month for row in rows}


def review_before(session: Session, review: Review) -> Review | None:
    """The last review of this trajectory that was held before this one."""
    return session.scalar(
        select(Review)
        .where(
            Review.trajectory_id == review.trajectory_id,
            Review.kind == review.kind,
            Review.held_on.is_not(None),
            Review.planned_on < review.planned_on,
        )
        .order_by(Review.planned_on.desc())
        .limit(1)
    )


def confirmed_before(session: Session, review: Review, part: str) -> Confirmed | None:
    """What this party confirmed in the latest review before this one in which it confirmed anything."""
    earlier = session.scalar(
        select(Review)
        .join(Confirmation, Confirmation.review_id == Review.id)
        .where(
            Review.trajectory_id == review.trajectory_id,
            Review.planned_on < review.planned_on,
            Confirmation.part == part,
        )
        .order_by(Review.planned_on.desc())
        .limit(1)
    )
    if earlier is None:
        return None
    rows = session.execute(
        select(Confirmation, User.name)
        .join(User, User.id == Confirmation.by_id)
        .where(Confirmation.review_id == earlier.id, Confirmation.part == part)
    ).all()
    marks = {row[0].goal_id or row[0].condition_id: (row[0].mark, row[0].remark) for row in rows}
    return Confirmed(earlier.month, rows[0][1], {key: mark for key, mark in marks.items() if key})


def colleagues(session: Session, organisation_id: UUID, role: str, but: UUID | None = None) -> list[User]:
    """Active people with this role at this organisation, by name; `but` is left out."""
    query = select(User).where(User.organisation_id == organisation_id, User.role == role, User.active.is_(True))
    if but is not None:
        query = query.where(User.id != but)
    return list(session.scalars(query.order_by(User.name)))


def contacts_to_choose(session: Session, part: str, role: str, organisation_id: UUID | None = None) -> list[User]:
    """Everybody who may be the contact of a party, by organisation; of one organisation where that is given."""
    query = (
        select(User)
        .join(Organisation, Organisation.id == User.organisation_id)
        .where(User.role == role, User.active.is_(True), Organisation.kind == part)
    )
    if organisation_id is not None:
        query = query.where(User.organisation_id == organisation_id)
    return list(session.scalars(query.order_by(Organisation.name, User.name)))


def open_beside(session: Session, trajectory_id: UUID) -> list[Task]:
    """The open tasks of a trajectory, the soonest due first."""
    return list(
        session.scalars(
            select(Task)
            .where(Task.trajectory_id == trajectory_id, Task.status == "open")
            .order_by(Task.due_on, Task.name)
        )
    )


def demo_logins(session: Session, ending: str) -> list[User]:
    """People whose e-mail address ends like this, by organisation."""
    return list(
        session.scalars(
            select(User)
            .join(Organisation, Organisation.id == User.organisation_id)
            .where(User.email.endswith(ending, autoescape=True), User.active.is_(True))
            .order_by(Organisation.kind, Organisation.name, User.role, User.name)
        )
    )
