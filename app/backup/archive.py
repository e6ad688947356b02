"""The archive: one ZIP of members, a manifest with the hash of each, and a seal on that; it knows no database.

The seal is made with the key of the record, so that nobody without it can make an archive or change one unseen. The key
itself is never in it.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import zipfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass, field
from datetime import datetime
from importlib.metadata import version
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import IO, Any

from app.config import ConfigError
from app.records.whole import Counted
from app.rules.chain import sign

FORMAT = 1
MANIFEST, SEAL, CHAINS = "manifest.json", "manifest.seal", "chains.jsonl"
DATABASES = {"sqlite": "database.sqlite", "postgresql": "database.pgdump"}
DOCUMENT = re.compile(r"documents/[0-9a-f]{2}/([0-9a-f]{64})")
OTHERS = re.compile(r"mail/[\w.@+-]+\.eml|anchors/\d{4}-\d\d-\d\d\.anchor")
PIECE = 1 << 20
MOST = 20  # sentences about damage


class Refusal(ConfigError):
    """It can't be done as things stand; nothing was changed, and the sentences say why."""


class Damaged(Refusal):
    """The archive is not what was written."""


@dataclass
class Manifest:
    """What the archive says of itself. `members`: name -> size in bytes and SHA-256."""

    kind: str  # sqlite · postgresql
    revision: str
    made_at: str
    tables: dict[str, Counted] = field(default_factory=dict)
    chains: int = 0
    entries: int = 0
    flaws: int = 0  # of the record, when the backup was made
    lost: list[str] = field(default_factory=list)  # files that a row named and that were not there, or damaged
    members: dict[str, tuple[int, str]] = field(default_factory=dict)
    format: int = FORMAT
    program: str = field(default_factory=lambda: version("voorwaarts"))  # the version that made it

    @property
    def rows(self) -> int:
        return sum(one.rows for one in self.tables.values())

    @property
    def documents(self) -> list[str]:
        """The hashes of the documents in it."""
        return [found[1] for name in self.members if (found := DOCUMENT.fullmatch(name))]

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.made_at)

    def as_bytes(self) -> bytes:
        return json.dumps(asdict(self), indent=1, sort_keys=True).encode()


class Writer:
    """An archive that is being written."""

    def __init__(self, file: IO[bytes], manifest: Manifest) -> None:
        self._zip = zipfile.ZipFile(file, "w", allowZip64=True)
        self.manifest = manifest

    def __enter__(self) -> Writer:
        return self

    def __exit__(self, *_fault: object) -> None:
        with suppress(Exception):  # given up half-way; it must not try again when its file is gone
            self._zip.close()

    def add(self, name: str, content: bytes) -> None:
        self._zip.writestr(_info(name), content)
        self._note(name, len(content), hashlib.sha256(content).hexdigest())

    def add_file(self, name: str, path: Path, pressed: bool) -> None:
        """`pressed`: it is small already."""
        digest, size = hashlib.sha256(), 0
        how = zipfile.ZIP_STORED if pressed else zipfile.ZIP_DEFLATED
        with path.open("rb") as source, self._zip.open(_info(name, how), "w", force_zip64=True) as target:
            while piece := source.read(PIECE):
                target.write(piece)
                digest.update(piece)
                size += len(piece)
        self._note(name, size, digest.hexdigest())

    def close(self, key: bytes) -> None:
        """Write the manifest and its seal; nothing can be added any more."""
        content = self.manifest.as_bytes()
        self._zip.writestr(_info(MANIFEST, zipfile.ZIP_DEFLATED), content)
        self._zip.writestr(_info(SEAL), _seal(key, content))
        self._zip.close()

    def _note(self, name: str, size: int, digest: str) -> None:
        self.manifest.members[name] = (size, digest)


class Archive:
    """An archive that is read. Nothing of it may be believed before `check`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        try:
            self._zip = zipfile.ZipFile(path)
        except FileNotFoundError as fault:
            raise Refusal([f"There is no file '{path}'."]) from fault
        except OSError as fault:
            raise Refusal([f"'{path}' can't be read: {fault.strerror}."]) from fault
        except Exception as fault:  # a directory that is cut off or changed makes it fall over in many ways
            raise Damaged([f"'{path}' is no backup, or its end is damaged or missing."]) from fault

    def __enter__(self) -> Archive:
        return self

    def __exit__(self, *_fault: object) -> None:
        self._zip.close()

    @property
    def seal(self) -> str:
        """What this archive is known by."""
        return self._whole(SEAL).decode(errors="replace").splitlines()[-1]

    def check(self, key: bytes) -> Manifest:
        """Read all of it. Raises Damaged with a sentence for every member that is not as it was written."""
        try:
            content, seal = self._whole(MANIFEST), self._whole(SEAL)
        except _Unreadable as fault:
            raise Damaged([f"{fault}; without it nothing else can be checked."]) from fault
        self._require_seal(key, content, seal)
        manifest = _manifest(content)
        faults = [sentence for name in manifest.members if (sentence := self._fault(name, manifest))]
        strange = sorted(set(self._zip.namelist()) - manifest.members.keys() - {MANIFEST, SEAL})
        faults += [f"{name} does not belong in it." for name in strange]
        if faults:
            more = [f"And {len(faults) - MOST:,} more."] if len(faults) > MOST else []
            raise Damaged([f"'{self.path}' is damaged:", *faults[:MOST], *more])
        return manifest

    def pieces(self, name: str) -> Iterator[bytes]:
        """A member, bit by bit."""
        try:
            with self._zip.open(name) as source:
                while piece := source.read(PIECE):
                    yield piece
        except KeyError as fault:
            raise _Unreadable(f"{name} is missing") from fault
        except Exception as fault:  # a changed byte makes it fall over in many ways
            raise _Unreadable(f"{name} is damaged") from fault

    def document(self, digest: str) -> bytes:
        return self._whole(f"documents/{digest[:2]}/{digest}")

    def member(self, name: str) -> bytes:
        return self._whole(name)

    def take_out(self, name: str, path: Path) -> None:
        with path.open("wb") as target:
            for piece in self.pieces(name):
                target.write(piece)

    def _whole(self, name: str) -> bytes:
        return b"".join(self.pieces(name))

    def _require_seal(self, key: bytes, content: bytes, seal: bytes) -> None:
        """Raises Refusal when another key was used, Damaged when the manifest or its seal was changed."""
        if seal == _seal(key, content):
            return
        mark, digest, *_ = [*seal.decode(errors="replace").splitlines(), "", ""]
        if digest == hashlib.sha256(content).hexdigest() and mark != _mark(key):
            raise Refusal([f"'{self.path}' was made with another RECORD_KEY than the one that is set."])
        which = SEAL if digest == hashlib.sha256(content).hexdigest() else MANIFEST
        raise Damaged([f"{which} is damaged, or was changed; without it nothing else can be checked."])

    def _fault(self, name: str, manifest: Manifest) -> str:
        size, digest = manifest.members[name]
        if not (DOCUMENT.fullmatch(name) or OTHERS.fullmatch(name) or name in (CHAINS, *DATABASES.values())):
            return f"{name} does not belong in it."
        found, length = hashlib.sha256(), 0
        try:
            for piece in self.pieces(name):
                found.update(piece)
                length += len(piece)
        except _Unreadable as fault:
            return f"{fault}."
        return "" if (length, found.hexdigest()) == (size, digest) else f"{name} is damaged."


class _Unreadable(Exception):
    """A member can't be read; its text says which."""


@contextmanager
def whole_or_not_at_all(path: Path) -> Iterator[IO[bytes]]:
    """A file beside `path`, for this user only, that takes its place when all went well and is gone otherwise."""
    with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}-", delete=False) as half:
        try:
            yield half
            half.flush()
            os.fsync(half.fileno())
            Path(half.name).replace(path)
        except BaseException:
            Path(half.name).unlink(missing_ok=True)
            raise


def _manifest(content: bytes) -> Manifest:
    said: dict[str, Any] = json.loads(content)
    if said["format"] > FORMAT:
        raise Refusal(["The backup was made by a later version of the program than this one."])
    tables: Mapping[str, Any] = said.pop("tables")
    members: Mapping[str, Any] = said.pop("members")
    return Manifest(
        **said,
        tables={name: Counted(**one) for name, one in tables.items()},
        members={name: (size, digest) for name, (size, digest) in members.items()},
    )


def _seal(key: bytes, content: bytes) -> bytes:
    """Three lines: which key, what the manifest's hash is, and that we wrote it."""
    return f"{_mark(key)}\n{hashlib.sha256(content).hexdigest()}\n{sign(key, content)}\n".encode()


def _mark(key: bytes) -> str:
    """Tells one key from another, and nothing about it."""
    return sign(key, b"which key")[:16]


def _info(name: str, how: int = zipfile.ZIP_STORED) -> zipfile.ZipInfo:
    info = zipfile.ZipInfo(name)
    info.compress_type = how
    info.external_attr = 0o600 << 16
    return info
