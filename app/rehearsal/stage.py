"""The scratch installation a rehearsal plays on: a database and folders of its own, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path

from flask import Flask

from app import create_app
from app.actions.deed import Desk, House
from app.config import Config
from app.errors import Invalid
from app.house import hire_postman
from app.records import Trajectory, db
from app.records.database import reading
from app.rehearsal.cast import hire
from app.rehearsal.player import Player
from app.rehearsal.record import Record
from app.rehearsal.script import BadScript, Script, day_of
from app.rules import term
from app.web.mail_texts import write


@contextmanager
def scratch() -> Iterator[Flask]:
    """An application on a database of its own, inside its context."""
    with tempfile.TemporaryDirectory(prefix="voorwaarts-") as folder:
        config = Config.scratch(Path(folder))
        config.prepare()
        app = create_app(config)
        with app.app_context():
            db.create_all()
            yield app
            db.session.remove()
            db.engine.dispose()


def rehearse(app: Flask, script: Script, start: str = "", last_day: str = "") -> tuple[Player, Trajectory]:
    """Play the script to its end on this scratch application. Raises Invalid for a lease that can't be."""
    first, last = the_lease(script, start, last_day)
    config: Config = app.extensions["voorwaarts.config"]
    house: House = app.extensions["voorwaarts.house"]
    cast = hire(Desk(house, None, first, datetime.now(UTC)))
    player = Player(house, cast, script, first, last, hire_postman(config), write, record=Record())
    player.play()
    assert player.trajectory_id is not None
    return player, reading().get_one(Trajectory, player.trajectory_id)


def the_lease(script: Script, start: str, last_day: str) -> tuple[date, date]:
    """First and last day: from the command line, else the script, else two whole years from 15 March 2025."""
    first = day_of(start or script.start or "2025-03-15", {})
    said = last_day or script.last_day
    last = day_of(said, {"S": first}) if said else term.latest_end(first)
    fault = term.fault(first, last)
    if fault is not None:
        raise Invalid(faults=[fault])
    if first.year < 2016 or first.year > 2090:
        raise BadScript("bad_script", reason=f"a lease that starts on {first} is outside what can be rehearsed.")
    return first, last
