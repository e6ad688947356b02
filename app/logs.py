"""What the program tells its keepers: one JSON object a line on stderr; never who a person is or what was filled in.

A line says when, how bad, where, what (a fixed phrase), in which request and how long it took. Other people's libraries
put values in their messages, and an exception's message may quote a whole row: so a message is written as its bare
pattern, an exception as its kind and the places it went through, and further facts only under the names in FACTS.
"""

from __future__ import annotations

import contextlib
import json
import logging
import os
import re
import sys
import threading
import time
import traceback
from collections.abc import Iterator, Mapping
from contextvars import ContextVar
from datetime import UTC, datetime
from types import TracebackType
from typing import TextIO

from app.errors import Refused

Fact = str | int | float | bool | None

# Whatever else is handed in is left out of the line. `row` is the number of a row, `route` the pattern of an address.
FACTS = {"duration", "method", "route", "status", "code", "kind", "count", "row", "job", "process", "version", "port"}
HARMLESS = re.compile(r"[\w./:<>*-]{0,100}", re.ASCII)
QUIET = dict.fromkeys(("apscheduler", "spiff", "alembic", "werkzeug", "authlib", "urllib3"), logging.WARNING)
PLACES = 12

request: ContextVar[str] = ContextVar("request", default="")
"""The number of the request that is being answered; the web sets it, every line written meanwhile carries it."""


def start(level: str = "info", stream: TextIO | None = None) -> None:
    """From here on everything that is logged in this process goes to `stream` (stderr) as JSON, uncaught faults too."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(AsJson())
    root = logging.getLogger()
    root.handlers = [handler]
    root.setLevel(level.upper())
    for name, least in QUIET.items():
        logging.getLogger(name).setLevel(max(least, root.level))
    sys.excepthook = _uncaught
    threading.excepthook = lambda args: _uncaught(args.exc_type, args.exc_value, args.exc_traceback)


def note(where: str, event: str, *, level: str = "info", error: BaseException | None = None, **facts: Fact) -> None:
    """Write one line: `where` is a room ("web", "worker"), `event` a fixed phrase; `facts` go by the names in FACTS."""
    _write(where, event, logging.getLevelNamesMapping()[level.upper()], error, facts)


@contextlib.contextmanager
def timed(where: str, event: str, **facts: Fact) -> Iterator[dict[str, Fact]]:
    """One line when it is over, with its duration in seconds; the block may add facts to what it is given."""
    began = time.perf_counter()
    try:
        yield facts
    except Exception as error:
        _write(where, event, logging.ERROR, error, facts | {"duration": _since(began)})
        raise
    _write(where, event, logging.INFO, None, facts | {"duration": _since(began)})


class AsJson(logging.Formatter):
    """Turns a record into one line of JSON that holds nothing a person filled in."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "where": record.name,
            "event": record.msg if isinstance(record.msg, str) else type(record.msg).__qualname__,
        }
        if request.get():
            line["request"] = request.get()
        line["process"] = os.getpid()
        for name, value in getattr(record, "facts", {}).items():
            if name in FACTS and (not isinstance(value, str) or HARMLESS.fullmatch(value)):
                line[name] = value
        if record.exc_info and record.exc_info[1] is not None:
            line |= _fault(record.exc_info[1])
        return json.dumps(line, ensure_ascii=False)


def _write(where: str, event: str, level: int, error: BaseException | None, facts: Mapping[str, Fact]) -> None:
    logging.getLogger(where).log(level, event, exc_info=error, extra={"facts": facts})


def _fault(error: BaseException) -> dict[str, object]:
    """The kind of fault and where it went through: never its message, which may quote what was being stored."""
    went = traceback.extract_tb(error.__traceback__)[-PLACES:]
    kind = type(error)
    said: dict[str, object] = {
        "error": f"{kind.__module__}.{kind.__qualname__}",
        "trace": [f"{_room(place.filename)}:{place.lineno} {place.name}" for place in went],
    }
    if isinstance(error, Refused):
        said["code"] = error.code
    if error.__cause__ is not None:
        said["cause"] = type(error.__cause__).__qualname__
    return said


def _room(filename: str) -> str:
    """The tail of a path, which tells enough: app/web/tasks.py, flask/app.py."""
    return "/".join(filename.replace("\\", "/").split("/")[-3:])


def _since(began: float) -> float:
    return round(time.perf_counter() - began, 4)


def _uncaught(kind: type[BaseException], error: BaseException | None, trace: TracebackType | None) -> None:
    if error is None or issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error or kind(), trace)
        return
    logging.getLogger("voorwaarts").critical("stopped by a fault", exc_info=(kind, error, trace))
