"""Small processes for the tests of serving: a web that answers slowly when asked to, and a pair under supervision."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterable
from pathlib import Path

from app import logs, serving
from app.config import Config

Start = Callable[[str, list[tuple[str, str]]], object]


def web(environ: dict[str, object], start_response: Start) -> Iterable[bytes]:
    started = Path(os.environ["STAGE"]) / "started"
    if environ["PATH_INFO"] == "/slow":
        started.touch()
        time.sleep(1)
    start_response("200 OK", [("Content-Type", "text/plain")])
    return [b"done"]


def main(part: str) -> int:
    folder = Path(os.environ["STAGE"])
    (folder / f"{part}.pid").write_text(str(os.getpid()))
    if part == "serve":
        logs.start()
        serving.serve(Config.scratch(folder, PORT=os.environ["PORT"], WEB_PROCESSES="2"), lambda: web)
    elif part == "wait":
        time.sleep(60)
    elif part == "fail":
        while not (folder / "wait.pid").exists():
            time.sleep(0.02)
        return 7
    else:
        parts = part.split("+")
        return serving.supervise(
            [serving.Process(name, [sys.executable, "-m", __spec__.name, name]) for name in parts],
            when_up=lambda: print("up", flush=True),
        )
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
