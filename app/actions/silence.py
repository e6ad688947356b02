"""Noting a contact with the tenant, and a task where nobody had one for too long."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select, update

from app.actions.deed import Desk
from app.actions.process import begin
from app.errors import Invalid, NotAllowed, NotReady
from app.records import Contact, Setting, Trajectory, straight
from app.records.contacts import silent
from app.records.database import let_go, reading
from app.records.ledger import SILENCE, Ledger
from app.records.schedules import settings_of
from app.records.settings import setting
from app.records.visibility import find
from app.rules.permissions import may_note_contact
from app.rules.silence import PHASES, faults, quiet_since

LOOKED = "silence_looked_on"


def note_contact(desk: Desk, trajectory_id: UUID, on: date, kind: str) -> UUID:
    """Write down that somebody had contact with the tenant. Raises NotFound, NotAllowed, Invalid with every fault."""
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_note_contact(deed.actor):
            raise NotAllowed("may_not_note_contact")
        if row.closed_on is not None:
            raise NotReady("trajectory_is_over")
        if found := faults(kind, on, row.opened_on, deed.today):
            raise Invalid(faults=found)
        contact = Contact(id=uuid4(), trajectory_id=row.id, on=on, kind=kind, by_id=deed.actor.id, at=desk.now)
        deed.session.add(contact)
        deed.happened("contact_noted", row, kind, on=on.isoformat())
        return contact.id


def notice_silence(desk: Desk) -> int:
    """Give a task where it has been silent too long; how many. Looks once on each business day."""
    let_go()
    if setting(LOOKED) == desk.today.isoformat():
        return 0
    found = []
    for phase in PHASES:
        for since, among in _by_day(phase, desk.today).items():
            quiet = reading().execute(silent(phase, since)).all()
            found += [(phase, since, one.id) for one in quiet if one.schedule_id in among]
    let_go()
    begun = sum(_begin(desk, phase, since, trajectory_id) for phase, since, trajectory_id in found)
    with desk.deed() as deed:
        straight.add_unless_there(deed.session, Setting, {"name": LOOKED, "value": ""})
        deed.session.execute(update(Setting).where(Setting.name == LOOKED).values(value=desk.today.isoformat()))
    return begun


def _by_day(phase: str, today: date) -> dict[date, set[UUID | None]]:
    """Day of the last sign of life with which it is silent today -> the schedules that say so."""
    by_day: dict[date, set[UUID | None]] = defaultdict(set)
    for schedule_id in reading().scalars(select(Trajectory.schedule_id).where(Trajectory.stage == phase).distinct()):
        since = quiet_since(phase, today, settings_of(reading(), schedule_id))
        if since is not None:
            by_day[since].add(schedule_id)
    return by_day


def _begin(desk: Desk, phase: str, since: date, trajectory_id: UUID) -> int:
    """Each by itself, held and looked at again: two workers find the same ones."""
    with desk.deed() as deed:
        held = select(Trajectory).where(Trajectory.id == trajectory_id).with_for_update(of=Trajectory)
        row = deed.session.scalar(held)
        still = deed.session.scalar(silent(phase, since).where(Trajectory.id == trajectory_id))
        if row is None or still is None:
            return 0
        begin(deed, Ledger(deed.session, row, deed.today), SILENCE)
        deed.happened("silence_noticed", row, phase)
        return 1
