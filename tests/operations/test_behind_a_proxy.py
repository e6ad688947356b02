"""Over TLS behind a proxy: cookies nobody can plant, host names that must be ours, headers believed when told to."""

from __future__ import annotations

import http.client
import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlencode

import pytest

from app.actions.region import DEMO_PASSWORD, furnish_region
from app.records import db
from app.rehearsal import demo
from tests.operations.installation import Installation, desk_of, installed
from tests.operations.visitor import forms

pytestmark = pytest.mark.slow

HOST = "voorwaarts.example.org"
OFFICER = "jeroen.bakker@deheuvel.demo.invalid"
AS_PROXY = {"Host": HOST, "X-Forwarded-Proto": "https", "X-Forwarded-Host": HOST, "X-Forwarded-For": "192.0.2.7"}


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path, BASE_URL=f"https://{HOST}", TRUSTED_PROXIES="1") as installation:
        assert installation.run("migrate").returncode == 0
        app = installation.app()
        with app.app_context():
            furnish_region(desk_of(app), demo.REGION, DEMO_PASSWORD)
            db.session.remove()
            db.engine.dispose()
        yield installation


class Answer:
    def __init__(self, port: int, method: str, path: str, body: str = "", **headers: str) -> None:
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        if method == "POST":
            sent["Content-Type"] = "application/x-www-form-urlencoded"
        connection.request(method, path, body, sent)
        answer = connection.getresponse()
        self.status, self.text = answer.status, answer.read().decode()
        self.headers = answer.headers
        self.cookies = answer.headers.get_all("Set-Cookie") or []
        connection.close()


def test_the_session_is_kept_in_a_cookie_for_this_host_over_tls_only(site: Installation) -> None:
    web = site.start_web()
    page = Answer(web.port, "GET", "/sign-in", **AS_PROXY)
    assert page.headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    (cookie,) = page.cookies
    assert re.match(r"__Host-voorwaarts=[^;]+; Secure; HttpOnly; Path=/; SameSite=Lax$", cookie)

    form = next(one for one in forms(page.text) if one.action.endswith("/sign-in"))
    hidden = {name: value for name, kind, value, _ in form.controls if kind == "hidden"}
    said = urlencode({**hidden, "email": OFFICER, "password": DEMO_PASSWORD})
    mine = {"Cookie": cookie.partition(";")[0]}
    refused = Answer(web.port, "POST", "/sign-in", said, **AS_PROXY, **mine, Referer="https://elsewhere.example.org/")
    assert refused.status == 400
    entered = Answer(web.port, "POST", "/sign-in", said, **AS_PROXY, **mine, Referer=f"https://{HOST}/sign-in")
    assert entered.status == 303 and entered.headers["Location"] in ("/sign-in/code", f"https://{HOST}/sign-in/code")
    assert all("; Secure" in one for one in entered.cookies)
    assert web.ask_to_stop() == 0


def test_a_strange_host_is_refused_and_health_is_answered_under_its_own_name(site: Installation) -> None:
    web = site.start_web(TRUSTED_HOSTS="hov.example.org")
    strange = "evil.example.com"
    assert Answer(web.port, "GET", "/sign-in", **{**AS_PROXY, "X-Forwarded-Host": strange}).status == 400
    assert Answer(web.port, "GET", "/sign-in", Host=strange).status == 400
    assert Answer(web.port, "GET", "/sign-in", **{**AS_PROXY, "X-Forwarded-Host": "hov.example.org"}).status == 200
    assert Answer(web.port, "GET", "/health", Host="localhost").status == 200
    assert web.ask_to_stop() == 0


def test_without_a_trusted_proxy_nobody_is_believed_about_where_he_comes_from(site: Installation) -> None:
    web = site.start_web(TRUSTED_PROXIES="0")
    strange = {**AS_PROXY, "X-Forwarded-Host": "evil.example.com"}
    assert Answer(web.port, "GET", "/sign-in", **strange).status == 200  # by Host; what was forwarded is not read
    assert web.ask_to_stop() == 0
