"""The words of a mail, in the reader's language; never a fact of care, never more names than needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import current_app
from flask_babel import force_locale, gettext, ngettext

from app.actions.account_mail import Said
from app.actions.letters import About
from app.config import Config


def write(about: Sequence[About], language: str) -> tuple[str, str]:
    """Subject and body of one mail about one or several things."""
    with force_locale(language):
        letters = [_letter(one, language) for one in about]
        if len(letters) == 1:
            subject, text = letters[0]
        else:
            subject = ngettext("%(num)d message from Voorwaarts", "%(num)d messages from Voorwaarts", len(letters))
            text = "\n\n".join(f"{title}\n{body}" for title, body in letters)
        return subject, _render("mail/frame.txt", text=text, tenant=_tenant(about[0]))


def write_to_account(said: Said) -> tuple[str, str]:
    """Subject and body of a mail to somebody about their own account."""
    with force_locale(said.language):
        config: Config = current_app.extensions["voorwaarts.config"]
        link = f"{config.base_url}/link/{said.token}" if said.token else ""
        rendered = _render(f"mail/{said.kind}.txt", said=said, link=link, address=config.base_url)
        subject, _, text = rendered.strip().partition("\n")
        return subject.strip(), _render("mail/frame.txt", text=text.strip(), tenant=said.name)


def _tenant(one: About) -> str:
    """Whom a mail greets by name: the tenant. An invitation to print goes to the officer, who is not the tenant."""
    return "" if one.kind.endswith("_to_print") else one.tenant


def _letter(one: About, language: str) -> tuple[str, str]:
    rendered = _render(f"mail/{one.kind}.txt", about=one, task=_title(one.task, language), address=_address(one))
    subject, _, text = rendered.strip().partition("\n")
    return subject.strip(), text.strip()


def _title(task: str, language: str) -> str:
    if not task:
        return ""
    title: str = current_app.extensions["voorwaarts.house"].library.title(task, language)
    return title


def _address(one: About) -> str:
    config: Config = current_app.extensions["voorwaarts.config"]
    return f"{config.base_url}/trajectories/{one.trajectory_id}"


def _render(name: str, **words: Any) -> str:
    # The bare template: a mail has no request, so no menu and nobody who is signed in.
    return current_app.jinja_env.get_template(name).render(_=gettext, **words)
