"""A backup is made while people work, and put back: everything of one moment is there again, and nothing is half."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.exc import IntegrityError

from app import files
from app.actions.audit import anchor, verify
from app.actions.tasks import claim_task
from app.audit_console import told
from app.backup.archive import Archive, Refusal
from app.backup.making import Made, make
from app.backup.putting_back import put_back
from app.config import Config
from app.migrations import is_up_to_date, make_at
from app.records import Document, Event, SignedCopy, Task, Trajectory, UserSession, db, whole
from app.records.database import reading
from tests.actions.scene import Scene, fresh
from tests.actions.test_record import cut
from tests.backup.conftest import NewPlace, Stand, Work, connected, going_on_in, morning, new_place, opened

WEEK = timedelta(days=7)


@pytest.fixture
def scene(at: Stand) -> Scene:
    return at("review")


def backup(scene: Scene, folder: Path) -> Made:
    return make(scene.site.app, folder, morning(scene))


def counted(config: Config) -> dict[str, whole.Counted]:
    with connected(config.database_url) as engine, engine.connect() as connection:
        return whole.count(connection)


# ---- the drill


def test_a_backup_made_while_people_work_is_of_one_moment_and_is_put_back_whole(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace
) -> None:
    with Work(scene).going_on() as work:
        before, backups = dict(work.done), 0
        while backups < 3 or any(work.done[name] <= before[name] for name in before):  # each did something meanwhile
            made = make(scene.site.app, tmp_path / f"{backups}.zip", morning(scene))
            assert made.verdict is not None and made.verdict.flaws == [] and made.manifest.lost == []
            backups += 1
    assert 0 < made.manifest.entries < fresh().scalar(select(func.count()).select_from(Event))  # type: ignore[operator]

    new = elsewhere(scene.site.kind)
    standing = put_back(new, made.path, morning(scene), instead=False)
    assert (standing.lost, standing.kept, standing.upgraded, standing.verdict.flaws) == ([], "", False, [])
    now = counted(new)
    changed = {name for name, one in now.items() if one != made.manifest.tables[name]}
    assert changed == {"events", "chains"}  # that it was put back is an entry
    assert now["events"].rows == made.manifest.tables["events"].rows + 1
    with opened(new).app_context():
        papers = reading().scalars(select(Document).where(Document.state == "filed")).all()
        copies = reading().scalars(select(SignedCopy)).all()
        assert papers and copies
        assert {one.content_hash for one in (*papers, *copies)} == set(made.manifest.documents)
        for one in (*papers, *copies):
            assert len(files.read(new.documents, one.content_hash)) == one.size
        tasks = reading().scalar(select(func.count()).select_from(Task).where(Task.name == "nominate_candidate"))
        assert tasks == reading().scalar(select(func.count()).select_from(Trajectory))
        db.session.remove()
        db.engine.dispose()


def test_people_work_on_in_what_was_put_back_and_the_record_is_guarded(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace
) -> None:
    made = backup(scene, tmp_path)
    new = elsewhere(scene.site.kind)
    put_back(new, made.path, morning(scene), instead=False)
    with going_on_in(scene, new) as there:
        there.do("confirm_goals")
        there.do("confirm_conditions")
        assert verify(there.house, new.anchors).flaws == []
        fresh()
        with pytest.raises(IntegrityError, match="record is not changed"), db.engine.begin() as connection:
            connection.execute(text("UPDATE events SET about = ''"))


def test_no_secret_is_in_the_archive(scene: Scene, tmp_path: Path) -> None:
    config = scene.site.config
    made = backup(scene, tmp_path)
    with Archive(made.path) as archive:
        content = b"".join(archive.member(name) for name in [*made.manifest.members, "manifest.json", "manifest.seal"])
    for secret in (config.secret_key, config.record_key, scene.house.record_key.hex()):
        assert secret.encode() not in content
    assert scene.house.record_key not in content
    assert made.path.stat().st_mode & 0o077 == 0


def test_whoever_was_signed_in_signs_in_anew(scene: Scene, tmp_path: Path, elsewhere: NewPlace) -> None:
    with scene.desk("housing_officer").deed() as deed:
        moments = {"began_at": deed.desk.now, "seen_at": deed.desk.now}
        deed.session.add(UserSession(user_id=deed.actor.id, epoch=1, **moments))
    made = backup(scene, tmp_path)
    new = elsewhere(scene.site.kind)
    put_back(new, made.path, morning(scene), instead=False)
    with opened(new).app_context():
        assert [one.ended_at for one in reading().scalars(select(UserSession))] == [morning(scene)]
        db.session.remove()
        db.engine.dispose()


# ---- what is there already


def test_what_is_there_is_not_touched_unless_it_is_said_and_is_then_kept(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace
) -> None:
    made = backup(scene, tmp_path)
    new = elsewhere(scene.site.kind)
    put_back(new, made.path, morning(scene), instead=False)
    with connected(new.database_url) as engine, engine.begin() as connection:
        connection.execute(text("INSERT INTO settings (name, value) VALUES ('note', 'of before')"))
    before = counted(new)
    with pytest.raises(Refusal, match="say --replace"):
        put_back(new, made.path, morning(scene), instead=False)
    assert counted(new) == before

    later = morning(scene) + WEEK
    standing = put_back(new, made.path, later, instead=True)
    assert counted(new)["settings"] == made.manifest.tables["settings"] != before["settings"]
    assert kept(new, standing.kept) == before


def kept(config: Config, place: str) -> dict[str, whole.Counted]:
    """What is in the database that was set aside."""
    if place.startswith("/"):
        return counted(replace(config, database_url=f"sqlite:///{place}"))
    return counted(replace(config, database_url=f"{config.database_url}?options=-csearch_path%3D{place}"))


def test_a_database_that_somebody_is_connected_to_is_not_replaced(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace
) -> None:
    made = backup(scene, tmp_path)
    new = elsewhere(scene.site.kind)
    put_back(new, made.path, morning(scene), instead=False)
    before = counted(new)
    with connected(new.database_url) as engine:
        with engine.connect() as somebody:
            somebody.execute(text("SELECT count(*) FROM settings"))
        with pytest.raises(Refusal, match="stop"):
            put_back(new, made.path, morning(scene) + WEEK, instead=True)
    assert counted(new) == before
    assert put_back(new, made.path, morning(scene) + WEEK, instead=True).kept


def test_a_file_that_is_there_but_damaged_is_mended(scene: Scene, tmp_path: Path, elsewhere: NewPlace) -> None:
    made = backup(scene, tmp_path)
    new = elsewhere(scene.site.kind)
    digest = made.manifest.documents[0]
    damaged = new.documents / digest[:2] / digest
    damaged.parent.mkdir(parents=True)
    damaged.write_bytes(b"something else")
    assert put_back(new, made.path, morning(scene), instead=False).lost == []
    assert files.read(new.documents, digest)


def test_a_file_that_was_gone_before_is_said_and_the_rest_is_kept(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace
) -> None:
    lease = scene.documents(name="fixed_term_lease")[0].content_hash
    (scene.site.config.documents / lease[:2] / lease).unlink()
    made = backup(scene, tmp_path)
    assert made.manifest.lost == [lease]
    standing = put_back(elsewhere(scene.site.kind), made.path, morning(scene), instead=False)
    assert standing.lost == [lease] and standing.verdict.flaws == []


# ---- what may not be put back


def test_another_key_is_said_so_and_nothing_is_put_back(scene: Scene, tmp_path: Path, elsewhere: NewPlace) -> None:
    made = backup(scene, tmp_path)
    new = replace(elsewhere(scene.site.kind), record_key="another key of at least 32 characters")
    with pytest.raises(Refusal, match="another RECORD_KEY"):
        put_back(new, made.path, morning(scene), instead=False)
    nothing_there(new)


def test_a_backup_of_a_later_version_is_refused(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace, request: pytest.FixtureRequest
) -> None:
    later = new_place(request, scene.site.config, scene.site.kind, tmp_path / "later")
    made = backup(scene, tmp_path)
    put_back(later, made.path, morning(scene), instead=False)
    with connected(later.database_url) as engine, engine.begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    of_later = make(opened(later), tmp_path / "later.zip", morning(scene))
    new = elsewhere(scene.site.kind)
    with pytest.raises(Refusal, match="stands at 9999"):
        put_back(new, of_later.path, morning(scene), instead=False)
    nothing_there(new)


def test_a_backup_of_before_an_upgrade_is_put_back_and_brought_up_to_date(
    scene: Scene, tmp_path: Path, elsewhere: NewPlace, request: pytest.FixtureRequest
) -> None:
    earlier = new_place(request, scene.site.config, scene.site.kind, tmp_path / "earlier")
    with connected(earlier.database_url) as engine, engine.begin() as connection:
        make_at(connection, "0013")  # no chains yet
        connection.execute(text("INSERT INTO settings (name, value) VALUES ('note', 'of before')"))
    made = make(opened(earlier), tmp_path / "earlier.zip", morning(scene))
    assert (made.verdict, made.manifest.revision) == (None, "0013")
    new = elsewhere(scene.site.kind)
    standing = put_back(new, made.path, morning(scene), instead=False)
    assert standing.upgraded and standing.verdict.flaws == []
    with connected(new.database_url) as engine, engine.connect() as connection:
        assert is_up_to_date(connection)
        assert connection.scalar(text("SELECT value FROM settings WHERE name = 'note'")) == "of before"


def test_nothing_is_written_over_and_no_half_archive_stays(scene: Scene, tmp_path: Path) -> None:
    made = backup(scene, tmp_path)
    with pytest.raises(Refusal, match="is there already"):
        make(scene.site.app, made.path, morning(scene))
    with pytest.raises(Refusal, match="There is no folder"):
        make(scene.site.app, tmp_path / "no" / "folder.zip", morning(scene))
    assert [one for one in tmp_path.iterdir() if one.is_file()] == [made.path]
    assert not [one for one in tmp_path.iterdir() if one.name.startswith(".")]


def nothing_there(config: Config) -> None:
    assert not any(path.is_file() for path in config.documents.rglob("*"))
    if config.database_url.startswith("sqlite"):
        assert not Path(config.database_url.removeprefix("sqlite:///")).exists()
    else:
        with connected(config.database_url) as engine, engine.connect() as connection:
            assert whole.names(connection) == []


# ---- anchors that saw more than the backup has


@pytest.fixture
def anchored(scene: Scene, tmp_path: Path, elsewhere: NewPlace) -> tuple[Scene, Config, Made]:
    """An anchor, a backup, more work, an anchor that saw it; and a place to put the backup back with those anchors."""
    anchors = tmp_path / "anchors"
    anchor(scene.desk(), anchors)
    made = make(opened(replace(scene.site.config, anchors=anchors)), tmp_path, morning(scene))
    scene.today += timedelta(days=1)
    claim_task(scene.desk("housing_officer"), scene.task("confirm_conditions").id)
    claim_task(scene.desk("support_worker"), scene.task("confirm_goals").id)
    anchor(scene.desk(), anchors)
    return scene, replace(elsewhere(scene.site.kind), anchors=anchors), made


def test_what_was_lost_by_putting_a_backup_back_is_told_and_is_no_change(
    anchored: tuple[Scene, Config, Made],
) -> None:
    scene, new, made = anchored
    standing = put_back(new, made.path, morning(scene), instead=False)
    assert standing.verdict.flaws == []
    (lost,) = standing.verdict.put_back
    assert (lost.entries, lost.chains) == (2, 1)
    assert {(day, chain) for day, chain, _ in lost.gone} == {(scene.today.isoformat(), scene.trajectory_id.hex)}
    said = list(told(standing.verdict))
    assert (
        f"On {scene.today} at 09:00 UTC the backup of {made.manifest.at:%Y-%m-%d}, 09:00 UTC was put back: 2 entries "
        "that the anchors of then saw, in 1 of the chains, were lost with it."
    ) in said
    assert said[-1] == "Nothing was changed."


def test_after_that_a_change_is_still_seen_and_the_next_anchor_holds_every_chain(
    anchored: tuple[Scene, Config, Made],
) -> None:
    scene, new, made = anchored
    put_back(new, made.path, morning(scene), instead=False)
    with going_on_in(scene, new) as there:
        there.today += timedelta(days=1)
        claim_task(there.desk("housing_officer"), there.task("confirm_conditions").id)
        anchor(there.desk(), new.anchors)
        last = max(new.anchors.iterdir()).read_text().splitlines()
        assert len(last) - 2 == len(fresh().execute(text("SELECT id FROM chains")).all())
        assert verify(there.house, new.anchors).flaws == []
        cut(there, keep=3)
        found = verify(there.house, new.anchors).flaws
        assert {one.code for one in found} == {"shorter_than_anchor"}


def test_what_the_backup_had_is_missed_at_once_when_it_goes_after_that(anchored: tuple[Scene, Config, Made]) -> None:
    """Only what was gone then is told as lost: the same anchors go on to guard the rest."""
    scene, new, made = anchored
    put_back(new, made.path, morning(scene), instead=False)
    with going_on_in(scene, new) as there:
        cut(there, keep=3)
        found = verify(there.house, new.anchors).flaws
        assert [(one.code, one.params["day"]) for one in found] == [
            ("shorter_than_anchor", (scene.today - timedelta(days=1)).isoformat())
        ]


def test_put_back_by_hand_it_says_what_may_have_happened(anchored: tuple[Scene, Config, Made]) -> None:
    """As with cp or pg_restore: nobody noted it, so what the anchor saw is a flaw; a sentence says the other way."""
    scene, new, _ = anchored
    cut(scene, keep=5)
    verdict = verify(scene.house, new.anchors)
    assert {one.code for one in verdict.flaws} == {"shorter_than_anchor"}
    assert any("`voorwaarts restore` writes down" in one for one in told(verdict))


def test_a_record_that_was_changed_is_backed_up_as_it_is_and_that_is_said(
    anchored: tuple[Scene, Config, Made], tmp_path: Path
) -> None:
    scene, new, _ = anchored
    cut(scene, keep=5)
    made = make(opened(replace(scene.site.config, anchors=new.anchors)), tmp_path / "changed.zip", morning(scene))
    assert made.manifest.flaws > 0 and made.path.exists()


