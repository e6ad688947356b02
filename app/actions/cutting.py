"""Cuts the oldest part off a chain of the record once its time is over, at a head that an anchor saw, and says so.

Nothing is edited: what stays keeps its numbers and seals, and its first entry follows the head that is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.actions.audit import anchored_ends
from app.actions.deed import Deed, House
from app.errors import NotReady
from app.records import Cut, Event, Trajectory, audit
from app.rules.chain import BEGIN, CUT, seal
from app.rules.dates import add_months
from app.rules.retention import CLASSES


@dataclass(frozen=True, slots=True)
class Head:
    """Where a chain can be cut: up to and including this entry, with its seal, and how many entries go."""

    up_to: int
    seal: bytes
    entries: int


def find_head(session: Session, house: House, chain: UUID, today: date) -> Head | None:
    """The latest head that an anchor saw and of which every entry before is past its day; None when there is none.

    Raises NotReady("record_is_not_whole") when what would go was tampered with: then it is evidence.
    """
    ends = anchored_ends(house, house.anchors, chain) if house.anchors is not None else {}
    rows = audit.beginning(session, chain, max(ends, default=0))
    past = _past(rows, today)
    fitting = [length for length in ends if rows and rows[0].number <= length <= past]
    if not fitting:
        return None
    goes = [row for row in rows if row.number <= max(fitting)]
    if not _is_whole(house.record_key, goes) or goes[-1].seal != ends[max(fitting)]:
        raise NotReady("record_is_not_whole")
    return Head(max(fitting), goes[-1].seal, len(goes))


def cut(deed: Deed, trajectory: Trajectory, head: Head) -> None:
    """Take everything up to this head away. The last entry of the chain says so, under its seal."""
    row = Cut(id=uuid4(), chain=trajectory.id, up_to=head.up_to, head=head.seal, at=deed.desk.now)
    deed.session.add(row)
    deed.session.flush()  # the database lets go of what this row covers, and of nothing else
    gone = (Event.chain == trajectory.id, Event.number <= head.up_to)
    deed.session.execute(delete(Event).where(*gone), execution_options={"synchronize_session": False})
    deed.happened(CUT, trajectory, up_to=head.up_to, head=head.seal.hex(), count=head.entries)


def _past(rows: Sequence[Any], today: date) -> int:
    """The number of the last entry before the first one that must be kept still."""
    months = CLASSES["access_log"].months
    last = 0
    for row in rows:
        if add_months(max(row.on, row.at.date()), months) >= today:
            break
        last = row.number
    return last


def _is_whole(key: bytes, rows: Sequence[Any]) -> bool:
    """Whether every entry follows the one before it; of a chain that was cut before, from the second on."""
    for before, row in zip([None, *rows], rows, strict=False):
        if before is None and row.number > 1:
            continue
        last = before.seal if before is not None else BEGIN
        if (before is not None and row.number != before.number + 1) or row.seal != seal(key, last, row._asdict()):
            return False
    return True
