"""Completing tasks: whole trajectories played, each form sent as a POST by somebody who is signed in."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from unittest.mock import patch
from uuid import UUID, uuid4

from sqlalchemy import update

from app.actions import process, rounds, tasks
from app.actions.deed import Desk
from app.records import Letter
from app.records.database import let_go
from app.rehearsal import player as rehearsal
from app.rules.progress import World
from tests.bench.installation import Installation, set_day
from tests.bench.stopwatch import Laps


@dataclass(frozen=True, slots=True)
class Turn:
    """One deed of a trajectory, to be done again elsewhere: a task with its answers, or "" for a day that came."""

    task: str
    answers: Mapping[str, Any]
    before: World
    after: World


@dataclass
class Played:
    """What was played: the laps per trajectory, and the turns of one more."""

    trajectories: list[Laps] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)
    ids: list[UUID] = field(default_factory=list)

    @property
    def all(self) -> Laps:
        return Laps([lap for laps in self.trajectories for lap in laps.laps])

    def ratio(self, few: int = 5) -> float:
        """The last tasks of a trajectory against its first, by processor time."""
        first = Laps([lap for laps in self.trajectories for lap in laps.laps[:few]])
        last = Laps([lap for laps in self.trajectories for lap in laps.laps[-few:]])
        return last.cpu / first.cpu


class Player(rehearsal.Player):
    """Plays without paper and post: what is measured orders documents and letters, and makes none."""

    def _worker_round(self) -> int:
        set_day(self.today)
        desk = self.desk(None)
        done = rounds.wake_due(desk)
        with desk.deed() as deed:
            due = update(Letter).where(Letter.state == "planned", Letter.due_on <= self.today)
            posted = {"posted_on": self.today, "posted_at": desk.now, "recipients": "iemand@voorbeeld.demo.invalid"}
            deed.session.execute(due.values(state="posted", message_id=uuid4().hex, **posted))
        let_go()
        return done


def play(at: Installation, trajectories: int) -> Played:
    """Play so many trajectories after one that warms up, then one more whose turns are noted."""
    played = Played()
    _one(at, Laps())
    for _ in range(trajectories):
        laps = Laps()
        played.ids.append(_one(at, laps))
        played.trajectories.append(laps)
    with _turns(played.turns):
        _one(at, Laps())
    return played


def _one(at: Installation, laps: Laps) -> UUID:
    def post(desk: Desk, task_id: UUID, raw: Mapping[str, list[str]]) -> UUID:
        assert desk.actor is not None and player.trajectory_id is not None
        set_day(desk.today)
        browser = at.browsers[desk.actor.role]
        status, body = browser.post(f"/tasks/{task_id}/completion", raw, laps, str(task_id))
        if status != 303:
            raise RuntimeError(f"completing a task was answered with {status}: {body[:2000]}")
        return player.trajectory_id

    player: Player = at.player(Player)  # type: ignore[assignment]
    with patch.object(rehearsal, "complete_task", post):
        player.play()
    assert player.trajectory_id is not None
    return player.trajectory_id


@contextmanager
def _turns(turns: list[Turn]) -> Iterator[None]:
    """Note every deed with what the drawing could ask at that moment."""
    seen: list[World] = []

    def world(deed: Any, ledger: Any, case: Any) -> World:
        seen.append(real_world(deed, ledger, case))
        return seen[-1]

    def complete(desk: Desk, task_id: UUID, raw: Mapping[str, list[str]]) -> UUID:
        seen.clear()
        given.clear()
        done = real_complete(desk, task_id, raw)
        (name, answers), *_ = given
        turns.append(Turn(name, answers, seen[0], seen[-1]))
        return done

    def read(deed: Any, task: Any, ledger: Any, raw: Any) -> dict[str, Any]:
        answers = real_read(deed, task, ledger, raw)
        given.append((task.name, answers))
        return answers

    def wake(desk: Desk, limit: int = 200) -> int:
        seen.clear()
        done = real_wake(desk, limit)
        if done:
            turns.append(Turn("", {}, seen[0], seen[-1]))
        return done

    given: list[tuple[str, dict[str, Any]]] = []
    real_world, real_complete, real_read, real_wake = process.world, tasks.complete_task, tasks._read, rounds.wake_due
    with patched(
        (process, "world", world),
        (tasks, "complete_task", complete),
        (tasks, "_read", read),
        (rounds, "wake_due", wake),
    ):
        yield


@contextmanager
def patched(*places: tuple[Any, str, Any]) -> Iterator[None]:
    patches = [patch.object(owner, name, with_) for owner, name, with_ in places]
    for one in patches:
        one.start()
    try:
        yield
    finally:
        for one in patches:
            one.stop()
