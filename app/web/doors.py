"""Who may come in: each view says it, and a view that says nothing stops the start; never what is to be seen inside."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import urlencode

from flask import Flask, abort, current_app, g, make_response, redirect, request
from flask.typing import ResponseReturnValue

from app.rules.permissions import ROLES, Viewer
from app.web.places import local_path

View = TypeVar("View", bound=Callable[..., Any])


class OpenDoor(RuntimeError):
    """Raised at the start: these views do not say who may enter."""


anyone = "anyone"
signed_in = "signed_in"


def enter(*who: str) -> Callable[[View], View]:
    """Says who may enter a view: `@enter(anyone)`, `@enter(signed_in)` or `@enter("housing_officer", "team_lead")`.

    It only marks the function, so it may stand above or below the route. Raises ValueError for a word that is no role.
    """
    wrong = [word for word in who if word not in (*ROLES, anyone, signed_in)]
    if wrong or not who:
        raise ValueError(f"a door names roles, anyone or signed_in, not {wrong or 'nothing'}")

    def mark(view: View) -> View:
        view.__dict__["door"] = frozenset(who)
        return view

    return mark


def refuse_open_doors(app: Flask) -> None:
    """Raises OpenDoor with the name of every view that does not say who may enter; the last thing at the start."""
    bare = sorted(name for name, view in app.view_functions.items() if not _door(view))
    if bare:
        raise OpenDoor(f"these views do not say who may enter: {', '.join(bare)}")


def guard() -> ResponseReturnValue | None:
    """Before every request: a visitor is sent to the sign-in page, a stranger finds nothing there."""
    view = current_app.view_functions.get(request.endpoint or "")
    door = _door(view) if view else frozenset({anyone})
    if anyone in door:
        return None
    viewer: Viewer | None = g.viewer
    if viewer is None:
        return _to_sign_in()
    if signed_in in door or viewer.role in door:
        return None
    abort(404)


def _door(view: Callable[..., Any]) -> frozenset[str]:
    return getattr(view, "door", frozenset())


def _to_sign_in() -> ResponseReturnValue:
    """A page may be asked for again after signing in; what was sent may not, so it is shown instead (401)."""
    if request.method not in ("GET", "HEAD"):
        abort(401)
    asked = request.full_path.rstrip("?")
    if request.headers.get("HX-Request"):
        current = request.headers.get("HX-Current-URL", "")
        response = make_response("", 200)
        response.headers["HX-Redirect"] = sign_in_address(local_path(current, default=asked))
        return response
    return redirect(sign_in_address(asked))


def sign_in_address(back_to: str = "/") -> str:
    """Where to sign in, and which page to come back to."""
    return f"{current_app.config['SIGN_IN_PATH']}?{urlencode({'next': back_to})}"
