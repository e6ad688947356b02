"""Reads a rehearsal: answers per task, what nobody does, what happens on a day (docs/rehearsals.md); plays nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from app.rehearsal.days import BadScript, is_day
from app.rehearsal.plain import content_of, text_of
from app.rules.beside import REPRESENTS
from app.rules.fields import Field, Schema, outline
from app.rules.permissions import NOMINATING_PARTS
from app.rules.spans import BY_NAME

Forms = Mapping[str, Schema]  # task -> its form

_TEXT = {"type": "string"}
_ABOUT = dict.fromkeys(
    ("full_name", "salutation", "birth_date", "address", "postcode", "city", "phone", "email"), _TEXT
)
_PERSON = {"type": "object", "additionalProperties": False, "properties": _ABOUT}
_REPRESENTATIVE = {
    **_PERSON, "properties": {**_ABOUT, "kind": {"enum": list(REPRESENTS)}}, "required": ["kind", "full_name"],
}  # fmt: skip
_ANSWERS = {"type": "object"}
_LIST = {"type": "array", "items": _TEXT}
_SPANS = {"type": "object", "additionalProperties": False, "properties": dict.fromkeys(BY_NAME, _TEXT)}
# What may happen by itself, with what it needs; what ends in ? may be left out.
DEEDS: Mapping[str, tuple[str, ...]] = {
    "move_review": ("month", "to", "reason"),
    "worker_off": ("days",),
    "mail_off": ("days",),
    "correct": ("task", "answers", "reason"),
    "stops_early": ("kind", "happened?", "last_day?", "who?"),
    "report_incident": ("ground", "what", "happened_on?", "evidence?", "sources?", "first_step?", "skip_reason?"),
    "withdraw_incident": ("incident", "reason"),
    "care_stops": ("why", "from?"),
    "care_pauses": ("from?", "until?"),
    "care_goes_on": ("until?",),
    "change_spans": ("spans?", "reason"),
    "correct_lease": ("signed_on?", "first_day?", "last_day?", "reason"),
    "revise": ("outcome", "reason"),
}


def _needs(deed: str, needs: tuple[str, ...]) -> dict[str, Any]:
    kinds = {"answers": _ANSWERS, "sources": _LIST, "spans": _SPANS}
    asked: dict[str, Any] = {(name := need.rstrip("?")): kinds.get(name, _TEXT) for need in needs}
    return {
        "properties": {"on": _TEXT, "do": {"const": deed}, **asked},
        "required": ["on", "do", *(need for need in needs if not need.endswith("?"))],
        "additionalProperties": False,
    }


_HAPPENS = {
    "type": "object",
    "required": ["on", "do"],
    "properties": {"on": _TEXT, "do": {"enum": list(DEEDS)}},
    "oneOf": [_needs(deed, needs) for deed, needs in DEEDS.items()],
}
SHAPE = Draft202012Validator(
    {
        "type": "object",
        "additionalProperties": False,
        "properties": {
            "about": _TEXT,
            "start": _TEXT,
            "last_day": _TEXT,
            "nominated_by": {"enum": list(NOMINATING_PARTS)},
            "tenant": _PERSON,
            "co_tenants": {"type": "array", "items": {**_PERSON, "required": ["full_name"]}, "maxItems": 5},
            "represented_by": {"type": "array", "items": _REPRESENTATIVE, "maxItems": 5},
            "answers": {
                "type": "object",
                "additionalProperties": {"anyOf": [_ANSWERS, {"type": "array", "items": _ANSWERS, "minItems": 1}]},
            },
            "when": {"type": "object", "additionalProperties": {"anyOf": [_TEXT, {"type": "array", "items": _TEXT}]}},
            "nobody": {"type": "array", "items": _TEXT},
            "happens": {"type": "array", "items": _HAPPENS, "maxItems": 200},
        },
    }
)


DAYS = ("to", "happened", "happened_on", "last_day", "from", "until")  # what is a day in something that happens
NEVER = "never"  # a day that does not come


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens by itself on a day: its name and what it needs."""

    on: str
    do: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    """A whole rehearsal as it was written down; everything left out is as usual."""

    name: str
    about: str = ""
    tenant: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    last_day: str = ""
    nominated_by: str = "urgency_office"
    answers: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)  # task -> its answers, turn by turn
    when: Mapping[str, list[str]] = field(default_factory=dict)  # task -> the day it is done, turn by turn
    nobody: frozenset[str] = frozenset()  # tasks that nobody does
    happens: tuple[Happening, ...] = ()
    co_tenants: tuple[Mapping[str, str], ...] = ()
    represented_by: tuple[Mapping[str, str], ...] = ()  # each with its kind


def read_script(path: Path, tasks: Forms) -> Script:
    """The script in this file. Raises BadScript with one sentence that names the place."""
    return parse(path.stem, text_of(path), tasks, path.name)


def parse(name: str, text: str, tasks: Forms, file: str = "the script") -> Script:
    """The script in this text. Raises BadScript."""
    content = content_of(text, file)
    _judge(content, file)
    _check(content, tasks, file)
    turns = content.get("answers", {})
    return Script(
        name=name,
        about=content.get("about", ""),
        tenant=content.get("tenant", {}),
        start=content.get("start", ""),
        last_day=content.get("last_day", ""),
        nominated_by=content.get("nominated_by", "urgency_office"),
        answers={task: _turns(given) for task, given in turns.items() if given},
        when={task: _turns(days) for task, days in content.get("when", {}).items() if days},
        nobody=frozenset(content.get("nobody", ())),
        happens=tuple(_happening(one) for one in content.get("happens", ())),
        co_tenants=tuple(content.get("co_tenants", ())),
        represented_by=tuple(content.get("represented_by", ())),
    )


def _judge(content: dict[str, Any], file: str) -> None:
    """The shape: which names there are, and what belongs to them."""
    fault = next(iter(SHAPE.iter_errors(content)), None)
    if fault is None:
        return
    place = ".".join(str(step) for step in fault.absolute_path)
    where = f"{file}, at {place}" if place else file
    match fault.validator:
        case "additionalProperties":
            known = ", ".join(fault.schema.get("properties", {}))
            strange = sorted(set(fault.instance) - set(fault.schema.get("properties", {})))
            raise BadScript(f"{where}: there is no '{strange[0][:60]}'; there is {known}.")
        case "enum":
            known = ", ".join(fault.validator_value)
            raise BadScript(f"{where}: '{str(fault.instance)[:60]}' is not possible; possible is {known}.")
        case "required":
            missing = next(name for name in fault.validator_value if name not in fault.instance)
            raise BadScript(f"{where}: '{missing}' is missing.")
        case "oneOf" if isinstance(fault.instance, dict):
            deed = fault.instance["do"]
            needs = ", ".join(("on", "do", *(name for name in DEEDS[deed] if not name.endswith("?"))))
            may = ", ".join(name.rstrip("?") for name in DEEDS[deed] if name.endswith("?"))
            raise BadScript(f"{where}: '{deed}' needs exactly {needs}{f', and may say {may}' if may else ''}.")
        case "minItems" | "maxItems":
            raise BadScript(f"{where}: too few or too many are listed.")
    wanted = {"string": "text", "array": "a list", "object": "names with what belongs to them"}
    kind = wanted.get(str(fault.validator_value), "one set of answers, or a list of them")
    raise BadScript(f"{where}: there must be {kind}.")


def _check(content: dict[str, Any], tasks: Forms, file: str) -> None:
    """What the shape can't say: tasks, questions and days that exist."""
    corrected = [(one["task"], one["answers"]) for one in content.get("happens", ()) if one["do"] == "correct"]
    said = [*content.get("answers", {}), *content.get("when", {}), *content.get("nobody", ()), *dict(corrected)]
    for task in said:
        if task not in tasks:
            raise BadScript(f"{file}: the drawings have no task '{task[:60]}'; there is {', '.join(sorted(tasks))}.")
    turns = [(task, turn) for task, given in content.get("answers", {}).items() for turn in _turns(given)]
    for task, turn in [*turns, *corrected]:
        _check_answers(turn, outline(tasks[task]), f"{file}, answers of {task}")
    days = [(f"the day of {task}", day) for task, said in content.get("when", {}).items() for day in _turns(said)]
    days = [(what, day) for what, day in days if day != NEVER]
    for one in content.get("happens", ()):
        days += [(f"the day of {one['do']}", one["on"])]
        days += [(name, one[name]) for name in DAYS if name in one]
        for name in ("days", "month", "incident"):
            if name in one and not (one[name].isdecimal() and len(one[name]) < 5):
                raise BadScript(f"{file}: {name} of {one['do']} must be a whole number, not '{one[name][:60]}'.")
    for what, day in days:
        if not is_day(day):
            raise BadScript(
                f"{file}: {what} must be like 'due', 'opened + 3 days', 'E - 2 months' or 2026-05-30, not '{day[:60]}'."
            )
    for person in (content.get("tenant", {}), *content.get("co_tenants", ()), *content.get("represented_by", ())):
        if not _is_iso(person.get("birth_date", "")):
            raise BadScript(f"{file}: birth_date must be like 1991-04-12, not '{person['birth_date'][:60]}'.")


def _turns(given: Any) -> list[Any]:
    return given if isinstance(given, list) else [given]


def _check_answers(turn: Mapping[str, Any], asked: tuple[Field, ...], where: str) -> None:
    known = {one.name: one for one in asked}
    for name, value in turn.items():
        head, *rest = name.split(".", 2)
        question = known.get(head)
        if question is None or (question.kind == "group") != bool(rest or isinstance(value, dict)):
            raise BadScript(f"{where}: the form asks no '{name[:60]}'; it asks {', '.join(known)}.")
        if question.kind == "group":
            parts = {one.name for one in question.parts}
            for part in _asked_of_items(rest, value):
                if part not in parts:
                    raise BadScript(f"{where}: for each of its {head} the form asks {', '.join(sorted(parts))}.")
        elif not isinstance(value, str | list) or (isinstance(value, list) and question.kind != "choices"):
            raise BadScript(f"{where}: '{name[:60]}' has one answer.")


def _asked_of_items(rest: list[str], value: Any) -> Iterator[str]:
    """The questions said for the items of a group, dotted or as mappings: `*.rating: …`, `'*': {rating: …}`."""
    if len(rest) == 2:
        yield rest[1]
    elif rest:
        yield from (value if isinstance(value, dict) else {"": value})
    else:
        for item, said in value.items():
            yield from _asked_of_items(item.split(".", 1), said)


def _happening(one: Mapping[str, Any]) -> Happening:
    return Happening(one["on"], one["do"], {name: value for name, value in one.items() if name not in ("on", "do")})


def _is_iso(said: str) -> bool:
    try:
        return not said or date.fromisoformat(said) is not None
    except ValueError:
        return False
