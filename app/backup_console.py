"""What came of a backup, a restore or a move, in sentences for the console; and what is still to be done by hand."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from app import audit_console
from app.actions.audit import Verdict
from app.backup.archive import Manifest
from app.backup.making import Made
from app.backup.moving import Moved
from app.backup.putting_back import Standing
from app.records.whole import Counted

KEYS = (
    "SECRET_KEY and RECORD_KEY are not in it. Keep them apart from it: without RECORD_KEY it can't be checked or put "
    "back, and no entry of the record can be vouched for."
)
MOST = 20


def made(backup: Made) -> Iterator[str]:
    """What is in the archive that was just made."""
    yield from held(backup.manifest)
    yield from _missing(backup.manifest.lost)
    if backup.verdict is None:
        yield "The database is of an earlier version; its record was not held against its seals."
    elif backup.verdict.flaws:
        yield "The record was changed, and the backup is a true copy of that:"
        yield from _record(backup.verdict)
    yield f"{backup.path} is there, {backup.path.stat().st_size / 1_000_000:,.1f} MB. It was read back and is whole."
    yield KEYS


def held(manifest: Manifest) -> Iterator[str]:
    """What an archive says of itself."""
    yield (
        f"Of {manifest.at:%Y-%m-%d, %H:%M} UTC, version {manifest.program}, revision {manifest.revision}: "
        f"{_counted(manifest.tables)}, {_number(len(manifest.documents), 'filed document')}, "
        f"{_number(manifest.entries, 'entry', 'entries')} of the record in {_number(manifest.chains, 'chain')}."
    )


def put_back(standing: Standing) -> Iterator[str]:
    """What stands there now."""
    manifest = standing.manifest
    yield from held(manifest)
    yield "Every table has the rows that were counted when it was made, and they are the same ones."
    if standing.upgraded:
        yield "It was brought up to the revision of this version."
    yield from _missing(standing.lost)
    yield "Of the record:"
    yield from _record(standing.verdict)
    if standing.kept:
        place = standing.kept if "/" in standing.kept else f"the schema {standing.kept}"
        yield f"What was there before is kept: {place}. Remove it when nobody needs it any more."
    yield (
        f"Letters that were posted after {manifest.at:%Y-%m-%d, %H:%M} UTC go out once more, with the same Message-ID, "
        "when the worker starts. Everybody signs in anew."
    )


def moved(move: Moved) -> Iterator[str]:
    """What stands in the other database now."""
    yield f"{_counted(move.tables)} were copied; every table has as many rows as before, and they are the same ones."
    yield from _missing(move.lost)
    yield "Of the record:"
    yield from _record(move.verdict)
    yield (
        "Nothing was changed in the old database. Set DATABASE_URL to the new one on every host, INSTANCE stays; then "
        "put the old file away, so that nobody works in it by mistake, and start web and worker."
    )


def _record(verdict: Verdict) -> Iterator[str]:
    yield from (f"  {line}" for line in audit_console.told(verdict))


def _missing(lost: Sequence[str]) -> Iterator[str]:
    if not lost:
        return
    yield f"{_number(len(lost), 'file')} that rows name {'is' if len(lost) == 1 else 'are'} missing or damaged:"
    yield from (f"  documents/{digest[:2]}/{digest}" for digest in lost[:MOST])
    if len(lost) > MOST:
        yield f"  and {len(lost) - MOST:,} more"


def _counted(tables: Mapping[str, Counted]) -> str:
    rows = sum(one.rows for one in tables.values())
    return f"{_number(rows, 'row')} in {_number(len(tables), 'table')}"


def _number(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"
