"""Mail leaves the house here: over SMTP, or as .eml files where no SMTP server is set; never decides who gets what."""

from __future__ import annotations

import contextlib
import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from typing import Protocol

from app.errors import NotReady
from app.files import write_whole

TIMEOUT = 20


class PostDown(Exception):
    """The mail could not be handed over now; it waits and is tried again."""


class ServerDown(PostDown):
    """Nothing gets through at all: there is no sense in trying the next mail."""


class PostRefused(Exception):
    """The server will never take this mail for this address."""


@dataclass(frozen=True, slots=True)
class Attachment:
    file_name: str
    media_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail. `message_id` is the same at every try, so that a receiver can tell a repeat."""

    to: Sequence[str]
    subject: str
    body: str
    message_id: str
    attachments: Sequence[Attachment] = ()


class Server(Protocol):
    """A mail server. `scheme`: smtp (plain), smtp+starttls (must upgrade), smtps (TLS from the first byte)."""

    @property
    def scheme(self) -> str: ...
    @property
    def host(self) -> str: ...
    @property
    def port(self) -> int: ...
    @property
    def user(self) -> str | None: ...
    @property
    def password(self) -> str | None: ...


@dataclass(frozen=True, slots=True)
class Postman:
    """Hands mail over to the server; without one, letters become files in `folder`."""

    sender: str
    server: Server | None
    folder: Path

    def post(self, mail: Mail, at: datetime) -> None:
        """Hand over one mail. Raises PostDown when it must wait, PostRefused when it will never be taken."""
        message = compose(mail, self.sender, at)
        try:
            if self.server is None:
                self._keep(message, mail.message_id, at)
            else:
                _deliver(self.server, message, mail.to)
        except smtplib.SMTPRecipientsRefused as fault:
            if all(code >= 500 for code, _ in fault.recipients.values()):
                raise PostRefused(_kind(fault)) from fault
            raise PostDown(_kind(fault)) from fault
        except smtplib.SMTPDataError as fault:
            raise (PostRefused if fault.smtp_code >= 500 else PostDown)(_kind(fault)) from fault
        except NotReady as fault:
            raise ServerDown(fault.code) from fault
        except (OSError, smtplib.SMTPException) as fault:
            # Also a server that refuses us, our password or our sender: somebody will mend that, until then all waits.
            raise ServerDown(_kind(fault)) from fault

    def _keep(self, message: EmailMessage, message_id: str, at: datetime) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        name = re.sub(r"[^A-Za-z0-9-]", "-", message_id)
        write_whole(self.folder / f"{at:%Y%m%d-%H%M%S}-{name}.eml", message.as_bytes())


def compose(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """The mail as a message; a line break in a subject, an address or a name can't add a header."""
    message = EmailMessage()
    message["From"] = sender
    message["To"] = ", ".join(one_line(address) for address in mail.to)
    message["Subject"] = one_line(mail.subject)
    message["Date"] = format_datetime(at)
    message["Message-ID"] = mail.message_id
    message["Auto-Submitted"] = "auto-generated"
    message.set_content(mail.body)
    for attachment in mail.attachments:
        kind, _, subtype = attachment.media_type.partition("/")
        name = one_line(attachment.file_name)
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=name)
    return message


def one_line(text: str) -> str:
    return " ".join(text.split())


def _kind(fault: BaseException) -> str:
    return type(fault).__name__


def _deliver(server: Server, message: EmailMessage, to: Sequence[str]) -> None:
    connection: smtplib.SMTP
    if server.scheme == "smtps":
        connection = smtplib.SMTP_SSL(server.host, server.port, timeout=TIMEOUT, context=ssl.create_default_context())
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=TIMEOUT)
    try:
        if server.scheme == "smtp+starttls":
            connection.starttls(context=ssl.create_default_context())
        if server.user:
            connection.login(server.user, server.password or "")
        _hand_over(connection, message, to)
    finally:
        with contextlib.suppress(OSError, smtplib.SMTPException):  # what was taken is taken, however we part
            connection.quit()
        connection.close()


def _hand_over(connection: smtplib.SMTP, message: EmailMessage, to: Sequence[str]) -> None:
    try:
        connection.send_message(message, to_addrs=list(to))
    except smtplib.SMTPNotSupportedError as fault:  # an address with letters this server can't take
        raise PostRefused(_kind(fault)) from fault
