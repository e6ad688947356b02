"""A whole installation in a folder of its own: real processes, a real mail server on loopback, people with browsers."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from pathlib import Path
from typing import Any

from aiosmtpd.controller import Controller
from flask import Flask

from app import clock, create_app
from app.actions.deed import Desk
from app.config import Config
from app.records.database import let_go
from app.records.settings import days_ahead

PATIENCE = 90  # seconds; the machine may be busy with other things
SECRET = "0123456789abcdef-not-for-real-use-at-all"
PROGRAM = [sys.executable, "-m", "app.cli"]


def eventually(holds: Callable[[], object], what: str = "it", patience: float = PATIENCE) -> None:
    """Looks until it holds; fails when that takes too long."""
    until = time.monotonic() + patience
    while not holds():
        assert time.monotonic() < until, f"{what} took too long"
        time.sleep(0.05)


def free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@dataclass(slots=True)
class Started:
    """A process of ours, the leader of its own session, and where its stderr goes."""

    process: subprocess.Popen[bytes]
    log: Path
    port: int = 0

    @property
    def said(self) -> str:
        return self.log.read_text(errors="replace")

    def ask_to_stop(self, sign: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop; its exit code."""
        self.process.send_signal(sign)
        return self.process.wait(PATIENCE)

    def kill(self) -> None:
        """kill -9, with all it started: as when the machine stops."""
        if self.process.poll() is None:
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait(PATIENCE)

    def health(self) -> int:
        """The status of the health page, 0 when nobody answers."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=20)
        try:
            connection.request("GET", "/health")
            return connection.getresponse().status
        except (OSError, http.client.HTTPException):
            return 0
        finally:
            connection.close()


@dataclass(slots=True)
class Installation:
    """`env` is what the settings say; processes are started beside each other and none outlives the test."""

    folder: Path
    env: dict[str, str] = field(default_factory=dict)
    started: list[Started] = field(default_factory=list)

    def __post_init__(self) -> None:
        here = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
        ours = {"SECRET_KEY": SECRET, "RECORD_KEY": SECRET[::-1], "INSTANCE": str(self.folder / "instance")}
        self.env = {**here, **ours, **self.env}

    def run(self, *words: str, said: str = "", **env: str) -> subprocess.CompletedProcess[str]:
        """One command, to its end."""
        return subprocess.run(
            [*PROGRAM, *words], env={**self.env, **env}, input=said, capture_output=True, text=True, timeout=PATIENCE,
            check=False,
        )  # fmt: skip

    def start(self, *words: str, wrapped_in: tuple[str, ...] = (), **env: str) -> Started:
        log = self.folder / f"{len(self.started)}-{words[0]}.log"
        with log.open("wb") as out:
            process = subprocess.Popen(
                [*wrapped_in, *PROGRAM, *words],
                env={**self.env, **env},
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=out,
                start_new_session=True,
            )
        self.started.append(Started(process, log, int(env.get("PORT", 0))))
        return self.started[-1]

    def start_web(self, **env: str) -> Started:
        """A web that answers."""
        web = self.start("serve", **{"PORT": str(free_port()), "WEB_PROCESSES": "1", **env})
        eventually(lambda: web.health() or web.process.poll() is not None, "the web")
        assert web.process.poll() is None, web.said
        return web

    def start_worker(self, **env: str) -> Started:
        return self.start("worker", **env)

    def logs(self) -> str:
        return "".join(one.said for one in self.started)

    def app(self) -> Flask:
        """The same installation seen from inside the test: to look at its rows."""
        return create_app(Config.from_environment(self.env))


@contextmanager
def installed(folder: Path, **env: str) -> Iterator[Installation]:
    installation = Installation(folder, env)
    try:
        yield installation
    finally:
        for one in installation.started:
            one.kill()


def desk_of(app: Flask) -> Desk:
    """The program's own desk, on the business day of the installation; inside its context."""
    desk = Desk(app.extensions["voorwaarts.house"], None, clock.today(days_ahead()), clock.now())
    let_go()  # what is looked at next is looked at anew
    return desk


class Postbox:
    """A mail server on loopback. While it is `held`, a mail waits unanswered and is then not taken."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        self.held = threading.Event()
        self.waiting = threading.Event()
        self.port = free_port()
        self._controller = Controller(self, hostname="127.0.0.1", port=self.port)

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.port}"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:
        import asyncio

        if self.held.is_set():
            self.waiting.set()
            while self.held.is_set():
                await asyncio.sleep(0.05)
            return "451 not now"
        message = BytesParser(policy=default).parsebytes(envelope.content)
        assert isinstance(message, EmailMessage)
        self.mails.append(message)
        return "250 taken"

    def ids(self) -> list[str]:
        return [str(mail["Message-ID"]).strip("<>").partition("@")[0] for mail in self.mails]

    def __enter__(self) -> Postbox:
        self._controller.start()
        return self

    def __exit__(self, *_fault: object) -> None:
        self.held.clear()
        self._controller.stop()


Answers = Mapping[str, Any]
