"""Whose an account at an organisation's own provider is: pinned at the first sign-in, and never guessed again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import delete, select

from app.actions.attempts import record_failure
from app.actions.deed import Deed, Desk
from app.actions.keeping import require_keeper
from app.errors import NotFound
from app.providers import Provider
from app.records import Identity, User
from app.records.identities import LONGEST_SUBJECT


def recognise(desk: Desk, provider: Provider, claims: Mapping[str, Any]) -> User | None:
    """The person these proven claims are of, or None: nobody of this organisation, blocked, or somebody else.

    The first time it is the address that counts, where the provider says that it was verified; from then on the
    subject, which a provider gives to one account and never again (OpenID Connect Core 1.0, 5.7). An address may well
    move on to a colleague.
    """
    with desk.deed() as deed:
        user = _pinned(deed, provider, claims)
        if user is None:
            record_failure(deed, "provider")
        return user


def release(desk: Desk, user_id: UUID) -> None:
    """The pinned account of somebody counts no longer: at the next sign-in the address does, once more."""
    with desk.deed() as deed:
        user = deed.session.get(User, user_id)
        if user is None:
            raise NotFound("not_found")
        require_keeper(deed, user.organisation_id)
        gone = deed.session.execute(delete(Identity).where(Identity.user_id == user_id))
        if not gone.rowcount:  # type: ignore[attr-defined]
            raise NotFound("not_found")
        user.epoch += 1  # whoever is signed in with it is signed in no longer
        deed.happened("identity_released", about=user.role, id=str(user_id))


def _pinned(deed: Deed, provider: Provider, claims: Mapping[str, Any]) -> User | None:
    subject, email = str(claims.get("sub") or ""), str(claims.get("email") or "").strip().lower()
    if not 0 < len(subject) <= LONGEST_SUBJECT:
        return None
    here = User.organisation_id == provider.organisation, User.active
    pinned = select(User).join(Identity, Identity.user_id == User.id)
    of_account = pinned.where(Identity.issuer == provider.issuer, Identity.subject == subject, *here)
    if (user := deed.session.scalar(of_account)) is not None:
        return user
    if not email or not (provider.vouches or claims.get("email_verified") is True):
        return None
    bound = select(Identity.id).where(Identity.user_id == User.id, Identity.issuer == provider.issuer)
    user = deed.session.scalar(select(User).where(User.email == email, *here, ~bound.exists()))
    taken = select(Identity.id).where(Identity.issuer == provider.issuer, Identity.subject == subject)
    if user is None or deed.session.scalar(taken) is not None:
        return None
    pin = {"user_id": user.id, "issuer": provider.issuer, "subject": subject, "since": deed.today}
    deed.session.add(Identity(id=uuid4(), **pin))
    deed.happened("identity_pinned", about=user.role, id=str(user.id))
    return user
