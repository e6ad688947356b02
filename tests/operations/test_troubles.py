"""A database that goes away, a disk that fills up: pages say so, nothing stops, and it goes on by itself afterwards."""

from __future__ import annotations

import contextlib
import json
import os
import subprocess
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from app.actions.region import DEMO_PASSWORD, furnish_region
from app.records import db
from app.records.database import engine_options
from app.rehearsal import demo
from tests.machine import missing
from tests.operations.installation import Installation, Started, desk_of, eventually, free_port, installed
from tests.operations.visitor import Visitor, forms
from tests.postgres import Cluster

pytestmark = pytest.mark.slow

OFFICER, MANAGER = "jeroen.bakker@deheuvel.demo.invalid", "bas.kuiper@deheuvel.demo.invalid"


def furnish(site: Installation) -> None:
    assert site.run("migrate").returncode == 0
    app = site.app()
    with app.app_context():
        furnish_region(desk_of(app), demo.REGION, DEMO_PASSWORD)
        db.session.remove()
        db.engine.dispose()


def last_round(url: str) -> datetime | None:
    engine = create_engine(url, **engine_options(url))
    try:
        with engine.connect() as connection:
            said = connection.scalar(text("SELECT value FROM settings WHERE name = 'worker_round'"))
            return datetime.fromisoformat(said) if said else None
    finally:
        engine.dispose()


@pytest.fixture
def closed(postgres: Cluster) -> Iterator[tuple[str, Cluster]]:
    name = postgres.create_database()
    yield name, postgres
    postgres.drop_database(name)


def test_a_database_that_goes_away_is_a_page_in_words_and_comes_back(
    closed: tuple[str, Cluster], tmp_path: Path
) -> None:
    name, postgres = closed
    url = postgres.url(name)
    with installed(tmp_path, DATABASE_URL=url) as site:
        furnish(site)
        web, worker, visitor = site.start_web(), site.start_worker(), Visitor()
        driver = url.replace("postgresql://", "postgresql+psycopg://")
        visitor.sign_in(web.port, OFFICER, DEMO_PASSWORD)
        eventually(lambda: last_round(driver), "the worker's first round")
        assert web.health() == 200

        postgres.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS false")
        postgres.ask(f"SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'")
        for _ in range(3):  # also with connections that are broken by now
            page = visitor.get(web.port, "/")
            assert page.status == 503
            assert "Het programma kan nu niet bij de gegevens" in page.text
        assert visitor.get(web.port, "/sign-in").status == 503  # it can't know who asks
        assert Visitor().get(web.port, "/sign-in").status == 200
        assert web.health() == 503
        eventually(lambda: '"code": "database_unreachable"' in worker.said, "the worker's complaint")
        assert (web.process.poll(), worker.process.poll()) == (None, None)

        postgres.ask(f"ALTER DATABASE {name} ALLOW_CONNECTIONS true")
        before = last_round(driver)
        eventually(lambda: last_round(driver) != before, "the worker's next round")
        assert visitor.get(web.port, "/").status == 200
        assert web.health() == 200
        assert (web.ask_to_stop(), worker.ask_to_stop()) == (0, 0)
        assert all(json.loads(line) for line in site.logs().splitlines())


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[tuple[Installation, Started, Path]]:
    """Web and worker on a disk of eight megabytes that only they have, and its folder as seen from here."""
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True, check=False).returncode:
        missing("a disk of its own for one process (unshare)", "util-linux")
    with installed(tmp_path) as site:
        instance = tmp_path / "instance"
        instance.mkdir()
        furnish(site)
        (instance / "voorwaarts.db").rename(tmp_path / "made.db")
        mount = (
            f'mount -t tmpfs -o size=8m tmpfs "{instance}" && cp "{tmp_path}/made.db" "{instance}/voorwaarts.db" '
            '&& { "$0" -m app.cli worker & } && exec "$0" "$@"'
        )
        wrapped = ("unshare", "--map-root-user", "--mount", "sh", "-c", mount)
        port = str(free_port())
        both = site.start("serve", wrapped_in=wrapped, PORT=port, WEB_PROCESSES="1")
        eventually(both.health, "the web")
        yield site, both, Path(f"/proc/{both.process.pid}/root{instance}")


def test_a_full_disk_is_said_so_and_work_goes_on_when_there_is_room(
    small_disk: tuple[Installation, Started, Path],
) -> None:
    _, both, disk = small_disk
    visitor = Visitor()
    visitor.sign_in(both.port, MANAGER, DEMO_PASSWORD)
    assert keep_something(visitor, both.port) < 400

    fill(disk / "filler")
    eventually(lambda: keep_something(visitor, both.port) == 507, "the full disk")
    page = visitor.get(both.port, "/sign-in")
    assert page.status == 200  # who only reads is not hindered
    eventually(lambda: '"code": "disk_full"' in both.said, "the worker's complaint")

    (disk / "filler").unlink()
    assert keep_something(visitor, both.port) < 400
    rounds = both.said.count('"event": "request answered"')
    assert both.process.poll() is None and rounds
    eventually(lambda: both.health() == 200, "the worker's next round")
    assert all(json.loads(line) for line in both.said.splitlines())


def keep_something(visitor: Visitor, port: int) -> int:
    """The smallest thing somebody can have written down: the other language. The status of the answer."""
    page = visitor.get(port, "/")
    form = next(one for one in forms(page.text) if one.action.endswith("/language"))
    said = [(name, value) for name, kind, value, _ in form.controls if kind == "hidden"]
    other = "en" if '<html lang="nl"' in page.text else "nl"
    return visitor.post(port, form.action, [*said, ("language", other)]).status


def fill(path: Path) -> None:
    """Take the last byte of the disk this file is on."""
    handle = os.open(path, os.O_CREAT | os.O_WRONLY, 0o600)
    try:
        for size in (65536, 4096, 1):
            with contextlib.suppress(OSError):
                while True:
                    os.write(handle, b"x" * size)
    finally:
        os.close(handle)
