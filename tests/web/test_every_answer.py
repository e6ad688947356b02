"""What every answer has: headers, no script of its own, nothing kept on the way; and what every form must come with."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from uuid import UUID

import pytest
from flask import Flask
from flask.testing import FlaskClient

from app import create_app
from app.config import Config
from app.post import Attachment, Mail, compose
from app.rules.permissions import ROLES
from app.web.answers import POLICY
from tests.web.one_of_each import Dossier
from tests.web.test_every_door import FOR_ANYONE, MAY_ENTER, Try, tries

HOST = "voorwaarts.example.org"
INLINE = re.compile(
    r"<style|\sstyle=|\son[a-z]+=[\"']|<script(?![^>]*\ssrc=)(?![^>]*application/json)|javascript:|data:"
)
TO_DOWNLOAD = {
    "documents.word_file", "documents.pdf_file", "documents.signed_copy", "notices.proof", "take_over.faults_csv",
    "take_over.template_csv", "take_over.template_xlsx",
}  # fmt: skip
SHOWN = ("text/html", "application/json", "application/xml", "text/xml", "image/svg+xml")
A_FILE = re.compile(r"attachment; filename=[A-Za-z0-9-]+\.(docx|pdf|png|jpg|csv|xlsx)")


def someone(one: Try) -> str:
    """A role that finds something behind this route; nobody where nobody need sign in."""
    return "" if one.endpoint in FOR_ANYONE else next((role for role in ROLES if role in MAY_ENTER[one.endpoint]), "")


def test_every_answer_has_its_headers_and_no_page_has_a_script_of_its_own(
    dossier: Dossier, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    region, ids = dossier
    monkeypatch.setenv("PATH", str(tmp_path))  # making a PDF is looked at elsewhere
    looked = set()
    for one in (one for one in tries(region.app, ids) if one.method == "GET"):
        answer = region.browser(someone(one)).get(one.address)
        assert answer.headers["Content-Security-Policy"] == POLICY, one
        assert answer.headers["X-Content-Type-Options"] == "nosniff", one
        assert answer.headers["X-Frame-Options"] == "DENY", one
        assert answer.headers["Referrer-Policy"] == "same-origin", one
        assert "Strict-Transport-Security" not in answer.headers, one
        if one.endpoint != "static":
            assert answer.headers["Cache-Control"] == "no-store", one
        if answer.mimetype == "text/html":
            assert not INLINE.search(answer.get_data(as_text=True)), one
        if one.endpoint in TO_DOWNLOAD and answer.status_code == 200:
            assert A_FILE.fullmatch(answer.headers["Content-Disposition"]), one
            looked.add(one.endpoint)
        else:
            assert answer.mimetype in SHOWN or answer.status_code >= 300, one
    assert looked == TO_DOWNLOAD - {"documents.pdf_file"}


def test_what_an_address_names_is_drawn_and_can_not_be_guessed(dossier: Dossier) -> None:
    _, ids = dossier
    named = [value for value in ids.values() if isinstance(value, UUID)]
    drawn = [value for name, value in ids.items() if isinstance(value, UUID) and name != "session_id"]  # 128 bits of it
    assert len(named) > 8 and {value.version for value in drawn} == {4}


def test_the_policy_leaves_no_door_for_a_script() -> None:
    assert "default-src 'none'" in POLICY and "unsafe" not in POLICY and "data:" not in POLICY and "*" not in POLICY
    for kind in ("script-src 'self'", "form-action 'self'", "base-uri 'none'", "frame-ancestors 'none'"):
        assert kind in POLICY


# -- forms ---------------------------------------------------------------------------------------------------------


@pytest.fixture
def guarded(dossier: Dossier, monkeypatch: pytest.MonkeyPatch) -> Dossier:
    """The forms' protection is on, as in real use."""
    monkeypatch.setitem(dossier[0].app.config, "WTF_CSRF_ENABLED", True)
    return dossier


def token(browser: FlaskClient) -> str:
    html = browser.get("/sessions").get_data(as_text=True)
    return html.split('name="csrf_token" value="')[1].split('"')[0]


def test_no_form_is_taken_without_a_token(guarded: Dossier) -> None:
    region, ids = guarded
    for one in (one for one in tries(region.app, ids) if one.method == "POST"):
        answer = region.browser(someone(one) or "team_lead").post(one.address, data={"reason": "een lange reden"})
        assert answer.status_code in (400, 404), one  # 404 where nobody may come in


@pytest.mark.parametrize(
    "said",
    [
        {"Origin": "https://elsewhere.example.org"},
        {"Origin": "null"},
        {"Origin": "http://localhost:1"},
        {"Origin": "http://localhost.elsewhere.example.org"},
        {"Origin": "http://["},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_no_form_of_another_site_is_taken_even_with_a_token(guarded: Dossier, said: dict[str, str]) -> None:
    browser = guarded[0].browser("team_lead")
    sent = {"csrf_token": token(browser), "theme": "dark"}
    assert browser.post("/preferences/theme", data=sent, headers=said).status_code == 400
    for ours in ({}, {"Origin": "http://localhost"}, {"Origin": "http://localhost", "Sec-Fetch-Site": "same-origin"}):
        assert browser.post("/preferences/theme", data=sent, headers=ours).status_code == 303


@pytest.mark.parametrize(
    "back",
    ["//elsewhere.example.org", "https://elsewhere.example.org", "/\\elsewhere.example.org", "javascript:alert(1)", "http://[",
     "/work\r\nSet-Cookie: a=b", "\t//elsewhere.example.org", "https:elsewhere.example.org"],
)  # fmt: skip
def test_nobody_is_sent_to_another_site(dossier: Dossier, back: str) -> None:
    answer = dossier[0].browser("team_lead").post("/preferences/theme", data={"theme": "dark", "next": back})
    assert answer.status_code == 303
    assert re.fullmatch(r"/[^/\\].*|/", answer.location) and "elsewhere" not in answer.location
    assert "a=b" not in str(answer.headers.getlist("Set-Cookie"))


# -- uploads -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("address", ["/trajectories/take-over", "/documents/{document_id}/signed-copies"])
def test_what_is_too_large_is_refused_in_words(dossier: Dossier, address: str) -> None:
    region, ids = dossier
    sent = {"file": (BytesIO(b"%PDF-" + bytes(13_000_000)), "much.pdf")}
    answer = region.browser("team_lead").post(address.format_map(ids), data=sent)
    assert answer.status_code == 413 and "too large" in answer.get_data(as_text=True)


def test_many_fields_and_a_name_without_an_end_are_refused_in_words(dossier: Dossier) -> None:
    browser = dossier[0].browser("team_lead")
    several = {f"field{number}": "x" for number in range(2000)}
    assert browser.post("/preferences/theme", data=several, content_type="multipart/form-data").status_code == 413
    sent = {"file": (BytesIO(b"A;B\n1;2\n"), "n" * 5000 + '.csv"\r\nX-Evil: 1')}
    answer = browser.post("/trajectories/take-over", data=sent)
    assert answer.status_code in (303, 422) and "X-Evil" not in answer.headers


# -- mail ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\u2028", "\x0b", "\x0c", "\x85"])
def test_a_name_adds_no_header_to_a_mail(end: str) -> None:
    said = f"Noor{end}Bcc: thief@example.org"
    letter = Attachment(f"letter{end}X-Evil: 1.pdf", "application/pdf", b"%PDF-")
    mail = Mail([f"noor@example.org{end}Cc: thief@example.org"], said, f"Dear {said}", "<1@example.org>", [letter])
    head, _, _ = compose(mail, "us@example.org", datetime(2026, 11, 28, tzinfo=UTC)).as_bytes().partition(b"\n\n")
    names = {line.split(b":")[0].lower() for line in head.splitlines() if line[:1] not in b" \t"}
    assert not names & {b"bcc", b"cc", b"x-evil"}


# -- over TLS ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def secure(tmp_path_factory: pytest.TempPathFactory) -> Flask:
    return create_app(Config.scratch(tmp_path_factory.mktemp("secure"), BASE_URL=f"https://{HOST}"))


def test_over_tls_a_browser_is_told_to_stay_there_and_the_cookie_is_for_this_host_alone(secure: Flask) -> None:
    answer = secure.test_client().get("/sign-in", base_url=f"https://{HOST}")
    assert answer.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    cookie = answer.headers["Set-Cookie"]
    assert re.fullmatch(r"__Host-voorwaarts=[^;]+; Secure; HttpOnly; Path=/; SameSite=Lax", cookie)


def test_over_tls_a_form_comes_over_tls_too(secure: Flask) -> None:
    client = secure.test_client()
    html = client.get("/sign-in", base_url=f"https://{HOST}").get_data(as_text=True)
    sent = {"csrf_token": html.split('name="csrf_token" value="')[1].split('"')[0], "theme": "dark"}
    ways = {f"https://{HOST}": 303, f"http://{HOST}": 400, "https://evil.example.org": 400}
    for origin, status in ways.items():
        headers = {"Origin": origin, "Referer": f"https://{HOST}/sign-in"}
        answer = client.post("/preferences/theme", data=sent, headers=headers, base_url=f"https://{HOST}")
        assert answer.status_code == status, origin


@pytest.mark.parametrize("host", ["evil.example.org", f"{HOST}.evil.example.org", f"evil.org#{HOST}", "x" * 300, "["])
def test_it_answers_under_no_strange_name(secure: Flask, host: str) -> None:
    answer = secure.test_client().get("/sign-in", headers={"Host": host})
    assert answer.status_code == 400 and host not in answer.get_data(as_text=True)
    sent = {"Host": host, "Origin": f"https://{host}", "Sec-Fetch-Site": "cross-site"}
    assert secure.test_client().post("/sign-in", headers=sent).status_code == 400
