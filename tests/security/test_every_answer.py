"""What every answer takes along and may not do, asked of every route by every method as every role and as nobody."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

import pytest
from flask import Flask
from sqlalchemy import func, select
from werkzeug.test import TestResponse

from app.records.database import Base, let_go, reading
from app.rules.permissions import ROLES
from tests.cast import Stage
from tests.web.one_of_each import dossier
from tests.web.test_every_door import FOR_ANYONE, MAY_ENTER, Try, tries

__all__ = ["dossier"]

Dossier = tuple[Stage, dict[str, object]]
ELSEWHERE = "https://elsewhere.example.org"
MISHAPS = (("GET", "/nowhere"), ("GET", "/sign-out"), ("GET", "/.git/config"), ("POST", "/nowhere"))
FILES = {
    "documents.pdf_file", "documents.signed_copy", "documents.word_file", "notices.proof", "take_over.faults_csv",
    "take_over.template_csv", "take_over.template_xlsx",
}  # fmt: skip
BEGINS: dict[str, Callable[[bytes], bool]] = {
    "text/html": lambda body: body.lstrip().startswith(b"<"),
    "application/json": lambda body: json.loads(body) is not None,
    "application/pdf": lambda body: body.startswith(b"%PDF-"),
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": lambda body: body.startswith(b"PK"),
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": lambda body: body.startswith(b"PK"),
    "application/xml": lambda body: body.startswith(b"<?xml"),
    "image/svg+xml": lambda body: body.startswith(b"<svg"),
    "text/csv": lambda body: body.decode("utf-8-sig").count(";") > 0,
    "text/plain": lambda body: bool(body.decode()),
}


@dataclass(frozen=True)
class Heard:
    """What was asked as whom, and the answer."""

    role: str
    endpoint: str
    method: str
    address: str
    answer: TestResponse
    cookie: str

    @property
    def said(self) -> str:
        return f"{self.method} {self.address} as {self.role or 'nobody'}: {self.answer.status_code}"


@pytest.fixture(scope="module")
def heard(dossier: Dossier) -> list[Heard]:
    region, ids = dossier
    found = []
    for role in ("", *ROLES):
        asked = [(one.endpoint, one.method, one.address) for one in tries(region.app, ids)]
        for endpoint, method, address in [*asked, *(("", method, address) for method, address in MISHAPS)]:
            browser = region.browser(role)
            cookie = browser.get_cookie("voorwaarts")
            sent = {} if method == "POST" else None
            answer = browser.open(address, method=method, headers={"Origin": ELSEWHERE}, data=sent)
            answer.get_data()
            found.append(Heard(role, endpoint, method, address, answer, cookie.value if cookie else ""))
    assert len(found) > 700
    return found


def wrong(heard: list[Heard], right: Callable[[Heard], object]) -> list[str]:
    return [one.said for one in heard if not right(one)]


def directives(one: Heard) -> dict[str, str]:
    said = one.answer.headers.get("Content-Security-Policy", "")
    return {name: rest for name, _, rest in (part.strip().partition(" ") for part in said.split(";"))}


def test_every_answer_says_what_may_be_loaded_and_run_beside_it(heard: list[Heard]) -> None:
    ours = {"'none'", "'self'"}
    assert wrong(heard, lambda one: set(directives(one).values()) <= ours) == []
    none = ("default-src", "object-src", "base-uri")
    assert wrong(heard, lambda one: all(directives(one).get(name) == "'none'" for name in none)) == []


def test_no_answer_may_be_put_in_a_frame(heard: list[Heard]) -> None:
    assert wrong(heard, lambda one: directives(one).get("frame-ancestors") == "'none'") == []


def test_no_answer_is_guessed_at(heard: list[Heard]) -> None:
    assert wrong(heard, lambda one: one.answer.headers.get("X-Content-Type-Options") == "nosniff") == []


def test_no_address_of_ours_is_told_to_another_site(heard: list[Heard]) -> None:
    assert wrong(heard, lambda one: one.answer.headers.get("Referrer-Policy") == "same-origin") == []


def test_no_answer_may_be_read_by_another_site(heard: list[Heard]) -> None:
    given = [name for one in heard for name, _ in one.answer.headers if name.startswith("Access-Control-")]
    assert given == []
    assert wrong(heard, lambda one: one.answer.headers.get("Cross-Origin-Resource-Policy") == "same-origin") == []


def test_every_answer_is_what_it_says_it_is(heard: list[Heard]) -> None:
    def right(one: Heard) -> bool:
        body = one.answer.get_data()
        text = one.answer.mimetype.startswith("text/")
        charset = one.answer.mimetype_params.get("charset", "").lower() == "utf-8"
        return not body or (BEGINS[one.answer.mimetype](body) and (charset or not text))

    assert wrong(heard, right) == []


def test_nothing_about_people_is_kept_on_the_way_or_in_the_browser(heard: list[Heard]) -> None:
    pages = [one for one in heard if one.endpoint != "static"]
    assert wrong(pages, lambda one: one.answer.headers.get("Cache-Control") == "no-store") == []


def test_what_is_kept_as_a_file_is_handed_out_as_one_under_a_name_of_ours(heard: list[Heard]) -> None:
    files = [one for one in heard if one.endpoint in FILES and one.answer.status_code == 200]
    assert {one.endpoint for one in files} == FILES
    named = re.compile(r"attachment; filename=\"?[A-Za-z0-9.-]+\"?")
    assert wrong(files, lambda one: named.fullmatch(one.answer.headers["Content-Disposition"])) == []


def test_whoever_is_signed_in_finds_the_way_out_on_every_page(heard: list[Heard]) -> None:
    pages = [one for one in heard if one.role and one.answer.mimetype == "text/html" and "<html" in one.answer.text]
    pages = [one for one in pages if one.answer.status_code not in (302, 303)]
    assert len(pages) > 100
    assert wrong(pages, lambda one: 'action="/sign-out"' in one.answer.text) == []


def test_the_token_of_a_sign_in_is_in_no_answer_but_its_cookie(heard: list[Heard]) -> None:
    signed_in = [one for one in heard if one.cookie]
    assert len(signed_in) > 600
    assert wrong(signed_in, lambda one: one.cookie not in one.answer.get_data(as_text=False).decode("latin-1")) == []
    assert wrong(signed_in, lambda one: one.cookie not in one.answer.headers.get("Location", "")) == []


def test_no_page_asks_for_anything_from_elsewhere(heard: list[Heard]) -> None:
    asked = re.compile(r'(?:src|href|action|data-src|hx-get|hx-post|srcset|poster)="([^"]*)"')
    pages = [one for one in heard if one.answer.mimetype == "text/html"]
    away = {
        address
        for one in pages
        for address in asked.findall(one.answer.text)
        if urlsplit(address).netloc or urlsplit(address).scheme not in ("", "mailto", "tel")
    }
    assert away == set()


def test_no_page_has_what_no_browser_should_still_run(heard: list[Heard]) -> None:
    old = re.compile(r"<(object|embed|applet|iframe|frame|portal)\b|\bon[a-z]+=\"|javascript:", re.I)
    pages = [one for one in heard if one.answer.mimetype == "text/html"]
    assert wrong(pages, lambda one: not old.search(one.answer.text)) == []


def test_nobody_is_led_away_from_this_site(heard: list[Heard]) -> None:
    led = [one for one in heard if "Location" in one.answer.headers]
    assert len(led) > 50
    assert wrong(led, lambda one: urlsplit(one.answer.headers["Location"]).netloc in ("", "localhost")) == []


def test_no_token_and_no_name_is_in_an_address_of_a_page(heard: list[Heard]) -> None:
    """Ids, codes and the page to come back to, and nothing that says anything to whoever reads it."""
    pages = [one for one in heard if one.answer.mimetype == "text/html"]
    links = {link.replace("&amp;", "&") for one in pages for link in re.findall(r'href="([^"#]*)', one.answer.text)}
    names = {name for link in links for name in re.findall(r"[?&]([^=&]+)=", link)}
    assert names <= {"q", "stage", "sort", "page", "whose", "next", "role", "state", "kind"}
    links -= {"/password", "/sign-in?next=%2Fpassword"}  # where one chooses another one
    assert not [link for link in links if re.search(r"(?i)token|password|session=|fatima", link)]


# ---- what only looks changes nothing, and what changes something is our own form


def rows(app: Flask) -> dict[str, int]:
    """How many rows every table has; the record, which notes looks, apart."""
    apart = {"events", "chains", "sessions", "settings"}
    with app.app_context():
        let_go()
        tables = [table for table in Base.metadata.sorted_tables if table.name not in apart]
        return {table.name: reading().scalar(select(func.count()).select_from(table)) or 0 for table in tables}


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_looking_changes_nothing(dossier: Dossier, method: str) -> None:
    region, ids = dossier
    before = rows(region.app)
    for role in ("housing_officer", "team_lead", "application_manager"):
        browser = region.browser(role)
        for one in tries(region.app, ids):
            browser.open(one.address, method=method)
        assert browser.get("/sessions").status_code == 200, "still signed in"
    assert rows(region.app) == before


@pytest.mark.parametrize("method", ["TRACE", "CONNECT", "PUT", "DELETE", "PATCH", "PROPFIND"])
def test_no_other_method_is_answered(dossier: Dossier, method: str) -> None:
    region, ids = dossier
    browser = region.browser("team_lead")
    for address in {one.address for one in tries(region.app, ids)}:
        assert browser.open(address, method=method, headers={"Cookie": "a=secret"}).status_code == 405, address


@pytest.fixture
def protected(dossier: Dossier) -> Iterator[Dossier]:
    """With the forms' protection on, as it is outside these tests."""
    region, _ = dossier
    region.app.config["WTF_CSRF_ENABLED"] = True
    yield dossier
    region.app.config["WTF_CSRF_ENABLED"] = False


@pytest.mark.parametrize("content_type", ["application/x-www-form-urlencoded", "text/plain", "application/json"])
def test_every_form_must_be_one_of_ours(protected: Dossier, content_type: str) -> None:
    """Also one that another site may send without asking the browser first."""
    region, ids = protected
    before, posts = rows(region.app), [one for one in tries(region.app, ids) if one.method == "POST"]
    for one in posts:
        assert _sent(region, one, content_type) == 400, one
    assert len(posts) > 30
    assert rows(region.app) == before


def _sent(region: Stage, one: Try, content_type: str) -> int:
    roles = ROLES if one.endpoint in FOR_ANYONE else MAY_ENTER[one.endpoint] or {"support_worker"}
    browser = region.browser(min(roles))
    return browser.post(one.address, data="a=b", content_type=content_type).status_code
