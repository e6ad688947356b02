"""What proves that a form came from our own page: where the browser says it stood, and a token; never who it is of.

Answers are compressed. A secret that is the same in every compressed answer can be guessed from the answers' lengths
(BREACH), so the token is mixed with fresh random bytes each time and unmixed before Flask-WTF looks at it.
"""

from __future__ import annotations

import hashlib
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from binascii import Error
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, current_app, g, request
from flask_wtf.csrf import CSRFError, CSRFProtect, generate_csrf
from itsdangerous import Signer

Signer.default_digest_method = staticmethod(hashlib.sha256)  # Flask-WTF asks for no other than the default, SHA-1


class MaskedCsrf(CSRFProtect):  # type: ignore[misc]
    """Flask-WTF's protection, which hands out and takes back masked tokens."""

    def init_app(self, app: Flask) -> None:
        # No clock on the token: a form that was open during a long visit must still be accepted.
        app.config.setdefault("WTF_CSRF_TIME_LIMIT", None)
        super().init_app(app)
        app.jinja_env.globals["csrf_token"] = token
        app.context_processor(lambda: {"csrf_token": token})

    def protect(self, *args: Any, **kwargs: Any) -> None:
        sends = request.endpoint and request.method in current_app.config["WTF_CSRF_METHODS"]
        if sends and comes_from_elsewhere():
            raise CSRFError("The form stood on another site.")
        super().protect(*args, **kwargs)

    def _get_csrf_token(self) -> str | None:
        # Not as Flask-WTF looks for it: that goes through all names, and what was sent may have a part without one.
        headers = (request.headers.get(name) for name in current_app.config["WTF_CSRF_HEADERS"])
        sent = request.form.get(current_app.config["WTF_CSRF_FIELD_NAME"]) or next(filter(None, headers), None)
        return unmask(sent) if sent else None


def comes_from_elsewhere() -> bool:
    """Whether the browser says that what is sent stood on a page of another site; an older one says nothing."""
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        return True
    origin = request.headers.get("Origin")
    if origin is None:
        return False
    try:
        parts = urlsplit(origin)
    except ValueError:
        return True
    # "null" comes from a page in a box; the scheme is looked at only where we know that people use TLS
    return parts.netloc != request.host or (bool(current_app.config.get("SECURE")) and parts.scheme != "https")


def token() -> str:
    """The token for the forms on this page: one mask per answer."""
    if "masked_csrf" not in g:
        g.masked_csrf = mask(generate_csrf())
    return str(g.masked_csrf)


def mask(plain: str) -> str:
    data = plain.encode()
    pad = secrets.token_bytes(len(data))
    return urlsafe_b64encode(pad + _mixed(data, pad)).decode()


def unmask(masked: str) -> str | None:
    """The plain token, or None when this was never one of ours."""
    try:
        data = urlsafe_b64decode(masked.encode())
        return _mixed(data[len(data) // 2 :], data[: len(data) // 2]).decode()
    except (Error, ValueError):
        return None


def _mixed(one: bytes, other: bytes) -> bytes:
    if len(one) != len(other):
        raise ValueError("a token and its mask are of one length")
    return (int.from_bytes(one) ^ int.from_bytes(other)).to_bytes(len(one))
