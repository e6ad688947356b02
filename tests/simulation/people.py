"""Everybody in one simulated trajectory: a rehearsal's player who also knows what really became of each notice."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy import select

from app.records import Decision, Task
from app.records.database import reading
from app.rehearsal.habits import first_of_all
from app.rehearsal.player import Player
from tests.rules.statement import safe_days
from tests.simulation.facts import Delivery, Facts, working_days_after

NO_PROOF = timedelta(days=14)  # after which nobody expects the receipt any more


@dataclass(kw_only=True)
class People(Player):
    """`sent` and `received`: tenant -> the days of the newest notice as they were in life, None without proof."""

    facts: Facts
    sent: dict[str, date] = field(default_factory=dict)
    received: dict[str, date | None] = field(default_factory=dict)
    lived: int = 0  # days on which something happened

    def begins(self) -> date:
        return first_of_all(self.first)

    def _said(self, task: Task) -> dict[str, object]:
        said = super()._said(task)
        if task.name == "send_end_notice":
            self._send(task)
            said |= {f"notices.{tenant}.sent_on": on for tenant, on in self.sent.items()}
        if task.name == "record_receipt":
            for tenant, on in self.received.items():
                known = on is not None and on <= self.today  # nobody proves what the post brings after the last day
                said[f"receipts.{tenant}.proven"] = "yes" if known else "no"
                if known:
                    said[f"receipts.{tenant}.received_on"] = on
        return said

    def _day_of(self, task: Task) -> date | None:
        usual = super()._day_of(task)
        if usual is None or task.name not in ("send_end_notice", "record_receipt"):
            return usual
        if task.name == "send_end_notice":
            return max(task.opened_on, *(self._sending_day(task, one) for one in self._deliveries(task).values()))
        return max(task.opened_on, min(self._told_on(), self.last))

    def _sending_day(self, task: Task, delivery: Delivery) -> date:
        if delivery.received_on is not None:
            return delivery.received_on - timedelta(days=delivery.gap)
        if delivery.at_the_last:
            return task.due_on
        return min(task.opened_on + timedelta(days=delivery.wait), max(task.opened_on, task.due_on))

    def _told_on(self) -> date:
        """The day on which the receipts are written down: when all that will ever be known is known."""
        known = [self.sent[tenant] + NO_PROOF if on is None else on for tenant, on in self.received.items()]
        return max(known) + timedelta(days=self.facts.recorded_after)

    def _send(self, task: Task) -> None:
        """Each notice leaves on its own day: maybe before its task was there to say so, never before the decision."""
        wanted = select(Decision.approved_on).where(Decision.trajectory_id == self.trajectory_id)
        approved = reading().scalar(wanted.order_by(Decision.number.desc()).limit(1)) or self.today
        for tenant, one in self._deliveries(task).items():
            if self.received.get(tenant) in safe_days(self.last):
                continue  # that one stands, so nobody sends another
            sent = self.sent[tenant] = max(approved, min(self._sending_day(task, one), self.today))
            if one.received_on is not None:
                self.received[tenant] = max(one.received_on, sent)
            else:
                self.received[tenant] = working_days_after(sent, one.working_days) if one.proven else None

    def _deliveries(self, task: Task) -> dict[str, Delivery]:
        turn = self._turns[task.id]
        return {tenant: turns[min(turn, len(turns) - 1)] for tenant, turns in self.facts.deliveries.items()}
