"""A spreadsheet as an association might have it: invented tenants at every point of the two years, and six slips in it.

For trying the taking over, and for testing it. The contacts are those of the demonstration unless others are named.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from app import sheets
from app.rules.dates import add_months
from app.rules.take_over.columns import COLUMNS
from app.rules.term import latest_end

CODES = [column.code for column in COLUMNS]
FIRST_LINE = 2  # below the headings
NAMES = (
    "Vera Voorbeeld", "Bram Bedacht", "Fenna Fictief", "Driss Denkbeeld", "Noor Nergens", "Ilse Ingebeeld",
    "Sem Schijn", "Yara Verzonnen", "Joost Jokkebrok", "Aïcha Alsof", "Zoë Zogenaamd", "Pim Proef",
)  # fmt: skip
CONTACTS: Mapping[str, str] = {
    "housing_officer": "jeroen.bakker@deheuvel.demo.invalid",
    "support_worker": "ana.dordevic@debrug.demo.invalid",
    "municipal_officer": "mehmet.yilmaz@meerwijk.demo.invalid",
    "urgency_officer": "sanne.dewit@urgentie.demo.invalid",
}

GOALS = (
    "wonen: de woning schoon en heel houden; financiën: de huur op tijd betalen",
    "wonen: groeten en aanspreekbaar zijn voor de buren; dagstructuur: drie ochtenden per week vrijwilligerswerk",
    "financiën: zelf de post openen en de huur betalen, zonder herinnering",
)
AGREED = (
    "huur op tijd; begeleiding; geen overlast",
    "huur op tijd; begeleiding; bewind; woont er zelf",
    "huur op tijd; geen overlast; woning schoon; betalingsregeling",
)
EVIDENCE = (
    "Vonnis waarmee de vorige huur eindigde",
    "Verklaring van de opvang",
    "Brief van de vorige verhuurder over de beëindiging",
)

Said = dict[str, Any]


def line(number: int, first: date, **said: Any) -> Said:
    """A line without faults for a lease with this first day; `said` has other cells, by the code of the column."""
    months = int(said.pop("months", 24))
    last = latest_end(first) if months == 24 else add_months(first, months) - timedelta(days=1)
    signed = first - timedelta(days=7)
    usual: Said = {
        "reference": f"HOV-{number:04d}",
        "full_name": f"{NAMES[number % len(NAMES)]}-{number}",
        "birth_date": date(1970 + number % 30, 1 + number % 12, 1 + number % 28),
        "street": f"Verzinlaan {number}",
        "postcode": f"0000 {chr(65 + number // 26 % 26)}{chr(65 + number % 26)}",
        "city": "Meerwijk",
        "signed_on": signed,
        "first_day": first,
        "last_day": last,
        "rent": 612.5,
        "service_costs": "38,75",
        "legal_ground": "d" if signed >= date(2024, 7, 1) else "oud",
        "evidence": "Vonnis waarmee de vorige huur eindigde",
        "evidence_on": signed - timedelta(days=60),
        "consent_on": signed - timedelta(days=50),
        **CONTACTS,
        "guidance_from": first,
        "goals": "wonen: de woning schoon houden; financiën: de huur op tijd betalen",
        "conditions": "huur op tijd; begeleiding; geen overlast",
    }
    return {**usual, **said}


def forty(today: date, contacts: Mapping[str, str] = CONTACTS) -> list[Said]:
    """Leases that began from last week up to almost two years ago; lines 7, 12, 18, 23, 31 and 38 have a fault each."""
    lines = []
    for number in range(1, 41):
        first = add_months(today, -(number % 22)) - timedelta(days=3 + number)
        lines.append(line(number, first, **contacts, **_more(number, first, today)))
    for at, fault in faults(lines).items():
        lines[at - FIRST_LINE].update(fault)
    return lines


def _more(number: int, first: date, today: date) -> Said:
    """What one line has and another has not."""
    said: Said = {
        "reviews": _held(first, today),
        "rent": 540 + number * 7.25 % 160,
        "salutation": ("mevrouw ", "meneer ")[number % 2] + NAMES[number % len(NAMES)].split()[1],
        "goals": GOALS[number % len(GOALS)],
        "conditions": AGREED[number % len(AGREED)],
        "evidence": EVIDENCE[number % len(EVIDENCE)],
        "home_kind": ("appartement", "studio", "", "eengezinswoning")[number % 4],
    }
    if number % 9 == 5:
        said |= {"administration": "bewind", "administrator": "Bewindkantoor Bedacht"}
    if number % 11 == 6:
        said["co_tenants"] = f"Medebewoner Bedacht-{number}"
    given = add_months(first, 4)
    if number in (8, 20) and given < today:
        said["cards"] = f"gele kaart op {typed(given)}: huur op tijd, herstel tot {typed(add_months(given, 2))}"
    return said


def faults(lines: Sequence[Said]) -> dict[int, Said]:
    """Line -> the cell that is wrong in it."""
    first = lines[12 - FIRST_LINE]["first_day"]
    return {
        7: {"signed_on": "31-6-2025"},
        12: {"last_day": latest_end(first) + timedelta(days=1)},
        18: {"housing_officer": "niemand@meerwijk.demo.invalid"},
        23: {"legal_ground": "urgentie"},
        31: {"goals": "geestelijke gezondheid: rust in het hoofd"},
        38: {"reference": lines[0]["reference"]},
    }


def as_xlsx(lines: Sequence[Mapping[str, Any]], codes: Sequence[str] = CODES) -> bytes:
    """With real dates and numbers."""
    return sheets.as_xlsx(
        [("Trajecten", [_headings(codes), *([said.get(code, "") for code in codes] for said in lines)])]
    )


def as_csv(lines: Sequence[Mapping[str, Any]], codes: Sequence[str] = CODES) -> bytes:
    """With semicolons and days in the Dutch order."""
    return sheets.as_csv([_headings(codes), *([typed(said.get(code, "")) for code in codes] for said in lines)])


def _headings(codes: Sequence[str]) -> list[str]:
    return [next(column.heading for column in COLUMNS if column.code == code) for code in codes]


def typed(value: Any) -> str:
    """As most people type it."""
    return f"{value.day}-{value.month}-{value.year}" if isinstance(value, date) else str(value)


def _held(first: date, today: date) -> str:
    """Every review but the newest, as people write them down."""
    outcomes = ("op koers", "aandacht", "op koers", "niet op koers", "op koers")
    days = [(month, add_months(first, month)) for month in (3, 6, 9, 12, 15)]
    over = [(month, day) for month, day in days if day < today - timedelta(days=30)]
    return "; ".join(f"{month}: {typed(day)} {outcomes[n % 5]}" for n, (month, day) in enumerate(over))
