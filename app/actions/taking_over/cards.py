"""Cards that were given before the trajectory was taken over: each an incident whose escalation stands at its step."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import uuid4

from app.actions.deed import Deed
from app.actions.process import begin_late
from app.actions.taking_over.forward import deliver
from app.records import Incident, Measure
from app.records.ledger import ESCALATION, Ledger
from app.rules import escalation
from app.rules.progress import Order, Step
from app.rules.take_over.lists import Card

# Hearing, proposal and approval were before the take-over; who did them is not known here, so nobody is named.
OVER = ("hear_tenant_on_measure", "propose_measure", "approve_measure")


def give(deed: Deed, ledger: Ledger, card: Card, source: str) -> None:
    """Take down the card with its incident, and follow the escalation to where it stands today."""
    row = ledger.trajectory
    row.incidents += 1
    incident = Incident(
        id=uuid4(),
        trajectory_id=row.id,
        number=row.incidents,
        happened_on=card.on,
        ground=card.ground,
        what=card.typed,
        evidence=source,
        sources="",
        first_step=card.kind,
        skip_reason="",
        reported_on=deed.today,
        reported_by_id=deed.actor.id,
        at=deed.desk.now,
        withdrawn_reason="",
        outcome="",
        run_id=uuid4(),
    )
    own = Ledger(deed.session, row, deed.today)
    own.about = incident
    own.hold(incidents=[incident], measures=[])
    deed.session.add(incident)
    begin_late(deed, own, incident.run_id, ESCALATION, _Given(deed, own, card).answer, _deliver)


@dataclass(slots=True)
class _Given:
    deed: Deed
    ledger: Ledger
    card: Card

    def answer(self, step: Step) -> bool:
        """Whether this step was over before; with the last of them the card counts."""
        if step.name not in OVER:
            return False
        if step.name == OVER[0]:
            self._take_down()
        card, measure = self.card, self.ledger.measures[-1]
        if step.name == OVER[1]:
            measure.proposed, measure.decided_on, measure.recover_by = "give", card.on, card.recover_by
        if step.name == OVER[2]:
            last_day = self.ledger.trajectory.last_day
            assert last_day is not None  # only a lease that runs is taken over
            measure.verdict, measure.approved_on, measure.given_on = "approve", card.on, card.on
            settings = self.ledger.settings
            measure.expires_on = escalation.expires(card.kind, card.on, card.recover_by, last_day, settings)
        return True

    def _take_down(self) -> None:
        incident = self.ledger.about
        assert incident is not None
        measure = Measure(
            id=uuid4(),
            trajectory_id=incident.trajectory_id,
            incident_id=incident.id,
            kind=self.card.kind,
            ground=incident.ground,
            reasons=incident.what,
            evidence=incident.evidence,
        )
        self.ledger.add(self.ledger.measures, measure)


def _deliver(deed: Deed, ledger: Ledger, order: Order) -> None:
    """Care provider and municipality were told when the card was given."""
    if order.params.get("what") != "parties_told":
        deliver(deed, ledger, order)
