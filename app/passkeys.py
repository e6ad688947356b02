"""Web Authentication as this house uses it: what is asked of a device, and whether its answer is proof; no rows.

A passkey is asked to look who holds it (a fingerprint, a face, a code), so it is two factors by itself, and to be found
without a name being typed first. It works on this site alone, so that nobody can be lured into using it elsewhere.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit
from uuid import UUID

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

FAULTS = (WebAuthnException, ValueError, KeyError, TypeError)
NAME = "Voorwaarts"


@dataclass(frozen=True, slots=True)
class Site:
    """Where a passkey belongs: the address people type, without anything behind it."""

    origin: str

    @property
    def name(self) -> str:
        return urlsplit(self.origin).hostname or ""


@dataclass(frozen=True, slots=True)
class Made:
    """A new passkey: what to know it by, what to prove it with, and how often it was used."""

    credential: bytes
    public_key: bytes
    uses: int


def challenge() -> str:
    """Something that no device has answered before."""
    return bytes_to_base64url(secrets.token_bytes(32))


def to_make(site: Site, asked: str, user_id: UUID, email: str, name: str, there: Sequence[bytes]) -> str:
    """What a browser is asked in order to make a passkey, as JSON; devices that hold one of `there` need no other."""
    return options_to_json(
        webauthn.generate_registration_options(
            rp_id=site.name,
            rp_name=NAME,
            user_id=user_id.bytes,
            user_name=email,
            user_display_name=name,
            challenge=base64url_to_bytes(asked),
            exclude_credentials=[PublicKeyCredentialDescriptor(id=one) for one in there],
            authenticator_selection=AuthenticatorSelectionCriteria(
                resident_key=ResidentKeyRequirement.REQUIRED,
                user_verification=UserVerificationRequirement.REQUIRED,
            ),
        )
    )


def made(site: Site, asked: str, answer: str) -> Made | None:
    """The new passkey, or None where the answer proves none."""
    try:
        found = webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            require_user_verification=True,
        )
    except FAULTS:
        return None
    return Made(found.credential_id, found.credential_public_key, found.sign_count)


def to_use(site: Site, asked: str) -> str:
    """What a browser is asked in order to use whichever passkey it holds for this site, as JSON."""
    options = webauthn.generate_authentication_options(
        rp_id=site.name,
        challenge=base64url_to_bytes(asked),
        user_verification=UserVerificationRequirement.REQUIRED,
    )
    return options_to_json(options)


def which(answer: str) -> bytes | None:
    """Which passkey this answer is of, unproven; None where it is no answer."""
    try:
        return parse_authentication_credential_json(answer).raw_id
    except FAULTS:
        return None


def used(site: Site, asked: str, answer: str, public_key: bytes, uses: int) -> int | None:
    """How often the passkey was used by now, or None where the answer proves nothing: an old one, of another site, of
    another key, by somebody whom the device did not look at, or of a copy, whose count lies behind."""
    try:
        found = webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=base64url_to_bytes(asked),
            expected_rp_id=site.name,
            expected_origin=site.origin,
            credential_public_key=public_key,
            credential_current_sign_count=uses,
            require_user_verification=True,
        )
    except FAULTS:
        return None
    return found.new_sign_count
