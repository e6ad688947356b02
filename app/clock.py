"""The only reading of time: the business day in Amsterdam and the real moment; never arithmetic on business dates."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

AMSTERDAM = ZoneInfo("Europe/Amsterdam")


def now() -> datetime:
    """The real moment, in UTC: for sessions, leases on work and the log."""
    return datetime.now(UTC)


def today(days_ahead: int = 0) -> date:
    """The business day in Amsterdam. `days_ahead` is what the demo's time machine adds to it."""
    return datetime.now(AMSTERDAM).date() + timedelta(days=days_ahead)
