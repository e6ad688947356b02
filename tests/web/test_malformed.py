"""Requests that no browser sends: whatever stands in them, the answer is a page and never a fault of ours.

They are drawn from one number, so that a request that went wrong can be sent again: `attempts(seed, count)`.
"""

from __future__ import annotations

import io
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import pytest
from flask import Flask
from werkzeug.datastructures import MultiDict
from werkzeug.routing import Rule
from werkzeug.test import EnvironBuilder, encode_multipart, run_wsgi_app

from app.rules.permissions import ROLES
from tests import hostile
from tests.cast import Stage
from tests.web.one_of_each import Dossier

SEED = 20261128
TEXTS = (
    "", " ", "0", "-1", "1" * 30, "9" * 5000, "1e999", "NaN", "٣", "²", "\0", "a\0b", "\r\nSet-Cookie: a=b", "\n",
    "\t", "\ud7ff\uffff", "\u202egnp.exe", "é", "日本", "😀" * 50, "a" * 100_000, "%", "%00", "%zz", "%c3%28", "%ff%fe",
    "../../etc/passwd", "..%2f..%2fetc", "/etc/passwd", "\\\\server\\share", "C:\\", "//example.org", "http://[",
    "http://[::1", "//[", "https://a@b:c", "javascript:alert(1)", "<script>alert(1)</script>",
    "\"'><img src=x onerror=alert(1)>", "' or 1=1 --", "'; drop table users; --", "{{ 7*7 }}", "{% for x in y %}",
    "${7*7}", "#{7*7}", "%s%s%n", "=1+1", "@SUM(A1)", "[]", "{}", "null", "true", "undefined", "[" * 2000,
    "2026-02-30", "31-2-2026", "0000-00-00", "9999-12-31", "99999-1-1", "1-1-0001", "vandaag",
    "00000000-0000-0000-0000-000000000000", "on", "x=y&z", ";", ",", "*", "(" * 500, "a@b", "a@b\r\nBcc: c@d", "0x10",
    "1_000", "+31", "-0", "1,5", "1.000.000,00",
)  # fmt: skip
BYTES = (
    b"", b"\xff\xfe\xfd", b"\0" * 100, b"\xc3\x28", b"%", b"&&&&=====", b"--x\r\n", b"{", b'{"a":', b"<a>",
    b"a" * 10_000,
)  # fmt: skip
TYPES = (
    "application/x-www-form-urlencoded", "application/x-www-form-urlencoded; charset=utf-16", "multipart/form-data",
    "multipart/form-data; boundary=x", 'multipart/form-data; boundary="',
    "multipart/form-data; boundary=" + "x" * 1000, "application/json", "text/plain; charset=nonsense",
    "application/xml", "nonsense", ";", "", "text/html\t; a=b", "*/*",
)  # fmt: skip
HEADERS = (
    "Accept", "Accept-Language", "Accept-Encoding", "Accept-Charset", "Range", "If-None-Match", "If-Modified-Since",
    "If-Match", "If-Range", "Referer", "Origin", "HX-Request", "HX-Current-URL", "HX-Target", "X-Forwarded-For",
    "X-Forwarded-Host", "X-Forwarded-Proto", "X-HTTP-Method-Override", "X-CSRFToken", "Authorization", "User-Agent",
    "Cookie", "Content-Encoding", "Transfer-Encoding", "Content-Length", "Content-MD5", "Date", "Forwarded", "Expect",
    "Host", "Upgrade", "Sec-Fetch-Site", "Cache-Control",
)  # fmt: skip
VALUES = (
    "bytes=0-", "bytes=-1", "bytes=5-1", "bytes=a-b", "bytes=0-0,1-1,2-2", "W/\"", '"', "gzip;q=nan", "nl;q=9",
    "en;q=-1", "en-;q=1", "*;q=", "Thu, 99 Foo 9999", "Thu, 01 Jan 1970 00:00:00 GMT", "Basic !!!", "Bearer", "null",
    "cross-site", "-5", "999999999999", "chunked", "identity",
)  # fmt: skip
COOKIES = ("voorwaarts", "language", "theme", "a")
METHODS = (
    "GET", "POST", "HEAD", "OPTIONS", "PUT", "DELETE", "PATCH", "TRACE", "PROPFIND", "get", "X",
)  # fmt: skip
FIELDS = (
    "next", "email", "password", "language", "theme", "csrf_token", "q", "page", "stage", "sort", "who", "show",
    "file", "full_name", "reason", "month", "planned_on", "days", "to", "name", "role", "organisation_id", "user_id",
    "goals.3.rating", "goals..", "a.b.c.d",
)  # fmt: skip


@dataclass(frozen=True)
class Attempt:
    """One request as it is sent."""

    role: str
    method: str
    address: str
    query: bytes
    headers: tuple[tuple[str, str], ...]
    cookies: tuple[tuple[str, str], ...]
    fields: tuple[tuple[str, Any], ...]
    body: bytes
    media_type: str


def attempts(seed: int, count: int, rules: list[Rule], ids: Mapping[str, object]) -> Iterator[Attempt]:
    """Every route in turn, each time with something else that is wrong."""
    draw = random.Random(seed)
    for number in range(count):
        rule = rules[number % len(rules)]
        proper = draw.random() < 0.6  # most find the page, so that what is wrong gets past its door
        parts = {name: str(ids[name]) if proper else quote(draw.choice(TEXTS), safe="") for name in rule.arguments}
        yield Attempt(
            draw.choice((*ROLES, "")),
            draw.choice(tuple(rule.methods or ())) if draw.random() < 0.8 else draw.choice(METHODS),
            _address(rule, parts),
            draw.choice((b"", b"", _query(draw), draw.choice(BYTES))),
            tuple((draw.choice(HEADERS), _header(draw)) for _ in range(draw.choice((0, 0, 1, 3)))),
            tuple((draw.choice(COOKIES), _header(draw)) for _ in range(draw.choice((0, 0, 0, 1)))),
            tuple((_field(draw), _value(draw)) for _ in range(draw.choice((0, 1, 5, 40)))),
            draw.choice(BYTES),
            draw.choice(TYPES),
        )


def _address(rule: Rule, parts: Mapping[str, str]) -> str:
    address = ""
    for is_argument, text in rule._trace:  # how the route is written, with its arguments in their places
        address += parts[text] if is_argument else text.lstrip("|")
    return address


def _query(draw: random.Random) -> bytes:
    pairs = (f"{quote(_field(draw))}={quote(draw.choice(TEXTS)[:2000])}" for _ in range(draw.randint(1, 4)))
    return "&".join(pairs).encode()


def _header(draw: random.Random) -> str:
    text = draw.choice((*TEXTS, *VALUES, *VALUES))[:2000]
    return "".join(sign for sign in text if sign not in "\r\n\0" and ord(sign) < 256)


def _field(draw: random.Random) -> str:
    return draw.choice((*FIELDS, draw.choice(TEXTS)[:200]))


def _value(draw: random.Random) -> Any:
    if draw.random() < 0.1:
        content = draw.choice((b"", hostile.png(), b"PK\x03\x04", b"%PDF-", b"\xff\xd8\xff", b"A;B\n=1;\0"))
        return io.BytesIO(content), draw.choice(TEXTS)[:300] or "x"
    return draw.choice(TEXTS)


def send(app: Flask, one: Attempt, signed_in: str) -> int:
    """As a web server would hand it on; what a client library would refuse to send comes through."""
    body, media_type = one.body, one.media_type
    if one.fields:
        fields: MultiDict[str, Any] = MultiDict(one.fields)
        boundary, body = encode_multipart(fields, boundary="between")
        media_type = f"multipart/form-data; boundary={boundary}"
    cookies = [*one.cookies, *([("voorwaarts", signed_in)] if signed_in else [])]
    environ = {
        **EnvironBuilder().get_environ(),
        "REQUEST_METHOD": one.method,
        "PATH_INFO": unquote_to_bytes(one.address).decode("latin-1"),
        "QUERY_STRING": one.query.decode("latin-1"),
        "CONTENT_TYPE": media_type,
        "CONTENT_LENGTH": str(len(body)),
        "HTTP_COOKIE": "; ".join(f"{name}={value}" for name, value in cookies),
        "wsgi.input": io.BytesIO(body),
    }
    for name, value in one.headers:
        key = name.upper().replace("-", "_")
        environ[key if key in ("CONTENT_LENGTH", "CONTENT_TYPE") else f"HTTP_{key}"] = value
    _, status, _ = run_wsgi_app(app, environ, buffered=True)
    return int(status.split()[0])


def faults(dossier: Dossier, seed: int, count: int) -> list[str]:
    """What was answered with a fault of ours, with the request it was the answer to."""
    region, ids = dossier
    region.app.config["PROPAGATE_EXCEPTIONS"] = False  # as in real use: a fault is a page
    rules, wrong = list(region.app.url_map.iter_rules()), []
    try:
        for number, one in enumerate(attempts(seed, count, rules, ids)):
            if number % 50 == 0:  # who signed out or was signed out comes in again
                cookies = {role: _signed_in(region, role) for role in (*ROLES, "")}
            region.app.config["WTF_CSRF_ENABLED"] = number % 4 == 0  # most get past the token
            status = send(region.app, one, cookies[one.role])
            if status >= 500 and not (status == 503 and one.address.endswith(".pdf")):  # it says what to install
                wrong.append(f"{number}: {status} {one}"[:2000])
    finally:
        region.app.config.update(PROPAGATE_EXCEPTIONS=None, WTF_CSRF_ENABLED=False)
    return wrong


def _signed_in(region: Stage, role: str) -> str:
    cookie = region.browser(role).get_cookie("voorwaarts")
    return cookie.value if cookie else ""


@pytest.fixture(autouse=True)
def without_libreoffice(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Making a PDF takes a second, and is looked at elsewhere; the page says that there is none."""
    monkeypatch.setenv("PATH", str(tmp_path))


def test_three_hundred_malformed_requests_bring_no_fault(dossier: Dossier) -> None:
    assert faults(dossier, SEED, 300) == []


@pytest.mark.slow
def test_ten_thousand_malformed_requests_bring_no_fault(dossier: Dossier) -> None:
    assert faults(dossier, SEED + 1, 10_000) == []
