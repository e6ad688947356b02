"""Papers are read, made again and signed; each part reads only its own, and a filed one never changes."""

from __future__ import annotations

from html import unescape
from io import BytesIO
from pathlib import Path
from uuid import UUID
from zipfile import ZipFile

import pytest
from sqlalchemy import select

from app import pdf
from app.records import Document, SignedCopy
from app.records.database import reading
from app.rules.permissions import DOCUMENT_PARTS, PART_OF_ROLE
from tests import cast

PDF = b"%PDF-1.7 a scan"


@pytest.fixture
def signed(region: cast.Stage) -> tuple[cast.Stage, UUID]:
    trajectory = region.at(until="hand_over_keys")
    return region, trajectory


def paper(region: cast.Stage, trajectory: UUID, name: str, version: int = 1) -> UUID:
    with region.app.app_context():
        found = reading().scalar(
            select(Document.id).where(
                Document.trajectory_id == trajectory, Document.name == name, Document.version == version
            )
        )
        assert found is not None, name
        return found


def test_an_ordered_paper_is_made_because_somebody_waits(signed: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = signed
    lease = paper(region, trajectory, "fixed_term_lease")
    answer = region.browser("housing_officer").get(f"/documents/{lease}")
    assert answer.status_code == 200
    assert "document.xml" in " ".join(ZipFile(BytesIO(answer.data)).namelist())
    said = answer.headers["Content-Disposition"]
    assert "attachment" in said and "VW-2025-0001-fixed-term-lease-v1.docx" in said and "Amrani" not in said
    assert region.browser("housing_officer").get(f"/documents/{lease}").data == answer.data


def test_every_paper_is_there_for_its_own_parts_and_for_no_other(signed: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = signed
    for name in ("care_contract_a", "care_contract_b", "fixed_term_lease"):
        found = paper(region, trajectory, name)
        for role, part in PART_OF_ROLE.items():
            client, may = region.browser(role), part in DOCUMENT_PARTS[name]
            assert client.get(f"/documents/{found}").status_code == (200 if may else 404), (name, role)
            assert client.post(f"/documents/{found}/versions").status_code == (303 if may else 404), (name, role)
            listed = f"/documents/{found}" in client.get(f"/trajectories/{trajectory}/documents").get_data(as_text=True)
            assert listed is may
            assert region.browser(role, elsewhere=True).get(f"/documents/{found}").status_code == 404


def test_a_next_version_stands_beside_the_first_which_stays(signed: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = signed
    officer = region.browser("housing_officer")
    lease = paper(region, trajectory, "fixed_term_lease")
    before = officer.get(f"/documents/{lease}").data
    assert officer.post(f"/documents/{lease}/versions").status_code == 303
    page = officer.get(f"/trajectories/{trajectory}/documents").get_data(as_text=True)
    second = paper(region, trajectory, "fixed_term_lease", version=2)
    assert f"/documents/{lease}" in page and f"/documents/{second}" in page
    assert officer.get(f"/documents/{lease}").data == before
    assert "-v2.docx" in officer.get(f"/documents/{second}").headers["Content-Disposition"]


def test_a_signed_copy_is_kept_and_comes_back_as_it_was(signed: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = signed
    officer, lease = region.browser("housing_officer"), paper(region, trajectory, "fixed_term_lease")
    sent = {"file": (BytesIO(PDF), "scan van Fatima.PDF")}
    assert officer.post(f"/documents/{lease}/signed-copies", data=sent).status_code == 303
    with region.app.app_context():
        copy = reading().scalar(select(SignedCopy.id).where(SignedCopy.document_id == lease))
    answer = officer.get(f"/documents/signed/{copy}")
    assert answer.data == PDF and answer.mimetype == "application/pdf"
    assert "Fatima" not in answer.headers["Content-Disposition"]
    assert region.browser("support_worker").get(f"/documents/signed/{copy}").status_code == 404
    assert region.browser("housing_officer", elsewhere=True).get(f"/documents/signed/{copy}").status_code == 404
    assert "signed" in officer.get(f"/trajectories/{trajectory}").get_data(as_text=True)


@pytest.mark.parametrize(
    ("content", "name", "sentence"),
    [
        (b"MZ a program", "scan.pdf", "A signed copy is a PDF, a PNG or a JPEG file"),
        (PDF, "scan.html", "A signed copy is a PDF, a PNG or a JPEG file"),
        (PDF + b"0" * 10_000_001, "scan.pdf", "larger than 10 MB"),
    ],
)
def test_what_is_no_signed_copy_is_refused_in_words(
    signed: tuple[cast.Stage, UUID], content: bytes, name: str, sentence: str
) -> None:
    region, trajectory = signed
    lease = paper(region, trajectory, "fixed_term_lease")
    sent = {"file": (BytesIO(content), name)}
    answer = region.browser("housing_officer").post(f"/documents/{lease}/signed-copies", data=sent)
    assert answer.status_code == 422 and sentence in unescape(answer.get_data(as_text=True))
    with region.app.app_context():
        assert reading().scalar(select(SignedCopy.id)) is None


def test_no_file_at_all_is_refused_in_words(signed: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = signed
    lease = paper(region, trajectory, "fixed_term_lease")
    answer = region.browser("housing_officer").post(f"/documents/{lease}/signed-copies", data={})
    assert answer.status_code == 422


def test_without_libreoffice_the_page_says_what_to_install(
    signed: tuple[cast.Stage, UUID], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    region, trajectory = signed
    monkeypatch.setenv("PATH", str(tmp_path))
    assert not pdf.available()
    lease = paper(region, trajectory, "fixed_term_lease")
    answer = region.browser("housing_officer").get(f"/documents/{lease}.pdf")
    assert answer.status_code == 503 and "apt-get install libreoffice-writer" in answer.get_data(as_text=True)
    page = region.browser("housing_officer").get(f"/trajectories/{trajectory}/documents").get_data(as_text=True)
    assert "install LibreOffice" in page and '.pdf"' not in page


def test_a_damaged_file_is_not_handed_out(signed: tuple[cast.Stage, UUID]) -> None:
    region, trajectory = signed
    officer, lease = region.browser("housing_officer"), paper(region, trajectory, "fixed_term_lease")
    officer.get(f"/documents/{lease}")
    with region.app.app_context():
        row = reading().get(Document, lease)
        assert row is not None
        digest = row.content_hash
    cabinet: Path = region.app.extensions["voorwaarts.config"].documents
    (cabinet / digest[:2] / digest).write_bytes(b"something else")
    assert officer.get(f"/documents/{lease}").status_code == 409
