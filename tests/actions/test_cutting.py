"""The oldest part of a chain of the record goes at an anchored head, by two people; what else goes is seen."""

from __future__ import annotations

import shutil
from datetime import date
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from app.actions.audit import Verdict, anchor, verify
from app.actions.early_ends import report_early_end
from app.actions.looks import note_look
from app.actions.retention import judge_removal, propose_removal
from app.errors import NotReady
from app.records import Cut, db
from app.records.database import let_go
from app.rules.dates import add_days, add_months
from tests.actions.conftest import Stand
from tests.actions.scene import Scene
from tests.actions.test_record import _at, _id, behind_our_back, entries

ANOTHER_HEAD = bytes(32)


@pytest.fixture
def scene(at: Stand) -> Scene:
    """Anchored twice, once before it was over; then looked at, and anchored again a year later."""
    found = at("leasing")
    shutil.rmtree(folder(found), ignore_errors=True)  # another test's
    anchor(found.desk(), folder(found))
    said = {"kind": "withdrawal", "on": found.today.isoformat()}
    report_early_end(found.desk("housing_officer"), found.trajectory_id, said)
    found.work(add_days(found.today, 1))
    anchor(found.desk(), folder(found))
    year = add_months(found.today, 10)
    note_look(found.desk("housing_officer", on=year), "dossier.page", [found.trajectory_id])
    anchor(found.desk(on=year), folder(found))
    let_go()
    return found


def folder(scene: Scene) -> Path:
    assert scene.house.anchors is not None
    return scene.house.anchors


def looked(scene: Scene) -> Verdict:
    let_go()
    return verify(scene.house, folder(scene))


def codes(scene: Scene) -> list[str]:
    return [one.code for one in looked(scene).flaws]


def five_years_on(scene: Scene) -> date:
    return add_days(add_months(scene.today, 60), 1)


def cut(scene: Scene) -> None:
    scene.today = five_years_on(scene)
    propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "access_log")
    judge_removal(scene.desk("team_lead"), scene.trajectory_id, "access_log", "approve")
    let_go()


def test_what_is_past_goes_at_the_newest_anchor_that_fits_and_the_record_says_so(scene: Scene) -> None:
    before = entries(scene)
    cut(scene)
    after = entries(scene)
    head = after[-1]
    assert head.action == "record_cut"
    assert after[0].look and after[0].number == head.details["up_to"] + 1
    assert before[head.details["up_to"] - 1].seal.hex() == head.details["head"]  # type: ignore[union-attr]
    found = looked(scene)
    assert (found.flaws, found.cut) == ([], head.details["up_to"])


def test_a_chain_is_cut_again_five_years_later(scene: Scene) -> None:
    cut(scene)
    scene.today = add_months(scene.today, 1)
    anchor(scene.desk(), folder(scene))
    scene.today = add_months(scene.today, 12)
    cut(scene)
    assert entries(scene)[-1].details["up_to"] > entries(scene)[-1].details["count"] and codes(scene) == []


@pytest.mark.parametrize("short", [1, 40])
def test_before_its_day_nothing_is_cut(scene: Scene, short: int) -> None:
    first = entries(scene)[0].on
    scene.today = add_days(add_months(first, 60), 1 - short)
    with pytest.raises(NotReady) as refused:
        propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "access_log")
    assert refused.value.code == "kept_longer"


def test_without_an_anchor_that_is_old_enough_nothing_is_cut(scene: Scene) -> None:
    for path in folder(scene).iterdir():
        path.unlink()
    scene.today = five_years_on(scene)
    with pytest.raises(NotReady) as refused:
        propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "access_log")
    assert refused.value.code == "no_anchor_to_cut_at"


def test_entries_that_were_tampered_with_are_evidence_and_stay(scene: Scene) -> None:
    behind_our_back("UPDATE events SET about = 'x' WHERE chain = :chain AND number = :number", **_at(scene, 3))
    scene.today = five_years_on(scene)
    with pytest.raises(NotReady) as refused:
        propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "access_log")
    assert refused.value.code == "record_is_not_whole"


# ---- what the database refuses, and what is seen when somebody gets past that


def test_a_row_that_covers_some_entries_frees_no_others(scene: Scene) -> None:
    forge(scene, up_to=3)
    let_go()
    with pytest.raises(IntegrityError, match="record is not changed"), db.engine.begin() as connection:
        connection.execute(text("DELETE FROM events WHERE chain = :chain"), {"chain": _id(scene)})
    with pytest.raises(IntegrityError, match="record is not changed"), db.engine.begin() as connection:
        connection.execute(text("UPDATE events SET about = 'x' WHERE chain = :chain AND number = 1"), _chain(scene))
    assert codes(scene) == []


def test_a_forged_row_lets_entries_go_but_the_record_still_misses_them(scene: Scene) -> None:
    forge(scene, up_to=3)
    with db.engine.begin() as connection:
        connection.execute(text("DELETE FROM events WHERE chain = :chain AND number <= 3"), _chain(scene))
    assert "entries_missing" in codes(scene)


def test_one_entry_more_than_was_cut_is_missed(scene: Scene) -> None:
    cut(scene)
    first = entries(scene)[0].number
    behind_our_back("DELETE FROM events WHERE chain = :chain AND number = :number", **_at(scene, first or 0))
    assert "entries_missing" in codes(scene)


def test_an_entry_that_tells_of_a_cut_counts_only_under_its_seal(scene: Scene) -> None:
    cut(scene)
    first, last = entries(scene)[0].number, entries(scene)[-1]
    assert first is not None
    said = str(last.details).replace("'", '"')
    told = said.replace(f'"up_to": {first - 1}', f'"up_to": {first}')
    assert told != said
    change = "UPDATE events SET details = :said WHERE chain = :chain AND number = :number"
    behind_our_back(change, said=told, **_at(scene, last.number or 0))
    behind_our_back("DELETE FROM events WHERE chain = :chain AND number = :number", **_at(scene, first))
    assert "entry_changed" in codes(scene)


def test_a_cut_that_nothing_tells_of_any_more_is_missed(scene: Scene) -> None:
    cut(scene)
    behind_our_back("DELETE FROM events WHERE chain = :chain AND action = 'record_cut'", **_chain(scene))
    assert {"entries_missing", "end_unlike_chain"} <= set(codes(scene))


def test_another_beginning_in_the_place_of_what_was_cut_is_seen(scene: Scene) -> None:
    cut(scene)
    first = entries(scene)[0]
    copy = (
        "INSERT INTO events (trajectory_id, at, \"on\", action, about, details, look, origin, result, shown, chain, "
        "number, seal) SELECT trajectory_id, at, \"on\", action, about, details, look, origin, result, shown, chain, "
        "number - 1, seal FROM events WHERE chain = :chain AND number = :number"
    )
    behind_our_back(copy, **_at(scene, first.number or 0))
    assert codes(scene) != []


def forge(scene: Scene, up_to: int) -> None:
    """What somebody who can write in the database can do: a row that looks like that of a cut."""
    with scene.desk().deed() as deed:
        row = Cut(id=uuid4(), chain=scene.trajectory_id, up_to=up_to, head=ANOTHER_HEAD, at=deed.desk.now)
        deed.session.add(row)
    let_go()


def _chain(scene: Scene) -> dict[str, object]:
    return {"chain": _id(scene)}
