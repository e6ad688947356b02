"""Revising the decision on conversion: proposed with a reason, and what an approval does to the process."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed, Desk, House
from app.actions.process import begin, drawing_of, interrupt, proceed
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import Revision, Run, Trajectory
from app.records.ledger import MAIN, REVISION, Ledger
from app.records.revisions import regular_lease_signed, waiting_revision
from app.records.visibility import find
from app.rules import revision as rules
from app.rules.case import Case
from app.rules.permissions import may_revise_decision

REVISED = "decision_revised"  # the message for which both roads after the decision listen
LONGEST_REASON: int = Revision.__table__.c.reason.type.length  # type: ignore[attr-defined]


def propose_revision(desk: Desk, trajectory_id: UUID, outcome: str, reason: str) -> UUID:
    """Propose another decision; the tenant is heard again first. Until a second person approves, nothing changes.

    Raises NotFound, NotAllowed, NotReady with why it can't be now, Invalid with every fault. Returns the proposal's id.
    """
    with desk.deed() as deed:
        # Held: two proposals at once would be decided apart.
        deed.session.execute(select(Trajectory.id).where(Trajectory.id == trajectory_id).with_for_update())
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_revise_decision(deed.actor):
            raise NotAllowed("may_not_revise_decision")
        ledger = Ledger(deed.session, row, deed.today)
        case = seen(ledger)
        if code := barred(deed.house, ledger, deed.today):
            raise NotReady(code)
        reason = reason.strip()
        found = rules.faults("outcome", outcome, case, deed.today)
        if not reason:
            found.append(Fault("reason", "missing"))
        elif len(reason) > LONGEST_REASON:
            found.append(Fault("reason", "too_long", {"max": LONGEST_REASON}))
        if found:
            raise Invalid(faults=found)
        assert case.decision is not None  # nothing else bars it
        revision = Revision(
            id=uuid4(),
            trajectory_id=row.id,
            was_outcome=case.decision.outcome,
            outcome=outcome,
            reason=reason,
            proposed_on=deed.today,
            proposed_by_id=deed.actor.id,
            decided="",
            to_explain=False,
        )
        ledger.revising = revision
        revision.run_id = begin(deed, ledger, REVISION).id
        deed.session.add(revision)
        deed.happened("revision_proposed", row)
        return revision.id


def seen(ledger: Ledger) -> Case:
    """The case, with what is looked up only where a decision is revised."""
    return replace(ledger.case(), regular_signed=regular_lease_signed(ledger.session, ledger.trajectory.id))


def barred(house: House, ledger: Ledger, today: date) -> str:
    """Why nobody can propose another decision now, as a code; "" when the officer can."""
    if code := rules.barred(seen(ledger), today) or _drawn_earlier(house, ledger):
        return code
    return "revision_is_waiting" if waiting_revision(ledger.session, ledger.trajectory.id) is not None else ""


def turn_round(deed: Deed, trajectory: Trajectory) -> bool:
    """The main run leaves the road it is on and chooses anew by the decision in force; whether it was on one.

    Where the decision was not even explained yet the run has still to choose, and finds the new one by itself.
    """
    own = (Run.trajectory_id == trajectory.id, Run.drawing == MAIN, Run.done.is_(False))
    run = deed.session.scalar(select(Run).where(*own).with_for_update())
    if run is None:
        raise NotReady("trajectory_is_over")
    ledger = Ledger(deed.session, trajectory, deed.today)
    try:
        interrupt(deed, ledger, run, REVISED)
    except NotReady as refused:
        if refused.code != "nobody_listens":
            raise
        proceed(deed, ledger, run)
        return False
    return True


def _drawn_earlier(house: House, ledger: Ledger) -> str:
    """A trajectory follows the drawing it began with; one from before there were revisions has no way to turn round."""
    session, own = ledger.session, (Run.trajectory_id == ledger.trajectory.id, Run.drawing == MAIN)
    drawn = session.scalar(select(Run.definition_hash).where(*own))
    if drawn is None:
        return "trajectory_is_over"
    listens = any(element.message == REVISED for element in drawing_of(house, session, drawn).elements())
    return "" if listens else "earlier_drawing"
