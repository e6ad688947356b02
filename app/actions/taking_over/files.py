"""A file that is put in, looked through, and taken over line by line, each in a deed of its own."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from uuid import UUID, uuid4

from sqlalchemy import delete, select
from sqlalchemy.orm import defer

from app import sheets
from app.actions.deed import Deed, Desk
from app.actions.taking_over.looking import Cells, Looked, Told, encoded, look_through, repeated
from app.actions.taking_over.one import Source, take_over_line
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady, Refused
from app.records import TakeOver, User
from app.records.database import let_go, reading
from app.records.schedules import current
from app.records.take_overs import find
from app.records.viewers import viewer_of
from app.rules.permissions import Viewer, may_take_over
from app.rules.take_over.columns import BY_CODE
from app.rules.typed import looks_like_bsn

KEPT = timedelta(days=7)  # what was wrong with a file is about people: it stays as long as somebody may mend it
Lines = Sequence[tuple[int, Cells]]
LONGEST_NAME = 100
log = logging.getLogger("voorwaarts.taking_over")
HOUSE_WIDE = {"database_unreachable", "disk_full", "somebody_was_first"}  # no fault of the line that met it


def look_at(desk: Desk, content: bytes) -> Looked:
    """What taking over this file would do, doing none of it. Raises NotAllowed, Invalid when it can’t be read."""
    if desk.actor is None or not may_take_over(desk.actor):
        raise NotAllowed("may_not_take_over")
    sheet = sheets.read(content)
    association_id = desk.actor.organisation_id
    _, settings = current(reading(), association_id)
    return look_through(reading(), association_id, sheet, desk.today, settings)


def put_in(desk: Desk, name: str, content: bytes) -> UUID:
    """Keep what looking through this file found. Raises NotAllowed, Invalid when it can't be read."""
    looked = look_at(desk, content)
    with desk.deed() as deed:
        row = TakeOver(
            id=uuid4(),
            organisation_id=deed.actor.organisation_id,
            by_id=deed.actor.id,
            file_name="#" if looks_like_bsn(name) else name[-LONGEST_NAME:],
            made_on=deed.today,
            at=desk.now,
            state="checked",
            total=looked.total,
            fine=len(looked.fine),
            lines={"lines": [list(line) for line in looked.fine]},
            faults={
                "faults": [encoded(one) for one in looked.faults],
                "remarks": [encoded(one) for one in looked.remarks],
                "unknown": looked.unknown,
            },
        )
        deed.session.add(row)
        deed.happened("take_over_looked_through", file=row.file_name, lines=looked.total, fine=row.fine)
        return row.id


def start(desk: Desk, take_over_id: UUID) -> None:
    """Let the worker take over the lines that are fine."""
    with desk.deed() as deed:
        if not may_take_over(deed.actor):
            raise NotAllowed("may_not_take_over")
        row = find(deed.session, deed.actor, take_over_id)
        if row is None:
            raise NotFound("not_found")
        if row.state != "checked" or not row.fine:
            raise NotReady("take_over_has_begun")
        row.state, row.by_id = "going_on", deed.actor.id
        deed.happened("take_over_started", file=row.file_name, lines=row.fine)


def take_over_one(desk: Desk, cells: Cells, source: Source) -> list[Told]:
    """Take over one line at once, in a deed of its own; what was refused, or nothing."""
    try:
        with desk.deed() as deed:
            take_over_line(deed, cells, source)
        return []
    except Exception as fault:
        if isinstance(fault, NotReady) and fault.code in HOUSE_WIDE:
            raise
        return _refused(source.line, cells, fault)


def go_on(desk: Desk, limit: int = 50) -> int:
    """The worker's part: the next lines of a file that is being taken over; how many were dealt with."""
    let_go()
    query = select(TakeOver.id, TakeOver.lines).where(TakeOver.state == "going_on").order_by(TakeOver.at).limit(1)
    found = reading().execute(query).first()
    let_go()
    done = 0
    while found is not None and done < limit and _next_line(desk, found[0], found[1]["lines"]):
        done += 1
    return done


def forget(desk: Desk) -> int:
    """Let go of what files held that were put in a while ago; how many."""
    old = TakeOver.at < desk.now - KEPT
    let_go()
    if reading().scalar(select(TakeOver.id).where(old).limit(1)) is None:
        return 0
    with desk.deed() as deed:
        return int(deed.session.execute(delete(TakeOver).where(old)).rowcount)  # type: ignore[attr-defined]


def _next_line(desk: Desk, take_over_id: UUID, lines: Lines) -> bool:
    """Take over one line, or write down why not; whether there was one."""
    try:
        with desk.deed() as deed:
            row = _held(deed, take_over_id)
            if row is None:
                return False
            number, cells = lines[row.dealt_with]
            own = replace(deed, desk=replace(desk, actor=_taker(deed, row)))
            take_over_line(own, cells, Source(row.file_name, number))
            _count(row, taken=1)
        return True
    except Exception as fault:
        if isinstance(fault, NotReady) and fault.code in HOUSE_WIDE:
            raise
        return _pass_over(desk, take_over_id, lines, fault)


def _pass_over(desk: Desk, take_over_id: UUID, lines: Lines, fault: Exception) -> bool:
    """One line that can't be taken over does not hold up the others: none of it was kept."""
    with desk.deed() as deed:
        row = _held(deed, take_over_id)
        if row is None:
            return False
        number, cells = lines[row.dealt_with]
        told = _refused(number, cells, fault)
        row.faults = {**row.faults, "faults": [*row.faults["faults"], *map(encoded, told)]}
        _count(row, taken=0)
        return True


def _refused(number: int, cells: Cells, fault: Exception) -> list[Told]:
    """What is wrong with this line after all."""
    if isinstance(fault, Invalid):
        found = fault.faults
    elif isinstance(fault, Refused):
        found = [Fault("", fault.code, fault.params)]
    else:
        log.error("a line can't be taken over", exc_info=fault)
        found = [Fault("", "line_went_wrong")]
    heading = {code: column.heading for code, column in BY_CODE.items()}
    return [Told(number, heading.get(one.field, ""), repeated(cells, one), one) for one in found]


def _held(deed: Deed, take_over_id: UUID) -> TakeOver | None:
    """The file while it is being taken over, held: another worker passes it by."""
    query = select(TakeOver).where(TakeOver.id == take_over_id, TakeOver.state == "going_on")
    query = query.options(
        defer(TakeOver.lines), defer(TakeOver.faults)
    )  # a thousand lines are not read for each of them
    row = deed.session.scalar(query.with_for_update(skip_locked=True))
    return row if row is not None and row.dealt_with < row.fine else None


def _taker(deed: Deed, row: TakeOver) -> Viewer:
    """Whoever said that this file may be taken over; not once that person is blocked."""
    user = deed.session.get_one(User, row.by_id)
    if not user.active:
        raise NotAllowed("may_not_take_over")
    return viewer_of(user)


def _count(row: TakeOver, taken: int) -> None:
    row.dealt_with += 1
    row.taken += taken
    if row.dealt_with == row.fine:  # what the lines held stands in the trajectories now, and nowhere else
        row.state, row.lines = "done", {"lines": []}
