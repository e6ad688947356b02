"""Makes a backup while people work: all of one moment, read back before it counts, and only then in its place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory

from flask import Flask
from sqlalchemy import Connection

from app import files
from app.actions.audit import Verdict, anchors_in, judge, read_anchors
from app.actions.deed import House
from app.backup import postgres, sqlite
from app.backup.archive import CHAINS, DATABASES, Archive, Damaged, Manifest, Refusal, Writer, whole_or_not_at_all
from app.backup.comparing import differences
from app.backup.words import in_words
from app.config import Config
from app.errors import NotFound, NotReady
from app.migrations import is_up_to_date, reach, standing
from app.records import audit, whole
from app.records.database import let_go, reading

DATABASE = {"sqlite": sqlite, "postgresql": postgres}


@dataclass(frozen=True, slots=True)
class Made:
    """An archive in its place. `verdict` is of the record; None when the database is of an earlier version."""

    path: Path
    manifest: Manifest
    verdict: Verdict | None


def make(app: Flask, place: Path, now: datetime) -> Made:
    """Make a backup, as this file or in this folder. Raises Refusal or Damaged; then nothing is left of it."""
    config: Config = app.extensions["voorwaarts.config"]
    house: House = app.extensions["voorwaarts.house"]
    _require_database(config)
    path = _free(place, now)
    with app.app_context(), in_words("The backup could not be made, and nothing of it was kept"):
        anchored = read_anchors(house, config.anchors)  # before the record, which may grow meanwhile
        anchors = list(anchors_in(config.anchors))
        audit.hold_still()
        try:
            connection = reading().connection()
            manifest = Manifest(connection.dialect.name, _revision(connection), now.isoformat(timespec="seconds"))
            verdict = None
            if is_up_to_date(connection):
                verdict = judge(house, anchored)
                manifest.chains, manifest.entries = verdict.chains, verdict.entries
                manifest.flaws = len(verdict.flaws)
            with whole_or_not_at_all(path) as half, scratch_in(path.parent) as scratch:
                with Writer(half, manifest) as writer:
                    _add_database(writer, connection, scratch)
                    if verdict is not None:
                        writer.add(CHAINS, _ends())
                    _add_files(writer, connection, config, anchors)
                    writer.close(house.record_key)
                half.flush()
                look_at(Path(half.name), house.record_key, scratch)
        finally:
            let_go()
    return Made(path, manifest, verdict)


def look_at(path: Path, key: bytes, scratch: Path) -> Manifest:
    """Read all of an archive, its database too. Raises Damaged, with a sentence for every fault."""
    with Archive(path) as archive, in_words("The backup could not be read"):
        manifest = archive.check(key)
        database = scratch / "looked-at"
        archive.take_out(DATABASES[manifest.kind], database)
        if faults := DATABASE[manifest.kind].faults_in(database, manifest):
            raise Damaged(faults)
    return manifest


def _add_database(writer: Writer, connection: Connection, scratch: Path) -> None:
    dumped, manifest = scratch / "dumped", writer.manifest
    DATABASE[manifest.kind].dump(connection, dumped)
    manifest.tables = whole.count(connection)
    on_a_server = manifest.kind == "postgresql"
    if on_a_server and (faults := differences(postgres.lines_of(connection), postgres.lines_in(dumped))):
        raise Damaged(faults)
    writer.add_file(DATABASES[manifest.kind], dumped, pressed=on_a_server)
    dumped.unlink()


def _add_files(writer: Writer, connection: Connection, config: Config, anchors: list[Path]) -> None:
    """A file was there before the row that names it, so all that these rows name are there by now."""
    for digest in whole.files_named(connection):
        try:
            writer.add(f"documents/{digest[:2]}/{digest}", files.read(config.documents, digest))
        except (NotFound, NotReady):  # a backup without it is better than none; it is said
            writer.manifest.lost.append(digest)
    for path in anchors:
        writer.add(f"anchors/{path.name}", path.read_bytes())
    for path in sorted(config.mail.glob("[!.]*.eml")):
        writer.add(f"mail/{path.name}", path.read_bytes())


def _ends() -> bytes:
    """The end of every chain, a line for each."""
    return "".join(
        f'["{chain.hex}",{length},"{last.hex()}"]\n' for chain, (length, last) in sorted(audit.ends().items())
    ).encode()


def _revision(connection: Connection) -> str:
    revision = standing(connection)
    if revision is None:
        raise Refusal(["There is nothing in the database yet; run: voorwaarts migrate"])
    return revision


def _require_database(config: Config) -> None:
    """Opening an SQLite database that is not there would make one."""
    if config.database_url.startswith("sqlite") and not sqlite.path_of(config.database_url).exists():
        raise Refusal([f"There is no database at '{sqlite.path_of(config.database_url)}'."])
    with reach(config.database_url):
        pass


def _free(place: Path, now: datetime) -> Path:
    path = place / f"voorwaarts-{now:%Y-%m-%dT%H%M%SZ}.zip" if place.is_dir() else place
    if path.exists():
        raise Refusal([f"'{path}' is there already; nothing is written over."])
    if not path.parent.is_dir():
        raise Refusal([f"There is no folder '{path.parent}'."])
    return path


@contextmanager
def scratch_in(folder: Path) -> Iterator[Path]:
    """Room on the disk that has to hold it anyway, for this user only; gone afterwards."""
    with TemporaryDirectory(dir=folder, prefix=".voorwaarts-") as made:
        yield Path(made)
