"""The scratch installation a rehearsal plays on: a database and folders of its own, gone afterwards."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

from flask import Flask

from app import create_app
from app.actions.deed import Desk, House
from app.config import Config
from app.errors import Fault, Invalid
from app.house import hire_postman
from app.records import db
from app.records.database import write_in_haste
from app.rehearsal.cast import hire
from app.rehearsal.days import BadScript, day_of
from app.rehearsal.habits import signing_day
from app.rehearsal.player import Player
from app.rehearsal.record import Record
from app.rehearsal.script import Script
from app.rules import term
from app.rules.answers import OLD_REGIME_FROM, grounds_for
from app.web.mail_texts import write

LEASES = (2016, 2090)  # first years of leases that the calendar of holidays and the regimes know


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


def forms(app: Flask) -> dict[str, Mapping[str, Any]]:
    """Task -> its form, of the drawings of this application."""
    house: House = app.extensions["voorwaarts.house"]
    return {name.removeprefix("forms/").removesuffix(".json"): form for name, form in house.library.forms.items()}


def rehearse(app: Flask, script: Script, start: str = "", last_day: str = "") -> Player:
    """Play the script to its end on this scratch application. Raises BadScript or Invalid for a lease that can't be."""
    first, last = the_lease(script, start, last_day)
    config: Config = app.extensions["voorwaarts.config"]
    house: House = app.extensions["voorwaarts.house"]
    cast = hire(Desk(house, None, first, datetime.now(UTC)))
    with write_in_haste():
        player = Player(house, cast, script, first, last, hire_postman(config), write, record=Record())
        player.play()
    return player


def the_lease(script: Script, start: str = "", last_day: str = "") -> tuple[date, date]:
    """First and last day: from the command line, else the script, else two whole years from 15 March 2025."""
    first = day_of(start or script.start or "2025-03-15", {})
    if not LEASES[0] <= first.year <= LEASES[1]:
        raise BadScript(f"A lease that starts in {first.year} can't be rehearsed; {LEASES[0]} up to {LEASES[1]} can.")
    said = last_day or script.last_day
    last = day_of(said, {"S": first}) if said else term.latest_end(first)
    fault = term.fault(first, last)
    if fault is None and not grounds_for(signing_day(first)):
        fault = Fault("first_day", "no_regime_then", {"from": OLD_REGIME_FROM})
    if fault is not None:
        raise Invalid(faults=[fault])
    return first, last
