"""What a dossier shows beside its ledger: tasks, documents, letters, marks and events; sifted by whoever shows them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import func, select

from app.records.database import reading
from app.records.documents import Document, NoticeProof, SignedCopy
from app.records.events import Event
from app.records.ledger import MAIN
from app.records.letters import Letter
from app.records.people import User
from app.records.reviews import Confirmation, Move, Review
from app.records.runs import Run
from app.records.tasks import Task

NEWEST_EVENTS = 400


@dataclass(frozen=True, slots=True)
class Happened:
    """One event with the name of who did it; "" for the program itself."""

    row: Event
    by: str


def tasks_of(trajectory_id: UUID) -> list[Task]:
    """Every task, open ones with who has them, by due day."""
    query = select(Task).where(Task.trajectory_id == trajectory_id).order_by(Task.due_on, Task.opened_on, Task.name)
    return list(reading().scalars(query))


def run_of(trajectory_id: UUID) -> Run | None:
    """The run of the main drawing."""
    own = (Run.trajectory_id == trajectory_id, Run.drawing == MAIN)
    return reading().scalar(select(Run).where(*own).order_by(Run.id).limit(1))


def documents_of(trajectory_id: UUID) -> list[Document]:
    """Newest first; versions of one paper stand together by name and occasion."""
    query = (
        select(Document)
        .where(Document.trajectory_id == trajectory_id)
        .order_by(Document.ordered_on.desc(), Document.name, Document.occasion, Document.version.desc())
    )
    return list(reading().scalars(query))


def signed_copies(documents: Iterable[Document]) -> dict[UUID, list[SignedCopy]]:
    """Document's id -> its signed copies, newest first."""
    ids = [document.id for document in documents]
    query = select(SignedCopy).where(SignedCopy.document_id.in_(ids)).order_by(SignedCopy.at.desc())
    found: dict[UUID, list[SignedCopy]] = {}
    for copy in reading().scalars(query):
        found.setdefault(copy.document_id, []).append(copy)
    return found


def proofs_of(notice_ids: Iterable[UUID]) -> dict[UUID, list[NoticeProof]]:
    """Notice's id -> its proofs, in the order in which they were kept."""
    query = select(NoticeProof).where(NoticeProof.notice_id.in_(list(notice_ids))).order_by(NoticeProof.at)
    found: dict[UUID, list[NoticeProof]] = {}
    for proof in reading().scalars(query):
        found.setdefault(proof.notice_id, []).append(proof)
    return found


def letters_of(trajectory_id: UUID) -> list[Letter]:
    """Newest day first."""
    query = select(Letter).where(Letter.trajectory_id == trajectory_id).order_by(Letter.due_on.desc(), Letter.key)
    return list(reading().scalars(query))


def marks_of(reviews: Iterable[Review]) -> dict[tuple[UUID, UUID], list[Confirmation]]:
    """(review's id, goal's or condition's id) -> what was confirmed about it, remarks included: sift before showing."""
    ids = [review.id for review in reviews]
    found: dict[tuple[UUID, UUID], list[Confirmation]] = {}
    for row in reading().scalars(select(Confirmation).where(Confirmation.review_id.in_(ids))):
        about = row.goal_id or row.condition_id
        if about is not None:
            found.setdefault((row.review_id, about), []).append(row)
    return found


def moves_of(reviews: Iterable[Review]) -> dict[UUID, list[Move]]:
    """Review's id -> how it was moved, newest first."""
    ids = [review.id for review in reviews]
    found: dict[UUID, list[Move]] = {}
    for row in reading().scalars(select(Move).where(Move.review_id.in_(ids)).order_by(Move.at.desc())):
        found.setdefault(row.review_id, []).append(row)
    return found


def events_of(trajectory_id: UUID, limit: int = NEWEST_EVENTS) -> list[Happened]:
    """Newest first."""
    query = (
        select(Event, User.name)
        .outerjoin(User, User.id == Event.actor_id)
        .where(Event.trajectory_id == trajectory_id, Event.look.is_(False))
        .order_by(Event.id.desc())
        .limit(limit)
    )
    return [Happened(row, name or "") for row, name in reading().execute(query)]


def names_of(user_ids: Iterable[UUID | None]) -> dict[UUID, str]:
    """User's id -> name."""
    ids = {one for one in user_ids if one is not None}
    return {row.id: row.name for row in reading().execute(select(User.id, User.name).where(User.id.in_(ids)))}


def colleagues(organisation_id: UUID) -> list[User]:
    """Everybody at this organisation who signs in."""
    query = select(User).where(User.organisation_id == organisation_id, User.active.is_(True)).order_by(User.name)
    return list(reading().scalars(query))


def count(query: Any) -> int:
    """How many rows this query has."""
    return reading().scalar(select(func.count()).select_from(query.order_by(None).subquery())) or 0
