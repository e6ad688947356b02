"""Sign-ins: each lasts as long as somebody works and no longer, and is ended from elsewhere by its own person alone."""

from __future__ import annotations

import re
from datetime import timedelta
from uuid import UUID, uuid4

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update

from app import clock
from app.actions.people import save_user
from app.actions.sessions import forget_old
from app.records import Event, User, UserSession, db
from app.records.database import let_go, reading
from app.rules.session import ABSOLUTE, IDLE, KEPT
from app.web.sessions import browser_name
from tests.cast import PASSWORD, Stage

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
SECOND = timedelta(seconds=1)


def signed_in(region: Stage, agent: str = FIREFOX) -> FlaskClient:
    browser = region.browser()
    answer = browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD}, headers={"User-Agent": agent})
    assert answer.status_code == 303
    return browser


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def rows(region: Stage) -> list[UserSession]:
    with region.app.app_context():
        let_go()
        return list(reading().scalars(select(UserSession).order_by(UserSession.began_at)))


def change(region: Stage, **values: object) -> None:
    with region.app.app_context(), db.session.begin():
        db.session.execute(update(UserSession).values(**values))


def test_a_sign_in_is_a_row_and_the_cookie_names_it(region: Stage) -> None:
    browser = signed_in(region)
    (row,) = rows(region)
    assert (row.user_id, row.origin, row.browser) == (region.user("housing_officer"), "127.0.0.1", FIREFOX)
    with browser.session_transaction() as session:
        assert UUID(session["_user_id"]) == row.id


@pytest.mark.parametrize(("column", "limit"), [("seen_at", IDLE), ("began_at", ABSOLUTE)])
def test_a_sign_in_is_over_when_its_time_is(region: Stage, column: str, limit: timedelta) -> None:
    browser, now = signed_in(region), clock.now()
    change(region, **{column: now - limit + 60 * SECOND})
    assert is_in(browser)
    change(region, **{column: now - limit - SECOND})
    assert not is_in(browser)


def test_whoever_works_on_stays_signed_in_and_it_is_written_down_once_a_minute(region: Stage) -> None:
    browser, now = signed_in(region), clock.now()
    change(region, seen_at=now - IDLE / 2)
    assert is_in(browser)
    seen = rows(region)[0].seen_at
    assert seen >= now
    assert is_in(browser)
    assert rows(region)[0].seen_at == seen


def test_signing_out_ends_the_sign_in_for_a_copied_cookie_too(region: Stage) -> None:
    browser, thief = signed_in(region), region.browser()
    cookie = browser.get_cookie("voorwaarts")
    assert cookie is not None
    thief.set_cookie("voorwaarts", cookie.value)
    assert is_in(thief)
    browser.post("/sign-out")
    assert not is_in(thief)


def test_signing_in_again_ends_the_sign_in_before_it(region: Stage) -> None:
    browser = signed_in(region)
    browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    first, second = rows(region)
    assert first.ended_at is not None and second.ended_at is None


def test_a_sign_in_elsewhere_is_ended_from_here(region: Stage) -> None:
    here, there = signed_in(region), signed_in(region, "curl/8.0")
    page = here.get("/sessions", headers={"Accept-Language": "en"}).text
    assert "Firefox, Windows" in page and "curl/8.0" in page
    assert page.count("this one") == 1
    addresses = re.findall(r'action="(/sessions/[0-9a-f-]+/end)"', page)
    assert len(addresses) == 2
    (other,) = [one for one in addresses if str(rows(region)[1].id) in one]
    assert here.post(other).status_code == 303
    assert is_in(here) and not is_in(there)


def test_signing_out_everywhere_ends_them_all(region: Stage) -> None:
    browsers = [signed_in(region) for _ in range(3)]
    answer = browsers[0].post("/sessions/end")
    assert (answer.status_code, answer.location) == (303, "/sign-in")
    assert not any(map(is_in, browsers))
    with region.app.app_context():
        let_go()
        noted = reading().scalars(select(Event).where(Event.action == "signed_out_everywhere")).one()
    assert noted.details == {"count": 3}


def test_nobody_ends_the_sign_in_of_somebody_else_and_it_looks_as_if_it_were_not_there(region: Stage) -> None:
    officer, lead = signed_in(region), region.browser("team_lead")
    own = rows(region)[0].id
    assert lead.post(f"/sessions/{own}/end").status_code == 404
    assert lead.post(f"/sessions/{uuid4()}/end").status_code == 404
    assert str(own) not in lead.get("/sessions").text
    assert is_in(officer)


@pytest.mark.parametrize("changed", ["email", "role", "block"])
def test_a_change_of_address_role_or_block_acts_within_one_request(region: Stage, changed: str) -> None:
    browser = signed_in(region)
    with region.app.app_context():
        user = reading().get_one(User, region.user("housing_officer"))
        fields = {
            "name": user.name, "email": user.email, "role": user.role, "organisation_id": str(user.organisation_id),
            "active": "yes",
        } | {
            "email": {"email": "another@meerwijk.demo.invalid"}, "role": {"role": "team_lead"}, "block": {"active": ""},
        }[changed]  # fmt: skip
        save_user(region.desk("application_manager"), user.id, fields)
    assert not is_in(browser)


def test_a_cookie_that_names_nothing_is_nobody(region: Stage) -> None:
    for name in ("", "x", "0" * 32, uuid4().hex, f"{region.user('housing_officer').hex}.1"):
        browser = region.browser()
        with browser.session_transaction() as session:
            session["_user_id"], session["_fresh"] = name, True
        assert not is_in(browser)


def test_what_was_long_ago_is_let_go_of(region: Stage) -> None:
    signed_in(region)
    with region.app.app_context():
        assert forget_old(region.desk()) == 0
    change(region, began_at=region.desk().now - KEPT - SECOND)
    with region.app.app_context():
        assert forget_old(region.desk()) == 1
    assert rows(region) == []


@pytest.mark.parametrize(
    ("said", "name"),
    [
        (FIREFOX, "Firefox, Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 14_0) AppleWebKit/605 Version/17.0 Safari/605.1.15", "Safari, macOS"),
        ("Mozilla/5.0 (Linux; Android 14) AppleWebKit/537 Chrome/126.0 Mobile Safari/537.36", "Chrome, Android"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/126.0 Safari/537.36 Edg/126.0", "Edge, Windows"),
        ("curl/8.0", "curl/8.0"),
    ],
)
def test_a_browser_has_the_name_that_people_know(said: str, name: str) -> None:
    assert browser_name(said) == name
