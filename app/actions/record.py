"""Puts what a deed noted into the record, at the deed's end: each entry at its number in its chain, and sealed.

All chains of a deed are taken in one order, so that two deeds never wait for each other.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.records import Chain, Event, straight
from app.rules.chain import BEGIN, seal

Entry = dict[str, Any]

HELD = select(Chain.length, Chain.seal).where(Chain.id == bindparam("chain")).with_for_update()
ADVANCE = (
    update(Chain)
    .where(Chain.id == bindparam("chain"))
    .values(length=bindparam("reached"), seal=bindparam("last_seal"))
)


def keep(session: Session, key: bytes, entries: Sequence[Entry]) -> None:
    """Add these entries; each names its chain, and gets its number and seal here."""
    chains: dict[UUID, list[Entry]] = defaultdict(list)
    for entry in entries:
        chains[entry["chain"]].append(entry)
    for chain in sorted(chains):
        number, last = _end_of(session, chain)
        for entry in chains[chain]:
            number += 1
            entry["number"] = number
            entry["seal"] = last = seal(key, last, entry)
        straight.change(session, ADVANCE, chain=chain, reached=number, last_seal=last)
    straight.add(session, Event, *entries)


def _end_of(session: Session, chain: UUID) -> tuple[int, bytes]:
    """Where a chain stands, held until the end of the deed."""
    found = straight.ask(session, HELD, chain=chain)
    if not found:
        straight.add_unless_there(session, Chain, {"id": chain, "length": 0, "seal": BEGIN})
        found = straight.ask(session, HELD, chain=chain)
    number, last = found[0]
    return number, last
