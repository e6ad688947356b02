"""Runs a program that is not trusted with everything: no network, none of our secrets, so much time and memory."""

from __future__ import annotations

import contextlib
import os
import resource
import shutil
import signal
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path


class TooLong(Exception):
    """It was not ready in time, and was stopped with all that it had started."""


@dataclass(frozen=True, slots=True)
class Limits:
    """`seconds` of the clock; of each process the `processor` seconds, and the bytes of `memory` and of a `file`."""

    seconds: float
    processor: int
    memory: int
    file: int


def run(command: Sequence[str], folder: Path, limits: Limits, given: bytes | None = None) -> bytes:
    """What the command said on stdout, if it was `given` something on its stdin. Its home is `folder`. Raises TooLong.

    It runs in a process group of its own, so that everything it started ends with it.
    """
    home = str(folder)
    process = subprocess.Popen(
        [*without_network(), *command],
        stdin=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stdout=subprocess.DEVNULL if given is None else subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=home,
        env={"PATH": os.environ.get("PATH", os.defpath), "HOME": home, "LANG": "C.UTF-8", "TMPDIR": home},
        start_new_session=True,
    )
    _limit(process.pid, limits)
    try:
        said, _ = process.communicate(given, timeout=limits.seconds)
        return said or b""
    except subprocess.TimeoutExpired as fault:
        raise TooLong from fault
    finally:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()
        for pipe in (process.stdin, process.stdout):
            if pipe is not None:
                with contextlib.suppress(OSError):
                    pipe.close()


@lru_cache(maxsize=1)
def without_network() -> tuple[str, ...]:
    """The command in front that takes the network away, as far as this machine permits it."""
    unshare = shutil.which("unshare")
    for command in ((unshare, "-n"), (unshare, "-r", "-n")) if unshare else ():
        tried = subprocess.run([*command, "true"], capture_output=True, timeout=10, check=False)
        if tried.returncode == 0:
            return tuple(part for part in command if part)
    return ()


def _limit(process: int, limits: Limits) -> None:
    """From outside, right after the start: a fork with threads around it may run no Python of its own."""
    if not hasattr(resource, "prlimit"):  # only Linux has it
        return
    kinds = {
        resource.RLIMIT_CPU: limits.processor, resource.RLIMIT_AS: limits.memory,
        resource.RLIMIT_FSIZE: limits.file, resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    with contextlib.suppress(ProcessLookupError):
        for kind, most in kinds.items():
            resource.prlimit(process, kind, (most, most))
