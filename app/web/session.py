"""Signing in and out with Flask-Login: a sign-in counts as long as the user's epoch is the one it was made with."""

from __future__ import annotations

from functools import lru_cache
from uuid import UUID

from flask import Flask
from flask.sessions import SecureCookieSessionInterface
from flask_login import LoginManager, UserMixin
from itsdangerous import URLSafeTimedSerializer

from app.records.database import reading
from app.records.viewers import find_viewer
from app.rules.permissions import Viewer


class SignedIn(UserMixin):  # type: ignore[misc]
    """A user as Flask-Login knows it; its id carries the epoch, so a changed password or role ends it at once."""

    def __init__(self, viewer: Viewer, epoch: int) -> None:
        self.viewer = viewer
        self.epoch = epoch

    def get_id(self) -> str:
        return f"{self.viewer.id.hex}.{self.epoch}"


def load(session_id: str) -> SignedIn | None:
    user_id, _, epoch = session_id.partition(".")
    try:
        found = find_viewer(reading(), UUID(user_id))
    except ValueError:
        return None
    return SignedIn(*found) if found is not None and str(found[1]) == epoch else None


class Cookies(SecureCookieSessionInterface):
    """Flask's own sessions in signed cookies; Flask makes the signer anew twice in every request, here once."""

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
