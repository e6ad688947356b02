"""Reporting an incident, which starts its own escalation, and withdrawing one, at any moment."""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed, Desk
from app.actions.measures import end_steps
from app.actions.process import begin, interrupt
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady
from app.records import Incident, Run, Trajectory
from app.records.choices import grounds
from app.records.ledger import ESCALATION, Ledger
from app.records.visibility import find
from app.rules.escalation import Report, faults
from app.rules.permissions import may_report_incident

LONGEST_REASON = 400


def report_incident(desk: Desk, trajectory_id: UUID, report: Report) -> UUID:
    """Take down an incident or breach; the first step after it opens at once. Several may go on beside each other.

    Raises NotAllowed, NotReady("no_lease_to_keep"), Invalid with every fault. Returns the incident's id.
    """
    with desk.deed() as deed:
        row = _held(deed, trajectory_id)
        ledger = Ledger(deed.session, row, deed.today)
        if row.first_day is None or not row.lease_runs(deed.today):
            raise NotReady("no_lease_to_keep")
        found = faults(report, [one.value for one in grounds(ledger)], row.first_day, deed.today)
        if found:
            raise Invalid(faults=found)
        row.incidents += 1
        incident = _taken_down(deed, row, report)
        ledger.about = incident
        ledger.hold(incidents=[incident], measures=[])
        incident.run_id = begin(deed, ledger, ESCALATION).id
        deed.session.add(incident)
        deed.happened("incident_reported", row, f"incident_{row.incidents}")
        return incident.id


def withdraw_incident(desk: Desk, incident_id: UUID, reason: str) -> UUID:
    """Withdraw an incident with every step after it; who heard of them hears this too. Returns the trajectory's id."""
    with desk.deed() as deed:
        incident, trajectory, run = find_incident(deed, incident_id)
        if incident.closed_on is not None or run.done:
            raise NotReady("incident_is_over")
        reason = reason.strip()
        if not reason:
            raise Invalid(faults=[Fault("reason", "missing")])
        if len(reason) > LONGEST_REASON:
            raise Invalid(faults=[Fault("reason", "too_long", {"max": LONGEST_REASON})])
        ledger = Ledger(deed.session, trajectory, deed.today)
        ledger.turn_to(run)
        incident.withdrawn_on, incident.withdrawn_by_id = deed.today, deed.actor.id
        incident.withdrawn_reason, incident.outcome = reason, "withdrawn"
        end_steps(deed, ledger, "withdrawn")
        deed.happened("incident_withdrawn", trajectory, f"incident_{incident.number}")
        deed.session.flush()
        interrupt(deed, ledger, run, "incident_withdrawn")
        return trajectory.id


def find_incident(deed: Deed, incident_id: UUID) -> tuple[Incident, Trajectory, Run]:
    """The incident with its trajectory and its run, held until the end of the deed. Raises NotFound, NotAllowed."""
    held = select(Run).join(Incident, Incident.run_id == Run.id).where(Incident.id == incident_id)
    run = deed.session.scalar(held.with_for_update(of=Run))
    if run is None:
        raise NotFound("no_such_incident")
    trajectory = _held(deed, run.trajectory_id)
    incident = deed.session.get_one(Incident, incident_id, populate_existing=True)
    return incident, trajectory, run


def _held(deed: Deed, trajectory_id: UUID) -> Trajectory:
    """The trajectory, held: two incidents at once get two numbers."""
    deed.session.execute(select(Trajectory.id).where(Trajectory.id == trajectory_id).with_for_update())
    row = find(deed.session, deed.actor, deed.today, trajectory_id)
    if not may_report_incident(deed.actor):
        raise NotAllowed("may_not_report_incident")
    return row


def _taken_down(deed: Deed, row: Trajectory, report: Report) -> Incident:
    assert report.happened_on is not None  # a report without a day has a fault
    return Incident(
        id=uuid4(),
        trajectory_id=row.id,
        number=row.incidents,
        happened_on=report.happened_on,
        ground=report.ground,
        what=report.what.strip(),
        evidence=report.evidence.strip(),
        sources=" ".join(report.sources),
        first_step=report.first_step,
        skip_reason=report.skip_reason.strip(),
        reported_on=deed.today,
        reported_by_id=deed.actor.id,
        at=deed.desk.now,
        withdrawn_reason="",
        outcome="",
    )
