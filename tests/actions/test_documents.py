"""Documents are filed once, never change, and one that can't be made holds up no other."""

from __future__ import annotations

import hashlib
import io
import shutil
import subprocess
import sys
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path
from zipfile import ZipFile

import pytest
from sqlalchemy import func, select, update

from app import files
from app.actions.documents import (
    file_document,
    file_ordered,
    find_document,
    find_signed_copy,
    keep_signed_copy,
    make_again,
)
from app.actions.early_ends import report_early_end
from app.errors import Invalid, NotAllowed, NotFound, NotReady
from app.records import Answer, Beside, Document, Person, SignedCopy
from app.rules.permissions import DOCUMENT_PARTS
from tests.actions.conftest import Stand
from tests.actions.scene import Scene, fresh
from tests.actions.test_at_once import at_once
from tests.actions.test_tasks import STRANGER
from tests.machine import missing

HOME = Path(__file__).resolve().parents[2]


def cabinet(scene: Scene) -> dict[str, bytes]:
    """What is in the filing cabinet: the hash it is filed under -> what it holds."""
    found = (path for path in scene.site.config.documents.rglob("*") if path.is_file())
    return {path.name: path.read_bytes() for path in found}


def order_anew(scene: Scene) -> None:
    """As if nothing had been made yet: every document is ordered, and the cabinet is empty."""
    shutil.rmtree(scene.site.config.documents)
    scene.site.config.documents.mkdir()
    with scene.desk().deed() as deed:
        deed.session.execute(update(Document).values(state="ordered", content_hash="", claimed_until=None, size=0))


def test_a_filed_document_is_found_under_the_hash_of_what_it_holds(at: Stand) -> None:
    scene = at("startup")
    documents = scene.documents()
    assert {row.name for row in documents} == {"care_contract_a", "care_contract_b", "fixed_term_lease"}
    for row in documents:
        content = files.read(scene.site.config.documents, row.content_hash)
        assert hashlib.sha256(content).hexdigest() == row.content_hash
        assert (row.state, row.size, len(row.template_hash)) == ("filed", len(content), 64)
    assert set(cabinet(scene)) == {row.content_hash for row in documents}


def test_each_document_is_filed_once_by_several_workers_at_once(at: Stand) -> None:
    scene = at("startup")
    order_anew(scene)
    before = len(scene.events("document_filed"))
    ids = [row.id for row in scene.documents()]
    desk = scene.desk()
    deeds = [lambda: file_ordered(desk)] * 6 + [(lambda one=one: file_document(desk, one)) for one in ids * 4]
    assert set(at_once(scene, deeds)) == {"accepted"}
    assert len(scene.events("document_filed")) == before + len(ids)
    assert set(cabinet(scene)) == {row.content_hash for row in scene.documents(state="filed")}
    assert not list(scene.site.config.documents.rglob(".half-*"))


def test_the_same_facts_make_the_same_paper_again(at: Stand) -> None:
    scene = at("startup")
    order_anew(scene)
    file_ordered(scene.desk())
    before = {row.id: row.content_hash for row in scene.documents()}
    order_anew(scene)
    file_ordered(scene.desk())
    assert {row.id: row.content_hash for row in scene.documents()} == before


def test_a_document_made_again_stands_beside_the_first(at: Stand) -> None:
    scene = at("startup")
    (first,) = scene.documents(name="fixed_term_lease")
    with scene.desk().deed() as deed:
        deed.session.execute(update(Person).values(full_name="Fatima de Vries"))
    new = make_again(scene.desk("housing_officer"), first.id)
    file_document(scene.desk("housing_officer"), new)
    kept, second = scene.documents(name="fixed_term_lease")
    assert (kept.id, kept.version, kept.content_hash) == (first.id, 1, first.content_hash)
    assert (second.id, second.version, second.state) == (new, 2, "filed")
    assert "Fatima de Vries" in text_of(cabinet(scene)[second.content_hash])
    assert "Fatima de Vries" not in text_of(cabinet(scene)[first.content_hash])


def test_a_filed_document_is_not_filed_again(at: Stand) -> None:
    scene = at("startup")
    (row,) = scene.documents(name="fixed_term_lease")
    with scene.desk().deed() as deed:
        deed.session.execute(update(Person).values(full_name="Fatima de Vries"))
    file_document(scene.desk(), row.id)
    (after,) = scene.documents(name="fixed_term_lease")
    assert (after.content_hash, after.filed_at) == (row.content_hash, row.filed_at)


# ---- what goes wrong


def test_a_template_that_fails_is_said_and_the_others_go_on(at: Stand, tmp_path: Path) -> None:
    scene = at("startup")
    order_anew(scene)
    shutil.copytree(HOME / "contract_templates", tmp_path / "templates")
    (tmp_path / "templates" / "care_contract_a" / "nl.docx").write_bytes(b"no docx at all")
    (tmp_path / "templates" / "care_contract_b" / "nl.docx").unlink()
    house = replace(scene.house, templates=tmp_path / "templates")
    file_ordered(replace(scene.desk(), house=house))
    assert {row.name: (row.state, row.fault) for row in scene.documents()} == {
        "care_contract_a": ("failed", "template_broken"),
        "care_contract_b": ("failed", "template_missing"),
        "fixed_term_lease": ("filed", ""),
    }
    assert sorted(event.about for event in scene.events("document_failed")) == ["care_contract_a", "care_contract_b"]
    assert file_ordered(replace(scene.desk(), house=house)) == 0
    # Once the template is mended somebody asks for it again.
    for row in scene.documents(state="failed"):
        file_document(scene.desk("support_worker"), row.id)
    assert {row.state for row in scene.documents()} == {"filed"}


def test_rows_that_make_no_sense_fail_one_document_and_not_the_round(at: Stand) -> None:
    scene = at("advising")
    order_anew(scene)
    with scene.desk().deed() as deed:
        for answer in deed.session.scalars(select(Answer)):
            if "confirmed_on" in answer.data:
                answer.data = {**answer.data, "confirmed_on": "ergens in juni"}
    while file_ordered(scene.desk()):
        pass
    states = {row.name.partition("_")[0]: (row.state, row.fault) for row in scene.documents()}
    assert states.pop("review") == ("failed", "ValueError") and set(states.values()) == {("filed", "")}


def test_a_document_that_somebody_is_filling_is_left_alone_until_that_takes_too_long(at: Stand) -> None:
    scene = at("startup")
    order_anew(scene)
    with scene.desk().deed() as deed:
        deed.session.execute(update(Document).values(claimed_until=scene.desk().now + timedelta(minutes=2)))
    assert file_ordered(scene.desk()) == 0
    assert file_ordered(scene.desk(at=time(9, 3))) == 3


def test_a_full_disk_is_said_and_later_the_document_is_filed(at: Stand) -> None:
    """On a disk of its own that is full; the database stands elsewhere."""
    scene = at("startup")
    order_anew(scene)
    if subprocess.run(["unshare", "--map-root-user", "--mount", "true"], capture_output=True, check=False).returncode:
        missing("a disk of its own for one process (unshare)", "util-linux")
    cabinet_ = scene.site.config.documents
    mount = f'mount -t tmpfs -o size=4k tmpfs "{cabinet_}" && exec "$0" -m tests.actions.filing "$@"'
    arguments = [str(scene.site.folder), scene.site.config.database_url, scene.today.isoformat()]
    words = ["unshare", "--map-root-user", "--mount", "sh", "-c", mount, sys.executable, *arguments]
    said = subprocess.run(words, capture_output=True, text=True, cwd=HOME, check=False)
    assert said.stdout == "disk_full\n", said.stderr
    assert {row.state for row in scene.documents()} == {"ordered"}
    scene.work(at=time(9, 5))
    assert {row.state for row in scene.documents()} == {"filed"}


def test_a_file_that_was_left_by_a_crash_is_used_the_next_time(at: Stand) -> None:
    """Killed between the file and the row: no row says it is filed, and filing it again is filing it once."""
    scene = at("startup")
    order_anew(scene)
    file_ordered(scene.desk())
    (row,) = scene.documents(name="fixed_term_lease")
    with scene.desk().deed() as deed:
        deed.session.execute(
            update(Document).where(Document.id == row.id).values(state="ordered", content_hash="", claimed_until=None)
        )
    before = cabinet(scene)
    file_ordered(scene.desk())
    (after,) = scene.documents(name="fixed_term_lease")
    assert (after.state, after.content_hash) == ("filed", row.content_hash) and cabinet(scene) == before


# ---- who may


def test_a_document_is_found_only_by_the_parties_that_may_see_its_kind(at: Stand) -> None:
    scene = at("startup")
    for row in scene.documents():
        for role in ("housing_officer", "team_lead", "support_worker", "municipal_officer", "urgency_officer"):
            viewer = scene.viewer(role)
            if viewer.part in DOCUMENT_PARTS[row.name]:
                assert find_document(fresh(), viewer, scene.desk(), row.id)[0].id == row.id
                continue
            with pytest.raises(NotFound, match="no_such_document"):
                find_document(fresh(), viewer, scene.desk(), row.id)
            with pytest.raises((NotFound, NotAllowed)):
                make_again(scene.desk(role), row.id)
        for email in STRANGER.values():
            with pytest.raises(NotFound, match="no_such_document"):
                find_document(fresh(), scene.viewer(email), scene.desk(), row.id)


def test_the_contract_with_care_goals_is_not_the_associations(at: Stand) -> None:
    scene = at("startup")
    (part_b,) = scene.documents(name="care_contract_b")
    assert "Zorggeheim" in text_of(cabinet(scene)[part_b.content_hash])
    with pytest.raises(NotFound):
        find_document(fresh(), scene.viewer("housing_officer"), scene.desk(), part_b.id)
    for row in scene.documents():
        if row.id != part_b.id:
            assert "Zorggeheim" not in text_of(cabinet(scene)[row.content_hash])


# ---- signed copies


def test_a_signed_copy_stands_beside_its_document(at: Stand) -> None:
    scene = at("startup")
    (lease,) = scene.documents(name="fixed_term_lease")
    copy_id = keep_signed_copy(scene.desk("housing_officer"), lease.id, "Getekend.PDF", b"%PDF-1.7 getekend")
    copy = find_signed_copy(fresh(), scene.viewer("housing_officer"), scene.desk(), copy_id)
    assert (copy.file_name, copy.media_type) == ("fixed_term_lease-signed.pdf", "application/pdf")
    assert files.read(scene.site.config.documents, copy.content_hash) == b"%PDF-1.7 getekend"
    with pytest.raises(NotFound):
        find_signed_copy(fresh(), scene.viewer("support_worker"), scene.desk(), copy_id)


@pytest.mark.parametrize(
    "name, content",
    [("a.pdf", b""), ("a.pdf", b"MZ"), ("a.exe", b"%PDF-1.7"), ("a.html", b"<script>"), ("pdf", b"x"), ("", b"%PDF")],
)
def test_what_is_no_pdf_png_or_jpeg_is_no_signed_copy(at: Stand, name: str, content: bytes) -> None:
    scene = at("startup")
    before = cabinet(scene)
    (lease,) = scene.documents(name="fixed_term_lease")
    with pytest.raises(Invalid):
        keep_signed_copy(scene.desk("housing_officer"), lease.id, name, content)
    assert cabinet(scene) == before


def test_who_may_not_see_a_document_leaves_no_file_in_the_cabinet(at: Stand) -> None:
    scene = at("startup")
    before = cabinet(scene)
    (lease,) = scene.documents(name="fixed_term_lease")
    for who in ("support_worker", STRANGER["housing_officer"]):
        with pytest.raises(NotFound, match="no_such_document"):
            keep_signed_copy(scene.desk(who), lease.id, "a.pdf", b"%PDF-1.7 vreemd")
    with pytest.raises(NotReady, match="needs_a_person"):
        keep_signed_copy(scene.desk(), lease.id, "a.pdf", b"%PDF-1.7 vreemd")
    assert cabinet(scene) == before
    assert fresh().scalar(select(func.count()).select_from(SignedCopy)) == 0


def text_of(docx: bytes) -> str:
    with ZipFile(io.BytesIO(docx)) as members:
        return members.read("word/document.xml").decode()


def test_what_binds_is_made_in_dutch_with_a_translation_beside_it(at: Stand) -> None:
    scene = at("leasing")
    with scene.desk().deed() as deed:
        deed.session.get_one(Person, scene.row.tenant_id).language = "en"
    scene.do("prepare_lease")
    papers = scene.documents(name="fixed_term_lease")
    assert sorted((paper.language, paper.version) for paper in papers) == [("en", 1), ("nl", 1)]
    scene.work()
    filed = {paper.language: paper for paper in scene.documents(name="fixed_term_lease")}
    assert {paper.state for paper in filed.values()} == {"filed"}
    assert filed["nl"].content_hash != filed["en"].content_hash

    make_again(scene.desk("housing_officer"), filed["en"].id)  # the two stay a pair
    papers = scene.documents(name="fixed_term_lease", version=2)
    assert {paper.language for paper in papers} == {"nl", "en"}


def test_a_letter_is_in_the_language_of_whom_it_goes_to(at: Stand) -> None:
    scene = at("leaving")
    other = fresh().scalars(select(Beside).where(Beside.trajectory_id == scene.trajectory_id)).one().person_id
    with scene.desk().deed() as deed:
        deed.session.get_one(Person, other).language = "en"
    report = {"kind": "tenant_notice", "on": scene.today.isoformat()}
    report_early_end(scene.desk("housing_officer"), scene.trajectory_id, report)
    papers = scene.documents(name="notice_confirmation")
    assert {paper.person_id == other: paper.language for paper in papers} == {True: "en", False: "nl"}
