"""Reads YAML as nothing but text, lists and names, and says in one sentence why it can't; trusts no file.

No anchors (a few lines of them blow up to gigabytes), no tags (they make objects), nothing said twice.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from app.rehearsal.days import BadScript

BIGGEST = 40_000  # bytes; the longest one that came along has two thousand
DEEPEST = 12


def text_of(path: Path) -> str:
    """What is in this file. Raises BadScript."""
    try:
        if path.exists() and not path.is_file():
            raise BadScript(f"{path.name} is not a file.")
        with path.open("rb") as file:
            content = file.read(BIGGEST + 1)
    except (OSError, ValueError) as fault:
        raise BadScript(f"{path.name} can't be read: {getattr(fault, 'strerror', fault)}.") from fault
    if len(content) > BIGGEST:
        raise BadScript(f"{path.name} is larger than a rehearsal can be ({BIGGEST // 1000} kB).")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        raise BadScript(f"{path.name} is not UTF-8 text.") from fault


def content_of(text: str, file: str) -> dict[str, Any]:
    """The YAML as plain text, lists and mappings: `no` stays no and a date stays as it was typed. Raises BadScript."""
    try:
        depth = 0
        for event in yaml.parse(text, yaml.BaseLoader):  # one by one: each level more makes all that follow slower
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            line = event.start_mark.line + 1 if event.start_mark else 1
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise BadScript(f"{file}, line {line} uses a YAML anchor, which a rehearsal does not need.")
            if getattr(event, "tag", None):
                raise BadScript(f"{file}, line {line} uses a YAML tag, which a rehearsal does not need.")
            if depth > DEEPEST + 1:
                raise BadScript(f"{file}, line {line} is nested too deeply.")
        node = yaml.compose(text, yaml.BaseLoader)
    except RecursionError as fault:
        raise BadScript(f"{file} is nested too deeply.") from fault
    except yaml.YAMLError as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise BadScript(f"{file}{where} is not YAML: {getattr(fault, 'problem', None) or 'it is broken'}.") from fault
    plain = {} if node is None else _plain(node, file)
    if not isinstance(plain, dict):
        raise BadScript(f"{file} must hold names with what belongs to them, as in 'about: All goes well'.")
    return plain


def _plain(node: yaml.Node, file: str, depth: int = 0) -> Any:
    line = node.start_mark.line + 1
    if depth > DEEPEST:
        raise BadScript(f"{file}, line {line} is nested too deeply.")
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return [_plain(one, file, depth + 1) for one in node.value]
    found: dict[str, Any] = {}
    for key, value in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise BadScript(f"{file}, line {line}: a name must be plain text.")
        if key.value in found:
            raise BadScript(f"{file}, line {key.start_mark.line + 1} says '{key.value[:60]}' a second time.")
        found[key.value] = _plain(value, file, depth + 1)
    return found
