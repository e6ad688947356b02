"""Times what is measured, beside a fixed sum that says how fast the machine was at that moment."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import mean, median
from typing import Any

LOOP = 40_000  # additions; about two milliseconds on a two-core machine when nobody else uses it
NOMINAL = 2.0


@dataclass(frozen=True, slots=True)
class Lap:
    """One measurement in milliseconds: by the clock, by the processor's time of this process, and of the fixed sum."""

    name: str
    wall: float
    cpu: float
    pace: float


@dataclass
class Laps:
    """Measurements of one kind."""

    laps: list[Lap] = field(default_factory=list)

    @contextmanager
    def lap(self, name: str = "") -> Iterator[None]:
        pace = _pace()
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        now, used = time.perf_counter(), time.process_time()
        self.laps.append(Lap(name, 1000 * (now - wall), 1000 * (used - cpu), pace))

    @property
    def mean(self) -> float:
        return mean(lap.wall for lap in self.laps)

    @property
    def median(self) -> float:
        return median(lap.wall for lap in self.laps)

    @property
    def cpu(self) -> float:
        return mean(lap.cpu for lap in self.laps)

    @property
    def paced(self) -> float:
        """Mean processor time, as it would be were the machine at its usual pace: what compares between runs."""
        return NOMINAL * sum(lap.cpu for lap in self.laps) / sum(lap.pace for lap in self.laps)


class Phases:
    """Where the time goes: each moment belongs to the innermost phase that is under way, and is counted once."""

    def __init__(self) -> None:
        self.spent: dict[str, float] = {}
        self._under_way: list[str] = []
        self._since = 0.0
        self.on = False

    def wrap(self, phase: str, function: Callable[..., Any]) -> Callable[..., Any]:
        def timed(*args: Any, **kwargs: Any) -> Any:
            if not self.on:
                return function(*args, **kwargs)
            self.enter(phase)
            try:
                return function(*args, **kwargs)
            finally:
                self.leave()

        return timed

    def enter(self, phase: str) -> None:
        self._book()
        self._under_way.append(phase)

    def leave(self) -> None:
        self._book()
        self._under_way.pop()

    def _book(self) -> None:
        now = time.perf_counter()
        if self._under_way:
            phase = self._under_way[-1]
            self.spent[phase] = self.spent.get(phase, 0.0) + 1000 * (now - self._since)
        self._since = now


def _pace() -> float:
    began, total = time.process_time(), 0
    for number in range(LOOP):
        total += number
    return 1000 * (time.process_time() - began)
