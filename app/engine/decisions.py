"""Checks one decision table: its columns, its cells and what they ask; never decides anything."""

from __future__ import annotations

from collections.abc import Iterator

from lxml import etree

from app.engine import expressions
from app.engine.drawing import kind_of
from app.engine.faults import Fault

_POLICIES = {"FIRST", "UNIQUE"}
_WITH_ID = {"decisionTable", "input", "output", "rule", "inputEntry", "outputEntry"}


def check_table(file: str, root: etree._Element, facts: frozenset[str]) -> Iterator[Fault]:
    """What is wrong with the table, row by row; `facts` are the names its cells may ask for."""
    table = _table(root)
    policy = table.get("hitPolicy", "UNIQUE").upper()
    if policy not in _POLICIES:
        yield Fault(file, table.get("id", ""), "hit_policy", {"policy": policy})
    for part in table.iterchildren():
        if kind_of(part) not in {"input", "output", "rule"}:
            yield Fault(file, part.get("id", ""), "unsupported", {"kind": kind_of(part)})
    for node in table.iter():
        if kind_of(node) in _WITH_ID and not node.get("id"):
            yield Fault(file, "", "no_id", {"kind": kind_of(node)})
    subjects = [_subject(node) for node in _children(table, "input")]
    for node, subject in zip(_children(table, "input"), subjects, strict=True):
        if not subject:
            yield Fault(file, node.get("id", ""), "no_input")
        else:
            yield from _asks(file, node.get("id", ""), subject, facts)
    for node in _children(table, "output"):
        if not node.get("name", "").isidentifier():
            yield Fault(file, node.get("id", ""), "no_output")
    for rule in _children(table, "rule"):
        yield from _row(file, rule, subjects, len(_children(table, "output")), facts)


def outputs(root: etree._Element) -> set[str]:
    """The names the table answers with."""
    return {node.get("name", "") for node in _children(_table(root), "output")}


def _row(file: str, rule: etree._Element, subjects: list[str], results: int, facts: frozenset[str]) -> Iterator[Fault]:
    asked, answered = _children(rule, "inputEntry"), _children(rule, "outputEntry")
    if len(asked) != len(subjects) or len(answered) != results:
        found, wanted = len(asked) + len(answered), len(subjects) + results
        yield Fault(file, rule.get("id", ""), "cells", {"found": found, "wanted": wanted})
        return
    for subject, entry in zip(subjects, asked, strict=True):
        text = _text(entry)
        if subject and text and text != "-":
            try:
                condition = expressions.cell(subject, text)
            except expressions.BadExpression as bad:
                yield Fault(file, entry.get("id", ""), bad.code, bad.params)
            else:
                yield from _asks(file, entry.get("id", ""), condition, facts)
    for entry in answered:
        yield from _answer(file, entry)


def _answer(file: str, entry: etree._Element) -> Iterator[Fault]:
    text = _text(entry)
    if not text:
        yield Fault(file, entry.get("id", ""), "no_outcome")
        return
    try:
        expression = expressions.read(text)
    except expressions.BadExpression as bad:
        yield Fault(file, entry.get("id", ""), bad.code, bad.params)
        return
    if expression.names or expression.deadlines or isinstance(expressions.evaluate(text, {}, {}), tuple):
        yield Fault(file, entry.get("id", ""), "not_one_value", {"expression": text})


def _asks(file: str, element: str, text: str, facts: frozenset[str]) -> Iterator[Fault]:
    try:
        expression = expressions.read(text)
    except expressions.BadExpression as bad:
        yield Fault(file, element, bad.code, bad.params)
        return
    for name in sorted(expression.names - facts):
        yield Fault(file, element, "unknown_name", {"expression": text, "name": name})
    for name in sorted(expression.deadlines):
        yield Fault(file, element, "expression_not_allowed", {"expression": text, "part": f'deadline("{name}")'})


def _table(root: etree._Element) -> etree._Element:
    return next(node for node in root.iter() if kind_of(node) == "decisionTable")


def _children(node: etree._Element, kind: str) -> list[etree._Element]:
    return [child for child in node.iterchildren() if kind_of(child) == kind]


def _subject(node: etree._Element) -> str:
    return next((_text(expression) for expression in _children(node, "inputExpression")), "")


def _text(node: etree._Element) -> str:
    return next(((text.text or "").strip() for text in _children(node, "text")), "")
