"""One row of a take-over: what its cells say, and every fault in them; never who or what is there already.

What the forms ask about the same things is judged here by the same rules, so it is refused in the same sentences.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules import answers as law
from app.rules import forms, notice
from app.rules.case import Case
from app.rules.schedule import DEFAULT, Settings, review_days, term_ended
from app.rules.take_over import lists, words
from app.rules.take_over.columns import BY_CODE
from app.rules.take_over.lists import Card, Held

EMAIL = {"type": "string", "maxLength": 200, "pattern": r"^[^@\s]+@[^@\s]+\.[^@\s]+$"}
DAY = {"type": "string", "format": "date"}
PAST = {**DAY, "x-past": True}
SUM = {"type": "number", "minimum": 0, "maximum": 100_000, "x-widget": "money"}


def _line(most: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": most}


def _one_of(choices: words.Words) -> dict[str, Any]:
    return {"type": "string", "enum": list(choices)}


CHOICES: Mapping[str, words.Words] = {
    "language": words.LANGUAGES,
    "home_kind": words.HOME_KINDS,
    "legal_ground": words.GROUNDS,
    "nominated_by": words.NOMINATORS,
    "administration": words.ADMINISTRATIONS,
}
LISTS = ("co_tenants", "goals", "conditions", "reviews", "cards")
FORM: dict[str, Any] = {
    "type": "object",
    "properties": {
        "reference": _line(60), "full_name": _line(120), "salutation": _line(60), "birth_date": PAST,
        "phone": _line(30), "email": EMAIL, "street": _line(120), "postcode": _line(10), "city": _line(80),
        "signed_on": PAST, "first_day": DAY, "last_day": DAY, "keys_on": PAST, "rent": SUM, "service_costs": SUM,
        "evidence": _line(400), "evidence_on": PAST, "consent_on": PAST, "consent_asked_by": _line(120),
        "housing_officer": EMAIL, "support_worker": EMAIL, "municipal_officer": EMAIL, "urgency_officer": EMAIL,
        "guidance_from": DAY, "agreed_on": PAST, "administrator": _line(120),
        **{name: {**_line(1000), "x-widget": "textarea"} for name in LISTS},  # each on a line of its own, perhaps
        **{name: _one_of(choices) for name, choices in CHOICES.items()},
    },
    "required": [code for code, column in BY_CODE.items() if column.needed],
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Row:
    """A row that was understood. `answers` are those of the single cells, days as ISO text; the rest is taken apart."""

    answers: Mapping[str, Any]
    goals: Mapping[str, str] = field(default_factory=dict)  # housing domain -> words
    conditions: tuple[str, ...] = ()
    held: tuple[Held, ...] = ()
    cards: tuple[Card, ...] = ()
    co_tenants: tuple[str, ...] = ()

    def day(self, name: str) -> date | None:
        return law.day(self.answers, name)

    def words(self, name: str) -> str:
        return str(self.answers.get(name) or "")


def read(cells: Mapping[str, str], today: date, settings: Settings = DEFAULT) -> tuple[Row, list[Fault]]:
    """What the cells say, by the code of their column, and one fault for each column that has any.

    Codes are those of `rules.forms` and `rules.answers`, and: not_one_of (typed, allowed) · lease_is_over (last_day) ·
    care_goal (domain) · goal_without_domain (typed, allowed) · review_unreadable (typed) · no_review_in_month (month,
    months) · review_twice (month) · card_unreadable (typed) · administration_without_name.
    """
    sheet = forms.read(FORM, _in_codes(cells), {}, today)
    found = {fault.field: _said(fault, cells) for fault in sheet.faults}
    answers = sheet.answers
    whole, listed = _lists(answers, today, settings)
    for fault in [*listed, *_law(answers, whole, today), *_term(answers, today)]:
        found.setdefault(fault.field, fault)
    return whole, [found[code] for code in BY_CODE if code in found]


def _in_codes(cells: Mapping[str, str]) -> dict[str, str]:
    """With codes where people write words; what is no word of ours is left, to be refused."""
    told = dict(cells)
    for name, choices in CHOICES.items():
        if told.get(name):
            told[name] = words.code_of(told[name], choices) or told[name]
    return told


def _said(fault: Fault, cells: Mapping[str, str]) -> Fault:
    """In a file nobody sees a list to choose from, so the fault names what may be said."""
    if fault.code != "not_a_choice":
        return fault
    allowed = words.named(CHOICES[fault.field])
    return Fault(fault.field, "not_one_of", {"typed": cells[fault.field][:60], "allowed": allowed})


def _lists(answers: Mapping[str, Any], today: date, settings: Settings) -> tuple[Row, list[Fault]]:
    first, last = law.day(answers, "first_day"), law.day(answers, "last_day")
    usable = first is not None and last is not None and first <= last
    months = [month for month, _ in review_days(first, last, settings)] if usable and first and last else None
    goals, faults = lists.goals(answers.get("goals", ""))
    conditions, more = lists.conditions(answers.get("conditions", ""))
    held, unheld = lists.reviews(answers.get("reviews", ""), months, first, today)
    cards, unreadable = lists.cards(answers.get("cards", ""), conditions, first, last, today, settings)
    others = tuple(words.split(answers.get("co_tenants", "")))
    return Row(answers, goals, conditions, held, cards, others), [*faults, *more, *unheld, *unreadable]


def _law(answers: Mapping[str, Any], row: Row, today: date) -> list[Fault]:
    """What the steps of the intake would refuse, each asked with its part of the row."""
    case = Case(
        opened_on=today,
        legal_ground=row.words("legal_ground"),
        signed_on=row.day("signed_on"),
        first_day=row.day("first_day"),
        last_day=row.day("last_day"),
    )
    found = law.check("prepare_lease", answers, case, today)
    if case.legal_ground and case.signed_on:
        found += law.check("sign_lease", answers, case, today)
    if row.day("keys_on"):
        asked = law.check("hand_over_keys", {"handed_over_on": answers["keys_on"]}, case, today)
        found += [Fault("keys_on", fault.code, fault.params) for fault in asked]
    return found


def _term(answers: Mapping[str, Any], today: date) -> list[Fault]:
    """Only what still runs is taken over."""
    last = law.day(answers, "last_day")
    if last is not None and term_ended(last) <= today:
        return [Fault("last_day", "lease_is_over", {"last_day": last})]
    return []


def remarks(row: Row, today: date) -> Sequence[Fault]:
    """What is no fault but must be known before this row is taken over: window_has_closed (closed_on)."""
    last = row.day("last_day")
    if last is None:
        return []
    closes = notice.window(last).safe_last
    return [Fault("last_day", "window_has_closed", {"closed_on": closes})] if today > closes else []
