"""Puts a backup back: checked first, made ready beside what is there, looked at again, and only then in its place."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from flask import Flask

from app import clock, files, open_app
from app.actions import audit
from app.actions.audit import Verdict
from app.actions.deed import Desk, House
from app.backup import postgres, sqlite
from app.backup.archive import Archive, Manifest, Refusal
from app.backup.making import scratch_in
from app.backup.words import in_words
from app.config import Config
from app.errors import NotFound, NotReady
from app.files import write_whole
from app.migrations import is_known
from app.records import db, whole
from app.records.database import let_go, reading
from app.rules.chain import key_from
from app.upgrading import bring_up_to_date

Stage = sqlite.Stage | postgres.Stage
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


@dataclass(frozen=True, slots=True)
class Standing:
    """A database in its place. `kept`: where the one of before is, "" when there was none; `lost`: files it names that
    are not there."""

    manifest: Manifest
    verdict: Verdict
    kept: str
    lost: list[str]
    upgraded: bool = False


def put_back(config: Config, path: Path, now: datetime, instead: bool) -> Standing:
    """Put a backup back where the settings say. `instead`: of what is there, which is then kept beside it.

    Raises Refusal or Damaged, after which the database is as it was.
    """
    key = key_from(config.record_key)
    with Archive(path) as archive, in_words("The backup could not be put back, and the database is as it was"):
        manifest = archive.check(key)
        _require_fit(config, manifest)
        stage = stage_of(config.database_url, now)
        with stage.open(), scratch_in(config.instance) as scratch:
            _require_room(stage, instead)
            _put_files(archive, manifest, config)
            stage.fill(archive, manifest, scratch)
            ready = replace(config, database_url=stage.url)
            upgraded = bring_up_to_date(ready)
            app = open_app(ready)
            with app.app_context():
                audit.note_put_back(desk_of(app, now), config.anchors, manifest.at, archive.seal[:16])
            verdict, lost = look_over(app)
            kept = stage.take_place()
    return Standing(manifest, verdict, kept, lost, upgraded)


def stage_of(url: str, now: datetime) -> Stage:
    """Where a database for this address is made ready."""
    return sqlite.Stage(url, now) if url.startswith("sqlite") else postgres.Stage(url, now)


def desk_of(app: Flask, now: datetime) -> Desk:
    """Nobody sits at it."""
    house: House = app.extensions["voorwaarts.house"]
    return Desk(house, None, clock.today(), now, "console")


def look_over(app: Flask) -> tuple[Verdict, list[str]]:
    """The record held against its seals and anchors, and the files that are not there; the database is let go of."""
    config: Config = app.extensions["voorwaarts.config"]
    house: House = app.extensions["voorwaarts.house"]
    with app.app_context():
        verdict = audit.verify(house, config.anchors)
        lost = [digest for digest in whole.files_named(reading().connection()) if not _is_there(config, digest)]
        let_go()
        db.session.remove()
        db.engine.dispose()
    return verdict, lost


def _require_fit(config: Config, manifest: Manifest) -> None:
    if not is_known(manifest.revision):
        raise Refusal(
            [f"The backup stands at {manifest.revision}, which this version of the program does not know: it was made "
             "by a later one."]
        )  # fmt: skip
    wanted = "sqlite" if config.database_url.startswith("sqlite") else "postgresql"
    if manifest.kind != wanted:
        raise Refusal(
            [f"This is a backup of {NAMES[manifest.kind]}, and DATABASE_URL names {NAMES[wanted]}. Put it back on "
             f"{NAMES[manifest.kind]} first; from SQLite to PostgreSQL goes: voorwaarts move-to"]
        )  # fmt: skip


def _require_room(stage: Stage, instead: bool) -> None:
    if not stage.is_taken():
        return
    if not instead:
        raise Refusal(
            ["There are rows in the database that DATABASE_URL names; nothing was changed. Name an empty one, or say "
             "--replace: what is there is then kept beside it."]
        )  # fmt: skip
    stage.require_nobody()


def _put_files(archive: Archive, manifest: Manifest, config: Config) -> None:
    """Files first, rows after. What is there and whole stays, and so do anchors: they may know more than the backup."""
    for digest in manifest.documents:
        try:
            files.read(config.documents, digest)
        except NotFound:
            files.file(config.documents, archive.document(digest))
        except NotReady:
            files.mend(config.documents, archive.document(digest))
    has_anchors = any(audit.anchors_in(config.anchors))
    for folder, wanted in ((config.anchors, not has_anchors), (config.mail, True)):
        kind = "anchors" if folder == config.anchors else "mail"
        names = [name.partition("/")[2] for name in manifest.members if name.startswith(f"{kind}/")]
        for name in names if wanted else ():
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            if not (folder / name).exists():
                write_whole(folder / name, archive.member(f"{kind}/{name}"))


def _is_there(config: Config, digest: str) -> bool:
    try:
        files.read(config.documents, digest)
    except (NotFound, NotReady):
        return False
    return True
