"""The runbook of the backup as somebody at the console does it, while a web and a worker run and people sign in."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.machine import program
from tests.operations.installation import PATIENCE, Installation, Started, eventually, installed
from tests.operations.visitor import Visitor
from tests.postgres import Cluster

pytestmark = pytest.mark.slow

EMAIL, PASSWORD = "bo@beheer.demo.invalid", "a long enough password"
MANAGER = ("--name", "Bo Beheer", "--email", EMAIL, "--organisation", "Woonstichting Proef", "--password", PASSWORD)


@contextmanager
def visitors(web: Started) -> Iterator[list[int]]:
    """Somebody signs in again and again, each time with another browser; how they were answered."""
    over, answers = threading.Event(), list[int]()

    def come_and_go() -> None:
        while not over.is_set():
            answers.append(Visitor().sign_in(web.port, EMAIL, PASSWORD).status)

    crowd = [threading.Thread(target=come_and_go) for _ in range(2)]
    for one in crowd:
        one.start()
    try:
        eventually(lambda: len(answers) > 1, "the first visitors")
        yield answers
    finally:
        over.set()
        for one in crowd:
            one.join()


def said(site: Installation, *words: str, code: int = 0, **env: str) -> str:
    """What a command says, on either channel."""
    ended = site.run(*words, **env)
    assert ended.returncode == code, ended.stdout + ended.stderr
    assert "Traceback" not in ended.stderr
    return ended.stdout + ended.stderr


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_drill_while_people_work(kind: str, tmp_path: Path, request: pytest.FixtureRequest) -> None:
    cluster: Cluster | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    urls = [cluster.url(cluster.create_database()) if cluster else "" for _ in range(2)]
    with installed(tmp_path, DATABASE_URL=urls[0]) as site:
        assert "There is no" in said(site, "backup", str(tmp_path), code=2) or cluster
        said(site, "migrate")
        said(site, "add-manager", *MANAGER)
        web, worker = site.start_web(), site.start_worker()
        anchors = tmp_path / "instance" / "anchors"
        eventually(lambda: list(anchors.glob("*.anchor")), "the anchor")
        with visitors(web) as answers:
            before = len(answers)
            told = said(site, "backup", str(tmp_path / "one.zip"))
            eventually(lambda: len(answers) > before, "a visitor meanwhile")
        assert set(answers) == {200}
        assert "It was read back and is whole." in told and "Keep them apart" in told
        assert "It is whole." in said(site, "check-backup", str(tmp_path / "one.zip"))
        assert "--replace" in said(site, "restore", str(tmp_path / "one.zip"), code=2)
        assert "stop" in said(site, "restore", "--replace", str(tmp_path / "one.zip"), code=2)

        drill = {"INSTANCE": str(tmp_path / "drill"), "DATABASE_URL": urls[1]}
        told = said(site, "restore", str(tmp_path / "one.zip"), **drill)
        assert "they are the same ones" in told and "Nothing was changed." in told
        assert "Nothing was changed." in said(site, "audit", "verify", **drill)
        there = site.start_web(**drill)
        assert Visitor().sign_in(there.port, EMAIL, PASSWORD).status == 200
        for process in (there, worker, web):
            assert process.ask_to_stop() == 0

        told = said(site, "restore", "--replace", str(tmp_path / "one.zip"))
        assert "What was there before is kept" in told
        assert "was put back" in said(site, "audit", "verify")
        damaged = bytearray((tmp_path / "one.zip").read_bytes())
        damaged[len(damaged) // 3] ^= 1
        (tmp_path / "one.zip").write_bytes(damaged)
        assert "is damaged" in said(site, "check-backup", str(tmp_path / "one.zip"), code=2)


def test_the_move_as_the_runbook_says_it(tmp_path: Path, postgres: Cluster) -> None:
    url = postgres.url(postgres.create_database())
    with installed(tmp_path) as site:
        said(site, "migrate")
        said(site, "add-manager", *MANAGER)
        web = site.start_web()
        assert "stop the web and the worker" in said(site, "move-to", url, code=2)
        assert web.ask_to_stop() == 0
        assert "DATABASE_URL" in said(site, "move-to", "mysql://here/there", code=2)
        wrong = said(site, "move-to", "postgresql://voorwaarts:geheim@127.0.0.1:1/voorwaarts", code=2)
        assert "can't be reached" in wrong and "geheim" not in wrong
        told = said(site, "move-to", url)
        assert "they are the same ones" in told and "Set DATABASE_URL" in told
        assert "Nothing was changed." in said(site, "audit", "verify", DATABASE_URL=url)
        assert "There are rows" in said(site, "move-to", url, code=2)
        there = site.start_web(DATABASE_URL=url)
        assert Visitor().sign_in(there.port, EMAIL, PASSWORD).status == 200
        assert there.ask_to_stop() == 0


def test_without_the_programs_of_postgresql_it_says_what_to_install(tmp_path: Path, postgres: Cluster) -> None:
    with installed(tmp_path, DATABASE_URL=postgres.url(postgres.create_database())) as site:
        said(site, "migrate")
        told = said(site, "backup", str(tmp_path), code=2, PATH=str(tmp_path))
        assert told == "pg_dump is not on this machine; install it with: apt-get install postgresql-client\n"
        assert list(tmp_path.glob("*.zip")) == []


@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
def test_a_restore_that_is_killed_leaves_what_was_there_and_can_be_done_again(
    kind: str, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    cluster: Cluster | None = request.getfixturevalue("postgres") if kind == "postgres" else None
    url = cluster.url(cluster.create_database()) if cluster else ""
    archive = str(tmp_path / "one.zip")

    def is_under_way() -> bool:
        if not url:
            return (tmp_path / "instance" / "voorwaarts.db.coming").exists()
        with psycopg.connect(url) as connection:
            schema = "SELECT 1 FROM pg_namespace WHERE nspname = 'voorwaarts_coming'"
            return connection.execute(schema).fetchone() is not None

    with installed(tmp_path, DATABASE_URL=url) as site:
        said(site, "migrate")
        said(site, "backup", archive)
        said(site, "add-manager", *MANAGER)  # what is there is not what is in the backup
        restore = site.start("restore", "--replace", archive)
        eventually(is_under_way, "the restore")
        restore.kill()
        assert "1 entries in 1 chains" in said(site, "audit", "verify")
        told = said(site, "restore", "--replace", archive)
        assert "What was there before is kept" in told
        assert not is_under_way()
        assert "There already is" not in said(site, "add-manager", *MANAGER)  # the backup had none


def test_no_room_for_the_backup_is_said_so_and_leaves_nothing(tmp_path: Path) -> None:
    limit = program("prlimit", package="util-linux")
    with installed(tmp_path) as site:
        said(site, "migrate")
        there = {path.name for path in tmp_path.rglob("*") if path.is_file()}
        ended = site.start("backup", str(tmp_path / "one.zip"), wrapped_in=(limit, "--fsize=100000"))
        assert ended.process.wait(PATIENCE) == 2
        assert ended.said.startswith("The backup could not be made, and nothing of it was kept: ")
        assert len(ended.said.splitlines()) == 1
        now = {path.name for path in tmp_path.rglob("*") if path.is_file() and path != ended.log}
        assert now - {"voorwaarts.db-wal", "voorwaarts.db-shm"} == there
