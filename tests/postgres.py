"""A real PostgreSQL of our own for the length of a test run: on loopback, in a folder of its own, gone afterwards."""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import count
from pathlib import Path
from typing import Any

import psycopg
import pytest

from tests.machine import postgresql_programs

ADMIN, ROLE = "founder", "voorwaarts"
SETTINGS = {
    "fsync": "off",  # nothing here has to outlive the run
    "full_page_writes": "off",
    "synchronous_commit": "off",
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "timezone": "UTC",
}
PATIENCE = 60  # seconds
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None
TO_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


class Cluster:
    """A running server. The program connects as an ordinary role that owns its database, never as the superuser."""

    def __init__(self) -> None:
        self.programs = postgresql_programs()
        self.folder = Path(tempfile.mkdtemp(prefix="voorwaarts-postgres-"))
        self.owner: dict[str, Any] = {"cwd": self.folder}
        self.names = count(1)
        self.port = 0
        self.server: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root; its package made a user for it
            user = pwd.getpwnam("postgres")
            os.chown(self.folder, user.pw_uid, user.pw_gid)
            self.owner |= {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
        data, log = self.folder / "data", self.folder / "log"
        words = ("--encoding=UTF8", "--locale=C.UTF-8", "--auth=trust", f"--username={ADMIN}", "--no-sync")
        self._run("initdb", *words, str(data))
        for _ in range(5):  # another process may take the port between our look and PostgreSQL's
            self.port = _free_port()
            settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
            command = [str(self.programs / "postgres"), "-D", str(data), "-p", str(self.port), *settings]
            with log.open("ab") as out:
                self.server = subprocess.Popen(
                    command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, preexec_fn=_end_with_us, **self.owner
                )
            if self._answers():
                self.ask(f"CREATE ROLE {ROLE} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE")
                return
            self.stop_server()
        raise RuntimeError(log.read_text()[-2000:])

    def stop(self) -> None:
        self.stop_server()
        shutil.rmtree(self.folder, ignore_errors=True)

    def stop_server(self) -> None:
        if self.server:
            self.server.send_signal(signal.SIGINT)  # PostgreSQL's word for: now, and cleanly
            self.server.wait(PATIENCE)
            self.server = None

    def url(self, database: str, role: str = ROLE) -> str:
        return f"postgresql://{role}@127.0.0.1:{self.port}/{database}"

    def create_database(self, template: str | None = None) -> str:
        """An empty database of the ordinary role, or a copy of `template` (which nobody may be using); its name."""
        name = f"voorwaarts_{next(self.names)}"
        self.ask(f"CREATE DATABASE {name} OWNER {ROLE}" + (f" TEMPLATE {template}" if template else ""))
        return name

    def drop_database(self, name: str) -> None:
        self.ask(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")

    def ask(self, statement: str, database: str = "postgres") -> None:
        """Carry out one statement as the superuser."""
        with psycopg.connect(self.url(database, ADMIN), autocommit=True) as connection:
            connection.execute(statement.encode())

    def _answers(self) -> bool:
        until = time.monotonic() + PATIENCE
        while self.server and self.server.poll() is None and time.monotonic() < until:
            try:
                self.ask("SELECT 1")
                return True
            except psycopg.OperationalError:
                time.sleep(0.05)
        return False

    def _run(self, program: str, *arguments: str) -> None:
        command = [str(self.programs / program), *arguments]
        done = subprocess.run(command, capture_output=True, text=True, stdin=subprocess.DEVNULL, **self.owner)
        if done.returncode:
            raise RuntimeError(done.stderr)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Cluster]:
    """The server of this test process; it starts when the first test asks for it."""
    cluster = Cluster()
    try:
        cluster.start()
        yield cluster
    finally:
        cluster.stop()


@pytest.fixture
def postgres_url(postgres: Cluster) -> Iterator[str]:
    """The address of an empty database for one test."""
    name = postgres.create_database()
    yield postgres.url(name)
    postgres.drop_database(name)


def _end_with_us() -> None:
    """When a test run is killed, its server may not be left behind."""
    if LIBC:
        LIBC.prctl(TO_DIE_WITH_PARENT, signal.SIGINT)


def _free_port() -> int:
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])
