"""Starts and stops processes: the web server, or web and worker side by side; it knows nothing of what they do."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import gc
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import Any

from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.workers.gthread import ThreadWorker

from app.config import Config, ConfigError

GRACE = 30  # seconds an answer that is being made gets to finish
LOOK = 0.2  # seconds between two looks at the children
PATIENCE = 2  # seconds to wait for a first answer, before looking at the children again
STOPPING = {signal.SIGTERM, signal.SIGINT, signal.SIGQUIT}
MEMORY_FOLDER = Path("/dev/shm")
LIBC = ctypes.CDLL(None) if sys.platform == "linux" else None  # loaded here: after a fork it may be too late
TO_DIE_WITH_PARENT = 1  # PR_SET_PDEATHSIG


@dataclass(frozen=True, slots=True)
class Process:
    """A child: its name for people, its command, and what its environment has besides ours."""

    name: str
    command: Sequence[str]
    env: Mapping[str, str] | None = None


def serve(config: Config, make_app: Callable[[], Any]) -> None:
    """Answer requests until told to stop; `make_app` is called in each process. Raises ConfigError: a taken port."""
    require_port(config.host, config.port)
    os.umask(0o077)  # what the web writes is for this user only
    _Gunicorn(config, make_app).run()


def settle() -> None:
    """What a process made at its start stays for good: the garbage collector need not look through it ever again.

    What one request makes is nearly all let go of without the collector, so it need not look after every 700 objects.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 10, 10)


class Taken(ConfigError):
    """Somebody else listens on that port."""


def require_port(host: str, port: int) -> None:
    """Raises Taken, or ConfigError when nobody could listen there."""
    try:
        with _listening(host, port):
            return
    except PermissionError:
        raise ConfigError([f"This user may not listen on port {port}; choose one above 1023 with PORT=…"]) from None
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            raise Taken([f"Port {port} on {host} is taken; choose another with PORT=…"]) from None
        raise ConfigError([f"HOST must be an address of this machine, and '{host}' is not."]) from None


def free_port(host: str, first: int, tries: int = 50) -> int:
    """`first`, or the next port above it that nobody has; raises ConfigError when all of them are taken."""
    for port in range(first, min(first + tries, 65536)):
        with contextlib.suppress(Taken):
            require_port(host, port)
            return port
    raise ConfigError([f"The ports from {first} on are all taken; choose another with PORT=…"])


def answers(host: str, port: int) -> bool:
    """Whether somebody there answers a request by now, whatever the answer."""
    connection = http.client.HTTPConnection(host.strip("[]"), port, timeout=PATIENCE)
    try:
        connection.request("GET", "/health", headers={"Host": "localhost"})
        connection.getresponse()
        return True
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def supervise(
    processes: Sequence[Process],
    when_up: Callable[[], None] | None = None,
    is_up: Callable[[], bool] = lambda: True,
) -> int:
    """Run `processes` side by side until we are told to stop (0), or until one of them stops by itself (1).

    SIGINT and SIGTERM stop them all, gently, and a second one at once. None is started again. If we are killed
    ourselves, they get SIGTERM from the kernel (Linux). `when_up` is called once, as soon as `is_up()`.
    """
    asked: list[int] = []
    with _listening_to_signals(asked):
        children: list[tuple[Process, subprocess.Popen[bytes]]] = []
        try:
            for process in processes:
                children.append((process, _start(process)))
            while not asked and all(child.poll() is None for _, child in children):
                if when_up and is_up():
                    when_up()
                    when_up = None
                time.sleep(LOOK)
            ended = [(process, child) for process, child in children if child.poll() is not None]
        finally:
            _stop([child for _, child in children], asked)
    if asked:
        return 0
    for process, child in ended:
        print(f"{process.name} stopped by itself ({child.returncode}); everything is stopped.", file=sys.stderr)
    return 1


def _start(process: Process) -> subprocess.Popen[bytes]:
    # Its own session, so that Ctrl-C reaches only us and we decide on the order.
    return subprocess.Popen(
        process.command,
        env={**os.environ, **(process.env or {})},
        stdin=subprocess.DEVNULL,
        start_new_session=True,
        preexec_fn=_die_with(os.getpid()) if LIBC else None,
    )


def _stop(children: Sequence[subprocess.Popen[bytes]], asked: list[int]) -> None:
    """Gently first; who is still there after the grace, or at a second signal, is killed with all it started."""
    already = len(asked)
    for child in children:
        if child.poll() is None:
            child.terminate()
    deadline = time.monotonic() + GRACE + 5
    while any(child.poll() is None for child in children):
        if time.monotonic() > deadline or len(asked) > already:
            break
        time.sleep(LOOK / 4)
    for child in children:
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()


def _die_with(parent: int) -> Callable[[], None]:
    """What the child does first: ask the kernel for SIGTERM once its parent is gone, however that went."""

    def ask() -> None:
        if LIBC:
            LIBC.prctl(TO_DIE_WITH_PARENT, signal.SIGTERM)
        if os.getppid() != parent:  # it went before we could ask
            os._exit(1)

    return ask


@contextlib.contextmanager
def _listening_to_signals(asked: list[int]) -> Iterator[None]:
    def note(number: int, _frame: FrameType | None) -> None:
        asked.append(number)

    heard = [signal.SIGINT, signal.SIGTERM]
    if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # under nohup a closed terminal is no reason to stop
        heard.append(signal.SIGHUP)
    before = {number: signal.signal(number, note) for number in heard}
    try:
        yield
    finally:
        for number, was in before.items():
            signal.signal(number, was)


@contextlib.contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as trial:
        trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as gunicorn does: a port just left is free
        trial.bind((host.strip("[]"), port))
        trial.listen(1)
        yield trial


class _Gunicorn(BaseApplication):
    def __init__(self, config: Config, make_app: Callable[[], Any]) -> None:
        self.config, self.make_app = config, make_app
        super().__init__()

    def load_config(self) -> None:
        host = f"[{self.config.host}]" if ":" in self.config.host and "[" not in self.config.host else self.config.host
        settings = {
            "bind": f"{host}:{self.config.port}",
            "workers": self.config.web_processes,
            "worker_class": _Worker,
            "threads": self.config.web_threads,
            "timeout": 60,
            "graceful_timeout": GRACE,
            "keepalive": 15,
            "accesslog": None,  # an access log holds query strings; the web logs each request itself, without
            "logger_class": _Log,
            "loglevel": self.config.log_level,
            "forwarded_allow_ips": "",  # the web decides on forwarded headers, by TRUSTED_PROXIES
            "control_socket_disable": True,
            "proc_name": "voorwaarts",
            "umask": 0o077,
        }
        if MEMORY_FOLDER.is_dir():
            settings["worker_tmp_dir"] = str(MEMORY_FOLDER)  # a heartbeat must never wait for a slow disk
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        app = self.make_app()
        settle()
        return app

    def run(self) -> None:
        _Arbiter(self).run()


class _Arbiter(Arbiter):
    """Keeps a stop that comes while a worker is being born: gunicorn's would lose it, and wait out its whole grace."""

    def spawn_worker(self) -> int:
        signal.pthread_sigmask(signal.SIG_BLOCK, STOPPING)
        try:
            return super().spawn_worker()
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


class _Worker(ThreadWorker):
    def init_signals(self) -> None:
        super().init_signals()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, STOPPING)


class _Log(Logger):
    """gunicorn's messages go the way of all others."""

    def setup(self, cfg: Any) -> None:
        self.error_log.propagate = True
        self.error_log.handlers = []
        self.error_log.setLevel(cfg.loglevel.upper())

    def access(self, *_args: Any, **_kwargs: Any) -> None:
        """The web logs each request itself, without its query string."""
