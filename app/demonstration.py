"""`make run`: one machine, an invented region, web and worker side by side; never used for real work."""

from __future__ import annotations

import os
import sys

from app import clock, create_app, logs
from app.config import Config
from app.records import Organisation
from app.records.database import reading
from app.rehearsal import demo
from app.serving import Process, free_port, supervise


def show() -> int:
    """Set up, load the region when the database is empty, serve until Ctrl-C. Returns the exit code."""
    from app.migrations import upgrade

    wanted = Config.from_environment({**os.environ, "DEMO": "1"})
    port = free_port(wanted.host, wanted.port)
    settings = {"DEMO": "1", "PORT": str(port)}
    config = Config.from_environment({**os.environ, **settings})
    config.prepare()
    logs.start(config.log_level)
    upgrade(config.database_url)
    _load_when_empty(config)
    command = [sys.executable, "-m", "app.cli"]
    processes = [
        Process("web", [*command, "serve"], settings),
        Process("worker", [*command, "worker"], settings),
    ]
    return supervise(processes, when_up=lambda: _say(config))


def _load_when_empty(config: Config) -> None:
    app = create_app(config)
    with app.app_context():
        if reading().query(Organisation.id).first() is not None:
            return
        print("Loading the demo region; this takes less than a minute, once.", flush=True)
        demo.load(app, clock.today(), clock.now())


def _say(config: Config) -> None:
    lines = [f"Voorwaarts runs on {config.base_url}", "", f"Sign in as (password: {demo.PASSWORD}):"]
    for house in demo.REGION:
        lines += [f"  {house.name}"] + [f"    {one.role.replace('_', ' '):<20} {one.email}" for one in house.staff]
    print("\n".join([*lines, "", "Stop with Ctrl-C."]), flush=True)
