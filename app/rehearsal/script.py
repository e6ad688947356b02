"""Reads a rehearsal: answers per task, what nobody does, and what happens on a day (docs/rehearsals.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from app.errors import Refused
from app.rules import forms
from app.rules.dates import add_months, minus_working_days, working_day_on_or_before

KEYS = {"about", "tenant", "start", "last_day", "answers", "when", "nobody", "happens", "co_tenants"}
DEEDS = {"move_review": {"month", "to", "reason"}, "worker_off": {"days"}}
BIGGEST = 200_000
DAY = re.compile(r"^(S|E|today|opened|due)\s*(?:([+-])\s*(\d{1,4})\s*(days?|working days?|weeks?|months?))?$")


class BadScript(Refused):
    """The script can't be played; `params["reason"]` is one sentence with the place."""


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happens by itself on a day: its name and what it needs."""

    on: str
    do: str
    params: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Script:
    name: str
    about: str = ""
    tenant: Mapping[str, str] = field(default_factory=dict)
    start: str = ""
    last_day: str = ""
    answers: Mapping[str, list[Mapping[str, Any]]] = field(default_factory=dict)  # task -> its answers, turn by turn
    when: Mapping[str, str] = field(default_factory=dict)  # task -> the day it is done
    nobody: frozenset[str] = frozenset()  # tasks that nobody does
    happens: tuple[Happening, ...] = ()
    co_tenants: tuple[Mapping[str, str], ...] = ()


def read_script(path: Path, tasks: set[str]) -> Script:
    """The script in this file. Raises BadScript with one sentence that names the place."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as fault:
        raise BadScript("bad_script", reason=f"{path.name} can't be read: {fault.strerror}.") from fault
    except UnicodeDecodeError as fault:
        raise BadScript("bad_script", reason=f"{path.name} is not UTF-8 text.") from fault
    if len(text) > BIGGEST:
        raise BadScript("bad_script", reason=f"{path.name} is larger than a rehearsal can be.")
    if re.search(r"(^|\s)[&*][A-Za-z0-9_]", text):
        raise BadScript("bad_script", reason=f"{path.name} uses YAML anchors, which a rehearsal does not need.")
    try:
        content = yaml.safe_load(text)
    except (yaml.YAMLError, RecursionError) as fault:
        mark = getattr(fault, "problem_mark", None)
        where = f", line {mark.line + 1}" if mark else ""
        raise BadScript("bad_script", reason=f"{path.name}{where} is not YAML.") from fault
    return _script(path.stem, content, tasks)


def _script(name: str, content: Any, tasks: set[str]) -> Script:
    def refuse(reason: str) -> BadScript:
        return BadScript("bad_script", reason=f"{name}: {reason}")

    if content is None:
        content = {}
    if not isinstance(content, dict):
        raise refuse("it must be a mapping.")
    if unknown := sorted(str(key) for key in content.keys() - KEYS):
        raise refuse(f"it knows no {', '.join(unknown)}; only {', '.join(sorted(KEYS))}.")
    named = {*(content.get("answers") or {}), *(content.get("when") or {}), *(content.get("nobody") or [])}
    if strange := sorted(str(task) for task in named - tasks):
        raise refuse(f"the drawings have no task {', '.join(strange)}.")
    answers = {}
    for task, given in (content.get("answers") or {}).items():
        turns = given if isinstance(given, list) else [given]
        if not all(isinstance(turn, dict) for turn in turns) or not turns:
            raise refuse(f"answers of {task} must be a mapping, or a list of mappings.")
        answers[task] = turns
    for task, when in (content.get("when") or {}).items():
        if not DAY.match(str(when)):
            raise refuse(f"the day of {task} must be like 'due', 'opened + 3 days' or 'E - 2 months', not '{when}'.")
    return Script(
        name=name,
        about=str(content.get("about") or ""),
        tenant={str(k): str(v) for k, v in (content.get("tenant") or {}).items()},
        start=str(content.get("start") or ""),
        last_day=str(content.get("last_day") or ""),
        answers=answers,
        when={task: str(when) for task, when in (content.get("when") or {}).items()},
        nobody=frozenset(content.get("nobody") or ()),
        happens=tuple(_happening(one, refuse) for one in content.get("happens") or ()),
        co_tenants=tuple({str(k): str(v) for k, v in one.items()} for one in content.get("co_tenants") or ()),
    )


def _happening(one: Any, refuse: Any) -> Happening:
    if not isinstance(one, dict) or ("on" not in one and True not in one) or "do" not in one:
        raise refuse("what happens needs 'on' and 'do'.")
    on = str(one.get("on", one.get(True)))  # YAML reads a bare `on` as true
    params = {key: value for key, value in one.items() if key not in ("on", True, "do")}
    if one["do"] not in DEEDS:
        raise refuse(f"it can't do '{one['do']}'; only {', '.join(DEEDS)}.")
    if params.keys() != DEEDS[one["do"]]:
        raise refuse(f"{one['do']} needs {', '.join(sorted(DEEDS[one['do']]))}.")
    return Happening(on, one["do"], params)


def day_of(said: str, marks: Mapping[str, date]) -> date:
    """A day as a script says it: '2026-05-30', '30-5-2026', 'S + 6 months', 'due - 2 days'. Raises BadScript."""
    found = DAY.match(said.strip())
    if found is None:
        try:
            return forms.parse_date(said, marks.get("today"))
        except forms.Unreadable as fault:
            raise BadScript("bad_script", reason=f"'{said}' is not a day.") from fault
    mark, sign, count, unit = found.groups()
    if mark not in marks:
        raise BadScript("bad_script", reason=f"'{mark}' is not known yet on that day.")
    day = marks[mark]
    if count is None:
        return day
    steps = int(count) if sign == "+" else -int(count)
    if unit.startswith("month"):
        return add_months(day, steps)
    if unit.startswith("week"):
        return day + timedelta(weeks=steps)
    if unit.startswith("working"):
        if steps <= 0:
            return minus_working_days(working_day_on_or_before(day), -steps)
        raise BadScript("bad_script", reason="working days are only counted back.")
    return day + timedelta(days=steps)
