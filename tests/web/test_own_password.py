"""Choosing another password: only with the one of now, only a good one, and every other sign-in is over at once."""

from __future__ import annotations

from html import unescape

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from werkzeug.test import TestResponse

from app.records import Event, User
from app.records.database import let_go, reading
from app.rules.attempts import LIMITS
from tests.cast import PASSWORD, Stage

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
NEW = " drie blauwe fietsen "


def signed_in(region: Stage, password: str = PASSWORD) -> FlaskClient:
    browser = region.browser()
    assert browser.post("/sign-in", data={"email": EMAIL, "password": password}).status_code == 303
    return browser


def change(browser: FlaskClient, current: str = PASSWORD, password: str = NEW) -> TestResponse:
    data = {"current": current, "password": password}
    return browser.post("/password", data=data, headers={"Accept-Language": "en"})


def kept(region: Stage) -> str:
    with region.app.app_context():
        let_go()
        return reading().get_one(User, region.user("housing_officer")).password_hash


def test_a_changed_password_ends_every_other_sign_in_and_not_this_one(region: Stage) -> None:
    here, there = signed_in(region), signed_in(region)
    before = here.get_cookie("voorwaarts")
    assert change(here).status_code == 303
    after = here.get_cookie("voorwaarts")
    assert here.get("/").status_code == 200 and there.get("/").status_code == 302
    assert before is not None and after is not None
    thief = region.browser()
    thief.set_cookie("voorwaarts", before.value)
    assert thief.get("/").status_code == 302, "this one too is a fresh sign-in"
    signed_in(region, NEW)
    old = region.browser().post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert old.status_code == 422
    with region.app.app_context():
        let_go()
        noted = reading().scalars(select(Event).where(Event.action == "password_changed")).one()
    assert noted.actor_id == region.user("housing_officer") and NEW.strip() not in str(noted.details)


@pytest.mark.parametrize("near", [NEW.strip(), NEW.upper(), NEW + " "])
def test_it_is_looked_at_just_as_it_was_typed(region: Stage, near: str) -> None:
    change(signed_in(region))
    assert region.browser().post("/sign-in", data={"email": EMAIL, "password": near}).status_code == 422


@pytest.mark.parametrize(
    ("current", "password", "sentence"),
    [
        ("something else", NEW, "This is not your password of now"),
        (PASSWORD, "kort", "A password has at least 15 characters"),
        (PASSWORD, "x y z " * 40, "A password has at most 200 characters"),
        (PASSWORD, "jeroenbakker2026", "This password is too easy to guess"),
        ("", "", "A password has at least 15 characters"),
    ],
)
def test_a_wrong_or_a_poor_one_changes_nothing_and_is_not_shown_again(
    region: Stage, current: str, password: str, sentence: str
) -> None:
    browser, before = signed_in(region), kept(region)
    answer = change(browser, current, password)
    assert answer.status_code == 422 and sentence in unescape(answer.text)
    assert not password or f'value="{password}"' not in answer.text
    assert kept(region) == before and browser.get("/").status_code == 200


def test_who_found_an_open_browser_may_not_guess_without_end(region: Stage) -> None:
    browser = signed_in(region)
    for number in range(LIMITS["account"].failures):
        assert change(browser, f"guess {number}").status_code == 422
    answer = change(browser)
    assert answer.status_code == 429 and "You can try again from" in unescape(answer.text)
    assert NEW not in unescape(answer.text)


def test_a_password_manager_knows_what_the_fields_are_for(region: Stage) -> None:
    page = signed_in(region).get("/password").text
    assert page.count('type="password"') == 2
    assert 'autocomplete="current-password"' in page and 'autocomplete="new-password"' in page
    assert "onpaste" not in page and "maxlength" not in page
