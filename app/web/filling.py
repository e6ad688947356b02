"""One form in the browser: its fields with what was typed and what is wrong; never the judgment itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import groupby
from typing import Any

from babel.numbers import format_decimal
from flask import Flask
from flask_babel import get_locale, gettext
from markupsafe import Markup, escape
from werkzeug.datastructures import MultiDict

from app.errors import Fault
from app.rules.fields import Field
from app.web import sentences
from app.web.words import day, euros, first_capital, listed, number, word

Raw = Mapping[str, str | list[str]]


@dataclass(frozen=True, slots=True)
class Block:
    """Fields under one heading. `seen_by` is said once here when it holds for all of them."""

    heading: str
    seen_by: str
    fields: tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class LastTime:
    """An older answer to the same question: about whom and when ("month 12, Ana"), and what it said."""

    about: str
    words: str


class Filling:
    """What the field macros draw. `values` is as typed, so that nothing is lost; `last` goes by field or item."""

    def __init__(
        self,
        fields: Sequence[Field],
        values: Raw | None = None,
        faults: Sequence[Fault] = (),
        last: Mapping[str, LastTime] | None = None,
        sees: Iterable[str] = (),
    ) -> None:
        self.fields = list(fields)
        self.last = last or {}
        self.sees = frozenset(sees)
        self._values = _lists(values or {})
        self._asked = {field.name: (field, item) for item, field in _each(self.fields)}
        self._faults = {one.field: one for one in faults}
        self.blocks = list(_blocks(self.fields, self.sees))
        self._said_above = {field.name for block in self.blocks if block.seen_by for field in block.fields}

    def value(self, name: str) -> str:
        """What was typed in this field, as it was typed."""
        return (self._values.get(name) or [""])[-1]

    def has(self, name: str, option: str) -> bool:
        """Whether this choice was made."""
        return option in self._values.get(name, ())

    def fault(self, name: str) -> str:
        """What is wrong with this field, as said beside it; "" when nothing is."""
        if name not in self._faults:
            return ""
        field, item = self._asked.get(name, (None, None))
        return sentences.fault(self._faults[name], _said_here(field, item), field.kind if field else "")

    def seen_by(self, field: Field) -> str:
        """The parts that see this answer, when that differs from the rest of the form; "" otherwise."""
        return "" if field.name in self._said_above else _seen_by(field, self.sees)

    @property
    def summary(self) -> list[tuple[str, str]]:
        """Every fault once, in the order of the form, with the anchor of the field it stands at."""
        order = {name: place for place, name in enumerate(self._asked)}
        found = sorted(self._faults, key=lambda name: order.get(name, -1))
        return [(self._anchor(name), self._said_away(name)) for name in found]

    def _anchor(self, name: str) -> str:
        if name not in self._asked:
            return ""
        return "#" + ident(name) + ("-0" if self._asked[name][0].kind in ("choice", "choices") else "")

    def _said_away(self, name: str) -> str:
        """The fault as said at the top of the page, where the thing it is about must be named as well."""
        if name not in self._asked:
            return sentences.fault(self._faults[name])
        field, item = self._asked[name]
        return sentences.fault(self._faults[name], _said_of(field, item), field.kind)


def install(app: Flask) -> None:
    """Gives the field macros their filters."""
    app.jinja_env.filters.update(
        ident=ident, translate=translate, option_label=option_label, has_long_options=has_long_options,
        in_words=in_words,
    )  # fmt: skip


def ident(name: str) -> str:
    """The id of a field's element: "f-goals-3-rating"."""
    return "f-" + name.replace(".", "-")


def translate(msgid: str) -> str:
    """A title or hint of a form in the page's language; nothing for nothing (gettext gives its head for "")."""
    return str(gettext(msgid)) if msgid else ""


def option_label(field: Field, value: str) -> str:
    """The words of a choice: fixed ones are translated, handed-in ones (a home, a name) are said as they are."""
    label = next((one.label for one in field.options if one.value == value), value)
    return label if field.handed_in else translate(label)


def in_words(field: Field, answer: Any) -> str:
    """A kept answer as people read it."""
    if answer is None or answer in ("", []):
        return str(gettext("not filled in"))
    written: dict[str, Callable[[Any], str]] = {
        "date": lambda it: day(date.fromisoformat(it)),
        "money": euros,
        "number": number,
        "integer": number,
        "boolean": lambda it: str(gettext("Yes") if it else gettext("No")),
        "choice": lambda it: option_label(field, str(it)),
        "choices": lambda it: _several(field, [option_label(field, str(one)) for one in it]),
    }
    return written.get(field.kind, str)(answer)


def _several(field: Field, labels: Sequence[str]) -> str:
    """Short ones in a row, long ones below each other."""
    if has_long_options(field):
        return Markup("<br>").join(escape(label) for label in labels)
    return listed([*labels[:1], *(label if field.handed_in else label[:1].lower() + label[1:] for label in labels[1:])])


def rows(fields: Sequence[Field], answers: Mapping[str, Any]) -> list[tuple[str, str]]:
    """(question, answer) in the order of the form, for a check page or the history; what was left open is left out."""
    found = []
    for item, field in _each(fields):
        answer = _answer(answers, field.name)
        if answer not in (None, "", []):
            found.append((_said_of(field, item), in_words(field, answer)))
    return found


def typed_rows(fields: Sequence[Field], typed: Raw) -> list[tuple[str, str]]:
    """(question, what was typed) for a page that shows it although nobody judged it."""
    values = _lists(typed)
    found = []
    for item, field in _each(fields):
        given = [one for one in values.get(field.name, []) if one.strip()]
        if given:
            answer = {"boolean": True, "choice": given[-1], "choices": given}.get(field.kind)
            found.append((_said_of(field, item), given[-1] if answer is None else in_words(field, answer)))
    return found


def typed_back(fields: Sequence[Field], answers: Mapping[str, Any]) -> dict[str, str | list[str]]:
    """Kept answers as somebody would have typed them, to correct them in the same form."""
    back: dict[str, str | list[str]] = {}
    for _, field in _each(fields):
        answer = _answer(answers, field.name)
        if answer is None or answer is False:
            continue
        back[field.name] = _retyped(field, answer)
    return back


def _retyped(field: Field, answer: Any) -> str | list[str]:
    match field.kind:
        case "date":
            on = date.fromisoformat(answer)
            return f"{on.day}-{on.month}-{on.year}"
        case "money":
            return format_decimal(answer, "0.00", locale=str(get_locale() or "en"))
        case "choices":
            return [str(one) for one in answer]
        case "boolean":
            return "on"
    return str(answer)


def _answer(answers: Mapping[str, Any], name: str) -> Any:
    """The answer under a dotted name: {"goals": {"3": {"rating": …}}} has "goals.3.rating"."""
    found: Any = answers
    for step in name.split("."):
        if not isinstance(found, Mapping):
            return None
        found = found.get(step)
    return found


def _each(fields: Sequence[Field], item: Field | None = None) -> Iterator[tuple[Field | None, Field]]:
    """Every field that takes an answer, with the item it belongs to."""
    for field in fields:
        if field.parts:
            yield from _each(field.parts, field if field.kind == "item" else item)
        elif field.kind not in ("group", "item"):
            yield item, field


def _said_of(field: Field, item: Field | None) -> str:
    """How a field is named away from its place: the first question about a thing goes by the name of the thing."""
    if item is None:
        return translate(field.label)
    if field == item.parts[0] and field.kind == "choice":
        return item.label
    return f"{item.label}: {translate(field.label)}"


def _said_here(field: Field | None, item: Field | None) -> str:
    """How a field is named at its own place, where the thing is named just above it."""
    if field is None:
        return ""
    return item.label if item and field == item.parts[0] and field.kind == "choice" else translate(field.label)


def _lists(values: Raw) -> dict[str, list[str]]:
    if isinstance(values, MultiDict):
        return {name: list(several) for name, several in values.lists()}
    return {name: list(one) if isinstance(one, list | tuple) else [str(one)] for name, one in values.items()}


def has_long_options(field: Field) -> bool:
    """Whether the choices stand better below each other than side by side."""
    return any(len(option_label(field, one.value)) > 28 for one in field.options)


def _blocks(fields: Sequence[Field], sees: frozenset[str]) -> Iterator[Block]:
    for heading, together in groupby(fields, key=lambda field: field.group):
        held = tuple(together)
        said = {_seen_by(field, sees) for field in held}
        yield Block(heading, said.pop() if heading and len(said) == 1 else "", held)


def _seen_by(field: Field, sees: frozenset[str]) -> str:
    if not field.sees or frozenset(field.sees) == sees:
        return ""
    return first_capital(listed(word(part, "part") for part in field.sees))
