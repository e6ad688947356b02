"""Correcting the days of a signed lease: proposed with a reason, judged by another; then what hangs on it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed, Desk
from app.actions.legal_clock import keep_term
from app.actions.process import begin
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import LeaseCorrection, Review, Trajectory
from app.records.ledger import CORRECTION, Ledger
from app.records.legal_dates import correction_of, waiting_correction
from app.records.visibility import find
from app.rules import lease_correction as rules
from app.rules.permissions import may_correct_lease

LONGEST_REASON: int = LeaseCorrection.__table__.c.reason.type.length  # type: ignore[attr-defined]


def propose_correction(desk: Desk, trajectory_id: UUID, days: Mapping[str, Any], reason: str) -> UUID:
    """Propose other days for a signed lease; the second person gets a task. Days as the form of signing gives them.

    Raises NotFound, NotAllowed, NotReady with why it can't be now, Invalid with every fault. Returns the proposal's id.
    """
    with desk.deed() as deed:
        # Held: two proposals at once would be judged apart.
        deed.session.execute(select(Trajectory.id).where(Trajectory.id == trajectory_id).with_for_update())
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_correct_lease(deed.actor):
            raise NotAllowed("may_not_correct_lease")
        ledger = Ledger(deed.session, row, deed.today)
        case = ledger.case()
        if code := rules.barred(case):
            raise NotReady(code)
        if waiting_correction(deed.session, row.id) is not None:
            raise NotReady("correction_is_waiting")
        reason = reason.strip()
        found = rules.faults(days, case, deed.today)
        if not reason:
            found.append(Fault("reason", "missing"))
        elif len(reason) > LONGEST_REASON:
            found.append(Fault("reason", "too_long", {"max": LONGEST_REASON}))
        if found:
            raise Invalid(faults=found)
        run = begin(deed, ledger, CORRECTION)
        correction = LeaseCorrection(
            id=uuid4(),
            trajectory_id=row.id,
            run_id=run.id,
            **{name: date.fromisoformat(days[name]) for name in rules.DAYS},
            **{f"was_{name}": getattr(case, name) for name in rules.DAYS},
            reason=reason,
            proposed_on=deed.today,
            proposed_by_id=deed.actor.id,
        )
        deed.session.add(correction)
        deed.happened("correction_proposed", row, "lease")
        return correction.id


def judge_correction(deed: Deed, ledger: Ledger, run_id: UUID, verdict: str, reason: str) -> None:
    """The second person's word. Approved: lease, reviews and legal clock get their days; the process follows.

    Raises Invalid for the one who proposed it, and where the days can't be corrected any more: then it is sent back.
    """
    row = ledger.trajectory
    correction = correction_of(deed.session, run_id)
    if correction.proposed_by_id == deed.actor.id:
        raise Invalid(faults=[Fault("verdict", "same_person")])
    correction.verdict, correction.verdict_reason = verdict, reason
    correction.decided_on, correction.decided_by_id = deed.today, deed.actor.id
    if verdict != "approve":
        deed.happened("correction_sent_back", row, "lease")
        return
    case = ledger.case()
    if code := rules.barred(case):
        raise Invalid(faults=[Fault("verdict", code)])
    _replan(deed, ledger, rules.replan(case, correction.first_day, correction.last_day, ledger.settings))
    for name in rules.DAYS:
        setattr(row, name, getattr(correction, name))
    keep_term(deed, ledger, correction.reason, correction.proposed_by_id)
    deed.happened("lease_corrected", row, "lease")


def _replan(deed: Deed, ledger: Ledger, plan: rules.Replan) -> None:
    for review in ledger.reviews:
        if str(review.id) in plan.moved:
            review.planned_on = plan.moved[str(review.id)]
        elif str(review.id) in plan.dropped:
            review.closed_on, review.outcome, review.reason = deed.today, "not_held", "lease_corrected"
    for month, day in plan.added:
        new = Review(id=uuid4(), trajectory_id=ledger.trajectory.id, kind="review", month=month, planned_on=day)
        ledger.add(ledger.reviews, new)
    ledger.reviews.sort(key=lambda review: (review.planned_on, review.month))
