"""What a password must be: long, and not one that is guessed first. Nothing is said of capitals, digits or signs.

OWASP ASVS 5.0: 6.2.1 (15 characters are recommended), 6.2.4 and 6.2.12 (common and leaked ones), 6.2.5 (no rules on
composition), 6.2.8 (just as it was typed), 6.2.9 (at least 64 may be used), 6.2.10 (no end date), 6.2.11 (own words).
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from zxcvbn import zxcvbn

SHORTEST = 15
LONGEST = 200  # what is longer is no longer typed by anybody, and only costs time
WEAKEST = 10.0  # ten thousand million guesses, as the power of ten: the highest of zxcvbn's own five classes
LOOKED_AT = 72  # characters; looking further takes long, and a password that is good so far stays so

# What somebody tries first who knows what this program is and who works with it.
OWN_WORDS = (
    "voorwaarts", "voorwaarde", "voorwaarden", "huren", "huur", "huurder", "verhuurder", "huurcontract", "woning",
    "woningcorporatie", "corporatie", "woonstichting", "woonconsulent", "teamleider", "beheerder", "begeleider", "zorg",
    "zorgaanbieder", "zorgcontract", "gemeente", "urgentie", "urgentiebureau", "traject", "trajecten", "dossier",
    "tenancy", "tenant", "landlord", "housing", "lease", "trajectory", "association", "municipality", "manager",
    "wachtwoord", "wachtwoorden", "welkom", "geheim", "toegang", "inloggen", "ingelogd", "nederland", "amsterdam",
    "lente", "zomer", "herfst", "winter", "januari", "februari", "maart", "april", "mei", "juni", "juli", "augustus",
    "september", "oktober", "november", "december", "demo", "test",
)  # fmt: skip


def objection(password: str, about: Iterable[str] = ()) -> str | None:
    """Why this can't be a password, as a code; None when it can. `about`: name, address, house of whose it will be."""
    if len(password) < SHORTEST:
        return "password_too_short"
    if len(password) > LONGEST:
        return "password_too_long"
    own = [word for text in about for word in re.split(r"[\W_]+", text.lower()) if len(word) > 2]
    looked = zxcvbn(password[:LOOKED_AT], user_inputs=[*OWN_WORDS, *own])
    return "password_too_common" if looked["guesses_log10"] < WEAKEST else None
