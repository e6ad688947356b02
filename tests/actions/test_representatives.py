"""Letters to who represents the tenant: a curator, whose receipt counts, and an administrator, who gets a copy."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from sqlalchemy import select

from app.actions.document_facts import gather
from app.actions.trajectories import add_beside
from app.records import Beside, Document, EndNotice
from app.records.ledger import Ledger
from app.rules.course import notice_in_force, receipt
from tests.actions.conftest import Stand
from tests.actions.scene import LAST, Scene, fresh


def add(scene: Scene, kind: str, **more: str) -> str:
    """The id of the person who stands beside the tenant now."""
    person = {"full_name": f"Iemand {kind}", "address": "Hofstraat 1", "city": "Oostdorp", **more}
    row = add_beside(scene.desk("support_worker"), scene.trajectory_id, kind, person)
    return str(fresh().get_one(Beside, row).person_id)


def case(scene: Scene) -> Any:
    return Ledger(fresh(), scene.row, scene.today).case()


def written_to(scene: Scene, name: str) -> set[str]:
    return {str(row.person_id) for row in scene.documents(name=name)}


def test_a_notice_goes_to_curator_and_administrator_apart_and_to_no_mentor(at: Stand) -> None:
    scene = at("leaving")
    curator, administrator = add(scene, "curator"), add(scene, "administrator")
    for kind in ("mentor", "budget_manager"):
        add(scene, kind)
    scene.do("plan_leaving")
    scene.work(LAST - timedelta(days=85))
    tenants = {str(row) for row in fresh().scalars(select(Document.person_id).where(Document.name == "end_notice"))}
    assert {curator, administrator} < tenants and len(tenants) == 4  # tenant and co-tenant as well
    scene.do("send_end_notice")
    sent = {str(row.person_id): row.sent_on for row in fresh().scalars(select(EndNotice))}
    assert set(sent) == tenants and set(sent.values()) == {scene.today}


def test_without_the_curators_receipt_it_does_not_count_and_it_is_sent_again_to_that_one(at: Stand) -> None:
    scene = at("leaving")
    curator = add(scene, "curator")
    scene.do("plan_leaving")
    scene.work(LAST - timedelta(days=85))
    scene.do("send_end_notice")
    scene.do("record_receipt", **{f"receipts.{curator}.proven": "no", f"receipts.{curator}.proof": "Niets gehoord."})
    assert receipt(case(scene)) == "unproven" and not notice_in_force(case(scene))
    assert scene.open_tasks() == ["send_end_notice"]
    scene.do("send_end_notice")
    again = [row for row in fresh().scalars(select(EndNotice)) if row.round == 2]
    assert [str(row.person_id) for row in again] == [curator]
    scene.do("record_receipt")
    assert notice_in_force(case(scene)) and scene.open_tasks() == []


def test_the_administrators_receipt_decides_nothing(at: Stand) -> None:
    scene = at("leaving")
    administrator = add(scene, "administrator")
    scene.do("plan_leaving")
    scene.work(LAST - timedelta(days=85))
    scene.do("send_end_notice")
    said = {f"receipts.{administrator}.proven": "no", f"receipts.{administrator}.proof": "Niets gehoord."}
    scene.do("record_receipt", **said)
    assert notice_in_force(case(scene)) and scene.open_tasks() == []
    standing = {str(row.person_id): row.standing for row in fresh().scalars(select(EndNotice))}
    assert standing[administrator] == "unproven" and sorted(standing.values()) == ["in_time", "in_time", "unproven"]


def test_a_curator_who_became_known_while_the_notice_was_on_its_way_gets_one_too(at: Stand) -> None:
    scene = at("receipt")
    curator = add(scene, "curator")
    scene.do("record_receipt")
    assert "send_end_notice" in scene.open_tasks() and not notice_in_force(case(scene))
    scene.do("send_end_notice")
    assert [str(row.person_id) for row in fresh().scalars(select(EndNotice)) if row.round == 2] == [curator]
    scene.do("record_receipt")
    assert notice_in_force(case(scene))


def test_a_curator_who_came_after_it_was_received_undoes_nothing(at: Stand) -> None:
    scene = at("receipt")
    scene.do("record_receipt")
    assert notice_in_force(case(scene))
    scene.today += timedelta(days=1)
    add(scene, "curator")
    assert notice_in_force(case(scene))


def test_a_confirmation_of_conversion_goes_to_who_represents_the_tenant_as_well(at: Stand) -> None:
    scene = at("explaining")
    people = {add(scene, "curator"), add(scene, "administrator")}
    add(scene, "mentor")
    scene.do("explain_decision")
    assert written_to(scene, "conversion_confirmation") == {*people, str(scene.row.tenant_id)}


def test_the_letter_names_who_gets_it_and_whom_it_is_about(at: Stand) -> None:
    scene = at("explaining")
    curator = add(scene, "curator", salutation="meneer De Waal", organisation_name="Kantoor De Waal")
    scene.do("explain_decision")
    papers = {str(row.person_id): row for row in scene.documents(name="conversion_confirmation")}
    ledger = Ledger(fresh(), scene.row, scene.today)
    said = gather(fresh(), papers[curator], ledger, scene.today)
    assert said["tenant"]["full_name"] == scene.row.tenant.full_name
    assert (said["copy_to"]["kind"], said["copy_to"]["address_line"]) == ("curator", "Hofstraat 1")
    assert said["copy_to"]["organisation"] == "Kantoor De Waal"
    own = gather(fresh(), papers[str(scene.row.tenant_id)], ledger, scene.today)
    assert own["copy_to"] is None


def test_who_is_added_while_the_notice_waits_to_be_sent_has_one_of_their_own_to_send(at: Stand) -> None:
    scene = at("notice")
    curator, co_tenant = add(scene, "curator"), add(scene, "partner")
    add(scene, "mentor")
    assert written_to(scene, "end_notice") >= {curator, co_tenant} and len(scene.documents(name="end_notice")) == 4
    scene.do("send_end_notice")
    assert {curator, co_tenant} < {str(row.person_id) for row in fresh().scalars(select(EndNotice))}
