"""A trajectory stops before its last day: reporting it, and what follows for its process and its letters."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID

from sqlalchemy import select, update

from app.actions.deed import Deed, Desk
from app.actions.legal_clock import keep_early_end
from app.actions.orders import INVITATION
from app.actions.process import interrupt, tell_beside
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import EarlyEnd, Letter, Person, Run
from app.records.ledger import MAIN, Ledger
from app.records.visibility import find
from app.rules import early_end
from app.rules.permissions import may_report_early_end

STOPPED = "stopped"  # the message the main drawing listens for, whatever stage it is in


def report_early_end(desk: Desk, trajectory_id: UUID, answers: Mapping[str, Any]) -> None:
    """Record that a trajectory stops early, or that one of several tenants died; answers as the form gives them.

    Open tasks lapse, planned reminders are dropped with the reason, the letter that belongs to it is ordered.
    Raises NotFound, NotAllowed, Invalid with every fault, NotReady("nobody_listens") where the drawing can't stop.
    """
    with desk.deed() as deed:
        going_on = select(Run).where(Run.trajectory_id == trajectory_id, Run.drawing == MAIN).with_for_update()
        run = deed.session.scalar(going_on)
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_report_early_end(deed.actor, answers["kind"]):
            raise NotAllowed("may_not_report_early_end")
        ledger = Ledger(deed.session, row, deed.today)
        if faults := early_end.check(answers, ledger.case()):
            raise Invalid(faults=faults)
        if answers["kind"] == "death" and ledger.co_tenants():
            _go_on_without(deed, ledger, answers)
            return
        if run is None or run.done:
            raise NotReady("trajectory_is_over")
        _record(deed, ledger, answers)
        interrupt(deed, ledger, run, STOPPED)
        if row.closed_on is None:
            tell_beside(deed, ledger)


def _record(deed: Deed, ledger: Ledger, answers: Mapping[str, Any]) -> None:
    row, kind = ledger.trajectory, answers["kind"]
    last_day = early_end.last_day_of(answers)
    ledger.add(
        ledger.early_ends,
        EarlyEnd(
            trajectory_id=row.id,
            kind=kind,
            happened_on=date.fromisoformat(answers["on"]),
            last_day=last_day,
            remark=answers.get("remark") or "",
            recorded_on=deed.today,
            by_id=deed.actor.id,
            at=deed.desk.now,
        ),
    )
    if last_day is not None:
        row.stage = "ending"
    # Whoever was invited to a review and has no letter yet need not come any more.
    deed.session.execute(
        update(Letter)
        .where(Letter.trajectory_id == row.id, Letter.state == "planned", Letter.kind == INVITATION)
        .values(state="dropped", reason="no_longer_needed")
    )
    deed.happened("early_end_reported", row, kind, on=answers["on"])
    keep_early_end(deed, ledger)
    deed.session.flush()


def _go_on_without(deed: Deed, ledger: Ledger, answers: Mapping[str, Any]) -> None:
    """A co-tenant goes on with the lease, and so does the trajectory (BW 7:268(1))."""
    row, others = ledger.trajectory, ledger.co_tenants()
    died = answers.get("who") or ""
    gone = next((one for one in others if str(one.person_id) == died), None)
    if gone is None and died != str(row.tenant_id):
        raise Invalid(faults=[Fault("who", "missing")])
    if gone is None:
        gone = others[0]
        row.tenant_id, row.tenant = gone.person_id, deed.session.get_one(Person, gone.person_id)
    deed.session.delete(gone)
    deed.happened("tenant_died", row, on=answers["on"])
