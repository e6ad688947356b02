"""The demonstration's outgoing mail, read in the browser instead of sent; never there outside the demonstration."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from math import ceil
from pathlib import Path

from flask import Blueprint, abort, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.web.desk import config
from app.web.doors import enter, signed_in

blueprint = Blueprint("mail", __name__)

PAGE = 50
NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]*")


@dataclass(frozen=True, slots=True)
class Letter:
    """One mail as it would have been sent; `name` is its file without the ending."""

    name: str
    subject: str
    sender: str
    to: str
    at: datetime | None
    body: str = ""
    attachments: tuple[str, ...] = ()


@blueprint.get("/mail")
@enter(signed_in)
def page() -> ResponseReturnValue:
    files = _files()
    last = max(1, ceil(len(files) / PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    rows = [_read(file, whole=False) for file in files[(number - 1) * PAGE : number * PAGE]]
    return render_template(
        "outbox/page.html", rows=rows, total=len(files), number=number, last=last,
        address_of=lambda n: url_for("mail.page", page=n),
    )  # fmt: skip


@blueprint.get("/mail/<name>")
@enter(signed_in)
def one(name: str) -> ResponseReturnValue:
    """The name is looked up among the files there are, so it can't point anywhere else."""
    found = next((file for file in _files() if file.stem == name), None) if NAME.fullmatch(name) else None
    if found is None:
        abort(404)
    return render_template("outbox/one.html", letter=_read(found, whole=True))


def _files() -> list[Path]:
    """The newest first; their names begin with the moment."""
    if not config().demo:
        abort(404)
    folder = config().mail
    files = (file for file in folder.glob("*.eml") if NAME.fullmatch(file.stem) and file.is_file())
    return sorted(files, key=lambda file: file.name, reverse=True)


def _read(file: Path, *, whole: bool) -> Letter:
    message = message_from_bytes(file.read_bytes(), policy=policy.default)
    return Letter(
        name=file.stem,
        subject=str(message.get("Subject", "")),
        sender=str(message.get("From", "")),
        to=str(message.get("To", "")),
        at=_moment(str(message.get("Date", ""))),
        body=_text(message) if whole else "",
        attachments=tuple(_attached(message)) if whole else (),
    )


def _moment(text: str) -> datetime | None:
    try:
        return parsedate_to_datetime(text)
    except ValueError:
        return None


def _text(message: EmailMessage) -> str:
    body = message.get_body(("plain",))
    return str(body.get_content()) if body is not None else ""


def _attached(message: EmailMessage) -> Iterator[str]:
    for part in message.iter_attachments():
        yield part.get_filename() or part.get_content_type()
