"""Somebody with a browser, as plain as can be: keeps cookies, sends back the form it was shown, follows redirects."""

from __future__ import annotations

import re
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from html.parser import HTMLParser
from http.cookiejar import CookieJar
from typing import Any

import pyotp


@dataclass(frozen=True, slots=True)
class Page:
    status: int
    address: str
    text: str
    headers: Mapping[str, str]

    def faults(self) -> list[str]:
        """What the page says is wrong."""
        said = re.findall(r'class="error"[^>]*>(.*?)</p>', self.text, re.DOTALL)
        return [re.sub(r"<[^>]*>", "", one).strip() for one in said] or [str(self.status)]


@dataclass(slots=True)
class Form:
    """A form of a page: where it goes, and its controls as (name, kind, value, chosen)."""

    action: str
    controls: list[tuple[str, str, str, bool]] = field(default_factory=list)

    def filled(self, today: date, answers: Mapping[str, Any]) -> list[tuple[str, str]]:
        """What somebody sends who answers these questions so, and the others in the first way that fits."""
        sent: list[tuple[str, str]] = []
        names = list(dict.fromkeys(name for name, *_ in self.controls))
        for name in names:
            mine = [one for one in self.controls if one[0] == name]
            plain = name.rpartition(".")[2]
            said = answers.get(name, answers.get(plain))
            sent += [(name, value) for value in (_listed(said) if said is not None else _usual(mine, today))]
        return sent


class Visitor:
    """One browser. Cookies go by host name, so it may go from one web of an installation to the other."""

    def __init__(self) -> None:
        self.cookies = CookieJar()
        self.opener = urllib.request.build_opener(urllib.request.HTTPCookieProcessor(self.cookies))

    def get(self, port: int, path: str) -> Page:
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{port}{path}"))

    def post(self, port: int, path: str, said: Sequence[tuple[str, str]]) -> Page:
        data = urllib.parse.urlencode(said).encode()
        return self._ask(urllib.request.Request(f"http://127.0.0.1:{port}{path}", data=data, method="POST"))

    def sign_in(self, port: int, email: str, password: str) -> Page:
        shown = forms(self.get(port, "/sign-in").text)[0]
        said = [(name, value) for name, kind, value, _ in shown.controls if kind == "hidden"]
        page = self.post(port, "/sign-in", [*said, ("email", email), ("password", password)])
        return self._set_up_second_step(port, page) if page.address.endswith("/sign-in/second-step") else page

    def _set_up_second_step(self, port: int, page: Page) -> Page:
        """With an app of our own: the first code, then on from the recovery codes."""
        (key,) = re.findall(r'<code class="key">([A-Z2-7 ]+)</code>', page.text)
        said = [(name, value) for name, kind, value, _ in forms(page.text)[0].controls if kind == "hidden"]
        code = pyotp.TOTP(key.replace(" ", "")).now()
        self.post(port, "/sign-in/second-step", [*said, ("code", code)])
        return self.get(port, "/")

    def do(self, port: int, path: str, ending: str, today: date, answers: Mapping[str, Any]) -> Page:
        """Open this page, fill in its form that goes to an address with this ending, and send it."""
        page = self.get(port, path)
        assert page.status == 200, (page.status, path)
        form = next(one for one in forms(page.text) if one.action.endswith(ending))
        return self.post(port, form.action or path, form.filled(today, answers))

    def _ask(self, request: urllib.request.Request) -> Page:
        try:
            answer = self.opener.open(request, timeout=60)
        except urllib.error.HTTPError as refused:
            answer = refused
        with answer:
            text = answer.read().decode("utf-8", "replace")
            return Page(answer.status, answer.url, text, dict(answer.headers.items()))


def forms(html: str) -> list[Form]:
    """The forms that send something, those of the page before those of the frame around it."""
    reader = _Reader()
    reader.feed(html)
    return sorted(reader.forms, key=lambda form: any(form.action.endswith(end) for end in ("/language", "/theme")))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.forms: list[Form] = []
        self.inside: Form | None = None
        self.area = self.list = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and said.get("method", "").lower() == "post":
            self.inside = Form(said.get("action", ""))
            self.forms.append(self.inside)
        elif self.inside is None:
            return
        elif tag == "input" and said.get("name"):
            kind = "date" if "date" in said.get("class", "").split() else said.get("type", "text")
            kind = {"numeric": "number", "decimal": "number"}.get(said.get("inputmode", ""), kind)
            value = said.get("value", "on" if kind == "checkbox" else "")
            self.inside.controls.append((said["name"], kind, value, "checked" in said))
        elif tag == "textarea":
            self.area = said.get("name", "")
            self.inside.controls.append((self.area, "text", "", False))
        elif tag == "select":
            self.list = said.get("name", "")
        elif tag == "option" and self.list:
            self.inside.controls.append((self.list, "radio", said.get("value", ""), "selected" in said))

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.inside = None
        elif tag == "select":
            self.list = ""


def _usual(controls: Sequence[tuple[str, str, str, bool]], today: date) -> list[str]:
    name, kind, value, _ = controls[0]
    if kind == "hidden":
        return [value]
    if kind == "radio":
        chosen = [one for _, _, one, checked in controls if checked]
        return chosen[:1] or [one for _, _, one, _ in controls if one][:1]
    if kind == "checkbox":
        return [one for _, _, one, _ in controls]
    if kind == "date":
        return [value or today.isoformat()]
    if kind == "number":
        return [value or "2"]
    return [value or f"Gezegd bij {name}."]


def _listed(said: Any) -> list[str]:
    return [str(one) for one in said] if isinstance(said, list | tuple) else [str(said)]
