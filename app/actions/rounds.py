"""The worker's rounds: waking what is due, and a heartbeat. Each run by itself; a broken one steps aside."""

from __future__ import annotations

import logging
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.exc import IntegrityError

from app.actions.deed import Desk
from app.actions.process import proceed
from app.errors import NotAllowed, NotReady, Refused
from app.records import Document, Letter, Run, Setting, Trajectory, straight
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.rules.permissions import may_manage

log = logging.getLogger("voorwaarts.rounds")

DUE = (
    select(Run.id)
    .where(Run.fault == "", Run.wake_on <= bindparam("today"))
    .order_by(Run.wake_on)
    .limit(bindparam("limit"))
)
HOUSE_WIDE = {"database_unreachable", "disk_full"}  # no fault of the run that happened to meet it


def wake_due(desk: Desk, limit: int = 200) -> int:
    """Wake every run whose day has come; how many went on."""
    let_go()
    due = list(reading().scalars(DUE, {"today": desk.today, "limit": limit}))
    let_go()
    return sum(_wake(desk, run_id) for run_id in due)


def _wake(desk: Desk, run_id: UUID) -> int:
    try:
        with desk.deed() as deed:
            run = deed.session.scalar(
                select(Run).where(Run.id == run_id, Run.wake_on <= desk.today).with_for_update(skip_locked=True)
            )
            if run is None:  # another worker has it, or it went on already
                return 0
            trajectory = deed.session.get_one(Trajectory, run.trajectory_id)
            proceed(deed, Ledger(deed.session, trajectory, desk.today), run)
            return 1
    except Exception as fault:
        if isinstance(fault, NotReady) and fault.code in HOUSE_WIDE:
            raise
        too_late = isinstance(fault, NotReady) and fault.code == "somebody_was_first"
        if too_late and not isinstance(fault.__cause__, IntegrityError):
            return 0
        _step_aside(desk, run_id, fault)
        return 0


def _step_aside(desk: Desk, run_id: UUID, fault: Exception) -> None:
    """A run that can't go on must not hold up the others; it waits, and the health page counts it."""
    code = fault.code if isinstance(fault, Refused) else type(fault).__name__
    log.exception("run steps aside", extra={"run": str(run_id), "code": code})
    with desk.deed() as deed:
        deed.session.execute(update(Run).where(Run.id == run_id).values(fault=code[:200]))


def try_again(desk: Desk) -> int:
    """Give everything that got stuck another try: runs, papers and letters; how many. For the application manager."""
    with desk.deed() as deed:
        if not may_manage(deed.actor):
            raise NotAllowed("only_the_application_manager")
        tries = (
            update(Run).where(Run.fault != "").values(fault="", wake_on=deed.today),
            update(Document).where(Document.state == "failed").values(state="ordered", fault="", claimed_until=None),
            update(Letter)
            .where(Letter.state == "failed")
            .values(state="planned", reason="", attempts=0, retry_at=None, claimed_until=None),
        )
        count = sum(straight.change(deed.session, statement) for statement in tries)
        deed.happened("stuck_tried_again", count=count)
        return count


def note_round(desk: Desk) -> None:
    """Leave the heartbeat: the moment of the worker's last whole round."""
    with desk.deed() as deed:
        straight.add_unless_there(deed.session, Setting, {"name": "worker_round", "value": ""})
        deed.session.execute(update(Setting).where(Setting.name == "worker_round").values(value=desk.now.isoformat()))
