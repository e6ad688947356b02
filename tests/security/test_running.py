"""The program as it runs: what it believes of a proxy, which certificates it takes, what it hands on, what it shows."""

from __future__ import annotations

import io
import os
import socket
import ssl
import subprocess
import time
import zipfile
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from sqlalchemy import select

from app import create_app, pdf
from app.config import Config, Smtp
from app.errors import Refused
from app.post import Mail, Postman, ServerDown
from app.records import Event, UserSession
from app.records.database import let_go, reading
from tests import cast
from tests.machine import program
from tests.operations.installation import free_port
from tests.security.conftest import HOST, SITE, Site

MAIL = Mail(["somebody@example.org"], "A reminder", "There is a review soon.", "<one@voorwaarts>")
NOW = datetime(2026, 11, 28, 12, 0, tzinfo=UTC)


# ---- the address somebody comes from


def origins(stage: cast.Stage) -> set[str]:
    with stage.app.app_context():
        let_go()
        return set(reading().scalars(select(UserSession.origin)))


def test_where_somebody_comes_from_is_what_our_own_proxy_says_and_nothing_before_it(site: Site) -> None:
    told = {"X-Forwarded-For": "203.0.113.9, 192.0.2.7", "X-Real-IP": "203.0.113.9", "Forwarded": "for=203.0.113.9"}
    site.come_in(site.browser(), headers={**told, "X-Forwarded-Host": HOST, "X-Forwarded-Proto": "https"})
    assert "192.0.2.7" in origins(site.stage)
    assert not any(one.startswith("203.0.113") for one in origins(site.stage))
    with site.stage.app.app_context():
        let_go()
        came = set(reading().scalars(select(Event.origin).where(Event.action == "signed_in")))
    assert "192.0.2.7" in came and "203.0.113.9" not in came


def test_without_a_proxy_of_ours_no_header_says_where_somebody_comes_from(region: cast.Stage) -> None:
    told = {"X-Forwarded-For": "203.0.113.9", "X-Real-IP": "203.0.113.9", "X-Forwarded-Proto": "https"}
    said = {"email": "housing_officer.a@meerwijk.demo.invalid", "password": cast.PASSWORD}
    region.browser().post("/sign-in", data=said, headers={**told, "X-Forwarded-Prefix": "/x", "X-User-Id": "1"})
    assert origins(region) == {"127.0.0.1"}


# ---- certificates


class Taken:
    """Keeps what it gets: nothing, when the one who sends looks at the certificate first."""

    def __init__(self) -> None:
        self.mails = 0

    async def handle_DATA(self, *_said: object) -> str:
        self.mails += 1
        return "250 taken"


class AtLoopback(Controller):
    """Its own trial at the start is without a look at the certificate."""

    def _trigger_server(self) -> None:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
        with socket.create_connection(("127.0.0.1", self.port), 5) as line:
            (context.wrap_socket(line) if self.ssl_context else line).recv(100)


@pytest.fixture(scope="module")
def pretending(tmp_path_factory: pytest.TempPathFactory) -> ssl.SSLContext:
    """A server with a certificate that nobody vouches for."""
    folder = tmp_path_factory.mktemp("certificate")
    openssl = program("openssl", package="openssl")
    subprocess.run(
        [openssl, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2",
         "-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder, check=True, capture_output=True,
    )  # fmt: skip
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(folder / "cert.pem", folder / "key.pem")
    return context


@pytest.mark.parametrize("scheme", ["smtps", "smtp+starttls"])
def test_letters_are_given_to_no_server_whose_certificate_nobody_vouches_for(
    pretending: ssl.SSLContext, scheme: str, tmp_path: Path
) -> None:
    kept = Taken()
    how = {"ssl_context": pretending} if scheme == "smtps" else {"tls_context": pretending}
    server = AtLoopback(kept, hostname="127.0.0.1", port=free_port(), server_hostname="localhost", **how)
    server.start()
    try:
        postman = Postman("from@example.org", Smtp(scheme, "localhost", server.port, "u", "p"), tmp_path)
        with pytest.raises(ServerDown) as refused:
            postman.post(MAIL, NOW)
    finally:
        server.stop()
    assert isinstance(refused.value.__cause__, ssl.SSLCertVerificationError)
    assert kept.mails == 0


def test_letters_do_not_go_on_without_tls_where_the_server_has_none(tmp_path: Path) -> None:
    kept = Taken()
    server = Controller(kept, hostname="127.0.0.1", port=free_port())
    server.start()
    try:
        postman = Postman("from@example.org", Smtp("smtp+starttls", "127.0.0.1", server.port), tmp_path)
        with pytest.raises(ServerDown):
            postman.post(MAIL, NOW)
    finally:
        server.stop()
    assert kept.mails == 0


# ---- what is handed on, and what is shown


@pytest.fixture
def office(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[str], None]]:
    """Puts a script of ours in LibreOffice's place."""

    def be(script: str) -> None:
        path = tmp_path / "bin" / "soffice"
        path.parent.mkdir()
        path.write_text(f"#!/bin/sh\n{script}\n")
        path.chmod(0o755)
        monkeypatch.setenv("PATH", f"{path.parent}:{os.environ['PATH']}")

    yield be


def some_docx() -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("word/document.xml", "<w/>")
    return made.getvalue()


def test_what_makes_the_pdf_gets_no_secret_and_no_setting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, office: Callable[[str], None]
) -> None:
    for name in ("SECRET_KEY", "RECORD_KEY", "DATABASE_URL", "SMTP_URL", "CREDENTIALS_DIRECTORY"):
        monkeypatch.setenv(name, "not for you")
    office(f"env > {tmp_path}/said")
    with pytest.raises(Refused, match="pdf_failed"):
        pdf.convert(some_docx())
    assert "not for you" not in (tmp_path / "said").read_text()


def test_what_takes_too_long_is_stopped_with_all_it_started(tmp_path: Path, office: Callable[[str], None]) -> None:
    office(f"sleep 60 & echo $! > {tmp_path}/child; wait")
    began = time.monotonic()
    with pytest.raises(Refused, match="pdf_failed"):
        pdf.convert(some_docx(), seconds=2)
    assert time.monotonic() - began < 30
    stat = Path(f"/proc/{int((tmp_path / 'child').read_text())}/stat")
    assert not stat.exists() or stat.read_text().rpartition(")")[2].split()[0] == "Z"


@pytest.mark.parametrize("name", ["FLASK_DEBUG", "FLASK_ENV", "PYTHONDEVMODE", "LOG_LEVEL"])
def test_nothing_in_the_environment_turns_debugging_on(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, {"FLASK_ENV": "development", "LOG_LEVEL": "debug"}.get(name, "1"))
    config = Config.scratch(tmp_path, **({"LOG_LEVEL": "debug"} if name == "LOG_LEVEL" else {}))
    config.prepare()
    app = create_app(config)
    assert not app.debug and not app.testing and not app.config["PROPAGATE_EXCEPTIONS"]
    for path in ("/console", "/?__debugger__=yes&cmd=resource&f=debugger.js", "/_debug_toolbar", "/metrics", "/docs"):
        assert b"Werkzeug" not in app.test_client().get(path).data


def test_no_folder_is_listed_and_nothing_beside_the_served_files_is_reached(region: cast.Stage) -> None:
    browser = region.browser("application_manager")
    for path in ("/static/", "/static/built/", "/static/built", "/.git/config", "/.git/HEAD", "/static/../csrf.py",
                 "/static/%2e%2e/config.py", "/static/..%2f..%2f.git/config", "/static/built/../../config.py",
                 "/instance/secret_key", "/documents/", "/.env", "/robots.txt~"):  # fmt: skip
        assert browser.get(path).status_code in (404, 405), path
    static = Path(str(region.app.static_folder)).resolve()
    config = region.app.extensions["voorwaarts.config"]
    for private in (config.documents, config.mail, config.instance, config.anchors):
        assert not private.resolve().is_relative_to(static)
    assert not [path for path in static.rglob("*") if path.name.startswith(".git")]


def test_another_host_name_gets_no_page_and_no_address_of_ours(site: Site) -> None:
    for strange in ("evil.example.com", f"{HOST}.evil.example.com", "evil.example.com:443", "192.0.2.1"):
        answer = site.browser().get("/sign-in", base_url=SITE, headers={"X-Forwarded-Host": strange})
        assert answer.status_code == 400 and "<" not in answer.text, strange


def test_an_answer_that_fails_says_nothing_of_the_inside(region: cast.Stage) -> None:
    region.app.config["PROPAGATE_EXCEPTIONS"] = False
    view = region.app.view_functions["work.page"]

    def broken() -> str:
        raise RuntimeError("SELECT password_hash FROM users WHERE key = 'geheim'")

    broken.__dict__.update(view.__dict__)
    try:
        region.app.view_functions["work.page"] = broken
        answer = region.browser("housing_officer").get("/")
    finally:
        region.app.view_functions["work.page"] = view
        region.app.config["PROPAGATE_EXCEPTIONS"] = None
    assert answer.status_code == 500
    for inside in ("geheim", "SELECT", "RuntimeError", "Traceback", "app/", ".py", "Flask", "Werkzeug", "gunicorn"):
        assert inside not in answer.text.replace("/static/", ""), inside
    assert "Server" not in answer.headers and "X-Powered-By" not in answer.headers
