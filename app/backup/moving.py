"""Moves everything from SQLite to PostgreSQL: copied in one transaction, compared row by row; the source stays."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection

from app import open_app
from app.actions import audit
from app.actions.audit import Verdict
from app.backup import postgres, sqlite
from app.backup.archive import Refusal
from app.backup.putting_back import desk_of, look_over
from app.backup.words import in_words
from app.config import Config
from app.migrations import require_up_to_date
from app.records import whole
from app.records.whole import Counted


@dataclass(frozen=True, slots=True)
class Moved:
    """What stands in the other database; `lost` are files that rows name and that are not there."""

    tables: Mapping[str, Counted]
    verdict: Verdict
    lost: list[str]


def move(config: Config, url: str, now: datetime) -> Moved:
    """Copy the database of these settings into the empty PostgreSQL database at `url`.

    Raises Refusal or Damaged; then the other one is as it was. The source is only read, and held meanwhile, so that
    nobody writes what would stay behind.
    """
    if not config.database_url.startswith("sqlite"):
        raise Refusal(["DATABASE_URL names PostgreSQL already; there is nothing to move."])
    if not url.startswith("postgresql"):
        raise Refusal(["The address to move to must be one of PostgreSQL, as in postgresql://user@host/voorwaarts."])
    source_path = sqlite.path_of(config.database_url)
    if not source_path.exists():
        raise Refusal([f"There is no database at '{source_path}'."])
    require_up_to_date(config.database_url)
    with in_words("It could not be moved, and nothing was changed"), sqlite.alone(config.database_url) as source:
        stage = postgres.Stage(url, now)
        with stage.open():
            if stage.is_taken():
                raise Refusal(["There are rows in the database to move to; name an empty one. Nothing was changed."])
            tables = whole.count(source)

            def put(target: Connection) -> Mapping[str, Counted]:
                postgres.copy_rows(source, target)
                return tables

            stage.make(put)
            app = open_app(replace(config, database_url=stage.url))
            with app.app_context():
                audit.note_move(desk_of(app, now))
            verdict, lost = look_over(app)
            stage.take_place()
    return Moved(tables, verdict, lost)
