"""The program's pulse, in three cheap questions; never anything about a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, select

from app.records.database import reading
from app.records.runs import Run
from app.records.settings import last_round


@dataclass(frozen=True, slots=True)
class Pulse:
    """`oldest_due_days`: how long the oldest run that should have woken waits; 0 when none is behind."""

    oldest_due_days: int
    stuck_runs: int
    last_round: datetime | None


def pulse(today: date) -> Pulse:
    oldest = reading().scalar(select(func.min(Run.wake_on)).where(Run.fault == ""))
    stuck = reading().scalar(select(func.count()).select_from(Run).where(Run.fault != "")) or 0
    return Pulse(max(0, (today - oldest).days) if oldest else 0, stuck, last_round())
