"""`make bench`: completing tasks as POST, the bytes they leave, SpiffWorkflow as it comes, and growing to 100,000."""

from __future__ import annotations

import sys

from app.config import HOME
from tests.bench import completion, naive, scale, sizes
from tests.bench.installation import installation
from tests.bench.scale import Scale
from tests.bench.stopwatch import Laps, yardstick


def main(trajectories: int = 10, largest: int = max(scale.SIZES)) -> None:
    """Play so many whole trajectories, grow to the largest size, and print the tables.

    Absolute times are of this machine at this moment; the ratios are taken within one run, and travel.
    """
    print(f"Python {sys.version}")  # the same work takes a tenth more with one build than with another
    _complete(trajectories)
    print()
    _grow([size for size in scale.SIZES if size <= largest])


def _complete(trajectories: int) -> None:
    with installation() as at:
        before = yardstick()
        played = completion.play(at, trajectories)
        _row("plain Python adding a million squares, before / after", f"{before:.0f} / {yardstick():.0f} ms")
        _row("tasks completed as POST, login and CSRF", f"{len(played.all.laps)}")
        _row("mean / median, by the clock", f"{played.all.mean:.2f} / {played.all.median:.2f} ms")
        _row("mean, processor time", f"{played.all.cpu:.2f} ms")
        _row("last five tasks against the first five", f"{played.ratio():.2f} x")
        print()
        kept = sizes.bytes_per_trajectory(played.ids)
        whole = sum(kept[name] for name in sizes.KEPT)
        _row("bytes per finished trajectory: state, tasks and answers", f"{whole:,.0f}")
        for what, held in kept.items():
            _row(f"  {what}", f"{held:,.0f}")
        print()
        laps = Laps()
        state = naive.Naive(HOME / "workflows", at.database.parent).play(played.turns, laps)
        _row("SpiffWorkflow as it comes, engine and state alone: mean", f"{laps.mean:.2f} ms")
        _row("  processor time", f"{laps.cpu:.2f} ms")
        _row("  its state after one trajectory, bytes", f"{state:,}")
        _row("  against a whole completed task of ours", f"{laps.cpu / played.all.cpu:.1f} x")


def _grow(sizes: list[int]) -> None:
    print(f"{'open trajectories':>18}{'my work, ms':>18}{'team of 2,000, ms':>22}{'waking 100, ms':>18}")
    found: list[Scale] = []
    with installation() as at:
        for one in scale.measure(at, sizes):
            found.append(one)
            waking = "" if one.waking is None else f"{one.waking:.0f}"
            print(f"{one.size:>18,}{one.mine:>18.1f}{one.team:>22.1f}{waking:>18}", flush=True)
    first, last = found[0], found[-1]
    _row(f"my work at {last.size:,} against {first.size:,}", f"{last.mine / first.mine:.2f} x")
    _row(f"the team's work at {last.size:,} against {first.size:,}", f"{last.team / first.team:.2f} x")
    woken = [one for one in found if one.waking is not None]
    if len(woken) > 1 and woken[0].waking and woken[-1].waking:
        of = f"waking 100 at {woken[-1].size:,} against {woken[0].size:,}"
        _row(of, f"{woken[-1].waking / woken[0].waking:.2f} x")


def _row(what: str, figure: str) -> None:
    print(f"{what:<64}{figure:>18}", flush=True)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:3]))
