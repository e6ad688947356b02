"""A database that can't be reached, or that has no room left, is said in a word, and nothing is half done."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, update

from app.actions.rounds import wake_due
from app.actions.tasks import complete_task
from app.errors import NotReady
from app.records import Run, db
from tests.actions.conftest import Stand
from tests.actions.scene import Scene, Site, stage
from tests.postgres import Cluster


@pytest.fixture
def own_site(tmp_path: Path) -> Iterator[tuple[Site, Cluster]]:
    """An installation on a server of its own, which a test may stop."""
    cluster = Cluster()
    try:
        cluster.start()
        yield Site.build("postgres", tmp_path, cluster), cluster
    finally:
        cluster.stop()


@pytest.mark.slow
def test_when_the_database_stops_every_deed_says_so_and_later_goes_through(own_site: tuple[Site, Cluster]) -> None:
    site, cluster = own_site
    with stage(site, "nominated") as scene:
        task = scene.task("nominate_candidate")
        raw = scene.raw(task)
        desk = scene.desk("urgency_officer")
        cluster.stop_server()
        with pytest.raises(NotReady, match="database_unreachable"):
            complete_task(desk, task.id, raw)
        with pytest.raises(Exception, match="refused"):  # reading is not a deed; the pages turn it into a sentence
            wake_due(scene.desk())
        cluster.server = None
        start_again(cluster)
        complete_task(desk, task.id, raw)
        assert scene.open_tasks() == ["check_eligibility"]


@pytest.mark.slow
def test_when_the_connection_breaks_in_the_middle_nothing_is_written(own_site: tuple[Site, Cluster]) -> None:
    site, cluster = own_site
    with stage(site, "nominated") as scene:
        before = scene.run.version
        with pytest.raises(NotReady, match="database_unreachable"), scene.desk().deed() as deed:
            deed.session.execute(update(Run).values(version=Run.version + 1))
            cluster.ask("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'voorwaarts'")
            deed.happened("region_furnished")
        assert scene.events("region_furnished") == [] and scene.run.version == before


def test_a_file_that_is_no_database_any_more_is_unreachable(on_sqlite: Stand) -> None:
    scene = on_sqlite("nominated")
    task = scene.task("nominate_candidate")
    raw, desk = scene.raw(task), scene.desk("urgency_officer")
    scene.site._let_go_of_all()
    path = Path(scene.site.config.database_url.removeprefix("sqlite:///"))
    for ending in ("-wal", "-shm"):
        Path(f"{path}{ending}").unlink(missing_ok=True)
    path.unlink()
    path.mkdir()
    try:
        with pytest.raises(NotReady, match="database_unreachable"):
            complete_task(desk, task.id, raw)
    finally:
        path.rmdir()


def test_a_database_without_room_says_the_disk_is_full_and_later_goes_on(on_sqlite: Stand) -> None:
    scene = on_sqlite("nominated")
    task = scene.task("nominate_candidate")
    raw, desk = scene.raw(task), scene.desk("urgency_officer")
    said = fill_up(scene, lambda: complete_task(desk, task.id, raw))
    assert said == "disk_full" and scene.open_tasks() == ["nominate_candidate"]
    complete_task(desk, task.id, raw)
    assert scene.open_tasks() == ["check_eligibility"]


def fill_up(scene: Scene, deed: Callable[[], object]) -> str:
    """Do it while the database may not grow by a single page; the code of the refusal."""

    def no_room(connection: object, _record: object, _proxy: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]  # type: ignore[attr-defined]
        connection.execute(f"PRAGMA max_page_count={pages}")  # type: ignore[attr-defined]

    event.listen(db.engine, "checkout", no_room)
    try:
        for size in (50, 1):  # what is free in the last pages first
            with pytest.raises(NotReady, match="disk_full"):
                for _ in range(500):
                    with scene.desk().deed() as filler:
                        for _ in range(size):
                            filler.happened("region_furnished")
        try:
            deed()
        except NotReady as refused:
            return refused.code
        return "it still fitted"
    finally:
        event.remove(db.engine, "checkout", no_room)
        db.engine.dispose()


def start_again(cluster: Cluster) -> None:
    """The same server on the same port and the same data."""
    command = [str(cluster.programs / "postgres"), "-D", str(cluster.folder / "data"), "-p", str(cluster.port)]
    command += ["-c", "unix_socket_directories=", "-c", "listen_addresses=127.0.0.1"]
    with (cluster.folder / "log").open("ab") as out:
        cluster.server = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, **cluster.owner)
    assert cluster._answers()
