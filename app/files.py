"""Keeps what may never be half written or changed: whole files, and filed ones found by the hash of what they hold."""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path

from app.errors import NotFound, NotReady

# No space, no quota left, or past the size this process may write: to the person waiting it is one thing.
FULL = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
HASH = re.compile(r"[0-9a-f]{64}")


def file(folder: Path, content: bytes) -> tuple[str, Path]:
    """Put `content` away for good; its SHA-256 in hex and its path. Filing the same thing twice is filing it once.

    Raises NotReady "disk_full", after which nothing has changed.
    """
    digest = hashlib.sha256(content).hexdigest()
    path = _place(folder, digest)
    if not path.exists():
        with _said_in_words():
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            _sync(path.parent.parent)
        write_whole(path, content)
    return digest, path


def mend(folder: Path, content: bytes) -> None:
    """Put `content` in the place of a filed document that is no longer what it was."""
    write_whole(_place(folder, hashlib.sha256(content).hexdigest()), content)


def read(folder: Path, digest: str) -> bytes:
    """What was filed under `digest`; raises NotFound "no_such_file", or NotReady "file_damaged" when it isn't that."""
    if not HASH.fullmatch(digest):
        raise NotFound("no_such_file")
    try:
        content = _place(folder, digest).read_bytes()
    except FileNotFoundError as error:
        raise NotFound("no_such_file") from error
    if hashlib.sha256(content).hexdigest() != digest:
        raise NotReady("file_damaged", digest=digest)
    return content


def remove(folder: Path, digest: str) -> None:
    """Take what was filed under `digest` off the disk; there or not, afterwards it is not. Copies in backups stay."""
    if not HASH.fullmatch(digest):
        raise NotFound("no_such_file")
    place = _place(folder, digest)
    place.unlink(missing_ok=True)
    if place.parent.exists():
        _sync(place.parent)


def write_whole(path: Path, content: bytes) -> None:
    """Write `content` so that after a crash at any moment `path` holds either the old or the new, whole.

    For this user only (mode 600). Raises NotReady "disk_full", after which `path` is as it was.
    """
    with _said_in_words():
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=".half-")
        try:
            with os.fdopen(handle, "wb") as half:
                half.write(content)
                half.flush()
                os.fsync(half.fileno())
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
        _sync(path.parent)


def _place(folder: Path, digest: str) -> Path:
    return folder / digest[:2] / digest


def _sync(folder: Path) -> None:
    """A rename is only safe once the folder itself is on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


@contextlib.contextmanager
def _said_in_words() -> Iterator[None]:
    try:
        yield
    except OSError as error:
        if error.errno in FULL:
            raise NotReady("disk_full") from error
        raise
