"""The reviews of the two years: moving one to another day, and planning one more."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed, Desk
from app.actions.orders import invite
from app.actions.process import proceed, refresh_due_days
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady
from app.records import Move, Review, Run
from app.records.ledger import MAIN, Ledger
from app.records.visibility import find
from app.rules.permissions import may_move_review
from app.rules.schedule import free_month, meeting_day

LONGEST_REASON: int = Move.__table__.c.reason.type.length  # type: ignore[attr-defined]


def move_review(desk: Desk, review_id: UUID, to: date, reason: str) -> UUID:
    """Move a review to another day, with a reason; the process, the due days and the reminders move along.

    Raises Invalid (`day_has_passed`, `review_outside_lease` …), NotReady when it is over.
    """
    with desk.deed() as deed:
        trajectory_id = deed.session.scalar(select(Review.trajectory_id).where(Review.id == review_id))
        if trajectory_id is None:
            raise NotFound("no_such_review")
        ledger, run = _held(deed, trajectory_id)
        row = ledger.trajectory
        review = next((r for r in ledger.reviews if r.id == review_id and r.kind == "review"), None)
        if review is None or review.closed_on or review.held_on:
            raise NotReady("review_is_over")
        faults = _faults(deed, ledger, to, reason, of=review)
        if faults:
            raise Invalid(faults=faults)
        deed.session.add(
            Move(
                id=uuid4(),
                review_id=review.id,
                was_on=review.planned_on,
                now_on=to,
                reason=reason.strip(),
                by_id=deed.actor.id,
                at=desk.now,
            )
        )
        was, met_on = review.planned_on, _meeting(ledger, review)
        review.planned_on = to
        ledger.reviews.sort(key=lambda r: (r.planned_on, r.month))
        deed.happened("review_moved", row, str(review.month), was=was.isoformat(), now=to.isoformat())
        if review.opened_on is not None and _meeting(ledger, review) != met_on:
            invite(deed, ledger, review)
        _go_on(deed, ledger, run)
        return row.id


def plan_review(desk: Desk, trajectory_id: UUID, on: date, reason: str) -> UUID:
    """Plan one review more than the schedule has, with a reason. Returns its id.

    Raises Invalid as moving does, NotReady("no_lease_to_keep") before the lease runs and after it.
    """
    with desk.deed() as deed:
        ledger, run = _held(deed, trajectory_id)
        row = ledger.trajectory
        if not row.lease_runs(deed.today):
            raise NotReady("no_lease_to_keep")
        faults = _faults(deed, ledger, on, reason)
        if faults:
            raise Invalid(faults=faults)
        assert row.first_day is not None  # it runs
        planned = [review.month for review in ledger.reviews if review.kind == "review"]
        review = Review(
            id=uuid4(),
            trajectory_id=row.id,
            kind="review",
            month=free_month(row.first_day, on, planned),
            planned_on=on,
            extra_reason=reason.strip(),
        )
        ledger.add(ledger.reviews, review)
        ledger.reviews.sort(key=lambda r: (r.planned_on, r.month))
        deed.happened("review_planned", row, str(review.month), on=on.isoformat())
        _go_on(deed, ledger, run)
        return review.id


def _held(deed: Deed, trajectory_id: UUID) -> tuple[Ledger, Run | None]:
    """The rows, held: nobody holds a review or moves it while we look whether it may be moved."""
    unfinished = select(Run).where(Run.trajectory_id == trajectory_id, Run.drawing == MAIN, Run.done.is_(False))
    run = deed.session.scalar(unfinished.with_for_update())
    row = find(deed.session, deed.actor, deed.today, trajectory_id)
    if not may_move_review(deed.actor):
        raise NotAllowed("may_not_move_review")
    return Ledger(deed.session, row, deed.today), run


def _go_on(deed: Deed, ledger: Ledger, run: Run | None) -> None:
    """The process, the due days and the reminders follow."""
    deed.session.flush()
    if run is not None:
        proceed(deed, ledger, run)
    refresh_due_days(deed, ledger, ledger.case())


def _meeting(ledger: Ledger, review: Review) -> date:
    """The day to which the tenant is invited: not the Sunday that counting chose."""
    first = ledger.trajectory.first_day
    assert first is not None  # there are reviews, so there is a lease
    return meeting_day(review.planned_on, review.month, first)


def _faults(deed: Deed, ledger: Ledger, to: date, reason: str, of: Review | None = None) -> list[Fault]:
    row, faults = ledger.trajectory, []
    assert row.first_day is not None and row.last_day is not None  # there are reviews, so there is a lease
    if not reason.strip():
        faults.append(Fault("reason", "missing"))
    elif len(reason.strip()) > LONGEST_REASON:
        faults.append(Fault("reason", "too_long", {"max": LONGEST_REASON}))
    if to < deed.today:
        faults.append(Fault("to", "day_has_passed"))
    elif not row.first_day <= to <= row.last_day:
        faults.append(Fault("to", "review_outside_lease", {"first_day": row.first_day, "last_day": row.last_day}))
    elif of is not None and to == of.planned_on:  # nothing would move, and the tenant would be invited again
        faults.append(Fault("to", "planned_that_day_already"))
    elif any(other is not of and other.planned_on == to for other in ledger.reviews):
        faults.append(Fault("to", "another_review_that_day"))
    return faults
