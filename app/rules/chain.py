"""The chain that makes the record tell when it was changed: each entry is sealed together with the seal before it.

The seal is an HMAC with a key that is kept outside the database, so whoever can write in the database can't make one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

NOBODY = UUID(int=0)  # the chain of what the program does for no organisation
BEGIN = b""  # before the first entry of a chain
CUT = "record_cut"  # the entry that says: what stood before this head was cut off
SEALED = (
    "chain", "number", "at", "on", "actor_id", "organisation_id", "origin", "action", "about", "result", "look",
    "trajectory_id", "shown", "details",
)  # fmt: skip


def key_from(secret: str) -> bytes:
    """The key to seal with, from the setting; 32 bytes."""
    return hashlib.sha256(b"voorwaarts record\0" + secret.encode()).digest()


def seal(key: bytes, before: bytes, entry: Mapping[str, Any]) -> bytes:
    """The seal of an entry that follows the one sealed with `before`; 32 bytes.

    Every field of SEALED counts, and nothing else of the entry.
    """
    said = json.dumps([_plain(entry[name]) for name in SEALED], separators=(",", ":"), sort_keys=True)
    return hmac.digest(key, before + said.encode(), "sha256")


def sign(key: bytes, content: bytes) -> str:
    """What stands under an anchor, in hex: that we wrote it."""
    return hmac.digest(key, b"anchor\0" + content, "sha256").hex()


def _plain(value: Any) -> Any:
    """As JSON writes it, the same before it goes into a database as after it comes out of one."""
    if isinstance(value, UUID):
        return value.hex
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat(timespec="microseconds")
    return value.isoformat() if isinstance(value, date) else value
