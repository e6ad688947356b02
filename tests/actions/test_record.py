"""The record: whoever changes it behind the program's back is seen, and the database itself refuses most of it."""

from __future__ import annotations

from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import Connection, select, text, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from app.actions.audit import anchor, verify
from app.actions.looks import note_look, note_refusal
from app.actions.tasks import claim_task, release_task
from app.records import Chain, Event, append_only, db
from app.records.database import let_go
from app.rules.chain import SEALED, seal
from tests.actions.conftest import Stand
from tests.actions.scene import Scene, fresh
from tests.actions.test_at_once import at_once

ANOTHER_KEY = bytes(32)


def entries(scene: Scene) -> list[Event]:
    """The chain of the dossier, by number."""
    query = select(Event).where(Event.chain == scene.trajectory_id).order_by(Event.number)
    return list(fresh().scalars(query))


def faults(scene: Scene, anchors: Path) -> list[tuple[str, object]]:
    """What is found wrong: code, and the number or the first number it is about."""
    found = verify(scene.house, anchors).flaws
    return [(one.code, one.params.get("number", one.params.get("first"))) for one in found]


def behind_our_back(statement: str, **values: object) -> None:
    """Run a statement as whoever owns the database would: without the guard, and with no key."""
    let_go()
    with db.engine.begin() as connection, append_only.lifted(connection):
        connection.execute(text(statement), values)


@pytest.fixture
def anchors(tmp_path: Path) -> Path:
    return tmp_path / "anchors"


@pytest.fixture
def scene(at: Stand, anchors: Path) -> Scene:
    """A dossier of which an anchor was written before its last entry but one."""
    found = at("review")
    anchor(found.desk(), anchors)
    officer, task = found.desk("housing_officer"), found.task("confirm_conditions").id
    claim_task(officer, task)
    release_task(officer, task)
    let_go()
    return found


# ---- what stands in it


def test_every_entry_stands_at_its_number_and_nothing_is_wrong(scene: Scene, anchors: Path) -> None:
    own = entries(scene)
    assert [one.number for one in own] == list(range(1, len(own) + 1))
    verdict = verify(scene.house, anchors)
    assert (verdict.flaws, verdict.unsealed, verdict.anchors) == ([], 0, 1)
    assert verdict.entries >= len(own) > 20
    assert verdict.anchored_until == scene.today.isoformat()


def test_an_entry_says_who_for_whom_from_where_and_how_it_went(scene: Scene) -> None:
    last, officer = entries(scene)[-1], scene.viewer("housing_officer")
    assert (last.action, last.about, last.result) == ("task_released", "confirm_conditions", "done")
    assert (last.actor_id, last.organisation_id) == (officer.id, officer.organisation_id)
    assert not last.look


def test_a_look_at_one_dossier_stands_in_its_chain_and_a_list_in_that_of_the_organisation(
    scene: Scene, anchors: Path
) -> None:
    officer, other = scene.desk("housing_officer"), UUID(int=7)
    note_look(officer, "dossier.page", [scene.trajectory_id], trajectory_id=str(scene.trajectory_id))
    note_look(officer, "work.page", [scene.trajectory_id, other])
    note_refusal(officer, "dossier.page", trajectory_id=str(other))
    look = entries(scene)[-1]
    assert (look.action, look.about, look.result, look.look) == ("looked", "dossier.page", "shown", True)
    organisation = scene.viewer("housing_officer").organisation_id
    in_order = select(Event).where(Event.chain == organisation).order_by(Event.number)
    listed, refused = fresh().scalars(in_order).all()[-2:]
    assert (listed.action, listed.shown) == ("listed", f"{scene.trajectory_id.hex} {other.hex}")
    assert (refused.result, refused.details) == ("refused", {"trajectory_id": str(other)})
    assert (listed.trajectory_id, refused.trajectory_id) == (None, None)
    assert faults(scene, anchors) == []


def test_of_many_who_look_at_once_each_has_a_number_of_its_own(scene: Scene, anchors: Path) -> None:
    before = len(entries(scene))
    officer = scene.desk("housing_officer")

    def look() -> None:
        note_look(officer, "dossier.page", [scene.trajectory_id])

    assert set(at_once(scene, [look] * 40)) == {"accepted"}
    assert [one.number for one in entries(scene)] == list(range(1, before + 41))
    assert faults(scene, anchors) == []


def test_what_is_added_while_the_record_is_looked_at_is_no_flaw(scene: Scene, anchors: Path) -> None:
    officer, found = scene.desk("housing_officer"), []

    def look() -> None:
        note_look(officer, "dossier.page", [scene.trajectory_id])

    def check() -> None:
        found.extend(verify(scene.house, anchors).flaws)

    assert set(at_once(scene, [check, look, look, look] * 30, threads=4)) == {"accepted"}
    assert found == []


def test_what_comes_out_of_the_database_is_what_was_sealed(scene: Scene) -> None:
    for one, before in zip(entries(scene)[1:], entries(scene), strict=False):
        said = {name: getattr(one, name) for name in SEALED}
        assert one.seal == seal(scene.house.record_key, before.seal or b"", said)


# ---- what the database refuses


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE events SET action = 'task_done'",
        "UPDATE events SET details = '{}' WHERE number = 3",
        "DELETE FROM events",
        "DELETE FROM events WHERE number = 3",
    ],
)
def test_the_database_lets_nobody_change_or_remove_an_entry(scene: Scene, statement: str) -> None:
    before = [(one.id, one.seal) for one in entries(scene)]
    let_go()
    with pytest.raises(IntegrityError, match="record is not changed"), db.engine.begin() as connection:
        connection.execute(text(statement))
    assert [(one.id, one.seal) for one in entries(scene)] == before


@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_an_entry_is_not_replaced_by_another_on_sqlite(on_sqlite: Stand, recursive: str) -> None:
    scene = on_sqlite("review")
    third = entries(scene)[2]
    let_go()
    replace = f"INSERT OR REPLACE INTO events SELECT * FROM events WHERE id = {third.id}"
    renumbered = replace.replace("*", ", ".join(_columns_with("id", str(third.id + 10_000))))
    for statement in (replace, renumbered):
        with pytest.raises(DBAPIError, match="record is not changed"), db.engine.connect() as connection:
            connection.exec_driver_sql(f"PRAGMA recursive_triggers={recursive}")
            connection.exec_driver_sql(statement)
    assert [one.id for one in entries(scene)].count(third.id) == 1


def test_the_record_is_not_emptied_at_once(scene: Scene) -> None:
    let_go()
    empty = "TRUNCATE events CASCADE" if db.engine.dialect.name == "postgresql" else "DELETE FROM events"
    with pytest.raises(IntegrityError, match="record is not changed"), db.engine.begin() as connection:
        connection.execute(text(empty))
    assert entries(scene)


def _columns_with(name: str, value: str) -> list[str]:
    return [value if column.name == name else f'"{column.name}"' for column in Event.__table__.columns]


# ---- what is seen when somebody gets past that


@pytest.mark.parametrize(
    "changed",
    [
        "action = 'task_claimed'",
        "about = 'another_task'",
        "result = 'refused'",
        "origin = '10.0.0.1'",
        "details = '{\"hash\": \"0\"}'",
        "shown = 'x'",
        "actor_id = NULL",
        "organisation_id = NULL",
        "look = NOT look",
    ],
)
def test_whatever_is_changed_of_an_entry_is_seen(scene: Scene, anchors: Path, changed: str) -> None:
    assert entries(scene)[-1].actor_id
    number = len(entries(scene))
    behind_our_back(f"UPDATE events SET {changed} WHERE chain = :chain AND number = :number", **_at(scene, number))
    assert faults(scene, anchors) == [("entry_changed", number)]


def test_an_entry_moved_by_a_microsecond_is_seen(scene: Scene, anchors: Path) -> None:
    let_go()
    with db.engine.begin() as connection, append_only.lifted(connection):
        own = (Event.chain == scene.trajectory_id, Event.number == 5)
        at = connection.scalar(select(Event.at).where(*own))
        assert at is not None
        later = at.replace(microsecond=at.microsecond + 1)
        connection.execute(update(Event).where(*own).values(at=later))
    assert faults(scene, anchors) == [("entry_changed", 5)]


def test_an_entry_that_is_gone_is_seen(scene: Scene, anchors: Path) -> None:
    behind_our_back("DELETE FROM events WHERE chain = :chain AND number = :number", **_at(scene, 4))
    assert ("entries_missing", 4) in faults(scene, anchors)


def test_entries_that_changed_places_are_seen(scene: Scene, anchors: Path) -> None:
    move = "UPDATE events SET number = :now WHERE chain = :chain AND number = :number"
    for was, now in ((3, -1), (4, 3), (-1, 4)):
        behind_our_back(move, now=now, **_at(scene, was))
    assert [number for _, number in faults(scene, anchors)][:2] == [3, 4]


def test_a_last_entry_that_is_gone_is_seen_by_the_length_of_its_chain(scene: Scene, anchors: Path) -> None:
    number = len(entries(scene))
    behind_our_back("DELETE FROM events WHERE chain = :chain AND number = :number", **_at(scene, number))
    assert faults(scene, anchors) == [("end_unlike_chain", number - 1)]


def test_a_chain_cut_to_before_the_anchor_is_seen_though_its_length_was_changed_too(
    scene: Scene, anchors: Path
) -> None:
    cut(scene, keep=5)
    assert {code for code, _ in faults(scene, anchors)} == {"shorter_than_anchor"}


def test_what_was_cut_after_the_anchor_is_seen_by_the_next_anchor_only(scene: Scene, anchors: Path) -> None:
    """So much an anchor a day leaves open, and no more."""
    whole = len(entries(scene))
    cut(scene, keep=whole - 1)
    assert faults(scene, anchors) == []


def test_a_chain_that_is_gone_as_a_whole_is_seen(scene: Scene, anchors: Path) -> None:
    behind_our_back("DELETE FROM events WHERE chain = :chain", chain=_id(scene))
    assert ("entries_missing", 1) in faults(scene, anchors)
    behind_our_back("DELETE FROM chains WHERE id = :chain", chain=_id(scene))
    assert {code for code, _ in faults(scene, anchors)} == {"shorter_than_anchor"}


def test_a_chain_sealed_anew_with_another_key_is_seen(scene: Scene, anchors: Path) -> None:
    let_go()
    with db.engine.begin() as connection, append_only.lifted(connection):
        last = _reseal(connection, scene.trajectory_id)
        connection.execute(update(Chain).where(Chain.id == scene.trajectory_id).values(seal=last))
    found = [code for code, _ in faults(scene, anchors)]
    assert found.count("entry_changed") == len(entries(scene))


def test_an_entry_without_a_seal_is_seen(scene: Scene, anchors: Path) -> None:
    behind_our_back(
        'INSERT INTO events (trajectory_id, at, "on", action, about, details, look, origin, result, shown) '
        "SELECT trajectory_id, at, \"on\", 'decision_revised', '', details, look, '', 'done', '' FROM events "
        "WHERE chain = :chain AND number = :number",
        **_at(scene, 3),
    )
    assert [code for code, _ in faults(scene, anchors)] == ["entries_without_seal"]


# ---- anchors


def test_an_anchor_is_written_once_a_day_and_holds_only_the_chains_that_grew(scene: Scene, anchors: Path) -> None:
    assert not anchor(scene.desk(), anchors)
    tomorrow = scene.desk(on=scene.today.replace(day=scene.today.day + 1))
    assert anchor(tomorrow, anchors)
    first, second = sorted(anchors.iterdir())
    assert (first.name, second.name) == (f"{scene.today}.anchor", f"{tomorrow.today}.anchor")
    assert first.stat().st_mode & 0o077 == 0
    assert verify(scene.house, anchors).flaws == []


def test_an_anchor_that_was_changed_or_taken_away_is_seen(scene: Scene, anchors: Path) -> None:
    anchor(scene.desk(on=scene.today.replace(day=scene.today.day + 1)), anchors)
    first, second = sorted(anchors.iterdir())
    kept = first.read_bytes()
    first.write_bytes(kept.replace(b"1", b"2", 1))
    assert "anchor_changed" in [code for code, _ in faults(scene, anchors)]
    first.unlink()
    assert [code for code, _ in faults(scene, anchors)] == ["anchor_before_missing"]
    first.write_bytes(kept)
    second.write_bytes(b"")
    assert [code for code, _ in faults(scene, anchors)] == ["anchor_changed"]


# ---- doing harm


def cut(scene: Scene, keep: int) -> None:
    """Take away all entries after this one, and say that the chain was never longer."""
    last = entries(scene)[keep - 1].seal
    behind_our_back("DELETE FROM events WHERE chain = :chain AND number > :number", **_at(scene, keep))
    let_go()
    with db.engine.begin() as connection:
        connection.execute(update(Chain).where(Chain.id == scene.trajectory_id).values(length=keep, seal=last))


def _reseal(connection: Connection, chain: UUID) -> bytes:
    last = b""
    for row in connection.execute(select(Event.__table__).where(Event.chain == chain).order_by(Event.number)).all():
        last = seal(ANOTHER_KEY, last, row._asdict())
        connection.execute(update(Event).where(Event.id == row.id).values(seal=last))
    return last


def _at(scene: Scene, number: int) -> dict[str, object]:
    return {"chain": _id(scene), "number": number}


def _id(scene: Scene) -> object:
    """As a statement of ours outside SQLAlchemy takes it."""
    return scene.trajectory_id.bytes if db.engine.dialect.name == "sqlite" else scene.trajectory_id
