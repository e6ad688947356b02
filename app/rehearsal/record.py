"""Writes down what changed on each day of a rehearsal, by looking at the rows; never what should have changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.errors import Fault
from app.records import Document, Ending, EndNotice, Letter, Review, Task, Trajectory
from app.records.database import let_go, reading


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened: the day, what kind of thing, its name, and its particulars as codes and ISO dates."""

    on: date
    kind: str
    what: str
    details: Mapping[str, Any] = field(default_factory=dict)


class Record:
    """The entries of one rehearsal, in the order they happened."""

    def __init__(self) -> None:
        self.entries: list[Entry] = []
        self._seen: dict[tuple[str, UUID], tuple[Any, ...]] = {}

    def note(self, today: date, trajectory_id: UUID) -> None:
        """Write down every row that is new or different since the last look."""
        session = reading()
        for kind, what, row_id, now, details in self._rows(session, trajectory_id):
            if self._seen.get((kind, row_id)) != now:
                self._seen[(kind, row_id)] = now
                self.entries.append(Entry(today, f"{kind}_{now[0]}", what, details))
        let_go()

    def refused(self, today: date, task: str, code: str, faults: Sequence[Fault]) -> None:
        listed = [{"field": fault.field, "code": fault.code} for fault in faults]
        self.entries.append(Entry(today, "refused", task, {"code": code, "faults": listed}))

    def _rows(
        self, session: Session, trajectory_id: UUID
    ) -> list[tuple[str, str, UUID, tuple[Any, ...], dict[str, Any]]]:
        found: list[tuple[str, str, UUID, tuple[Any, ...], dict[str, Any]]] = []
        for task in _all(session, Task, trajectory_id, Task.opened_on, Task.name):
            state = "opened" if task.status == "open" else task.status
            details = {"role": task.role, "due": task.due_on.isoformat(), "because": task.because}
            found.append(("task", task.name, task.id, (state, task.due_on), details))
        for document in _all(session, Document, trajectory_id, Document.ordered_on, Document.name):
            details = {"occasion": document.occasion, "version": document.version, "hash": document.content_hash[:12]}
            if document.state != "ordered":
                found.append(("document", document.name, document.id, (document.state,), details))
        for letter in _all(session, Letter, trajectory_id, Letter.due_on, Letter.key):
            details = {"to": letter.role, "about": _iso(letter.about_on), "reason": letter.reason}
            if letter.state != "planned":
                found.append(("letter", letter.kind, letter.id, (letter.state,), details))
        for review in _all(session, Review, trajectory_id, Review.planned_on, Review.month):
            state = (
                "closed"
                if review.closed_on
                else "held"
                if review.held_on
                else "opened"
                if review.opened_on
                else "planned"
            )
            details = {"month": review.month, "planned": review.planned_on.isoformat(), "outcome": review.outcome}
            found.append((review.kind, f"month {review.month}", review.id, (state, review.planned_on), details))
        for notice in _all(session, EndNotice, trajectory_id, EndNotice.sent_on, EndNotice.id):
            details = {"sent": notice.sent_on.isoformat(), "received": _iso(notice.received_on)}
            found.append(("end_notice", notice.standing, notice.id, (notice.standing, notice.received_on), details))
        for ending in _all(session, Ending, trajectory_id, Ending.on, Ending.id):
            found.append(("term_end", ending.kind, ending.id, ("recorded",), {"on": ending.on.isoformat()}))
        row = session.get_one(Trajectory, trajectory_id)
        found.append(("state", row.stage, row.id, ("is", row.stage, row.outcome), {"outcome": row.outcome}))
        return found


def _all(session: Session, table: Any, trajectory_id: UUID, *order: Any) -> list[Any]:
    return list(session.scalars(select(table).where(table.trajectory_id == trajectory_id).order_by(*order)))


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
