"""One trajectory played on by lives that are killed, each at a moment of its own, until one reaches the end.

Run by a test. A life is a forked process that kills itself with SIGKILL just before or after a commit, or before a
file gets its name; the next life finds what the database and the disk kept, and the day it is, and nothing else.
"""

from __future__ import annotations

import os
import random
import signal
import sys
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

from flask import Flask
from sqlalchemy import event, select
from sqlalchemy.orm import Session

from app import create_app
from app.actions.deed import Desk, House
from app.config import Config
from app.files import write_whole
from app.house import hire_postman
from app.records import Trajectory, User, db
from app.records.database import let_go, reading
from app.records.viewers import viewer_of
from app.rehearsal.cast import REGION, Cast
from app.rules.permissions import ROLE_OF_PART, Viewer
from app.web.mail_texts import write
from tests.actions.scene import FIRST, LAST, SCRIPT, Walker


class Life(Walker):
    """Plays as everybody does, but remembers the day outside itself and lets the clock run on after each death."""

    def __init__(self, house: House, app: Flask, folder: Path, number: int) -> None:
        config: Config = app.extensions["voorwaarts.config"]
        super().__init__(house, _cast(), SCRIPT, FIRST, LAST, hire_postman(config), write)
        self.folder, self.number = folder, number

    __slots__ = ("folder", "number")

    def desk(self, who: Viewer | None) -> Desk:
        there = super().desk(who)
        return Desk(there.house, who, there.today, there.now + timedelta(minutes=10 * self.number))

    def play_on(self) -> None:
        while True:
            self._live_the_day()
            following = self.next_day()
            if following is None:
                return
            self.today = following
            write_whole(self.folder / "day", following.isoformat().encode())


def main(folder: Path, url: str, start: str, trajectory_id: str, seed: int, moments: int) -> None:
    """Each life is killed at one of its first `moments` moments; with seed 0 nobody is."""
    app = create_app(Config.scratch(folder, DATABASE_URL=url))
    (folder / "day").write_text(start)
    chance = random.Random(seed)
    for number in range(400):
        moment = chance.randint(1, moments) if seed else 0
        with app.app_context():
            db.engine.dispose()
        child = os.fork()
        if child == 0:
            _live(app, folder, UUID(trajectory_id), number, moment)
        _, status = os.waitpid(child, 0)
        if not os.WIFSIGNALED(status):
            print(number if os.WEXITSTATUS(status) == 0 else "broken", flush=True)
            return
    print("never", flush=True)


def _live(app: Flask, folder: Path, trajectory_id: UUID, number: int, moment: int) -> None:
    """Never returns."""
    code = 1
    try:
        with app.app_context():
            life = Life(app.extensions["voorwaarts.house"], app, folder, number)
            life.today, life.trajectory_id = date.fromisoformat((folder / "day").read_text()), trajectory_id
            if moment:
                _die_at(moment)
            life.play_on()
            assert not life.refusals, life.refusals
            code = 0
    except BaseException:
        import traceback

        traceback.print_exc()
    finally:
        sys.stderr.flush()
        os._exit(code)


def _die_at(moment: int) -> None:
    left = moment

    def count(*_: object) -> None:
        nonlocal left
        left -= 1
        if left <= 0:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(Session, "before_commit", count)
    event.listen(Session, "after_commit", count)
    sys.addaudithook(lambda name, _arguments: count() if name == "os.rename" else None)


def _cast() -> Cast:
    staff = {one.email: one.role for house in REGION for one in house.staff}
    users = reading().scalars(select(User).where(User.email.in_(staff)))
    players = {staff[user.email]: viewer_of(user) for user in users}
    assert reading().scalar(select(Trajectory.id)) is not None
    let_go()
    return Cast(players, {part: players[role].id for part, role in ROLE_OF_PART.items()})


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], sys.argv[3], sys.argv[4], int(sys.argv[5]), int(sys.argv[6]))
