"""Passwords: argon2id, and no more of it at once than the memory can bear; never a password kept or written down."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from app.errors import Fault, Invalid, NotReady
from app.rules.passwords import LONGEST, SHORTEST, objection

AT_ONCE = 2  # in one process: each takes 64 MiB and all it can get of a processor
PATIENCE = 5.0  # seconds that somebody waits for a place

_hasher = PasswordHasher()
_places = BoundedSemaphore(AT_ONCE)
# Somebody without an account takes as long to refuse as somebody with a wrong password.
_NOBODY = _hasher.hash("nobody has this password")


def is_right(password_hash: str, password: str) -> bool:
    """Whether the password belongs to the hash; without a hash it never does. Raises NotReady when all are busy."""
    with _place():
        try:
            _hasher.verify(password_hash or _NOBODY, password)
        except (VerificationError, InvalidHashError):
            return False
    return bool(password_hash)


def require_good(password: str, *about: str) -> None:
    """Raises Invalid when this can't be a password; `about` is name, address and house of the person it will be of."""
    code = objection(password, about)
    if code is not None:
        raise Invalid(faults=[Fault("password", code, {"min": SHORTEST, "max": LONGEST})])


def hash_password(password: str) -> str:
    """The argon2id hash. Raises NotReady when all are busy. It takes long: never within a deed."""
    with _place():
        return _hasher.hash(password)


@contextmanager
def _place() -> Iterator[None]:
    """One of the places for hashing. Whoever finds none in time is told so: more at once would take all the memory."""
    if not _places.acquire(timeout=PATIENCE):
        raise NotReady("busy")
    try:
        yield
    finally:
        _places.release()
