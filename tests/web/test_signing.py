"""Signing in and out: one sentence for every failure, only our own pages to come back to, a fresh session each time."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from app.records import Event, User, db
from app.records.database import let_go, reading
from tests import cast

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
WRONG = "do not belong together"


def sign_in(region: cast.Stage, email: str = EMAIL, password: str = cast.PASSWORD, **more: str):
    browser = region.browser()
    return browser, browser.post(
        "/sign-in", data={"email": email, "password": password, **more}, headers={"Accept-Language": "en"}
    )


def test_whoever_signs_in_comes_back_to_the_page_that_was_asked_for(region: cast.Stage) -> None:
    browser = region.browser()
    asked = browser.get("/?whose=team")
    assert asked.status_code == 302 and "/sign-in?next=" in asked.location
    page = browser.get(asked.location).text
    assert 'name="next" value="/?whose=team"' in page
    _, answer = sign_in(region, next="/?whose=team")
    assert (answer.status_code, answer.location) == (303, "/?whose=team")


@pytest.mark.parametrize(
    "away", ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"]
)
def test_nobody_is_led_to_another_site(region: cast.Stage, away: str) -> None:
    _, answer = sign_in(region, next=away)
    assert answer.location == "/"


def test_a_wrong_password_and_an_unknown_address_sound_the_same(region: cast.Stage) -> None:
    _, wrong = sign_in(region, password="something else")
    _, unknown = sign_in(region, email="nobody@meerwijk.demo.invalid")
    assert wrong.status_code == unknown.status_code == 422
    assert WRONG in wrong.text and WRONG in unknown.text
    assert f'value="{EMAIL}"' in wrong.text, "the address that was typed stands there again"
    assert "something else" not in wrong.text


def test_a_blocked_person_is_nobody(region: cast.Stage) -> None:
    browser, _ = sign_in(region)
    with region.app.app_context(), db.session.begin():
        user = db.session.get_one(User, region.user("housing_officer"))
        user.active, user.epoch = False, user.epoch + 1
    assert browser.get("/").status_code == 302, "being signed in ends at once"
    _, again = sign_in(region)
    assert again.status_code == 422 and WRONG in again.text


def test_signing_in_leaves_the_session_before_it_behind(region: cast.Stage) -> None:
    browser = region.browser()
    with browser.session_transaction() as session:
        session["left_by"] = "somebody else"
    browser.post("/sign-in", data={"email": EMAIL, "password": cast.PASSWORD})
    with browser.session_transaction() as session:
        assert "left_by" not in session and "_user_id" in session


def test_signing_out_closes_the_pages_again(region: cast.Stage) -> None:
    browser, _ = sign_in(region)
    assert browser.get("/").status_code == 200
    assert browser.post("/sign-out").location == "/sign-in"
    assert browser.get("/").status_code == 302
    assert browser.get("/sign-out").status_code == 405


def test_signing_in_and_out_and_a_sign_in_that_failed_stand_in_the_record(region: cast.Stage) -> None:
    """Never what was typed: people type a password where the address belongs."""
    with region.app.app_context():
        officer = region.viewer("housing_officer")
    browser = region.browser()
    for typed, password in ((EMAIL, "wrong"), ("my own password, by mistake", "wrong"), (EMAIL, cast.PASSWORD)):
        browser.post("/sign-in", data={"email": typed, "password": password})
    browser.post("/sign-out")
    with region.app.app_context():
        let_go()
        noted = reading().scalars(select(Event).where(Event.action.contains("sign")).order_by(Event.id)).all()
    assert [(one.action, one.about, one.result, one.details) for one in noted] == [
        ("sign_in_failed", "known", "refused", {"user": str(officer.id)}),
        ("sign_in_failed", "unknown", "refused", {}),
        ("signed_in", "housing_officer", "done", {}),
        ("signed_out", "housing_officer", "done", {}),
    ]
    assert [one.actor_id for one in noted] == [None, None, officer.id, officer.id]
    assert {one.chain for one in noted[2:]} == {officer.organisation_id}


def test_whoever_is_signed_in_need_not_sign_in_again(region: cast.Stage) -> None:
    browser, _ = sign_in(region)
    assert browser.get("/sign-in?next=/?whose=team").location == "/?whose=team"


def test_the_demo_lists_its_people_and_only_the_demo_does(region: cast.Stage, tmp_path: Path) -> None:
    page = region.browser().get("/sign-in").text
    assert cast.PASSWORD in page and EMAIL in page and "Woonstichting Meerwijk" in page
    real = cast.furnish(tmp_path / "real", demo=False)
    page = real.browser().get("/sign-in").text
    assert cast.PASSWORD not in page and EMAIL not in page


def test_a_form_from_elsewhere_signs_nobody_in(tmp_path: Path) -> None:
    region = cast.furnish(tmp_path, csrf=True)
    browser = region.browser()
    answer = browser.post("/sign-in", data={"email": EMAIL, "password": cast.PASSWORD})
    assert answer.status_code == 400
    page = browser.get("/sign-in").text
    token = page.split('name="csrf_token" value="')[1].split('"')[0]
    data = {"email": EMAIL, "password": cast.PASSWORD, "csrf_token": token}
    assert browser.post("/sign-in", data=data).status_code == 303
