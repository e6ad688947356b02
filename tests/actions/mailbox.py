"""A real SMTP server on loopback that keeps what it gets, and can refuse, put off or not be there at all."""

from __future__ import annotations

import socket
from email import message_from_bytes, policy
from email.message import EmailMessage
from threading import Lock
from types import TracebackType
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from app.config import Smtp


class Mailbox:
    """`says` answers a stage ("MAIL", "RCPT", "DATA") with a reply of ours instead of taking the mail."""

    def __init__(self) -> None:
        with socket.socket() as trial:
            trial.bind(("127.0.0.1", 0))
            self.port: int = trial.getsockname()[1]
        self.says: dict[str, str] = {}
        self.says_to: dict[str, str] = {}
        self.got: list[EmailMessage] = []
        self.to: list[list[str]] = []
        self.calls = 0
        self._lock = Lock()
        self._server: Controller | None = None

    @property
    def address(self) -> Smtp:
        return Smtp("smtp", "127.0.0.1", self.port)

    def open(self) -> None:
        self._server = Controller(self, hostname="127.0.0.1", port=self.port)
        self._server.start()

    def close(self) -> None:
        if self._server is not None:
            self._server.stop()
            self._server = None

    def __enter__(self) -> Mailbox:
        self.open()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    async def handle_EHLO(
        self, _server: SMTP, session: Session, _envelope: Envelope, hostname: str, responses: list[str]
    ) -> list[str]:
        with self._lock:
            self.calls += 1
        session.host_name = hostname
        return responses

    async def handle_MAIL(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if "MAIL" in self.says:
            return self.says["MAIL"]
        envelope.mail_from = address
        envelope.mail_options.extend(options)
        return "250 OK"

    async def handle_RCPT(
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        refusal = self.says_to.get(address) or self.says.get("RCPT")
        if refusal:
            return refusal
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if "DATA" in self.says:
            return self.says["DATA"]
        content: Any = envelope.content
        message = message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        with self._lock:
            self.got.append(message)
            self.to.append(list(envelope.rcpt_tos))
        return "250 taken"

    def ids(self) -> list[str]:
        return [str(message["Message-ID"]) for message in self.got]
