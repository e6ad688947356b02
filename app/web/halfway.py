"""Between password and code: the cookie says whose password was right, for ten minutes and for nothing else."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from flask import g, request, session
from flask_login import current_user, login_user

from app import clock
from app.actions.sessions import begin
from app.records import User
from app.records.second_steps import halfway
from app.records.viewers import viewer_of
from app.web.desk import as_uuid, desk
from app.web.session import SignedIn

LASTS = timedelta(minutes=10)
NAME = "halfway"


def go_halfway(user: User, back: str) -> None:
    """The password was right. Whoever was signed in here before is so no more."""
    left = getattr(current_user, "session_id", None)
    session.clear()
    session[NAME] = {
        "user": user.id.hex, "epoch": user.epoch, "at": clock.now().isoformat(), "back": back,
        "left": left.hex if left else "",
    }  # fmt: skip


def who_is_halfway() -> User | None:
    """Whose password was right just now, while nothing about them has changed since."""
    said: dict[str, Any] | None = session.get(NAME)
    if said is None or clock.now() - datetime.fromisoformat(said["at"]) > LASTS:
        return None
    return halfway(UUID(said["user"]), said["epoch"])


def let_in(user: User, second: str = "") -> str:
    """Begin the sign-in of this person; returns the page that was asked for. `second`: what was proved besides."""
    said: dict[str, Any] = session.get(NAME) or {}
    left = getattr(current_user, "session_id", None) or as_uuid(said.get("left", ""))
    session.clear()  # what was there before signing in is somebody else's
    g.viewer = viewer_of(user)
    login_user(SignedIn(g.viewer, begin(desk(), user.epoch, request.user_agent.string, left, second)))
    return str(said.get("back", "/"))
