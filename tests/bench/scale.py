"""The task list and waking what is due, with a hundred trajectories in the database up to a hundred thousand."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from app.actions.rounds import wake_due
from app.records.database import let_go
from tests.bench.installation import Installation, set_day
from tests.bench.loader import DUE, ROUNDS, Loader
from tests.bench.stopwatch import Laps

SIZES = (100, 1_000, 10_000, 100_000)
LOOKS = 20


@dataclass(frozen=True, slots=True)
class Scale:
    """Milliseconds at one size (medians): an officer's page, the team's, and waking a hundred (None: not done)."""

    size: int
    mine: float
    team: float
    waking: float | None


def measure(at: Installation, sizes: Sequence[int] = SIZES) -> Iterator[Scale]:
    """Fill the database to each size in turn and measure there."""
    loader = Loader(at)
    loader.prepare()
    for size in sizes:
        loader.fill(size)
        set_day(loader.day())
        mine, team = _look(at, "/"), _look(at, "/?whose=team")
        yield Scale(size, mine, team, _wake(at, loader) if size >= 1_000 else None)


def _look(at: Installation, address: str) -> float:
    browser, laps = at.browsers["housing_officer"], Laps()
    browser.get(address)
    for _ in range(LOOKS):
        browser.get(address, laps)
    return laps.median


def _wake(at: Installation, loader: Loader) -> float:
    laps = Laps()
    for round_ in range(1, ROUNDS + 1):
        day = loader.day(round_)
        set_day(day)
        with laps.lap():
            woken = wake_due(at.desk(day))
        let_go()
        if woken != DUE:
            raise RuntimeError(f"{woken} trajectories were woken where {DUE} were due")
    return laps.median
