"""Bringing an installation up to date: its tables, and then what is new in them that only the rules can compute."""

from __future__ import annotations

from app import clock, open_app
from app.actions.deed import Desk
from app.actions.legal_clock import keep_missing
from app.config import Config
from app.migrations import upgrade
from app.records import db


def bring_up_to_date(config: Config) -> bool:
    """Whether there was anything to do. Raises what `upgrade` raises."""
    done = upgrade(config.database_url)
    if done:
        app = open_app(config)
        with app.app_context():
            keep_missing(Desk(app.extensions["voorwaarts.house"], None, clock.today(), clock.now(), "console"))
            db.session.remove()
            db.engine.dispose()
    return done
