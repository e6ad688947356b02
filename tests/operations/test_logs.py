"""The log tells its keepers what happened and how long it took, and nothing about anybody."""

import io
import json
import logging
import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import pytest

from app import logs
from app.errors import NotReady

NAME = "Sjoerd-Willem van den Broek-Hoogerheide"


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level, hook = root.handlers, root.level, sys.excepthook
    written = io.StringIO()
    logs.start("info", written)
    yield written
    root.handlers, sys.excepthook = before, hook
    root.setLevel(level)


def read(written: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in written.getvalue().splitlines()]


def test_a_line_says_when_how_bad_where_what_and_in_which_request(lines: io.StringIO) -> None:
    token = logs.request.set("7f3a")
    logs.note("web", "request answered", level="warning", status=409, method="POST", route="/tasks/<int:id>/completion")
    logs.request.reset(token)
    (line,) = read(lines)
    assert line.pop("time").endswith("+00:00") and line.pop("process")
    assert line == {
        "level": "warning",
        "where": "web",
        "event": "request answered",
        "request": "7f3a",
        "status": 409,
        "method": "POST",
        "route": "/tasks/<int:id>/completion",
    }


def test_a_timed_block_gives_its_duration_and_what_it_found(lines: io.StringIO) -> None:
    with logs.timed("worker", "round done", job="letters") as facts:
        facts["count"] = 3
    (line,) = read(lines)
    assert (line["job"], line["count"]) == ("letters", 3) and line["duration"] >= 0


def test_only_known_facts_and_harmless_words_are_written(lines: io.StringIO) -> None:
    logs.note("web", "request answered", route=f"/search?q={NAME}", tenant=NAME, code=NAME, status=200)
    assert NAME not in lines.getvalue()
    assert read(lines)[0]["status"] == 200


def test_an_exception_is_its_kind_and_its_places_never_its_message(lines: io.StringIO) -> None:
    with pytest.raises(ValueError), logs.timed("actions", "task completed"):
        raise ValueError(f"UNIQUE constraint failed: {NAME}")
    (line,) = read(lines)
    assert (line["level"], line["error"]) == ("error", "builtins.ValueError")
    assert line["trace"][-1].startswith("tests/operations/test_logs.py:")
    assert NAME not in lines.getvalue()


def test_a_refusal_is_written_with_its_code(lines: io.StringIO) -> None:
    logs.note("web", "refused", error=NotReady("disk_full", tenant=NAME))
    assert read(lines)[0]["code"] == "disk_full" and NAME not in lines.getvalue()


def test_what_a_library_fills_in_is_left_out(lines: io.StringIO) -> None:
    logging.getLogger("gunicorn.error").error("Error handling request %s", f"/search?q={NAME}")
    logging.getLogger("app").error(ValueError(NAME))
    assert [line["event"] for line in read(lines)] == ["Error handling request %s", "ValueError"]


def test_a_fault_nobody_caught_is_a_line_too() -> None:
    child = f"from app import logs; logs.start(); raise ValueError({NAME!r})"
    ended = subprocess.run([sys.executable, "-c", child], capture_output=True, text=True, check=False)
    (line,) = [json.loads(text) for text in ended.stderr.splitlines()]
    assert (ended.returncode, line["level"], line["error"]) == (1, "critical", "builtins.ValueError")
    assert NAME not in ended.stderr


def test_quieter_levels_are_quiet(lines: io.StringIO) -> None:
    logs.start("error", lines)
    logs.note("worker", "round done")
    assert lines.getvalue() == ""
