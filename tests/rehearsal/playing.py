"""Plays rehearsals for the tests, each once, and keeps which flows of the drawings were walked meanwhile."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from app.engine.tokens import Token
from app.rehearsal import report, stage, told
from app.rehearsal.script import parse, read_script

FOLDER = Path(__file__).parents[2] / "workflows" / "rehearsals"
WALKED: set[tuple[str, str, str]] = set()  # drawing, from, to


@cache
def played(name: str, start: str = "", last_day: str = "") -> dict[str, Any]:
    """The JSON of a shipped script, as a program reads it."""
    return _play(FOLDER / f"{name}.yaml", start, last_day)[0]


@cache
def in_words(name: str) -> str:
    """The text of a shipped script."""
    return _play(FOLDER / f"{name}.yaml", "", "")[1]


def tried(text: str, start: str = "", last_day: str = "") -> dict[str, Any]:
    """The JSON of a script that a test wrote."""
    return _play(text, start, last_day)[0]


def _play(script: Path | str, start: str, last_day: str) -> tuple[dict[str, Any], str]:
    with stage.scratch() as app, _watching():
        forms = stage.forms(app)
        read = read_script(script, forms) if isinstance(script, Path) else parse("tried", script, forms)
        player = stage.rehearse(app, read, start, last_day)
        content: dict[str, Any] = json.loads(report.as_json(player))
        return content, told.as_text(player)


@contextmanager
def _watching() -> Iterator[None]:
    add = Token._add_child

    def noted(token: Token, spec: Any, *more: Any) -> Token | None:
        child = add(token, spec, *more)
        if child is not None:
            WALKED.add((token.workflow.spec.name, _element(token.task_spec.name), _element(spec.name)))
        return child

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Token, "_add_child", noted)
        yield


def _element(spec: str) -> str:
    """The library puts a split and a join of its own around an element with an event on its edge."""
    return spec.partition(".BoundaryEvent")[0]
