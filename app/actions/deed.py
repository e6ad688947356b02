"""The only transaction: a deed opens it, commits it once, and writes down what happened."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session

from app.actions import record
from app.engine.definition import Definition
from app.engine.library import Library
from app.errors import NotReady
from app.records import Trajectory
from app.records.database import end_reading, is_out_of_reach, writing
from app.rules.chain import NOBODY
from app.rules.permissions import Viewer


@dataclass(frozen=True, slots=True)
class House:
    """What every deed may use: the drawings and the filing cabinet's folder."""

    library: Library
    cabinet: Path
    record_key: bytes = field(repr=False)  # what the record is sealed with; never in the database
    templates: Path | None = None  # our own when not given
    anchors: Path | None = None  # where the ends of the record are written each day
    kept: dict[str, Definition] = field(default_factory=dict)  # drawings of running trajectories, by content hash

    def form(self, task: str) -> dict[str, Any]:
        """The form that belongs to a task."""
        return self.library.form(f"forms/{task}.json")


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a deed is done: by whom (nobody: the worker), on which business day, at which real moment."""

    house: House
    actor: Viewer | None
    today: date
    now: datetime
    origin: str = ""  # the address a request came from, or: worker, console

    @contextmanager
    def deed(self) -> Iterator[Deed]:
        """One transaction. Everything in it is kept together or not at all.

        Raises NotReady("database_unreachable") or NotReady("somebody_was_first") in place of the driver's faults.
        """
        try:
            end_reading()
            with writing() as session:
                deed = Deed(session, self)
                yield deed
                if deed.entries:
                    record.keep(session, self.house.record_key, deed.entries)
                session.commit()
        except IntegrityError as fault:
            if not _is_double(fault):
                raise  # a row that points nowhere is our own mistake, not somebody else's haste
            raise NotReady("somebody_was_first") from fault
        except SQLAlchemyError as fault:
            if not is_out_of_reach(fault):
                raise
            raise NotReady(_why(fault)) from fault


@dataclass(frozen=True, slots=True)
class Deed:
    """An open transaction at a desk."""

    session: Session
    desk: Desk
    entries: list[record.Entry] = field(default_factory=list)  # what goes into the record at its end

    @property
    def today(self) -> date:
        return self.desk.today

    @property
    def house(self) -> House:
        return self.desk.house

    @property
    def actor(self) -> Viewer:
        """The person who does this. A deed for people only; the worker never asks for it."""
        if self.desk.actor is None:
            raise NotReady("needs_a_person")
        return self.desk.actor

    def happened(
        self, action: str, trajectory: Trajectory | None = None, about: str = "", result: str = "done", **details: Any
    ) -> None:
        """Write down that this happened. Details are codes and dates, never words of or about a person."""
        own = trajectory.id if trajectory is not None else None
        self._note(own, action=action, about=about, details=details, look=False, result=result)

    def looked(self, page: str, dossiers: Sequence[UUID], result: str = "shown", /, **details: Any) -> None:
        """Write down that somebody looked: one row for a page, naming every dossier it showed."""
        own = dossiers[0] if len(dossiers) == 1 and result == "shown" else None
        named = " ".join(one.hex for one in dossiers) if own is None else ""
        action = "looked" if own is not None else "listed" if result == "shown" else "refused"
        self._note(own, action=action, about=page, details=details, look=True, result=result, shown=named)

    def _note(self, trajectory_id: UUID | None, *, shown: str = "", **said: Any) -> None:
        actor = self.desk.actor
        organisation = actor.organisation_id if actor else None
        entry = {
            "trajectory_id": trajectory_id,
            "at": self.desk.now,
            "on": self.today,
            "actor_id": actor.id if actor else None,
            "organisation_id": organisation,
            "origin": self.desk.origin,
            "shown": shown,
            "chain": trajectory_id or organisation or NOBODY,
        }
        self.entries.append({**entry, **said})


def _is_double(fault: IntegrityError) -> bool:
    """Whether a unique key was there already."""
    return "UNIQUE" in str(fault.orig) or _sqlstate(fault) == "23505"


def _why(fault: SQLAlchemyError) -> str:
    if _sqlstate(fault) in ("40P01", "40001"):  # each waited for the other, and this one was sent away
        return "somebody_was_first"
    full = _sqlstate(fault) == "53100" or "disk is full" in str(getattr(fault, "orig", ""))
    return "disk_full" if full else "database_unreachable"


def _sqlstate(fault: SQLAlchemyError) -> str:
    return getattr(getattr(fault, "orig", None), "sqlstate", None) or ""
