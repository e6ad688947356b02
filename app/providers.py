"""The OpenID Connect providers of the organisations here: a file with secrets, read once at the start."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

NEEDED = ("organisation", "issuer", "client_id", "client_secret")
CHOICES = ("only", "vouches")
KNOWN = (*NEEDED, *CHOICES)


@dataclass(frozen=True, slots=True)
class Provider:
    """Where the people of one organisation sign in with the account they have there.

    `issuer` is written as the provider itself writes it. With `only` their passwords here count no longer. A provider
    that `vouches` gives people their addresses itself, so that it need not say of each that it was verified.
    """

    organisation: UUID
    issuer: str
    client_id: str
    client_secret: str = field(repr=False)
    only: bool = False
    vouches: bool = False

    @property
    def metadata(self) -> str:
        """The address of what the provider says of itself (OpenID Connect Discovery 1.0, 4)."""
        return f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"


def read(file: Path) -> tuple[list[Provider], list[str]]:
    """The providers in this file, and what is wrong with it, one sentence each; a secret is never repeated."""
    try:
        given = json.loads(file.read_text())
    except (OSError, ValueError) as error:
        return [], [f"'{file}' can't be read: {getattr(error, 'strerror', None) or 'it is not JSON'}."]
    if not isinstance(given, list):
        return [], [f"'{file}' must hold a list of providers."]
    faults = [fault for place, one in enumerate(given, 1) for fault in _faults(f"provider {place}", one)]
    found = [] if faults else [_provider(one) for one in given]
    twice = {one.organisation for one in found if [other.organisation for other in found].count(one.organisation) > 1}
    return found, faults + [f"organisation {one} has two providers, and may have one." for one in sorted(twice)]


def _provider(one: Mapping[str, Any]) -> Provider:
    chosen = {name: one.get(name, False) for name in CHOICES}
    return Provider(UUID(one["organisation"]), one["issuer"], one["client_id"], one["client_secret"], **chosen)


def _faults(place: str, one: Any) -> Iterator[str]:
    if not isinstance(one, dict):
        yield f"{place} is not an object with {', '.join(NEEDED)}."
        return
    if strange := sorted(set(one) - set(KNOWN)):
        yield f"{place} has {', '.join(strange)}, which is not known here."
    missing = [name for name in NEEDED if not isinstance(one.get(name), str) or not one[name].strip()]
    if missing:
        yield f"{place} lacks {', '.join(missing)}."
        return
    try:
        UUID(one["organisation"])
    except ValueError:
        yield f"{place}: organisation must be the id at the end of the address of its page under Management."
    if not _is_safe(one["issuer"]):
        yield f"{place}: issuer must start with https:// and have nothing behind a ? or #."
    for name in CHOICES:
        if not isinstance(one.get(name, False), bool):
            yield f"{place}: {name} must be true or false."


def _is_safe(issuer: str) -> bool:
    """TLS, unless the provider is on this machine (OpenID Connect Discovery 1.0, 2)."""
    try:
        parts = urlsplit(issuer)
        host = parts.hostname or ""
    except ValueError:
        return False
    return bool(host) and not (parts.query or parts.fragment or parts.username) and (
        parts.scheme == "https" or (parts.scheme == "http" and is_here(host))
    )  # fmt: skip


def is_here(host: str) -> bool:
    """Whether this is the machine itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
