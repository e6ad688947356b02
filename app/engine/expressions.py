"""Reads the conditions in drawings and decision tables through an allow-list; never runs code."""

from __future__ import annotations

import ast
import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from app.errors import Refused

LONGEST = 500
DEEPEST = 20

_Names = Mapping[str, Any]
_Deadlines = Mapping[str, date | None]
_Value = Callable[[_Names, _Deadlines], Any]

_COMPARE: dict[type[ast.cmpop], Callable[[Any, Any], Any]] = {
    ast.Eq: operator.eq,
    ast.NotEq: operator.ne,
    ast.Lt: operator.lt,
    ast.LtE: operator.le,
    ast.Gt: operator.gt,
    ast.GtE: operator.ge,
    ast.In: lambda one, many: one in many,
    ast.NotIn: lambda one, many: one not in many,
}
# Decision tables write booleans the FEEL way; modellers offer no other.
_CONSTANT_NAMES = {"true": True, "false": False}


class BadExpression(Refused):
    """A condition that can't be read or may not be asked; `params["expression"]` is its text."""


@dataclass(frozen=True, slots=True)
class Expression:
    """One condition, ready to be asked; `names` and `deadlines` are what it reads."""

    text: str
    names: frozenset[str]
    deadlines: frozenset[str]
    value: _Value


def evaluate(text: str, names: _Names, deadlines: _Deadlines) -> Any:
    """The value of `text`; BadExpression when it asks for something unknown or compares what can't be compared."""
    expression = read(text)
    try:
        return expression.value(names, deadlines)
    except KeyError as missing:
        what = str(missing.args[0])
        code = "unknown_deadline" if what in expression.deadlines and what not in deadlines else "unknown_name"
        raise BadExpression(code, expression=text, name=what) from None
    except TypeError:
        raise BadExpression("cannot_compare", expression=text) from None


@lru_cache(maxsize=4096)
def read(text: str) -> Expression:
    """`text` as an Expression; BadExpression when a part of it is not on the allow-list."""
    reader = _Reader(text)
    return Expression(text, frozenset(reader.names), frozenset(reader.deadlines), reader.value)


def deadline_name(text: str) -> str:
    """The name in `deadline("name")`, the only form a timer may have."""
    body = _parse(text)
    match body:
        case ast.Call(func=ast.Name(id="deadline"), args=[ast.Constant(value=str(name))], keywords=[]):
            return name
    raise BadExpression("not_a_deadline", expression=text)


@lru_cache(maxsize=4096)
def cell(subject: str, entry: str) -> str:
    """A cell of a table as a whole condition: `>= 2`, `"a"`, `"a", "b"`, `in ("a", "b")`, `? > 1 and ? < 5`."""
    entry = entry.strip()
    if "?" in _outside_quotes(entry):
        return _replace_outside_quotes(entry, "?", f"({subject})")
    try:
        alone = _parse(entry)
    except BadExpression:
        return f"({subject}) {entry}"
    if isinstance(alone, ast.Tuple) and not entry.startswith("("):
        return f"({subject}) in ({entry})"
    return f"({subject}) == ({entry})"


def _parse(text: str) -> ast.expr:
    if len(text) > LONGEST:
        raise BadExpression("expression_too_long", expression=text[:40] + "…", longest=LONGEST)
    try:
        return ast.parse(text.strip(), mode="eval").body
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        raise BadExpression("expression_unreadable", expression=text) from None


class _Reader:
    """Turns an allowed syntax tree into nested functions, so that nothing is ever handed to eval."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.names: set[str] = set()
        self.deadlines: set[str] = set()
        self.value = self._read(_parse(text), 0)

    def _read(self, node: ast.expr, depth: int) -> _Value:
        if depth > DEEPEST:
            raise BadExpression("expression_too_deep", expression=self.text, deepest=DEEPEST)
        deeper = depth + 1
        match node:
            case ast.Constant(value=None | bool() | int() | float() | str() as constant):
                return lambda names, deadlines: constant
            case ast.Name(id=name) if name in _CONSTANT_NAMES:
                constant = _CONSTANT_NAMES[name]
                return lambda names, deadlines: constant
            case ast.Name(id=name) if not name.startswith("_"):
                self.names.add(name)
                return lambda names, deadlines: names[name]
            case ast.Tuple(elts=elements) | ast.List(elts=elements):
                return self._constants(elements)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                inner = self._read(operand, deeper)
                return lambda names, deadlines: not inner(names, deadlines)
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                inner = self._read(operand, deeper)
                return lambda names, deadlines: -_number(inner(names, deadlines))
            case ast.BinOp(left=left, op=ast.Add() | ast.Sub() as sign, right=right):
                return self._sum(self._read(left, deeper), sign, self._read(right, deeper))
            case ast.BoolOp(op=ast.And(), values=values):
                parts = [self._read(value, deeper) for value in values]
                return lambda names, deadlines: all(part(names, deadlines) for part in parts)
            case ast.BoolOp(op=ast.Or(), values=values):
                parts = [self._read(value, deeper) for value in values]
                return lambda names, deadlines: any(part(names, deadlines) for part in parts)
            case ast.Compare():
                return self._comparison(node, deeper)
            case ast.Call(func=ast.Name(id="deadline"), args=[ast.Constant(value=str(name))], keywords=[]):
                self.deadlines.add(name)
                return lambda names, deadlines: deadlines[name]
        raise BadExpression("expression_not_allowed", expression=self.text, part=_shown(node))

    def _constants(self, elements: list[ast.expr]) -> _Value:
        constants = []
        for element in elements:
            match element:
                case ast.Constant(value=None | bool() | int() | float() | str() as constant):
                    constants.append(constant)
                case ast.UnaryOp(op=ast.USub(), operand=ast.Constant(value=int() | float() as constant)):
                    constants.append(-constant)
                case _:
                    raise BadExpression("expression_not_allowed", expression=self.text, part=_shown(element))
        choices = tuple(constants)
        return lambda names, deadlines: choices

    def _sum(self, left: _Value, sign: ast.operator, right: _Value) -> _Value:
        add = operator.add if isinstance(sign, ast.Add) else operator.sub
        return lambda names, deadlines: add(_number(left(names, deadlines)), _number(right(names, deadlines)))

    def _comparison(self, node: ast.Compare, depth: int) -> _Value:
        first = self._read(node.left, depth)
        rest: list[tuple[Callable[[Any, Any], Any], _Value]] = []
        for sign, right in zip(node.ops, node.comparators, strict=True):
            if type(sign) not in _COMPARE:
                raise BadExpression("expression_not_allowed", expression=self.text, part=type(sign).__name__)
            if isinstance(sign, ast.In | ast.NotIn) and not isinstance(right, ast.Tuple | ast.List):
                raise BadExpression("expression_not_allowed", expression=self.text, part=_shown(right))
            rest.append((_COMPARE[type(sign)], self._read(right, depth)))

        def compare(names: _Names, deadlines: _Deadlines) -> bool:
            left = first(names, deadlines)
            for holds, value in rest:
                right = value(names, deadlines)
                if not holds(left, right):
                    return False
                left = right
            return True

        return compare


def _number(value: Any) -> int | float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError(value)
    return value


def _shown(node: ast.expr) -> str:
    try:
        return ast.unparse(node)[:60]
    except (RecursionError, ValueError):
        return type(node).__name__


def _outside_quotes(text: str) -> str:
    return _replace_outside_quotes(text, "", "")


def _replace_outside_quotes(text: str, old: str, new: str) -> str:
    """`text` with `old` replaced where no string is open; with an empty `old`, only what stands outside strings."""
    result, quote = [], ""
    for letter in text:
        if quote:
            quote = "" if letter == quote else quote
            result.append(letter if old else "")
        elif letter in "\"'":
            quote = letter
            result.append(letter if old else "")
        else:
            result.append(new if old and letter == old else letter)
    return "".join(result)
