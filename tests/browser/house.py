"""A house to walk through: a scratch instance with people in it, a real web process and, where asked, a real worker.

What a test does through the browser goes to `voorwaarts serve`, a process of its own. Trajectories can be played ahead
from here, through the same actions, and the worker's rounds can be done at once instead of every few seconds.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from uuid import UUID

from sqlalchemy import func, select

from app import clock, migrations, serving
from app.config import Config
from app.records import Document, Run
from app.records.database import reading
from app.worker import TIMETABLE, do_round
from tests import cast

FIRST_PORT = 18_500
PATIENCE = 60  # seconds until something that should come by itself counts as not coming
LOOK = 0.05


def wait_for(what: str, is_so: Callable[[], bool]) -> None:
    """Look again and again until it is so; the sentence says what did not come."""
    until = time.monotonic() + PATIENCE
    pause = threading.Event()
    while not is_so():
        assert time.monotonic() < until, f"this did not come: {what}"
        pause.wait(LOOK)


class House:
    """A running Voorwaarts: its address for the browser, and its stage to play ahead on."""

    def __init__(self, folder: Path, *, language: str = "nl") -> None:
        config = Config.scratch(folder)
        config.prepare()
        migrations.upgrade(config.database_url)
        self.folder = folder
        self.stage = cast.furnish(folder, language=language)
        self.address = ""
        self._processes: list[subprocess.Popen[bytes]] = []

    def open(self, *, worker: bool) -> None:
        """Let the web answer, and the worker work."""
        # Tests run side by side, so each process looks for its port in a stretch of its own.
        port = serving.free_port("127.0.0.1", FIRST_PORT + os.getpid() % 200 * 20)
        self.address = f"http://localhost:{port}"
        own = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
        env = {name: os.environ[name] for name in own if name in os.environ} | {
            "INSTANCE": str(self.folder), "SECRET_KEY": "only for the browser tests, and long enough",
            "DEMO": "1", "PORT": str(port), "WEB_PROCESSES": "1", "LOG_LEVEL": "warning",
        }  # fmt: skip
        for command in ("serve", *(["worker"] if worker else [])):
            with (self.folder / f"{command}.log").open("wb") as log:
                self._processes.append(
                    subprocess.Popen([sys.executable, "-m", "app.cli", command], env=env, stdout=log, stderr=log)
                )
        wait_for("an answer of the web", lambda: self._is_alive() and serving.answers("127.0.0.1", port))

    def close(self) -> None:
        for process in self._processes:
            process.terminate()
        for process in self._processes:
            process.wait(timeout=PATIENCE)

    def log(self) -> str:
        """What web and worker complained about."""
        return "".join(path.read_text() for path in sorted(self.folder.glob("*.log")))

    @property
    def today(self) -> date:
        """The business day, as the pages have it."""
        from app.records.settings import days_ahead

        with self.stage.app.app_context():
            ahead = days_ahead()
            reading().rollback()
            return clock.today(ahead)

    def work(self) -> None:
        """The worker's rounds of this day, at once."""
        for _ in range(20):
            if not sum(do_round(self.stage.app, job) for job in TIMETABLE if job.name != "beat"):
                return
        raise AssertionError("the worker's rounds have no end")

    def wait_for_the_worker(self) -> None:
        """Until the worker process has done all that was due today."""
        wait_for("the end of the worker's round", lambda: not self._waiting())

    def play(self, name: str, *, until: str | date, leave: tuple[str, ...] = ()) -> UUID:
        """A trajectory as it is when this task is open, or this day has come; the pages are of that day then."""
        trajectory = self.stage.start(full_name=name)
        self.stage.play(trajectory, until=until, leave=leave)
        self.stage.set_day(self.stage.today)
        return trajectory

    def _waiting(self) -> int:
        today = self.today
        with self.stage.app.app_context():
            due = select(func.count()).select_from(Run).where(Run.wake_on <= today)
            ordered = select(func.count()).select_from(Document).where(Document.state == "ordered")
            return (reading().scalar(due) or 0) + (reading().scalar(ordered) or 0)

    def _is_alive(self) -> bool:
        assert all(process.poll() is None for process in self._processes), self.log()
        return True


@contextmanager
def opened(folder: Path, *, worker: bool = False, language: str = "nl") -> Iterator[House]:
    """A house that answers until the end of the block."""
    house = House(folder, language=language)
    try:
        house.open(worker=worker)
        yield house
    finally:
        house.close()
