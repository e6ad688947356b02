"""Signing in and out with Flask-Login: the cookie names a row, and who it is of is asked at every request."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from uuid import UUID

from flask import Flask, redirect, session
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin, logout_user
from itsdangerous import URLSafeTimedSerializer
from werkzeug.wrappers import Response

from app import clock
from app.actions.sessions import note_seen
from app.records.database import reading
from app.records.viewers import find_viewer
from app.rules.permissions import Viewer
from app.rules.session import SEEN_EVERY
from app.web.desk import desk


class SignedIn(UserMixin):  # type: ignore[misc]
    """A user as Flask-Login knows it, under the id of this sign-in: a row that can be ended from anywhere."""

    def __init__(self, viewer: Viewer, session_id: UUID) -> None:
        self.viewer = viewer
        self.session_id = session_id

    def get_id(self) -> str:
        return self.session_id.hex


def load(cookie: str) -> SignedIn | None:
    """Whose sign-in the cookie names, while it lasts; that somebody is there is written down once a minute."""
    try:
        session_id = UUID(cookie)
    except ValueError:
        return None
    now = clock.now()
    found = find_viewer(reading(), session_id, now)
    if found is None:
        return None
    viewer, seen_at = found
    if now - seen_at > SEEN_EVERY:
        note_seen(desk(), session_id)
    return SignedIn(viewer, session_id)


def sent_out() -> Response:
    """To the sign-in page, with nothing of this person left behind in the browser."""
    logout_user()
    session.clear()
    answer = redirect("/sign-in", 303)
    answer.headers["Clear-Site-Data"] = '"cache", "storage"'
    return answer


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions in signed cookies; Flask makes the signer anew twice in every request, here once."""

    digest_method = staticmethod(hashlib.sha256)  # Flask's own is SHA-1

    @lru_cache(maxsize=8)  # noqa: B019 - as long as the application lives, and so does this
    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        return super().get_signing_serializer(app)


def install(app: Flask) -> None:
    app.session_interface = Cookies()
    app.config["SESSION_COOKIE_HTTPONLY"] = True
    app.config["SESSION_COOKIE_SAMESITE"] = "Lax"  # Flask's own default is there already, and is None
    secure = bool(app.config.get("SECURE"))
    app.config["SESSION_COOKIE_SECURE"] = secure
    app.config["SESSION_COOKIE_NAME"] = "__Host-voorwaarts" if secure else "voorwaarts"
    manager = LoginManager()
    manager.init_app(app, add_context_processor=False)  # a page about a database out of reach may not ask it who reads
    manager.session_protection = None
    manager.user_loader(load)
