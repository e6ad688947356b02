"""Files that people put in: what they are is seen in them, and what they are called counts for nothing."""

from __future__ import annotations

from io import BytesIO
from uuid import UUID

import pytest
from sqlalchemy import select

from app.records import Document, SignedCopy
from app.records.database import let_go, reading
from tests.cast import Stage

PDF = b"%PDF-1.7 a paper"
SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>'


@pytest.fixture
def paper(region: Stage) -> UUID:
    """A lease to put a signed copy beside."""
    region.at("hand_over_keys")
    with region.app.app_context():
        let_go()
        found = reading().scalar(select(Document.id).where(Document.name == "fixed_term_lease"))
    assert found is not None
    return found


def put_in(region: Stage, paper: UUID, content: bytes, name: str, kind: str = "application/pdf") -> int:
    sent = {"file": (BytesIO(content), name, kind)}
    browser = region.browser("housing_officer")
    return browser.post(f"/documents/{paper}/signed-copies", data=sent).status_code


def kept(region: Stage) -> list[SignedCopy]:
    with region.app.app_context():
        let_go()
        return list(reading().scalars(select(SignedCopy)))


@pytest.mark.parametrize("name", ["scan.svg", "scan.pdf", "scan.png", "scan.html", "scan.svg.pdf"])
@pytest.mark.parametrize(
    "content",
    [SVG, b"<html><script>1</script>", b"GIF89a/*", b"MZ\x90\x00", b"PK\x03\x04", b"#!/bin/sh", b"\x00", b" %PDF-1.7"],
)
def test_what_can_hold_a_script_is_not_taken_whatever_it_is_called(
    region: Stage, paper: UUID, content: bytes, name: str
) -> None:
    before = sum(1 for _ in region.app.extensions["voorwaarts.config"].documents.rglob("*"))
    assert put_in(region, paper, content, name, "image/png") == 422
    assert kept(region) == []
    assert sum(1 for _ in region.app.extensions["voorwaarts.config"].documents.rglob("*")) == before


@pytest.mark.parametrize(
    "name",
    ["../../../etc/cron.d/x.pdf", "..\\..\\x.pdf", "/etc/x.pdf", 'a"; filename="x.html.pdf', "\r\nSet-Cookie: x.pdf"],
)
def test_a_name_of_a_file_is_never_a_path(region: Stage, paper: UUID, name: str) -> None:
    assert put_in(region, paper, PDF, name) in (303, 422)
    (copy,) = kept(region) or [None]
    cabinet = region.app.extensions["voorwaarts.config"].documents
    stored = [path for path in cabinet.parent.rglob("*") if path.is_file() and path.read_bytes() == PDF]
    if copy is None:
        assert stored == []
        return
    assert stored == [cabinet / copy.content_hash[:2] / copy.content_hash]
    answer = region.browser("housing_officer").get(f"/documents/signed/{copy.id}")
    called = answer.headers["Content-Disposition"]
    assert called.startswith("attachment; filename=") and called.endswith("-signed.pdf")
    assert not [mark for mark in ("..", "/", "\\", "etc", "html", "Cookie") if mark in called]
    assert "Set-Cookie" not in answer.headers or "x.pdf" not in answer.headers["Set-Cookie"]


def test_a_request_too_large_is_refused_before_it_is_read(region: Stage, paper: UUID) -> None:
    most = region.app.config["MAX_CONTENT_LENGTH"]
    assert put_in(region, paper, PDF + b"0" * most, "scan.pdf") == 413
    said = region.browser().post("/sign-in", data={"email": "a" * (most + 1)})
    assert said.status_code == 413
    assert kept(region) == []
