"""The demo's time machine: moves the business day on; sessions, leases on work and the log keep real time."""

from __future__ import annotations

from app.actions.deed import Desk
from app.errors import Fault, Invalid
from app.records import Setting, straight

FURTHEST = 366 * 5


def travel(desk: Desk, days: int) -> int:
    """Move the business day on by some days, never back. Returns how far ahead it now is."""
    with desk.deed() as deed:
        straight.add_unless_there(deed.session, Setting, {"name": "days_ahead", "value": "0"})
        row = deed.session.get_one(Setting, "days_ahead", with_for_update=True)
        ahead = int(row.value) + days
        if days < 1 or ahead > FURTHEST:
            raise Invalid(faults=[Fault("days", "time_machine_range", {"max": FURTHEST - int(row.value)})])
        row.value = str(ahead)
        deed.happened("business_day_moved", days=days)
        return ahead
