"""A browser without a browser: whole requests straight into the WSGI application, with cookies and the form's token."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from contextlib import nullcontext
from contextvars import Context
from http.cookies import SimpleCookie
from io import BytesIO
from typing import Any
from urllib.parse import urlencode

import pyotp
from flask import Flask

from tests.bench.stopwatch import Laps

KEY = re.compile(r'<code class="key">([A-Z2-7 ]+)</code>')
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')


class Browser:
    """Somebody who is signed in with e-mail address and password."""

    def __init__(self, app: Flask, email: str, password: str) -> None:
        self.app = app
        self.cookies: dict[str, str] = {}
        self.token = self._token(self.get("/sign-in"))
        status, _ = self.post("/sign-in", {"email": [email], "password": [password]})
        if status != 303:
            raise RuntimeError(f"{email} can't sign in: {status}")
        self._set_up_second_step()
        self.token = self._token(self.get("/"))  # signing in made a new session

    def get(self, path: str, laps: Laps | None = None) -> str:
        status, body = self._ask("GET", path, b"", laps)
        if status not in (200, 302):
            raise RuntimeError(f"GET {path} answered {status}")
        return body

    def post(
        self, path: str, form: Mapping[str, list[str]], laps: Laps | None = None, name: str = ""
    ) -> tuple[int, str]:
        """What the application notes for the next page is let go of, as if that page had been read."""
        kept = dict(self.cookies)
        sent = urlencode({**form, "csrf_token": self.token}, doseq=True).encode()
        answer = self._ask("POST", path, sent, laps, name)
        if not path.startswith("/sign-in"):
            self.cookies = kept
        return answer

    def _ask(self, method: str, path: str, sent: bytes, laps: Laps | None, name: str = "") -> tuple[int, str]:
        path, _, query = path.partition("?")
        environ: dict[str, Any] = {
            "REQUEST_METHOD": method, "PATH_INFO": path, "QUERY_STRING": query, "SCRIPT_NAME": "",
            "SERVER_NAME": "localhost", "SERVER_PORT": "80", "HTTP_HOST": "localhost", "SERVER_PROTOCOL": "HTTP/1.1",
            "REMOTE_ADDR": "127.0.0.1", "wsgi.url_scheme": "http", "wsgi.version": (1, 0), "wsgi.multithread": True,
            "wsgi.multiprocess": True, "wsgi.run_once": False, "wsgi.errors": BytesIO(), "wsgi.input": BytesIO(sent),
            "CONTENT_TYPE": "application/x-www-form-urlencoded", "CONTENT_LENGTH": str(len(sent)),
            "HTTP_COOKIE": "; ".join(f"{key}={value}" for key, value in self.cookies.items()),
        }  # fmt: skip
        said: list[Any] = []

        def start_response(status: str, headers: list[tuple[str, str]], _fault: Any = None) -> None:
            said[:] = [int(status.split()[0]), headers]

        def ask() -> bytes:
            return _read(self.app.wsgi_app(environ, start_response))

        with laps.lap(name) if laps is not None else nullcontext():
            body = Context().run(ask)  # a server has no context of its own around a request
        for key, value in said[1]:
            if key.lower() == "set-cookie":
                self.cookies.update({name: morsel.value for name, morsel in SimpleCookie(value).items()})
        return said[0], body.decode()

    def _set_up_second_step(self) -> None:
        page = self.get("/sign-in/second-step")
        (key,) = KEY.findall(page)
        self.token = self._token(page)
        status, _ = self.post("/sign-in/second-step", {"code": [pyotp.TOTP(key.replace(" ", "")).now()]})
        if status != 200:
            raise RuntimeError(f"the second step can't be set up: {status}")

    def _token(self, page: str) -> str:
        found = TOKEN.search(page)
        if found is None:
            raise RuntimeError("the page has no form with a token")
        return found[1]


def _read(answer: Iterable[bytes]) -> bytes:
    try:
        return b"".join(answer)
    finally:
        if hasattr(answer, "close"):
            answer.close()
