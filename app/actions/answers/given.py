"""An answer on its way into the records: the deed it belongs to, the rows it is about, and what was filled in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from app.actions.deed import Deed
from app.records import Task, Trajectory
from app.records.ledger import Ledger


@dataclass(frozen=True, slots=True)
class Given:
    """One whole and checked answer. `correction`: the task was done before, and its rows are there already."""

    deed: Deed
    task: Task
    ledger: Ledger
    answers: Mapping[str, Any]
    correction: bool = False

    @property
    def trajectory(self) -> Trajectory:
        return self.ledger.trajectory

    @property
    def by_id(self) -> UUID:
        return self.deed.actor.id

    def day(self, name: str) -> date:
        return date.fromisoformat(self.answers[name])

    def day_or_none(self, name: str) -> date | None:
        value = self.answers.get(name)
        return date.fromisoformat(value) if value else None

    def day_in(self, one: Mapping[str, Any], name: str) -> date:
        return date.fromisoformat(one[name])

    def words(self, name: str) -> str:
        return self.answers.get(name) or ""


Record = Callable[[Given], None]


def cents(euros: float | str | int) -> int:
    """Euros as typed into whole cents."""
    return round(float(euros) * 100)
