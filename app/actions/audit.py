"""Holds the record against its seals and against the anchors: the ends of its chains, written outside each day.

A seal tells that an entry was changed, and the next number that one is missing. That the last ones of a chain are
gone, or a chain as a whole, only an anchor tells: keep the anchors where whoever keeps the database can't write.

A backup that is put back loses what anchors may have seen. That it was put back is an entry itself, sealed like any
other, which names what they saw: that is then told as lost with it, and whatever else an anchor misses is a flaw.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from app.actions.deed import Desk, House
from app.actions.sessions import end_of_everybody
from app.files import write_whole
from app.records import audit
from app.rules.chain import BEGIN, seal, sign

ENDING = ".anchor"
PUT_BACK = "backup_put_back"
UNMET = ("entry_unlike_anchor", "shorter_than_anchor")  # what is said when an anchor saw what is not there
OVERLAP = 1_000  # entries: one that was kept late may have an earlier id than those the last anchor saw
Lengths = dict[tuple[UUID, int], tuple[bytes, str]]  # chain, length -> the seal it had then, and the anchor's day
Seen = tuple[str, str, int]  # what an anchor saw: its day, the chain's id in hex, how long that was


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing that is not as it was written: in which dossier, organisation (its id) or anchor, and what."""

    where: str
    code: str
    params: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class PutBack:
    """A backup of `made_at` was put back at `at`; so many entries that anchors had seen, of so many chains, went."""

    at: datetime
    made_at: datetime
    entries: int
    chains: int
    gone: frozenset[Seen]  # what anchors saw and the backup does not have


@dataclass(frozen=True, slots=True)
class Anchored:
    """What the anchors say together, their days, and what is wrong with them."""

    lengths: Lengths
    days: list[str]
    flaws: list[Flaw]


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
    put_back: list[PutBack] = field(default_factory=list)
    unmet: list[Seen] = field(default_factory=list)  # what anchors saw, is not there, and was lost with no backup


def anchor(desk: Desk, folder: Path) -> bool:
    """Write today's anchor, of the real day, if it is not there yet: the ends of all chains that grew since the last.

    After a backup was put back it has those of all chains: what was added since may have numbers of before.

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
    anew = before is None or audit.was_put_back_since(date.fromisoformat(before.stem))
    since = 0 if before is None or anew else max(0, _head(before)["newest"] - OVERLAP)
    head = {"day": desk.now.date().isoformat(), "newest": newest, "previous": _hash(before)}
    grown = [[chain.hex, length, last.hex()] for chain, (length, last) in sorted(audit.ends_since(since).items())]
    lines = [json.dumps(line, separators=(",", ":")) for line in (head, *grown)]
    content = "".join(f"{line}\n" for line in lines).encode()
    write_whole(path, content + f"{sign(desk.house.record_key, content)}\n".encode())
    return True


def verify(house: House, folder: Path) -> Verdict:
    """Look at every entry and every anchor; reads only."""
    anchored = read_anchors(house, folder)
    audit.hold_still()
    return judge(house, anchored)


def read_anchors(house: House, folder: Path) -> Anchored:
    """What the anchors say: read before the record, which grows. One that is changed, or of which the one before is
    gone, is a flaw and says nothing."""
    lengths: Lengths = {}
    days, flaws = [], []
    previous: Path | None = None
    for path in anchors_in(folder):
        content = path.read_bytes()
        body, _, signature = content.rstrip(b"\n").rpartition(b"\n")
        if sign(house.record_key, body + b"\n").encode() != signature:
            flaws.append(Flaw(path.name, "anchor_changed"))
            continue
        head, *lines = map(json.loads, body.splitlines())
        if head["previous"] != _hash(previous):
            flaws.append(Flaw(path.name, "anchor_before_missing"))
        for chain, length, last in lines:
            lengths[UUID(chain), length] = (bytes.fromhex(last), head["day"])
        previous = path
        days.append(head["day"])
    return Anchored(lengths, days, flaws)


def judge(house: House, anchored: Anchored) -> Verdict:
    """Hold every entry against its seal and the anchors, as the record stands in the transaction that is open."""
    key, ahead = house.record_key, dict(anchored.lengths)
    verdict = Verdict(anchors=len(anchored.days), anchored_until=max(anchored.days, default=""))
    unlike: dict[Seen, Flaw] = {}
    verdict.flaws += anchored.flaws
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
                verdict.flaws += _forget(ahead, chain, number, last, name)
                verdict.cut += number
            number += 1
            if entry.number != number:
                verdict.flaws.append(Flaw(name, "entries_missing", {"first": number, "last": entry.number - 1}))
                number = entry.number
            elif entry.seal != seal(key, last, entry._asdict()):
                verdict.flaws.append(Flaw(name, "entry_changed", {"number": number}))
            elif entry.action == PUT_BACK:
                verdict.put_back.append(_put_back(entry.at, entry.details))
            last = entry.seal
            wanted, on = ahead.pop((chain, number), (last, ""))
            if wanted != last:
                unlike[on, chain.hex, number] = Flaw(name, "entry_unlike_anchor", {"number": number, "day": on})
            verdict.entries += 1
        if said.pop(chain, (0, BEGIN)) != (number, last):
            verdict.flaws.append(Flaw(name, "end_unlike_chain", {"number": number}))
    for chain, (length, _) in said.items():
        verdict.flaws.append(Flaw(names.get(chain, chain.hex), "entries_missing", {"first": 1, "last": length}))
    for (chain, length), (_, on) in ahead.items():
        name = names.get(chain, chain.hex)
        unlike[on, chain.hex, length] = Flaw(name, "shorter_than_anchor", {"number": length, "day": on})
    gone = frozenset[Seen]().union(*(one.gone for one in verdict.put_back))
    verdict.unmet = [seen for seen in unlike if seen not in gone]
    verdict.flaws += [unlike[seen] for seen in verdict.unmet]
    return verdict


def _forget(ahead: Lengths, chain: UUID, cut: int, head: bytes, name: str) -> Iterator[Flaw]:
    """What the anchors saw of entries that were cut off since; the head of the cut must be the one they saw."""
    for length in [length for one, length in ahead if one == chain and length <= cut]:
        wanted, on = ahead.pop((chain, length))
        if length == cut and wanted != head:
            yield Flaw(name, "entry_unlike_anchor", {"number": cut, "day": on})


def anchored_ends(house: House, folder: Path, chain: UUID) -> dict[int, bytes]:
    """Length -> seal of one chain, as the anchors saw it; nothing of an anchor that is not as we wrote it."""
    found = read_anchors(house, folder).lengths
    return {length: last for (one, length), (last, _) in found.items() if one == chain}


def note_put_back(desk: Desk, folder: Path, made_at: datetime, archive: str) -> None:
    """Write down that a backup of `made_at` was put back, and what anchors of that day and later saw that it does not
    have. Every sign-in is over: some that look alive had ended after the backup was made."""
    anchored = read_anchors(desk.house, folder)
    audit.hold_still()
    since = made_at.date().isoformat()
    gone = sorted(seen for seen in judge(desk.house, anchored).unmet if seen[0] >= since)
    lost = _lost(gone)
    with desk.deed() as deed:
        end_of_everybody(deed)
        said: dict[str, Any] = {"made_at": made_at.isoformat(), "entries": sum(lost), "chains": len(lost)}
        deed.happened(PUT_BACK, None, archive, gone=gone, **said)


def note_move(desk: Desk) -> None:
    """Write down that everything was moved to another kind of database."""
    with desk.deed() as deed:
        deed.happened("database_moved", about=deed.session.get_bind().dialect.name)


def _lost(gone: Sequence[Seen]) -> list[int]:
    """How many of these entries are not there, of each chain that is short of some."""
    there = {chain.hex: length for chain, (length, _) in audit.ends().items()}
    longest: dict[str, int] = {}
    for _, chain, length in gone:
        longest[chain] = max(length, longest.get(chain, 0))
    return [length - there.get(chain, 0) for chain, length in longest.items() if length > there.get(chain, 0)]


def _put_back(at: datetime, said: Mapping[str, Any]) -> PutBack:
    gone = frozenset((day, chain, length) for day, chain, length in said["gone"])
    return PutBack(at, datetime.fromisoformat(said["made_at"]), said["entries"], said["chains"], gone)


def anchors_in(folder: Path) -> Iterator[Path]:
    """The anchors, oldest first."""
    yield from sorted(path for path in folder.glob(f"*{ENDING}") if _is_day(path.stem))


def _is_day(text: str) -> bool:
    try:
        return bool(date.fromisoformat(text))
    except ValueError:
        return False


def _newest(folder: Path) -> Path | None:
    return max(anchors_in(folder), default=None)


def _hash(path: Path | None) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest() if path else ""


def _head(path: Path) -> dict[str, int]:
    head: dict[str, int] = json.loads(path.read_bytes().split(b"\n", 1)[0])
    return head
