"""What retention is counted from, as the rows of one trajectory say it; never how long."""

from __future__ import annotations

from datetime import date

from sqlalchemy import func, select

from app.records.events import Event
from app.records.ledger import Ledger
from app.rules.dates import add_days
from app.rules.retention import Facts


def facts_of(ledger: Ledger) -> Facts:
    """Of an open trajectory too: then most days are not known yet."""
    row = ledger.trajectory
    ended = _tenancy_ended(ledger)
    stopped = ledger.early_ends[0].happened_on if ledger.early_ends else row.closed_on
    return Facts(
        had_lease=row.first_day is not None and row.signed_on is not None,
        had_care=row.contract_round > 0,
        closed=row.closed_on is not None,
        tenancy_ended=ended,
        care_ended=_care_ended(ledger, ended or stopped),
        stopped=stopped,
        first_entry=ledger.session.scalar(select(func.min(Event.on)).where(Event.chain == row.id)),
    )


def _tenancy_ended(ledger: Ledger) -> date | None:
    """The last day of the fixed term, or the later one on which the tenant had left or what followed was settled."""
    days = [add_days(one.on, -1) for one in ledger.endings]
    days += [one.last_day for one in ledger.early_ends if one.last_day is not None]
    if not days and ledger.trajectory.closed_on is not None:  # given up before it began
        days = [one.happened_on for one in ledger.early_ends] or [ledger.trajectory.closed_on]
    left = [day for one in ledger.key_returns for day in (one.returned_on, one.stay_on) if day is not None]
    return max([*days, *left]) if days else None


def _care_ended(ledger: Ledger, ended: date | None) -> date | None:
    """Care went on until the last of these at the latest: the lease, the aftercare that was held, an end of care."""
    held = [one.held_on for one in ledger.reviews if one.kind == "aftercare" and one.held_on is not None]
    noted = [one.on for one in ledger.care_ends if one.on is not None]
    days = [day for day in (ended, *held, *noted) if day is not None]
    return max(days) if ended is not None else None
