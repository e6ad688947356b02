"""What people type, turned into values: days, amounts, numbers, text; never guesses where two readings are possible."""

from __future__ import annotations

import re
import unicodedata
from calendar import monthrange
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules.dates import add_days

EARLIEST_YEAR, LATEST_YEAR = 1900, 2199
LONGEST_TYPED = 60

_MONTHS = {
    1: ("januari", "january"),
    2: ("februari", "february"),
    3: ("maart", "mrt", "march"),
    4: ("april",),
    5: ("mei", "may"),
    6: ("juni", "june"),
    7: ("juli", "july"),
    8: ("augustus", "august"),
    9: ("september",),
    10: ("oktober", "october"),
    11: ("november",),
    12: ("december",),
}
_NEAR = {"vandaag": 0, "today": 0, "gisteren": -1, "yesterday": -1, "morgen": 1, "tomorrow": 1}
# Said beside a date without changing it: "dinsdag 2 juni", "the 2nd of June".
_SILENT = re.compile(
    r"ma(andag)?|di(nsdag)?|wo(ensdag)?|do(nderdag)?|vr(ijdag)?|za(terdag)?|zo(ndag)?|op|de|den"
    r"|mon(day)?|tue(s|sday)?|wed(nesday)?|thu(rs|rsday)?|fri(day)?|sat(urday)?|sun(day)?|on|the|of"
)
_BETWEEN = re.compile(r"[\s,./\-–'’]+")
_DAY = re.compile(r"(\d{1,2})(?:e|de|ste|st|nd|rd|th)?", re.ASCII)
_DIGITS = re.compile(r"\d+", re.ASCII)

_GROUPED = r"[1-9]\d{0,2}(?P<mark>[.,\s])\d{3}(?:(?P=mark)\d{3})*"
_WHOLE = re.compile(rf"(?P<sign>[+-]?)(?P<whole>\d+|{_GROUPED})", re.ASCII)
_AMOUNT = re.compile(
    rf"(?P<sign>[+-]?)\s*(?P<whole>\d+|{_GROUPED})(?:(?P<point>[.,])(?P<cents>\d{{1,2}}|-{{1,2}}|=))?", re.ASCII
)
_CURRENCY = re.compile(r"€|\beuro?\b", re.IGNORECASE)
_MOST_DIGITS = 12

# What no letter or database can hold, and what turns round the text after it: a name must not rewrite a contract.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b-\x1f\x7f\u202a-\u202e\u2066-\u2069\ud800-\udfff\ufffe\uffff]")

_PHONE = re.compile(r"(?<!\d)(?:(?:\+|00)31[ .-]?(?:\(0\)[ .-]?)?|0[ .-]?)[1-9](?:[ .-]?\d){6}\d\d(?!\d)")
_NINE_DIGITS = re.compile(r"\d(?:[ .\xa0-]?\d){8}")
_CODE = re.compile(r"\b(?=\w*[A-Za-z])(?=\w*\d)\w+\b")
_RUN = re.compile(r"\d+(?:[ .\xa0-]\d+)*")


class Unreadable(ValueError):
    """What was typed can't be read: `code` and `params` as in a Fault."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code, params)
        self.code = code
        self.params = params


def parse_date(raw: str, today: date | None = None) -> date:
    """The day that `raw` says, read the Dutch way: day before month.

    Takes 2-6-2026, 2/6/26, 2.6, 02062026, 20260602, 2026-06-02, "2 juni", "dinsdag 2 jun. 2026", "June 2nd, 2026",
    "vandaag". Without a year it is the nearest such day to `today`; two digits are the nearest such year. Without
    `today` a year is needed. Raises Unreadable: `impossible_date` (raw, month 1-12, days in that month) for a day that
    the month does not have, `not_a_date` (raw) for everything else, also for years outside 1900-2199.
    """
    raw = raw.strip()
    said = raw.casefold() if len(raw) <= LONGEST_TYPED else ""
    if today is not None and said in _NEAR:
        return add_days(today, _NEAR[said])
    parts = _spoken(said)
    if parts is None or (parts[2] is None and today is None):
        raise Unreadable("not_a_date", raw=raw[:LONGEST_TYPED])
    day, month, year = parts
    return _on_calendar(day, month, _years(year, today), today, raw)


def parse_amount(raw: str) -> float:
    """Euros: "1.234,56", "1234.56", "€ 850", "850,-". Three digits behind a point or comma are thousands.

    Raises Unreadable `not_a_number` (raw).
    """
    found = _AMOUNT.fullmatch(_CURRENCY.sub("", raw).strip())
    if found is None or (found["point"] and found["point"] == found["mark"]):
        raise Unreadable("not_a_number", raw=raw.strip()[:LONGEST_TYPED])
    cents = found["cents"] or "0"
    return float(f"{found['sign']}{_whole(found, raw)}.{cents if cents.isdigit() else '0'}")


def parse_whole(raw: str) -> int:
    """A whole number: "3", "1.000". Raises Unreadable `not_a_number` (raw)."""
    found = _WHOLE.fullmatch(raw.strip())
    if found is None:
        raise Unreadable("not_a_number", raw=raw.strip()[:LONGEST_TYPED])
    return int(found["sign"] + _whole(found, raw))


def parse_text(raw: str, lines: bool = False) -> str:
    """`raw` without the blanks around it and without signs that a letter or database can't hold.

    One line, unless `lines`: then line ends are kept, each as one "\\n".
    """
    text = unicodedata.normalize("NFC", raw.replace("\r\n", "\n").replace("\r", "\n"))
    text = _UNPRINTABLE.sub("", text)
    if all(unicodedata.category(sign)[0] in "ZC" for sign in text):
        return ""
    return text.strip() if lines else " ".join(text.split())


def looks_like_bsn(text: str) -> bool:
    """Whether a number in `text` may be a citizen number (domain 4): nine digits, written together or in groups with
    one kind of sign between them, that pass the 11-test. Dutch phone numbers are passed over."""
    if not _NINE_DIGITS.search(text):
        return False
    return any(_passes_eleven_test(digits) for run in _RUN.findall(_PHONE.sub("#", text)) for digits in _nines(run))


def fault_in(field: str, text: str, most: int) -> Fault | None:
    """What is wrong with a reason or other words that stand in no form: missing · too_long (max) · looks_like_bsn."""
    if not text.strip():
        return Fault(field, "missing")
    if len(text.strip()) > most:
        return Fault(field, "too_long", {"max": most})
    return Fault(field, "looks_like_bsn") if looks_like_bsn(text) else None


def without_codes(text: str) -> str:
    """`text` without words that mix letters and digits, such as RR123456782NL."""
    return _CODE.sub("#", text)


def _spoken(said: str) -> tuple[int, int, int | str | None] | None:
    """(day, month, year) as said: a year of four digits as a number, of two as text, None when it is left out."""
    if _DIGITS.fullmatch(said):
        return _eight_digits(said)
    words = [word for word in _BETWEEN.split(said) if word and not _SILENT.fullmatch(word)]
    if not 2 <= len(words) <= 3:
        return None
    if len(words) == 3 and len(words[0]) == 4 and words[0].isdigit():
        words.reverse()
    if words[0].isalpha():
        words[:2] = words[1::-1]
    day = _DAY.fullmatch(words[0])
    month = _month(words[1])
    year = _year(words[2]) if len(words) == 3 else None
    if day is None or month is None or (len(words) == 3 and year is None):
        return None
    return int(day[1]), month, year


def _eight_digits(said: str) -> tuple[int, int, int] | None:
    """20260602 or 02062026. The two never collide: no month has the number of a century."""
    if len(said) != 8:
        return None
    for day, month, year in ((said[6:], said[4:6], said[:4]), (said[:2], said[2:4], said[4:])):
        if EARLIEST_YEAR <= int(year) <= LATEST_YEAR and 1 <= int(month) <= 12:
            return int(day), int(month), int(year)
    return None


def _month(word: str) -> int | None:
    if _DIGITS.fullmatch(word):
        return int(word) if len(word) <= 2 and 1 <= int(word) <= 12 else None
    if len(word) < 3:
        return None
    return next((number for number, names in _MONTHS.items() if any(name.startswith(word) for name in names)), None)


def _year(word: str) -> int | str | None:
    if not _DIGITS.fullmatch(word):
        return None
    if len(word) == 2:
        return word
    return int(word) if len(word) == 4 and EARLIEST_YEAR <= int(word) <= LATEST_YEAR else None


def _years(year: int | str | None, today: date | None) -> list[int]:
    """The years that may be meant, the likeliest first."""
    if isinstance(year, int):
        return [year]
    if today is None:
        return [2000 + int(year or 0)]
    if year is None:
        return [today.year, today.year - 1, today.year + 1]
    return [min((century + int(year) for century in (1900, 2000, 2100)), key=lambda one: abs(one - today.year))]


def _on_calendar(day: int, month: int, years: list[int], today: date | None, raw: str) -> date:
    there = [date(year, month, day) for year in years if 1 <= day <= monthrange(year, month)[1]]
    if not there:
        raise Unreadable("impossible_date", raw=raw, month=month, days=monthrange(years[0], month)[1])
    return there[0] if today is None else min(there, key=lambda one: abs((one - today).days))


def _whole(found: re.Match[str], raw: str) -> str:
    digits = "".join(sign for sign in found["whole"] if sign.isdigit())
    if len(digits) > _MOST_DIGITS:
        raise Unreadable("not_a_number", raw=raw.strip()[:LONGEST_TYPED])
    return digits


def _nines(run: str) -> list[str]:
    """Every nine digits in `run` that stand together, or in neighbouring groups with the same sign between them."""
    pieces = re.split(r"(\D)", run)
    groups, signs = pieces[::2], pieces[1::2]
    found = []
    for start in range(len(groups)):
        for end in range(start + 1, min(start + 9, len(groups)) + 1):
            together = groups[start:end]
            alike = len(set(signs[start : end - 1])) <= 1 and len({len(group) == 1 for group in together}) == 1
            if alike and sum(map(len, together)) == 9:
                found.append("".join(together))
    return found


def _passes_eleven_test(digits: str) -> bool:
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    return int(digits) > 0 and sum(int(digit) * weight for digit, weight in zip(digits, weights, strict=True)) % 11 == 0
