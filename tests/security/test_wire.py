"""The bytes of a request as the web server reads them: one message is one message."""

from __future__ import annotations

import socket

import pytest

from app import serving
from tests.operations import test_serving
from tests.operations.test_serving import Stage, answer, eventually, stage

__all__ = ["stage"]

SECOND = b"GET /second HTTP/1.1\r\nHost: localhost\r\n\r\n"


def said(port: int, sent: bytes) -> bytes:
    """All that comes back until the server closes the line."""
    with socket.create_connection(("127.0.0.1", port), test_serving.PATIENCE) as line:
        line.sendall(sent)
        line.shutdown(socket.SHUT_WR)
        heard = b""
        while more := line.recv(65536):
            heard += more
    return heard


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", b"0\r\n\r\n" + SECOND),
        (b"Content-Length: 4\r\nContent-Length: 40\r\n", b"abcd" + SECOND),
        (b"Transfer-Encoding: xchunked\r\n", b"0\r\n\r\n" + SECOND),
        (b"Transfer-Encoding : chunked\r\n", b"0\r\n\r\n" + SECOND),
        (b"Content-Length: +4\r\n", b"abcd" + SECOND),
        (b"Content-Length: 4\r\n X: folded\r\n", b"abcd" + SECOND),
        (b"Transfer-Encoding: chunked\r\n", b"5;\n\r\nabcde\r\n0x0\r\n\r\n" + SECOND),
    ],
)
def test_no_second_request_hides_in_the_first(stage: Stage, headers: bytes, body: bytes) -> None:
    port = serving.free_port("127.0.0.1", 18_600)
    stage("serve", port)
    eventually(lambda: answer(port) == b"done")
    heard = said(port, b"POST / HTTP/1.1\r\nHost: localhost\r\n" + headers + b"\r\n" + body)
    assert heard.count(b"HTTP/1.1 200") <= 1, heard
    assert b"HTTP/1.1 400" in heard or b"HTTP/1.1 501" in heard or heard.count(b"HTTP/1.1") == 1, heard
