"""The second step of signing in: a code from an app (TOTP, RFC 6238), or a recovery code kept on paper.

OWASP ASVS 5.0: 6.5.1 (a code works once), 6.5.2 (what a recovery code must be to be kept as a plain hash), 6.5.3 (made
at random), 6.5.5 (thirty seconds), 6.5.8 (by the clock of the server).
"""

from __future__ import annotations

import hmac
import re
import secrets
from base64 import b32encode
from datetime import datetime

from pyotp import TOTP

SECONDS = 30  # one step of the clock
BACK = 1  # steps that a code may be old: for typing and the network, RFC 6238 5.2 advises one
RECOVERY_CODES = 10
RECOVERY_BYTES = 15  # 120 bits; from 112 on a plain hash will do


def secret_of(seed: bytes) -> str:
    """As apps want it typed: 160 bits (RFC 4226 4) in letters and figures."""
    return b32encode(seed[:20]).decode()


def address_of(secret: str, email: str) -> str:
    """What stands in the picture for the app."""
    return TOTP(secret).provisioning_uri(name=email, issuer_name="Voorwaarts")


def step_of(secret: str, typed: str, now: datetime, last: int) -> int | None:
    """The step of the clock that this code belongs to; None for a wrong code, an old one, and one that was used."""
    at, code = int(now.timestamp()) // SECONDS, re.sub(r"\s", "", typed)
    for step in range(at, at - BACK - 1, -1):
        right = hmac.compare_digest(TOTP(secret).generate_otp(step).encode(), code.encode())
        if right and step > last:
            return step
    return None


def new_recovery_codes() -> list[str]:
    return [written(b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode()) for _ in range(RECOVERY_CODES)]


def written(code: str) -> str:
    """A recovery code as it is read: in fours."""
    return "-".join(re.findall("....", code.lower()))


def plain(typed: str) -> str:
    """A recovery code as it was typed, without what people put between: capitals, spaces, dashes."""
    return re.sub(r"[\s-]", "", typed).lower()
