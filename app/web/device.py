"""What this visit asks of the visitor's device: one challenge at a time, which counts once."""

from __future__ import annotations

from flask import session

from app.passkeys import Site, challenge
from app.web.desk import config

ASKED = "asked_of_device"


def site() -> Site:
    return Site(config().base_url)


def asked() -> str:
    """The challenge that waits for an answer; the same on every page until one came."""
    if ASKED not in session:
        session[ASKED] = challenge()
    return str(session[ASKED])


def answered() -> str:
    """The challenge that is answered now: whatever the answer is, it counts no second time. "" when none waits."""
    return str(session.pop(ASKED, ""))
