"""Choosing spans for an association's next trajectories, and letting a running one go over to others, with a reason."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID, uuid4

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.actions.deed import Deed, Desk
from app.actions.legal_clock import keep_term
from app.actions.process import proceed, refresh_due_days, tell_beside
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import Move, Organisation, Rescheduling, Review, Run, Schedule
from app.records.ledger import MAIN, Ledger
from app.records.schedules import current
from app.records.visibility import find
from app.rules import reschedule, spans
from app.rules.permissions import may_choose_spans, may_reschedule
from app.rules.schedule import Settings, as_spans

LONGEST_REASON: int = Schedule.__table__.c.reason.type.length  # type: ignore[attr-defined]
ASSOCIATION, TRAJECTORY = "association", "trajectory"


def choose_spans(desk: Desk, wanted: Settings, reason: str, seen: UUID | None) -> UUID:
    """The spans on which this association's trajectories start from now on; those that run keep theirs.

    `seen`: the schedule that the choice was made beside. Raises NotAllowed, NotReady("spans_changed_meanwhile") when
    there is another by now, Invalid with every fault. Returns the new schedule's id.
    """
    with desk.deed() as deed:
        if not may_choose_spans(deed.actor):
            raise NotAllowed("may_not_choose_spans")
        association_id = deed.actor.organisation_id
        # Held: of two who choose at once the second sees what the first chose.
        deed.session.execute(select(Organisation.id).where(Organisation.id == association_id).with_for_update())
        now_id, standing = current(deed.session, association_id)
        if now_id != seen:
            raise NotReady("spans_changed_meanwhile")
        _require_fine(wanted, standing, reason)
        own = Schedule.organisation_id == association_id, Schedule.scope == ASSOCIATION
        number = 1 + (deed.session.scalar(select(func.max(Schedule.number)).where(*own)) or 0)
        schedule_id = _keep(deed, association_id, ASSOCIATION, wanted, reason, number)
        deed.happened("spans_chosen", about=ASSOCIATION, schedule=str(schedule_id), number=number)
        return schedule_id


def follow_association(desk: Desk, trajectory_id: UUID, reason: str, seen: UUID | None) -> None:
    """Let a running trajectory go over to the spans its association has now. `seen`: the schedule it ran on.

    Raises NotFound, NotAllowed, NotReady with why it can't be now, Invalid with every fault.
    """
    with desk.deed() as deed:
        ledger, run = _held(deed, trajectory_id, seen)
        schedule_id, wanted = current(deed.session, deed.actor.organisation_id)
        _require_fine(wanted, ledger.settings, reason)
        if schedule_id is None:
            schedule_id = _keep(deed, deed.actor.organisation_id, TRAJECTORY, wanted, reason)
        _go_over(deed, ledger, run, schedule_id, wanted, reason, ASSOCIATION)


def choose_own_spans(desk: Desk, trajectory_id: UUID, wanted: Settings, reason: str, seen: UUID | None) -> None:
    """Give one trajectory spans of its own. Raises as `follow_association`."""
    with desk.deed() as deed:
        ledger, run = _held(deed, trajectory_id, seen)
        _require_fine(wanted, ledger.settings, reason)
        own = deed.actor.organisation_id
        schedule_id, common = current(deed.session, own)
        of = ASSOCIATION if wanted == common else TRAJECTORY
        if schedule_id is None or wanted != common:
            schedule_id = _keep(deed, own, TRAJECTORY, wanted, reason)
        _go_over(deed, ledger, run, schedule_id, wanted, reason, of)


def days_once_chosen(session: Session, ledger: Ledger) -> Collection[str]:
    """Ids of the reviews that somebody once moved: whatever day they have now, it was chosen."""
    ids = [review.id for review in ledger.reviews]
    return [str(one) for one in session.scalars(select(Move.review_id).where(Move.review_id.in_(ids)))] if ids else []


def _held(deed: Deed, trajectory_id: UUID, seen: UUID | None) -> tuple[Ledger, Run | None]:
    """The rows, held: nothing opens a review while we look which of them has not begun."""
    unfinished = select(Run).where(Run.trajectory_id == trajectory_id, Run.drawing == MAIN, Run.done.is_(False))
    run = deed.session.scalar(unfinished.with_for_update())
    row = find(deed.session, deed.actor, deed.today, trajectory_id)
    if not may_reschedule(deed.actor):
        raise NotAllowed("may_not_reschedule")
    ledger = Ledger(deed.session, row, deed.today)
    if code := reschedule.barred(ledger.case()):
        raise NotReady(code)
    if row.schedule_id != seen:
        raise NotReady("spans_changed_meanwhile")
    return ledger, run


def _require_fine(wanted: Settings, standing: Settings, reason: str) -> None:
    faults = spans.judge(wanted)
    if wanted == standing:
        faults.append(Fault("", "same_spans"))
    if not reason.strip():
        faults.append(Fault("reason", "missing"))
    elif len(reason.strip()) > LONGEST_REASON:
        faults.append(Fault("reason", "too_long", {"max": LONGEST_REASON}))
    if faults:
        raise Invalid(faults=faults)


def _keep(deed: Deed, association_id: UUID, scope: str, wanted: Settings, reason: str, number: int = 0) -> UUID:
    row = Schedule(
        id=uuid4(),
        organisation_id=association_id,
        scope=scope,
        number=number,
        spans=as_spans(wanted),
        reason=reason.strip(),
        made_on=deed.today,
        by_id=deed.actor.id,
        at=deed.desk.now,
    )
    deed.session.add(row)
    deed.session.flush()
    return row.id


def _go_over(
    deed: Deed, ledger: Ledger, run: Run | None, schedule_id: UUID, wanted: Settings, reason: str, of: str
) -> None:
    """The reviews that have not begun, our own dates, the open tasks, the process and the reminders follow."""
    row, case = ledger.trajectory, ledger.case()
    plan = reschedule.replan(case, ledger.settings, wanted, deed.today, days_once_chosen(deed.session, ledger))
    _replan(deed, ledger, plan)
    change = Rescheduling(
        id=uuid4(),
        trajectory_id=row.id,
        was_id=row.schedule_id,
        now_id=schedule_id,
        reason=reason.strip(),
        made_on=deed.today,
        by_id=deed.actor.id,
        at=deed.desk.now,
    )
    row.schedule_id = schedule_id
    deed.session.add(change)
    deed.session.flush()
    deed.happened("spans_changed", row, of)
    fresh = Ledger(deed.session, row, deed.today)
    if row.signed_on is not None:
        keep_term(deed, fresh, reason.strip())
    if run is not None:
        proceed(deed, fresh, run)
    refresh_due_days(deed, fresh, fresh.case())
    tell_beside(deed, fresh)


def _replan(deed: Deed, ledger: Ledger, plan: reschedule.Replan) -> None:
    """A review that has not begun is a plan: it goes without a trace but the event, and may come back as it was."""
    for review in [one for one in ledger.reviews if str(one.id) in plan.dropped]:
        ledger.reviews.remove(review)
        deed.session.delete(review)
        on = review.planned_on.isoformat()
        deed.happened(f"{review.kind}_unplanned", ledger.trajectory, str(review.month), on=on)
    for kind, added in (("review", plan.reviews), ("aftercare", plan.checks)):
        for month, day in added:
            new = Review(id=uuid4(), trajectory_id=ledger.trajectory.id, kind=kind, month=month, planned_on=day)
            ledger.add(ledger.reviews, new)
            deed.happened(f"{kind}_planned_anew", ledger.trajectory, str(month), on=day.isoformat())
