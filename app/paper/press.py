"""The sandbox a template is printed in: the few Jinja words it may use, and how values are written per language.

A template can show a word, repeat a list and ask a question. It can't call, import, calculate or reach behind a value:
whatever is not on the list below is refused before it is compiled.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Any, Final, TypeVar

from babel.dates import format_date
from babel.numbers import format_currency
from jinja2 import StrictUndefined, Template, nodes
from jinja2.exceptions import TemplateError, TemplateSyntaxError
from jinja2.sandbox import SandboxedEnvironment
from markupsafe import Markup

LOCALES: Final = {"nl": "nl_NL", "en": "en_GB"}
DEEPEST: Final = 3  # loops in loops; each goes over everything once more
LONGEST_TAG: Final = 500  # characters between the braces
LOOP_WORDS: Final = frozenset({"first", "last", "index", "length"})
MAY_USE: Final = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.Name, nodes.Getattr, nodes.For, nodes.If, nodes.Filter,
    nodes.Const, nodes.Not, nodes.And, nodes.Or, nodes.Compare, nodes.Operand, nodes.CondExpr,
)  # fmt: skip

Known = TypeVar("Known")

_TAG = re.compile(r"{[{%#](.*?)[}%#]}", re.DOTALL)
_NOT_IN_XML = re.compile("[^\t\n\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class UnknownWord(TemplateError):
    """A template uses a name its document may not use."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.name = name


class NoWording(TemplateError):
    """A code has no wording in this language."""

    def __init__(self, group: str, name: str) -> None:
        super().__init__(f"{group}.{name}")
        self.group, self.name = group, name


class Unwritable(TemplateError):
    """A value that can't stand in a document as it is: nothing, a list, or a date nobody wrote out."""


class Press(SandboxedEnvironment):
    """One per template: knows the document's allowed words and keeps what was cleaned and compiled."""

    def __init__(self, language: str, wording: bytes, known: frozenset[str]) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=_written)
        self.known = known
        self.words: set[str] = set()
        self._wording: dict[str, dict[str, str]] = json.loads(wording)
        self._locale = LOCALES.get(language, language)
        self.globals.clear()
        self.tests.clear()
        self.filters = {
            "long_date": self._long_date,
            "weekday_date": self._weekday_date,
            "money": self._money,
            "words": self._words,
            "capital": _capital,
            "unbroken": _unbroken,
            "length": len,
        }
        self.from_string = lru_cache(maxsize=32)(self._compiled)  # type: ignore[method-assign, assignment]
        self._clean: dict[str, str] = {}

    def cleaned(self, source: str, clean: Callable[[str], str]) -> str:
        """docxtpl's cleaning of the XML around the tags, done once per part."""
        if source not in self._clean:
            self._clean[source] = clean(source)
        return self._clean[source]

    def _compiled(self, source: str) -> Template:
        """Checked, then compiled. Everything docxtpl prints comes through here."""
        if any(len(tag[1]) > LONGEST_TAG for tag in _TAG.finditer(source)):
            raise TemplateSyntaxError(f"more than {LONGEST_TAG} characters between two braces", 1)
        read = self.parse(source)
        for name in _names(read, {}):
            if name not in self.known:
                raise UnknownWord(name)
            self.words.add(name)
        return super().from_string(read)

    def _long_date(self, value: date | None) -> str:
        return format_date(_given(value, date), "d MMMM y", locale=self._locale)

    def _weekday_date(self, value: date | None) -> str:
        return format_date(_given(value, date), "EEEE d MMMM y", locale=self._locale)

    def _money(self, value: Decimal | None) -> str:
        return format_currency(_given(value, Decimal), "EUR", locale=self._locale)

    def _words(self, code: str | None, group: str) -> str:
        name = _given(code, str)
        try:
            return self._wording[group][name]
        except KeyError:
            raise NoWording(group, name) from None


def _given(value: Any, kind: type[Known]) -> Known:
    if not isinstance(value, kind):
        raise Unwritable(f"{kind.__name__} wanted, {type(value).__name__} given")
    return value


def _capital(value: str) -> str:
    return value[:1].upper() + value[1:]


def _unbroken(value: str) -> str:
    """A telephone number on one line."""
    return value.replace(" ", "\u00a0")


def _written(value: Any) -> Any:
    """What ends up on paper: text and whole numbers. Other values need a filter that writes them out."""
    if isinstance(value, StrictUndefined):
        return value  # speaks for itself, with its name
    if isinstance(value, str):
        text = _NOT_IN_XML.sub("", value.replace("\r\n", "\n").replace("\r", "\n"))
        return Markup(text) if isinstance(value, Markup) else text
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    raise Unwritable(f"{type(value).__name__} has no written form")


def _names(node: nodes.Node, scope: dict[str, str], loops: int = 0) -> Iterator[str]:
    """Every dotted name below `node`; a loop's variable stands for the list it walks."""
    if not isinstance(node, MAY_USE):
        raise TemplateSyntaxError(f"{type(node).__name__} may not be used in a document", node.lineno)
    if isinstance(node, (nodes.Name, nodes.Getattr)):
        dotted = _dotted(node, scope)
        if dotted is not None:
            yield dotted
        return
    if isinstance(node, nodes.For):
        if not isinstance(node.target, nodes.Name) or not isinstance(node.iter, (nodes.Name, nodes.Getattr)):
            raise TemplateSyntaxError("a loop walks one list with one name", node.lineno)
        if loops == DEEPEST:
            raise TemplateSyntaxError(f"more than {DEEPEST} loops in one another", node.lineno)
        yield from _names(node.iter, scope)
        inner = {**scope, node.target.name: _dotted(node.iter, scope) or "", "loop": "loop"}
        for child in [*node.body, *node.else_, *([node.test] if node.test else [])]:
            yield from _names(child, inner, loops + 1)
        return
    for child in node.iter_child_nodes():
        yield from _names(child, scope, loops)


def _dotted(node: nodes.Node, scope: dict[str, str]) -> str | None:
    """The dotted name of an expression; None for the words about the loop itself."""
    if isinstance(node, nodes.Name):
        return scope.get(node.name, node.name)
    if not isinstance(node, nodes.Getattr):
        raise TemplateSyntaxError("only a named word can have a part", node.lineno)
    front = _dotted(node.node, scope)
    if front == "loop" and "loop" in scope:
        if node.attr not in LOOP_WORDS:
            raise UnknownWord(f"loop.{node.attr}")
        return None
    return f"{front}.{node.attr}"
