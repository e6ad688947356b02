"""Notices to each tenant apart: sent, received, come back and sent again, with their proofs, on either database."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

import pytest
from sqlalchemy import func, select

from app import files
from app.actions.notices import MOST, find_proof, keep_proof
from app.actions.tasks import correct_task
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import Beside, EndNotice, NoticeProof
from app.records.ledger import Ledger
from tests import hostile
from tests.actions.conftest import Stand
from tests.actions.scene import Scene, fresh
from tests.actions.test_tasks import STRANGER, codes

PDF = b"%PDF-1.7 een ontvangstbewijs"
RETURNED: dict[str, Any] = {"proven": "returned", "returned_because": "not_collected", "proof": "De envelop."}


def tenants(scene: Scene) -> tuple[str, str]:
    """The ids of the tenant and the co-tenant."""
    beside = fresh().scalar(select(Beside.person_id).where(Beside.trajectory_id == scene.trajectory_id))
    return str(scene.row.tenant_id), str(beside)


def receipts(**by_person: dict[str, Any]) -> dict[str, Any]:
    return {f"receipts.{person}.{name}": value for person, said in by_person.items() for name, value in said.items()}


def notices(scene: Scene) -> list[EndNotice]:
    rows = fresh().scalars(select(EndNotice).where(EndNotice.trajectory_id == scene.trajectory_id))
    return sorted(rows, key=lambda row: (row.round, row.person.full_name))


def record(scene: Scene, **by_person: dict[str, Any]) -> UUID:
    return scene.do("record_receipt", **receipts(**by_person))


def one_came_back(scene: Scene) -> tuple[str, str]:
    """The tenant received it in time; the co-tenant's letter came back."""
    tenant, other = tenants(scene)
    record(scene, **{tenant: {"proven": "yes"}, other: RETURNED})
    return tenant, other


def test_each_notice_keeps_how_it_was_sent_and_proven(at: Stand) -> None:
    scene = at("notice")
    tenant, other = tenants(scene)
    both = {"channels": ["registered_post", "email"], "track_and_trace": "RR123456782NL"}
    scene.do("send_end_notice", **{f"notices.{tenant}.{name}": value for name, value in both.items()})
    record(scene, **{tenant: {"proof_kind": "track_and_trace"}, other: {"proof_kind": "bailiff"}})
    found = {str(row.person_id): row for row in notices(scene)}
    assert (found[tenant].channels, found[tenant].track_and_trace) == ("registered_post email", "RR123456782NL")
    assert found[other].track_and_trace == ""
    assert {row.proof_kind for row in found.values()} == {"track_and_trace", "bailiff"}
    assert {(row.standing, row.recorded_on, row.round) for row in found.values()} == {("in_time", scene.today, 1)}


def test_a_citizen_number_is_no_track_and_trace_code(at: Stand) -> None:
    scene = at("notice")
    with pytest.raises(Invalid) as refused:
        scene.do("send_end_notice", **{f"notices.{tenants(scene)[0]}.track_and_trace": "123456782"})
    assert [code for _, code in codes(refused)] == ["looks_like_bsn"]


def test_a_letter_that_came_back_is_sent_again_to_that_tenant_alone(at: Stand) -> None:
    scene = at("receipt")
    _, other = one_came_back(scene)
    back = next(row for row in notices(scene) if str(row.person_id) == other)
    assert (back.standing, back.returned_on, back.returned_because) == ("returned", scene.today, "not_collected")
    assert (back.received_on, back.proof_kind) == (None, "")
    assert "send_end_notice" in scene.open_tasks()
    scene.work()
    papers = [row for row in scene.documents(name="end_notice") if row.occasion.startswith("2:")]
    assert [str(row.person_id) for row in papers] == [other]
    scene.do("send_end_notice")
    assert [(row.round, str(row.person_id)) for row in notices(scene) if row.round == 2] == [(2, other)]
    record(scene, **{other: {"proven": "yes"}})
    assert Ledger(fresh(), scene.row, scene.today).case().notices == ("in_time", "in_time")
    assert not {"send_end_notice", "record_receipt"}.intersection(scene.open_tasks())


def test_what_was_received_in_time_stays_so_though_a_later_one_is_not_proven(at: Stand) -> None:
    scene = at("receipt")
    tenant, other = one_came_back(scene)
    scene.do("send_end_notice")
    record(scene, **{other: {"proven": "no", "proof": "Niets gehoord."}})
    counting = Ledger(fresh(), scene.row, scene.today).notices_that_count()
    assert {person: row.standing for person, row in counting.items()} == {tenant: "in_time", other: "unproven"}


def test_one_is_written_to_again_while_the_other_is_waited_for(at: Stand) -> None:
    scene = at("receipt")
    tenant, other = tenants(scene)
    record(scene, **{tenant: {"proven": "not_yet"}, other: RETURNED})
    waiting = next(row for row in notices(scene) if str(row.person_id) == tenant)
    assert (waiting.standing, waiting.recorded_on) == ("unproven", None)
    scene.do("send_end_notice")
    assert [row.round for row in notices(scene) if str(row.person_id) == tenant] == [1]
    record(scene, **{tenant: {"proven": "yes"}, other: {"proven": "yes"}})
    assert {(row.round, row.standing) for row in notices(scene)} == {(1, "in_time"), (1, "returned"), (2, "in_time")}


def test_nobody_is_left_waited_for(at: Stand) -> None:
    scene = at("receipt")
    tenant, other = tenants(scene)
    with pytest.raises(Invalid) as refused:
        record(scene, **{tenant: {"proven": "not_yet"}, other: {"proven": "yes"}})
    assert codes(refused) == [(f"receipts.{tenant}.proven", "not_known_yet")]


def test_after_the_window_a_letter_that_came_back_is_not_sent_again(at: Stand) -> None:
    scene = at("receipt")
    last_day = scene.row.last_day
    assert last_day is not None
    scene.work(last_day - timedelta(days=20))
    one_came_back(scene)
    assert {row.standing for row in notices(scene)} == {"too_late", "returned_too_late"}
    assert "send_end_notice" not in scene.open_tasks()


def test_when_it_came_back_may_be_corrected_and_changes_nothing_about_the_time_there_was(at: Stand) -> None:
    scene = at("receipt")
    last_day = scene.row.last_day
    assert last_day is not None
    scene.work(last_day - timedelta(days=20))
    _, other = one_came_back(scene)
    task = scene.task("record_receipt", "done")
    before = {row.id: (row.recorded_on, row.standing) for row in notices(scene)}
    scene.today += timedelta(days=2)
    earlier = (scene.today - timedelta(days=4)).isoformat()
    refused = {**RETURNED, "returned_because": "refused", "returned_on": earlier}
    raw = scene.raw(task, **receipts(**{other: refused}))
    correct_task(scene.desk("housing_officer"), task.id, raw, "Verkeerd gelezen.")
    assert {row.id: (row.recorded_on, row.standing) for row in notices(scene)} == before
    assert next(row for row in notices(scene) if str(row.person_id) == other).returned_because == "refused"


def test_the_last_round_is_corrected_about_the_one_it_was_about(at: Stand) -> None:
    scene = at("receipt")
    _, other = one_came_back(scene)
    scene.do("send_end_notice")
    scene.today += timedelta(days=1)
    record(scene, **{other: {"proven": "yes", "proof_kind": "signature"}})
    task = scene.task("record_receipt", "done")
    raw = scene.raw(task, **receipts(**{other: {"proof_kind": "email_answer"}}))
    assert {name.split(".")[1] for name in raw} == {other}
    correct_task(scene.desk("housing_officer"), task.id, raw, "Het was de mail.")
    assert [row.proof_kind for row in notices(scene) if row.round == 2] == ["email_answer"]


def test_it_is_not_sent_again_before_it_was_sent(at: Stand) -> None:
    scene = at("receipt")
    sent_on = notices(scene)[0].sent_on
    _, other = one_came_back(scene)
    with pytest.raises(Invalid) as refused:
        scene.do("send_end_notice", **{f"notices.{other}.sent_on": (sent_on - timedelta(days=1)).isoformat()})
    assert codes(refused) == [(f"notices.{other}.sent_on", "sent_before_the_last")]


# ---- proofs


@pytest.mark.parametrize(
    "content, media_type",
    [(PDF, "application/pdf"), (hostile.png(), "image/png"), (hostile.jpeg(), "image/jpeg")],
)
def test_a_proof_is_kept_by_what_it_is(at: Stand, content: bytes, media_type: str) -> None:
    scene = at("receipt")
    desk = scene.desk("housing_officer")
    kept = keep_proof(desk, notices(scene)[0].id, content)
    row, trajectory = find_proof(fresh(), scene.viewer("team_lead"), desk, kept)
    assert (row.media_type, row.size, trajectory.id) == (media_type, len(content), scene.trajectory_id)
    assert files.read(scene.site.config.documents, row.content_hash) == content
    assert [event.about for event in scene.events("notice_proof_kept")] == ["end_notice"]


@pytest.mark.parametrize(
    "content, fault",
    [
        (b"", "missing"),
        (b"<html><script>alert(1)</script>", "not_a_proof"),
        (b"MZ a program", "not_a_proof"),
        (b"GIF89a", "not_a_proof"),
        (b" %PDF-1.7", "not_a_proof"),
        (b"PK\x03\x04", "not_a_proof"),
    ],
)
def test_what_is_no_scan_or_photo_is_refused_and_leaves_no_file(at: Stand, content: bytes, fault: str) -> None:
    scene = at("receipt")
    before = {path for path in scene.site.config.documents.rglob("*") if path.is_file()}
    with pytest.raises(Invalid) as refused:
        keep_proof(scene.desk("housing_officer"), notices(scene)[0].id, content)
    assert codes(refused) == [("file", fault)]
    assert {path for path in scene.site.config.documents.rglob("*") if path.is_file()} == before
    assert fresh().scalar(select(func.count()).select_from(NoticeProof)) == 0


def test_only_the_association_of_this_trajectory_keeps_and_finds_proofs(at: Stand) -> None:
    scene = at("receipt")
    notice_id, officer = notices(scene)[0].id, scene.desk("housing_officer")
    kept = keep_proof(officer, notice_id, PDF)
    others = ("support_worker", "municipal_officer", "urgency_officer", *STRANGER.values())
    for who in others:
        with pytest.raises((NotFound, NotAllowed)):
            keep_proof(scene.desk(who), notice_id, PDF)
        with pytest.raises(NotFound):
            find_proof(fresh(), scene.viewer(who), scene.desk(who), kept)
    with pytest.raises(NotFound):
        keep_proof(officer, uuid4(), PDF)
    with pytest.raises(NotFound):
        find_proof(fresh(), scene.viewer("housing_officer"), officer, uuid4())
    assert fresh().scalar(select(func.count()).select_from(NoticeProof)) == 1


def test_the_same_proof_twice_is_kept_once_and_there_is_an_end_to_them(at: Stand) -> None:
    scene = at("receipt")
    notice_id, desk = notices(scene)[0].id, scene.desk("housing_officer")
    assert keep_proof(desk, notice_id, PDF) == keep_proof(desk, notice_id, PDF)
    for number in range(MOST - 1):
        keep_proof(desk, notice_id, PDF + bytes([number]))
    with pytest.raises(Invalid) as refused:
        keep_proof(desk, notice_id, PDF + b" nog een")
    assert codes(refused) == [("file", "enough_proofs")]


def test_a_first_round_that_was_followed_by_another_is_not_corrected(at: Stand) -> None:
    scene = at("receipt")
    one_came_back(scene)
    task = scene.task("record_receipt", "done")
    scene.do("send_end_notice")
    with pytest.raises(NotReady, match="done_again_since"):
        correct_task(scene.desk("housing_officer"), task.id, scene.raw(task), "Toch ontvangen.")
