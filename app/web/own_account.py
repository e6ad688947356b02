"""Signing in with the account people have at their own organisation (OpenID Connect); never what is pinned to whom.

The code flow with PKCE. State, nonce and verifier are in the session's cookie for one try, and each organisation has an
address of its own to come back to, so that one provider's answer is never taken for another's (RFC 9700, 4.4).
"""

from __future__ import annotations

from typing import Any
from uuid import UUID

from authlib.integrations.base_client import OAuthError
from authlib.integrations.flask_client import FlaskOAuth2App, OAuth
from flask import Blueprint, Flask, current_app, g, redirect, request, session, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext
from joserfc.errors import JoseError
from requests import RequestException

from app import logs
from app.actions.identities import recognise
from app.config import Config
from app.errors import NotFound
from app.providers import Provider
from app.records.database import end_reading
from app.web.desk import config, desk
from app.web.doors import anyone, enter
from app.web.halfway import let_in
from app.web.places import local_path
from app.web.signing import sign_in_page

blueprint = Blueprint("own_account", __name__)

SECONDS = 10  # that somebody waits for a provider
# Signed with a key that only the provider has: never "none", and never with the secret that we have as well.
SIGNED_WITH = frozenset({"RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "EdDSA"})
FAILED = (OAuthError, JoseError, RequestException, ValueError, KeyError, RuntimeError)
TRIES = "_state_"  # what Authlib begins its entries in the session with
BACK = "back_after_provider"


class _Client(FlaskOAuth2App):  # type: ignore[misc]
    """Authlib's client, which believes what a provider says of itself only when it is the issuer that was named."""

    def load_server_metadata(self) -> dict[str, Any]:
        known: dict[str, Any] = super().load_server_metadata()
        if known.get("issuer") != self.provider.issuer:
            known.pop("_loaded_at", None)  # ask again the next time: somebody may be mending it
            raise ValueError("the provider calls itself by another name than SIGN_IN_PROVIDERS")
        said = known.get("id_token_signing_alg_values_supported") or ["RS256"]
        known["id_token_signing_alg_values_supported"] = [one for one in said if one in SIGNED_WITH]
        return known

    def _get_session(self) -> Any:
        return _following_nothing(super()._get_session())

    def _get_oauth_client(self, **metadata: Any) -> Any:
        return _following_nothing(super()._get_oauth_client(**metadata))

    @property
    def provider(self) -> Provider:
        return _provider(UUID(self.name))


def _following_nothing(client: Any) -> Any:
    """A provider that sends our program on, to wherever, has not answered."""
    client.max_redirects = 0
    return client


def install(app: Flask) -> None:
    """One client for each organisation that has a provider."""
    settings: Config = app.extensions["voorwaarts.config"]
    clients = OAuth(app)
    for one in settings.providers:
        clients.register(
            one.organisation.hex,
            client_cls=_Client,
            client_id=one.client_id,
            client_secret=one.client_secret,
            server_metadata_url=one.metadata,
            client_kwargs={
                "scope": "openid email",
                "code_challenge_method": "S256",
                "default_timeout": SECONDS,
            },
        )


@blueprint.get("/sign-in/with/<uuid:organisation_id>")
@enter(anyone)
def leave_for(organisation_id: UUID) -> ResponseReturnValue:
    """To the provider, with one try in the session: an older one that was left lying counts no longer."""
    client, back = _client(organisation_id), local_path(request.args.get("next"))
    if g.viewer:
        return redirect(back, 303)
    for name in [name for name in session if name.startswith(TRIES)]:
        del session[name]
    session[BACK] = back
    end_reading()  # nobody holds the database while a provider thinks
    try:
        answer: ResponseReturnValue = client.authorize_redirect(_address(organisation_id))
    except FAILED as fault:
        return _failed(fault)
    return answer


@blueprint.get("/sign-in/with/<uuid:organisation_id>/back")
@enter(anyone)
def come_back(organisation_id: UUID) -> ResponseReturnValue:
    """From the provider, with a code that counts once."""
    client, back = _client(organisation_id), local_path(session.get(BACK))
    if g.viewer:
        return redirect(back, 303)
    end_reading()
    try:
        if request.args.get("iss", client.provider.issuer) != client.provider.issuer:  # RFC 9207
            raise ValueError("the answer is of another provider")
        claims = _claims(client)
    except FAILED as fault:
        return _failed(fault)
    user = recognise(desk(), client.provider, claims)
    if user is None:
        said = gettext(
            "That account is not of somebody who works here with Voorwaarts. Ask your application manager to look at "
            "your e-mail address."
        )
        return sign_in_page(back, fault=said, elsewhere=True), 422
    let_in(user, "provider")
    return redirect(back, 303)


def _claims(client: _Client) -> dict[str, Any]:
    """What the provider proves of who came back; the address may be in its second answer only (Core 1.0, 5.4)."""
    token = client.authorize_access_token()
    claims: dict[str, Any] = token["userinfo"]
    meant_for = [claims["aud"]] if isinstance(claims["aud"], str) else claims["aud"]
    if client.client_id not in meant_for:  # Authlib takes `azp` for it as well (Core 1.0, 3.1.3.7)
        raise ValueError("the token is for another program")
    if "email" in claims:
        return claims
    more = client.userinfo(token=token)
    if more["sub"] != claims["sub"]:  # Core 1.0, 5.3.2
        raise ValueError("the second answer is about somebody else")
    return {**more, **claims}


def _failed(fault: Exception) -> ResponseReturnValue:
    """What went wrong is for the log, without the words of it."""
    logs.note("web", "sign-in with a provider failed", level="warning", error=fault, code=getattr(fault, "error", ""))
    said = gettext(
        "Signing in with the account of your organisation did not succeed. Try again. If it happens again, ask those "
        "who look after your account."
    )
    return sign_in_page(local_path(session.get(BACK)), fault=said, elsewhere=True), 422


def _client(organisation_id: UUID) -> _Client:
    _provider(organisation_id)
    client: _Client = current_app.extensions["authlib.integrations.flask_client"].create_client(organisation_id.hex)
    return client


def _provider(organisation_id: UUID) -> Provider:
    found = next((one for one in config().providers if one.organisation == organisation_id), None)
    if found is None:
        raise NotFound("not_found")
    return found


def _address(organisation_id: UUID) -> str:
    """Where the provider sends people back to, as it was registered there: never after what a request says."""
    return config().base_url + url_for("own_account.come_back", organisation_id=organisation_id)
