"""Web and worker start together and stop together, an answer that is being made is finished, nobody stays behind."""

import http.client
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app import serving
from app.config import Config, ConfigError

pytestmark = pytest.mark.slow  # real processes start and stop

PATIENCE = 20  # seconds


@pytest.fixture
def stage(tmp_path: Path) -> Iterator[Callable[[str], subprocess.Popen[str]]]:
    """Starts a part of tests.operations.stage; whatever is still there at the end is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(part: str, port: int = 0) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.operations.stage", part]
        env = {**os.environ, "STAGE": str(tmp_path), "PORT": str(port)}
        process = subprocess.Popen(command, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def eventually(holds: Callable[[], object]) -> None:
    until = time.monotonic() + PATIENCE
    while not holds():
        assert time.monotonic() < until, "it took too long"
        time.sleep(0.02)


def pid(folder: Path, part: str) -> int:
    file = folder / f"{part}.pid"
    eventually(lambda: file.exists() and file.read_text())
    return int(file.read_text())


def is_gone(number: int) -> bool:
    """Ended, or ended and not yet buried by whoever adopted it."""
    try:
        return Path(f"/proc/{number}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except FileNotFoundError:
        return True


def answer(port: int, path: str = "/") -> bytes | None:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=PATIENCE)
    try:
        connection.request("GET", path)
        return connection.getresponse().read()
    except ConnectionError:
        return None
    finally:
        connection.close()


Stage = Callable[..., subprocess.Popen[str]]


def test_an_answer_that_is_being_made_is_finished_before_the_web_stops(stage: Stage, tmp_path: Path) -> None:
    port = serving.free_port("127.0.0.1", 18_100)
    web = stage("serve", port)
    eventually(lambda: answer(port) == b"done")
    answers: list[bytes | None] = []
    asking = threading.Thread(target=lambda: answers.append(answer(port, "/slow")))
    asking.start()
    eventually((tmp_path / "started").exists)
    web.send_signal(signal.SIGTERM)
    asking.join()
    assert answers == [b"done"]
    assert web.wait(PATIENCE) == 0


def test_every_line_the_web_server_writes_is_json_and_none_is_a_request(stage: Stage) -> None:
    port = serving.free_port("127.0.0.1", 18_200)
    web = stage("serve", port)
    eventually(lambda: answer(port, "/?q=somebody") == b"done")
    web.send_signal(signal.SIGTERM)
    _, lines = web.communicate(timeout=PATIENCE)
    assert lines and all(line.startswith('{"time"') for line in lines.splitlines())
    assert "somebody" not in lines


def test_a_taken_port_is_a_sentence(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(ConfigError, match=rf"Port {port} on 127\.0\.0\.1 is taken; choose another with PORT="):
            serving.serve(Config.scratch(tmp_path, PORT=str(port)), lambda: None)


def test_the_next_free_port_is_above_the_taken_one() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert serving.free_port("127.0.0.1", port) > port


@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_a_pair_stops_together_when_asked_to(stage: Stage, tmp_path: Path, sign: signal.Signals) -> None:
    port = serving.free_port("127.0.0.1", 18_300)
    pair = stage("serve+wait", port)
    assert pair.stdout is not None and pair.stdout.readline() == "up\n"
    web, worker = pid(tmp_path, "serve"), pid(tmp_path, "wait")
    eventually(lambda: answer(port) == b"done")
    pair.send_signal(sign)
    assert pair.wait(PATIENCE) == 0
    assert is_gone(web) and is_gone(worker)
    assert answer(port) is None


def test_when_one_dies_by_itself_the_other_stops_and_it_is_said(stage: Stage, tmp_path: Path) -> None:
    pair = stage("wait+fail")
    _, said = pair.communicate(timeout=PATIENCE)
    assert pair.returncode == 1
    assert said == "fail stopped by itself (7); everything is stopped.\n"
    assert is_gone(pid(tmp_path, "wait"))


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells children that their parent was killed")
def test_a_killed_supervisor_leaves_no_orphans(stage: Stage, tmp_path: Path) -> None:
    port = serving.free_port("127.0.0.1", 18_400)
    pair = stage("serve+wait", port)
    web, worker = pid(tmp_path, "serve"), pid(tmp_path, "wait")
    eventually(lambda: answer(port) == b"done")
    pair.kill()
    eventually(lambda: is_gone(web) and is_gone(worker))
    eventually(lambda: answer(port) is None)
