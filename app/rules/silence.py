"""Silence: nobody confirmed, wrote down or visited anything for so long that somebody must get in touch.

How long is too long differs by phase, and is a setting of the region [ours].
"""

from __future__ import annotations

from datetime import date, timedelta

from app.errors import Fault
from app.rules.schedule import DEFAULT, Settings

PHASES = ("intake", "tenancy", "aftercare")
KINDS = ("visit", "conversation", "phone", "message")


def quiet_since(phase: str, today: date, settings: Settings = DEFAULT) -> date | None:
    """The last day of a sign of life with which it is silent today; None in a phase in which nobody waits for one."""
    weeks = {
        "intake": settings.silence_intake_weeks,
        "tenancy": settings.silence_tenancy_weeks,
        "aftercare": settings.silence_aftercare_weeks,
    }.get(phase)
    return None if weeks is None else today - timedelta(weeks=weeks)


def faults(kind: str, on: date, opened_on: date, today: date) -> list[Fault]:
    """What is wrong with a contact that somebody notes."""
    found = [] if kind in KINDS else [Fault("kind", "not_a_choice")]
    if on > today:
        found.append(Fault("on", "in_the_future"))
    elif on < opened_on:
        found.append(Fault("on", "before_the_trajectory", {"opened_on": opened_on}))
    return found
