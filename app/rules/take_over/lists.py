"""Cells that hold several things: goals, conditions, reviews that were held, cards; each taken apart by itself."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from app.errors import Fault
from app.rules import answers as law
from app.rules import escalation
from app.rules.case import Case
from app.rules.schedule import DEFAULT, Settings
from app.rules.take_over import words
from app.rules.typed import Unreadable, parse_date

LONGEST_GOAL = 200
_MONTH = re.compile(r"(?:maand|month|m)?\s*(\d{1,2})\s*[:=]\s*(.*)", re.IGNORECASE | re.DOTALL)
_RECOVERY = re.compile(r"[,(]?\s*(?:met\s+)?(?:hersteltermijn|herstel|recovery)\s*(?:tot|until)?\s*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Held:
    """A review that was held, or that the file says was not."""

    month: int
    on: date | None
    outcome: str


@dataclass(frozen=True, slots=True)
class Card:
    """A card that was given. `typed` is how the file says it, which is all the evidence there is."""

    kind: str
    on: date
    ground: str
    recover_by: date | None
    typed: str


def goals(cell: str) -> tuple[dict[str, str], list[Fault]]:
    """Housing domain -> words, of "wonen: de woning schoon houden; financiën: de huur op tijd"."""
    found: dict[str, str] = {}
    for entry in words.split(cell):
        domain, rest = words.starting_with(entry, words.DOMAIN_WORDS)
        care, _ = words.starting_with(entry, words.CARE_WORDS)
        if not domain and care:
            said = words.CARE_WORDS[care][0]  # what the goal itself says is not ours to repeat
            return {}, [Fault("goals", "care_goal", {"typed": said})]
        if not domain:
            allowed = words.named(words.DOMAIN_WORDS)
            return {}, [Fault("goals", "goal_without_domain", {"typed": entry[:60], "allowed": allowed})]
        said = rest or entry
        found[domain] = f"{found[domain]}. {said}" if domain in found else said
        if len(found[domain]) > LONGEST_GOAL:
            return {}, [Fault("goals", "too_long", {"max": LONGEST_GOAL})]
    return found, []


def conditions(cell: str) -> tuple[tuple[str, ...], list[Fault]]:
    """The codes of "huur op tijd; begeleiding; geen overlast"."""
    found: dict[str, None] = {}
    for entry in words.split(cell, ";,\n"):
        code = words.code_of(entry, words.CONDITION_WORDS)
        if not code:
            allowed = words.named(words.CONDITION_WORDS)
            return (), [Fault("conditions", "not_one_of", {"typed": entry[:60], "allowed": allowed})]
        found[code] = None
    return tuple(found), []


def reviews(
    cell: str, months: Sequence[int] | None, first: date | None, today: date
) -> tuple[tuple[Held, ...], list[Fault]]:
    """Those of "3: 2-6-2025 op koers; 6: niet gehouden". `months` are the reviews this lease has, where it is known."""
    found: dict[int, Held] = {}
    for entry in words.split(cell):
        try:
            one = _review(entry, today)
        except Unreadable as wrong:
            return (), [Fault("reviews", wrong.code, wrong.params)]
        if months is not None and one.month not in months:
            return (), [Fault("reviews", "no_review_in_month", {"number": one.month, "months": list(months)})]
        if one.month in found:
            return (), [Fault("reviews", "review_twice", {"number": one.month})]
        if one.on is not None:
            case = Case(opened_on=today, first_day=first)
            if early := law.check("hold_review_meeting", {"held_on": one.on.isoformat()}, case, today):
                return (), [Fault("reviews", early[0].code, early[0].params)]
        found[one.month] = one
    return tuple(found.values()), []


def cards(
    cell: str,
    agreed: Collection[str],
    first: date | None,
    last: date | None,
    today: date,
    settings: Settings = DEFAULT,
) -> tuple[tuple[Card, ...], list[Fault]]:
    """Those of "gele kaart 3-2-2026: huur op tijd, herstel tot 3-4-2026"; a step without a ground is refused."""
    found: list[Card] = []
    for entry in words.split(cell):
        try:
            one = _card(entry, today)
        except Unreadable as wrong:
            return (), [Fault("cards", wrong.code, wrong.params)]
        if first is not None and one.on < first:
            return (), [Fault("cards", "before_the_lease", {"first_day": first})]
        if agreed and one.ground not in (*agreed, *escalation.SERIOUS):
            return (), [Fault("cards", "ground_not_agreed")]
        late = escalation.recovery(one.recover_by, one.on, last, settings) if first and last else []
        if late:
            return (), [Fault("cards", late[0].code, late[0].params)]
        found.append(one)
    return tuple(found), []


def _review(entry: str, today: date) -> Held:
    said = _MONTH.fullmatch(entry)
    outcome, rest = words.ending_with(said[2], words.OUTCOMES) if said else ("", "")
    if said is None or not outcome:
        raise Unreadable("review_unreadable", typed=entry[:60])
    if outcome == "not_held":
        return Held(int(said[1]), None, outcome)
    return Held(int(said[1]), _past(rest, today), outcome)


def _card(entry: str, today: date) -> Card:
    kind, rest = words.starting_with(entry, words.CARDS)
    if not kind:
        raise Unreadable("card_unreadable", typed=entry[:60])
    rest, _, until = _cut_recovery(rest)
    when, _, about = rest.partition(":") if ":" in rest else rest.partition("(")
    ground = words.code_of(about.strip(words.AROUND), GROUND_WORDS) if about.strip(words.AROUND) else ""
    on = _past(when, today)
    if not about.strip(words.AROUND):
        raise Unreadable("card_needs_ground")
    if not ground:
        allowed = words.named(GROUND_WORDS)
        raise Unreadable("not_one_of", typed=about.strip(words.AROUND)[:60], allowed=allowed)
    if kind == "yellow_card" and not until:
        raise Unreadable("recovery_needs_term")
    return Card(kind, on, ground, parse_date(until) if until else None, entry[:400])


def _cut_recovery(text: str) -> tuple[str, str, str]:
    """(what stands before it, the words, the day) of a recovery term."""
    found = _RECOVERY.search(text)
    if found is None:
        return text, "", ""
    return text[: found.start()], found[0], text[found.end() :].strip(words.AROUND)


def _past(text: str, today: date) -> date:
    """A day that has been. Raises Unreadable: every day is written whole, since the year can't be guessed here."""
    said = re.sub(r"^(op|on)\s+", "", text.strip(words.AROUND), flags=re.IGNORECASE)
    day = parse_date(said)
    if day > today:
        raise Unreadable("in_the_future", date=day, today=today)
    return day


GROUND_WORDS: Mapping[str, tuple[str, ...]] = {**words.CONDITION_WORDS, **words.SERIOUS_WORDS}
