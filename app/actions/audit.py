"""Holds the record against its seals and against the anchors: the ends of its chains, written outside each day.

A seal tells that an entry was changed, and the next number that one is missing. That the last ones of a chain are
gone, or a chain as a whole, only an anchor tells: keep the anchors where whoever keeps the database can't write.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any
from uuid import UUID

from app.actions.deed import Desk, House
from app.files import write_whole
from app.records import audit
from app.rules.chain import BEGIN, seal, sign

ENDING = ".anchor"
OVERLAP = 1_000  # entries: one that was kept late may have an earlier id than those the last anchor saw
Lengths = dict[tuple[UUID, int], tuple[bytes, str]]  # chain, length -> the seal it had then, and the anchor's day


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it was written: in which dossier, organisation (its id) or anchor, and what."""

    where: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass
class Verdict:
    """What a look at the whole record came to; `flaws` is empty when nothing was changed."""

    entries: int = 0
    chains: int = 0
    cut: int = 0  # entries that were cut off after their time, as their chains say themselves
    unsealed: int = 0  # of before the record was sealed
    anchors: int = 0
    anchored_until: str = ""
    flaws: list[Flaw] = field(default_factory=list)


def anchor(desk: Desk, folder: Path) -> bool:
    """Write today's anchor, of the real day, if it is not there yet: the ends of all chains that grew since the last.

    A line of JSON for each, after one that names the day, the newest entry and the hash of the anchor before; the last
    line signs the rest. Returns whether there was one to write.
    """
    path = folder / f"{desk.now.date().isoformat()}{ENDING}"
    if path.exists():
        return False
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    before = _newest(folder)
    audit.hold_still()
    newest = audit.newest_entry()
    since = max(0, _head(before)["newest"] - OVERLAP) if before else 0
    head = {"day": desk.now.date().isoformat(), "newest": newest, "previous": _hash(before)}
    grown = [[chain.hex, length, last.hex()] for chain, (length, last) in sorted(audit.ends_since(since).items())]
    lines = [json.dumps(line, separators=(",", ":")) for line in (head, *grown)]
    content = "".join(f"{line}\n" for line in lines).encode()
    write_whole(path, content + f"{sign(desk.house.record_key, content)}\n".encode())
    return True


def verify(house: House, folder: Path) -> Verdict:
    """Look at every entry and every anchor; reads only."""
    key, verdict = house.record_key, Verdict()
    anchored = _anchored(key, folder, verdict)
    audit.hold_still()
    said, names, cuts = audit.ends(), audit.references(), audit.cuts()
    verdict.unsealed, strange = audit.unsealed()
    if strange:
        verdict.flaws.append(Flaw("events", "entries_without_seal", {"count": strange}))
    for chain, entries in audit.chains():
        verdict.chains += 1
        number, last, name = 0, BEGIN, names.get(chain, chain.hex)
        for entry in entries:
            if number == 0 and entry.number - 1 in cuts.get(chain, ()):
                number, last = entry.number - 1, cuts[chain][entry.number - 1]
                verdict.flaws += _forget(anchored, chain, number, last, name)
                verdict.cut += number
            number += 1
            if entry.number != number:
                verdict.flaws.append(Flaw(name, "entries_missing", {"first": number, "last": entry.number - 1}))
                number = entry.number
            elif entry.seal != seal(key, last, entry._asdict()):
                verdict.flaws.append(Flaw(name, "entry_changed", {"number": number}))
            last = entry.seal
            wanted, on = anchored.pop((chain, number), (last, ""))
            if wanted != last:
                verdict.flaws.append(Flaw(name, "entry_unlike_anchor", {"number": number, "day": on}))
            verdict.entries += 1
        if said.pop(chain, (0, BEGIN)) != (number, last):
            verdict.flaws.append(Flaw(name, "end_unlike_chain", {"number": number}))
    for chain, (length, _) in said.items():
        verdict.flaws.append(Flaw(names.get(chain, chain.hex), "entries_missing", {"first": 1, "last": length}))
    for (chain, length), (_, on) in anchored.items():
        verdict.flaws.append(Flaw(names.get(chain, chain.hex), "shorter_than_anchor", {"number": length, "day": on}))
    return verdict


def _forget(anchored: Lengths, chain: UUID, cut: int, head: bytes, name: str) -> Iterator[Flaw]:
    """What the anchors saw of entries that were cut off since; the head of the cut must be the one they saw."""
    for length in [length for one, length in anchored if one == chain and length <= cut]:
        wanted, on = anchored.pop((chain, length))
        if length == cut and wanted != head:
            yield Flaw(name, "entry_unlike_anchor", {"number": cut, "day": on})


def anchored_ends(key: bytes, folder: Path, chain: UUID) -> dict[int, bytes]:
    """Length -> seal of one chain, as the anchors saw it; nothing of an anchor that is not as we wrote it."""
    found = _anchored(key, folder, Verdict())
    return {length: last for (one, length), (last, _) in found.items() if one == chain}


def _anchored(key: bytes, folder: Path, verdict: Verdict) -> Lengths:
    """What the anchors say; one that is changed, or of which the one before is gone, is a fault and says nothing."""
    found: Lengths = {}
    previous: Path | None = None
    for path in _anchors(folder):
        content = path.read_bytes()
        body, _, signature = content.rstrip(b"\n").rpartition(b"\n")
        if sign(key, body + b"\n").encode() != signature:
            verdict.flaws.append(Flaw(path.name, "anchor_changed"))
            continue
        head, *lines = map(json.loads, body.splitlines())
        if head["previous"] != _hash(previous):
            verdict.flaws.append(Flaw(path.name, "anchor_before_missing"))
        for chain, length, last in lines:
            found[UUID(chain), length] = (bytes.fromhex(last), head["day"])
        previous = path
        verdict.anchors += 1
        verdict.anchored_until = head["day"]
    return found


def _anchors(folder: Path) -> Iterator[Path]:
    yield from sorted(path for path in folder.glob(f"*{ENDING}") if _is_day(path.stem))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _newest(folder: Path) -> Path | None:
    return max(_anchors(folder), default=None)


def _hash(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def _head(path: Path) -> dict[str, int]:
    head: dict[str, int] = json.loads(path.read_bytes().split(b"\n", 1)[0])
    return head
