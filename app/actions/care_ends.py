"""Care stops: noting it, what the drawings order after it, and the hand-over by which access moves. Never the lease."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import select, update

from app.actions.deed import Deed, Desk
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import CareEnd, Letter, Part, Task, Trajectory
from app.records.ledger import Ledger
from app.records.visibility import find
from app.rules import care_end as rules
from app.rules.permissions import ROLE_OF_PART

REFUSED_TOLD = "care_refused_told"
PROVIDER = "care_provider"


def taken_down(desk: Desk, deed: Deed, trajectory_id: UUID, why: str, on: date) -> Ledger:
    """The trajectory's rows with the end of care that somebody notes, before its run has begun.

    Raises NotFound, NotAllowed, NotReady with why it can't be now, Invalid with every fault.
    """
    # Held: two ends of care at once would be judged apart.
    deed.session.execute(select(Trajectory.id).where(Trajectory.id == trajectory_id).with_for_update())
    row = find(deed.session, deed.actor, deed.today, trajectory_id)
    if not rules.whys(deed.actor):
        raise NotAllowed("may_not_note_care_end")
    ledger = Ledger(deed.session, row, deed.today)
    if code := rules.barred(ledger.case(), [one.state() for one in ledger.care_ends], deed.today):
        raise NotReady(code)
    assert row.last_day is not None  # there is a lease
    found = rules.faults(why, on, ledger.care_began, row.last_day)
    if why in rules.WHYS and not rules.may_note(deed.actor, why):
        found.insert(0, Fault("why", "not_yours_to_note"))
    if found:
        raise Invalid(faults=found)
    row.care_notes += 1
    ledger.about_care = CareEnd(
        id=uuid4(),
        trajectory_id=row.id,
        why=why,
        on=on,
        noted_on=deed.today,
        noted_by_id=deed.actor.id,
        at=desk.now,
        outcome="",
    )
    ledger.hold(care_ends=[*ledger.care_ends, ledger.about_care])
    return ledger


def lapse_guidance(deed: Deed, ledger: Ledger) -> None:
    """No guidance, no condition to accept it: it lapses from the day on which care stops."""
    one = about(ledger)
    one.lapses_from = one.on


def suspend_guidance(deed: Deed, ledger: Ledger) -> None:
    """A provider that stops is not the tenant's breach: until there is another the condition does not count."""
    one = about(ledger)
    one.suspended_from = one.on


def tell_refusal(deed: Deed, ledger: Ledger) -> None:
    """The municipality hears that the tenant refuses guidance, and no more than that."""
    one, row = about(ledger), ledger.trajectory
    deed.session.add(
        Letter(
            id=uuid4(),
            key=f"document:{one.id.hex}:{REFUSED_TOLD}",
            trajectory_id=row.id,
            kind=REFUSED_TOLD,
            occasion=f"{REFUSED_TOLD}:{one.id.hex}",
            role="municipal_officer",
            due_on=deed.today,
        )
    )


def move_care(deed: Deed, ledger: Ledger) -> None:
    """The next provider has taken over: access, open tasks and reminders are theirs from now on.

    The one before sees nothing any more from this moment, also not what it wrote: access ends when a part ends.
    """
    one, row, session = about(ledger), ledger.trajectory, deed.session
    assert one.successor_id is not None  # somebody took over
    before = [part for part in ledger.parts if part.part == PROVIDER and part.until is None]
    for part in before:
        part.until = deed.today - timedelta(days=1)
    new = Part(
        id=uuid4(),
        trajectory_id=row.id,
        organisation_id=one.successor_id,
        part=PROVIDER,
        contact_id=deed.actor.id,
        since=deed.today,
    )
    ledger.add(ledger.parts, new)
    session.flush()
    ledger.let_go_of_seats()
    session.execute(
        update(Task)
        .where(
            Task.trajectory_id == row.id,
            Task.status == "open",
            Task.role == ROLE_OF_PART[PROVIDER],
            Task.organisation_id.in_([part.organisation_id for part in before]),
        )
        # What somebody had typed so far was theirs.
        .values(organisation_id=new.organisation_id, assignee_id=deed.actor.id, draft=None, draft_at=None)
        .execution_options(synchronize_session="fetch")
    )
    one.resumed_on, one.outcome = deed.today, "moved"


def lapse_care_end(deed: Deed, ledger: Ledger) -> None:
    """The lease or the trajectory is over, and nothing is left to settle."""
    about(ledger).outcome = "lapsed"


def close_care_end(deed: Deed, ledger: Ledger) -> None:
    """The run of this end of care is over."""
    about(ledger).closed_on = deed.today


def about(ledger: Ledger) -> CareEnd:
    """The end of care that is being dealt with."""
    if ledger.about_care is None:
        raise NotReady("nobody_listens")
    return ledger.about_care
