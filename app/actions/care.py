"""What people note about care from the dossier: that it stops, which starts a run of its own, and that it pauses."""

from __future__ import annotations

from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.care_ends import taken_down
from app.actions.deed import Deed, Desk
from app.actions.process import begin
from app.errors import Fault, Invalid, NotAllowed, NotReady
from app.records import CarePause, Trajectory
from app.records.ledger import CARE_END, Ledger
from app.records.visibility import find
from app.rules import care_clock
from app.rules.care_clock import Pause
from app.rules.permissions import may_note_pause


def note_care_end(desk: Desk, trajectory_id: UUID, why: str, on: date) -> UUID:
    """Write down that care stops, on which day and why as one of four codes; what follows begins at once.

    The lease is never touched by it. Raises NotFound, NotAllowed, NotReady, Invalid with every fault.
    """
    with desk.deed() as deed:
        ledger = taken_down(desk, deed, trajectory_id, why, on)
        one = ledger.about_care
        assert one is not None  # it was taken down a moment ago
        deed.happened("care_end_noted", ledger.trajectory, why, on=on.isoformat())
        one.run_id = begin(deed, ledger, CARE_END).id
        deed.session.add(one)
        return one.id


def note_pause(desk: Desk, trajectory_id: UUID, since: date, until: date | None) -> UUID:
    """Write down that care pauses; nobody asks why. Reviews and the lease stay where they are."""
    with desk.deed() as deed:
        ledger = _held(deed, trajectory_id)
        row = ledger.trajectory
        _require_good(ledger, Pause(since, until))
        pause = CarePause(
            id=uuid4(),
            trajectory_id=row.id,
            since=since,
            until=until,
            noted_on=deed.today,
            noted_by_id=deed.actor.id,
            at=desk.now,
        )
        row.care_notes += 1
        deed.session.add(pause)
        if until is None:
            deed.happened("care_paused", row, on=since.isoformat())
        else:
            deed.happened("care_paused_until", row, on=since.isoformat(), until=until.isoformat())
        return pause.id


def end_pause(desk: Desk, trajectory_id: UUID, until: date) -> None:
    """Care goes on again after this day. Raises NotReady where it does not pause, Invalid with every fault."""
    with desk.deed() as deed:
        ledger = _held(deed, trajectory_id)
        pause = next((one for one in ledger.care_pauses if one.until is None), None)
        if pause is None:
            raise NotReady("care_does_not_pause")
        if until > deed.today:
            raise Invalid(faults=[Fault("until", "in_the_future")])
        _require_good(ledger, Pause(pause.since, until), pause)
        pause.until = until
        deed.happened("care_resumed", ledger.trajectory, on=until.isoformat())


def _require_good(ledger: Ledger, wanted: Pause, own: CarePause | None = None) -> None:
    row = ledger.trajectory
    assert row.last_day is not None  # there is a lease
    others = [one.days() for one in ledger.care_pauses if one is not own]
    if found := care_clock.faults(wanted, others, ledger.care_began, row.last_day):
        raise Invalid(faults=found)


def _held(deed: Deed, trajectory_id: UUID) -> Ledger:
    """The trajectory's rows, held: two pauses at once would be judged apart."""
    deed.session.execute(select(Trajectory.id).where(Trajectory.id == trajectory_id).with_for_update())
    row = find(deed.session, deed.actor, deed.today, trajectory_id)
    if not may_note_pause(deed.actor):
        raise NotAllowed("may_not_note_pause")
    if not row.lease_runs(deed.today):
        raise NotReady("no_lease_to_keep")
    return Ledger(deed.session, row, deed.today)
