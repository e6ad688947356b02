"""Passkeys: made with the password of now, proven by the device, of this site alone, and removed by its own person."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app.providers import Provider
from app.records import AccountMail, Event, Passkey, User, db
from app.records.database import let_go, reading
from app.rules.passkeys import MOST
from tests.cast import PASSWORD, Stage
from tests.web.authenticator import PRESENT, Device

UNKNOWN = "We do not know this passkey."
NOT_MADE = "No passkey was made."


def ask(browser: FlaskClient, page: str) -> str:
    """What the page asks the device."""
    found = re.search(r'data-ask="([^"]+)"', browser.get(page).text)
    assert found
    return html.unescape(found[1])


def visitor(region: Stage, role: str = "") -> FlaskClient:
    browser = region.browser(role)
    browser.environ_base["HTTP_ACCEPT_LANGUAGE"] = "en"
    return browser


def make(region: Stage, device: Device, role: str = "housing_officer", password: str = PASSWORD) -> TestResponse:
    browser = visitor(region, role)
    return browser.post("/passkeys", data={"answer": device.make(ask(browser, "/passkeys")), "current": password})


def sign_in(region: Stage, device: Device, back: str = "/") -> tuple[FlaskClient, TestResponse]:
    browser = visitor(region)
    answer = device.use(ask(browser, "/sign-in"))
    return browser, browser.post("/sign-in/passkey", data={"answer": answer, "next": back})


def rows(region: Stage) -> list[Passkey]:
    with region.app.app_context():
        let_go()
        return list(reading().scalars(select(Passkey)))


def happened(region: Stage, *actions: str) -> list[tuple[str, UUID | None, str]]:
    with region.app.app_context():
        let_go()
        found = reading().scalars(select(Event).where(Event.action.in_(actions)).order_by(Event.id))
        return [(one.action, one.actor_id, one.about) for one in found]


def test_a_passkey_signs_in_without_a_password_and_leads_to_the_page_that_was_asked_for(region: Stage) -> None:
    device = Device()
    assert make(region, device).status_code == 303
    (kept,) = rows(region)
    assert (kept.user_id, kept.credential, kept.used_on) == (
        region.user("housing_officer"), device.credential, None,
    )  # fmt: skip
    browser, answer = sign_in(region, device, "/trajectories")
    assert (answer.status_code, answer.headers["Location"]) == (303, "/trajectories")
    assert "Jeroen Bakker A" in browser.get("/trajectories").text
    (kept,) = rows(region)
    assert kept.uses == 1 and kept.used_on is not None
    officer = region.user("housing_officer")
    assert happened(region, "passkey_added") == [("passkey_added", officer, "housing_officer")]


def test_what_is_asked_of_the_device_is_to_look_who_holds_it_and_to_be_found_without_a_name(region: Stage) -> None:
    browser = visitor(region, "housing_officer")
    asked = ask(browser, "/passkeys")
    assert '"userVerification": "required"' in asked and '"residentKey": "required"' in asked
    assert '"attestation": "none"' in asked and '"rp": {"name": "Voorwaarts", "id": "localhost"}' in asked
    used = ask(visitor(region), "/sign-in")
    assert '"userVerification": "required"' in used and '"allowCredentials": []' in used
    assert len({ask(visitor(region), "/sign-in") for _ in range(3)}) == 3  # nobody is asked what another is


@pytest.mark.parametrize(
    "otherwise",
    [
        {"origin": "https://voorwaarts.example.net"},
        {"site": "voorwaarts.example.net"},
        {"flags": PRESENT},
        {"flags": 0},
    ],
    ids=["of another page", "of another site", "nobody was looked at", "nobody was there"],
)
def test_a_device_that_proves_too_little_makes_and_uses_nothing(region: Stage, otherwise: dict[str, object]) -> None:
    refused = make(region, Device().like(**otherwise))
    assert refused.status_code == 422 and NOT_MADE in refused.text and rows(region) == []
    device = Device()
    assert make(region, device).status_code == 303
    browser, answer = sign_in(region, device.like(**otherwise))
    assert answer.status_code == 422 and UNKNOWN in answer.text
    assert browser.get("/").status_code == 302
    assert happened(region, "sign_in_failed") == [("sign_in_failed", None, "passkey")]


def test_an_answer_counts_once_and_only_where_it_was_asked(region: Stage) -> None:
    device = Device()
    make(region, device)
    browser = visitor(region)
    answer = device.use(ask(browser, "/sign-in"))
    assert visitor(region).post("/sign-in/passkey", data={"answer": answer}).status_code == 422
    thief = visitor(region)
    ask(thief, "/sign-in")
    assert thief.post("/sign-in/passkey", data={"answer": answer}).status_code == 422
    assert browser.post("/sign-in/passkey", data={"answer": answer}).status_code == 303
    browser.post("/sign-out")
    assert browser.post("/sign-in/passkey", data={"answer": answer}).status_code == 422


def test_another_key_and_a_copy_whose_count_lies_behind_are_refused(region: Stage) -> None:
    device = Device(uses=5)
    make(region, device)
    copy = device.like()
    assert sign_in(region, device)[1].status_code == 303
    assert sign_in(region, copy)[1].status_code == 422  # its count is what ours is already
    assert sign_in(region, Device(credential=device.credential, uses=9))[1].status_code == 422
    assert sign_in(region, Device(uses=9))[1].status_code == 422


@pytest.mark.parametrize("answer", ["", "{", "[]", "null", '{"id": "x"}', "\x00", '{"rawId": 1, "response": {}}'])
def test_an_answer_that_is_none_is_a_sentence(region: Stage, answer: str) -> None:
    browser = visitor(region)
    ask(browser, "/sign-in")
    assert UNKNOWN in browser.post("/sign-in/passkey", data={"answer": answer}).text
    inside = visitor(region, "housing_officer")
    ask(inside, "/passkeys")
    refused = inside.post("/passkeys", data={"answer": answer, "current": PASSWORD})
    assert refused.status_code == 422 and NOT_MADE in refused.text


def test_making_and_removing_take_the_password_of_now(region: Stage) -> None:
    device = Device()
    refused = make(region, device, password="not the password of now")
    assert refused.status_code == 422 and "This is not your password of now." in refused.text and rows(region) == []
    make(region, device)
    (kept,) = rows(region)
    address, browser = f"/passkeys/{kept.id}/removal", visitor(region, "housing_officer")
    assert "signs in no longer" in browser.get(address).text
    assert browser.post(address, data={"current": "not the password of now"}).status_code == 422
    assert browser.post(address, data={"current": PASSWORD}).status_code == 303
    assert rows(region) == [] and sign_in(region, device)[1].status_code == 422
    assert [one[0] for one in happened(region, "passkey_added", "passkey_removed")] == [
        "passkey_added", "passkey_removed",
    ]  # fmt: skip
    with region.app.app_context():  # and its person hears of it by mail
        mails = reading().scalars(select(AccountMail).order_by(AccountMail.made_at))
        officer = region.user("housing_officer")
        assert [(one.user_id, one.kind) for one in mails] == [(officer, "passkey_added"), (officer, "passkey_removed")]


def test_nobody_removes_somebody_elses(region: Stage) -> None:
    make(region, Device())
    (kept,) = rows(region)
    other = region.browser("team_lead")
    assert other.get(f"/passkeys/{kept.id}/removal").status_code == 404
    assert other.post(f"/passkeys/{kept.id}/removal", data={"current": PASSWORD}).status_code == 404
    assert len(rows(region)) == 1


def test_a_device_is_kept_once_and_nobody_has_more_than_a_few(region: Stage) -> None:
    device = Device()
    make(region, device)
    again = make(region, device, role="team_lead")
    assert again.status_code in (409, 422) and len(rows(region)) == 1
    for _ in range(MOST - 1):
        assert make(region, Device()).status_code == 303
    refused = make(region, Device())
    assert refused.status_code == 422 and f"You have {MOST} passkeys already." in refused.text


def test_a_blocked_person_and_one_whose_organisation_signs_in_itself_are_refused(region: Stage) -> None:
    device = Device()
    make(region, device)
    config = region.app.extensions["voorwaarts.config"]
    with region.app.app_context():
        whose = reading().get_one(User, region.user("housing_officer")).organisation_id
    provider = Provider(whose, "https://id.example.org", "client", "secret", only=True)
    region.app.extensions["voorwaarts.config"] = replace(config, providers=(provider,))
    try:
        _, answer = sign_in(region, device)
        assert answer.status_code == 422 and "Your organisation signs in with its own account." in answer.text
        assert "a passkey is made there" in visitor(region, "housing_officer").get("/passkeys").text
    finally:
        region.app.extensions["voorwaarts.config"] = config
    with region.app.app_context(), db.session.begin():
        db.session.execute(update(User).where(User.id == region.user("housing_officer")).values(active=False))
    device.uses += 1
    assert sign_in(region, device)[1].status_code == 422
