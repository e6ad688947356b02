"""A form's JSON Schema as a list of fields to draw; never reads what somebody filled in.

Beside standard JSON Schema (2020-12) a form may say: `x-past` (a day that may not lie in the future), `x-widget`
(textarea, money), `x-choices` (choices handed in at run time), `x-each` with `x-item` (one group of fields for each
thing handed in), `x-group` (the heading above a field), `x-sees` (the parts that see the answer), `x-missing` (the
code of the sentence that says why an answer is needed) and `x-code` (letters and digits that a machine made up).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any, Literal, TypeVar

Schema = Mapping[str, Any]
Made = TypeVar("Made")
_MOST_KEPT = 512
Kind = Literal[
    "date", "text", "textarea", "choice", "choices", "boolean", "money", "number", "integer", "group", "item"
]


@dataclass(frozen=True, slots=True)
class Choice:
    """Something to choose, or a thing to fill in a group for. `value` goes into the answers, people read `label`."""

    value: str
    label: str


Choices = Mapping[str, Sequence[Choice]]


@dataclass(frozen=True, slots=True)
class Need:
    """The answer is needed only when the field with the name `field` has one of these `values`."""

    field: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Field:
    """One question. `label`, `hint`, `group` and the labels of fixed options are English msgids.

    `name` is dotted and unique in the form ("goals.3.rating"). A boolean is `required` when it must be ticked.
    A field of kind `group` has one part of kind `item` for each thing handed in, and that item has the real fields as
    its parts; the item's label names the thing and is not a msgid. `handed_in` names the list a field draws on.
    """

    name: str
    kind: Kind
    label: str
    hint: str = ""
    group: str = ""
    options: tuple[Choice, ...] = ()
    required: bool = False
    needed_when: Need | None = None
    maxlength: int | None = None
    past: bool = False
    sees: tuple[str, ...] = ()
    parts: tuple[Field, ...] = ()
    handed_in: str = ""
    missing: str = "missing"
    code: bool = False


def fields(schema: Schema, choices: Choices) -> list[Field]:
    """The fields of the form in the order of the schema, with `choices` filled in where the schema asks for them.

    Raises KeyError when a list the schema asks for (see `asked_lists`) is not in `choices`, ValueError for a property
    of a kind that no form has.
    """
    return [_filled(field, choices) if field.handed_in else field for field in outline(schema)]


def asked_lists(schema: Schema) -> frozenset[str]:
    """The names of the lists that must be handed in as `choices`: `homes`, `housing_goals`, `tenants`."""
    return frozenset(field.handed_in for field in _with_parts(outline(schema)) if field.handed_in)


def code_names(schema: Schema) -> frozenset[str]:
    """The names, without the group they stand in, of fields for what a machine made up, such as a code of the post."""
    return frozenset(field.name for field in _with_parts(outline(schema)) if field.code)


def outline(schema: Schema) -> tuple[Field, ...]:
    """The fields as the schema alone gives them: options not handed in yet; a group has the fields of one item."""
    return _outline_of(schema)


def once_per_schema(made: Callable[[str], Made]) -> Callable[[Schema], Made]:
    """What is made of a schema's text, remembered by the schema itself: a form is read once and never changes.

    The schema is held on to, so that no other can come to be known by its address.
    """
    kept: dict[int, tuple[Schema, Made]] = {}

    def of(schema: Schema) -> Made:
        known = kept.get(id(schema))
        if known is None:
            if len(kept) >= _MOST_KEPT:
                kept.clear()
            known = kept[id(schema)] = (schema, made(json.dumps(schema)))
        return known[1]

    return of


@lru_cache(maxsize=_MOST_KEPT)
def _outline(text: str) -> tuple[Field, ...]:
    return tuple(_drawn(json.loads(text), ()))


_outline_of = once_per_schema(_outline)


def _drawn(schema: Schema, sees: tuple[str, ...]) -> Iterator[Field]:
    seen = tuple(schema.get("x-sees", sees))
    required, needs = set(schema.get("required", ())), dict(_needs(schema))
    for name, asked in schema.get("properties", {}).items():
        kind = kind_of(name, asked)
        yield Field(
            name=name,
            kind=kind,
            label=asked.get("title", ""),
            hint=asked.get("description", ""),
            group=asked.get("x-group", ""),
            options=_options(asked),
            required=asked.get("const") is True if kind == "boolean" else name in required,
            needed_when=needs.get(name),
            maxlength=asked.get("maxLength"),
            past=bool(asked.get("x-past", False)),
            sees=tuple(asked.get("x-sees", seen)),
            parts=tuple(_drawn(asked["x-item"], tuple(asked.get("x-sees", seen)))) if kind == "group" else (),
            handed_in=asked.get("x-each") or asked.get("x-choices") or asked.get("items", {}).get("x-choices", ""),
            missing=asked.get("x-missing", "missing"),
            code=bool(asked.get("x-code", False)),
        )


def kind_of(name: str, asked: Schema) -> Kind:
    """Which kind of field the property `asked` is. Raises ValueError when it is of no kind that a form has."""
    if "x-each" in asked:
        return "group"
    if "oneOf" in asked or "enum" in asked or "x-choices" in asked:
        return "choice"
    widget = asked.get("x-widget")
    match asked.get("type"):
        case "array":
            return "choices"
        case "boolean":
            return "boolean"
        case "integer":
            return "integer"
        case "number":
            return "money" if widget == "money" else "number"
        case "string" if asked.get("format") == "date":
            return "date"
        case "string":
            return "textarea" if widget == "textarea" else "text"
    raise ValueError(f"the form asks {name!r} in a way no form has: {dict(asked)}")


def _options(asked: Schema) -> tuple[Choice, ...]:
    """Labelled choices; bare ones (`enum`) are their own label."""
    source = asked.get("items", {}) if asked.get("type") == "array" else asked
    bare = [{"const": value} for value in source.get("enum", ())]
    return tuple(
        Choice(str(one["const"]), one.get("title", str(one["const"]))) for one in [*source.get("oneOf", ()), *bare]
    )


def _needs(schema: Schema) -> Iterator[tuple[str, Need]]:
    """Fields needed by an `if` on the answer to one other field; other conditions are checked but can't be drawn."""
    for rule in (schema, *schema.get("allOf", ())):
        asked = rule.get("if", {}).get("properties", {})
        if len(asked) == 1:
            ((name, wanted),) = asked.items()
            values = tuple(map(str, wanted.get("enum", [wanted["const"]] if "const" in wanted else ())))
            for needed in rule.get("then", {}).get("required", ()) if values else ():
                yield needed, Need(name, values)


def _filled(field: Field, choices: Choices) -> Field:
    given = tuple(choices[field.handed_in])
    if field.kind != "group":
        return replace(field, options=given)
    items = (
        Field(
            name=f"{field.name}.{one.value}",
            kind="item",
            label=one.label,
            sees=field.sees,
            parts=tuple(_inside(f"{field.name}.{one.value}", part, choices) for part in field.parts),
        )
        for one in given
    )
    return replace(field, parts=tuple(items))


def _inside(item: str, part: Field, choices: Choices) -> Field:
    need = part.needed_when and replace(part.needed_when, field=f"{item}.{part.needed_when.field}")
    named = replace(part, name=f"{item}.{part.name}", needed_when=need)
    return _filled(named, choices) if named.handed_in else named


def _with_parts(found: Sequence[Field]) -> Iterator[Field]:
    for field in found:
        yield field
        yield from _with_parts(field.parts)
