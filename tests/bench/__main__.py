"""`make bench`: completing tasks as POST, the bytes they leave, and the same with SpiffWorkflow as it comes."""

from __future__ import annotations

import sys

from app.config import HOME
from tests.bench import completion, naive, sizes
from tests.bench.installation import installation
from tests.bench.stopwatch import Laps


def main(trajectories: int = 3) -> None:
    """Play so many whole trajectories and print the tables; absolute times are of this machine, ratios travel."""
    with installation() as at:
        played = completion.play(at, trajectories)
        _row("tasks completed as POST, login and CSRF", f"{len(played.all.laps)}")
        _row("mean / median, by the clock", f"{played.all.mean:.2f} / {played.all.median:.2f} ms")
        _row("mean, processor time", f"{played.all.cpu:.2f} ms")
        _row("mean, processor time at the usual pace", f"{played.all.paced:.2f} ms")
        _row("last five tasks against the first five", f"{played.ratio():.2f} x")
        print()
        for what, held in sizes.bytes_per_trajectory(played.ids).items():
            _row(f"bytes per finished trajectory: {what}", f"{held:,.0f}")
        print()
        laps = Laps()
        state = naive.Naive(HOME / "workflows", at.database.parent).play(played.turns, laps)
        _row("SpiffWorkflow as it comes, engine and state alone: mean", f"{laps.mean:.2f} ms")
        _row("its processor time at the usual pace", f"{laps.paced:.2f} ms")
        _row("its state after one trajectory, bytes", f"{state:,}")
        _row("against a whole completed task of ours", f"{laps.paced / played.all.paced:.1f} x")
    print("\nThe task list and waking at 100 to 100,000 trajectories are not in this table yet.")


def _row(what: str, figure: str) -> None:
    print(f"{what:<64}{figure:>18}", flush=True)


if __name__ == "__main__":
    main(*(int(one) for one in sys.argv[1:2]))
