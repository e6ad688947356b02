"""Where somebody is signed in, and signing out there: each sign-in apart, or all of them at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from flask_login import current_user

from app import clock
from app.actions import sessions as deeds
from app.records import UserSession
from app.records.sessions import sessions_of
from app.web.desk import desk
from app.web.doors import enter, signed_in
from app.web.session import sent_out

blueprint = Blueprint("sessions", __name__)

# What a browser says of itself holds the names of those it came from: the first that fits is the one.
BROWSERS: Sequence[tuple[str, str]] = (
    ("Edg", "Edge"), ("OPR", "Opera"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"),
)  # fmt: skip
SYSTEMS: Sequence[tuple[str, str]] = (
    ("Windows", "Windows"), ("Android", "Android"), ("iPhone", "iPhone"), ("iPad", "iPad"), ("Mac OS", "macOS"),
    ("Linux", "Linux"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SignInRow:
    """A sign-in as the page shows it."""

    id: UUID
    browser: str
    origin: str
    began_at: datetime
    seen_at: datetime
    here: bool


@blueprint.get("/sessions")
@enter(signed_in)
def page() -> ResponseReturnValue:
    rows = sessions_of(current_user.session_id, clock.now())
    return render_template("sessions/page.html", rows=[_row(one) for one in rows])


@blueprint.post("/sessions/<uuid:session_id>/end")
@enter(signed_in)
def end(session_id: UUID) -> ResponseReturnValue:
    deeds.end(desk(), session_id)
    if session_id == current_user.session_id:
        return sent_out()
    flash(gettext("That browser is signed out."), "ok")
    return redirect(url_for("sessions.page"), 303)


@blueprint.post("/sessions/end")
@enter(signed_in)
def end_all() -> ResponseReturnValue:
    deeds.end_all(desk())
    return sent_out()


def _row(one: UserSession) -> SignInRow:
    here = one.id == current_user.session_id
    return SignInRow(one.id, browser_name(one.browser), one.origin, one.began_at, one.seen_at, here)


def browser_name(said: str) -> str:
    """What a browser is called by people, from what it says of itself: "Firefox, Windows"; what it said if unknown."""
    browser = next((name for mark, name in BROWSERS if mark in said), "")
    system = next((name for mark, name in SYSTEMS if mark in said), "")
    known = ", ".join(name for name in (browser, system) if name)
    return known or said or gettext("an unknown browser")
