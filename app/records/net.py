"""The net below the one query of visibility: what forgot to ask still gets nothing of somebody else's dossier.

Every statement that goes through a session carries a condition per table, on whoever acts now (app/records/scope.py).
It is never the reason that something is shown: that is `visibility`, and what a part may see of it. Statements sent
straight (app/records/straight.py) do not pass here; on PostgreSQL the policies of the tables hold those as well.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any
from weakref import WeakKeyDictionary

from sqlalchemy import ColumnElement, Executable, and_, bindparam, event, exists, or_, true
from sqlalchemy.orm import ORMExecuteState, Session, with_loader_criteria

from app.records import scope
from app.records.columns import Id
from app.records.database import Base
from app.records.decisions import EndNotice
from app.records.documents import Document, NoticeProof, SignedCopy
from app.records.events import Event
from app.records.reviews import Confirmation, Move, Review
from app.records.take_overs import TakeOver
from app.records.tasks import Task
from app.records.trajectories import Part, Trajectory
from app.rules.care_end import TAKE_OVER_CARE

# Of the region as a whole, and about no dossier: organisations, people who sign in, homes, what everything runs on.
# Persons and the lengths of chains are only reached through a dossier; PostgreSQL holds those too.
OPEN = frozenset(
    {
        "organisations", "users", "sessions", "homes", "settings", "counters", "definitions", "schedules", "persons",
        "person_corrections", "chains", "cuts", "identities", "passkeys", "attempts", "account_mails", "second_steps",
        "recovery_codes",
    }
)  # fmt: skip

ME = bindparam("net_organisation", callable_=lambda: scope.now().organisation, type_=Id())
TODAY = bindparam("net_day", callable_=lambda: scope.now().on, type_=Part.since.type)

_parts, _tasks = Part.__table__.alias("net_parts"), Task.__table__.alias("net_tasks")


def within(dossier: Any) -> ColumnElement[bool]:
    """A live part in it; or the own organisation is asked to take over care in it, and has no part yet."""
    part, task = _parts.c, _tasks.c
    live = exists().where(
        part.trajectory_id == dossier,
        part.organisation_id == ME,
        part.since <= TODAY,
        or_(part.until.is_(None), part.until >= TODAY),
    )
    asked = exists().where(
        task.trajectory_id == dossier,
        task.organisation_id == ME,
        task.name == TAKE_OVER_CARE,
        task.status == "open",
        TODAY.is_not(None),
    )
    return or_(live, asked)


def _of(parent: type[Base], key: Any) -> ColumnElement[bool]:
    above = parent.__table__.alias(f"net_{parent.__tablename__}").c
    return exists().where(above.id == key, within(above.trajectory_id))


def _of_event(cls: Any) -> ColumnElement[bool]:
    own = and_(cls.trajectory_id.is_(None), cls.organisation_id == ME)
    return or_(own, within(cls.trajectory_id))


SPECIAL: Mapping[type[Base], Callable[[Any], ColumnElement[bool]]] = {
    Trajectory: lambda cls: within(cls.id),
    Part: lambda cls: or_(cls.organisation_id == ME, within(cls.trajectory_id)),
    Event: _of_event,
    Move: lambda cls: _of(Review, cls.review_id),
    Confirmation: lambda cls: _of(Review, cls.review_id),
    SignedCopy: lambda cls: _of(Document, cls.document_id),
    NoticeProof: lambda cls: _of(EndNotice, cls.notice_id),
    TakeOver: lambda cls: cls.organisation_id == ME,
}


def condition(cls: Any) -> ColumnElement[bool]:
    """What every statement about this table asks as well."""
    mapper = getattr(cls, "__mapper__", None)
    if mapper is None or mapper.class_.__tablename__ in OPEN:  # SQLAlchemy tries it once on the base of all
        return true()
    special = SPECIAL.get(mapper.class_)
    return special(cls) if special else within(cls.trajectory_id)


# One for all tables and made once: what it asks differs per table, and whom it asks for is filled in as it is sent.
NET = with_loader_criteria(Base, lambda cls: condition(cls), include_aliases=True, propagate_to_loaders=False)


# Statements that are written once keep theirs, and with it all that SQLAlchemy worked out about it.
_hung: WeakKeyDictionary[Executable, Executable] = WeakKeyDictionary()


@event.listens_for(Session, "do_orm_execute")
def _hang(state: ORMExecuteState) -> None:
    if scope.now().whole or state.is_insert or state.is_column_load:
        return
    asked = state.statement
    hung = _hung.get(asked)
    if hung is None:
        hung = _hung[asked] = asked.options(NET)
    state.statement = hung
