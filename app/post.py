"""Mail leaves the house here: over SMTP, or as .eml files where no SMTP server is set; never decides who gets what."""

from __future__ import annotations

import re
import smtplib
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

from app.files import write_whole

TIMEOUT = 20


class PostDown(Exception):
    """The mail could not be handed over now; it waits and is tried again."""


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


@dataclass(frozen=True, slots=True)
class Postman:
    """Hands mail over. `smtp_url` is smtp://[user:password@]host[:port] or smtps://…; empty: files in `folder`."""

    sender: str
    smtp_url: str
    folder: Path

    def post(self, mail: Mail, at: datetime) -> None:
        """Hand over one mail. Raises PostDown when it must wait, PostRefused when it will never be taken."""
        message = compose(mail, self.sender, at)
        if not self.smtp_url:
            self.folder.mkdir(parents=True, exist_ok=True)
            name = re.sub(r"[^A-Za-z0-9-]", "-", mail.message_id)
            write_whole(self.folder / f"{at:%Y%m%d-%H%M%S}-{name}.eml", message.as_bytes())
            return
        try:
            self._deliver(message, mail.to)
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused) as fault:
            raise PostRefused(_kind(fault)) from fault
        except smtplib.SMTPResponseException as fault:
            if 500 <= fault.smtp_code < 600 and not isinstance(fault, smtplib.SMTPAuthenticationError):
                raise PostRefused(_kind(fault)) from fault
            raise PostDown(_kind(fault)) from fault
        except (OSError, smtplib.SMTPException) as fault:
            raise PostDown(_kind(fault)) from fault

    def _deliver(self, message: EmailMessage, to: Sequence[str]) -> None:
        url = urlsplit(self.smtp_url)
        host = url.hostname or "localhost"
        server: smtplib.SMTP
        if url.scheme == "smtps":
            server = smtplib.SMTP_SSL(host, url.port or 465, timeout=TIMEOUT, context=ssl.create_default_context())
        else:
            server = smtplib.SMTP(host, url.port or 587, timeout=TIMEOUT)
        with server:
            if url.scheme == "smtp" and server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
            if url.username:
                server.login(unquote(url.username), unquote(url.password or ""))
            server.send_message(message, to_addrs=list(to))


def compose(mail: Mail, sender: str, at: datetime) -> EmailMessage:
    """The mail as a message; a line break in a subject or address can't add a header."""
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
        message.add_attachment(attachment.content, maintype=kind, subtype=subtype, filename=attachment.file_name)
    return message


def one_line(text: str) -> str:
    return re.sub(r"[\r\n]+", " ", text).strip()


def _kind(fault: BaseException) -> str:
    return type(fault).__name__
