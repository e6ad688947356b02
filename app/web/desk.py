"""Where a deed of a request is done: who, on which business day, at which moment; the web's reading of the clock."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from flask import current_app, g, request
from flask_login import current_user

from app import clock
from app.actions.deed import Desk, House
from app.config import Config
from app.records.settings import days_ahead
from app.rules.permissions import Viewer


def config() -> Config:
    settings: Config = current_app.extensions["voorwaarts.config"]
    return settings


def house() -> House:
    opened: House = current_app.extensions["voorwaarts.house"]
    return opened


def today() -> date:
    """The business day; the demo's time machine may have moved it on."""
    if "today" not in g:
        g.today = clock.today(days_ahead() if config().demo else 0)
    day: date = g.today
    return day


def desk() -> Desk:
    """The desk of whoever is signed in."""
    return Desk(house(), g.get("viewer"), today(), clock.now(), request.remote_addr or "")


def load_viewer() -> Viewer | None:
    """Who is signed in, as the rules know people."""
    user = current_user._get_current_object()
    viewer: Viewer | None = user.viewer if user.is_authenticated else None
    return viewer


def the_viewer() -> Viewer:
    """Behind a door for people who are signed in there is always one."""
    viewer: Viewer = g.viewer
    return viewer


def as_uuid(text: str) -> UUID | None:
    """An id out of a form; None when it is none."""
    try:
        return UUID(text)
    except ValueError:
        return None
