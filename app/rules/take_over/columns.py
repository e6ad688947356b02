"""The columns of a take-over: how they are headed, which must be there, and which no file may have."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from app.errors import Fault


@dataclass(frozen=True, slots=True)
class Column:
    """One column. `code` is the name of its field; `heading` is what the template says, `also` is understood too."""

    code: str
    heading: str
    also: tuple[str, ...] = ()
    needed: bool = False


COLUMNS: tuple[Column, ...] = (
    Column("reference", "Eigen kenmerk", ("kenmerk", "dossiernummer", "own reference")),
    Column("full_name", "Naam huurder", ("naam", "huurder", "tenant", "name"), needed=True),
    Column("salutation", "Aanhef", ("salutation",)),
    Column("birth_date", "Geboortedatum", ("date of birth", "birth date")),
    Column("language", "Taal", ("language",)),
    Column("phone", "Telefoon huurder", ("telefoon", "phone")),
    Column("email", "E-mail huurder", ("e-mail tenant", "tenant e-mail")),
    Column("co_tenants", "Medehuurders", ("medehuurder", "co-tenants", "co-tenant")),
    Column("street", "Straat en huisnummer", ("adres", "straat", "street", "address"), needed=True),
    Column("postcode", "Postcode", (), needed=True),
    Column("city", "Plaats", ("woonplaats", "town", "city"), needed=True),
    Column("home_kind", "Soort woning", ("kind of home",)),
    Column("signed_on", "Huurovereenkomst getekend op", ("getekend op", "getekend", "signed on"), needed=True),
    Column("first_day", "Eerste dag (S)", ("eerste dag", "ingangsdatum", "s", "first day"), needed=True),
    Column("last_day", "Laatste dag (E)", ("laatste dag", "einddatum", "e", "last day"), needed=True),
    Column("keys_on", "Sleutels op", ("sleuteloverdracht", "keys handed over on")),
    Column("rent", "Huur per maand", ("huur", "kale huur", "rent"), needed=True),
    Column("service_costs", "Servicekosten per maand", ("servicekosten", "service costs"), needed=True),
    Column("legal_ground", "Grondslag", ("wettelijke grondslag", "legal ground"), needed=True),
    Column("evidence", "Bewijs van de grondslag", ("bewijs", "evidence"), needed=True),
    Column("evidence_on", "Datum bewijs", ("bewijs van", "evidence of"), needed=True),
    Column("consent_on", "Toestemming op", ("toestemming", "consent on"), needed=True),
    Column("consent_asked_by", "Toestemming gevraagd door", ("consent asked by",)),
    Column("nominated_by", "Voorgedragen door", ("nominated by",)),
    Column("housing_officer", "E-mail woonconsulent", ("woonconsulent", "housing officer"), needed=True),
    Column("support_worker", "E-mail begeleider", ("begeleider", "support worker"), needed=True),
    Column("municipal_officer", "E-mail gemeente", ("gemeente", "municipal officer"), needed=True),
    Column("urgency_officer", "E-mail urgentiebureau", ("urgentiebureau", "urgency officer"), needed=True),
    Column("guidance_from", "Begeleiding vanaf", ("guidance from",), needed=True),
    Column("agreed_on", "Zorgcontract akkoord op", ("zorgcontract op", "care contract agreed on")),
    Column("administration", "Geldbeheer", ("bewind", "administration")),
    Column("administrator", "Naam bewindvoerder", ("bewindvoerder", "administrator")),
    Column("goals", "Doelen", ("woondoelen", "goals"), needed=True),
    Column("conditions", "Voorwaarden", ("conditions",), needed=True),
    Column("reviews", "Evaluaties gehouden", ("evaluaties", "reviews held", "reviews")),
    Column("cards", "Kaarten", ("gele en rode kaarten", "cards")),
)
BY_CODE = {column.code: column for column in COLUMNS}

# No landlord may process a citizen number, nor read what is decided about care (domain 4).
FORBIDDEN = {
    "bsn": "column_of_bsn",
    "burgerservicenummer": "column_of_bsn",
    "sofinummer": "column_of_bsn",
    "citizen service number": "column_of_bsn",
    "diagnose": "column_of_care",
    "diagnosis": "column_of_care",
    "behandeling": "column_of_care",
    "zorgdoelen": "column_of_care",
    "care goals": "column_of_care",
    "wmo": "column_of_care",
    "wmo besluit": "column_of_care",
    "wmo besluit tot": "column_of_care",
    "wmo beschikking tot": "column_of_care",
    "zorgbesluit tot": "column_of_care",
    "care decision until": "column_of_care",
}

_BETWEEN = re.compile(r"[\s_*:()\-]+")


def recognised(headings: Sequence[str]) -> tuple[dict[str, int], list[Fault]]:
    """Code of each column -> its place in the file, and what is wrong with the headings as a whole.

    Columns that are not ours are passed over, but for those no file may have. A fault's field is the heading.
    """
    places: dict[str, int] = {}
    faults: list[Fault] = []
    for place, heading in enumerate(headings):
        code = _KNOWN.get(_folded(heading))
        wrong = _forbidden(heading)
        if wrong:
            faults.append(Fault(heading, wrong))
        elif code in places:
            faults.append(Fault(heading, "column_twice"))
        elif code is not None:
            places[code] = place
    missing = [column.heading for column in COLUMNS if column.needed and column.code not in places]
    if missing:
        faults.append(Fault("", "columns_missing", {"columns": missing}))
    return places, faults


def unknown(headings: Sequence[str]) -> list[str]:
    """The headings that are nobody's: what stands below them is not taken over."""
    return [one for one in headings if one and _folded(one) not in _KNOWN and not _forbidden(one)]


def _forbidden(heading: str) -> str:
    folded = _folded(heading)
    words = folded.split()
    return FORBIDDEN.get(folded, "") or next((FORBIDDEN[word] for word in words if word in ("bsn", "wmo")), "")


def _folded(heading: str) -> str:
    return _BETWEEN.sub(" ", heading).strip().casefold()


_KNOWN = {_folded(name): column.code for column in COLUMNS for name in (column.heading, column.code, *column.also)}
