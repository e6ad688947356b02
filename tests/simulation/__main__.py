"""`make simulate`: thousands of trajectories with a given clock, and a table of what may not happen; 1 when it did."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence

from tests.simulation.facts import A_REGION
from tests.simulation.judge import DIFFERS, LOST, MISSED, TWICE
from tests.simulation.run import Tally, simulate, simulate_many

MOST_TOLD = 20  # trajectories with something wrong that are told in full
NOUGHT = {
    MISSED: "windows missed where people acted in time",
    TWICE: "letters sent twice",
    LOST: "letters lost: due, and neither posted nor dropped for a reason that is true",
    DIFFERS: "differences with the rules said a second time",
}


def main(arguments: Sequence[str] | None = None) -> int:
    """Play what was asked for and print the table; 1 when something in it should have been nought."""
    asked = _asked(arguments)
    begun, tally = time.perf_counter(), Tally()
    try:
        for done in _play(asked):
            tally.add(done)
            for finding in done.findings:  # the table may be an hour away
                print(f"region {finding.region}, {finding.number}: {finding.says}", file=sys.stderr)
            _note_progress(tally, time.perf_counter() - begun)
    except KeyboardInterrupt:
        print("Interrupted; this is what was played until then.", file=sys.stderr)
    _print_table(tally, time.perf_counter() - begun)
    _tell(tally, asked.seed)
    return 1 if tally.findings else 0


def _play(asked: argparse.Namespace) -> Iterator[Tally]:
    if asked.only is not None:
        return iter([simulate(asked.seed, asked.only // A_REGION, [asked.only])])
    if asked.region is not None:
        return iter([simulate(asked.seed, asked.region, range(asked.region * A_REGION, (asked.region + 1) * A_REGION))])
    return simulate_many(asked.seed, asked.trajectories, asked.processes)


def _asked(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("trajectories", nargs="?", type=int, default=10_000, help="how many (10000)")
    parser.add_argument("--seed", type=int, default=1, help="another seed draws other trajectories (1)")
    parser.add_argument("--only", type=int, metavar="NUMBER", help="play this one alone, as it was in the whole run")
    parser.add_argument("--region", type=int, help=f"play this region alone, of {A_REGION} trajectories")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1, help="at once (one for each processor)")
    asked = parser.parse_args(arguments)
    if min(asked.trajectories, asked.processes) < 1 or min(asked.only or 0, asked.region or 0) < 0:
        parser.error("nothing can be played so few times")
    return asked


def _note_progress(tally: Tally, seconds: float) -> None:
    played, found = tally.outcomes.total(), len(tally.findings)
    print(f"{played:,} trajectories after {seconds / 60:.1f} minutes, {found} findings", file=sys.stderr, flush=True)


def _print_table(tally: Tally, seconds: float) -> None:
    _row("trajectories", tally.outcomes.total())
    _rows(tally.outcomes)
    _row("leases under the law of before 1 July 2024", tally.counts["old regime"])
    _row("leases under the law of since", tally.counts["new regime"])
    _row("tasks", tally.counts["tasks"])
    _row("reviews moved", tally.counts["reviews moved"])
    _row("times that the worker stayed away, for up to forty days", tally.counts["outages"])
    _row("end-of-term notices", tally.receipts.total())
    _rows(tally.receipts)
    _row("letters planned", tally.letters.total())
    _rows(tally.letters)
    _row("mails that took them: posted for real, to a postman who counts", tally.counts["mails"])
    _row("trajectories in which people acted in time", tally.counts["acted in time"])
    print()
    kinds = Counter(finding.kind for finding in tally.findings)
    for kind, what in NOUGHT.items():
        _row(what, kinds[kind])
    print()
    print(f"It took {seconds / 60:.1f} minutes. Documents were ordered and not filled.", flush=True)


def _tell(tally: Tally, seed: int) -> None:
    """Each trajectory with something wrong: how to play it again, its facts, and what was found."""
    places = sorted({(finding.region, finding.number) for finding in tally.findings})
    for region, number in places[:MOST_TOLD]:
        which = f"--only {number}" if number >= 0 else f"--region {region}"
        print(f"\nOnce more with: python -m tests.simulation --seed {seed} {which}")
        print(tally.told.get(number, "    the post of a region"))
        for finding in tally.findings:
            if (finding.region, finding.number) == (region, number):
                print(f"  {finding.kind}: {finding.says}")
    if len(places) > MOST_TOLD:
        print(f"\nAnd {len(places) - MOST_TOLD} more.")


def _rows(figures: Counter[str]) -> None:
    for what, figure in sorted(figures.items(), key=lambda one: (-one[1], one[0])):
        _row(f"  {what.replace('_', ' ')}", figure)


def _row(what: str, figure: int) -> None:
    print(f"{what:<84}{figure:>10,}")


if __name__ == "__main__":
    signal.signal(signal.SIGTERM, signal.default_int_handler)  # its processes stop with it, and there is a table
    sys.exit(main())
