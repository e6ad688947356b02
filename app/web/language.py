"""Which language a page speaks and which look it has, and how a person changes that; never the words themselves."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from babel import Locale
from flask import Blueprint, Flask, current_app, g, redirect, request
from flask.typing import ResponseReturnValue
from flask_babel import Babel, refresh
from werkzeug.wrappers import Response

from app.rules.permissions import Viewer
from app.web.doors import anyone, enter
from app.web.places import local_path

Remember = Callable[[Viewer, str], None]
THEMES = ("device", "light", "dark")
SOURCE, FIRST_CHOICE = "en", "nl"
A_YEAR = 365 * 24 * 3600

preferences = Blueprint("preferences", __name__, url_prefix="/preferences")


def speak(app: Flask, remember: Remember | None) -> None:
    """Installs the choice of language. `remember(viewer, code)` writes the choice of someone who is signed in."""
    root = Path(app.config.setdefault("BABEL_TRANSLATION_DIRECTORIES", str(Path(app.root_path) / "translations")))
    compiled = {file.parent.parent.name for file in root.glob("*/LC_MESSAGES/messages.mo")}
    app.config["LANGUAGES"] = sorted(compiled | {SOURCE}, key=lambda code: (code != FIRST_CHOICE, code))
    app.config.setdefault("BABEL_DEFAULT_LOCALE", app.config["LANGUAGES"][0])
    app.extensions["voorwaarts.remember_language"] = remember
    Babel(app, locale_selector=choose)
    app.register_blueprint(preferences)


def choose() -> str:
    """The person's own language, else the cookie, else what the browser asks for, else Dutch."""
    languages: list[str] = current_app.config["LANGUAGES"]
    viewer: Viewer | None = g.get("viewer")
    for wanted in (viewer.language if viewer else "", request.cookies.get(_cookie("language"), "")):
        if wanted in languages:
            return wanted
    return request.accept_languages.best_match(languages) or languages[0]


def own_names() -> list[tuple[str, str]]:
    """The languages there are, each in its own words: [("nl", "Nederlands"), ("en", "English")]."""
    return [
        (code, (Locale.parse(code).get_display_name(code) or code).capitalize())
        for code in current_app.config["LANGUAGES"]
    ]


def theme() -> str:
    """The look the person chose, light or dark; empty to follow the device."""
    chosen = request.cookies.get(_cookie("theme"), "")
    return chosen if chosen in ("light", "dark") else ""


@preferences.post("/language")
@enter(anyone)
def change_language() -> ResponseReturnValue:
    code = request.form.get("language", "")
    answer = redirect(local_path(request.form.get("next")), 303)
    if code in current_app.config["LANGUAGES"]:
        remember: Remember | None = current_app.extensions["voorwaarts.remember_language"]
        if g.viewer and remember:
            remember(g.viewer, code)
        _keep(answer, "language", code)
        refresh()
    return answer


@preferences.post("/theme")
@enter(anyone)
def change_theme() -> ResponseReturnValue:
    answer = redirect(local_path(request.form.get("next")), 303)
    if request.form.get("theme") in THEMES:
        _keep(answer, "theme", request.form["theme"])
    return answer


def _keep(answer: Response, name: str, value: str) -> None:
    secure = bool(current_app.config.get("SECURE"))
    answer.set_cookie(_cookie(name), value, max_age=A_YEAR, httponly=True, samesite="Lax", secure=secure)


def _cookie(name: str) -> str:
    """Over TLS the name says that no other host and no plain connection can have planted it."""
    return f"__Host-{name}" if current_app.config.get("SECURE") else name
