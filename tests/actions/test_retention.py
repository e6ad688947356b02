"""Removing what is past its day: by two people, held back where somebody says why, and the record stays whole."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, inspect, select

from app import files
from app.actions import retention
from app.actions.audit import anchor, verify
from app.actions.documents import keep_signed_copy
from app.actions.early_ends import report_early_end
from app.actions.incidents import report_incident
from app.actions.notices import keep_proof
from app.actions.retention import hold_back, judge_removal, lift_hold, propose_removal, would_go
from app.errors import Invalid, NotAllowed, NotFound, NotReady, Refused
from app.records import Document, EndNotice, NoticeProof, Person, Removal, SignedCopy, Trajectory, User, db
from app.records.database import let_go, reading
from app.records.erasing import GOES, STAYS, WITH_A_PERSON
from app.records.ledger import Ledger
from app.records.retention import facts_of
from app.rules.dates import add_days
from app.rules.escalation import Report
from app.rules.retention import classes
from tests.actions.conftest import Stand
from tests.actions.scene import CARE_SECRET, Scene, fresh

SECRET = "Harde muziek op 3 hoog"
COLLEAGUE = "carla@deheuvel.demo.invalid"


def ended(scene: Scene) -> Scene:
    """The court ends the lease, after an incident; everything is closed."""
    officer = scene.desk("housing_officer")
    told = Report(scene.today, "no_nuisance", SECRET, SECRET, ("neighbours",), "conversation", "")
    report_incident(officer, scene.trajectory_id, told)
    notice = fresh().scalars(select(EndNotice.id)).first()
    assert notice is not None
    keep_proof(officer, notice, b"%PDF-1.7 " + SECRET.encode())
    keep_signed_copy(officer, scene.documents(name="fixed_term_lease")[0].id, "l.pdf", b"%PDF-1.7 the lease")
    day = scene.today.isoformat()
    said = {"kind": "court", "on": day, "last_day": day, "remark": SECRET}
    report_early_end(officer, scene.trajectory_id, said)
    scene.work(add_days(scene.today, 1))
    while tasks := scene.open_tasks():
        scene.do(tasks[0])
        scene.work(add_days(scene.today, 1))
    assert scene.row.closed_on is not None
    return scene


@pytest.fixture
def scene(at: Stand) -> Scene:
    return ended(at("receipt"))


def last_days(scene: Scene) -> dict[str, date]:
    found = classes(facts_of(Ledger(fresh(), scene.row, scene.today)))
    return {one.keeping.name: one.until for one in found if one.until}


def go_past(scene: Scene, name: str) -> None:
    scene.today = add_days(last_days(scene)[name], 1)


def approve(scene: Scene, name: str, first: str = "housing_officer", second: str = "team_lead") -> None:
    propose_removal(scene.desk(first), scene.trajectory_id, name)
    judge_removal(scene.desk(second), scene.trajectory_id, name, "approve")
    let_go()


def code(refused: Any) -> str:
    return str(refused.value.code)


def everything(scene: Scene) -> str:
    """All that the database holds, as text; and every file of the cabinet."""
    let_go()
    rows = [str(row) for table in db.metadata.sorted_tables for row in reading().execute(select(table))]
    let_go()
    return "\n".join([*rows, *(str(path.read_bytes()) for path in scene.house.cabinet.rglob("*") if path.is_file())])


def test_nobody_removes_what_must_still_be_kept(scene: Scene) -> None:
    for today in (scene.today, last_days(scene)["tenancy"]):
        scene.today = today
        with pytest.raises(NotReady) as refused:
            propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "tenancy")
        assert code(refused) == "kept_longer"
    with pytest.raises(NotFound):  # care is not the landlord's to remove, whatever the day
        propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "care")


def test_what_is_kept_shortest_goes_first(scene: Scene) -> None:
    go_past(scene, "financial")
    with pytest.raises(NotReady) as refused:
        propose_removal(scene.desk("housing_officer"), scene.trajectory_id, "financial")
    assert code(refused) == "another_class_first"


def test_two_people_of_one_organisation_remove_and_nobody_judges_their_own(scene: Scene) -> None:
    go_past(scene, "tenancy")
    officer = scene.desk("housing_officer")
    propose_removal(officer, scene.trajectory_id, "tenancy")
    for desk, wanted in ((officer, "own_removal"), (scene.desk("urgency_officer"), "removal_is_of_another")):
        with pytest.raises(NotAllowed) as refused:
            judge_removal(desk, scene.trajectory_id, "tenancy", "approve")
        assert code(refused) == wanted
    with pytest.raises(NotReady) as twice:
        propose_removal(scene.desk(COLLEAGUE), scene.trajectory_id, "tenancy")
    assert code(twice) == "removal_is_waiting"
    with pytest.raises(Invalid):
        judge_removal(scene.desk("team_lead"), scene.trajectory_id, "tenancy", "send_back", " ")
    judge_removal(scene.desk("team_lead"), scene.trajectory_id, "tenancy", "send_back", "Er loopt nog iets.")
    assert fresh().scalars(select(Removal)).one().verdict == "send_back" and SECRET in everything(scene)


def test_a_hold_with_its_reason_keeps_it_until_it_is_lifted(scene: Scene) -> None:
    go_past(scene, "tenancy")
    officer, lead = scene.desk("housing_officer"), scene.desk("team_lead")
    with pytest.raises(Invalid):
        hold_back(officer, scene.trajectory_id, "tenancy", "  ")
    propose_removal(officer, scene.trajectory_id, "tenancy")
    hold = hold_back(scene.desk("urgency_officer"), scene.trajectory_id, "tenancy", "Er loopt een rechtszaak.")
    with pytest.raises(NotReady) as refused:
        judge_removal(lead, scene.trajectory_id, "tenancy", "approve")
    assert code(refused) == "held_back"
    with pytest.raises(NotFound):  # another organisation's
        lift_hold(officer, scene.trajectory_id, hold, "Ik wil het weg.")
    lift_hold(scene.desk("urgency_officer"), scene.trajectory_id, hold, "De zaak is voorbij.")
    judge_removal(lead, scene.trajectory_id, "tenancy", "approve")
    assert [one.action for one in (*scene.events("hold_placed"), *scene.events("hold_lifted"))]


def test_what_would_go_is_told_beforehand_and_is_what_went(scene: Scene) -> None:
    go_past(scene, "tenancy")
    ledger = Ledger(fresh(), scene.row, scene.today)
    told = would_go(scene.house, ledger, "tenancy")
    assert told["incidents"] == 1 and told["proofs"] == 1 and told["letters"] > 3 and "goals" not in told
    before = everything(scene)
    assert SECRET in before
    approve(scene, "tenancy")
    assert fresh().scalars(select(Removal)).one().went == told


def test_the_tenancy_goes_the_lease_and_the_care_stay_and_the_landlord_sees_no_dossier(
    scene: Scene, tmp_path: Path
) -> None:
    anchor(scene.desk(), tmp_path)
    proof, lease = (fresh().scalars(select(table.content_hash)).one() for table in (NoticeProof, SignedCopy))
    go_past(scene, "tenancy")
    approve(scene, "tenancy")
    left = everything(scene)
    assert SECRET not in left and CARE_SECRET in left
    assert files.read(scene.house.cabinet, lease)
    with pytest.raises(NotFound):
        files.read(scene.house.cabinet, proof)
    assert {one.name for one in scene.documents()} <= {
        "care_contract_a", "care_contract_b", "review_report", "fixed_term_lease", "regular_lease"
    }  # fmt: skip
    assert fresh().scalars(select(Person.full_name)).first()
    verdict = verify(scene.house, tmp_path)
    assert verdict.flaws == [] and scene.events("removed")
    until = {part.part: part.until for part in Ledger(fresh(), scene.row, scene.today).parts}
    assert until["association"] == until["urgency_office"] == add_days(scene.today, -1)
    assert until["care_provider"] is None


def test_with_the_last_class_nobody_is_named_any_more_and_the_record_still_holds(
    scene: Scene, tmp_path: Path
) -> None:
    anchor(scene.desk(), tmp_path)
    names = set(fresh().scalars(select(Person.full_name)))
    reference = scene.row.reference
    assert len(names) == 2
    for name, first, second in (
        ("tenancy", "housing_officer", "team_lead"),
        ("financial", COLLEAGUE, "housing_officer"),
        ("care", "support_worker", "sam@debrug.demo.invalid"),
    ):
        go_past(scene, name)
        approve(scene, name, first, second)
    left = everything(scene)
    assert not [name for name in names if name in left] and CARE_SECRET not in left
    assert not fresh().scalar(select(func.count()).select_from(Document))
    assert [path for path in scene.house.cabinet.rglob("*") if path.is_file()] == []
    assert scene.row.reference == reference and verify(scene.house, tmp_path).flaws == []
    assert (fresh().scalar(select(func.count()).select_from(Trajectory)) or 0) == 1


def test_a_rejected_candidate_leaves_nothing_a_year_later(at: Stand) -> None:
    scene = at("checking")
    scene.do("check_eligibility", outcome="not_eligible", reasons=SECRET)
    scene.work()
    name = fresh().get_one(Person, scene.row.tenant_id).full_name
    go_past(scene, "rejected")
    propose_removal(scene.desk("municipal_officer"), scene.trajectory_id, "rejected")
    with pytest.raises(Refused):
        judge_removal(scene.desk("housing_officer"), scene.trajectory_id, "rejected", "approve")
    with scene.desk().deed() as deed:  # there is no second officer in this region: one is hired
        house = scene.viewer("municipal_officer").organisation_id
        deed.session.add(User(organisation_id=house, role="municipal_officer", name="Tweede", email="t@g.demo.invalid"))
    judge_removal(scene.desk("t@g.demo.invalid"), scene.trajectory_id, "rejected", "approve")
    left = everything(scene)
    assert SECRET not in left and name not in left


def test_files_that_a_crash_left_are_taken_away_by_the_worker_and_those_still_named_are_not(scene: Scene) -> None:
    left, _ = files.file(scene.house.cabinet, b"what a removed row named")
    needed = scene.documents(name="fixed_term_lease")[0].content_hash
    go_past(scene, "tenancy")
    approve(scene, "tenancy")
    with scene.desk().deed() as deed:  # the commit was there, and then the machine stopped
        deed.session.scalars(select(Removal)).one().files = [left, needed]
    assert retention.remove_files(scene.desk()) == 2
    assert files.read(scene.house.cabinet, needed)
    with pytest.raises(NotFound):
        files.read(scene.house.cabinet, left)
    assert retention.remove_files(scene.desk()) == 0


def test_every_table_about_somebody_is_removed_with_a_class_or_says_why_it_stays(on_sqlite: Stand) -> None:
    tables = {going.table.__tablename__ for going in GOES} | set(STAYS) | set(WITH_A_PERSON)
    about = {
        table.name
        for table in db.metadata.tables.values()
        for key in table.foreign_keys
        if key.column.table.name in ("trajectories", "persons", "reviews", "documents", "tasks", "end_notices")
    }
    assert about - tables == set()


def test_every_word_that_somebody_typed_is_emptied_or_its_row_goes() -> None:
    whole = {going.table.__tablename__ for going in GOES if going.empties is None and going.where is None}
    emptied = {(going.table.__tablename__, name) for going in GOES for name in going.empties or ()}
    whole |= {"documents", "signed_copies", "answers"}  # in parts that are the whole together
    missed = []
    for going in GOES:
        for column in inspect(going.table).columns:
            length = getattr(column.type, "length", None)
            typed = column.type.python_type in (str, dict) and (length is None or length > 100)
            place = (going.table.__tablename__, column.name)
            if typed and place[0] not in whole and place not in emptied:
                missed.append(place)
    assert missed == []


