"""The record read back whole, chain by chain, to be held against its seals; never a judgement."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, time
from itertools import groupby
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.records.database import db, let_go, reading
from app.records.events import Chain, Event
from app.records.trajectories import Trajectory
from app.rules.chain import CUT, SEALED

Ends = dict[UUID, tuple[int, bytes]]
AT_ONCE = 5_000


def hold_still() -> None:
    """From here on everything is read as it stands now, whatever is added meanwhile; SQLite does so by itself."""
    let_go()
    if db.engine.dialect.name == "postgresql":
        reading().connection(execution_options={"isolation_level": "REPEATABLE READ"})


def chains() -> Iterator[tuple[UUID, Iterator[Any]]]:
    """Every chain that has entries: its id, and its entries by number."""
    columns = [getattr(Event, name) for name in SEALED]
    query = select(*columns, Event.seal).where(Event.chain.is_not(None)).order_by(Event.chain, Event.number)
    rows = reading().execute(query.execution_options(yield_per=AT_ONCE))
    yield from groupby(rows, key=lambda row: row.chain)


def cuts() -> dict[UUID, dict[int, bytes]]:
    """Chain -> where its own entries say that it was cut: the number up to which, and the seal of that entry."""
    found: dict[UUID, dict[int, bytes]] = {}
    query = select(Event.chain, Event.details).where(Event.action == CUT, Event.chain.is_not(None))
    for chain, said in reading().execute(query):
        if chain is not None:
            found.setdefault(chain, {})[said["up_to"]] = bytes.fromhex(said["head"])
    return found


def beginning(session: Session, chain: UUID, until: int) -> Sequence[Any]:
    """The entries of one chain up to and including this number, by number."""
    columns = [getattr(Event, name) for name in SEALED]
    query = select(*columns, Event.seal).where(Event.chain == chain, Event.number <= until).order_by(Event.number)
    return session.execute(query).all()


def ends() -> Ends:
    """Chain -> how long it is said to be, and the last seal it is said to have."""
    return {row.id: (row.length, row.seal) for row in reading().execute(select(Chain.id, Chain.length, Chain.seal))}


def ends_since(event_id: int) -> Ends:
    """Only of the chains that got an entry after this one."""
    lately = select(Event.chain).where(Event.id > event_id, Event.chain.is_not(None)).distinct()
    query = select(Chain.id, Chain.length, Chain.seal).where(Chain.id.in_(lately))
    return {row.id: (row.length, row.seal) for row in reading().execute(query)}


def newest_entry() -> int:
    """The id of the entry that was added last; 0 when there is none."""
    return reading().scalar(select(func.max(Event.id))) or 0


def was_put_back_since(day: date) -> bool:
    """Whether a backup was put back on this day, in UTC, or later."""
    since = datetime.combine(day, time.min, UTC)
    put_back = select(Event.id).where(Event.action == "backup_put_back", Event.at >= since)
    return reading().scalar(put_back.limit(1)) is not None


def unsealed() -> tuple[int, int]:
    """How many rows have no seal: of before the first that has one, and of after it, where none may be."""
    first = reading().scalar(select(func.min(Event.id)).where(Event.chain.is_not(None)))
    count = select(func.count()).select_from(Event).where(Event.chain.is_(None))
    if first is None:
        return reading().scalar(count) or 0, 0
    return reading().scalar(count.where(Event.id < first)) or 0, reading().scalar(count.where(Event.id > first)) or 0


def references() -> dict[UUID, str]:
    """Dossier's id -> the reference that people know it by."""
    return {row.id: row.reference for row in reading().execute(select(Trajectory.id, Trajectory.reference))}
