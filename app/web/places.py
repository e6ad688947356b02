"""The places of the menu and the ways back to a page; never an address outside this site."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from urllib.parse import urlsplit

from flask import current_app, request, url_for
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from app.rules.permissions import PART_OF_ROLE

LANE_ROLES = frozenset(PART_OF_ROLE)
MANAGER = frozenset({"application_manager"})


@dataclass(frozen=True, slots=True)
class Place:
    """One entry of the menu: its page, who has it, and whether everybody has it in the demo."""

    code: str
    endpoint: str
    label: LazyString
    roles: frozenset[str]
    demo: bool = False


PLACES = (
    Place("work", "work.page", _l("My work"), LANE_ROLES),
    Place("trajectories", "trajectories.page", _l("Trajectories"), LANE_ROLES),
    Place("management", "management.page", _l("Management"), MANAGER),
    Place("mail", "mail.page", _l("Mail"), MANAGER, demo=True),
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as the menu shows it to one person."""

    label: LazyString
    address: str
    here: bool
    count: int | None = None


def entries(role: str, *, here: str, count_work: Callable[[], int | None], demo: bool) -> list[Entry]:
    """The places this role has, in order. `here` is the code of the place the page belongs to ("" for none)."""
    return [
        Entry(place.label, url_for(place.endpoint), place.code == here, count_work() if place.code == "work" else None)
        for place in PLACES
        if (role in place.roles or (place.demo and demo)) and place.endpoint in current_app.view_functions
    ]


def here_now() -> str:
    """The place the current page belongs to, by its blueprint; a page may say otherwise with `{% set here = … %}`."""
    blueprint = request.blueprint
    return next((place.code for place in PLACES if blueprint and place.endpoint.split(".")[0] == blueprint), "")


def local_path(address: str | None, default: str = "/") -> str:
    """The path (with its question) of an address on this site, or `default` when it points elsewhere."""
    if not address:
        return default
    try:
        parts = urlsplit(address.replace("\\", "/"))
    except ValueError:  # brackets that don't close
        return default
    if parts.netloc and parts.netloc != request.host:
        return default
    if parts.scheme not in ("", "http", "https") or not parts.path.startswith("/") or parts.path.startswith("//"):
        return default
    return parts.path + (f"?{parts.query}" if parts.query else "")
