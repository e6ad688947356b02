"""`make run`: one machine, an invented region, web and worker side by side; never used for real work."""

from __future__ import annotations

import fcntl
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager

from app import clock, logs, open_app
from app.actions.region import DEMO_PASSWORD
from app.config import Config
from app.rehearsal import demo
from app.serving import Process, answers, free_port, supervise


def show() -> int:
    """Set up, load the region when the database is empty, serve until Ctrl-C. Returns the exit code."""
    from app.upgrading import bring_up_to_date

    wanted = Config.from_environment({**os.environ, "DEMO": "1"})
    port = free_port(wanted.host, wanted.port)
    settings = {"DEMO": "1", "PORT": str(port)}
    config = Config.from_environment({**os.environ, **settings})
    config.prepare()
    logs.start(config.log_level)
    with _one_at_a_time(config):
        bring_up_to_date(config)
        _load_when_wanted(config)
    command = [sys.executable, "-m", "app.cli"]
    processes = [
        Process("web", [*command, "serve"], settings),
        Process("worker", [*command, "worker"], settings),
    ]
    return supervise(processes, when_up=lambda: _say(config), is_up=lambda: answers(config.host, port))


@contextmanager
def _one_at_a_time(config: Config) -> Iterator[None]:
    """Of two that start at once one loads; the other waits and finds it done. A killed one lets go by itself."""
    with (config.instance / "loading.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _load_when_wanted(config: Config) -> None:
    app = open_app(config)
    with app.app_context():
        if demo.is_wanted():
            print("Loading the demo region; this takes less than a minute, once.", flush=True)
            demo.load(app, clock.today(), clock.now())


def _say(config: Config) -> None:
    lines = [f"Voorwaarts runs on {config.base_url}", "", f"Sign in as (password: {DEMO_PASSWORD}):"]
    for house in demo.REGION:
        lines += [f"  {house.name}"] + [f"    {one.role.replace('_', ' '):<20} {one.email}" for one in house.staff]
    print("\n".join([*lines, "", "Stop with Ctrl-C."]), flush=True)
