"""A throw-away installation on a real file, with a region of invented people and a business day that can be set."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from uuid import UUID, uuid4

from flask import Flask
from sqlalchemy import select

from app import clock, create_app
from app.actions.deed import Desk, House
from app.actions.region import furnish_region
from app.config import Config
from app.house import hire_postman
from app.records import Home, Organisation, db
from app.records.viewers import viewer_of
from app.rehearsal.cast import REGION, Cast
from app.rehearsal.player import Player
from app.rehearsal.script import Script
from app.rules.permissions import ROLE_OF_PART
from app.serving import settle
from app.web.mail_texts import write
from tests.bench.browser import Browser

PASSWORD = "a bench has no secrets"
FIRST_DAY, LAST_DAY = date(2025, 3, 15), date(2027, 3, 14)


@dataclass
class Installation:
    """The application with its people; `browsers` are signed in, one per role."""

    app: Flask
    folder: Path
    cast: Cast
    browsers: dict[str, Browser] = field(default_factory=dict)
    played: int = 0

    @property
    def house(self) -> House:
        opened: House = self.app.extensions["voorwaarts.house"]
        return opened

    @property
    def database(self) -> Path:
        return self.folder / "voorwaarts.db"

    def player(self, kind: type[Player] = Player) -> Player:
        """Somebody to play one trajectory that ends well, in a home of its own."""
        self.played += 1
        born = FIRST_DAY - timedelta(days=10_000 + self.played)  # nobody has two conditional leases
        return kind(
            self.house, self.cast, Script("convert", tenant={"birth_date": born.isoformat()}), FIRST_DAY, LAST_DAY,
            hire_postman(self.app.extensions["voorwaarts.config"]), write, home=self._new_home(),
        )  # fmt: skip

    def desk(self, today: date) -> Desk:
        """The worker's desk."""
        return Desk(self.house, None, today, datetime.now(UTC))

    def _new_home(self) -> UUID:
        home_id = uuid4()
        with db.session.begin():
            owner = db.session.scalar(select(Organisation.id).where(Organisation.kind == "association").limit(1))
            db.session.add(Home(id=home_id, association_id=owner, street="Banklaan 1", postcode="0000 AB", city="Meer"))
        return home_id


@contextmanager
def installation() -> Iterator[Installation]:
    """Inside its application context, signed in as every role; gone afterwards."""
    with tempfile.TemporaryDirectory(prefix="voorwaarts-bench-") as folder:
        config = Config.scratch(Path(folder), LOG_LEVEL="error")
        config.prepare()
        app = create_app(config)
        with app.app_context():
            db.create_all()
            house: House = app.extensions["voorwaarts.house"]
            users = furnish_region(Desk(house, None, FIRST_DAY, datetime.now(UTC)), REGION, PASSWORD)
            players = {user.role: viewer_of(user) for user in users.values()}
            cast = Cast(players, {part: players[role].id for part, role in ROLE_OF_PART.items()})
            opened = Installation(app, Path(folder), cast)
            for user in users.values():
                opened.browsers[user.role] = Browser(app, user.email, PASSWORD)
            settle()  # as a serving process does
            yield opened
            db.session.remove()
            db.engine.dispose()


def set_day(today: date) -> None:
    """Everybody's business day from here on; the real moment stays what it is."""
    clock.today = lambda days_ahead=0: today  # type: ignore[assignment]
