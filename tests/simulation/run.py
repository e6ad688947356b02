"""Plays regions and adds up what was found: here for one, in processes of their own for many."""

from __future__ import annotations

import logging
import signal
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from datetime import date, timedelta
from multiprocessing import get_context

from flask import Flask

from app.actions.audit import verify
from app.records.database import write_in_haste
from app.rehearsal.stage import scratch
from app.serving import settle
from tests.rules.statement import safe_days
from tests.simulation.dossier import Dossier, dossiers
from tests.simulation.draw import draw
from tests.simulation.facts import A_REGION
from tests.simulation.judge import DIFFERS, Finding, acted_in_time, judge
from tests.simulation.region import open_region


@dataclass
class Tally:
    """What some trajectories came to; two tallies can be added."""

    outcomes: Counter[str] = field(default_factory=Counter)
    letters: Counter[str] = field(default_factory=Counter)  # state, or state and reason
    receipts: Counter[str] = field(default_factory=Counter)  # of notices: where in the window
    counts: Counter[str] = field(default_factory=Counter)
    findings: list[Finding] = field(default_factory=list)
    told: dict[int, str] = field(default_factory=dict)  # number -> its facts, of what has a finding

    def add(self, other: Tally) -> None:
        """Take the other one's figures in."""
        for one in fields(self):
            mine, theirs = getattr(self, one.name), getattr(other, one.name)
            mine.extend(theirs) if isinstance(mine, list) else mine.update(theirs)


def simulate(seed: int, region: int, numbers: Iterable[int]) -> Tally:
    """Play these trajectories of one region, in this process, and judge them."""
    given = [draw(seed, number) for number in numbers]
    with scratch() as app, write_in_haste(), _quietly():
        settle()
        played = open_region(app, seed, region, given).play()
        found = dossiers(played)
        tally = _tally(found, judge(played, found) + _of_the_record(app, region))
        tally.counts["mails"] = played.postman.handed.total()
        over = max(one.today for one in played.people)
        tally.counts["outages"] = sum(since <= over for since, _ in played.outages.worker)
        return tally


def _of_the_record(app: Flask, region: int) -> list[Finding]:
    """Everything that was done stands in the record, sealed."""
    verdict = verify(app.extensions["voorwaarts.house"], app.extensions["voorwaarts.config"].anchors)
    told = [f"the record of {flaw.where}: {flaw.code} {flaw.params}" for flaw in verdict.flaws]
    told += [] if verdict.entries and not verdict.unsealed else ["there is no sealed record of what was done"]
    return [Finding(DIFFERS, said, region) for said in told]


def simulate_many(seed: int, count: int, processes: int) -> Iterator[Tally]:
    """The first `count` trajectories of this seed, region by region as they get done."""
    regions = [
        (seed, first // A_REGION, range(first, min(first + A_REGION, count))) for first in range(0, count, A_REGION)
    ]
    with get_context("spawn").Pool(min(processes, len(regions)), _leave_interrupts) as pool:
        yield from pool.imap_unordered(_simulate, regions)


def _leave_interrupts() -> None:
    """Whoever interrupts wants the table so far, which is made elsewhere."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)


def _simulate(region: tuple[int, int, range]) -> Tally:
    return simulate(*region)


@contextmanager
def _quietly() -> Iterator[None]:
    """What goes wrong becomes a finding; a line in the log for each would bury it."""
    log = logging.getLogger("voorwaarts")
    before, log.level = log.level, logging.CRITICAL
    try:
        yield
    finally:
        log.level = before


def _tally(found: Sequence[Dossier], findings: list[Finding]) -> Tally:
    tally, wrong = Tally(findings=findings), {one.number for one in findings}
    for one in found:
        given = one.facts
        tally.outcomes[one.row.outcome or "none"] += 1
        tally.counts["acted in time"] += acted_in_time(given)
        tally.counts["reviews moved"] += len(given.moved)
        tally.counts["tasks"] += len(one.tasks)
        if one.row.signed_on is not None:
            tally.counts["old regime" if one.row.legal_ground == "old" else "new regime"] += 1
        for letter in one.letters:
            tally.letters[letter.state] += 1
        for notice in one.notices:
            tally.receipts[_where(notice.received_on, given.last)] += 1
        if given.number in wrong:
            tally.told[given.number] = _told(one)
    return tally


def _where(received_on: date | None, last: date) -> str:
    """At which edge of the window a notice was received."""
    if received_on is None:
        return "never provably received"
    days = safe_days(last)
    for edge, on in (("opens", days[0]), ("closes", days[-1])):
        near = (received_on - on).days
        if abs(near) <= 1:
            return f"received {('the day before', 'on the day', 'the day after')[near + 1]} it {edge}"
    return "received between" if received_on in days else "received further off"


def _told(one: Dossier) -> str:
    """The facts of a trajectory, to look at and to play again."""
    given, said = one.facts, one.facts.script
    lines: Sequence[object] = (
        f"{given.fate}, lease {given.first} to {given.last}, ground {given.ground}",
        *(f"notices to the {tenant}: {turns}" for tenant, turns in given.deliveries.items()),
        *given.moved,
        f"receipts written down {given.recorded_after} days later, aftercare {given.aftercare}, stay {given.stay}",
        f"answers {said.answers}",
        f"when {said.when}, nobody does {sorted(said.nobody)}, happens {said.happens}",
        *(f"the worker was away from {since} to {until}" for since, until in one.outages.worker
          if given.first - timedelta(days=70) < until and since < given.last + timedelta(days=400)),
    )  # fmt: skip
    return "\n".join(f"    {line}" for line in lines)
