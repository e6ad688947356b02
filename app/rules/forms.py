"""What somebody filled in, held against a form's JSON Schema: clean answers, or every fault at once.

Never keeps anything, never writes a sentence, and never lets a citizen number through.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from app.errors import Fault
from app.rules.dates import require_date
from app.rules.fields import Choice, Choices, Field, Need, Schema, asked_lists, fields, once_per_schema, outline
from app.rules.typed import (
    LONGEST_TYPED,
    Unreadable,
    looks_like_bsn,
    parse_amount,
    parse_date,
    parse_text,
    parse_whole,
    without_codes,
)

__all__ = [
    "Choice",
    "Choices",
    "Field",
    "Need",
    "Reading",
    "Schema",
    "Unreadable",
    "asked_lists",
    "fields",
    "looks_like_bsn",
    "parse_date",
    "read",
    "require_readable",
]

_TICKED = {"on": True, "true": True, "1": True, "yes": True, "off": False, "false": False, "0": False, "no": False}

_MOST = 10**12

# What the schema objects to -> our code and the name its limit has in the params; the most basic objection first.
_OBJECTIONS = {
    "required": ("missing", ""),
    "enum": ("not_a_choice", ""),
    "const": ("not_a_choice", ""),
    "maxLength": ("too_long", "max"),
    "minLength": ("too_short", "min"),
    "minimum": ("too_small", "min"),
    "maximum": ("too_large", "max"),
    "minItems": ("too_few", "min"),
    "maxItems": ("too_many", "max"),
}
_RANK = {keyword: rank for rank, keyword in enumerate(_OBJECTIONS)}
_JUDGED = {*_OBJECTIONS, "exclusiveMinimum", "exclusiveMaximum", "multipleOf", "pattern"}
_STRUCTURE = {"type", "format", "properties", "items", "oneOf", "if", "then", "else", "allOf"}
_SAID_ONLY = {"$schema", "$id", "$comment", "title", "description", "examples", "uniqueItems", "additionalProperties"}


@dataclass(frozen=True, slots=True)
class Reading:
    """`answers` that may be kept, as JSON primitives, and `faults`, one for each field, in the order of the form.

    Answers have days as ISO text, amounts in euros, several choices as a list, and a group as one object per thing
    of which something was said: {"goals": {"3": {"rating": "on_track"}}}. A field left empty or with a fault is not
    in them.
    """

    answers: dict[str, Any]
    faults: list[Fault]


def read(schema: Schema, raw: Mapping[str, Any], choices: Choices, today: date) -> Reading:
    """Read `raw`, dotted names with one text or a list of texts as a browser posts them, by `schema`.

    `choices` as for `fields`; what was not handed in can't be chosen. Names in `raw` that the form does not have are
    passed over. Never raises on anything in `raw`; a wrong schema or a missing list raises as in `fields`, and a
    `today` that is not a date raises TypeError. Codes of faults, with their params:

    missing (kind: that of the field) · not_a_date (raw) · impossible_date (raw, month as 1-12, days in that month) ·
    in_the_future (date, today: dates) · not_a_number (raw) · not_a_choice · must_be_ticked · looks_like_bsn ·
    too_long (max) · too_short (min) · too_small (min) · too_large (max) · too_few (min) · too_many (max) · not_valid
    """
    sheet = _Sheet(raw, choices, require_date(today))
    answers = sheet.answers(_form_of(schema), "")
    return Reading(answers, [sheet.faults[name] for name in sheet.names if name in sheet.faults])


def require_readable(schema: Schema) -> None:
    """Raises ValueError when a form says something that is read nowhere, such as a rule at another address."""
    _form(json.dumps(schema))


@dataclass(frozen=True, slots=True)
class _Form:
    """A schema made ready: its fields, the judge of its answers, and the same for one item of each group."""

    fields: Mapping[str, Field]
    judge: Any
    items: Mapping[str, _Form]


@lru_cache(maxsize=512)
def _form(text: str) -> _Form:
    schema = json.loads(text)
    asked = {one.name: one for one in outline(schema)}
    _insist_on_known_names(schema, asked)
    groups = [name for name, one in asked.items() if one.kind == "group"]
    items = {name: _form(json.dumps(schema["properties"][name]["x-item"])) for name in groups}
    return _Form(asked, Draft202012Validator(_judged(schema)), items)


_form_of = once_per_schema(_form)


def _insist_on_known_names(schema: Schema, asked: Mapping[str, Field]) -> None:
    """A misspelt name would need an answer that nobody can give, or judge one that nobody gave."""
    for rule in (schema, *schema.get("allOf", ())):
        parts = [rule.get(key, {}) for key in ("if", "then", "else")]
        named = {name for part in (rule, *parts) for name in (*part.get("required", ()), *part.get("properties", ()))}
        if not named <= set(asked):
            raise ValueError(f"the form speaks of fields it does not have: {sorted(named - set(asked))}")


def _judged(schema: Schema) -> dict[str, Any]:
    """The part of a schema that still judges once the answers have their types.

    Groups are judged apart, item by item. An `if` waits for its answer, else every `then` would object beforehand.
    """
    unread = {key for key in schema if not key.startswith("x-")} - _JUDGED - _STRUCTURE - _SAID_ONLY
    if unread:
        raise ValueError(f"no form is read by {sorted(unread)}: say it with if and then, or in the rules")
    kept: dict[str, Any] = {key: schema[key] for key in schema if key in _JUDGED}
    asked = schema.get("properties", {})
    groups = {name for name in asked if "x-each" in asked[name]}
    kept["properties"] = {name: rules for name in asked if name not in groups and (rules := _judged(asked[name]))}
    kept["required"] = [name for name in schema.get("required", ()) if name not in groups]
    if "items" in schema:
        kept["items"] = _judged(schema["items"])
    if "oneOf" in schema:
        kept["enum"] = [one["const"] for one in schema["oneOf"]]
    if "if" in schema:
        kept["if"] = {**_judged(schema["if"]), "required": list(schema["if"].get("properties", ()))}
        kept |= {key: _judged(schema[key]) for key in ("then", "else") if key in schema}
    if "allOf" in schema:
        kept["allOf"] = [_judged(one) for one in schema["allOf"]]
    return {key: value for key, value in kept.items() if value or key not in ("properties", "required", "items")}


@dataclass(slots=True)
class _Sheet:
    """One filled-in form while it is read: the faults found so far, and every name in the order of the form."""

    raw: Mapping[str, Any]
    choices: Choices
    today: date
    faults: dict[str, Fault] = field(default_factory=dict)
    names: list[str] = field(default_factory=lambda: [""])

    def answers(self, form: _Form, prefix: str) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for asked in form.fields.values():
            name = prefix + asked.name
            self.names.append(name)
            if asked.kind == "group":
                found[asked.name] = self._group(form.items[asked.name], asked, name)
                continue
            try:
                value = self._value(asked, _texts(self.raw.get(name), asked.kind == "textarea"))
            except Unreadable as wrong:
                self.faults[name] = Fault(name, wrong.code, wrong.params)
            else:
                if value is not None:
                    found[asked.name] = value
        self._judge(form, prefix, found)
        return {name: value for name, value in found.items() if prefix + name not in self.faults}

    def _group(self, item: _Form, asked: Field, name: str) -> dict[str, Any]:
        """What was said of each thing handed in; a thing of which nothing was said is left out."""
        read = {one.value: self.answers(item, f"{name}.{one.value}.") for one in self.choices[asked.handed_in]}
        return {value: answers for value, answers in read.items() if answers}

    def _value(self, asked: Field, texts: list[str]) -> Any:
        """The answer, or None when nothing was filled in. Raises Unreadable."""
        if asked.kind == "boolean":
            return _tick(asked, texts)
        if not texts:
            return None
        if asked.handed_in and not {one.value for one in self.choices[asked.handed_in]}.issuperset(texts):
            raise Unreadable("not_a_choice")
        match asked.kind:
            case "date":
                return self._day(asked, texts[-1])
            case "money" | "number" | "integer" if looks_like_bsn(texts[-1][:LONGEST_TYPED]):
                raise Unreadable("looks_like_bsn")
            case "money" | "number":
                return parse_amount(texts[-1])
            case "integer":
                return parse_whole(texts[-1])
            case "choices":
                return list(dict.fromkeys(texts))
            case "text" | "textarea" if _fits(asked, texts[-1]) and looks_like_bsn(_read_for_bsn(asked, texts[-1])):
                raise Unreadable("looks_like_bsn")
        return texts[-1]

    def _day(self, asked: Field, text: str) -> str:
        day = parse_date(text, self.today)
        if asked.past and day > self.today:
            raise Unreadable("in_the_future", date=day, today=self.today)
        return day.isoformat()

    def _judge(self, form: _Form, prefix: str, found: Mapping[str, Any]) -> None:
        objections = sorted(form.judge.iter_errors(found), key=lambda one: _RANK.get(one.validator, len(_RANK)))
        for fault in (fault for one in objections for fault in _faults(one, form, prefix, found)):
            self.faults.setdefault(fault.field, fault)


def _faults(objection: ValidationError, form: _Form, prefix: str, found: Mapping[str, Any]) -> Iterable[Fault]:
    code, limit = _OBJECTIONS.get(str(objection.validator), ("not_valid", ""))
    if code == "missing":
        for name in objection.validator_value:
            if name not in found:
                yield Fault(prefix + name, form.fields[name].missing, {"kind": form.fields[name].kind})
    else:
        name = str(objection.path[0]) if objection.path else ""
        yield Fault(prefix + name, code, {limit: objection.validator_value} if limit else {})


def _texts(given: Any, lines: bool) -> list[str]:
    """The texts that were given, without the empty ones."""
    several = given if isinstance(given, list | tuple) else [given]
    return [text for text in (parse_text(_said(one), lines) for one in several) if text]


def _said(one: Any) -> str:
    """A value as it would be typed, for answers that come from a file; what can't be typed says nothing."""
    match one:
        case str():
            return one
        case float():
            return f"{one:.2f}"
        case int() if abs(one) < _MOST:
            return str(one)
        case date() if not isinstance(one, datetime):
            return one.isoformat()
    return ""


def _fits(asked: Field, text: str) -> bool:
    """A text that is too long is refused as it is; looking through a megabyte of it would only keep others waiting."""
    return asked.maxlength is None or len(text) <= asked.maxlength


def _read_for_bsn(asked: Field, text: str) -> str:
    """A code of the post has nine digits between its letters; nobody's number does."""
    return without_codes(text) if asked.code else text


def _tick(asked: Field, texts: list[str]) -> bool:
    ticked = _TICKED.get(texts[-1].casefold()) if texts else False
    if ticked is None:
        raise Unreadable("not_a_choice")
    if asked.required and not ticked:
        raise Unreadable("must_be_ticked")
    return ticked
