"""One simulated trajectory as its rows tell it after the last day; judges nothing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence, Set
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Row, select

from app.records import Ending, EndNotice, Letter, Review, Run, Task, Trajectory
from app.records.database import let_go, reading
from tests.simulation.facts import Facts
from tests.simulation.people import People
from tests.simulation.region import Outages, Played

_TRAJECTORY = "id stage outcome legal_ground signed_on first_day last_day closed_on"
_TABLES: Mapping[str, tuple[Any, str]] = {
    "letters": (Letter, "id kind occasion role task_id about_on due_on state reason posted_on message_id"),
    "tasks": (Task, "name status opened_on due_on because_on done_on"),
    "reviews": (Review, "kind month planned_on"),
    "notices": (EndNotice, "sent_on received_on standing"),
    "endings": (Ending, "kind on"),
    "runs": (Run, "drawing done fault"),
}


@dataclass(frozen=True, slots=True)
class Dossier:
    """One trajectory as its rows tell it after the last day."""

    people: People
    outages: Outages
    bundles: Set[tuple[str, date]]  # to whom, by role, a bundled mail went out, and when
    row: Row[Any]
    letters: Sequence[Row[Any]]
    tasks: Sequence[Row[Any]]
    reviews: Sequence[Row[Any]]
    notices: Sequence[Row[Any]]
    endings: Sequence[Row[Any]]
    runs: Sequence[Row[Any]]

    @property
    def facts(self) -> Facts:
        return self.people.facts

    def done(self, task: str) -> list[date]:
        """The days on which it was done."""
        return sorted(one.done_on for one in self.tasks if one.name == task and one.status == "done")

    def bundle_is_out(self, letter: Row[Any]) -> bool:
        """Whether the bundled mail of its day went out to whom it is for: what is written after that waits a day."""
        return (letter.role, letter.due_on) in self.bundles


def dossiers(played: Played) -> list[Dossier]:
    """Every trajectory of the region that was begun."""
    session = reading()
    trajectories = {row.id: row for row in session.execute(_columns(Trajectory, _TRAJECTORY))}
    rows: dict[str, dict[Any, list[Row[Any]]]] = {name: defaultdict(list) for name in _TABLES}
    for name, (table, columns) in _TABLES.items():
        for row in session.execute(_columns(table, f"trajectory_id {columns}")):
            rows[name][row.trajectory_id].append(row)
    let_go()
    bundles = {(row.role, row.posted_on) for own in rows["letters"].values() for row in own if _is_bundled(row)}
    found = []
    for one in played.people:
        if one.trajectory_id is not None:
            own = {name: rows[name][one.trajectory_id] for name in _TABLES}
            found.append(Dossier(one, played.outages, bundles, trajectories[one.trajectory_id], **own))
    return found


def _is_bundled(letter: Row[Any]) -> bool:
    """A bundle is named after its day and reader, a letter on its own after itself."""
    return letter.state == "posted" and letter.message_id.startswith(f"{letter.posted_on}.")


def _columns(table: Any, names: str) -> Any:
    return select(*(getattr(table, name) for name in names.split()))
