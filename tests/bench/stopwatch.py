"""Times what is measured: by the clock, and by the processor's time, which minds less what else the machine does."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from statistics import mean, median


@dataclass(frozen=True, slots=True)
class Lap:
    """One measurement in milliseconds: by the clock, and the processor's time of this process."""

    name: str
    wall: float
    cpu: float


@dataclass
class Laps:
    """Measurements of one kind."""

    laps: list[Lap] = field(default_factory=list)

    @contextmanager
    def lap(self, name: str = "") -> Iterator[None]:
        wall, cpu = time.perf_counter(), time.process_time()
        yield
        now, used = time.perf_counter(), time.process_time()
        self.laps.append(Lap(name, 1000 * (now - wall), 1000 * (used - cpu)))

    @property
    def mean(self) -> float:
        return mean(lap.wall for lap in self.laps)

    @property
    def median(self) -> float:
        return median(lap.wall for lap in self.laps)

    @property
    def cpu(self) -> float:
        return mean(lap.cpu for lap in self.laps)


def yardstick() -> float:
    """How long plain Python takes to add a million squares, in ms of processor time: how fast this machine is now.

    Shared machines run at half their speed on one day and at all of it on another; a time means something beside this.
    """
    begun = time.process_time()
    sum(number * number for number in range(1_000_000))
    return 1000 * (time.process_time() - begun)
