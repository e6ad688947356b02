"""Reads and fills templates that did not come along with the program in a process of their own, within limits.

Ours are trusted and are filled where they are asked for. Any other may be somebody's work: besides that it may hold
nothing active and say only the few words of the sandbox, it is given a second of the processor, 300 MB, no network and
none of our secrets. As a program (`python -m app.paper.apart`) this module is the process in which that happens.
"""

from __future__ import annotations

import json
import os
import pickle
import resource
import signal
import sys
import tempfile
from base64 import b64decode, b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from app import apart, paper
from app.errors import Refused

SECONDS: Final = 1.0  # of the processor, for one template; ours take a thirtieth of that
MEMORY: Final = 300_000_000
LIMITS: Final = apart.Limits(seconds=120, processor=120, memory=2_000_000_000, file=1_000_000)  # of all together
TOO_HEAVY: Final = "it takes too long or too much memory"
PROGRAM: Final = f"import sys; sys.path.insert(0, {str(Path(__file__).resolve().parents[2])!r}); " + (
    "from app.paper.apart import main; main()"
)


@dataclass(frozen=True, slots=True)
class Job:
    """One template to read; or to fill, when there are facts."""

    document: str
    language: str
    facts: Mapping[str, Any] | None = None


def fill(document: str, language: str, facts: Mapping[str, Any], folder: Path | None = None) -> paper.Filled:
    """As paper.fill, with the same refusals; template_broken as well when it takes too much time or memory."""
    if _is_ours(folder):
        return paper.fill(document, language, facts, folder)
    (answer,) = _answers([Job(document, language, facts)], folder or paper.FOLDER)
    if isinstance(answer, Refused):
        raise answer
    return paper.Filled(b64decode(answer["content"]), answer["hash"])


def faults(folder: Path) -> list[Refused]:
    """What is wrong with the templates of this folder: one refusal for each that can't be used."""
    jobs = [Job(name, language) for name, several in paper.documents(folder).items() for language in several]
    answers = [_read(job, folder) for job in jobs] if _is_ours(folder) else _answers(jobs, folder)
    return [answer for answer in answers if isinstance(answer, Refused)]


def _is_ours(folder: Path | None) -> bool:
    return folder is None or folder.resolve() == paper.FOLDER


def _read(job: Job, folder: Path) -> Refused | None:
    try:
        paper.words(job.document, job.language, folder)
    except Refused as refused:
        return refused
    return None


def _answers(jobs: Sequence[Job], folder: Path) -> list[Any]:
    """Of each job what came out: a refusal, or a mapping. What comes back is JSON, which can't do anything."""
    command = [sys.executable, "-c", PROGRAM]
    with tempfile.TemporaryDirectory(prefix="voorwaarts-templates-") as home:
        try:
            said = apart.run(command, Path(home), LIMITS, pickle.dumps((str(folder.resolve()), list(jobs))))
        except apart.TooLong:
            said = b""
    lines = said.splitlines()
    return [_answer(job, lines[number] if number < len(lines) else b"") for number, job in enumerate(jobs)]


def _answer(job: Job, line: bytes) -> Any:
    broken = Refused("template_broken", document=job.document, language=job.language, detail=TOO_HEAVY)
    try:
        told = json.loads(line)
    except ValueError:
        return broken
    if not isinstance(told, dict) or "broken" in told:
        return broken
    return Refused(told["code"], **told["params"]) if "code" in told else told


def main() -> None:
    """The process apart: jobs come in by stdin, and of each one line goes out."""
    folder, jobs = pickle.loads(sys.stdin.buffer.read())  # from the process that started this one, and nobody else
    for job in jobs:
        sys.stdout.write(json.dumps(_within_limits(job, Path(folder))) + "\n")
        sys.stdout.flush()


def _within_limits(job: Job, folder: Path) -> dict[str, Any]:
    """What came out of one template, in a process that it may break."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.close(reading)
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
        signal.setitimer(signal.ITIMER_PROF, SECONDS)  # nobody waits for its signal, so it ends the process
        with os.fdopen(writing, "wb") as pipe:
            pipe.write(json.dumps(_outcome(job, folder)).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        told = pipe.read()
    _, status = os.waitpid(child, 0)
    return dict(json.loads(told)) if status == 0 else {"broken": True}


def _outcome(job: Job, folder: Path) -> dict[str, Any]:
    try:
        if job.facts is None:
            paper.words(job.document, job.language, folder)
            return {}
        filled = paper.fill(job.document, job.language, job.facts, folder)
        return {"content": b64encode(filled.content).decode(), "hash": filled.template_hash}
    except Refused as refused:
        return {"code": refused.code, "params": refused.params}
    except Exception:
        return {"broken": True}
