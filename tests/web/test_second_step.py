"""Outside the demonstration nobody enters with a password alone; each code and each recovery code opens once."""

from __future__ import annotations

import re
from collections.abc import Iterator
from html import unescape

import pyotp
import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from werkzeug.test import TestResponse

from app import clock
from app.actions.deed import Desk
from app.actions.links import ask_link, choose_password, token_of
from app.actions.second_step import take_away, take_away_at_console
from app.errors import NotAllowed
from app.records import AccountMail, Event, RecoveryCode, SecondStep, User, UserSession, db
from app.records.database import let_go, reading
from app.rules.attempts import LIMITS
from app.rules.second_step import RECOVERY_CODES
from tests import cast
from tests.cast import PASSWORD, Stage

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
ENGLISH = {"Accept-Language": "en"}


@pytest.fixture(scope="module")
def real(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    return cast.furnish(tmp_path_factory.mktemp("real"), demo=False)


@pytest.fixture
def house(real: Stage) -> Iterator[Stage]:
    """A region that is no demonstration."""
    yield cast.refurnish(real)


def with_password(house: Stage, password: str = PASSWORD, **more: str) -> tuple[FlaskClient, TestResponse]:
    browser = house.app.test_client()
    return browser, browser.post("/sign-in", data={"email": EMAIL, "password": password, **more})


def set_up(house: Stage) -> tuple[FlaskClient, pyotp.TOTP, list[str]]:
    """Somebody set it up: the browser they are in with, the app on their telephone, the recovery codes."""
    browser, _ = with_password(house)
    app = shown(browser)
    page = browser.post("/sign-in/second-step", data={"code": app.now()})
    assert page.status_code == 200
    return browser, app, re.findall(r"<li><code>([a-z2-7-]{29})</code>", page.text)


def shown(browser: FlaskClient) -> pyotp.TOTP:
    (key,) = re.findall(r'<code class="key">([A-Z2-7 ]+)</code>', browser.get("/sign-in/second-step").text)
    return pyotp.TOTP(key.replace(" ", ""))


def with_code(house: Stage, code: str) -> tuple[FlaskClient, TestResponse]:
    browser, _ = with_password(house)
    return browser, browser.post("/sign-in/code", data={"code": code}, headers=ENGLISH)


def forget_the_last(house: Stage) -> None:
    """As if the last code was of long ago, so that the one of now is a fresh one."""
    with house.app.app_context(), db.session.begin():
        db.session.execute(update(SecondStep).values(last_step=0))


def is_in(browser: FlaskClient) -> bool:
    return browser.get("/").status_code == 200


def events(house: Stage, *actions: str) -> list[Event]:
    with house.app.app_context():
        let_go()
        return list(reading().scalars(select(Event).where(Event.action.in_(actions)).order_by(Event.id)))


def mails(house: Stage) -> list[str]:
    with house.app.app_context():
        let_go()
        return list(reading().scalars(select(AccountMail.kind).order_by(AccountMail.made_at)))


def test_a_password_alone_opens_nothing_and_begins_no_sign_in(house: Stage) -> None:
    browser, answer = with_password(house)
    assert (answer.status_code, answer.location) == (303, "/sign-in/code")
    assert browser.get("/sign-in/code").location == "/sign-in/second-step"
    for address in ("/", "/sessions", "/password", "/second-step"):
        assert browser.get(address).status_code == 302, address
    with house.app.app_context():
        assert reading().scalars(select(UserSession)).all() == []


def test_whoever_set_it_up_is_in_and_comes_to_the_page_that_was_asked_for(house: Stage) -> None:
    browser, _ = with_password(house, next="/?whose=team")
    app = shown(browser)
    assert shown(browser).secret == app.secret, "the same until a code was right"
    page = browser.post("/sign-in/second-step", data={"code": app.now()})
    assert len(re.findall(r"<li><code>", page.text)) == RECOVERY_CODES and 'href="/?whose=team"' in page.text
    assert is_in(browser)
    assert [one.details for one in events(house, "signed_in")] == [{"second": "app"}]
    assert len(events(house, "second_step_set_up")) == 1 and mails(house) == ["second_step_set_up"]


def test_a_wrong_code_sets_nothing_up(house: Stage) -> None:
    browser, _ = with_password(house)
    app = shown(browser)
    wrong = f"{(int(app.now()) + 1) % 1000000:06}"
    answer = browser.post("/sign-in/second-step", data={"code": wrong}, headers=ENGLISH)
    assert answer.status_code == 422 and "This code is not right" in answer.text and not is_in(browser)
    assert shown(browser).secret == app.secret


def test_the_next_time_a_code_is_asked_and_the_secret_is_never_shown_again(house: Stage) -> None:
    _, app, _ = set_up(house)
    forget_the_last(house)
    browser, answer = with_password(house)
    assert browser.get(answer.location).status_code == 200
    again = browser.get("/sign-in/second-step")
    assert (again.status_code, again.location) == (303, "/sign-in/code")
    assert browser.post("/sign-in/second-step", data={"code": app.now()}).status_code == 409
    answer = browser.post("/sign-in/code", data={"code": app.now()})
    assert answer.status_code == 303 and is_in(browser)


def test_a_code_works_once(house: Stage) -> None:
    _, app, _ = set_up(house)
    browser, answer = with_code(house, app.now())
    assert answer.status_code == 422, "the code it was set up with"
    forget_the_last(house)
    code = app.now()
    assert with_code(house, code)[1].status_code == 303
    browser, answer = with_code(house, code)
    assert answer.status_code == 422 and "it was used already" in unescape(answer.text) and not is_in(browser)
    assert len(events(house, "code_failed")) == 2


def test_each_recovery_code_opens_once_and_is_told_by_mail(house: Stage) -> None:
    _, _, codes = set_up(house)
    assert len(set(codes)) == RECOVERY_CODES
    browser, answer = with_code(house, codes[3].upper().replace("-", " "))
    assert answer.status_code == 303
    assert "You have 9 recovery codes left" in browser.get("/", headers=ENGLISH).text
    assert with_code(house, codes[3])[1].status_code == 422
    assert with_code(house, codes[4])[1].status_code == 303
    assert mails(house).count("recovery_code_used") == 2
    assert [one.details["second"] for one in events(house, "signed_in")] == ["app", "recovery_code", "recovery_code"]


def test_the_code_of_somebody_else_is_no_code(house: Stage) -> None:
    _, _, codes = set_up(house)
    browser = house.app.test_client()
    other = "team_lead.a@meerwijk.demo.invalid"
    browser.post("/sign-in", data={"email": other, "password": PASSWORD})
    browser.post("/sign-in/second-step", data={"code": shown(browser).now()})
    browser = house.app.test_client()
    browser.post("/sign-in", data={"email": other, "password": PASSWORD})
    assert browser.post("/sign-in/code", data={"code": codes[0]}).status_code == 422


def test_codes_may_not_be_guessed_without_end_also_not_from_many_browsers(house: Stage) -> None:
    _, app, codes = set_up(house)
    forget_the_last(house)
    for number in range(LIMITS["code"].failures):
        assert with_code(house, f"{number:06}")[1].status_code == 422
    browser, answer = with_code(house, app.now())
    assert answer.status_code == 429 and "You can try again from" in unescape(answer.text)
    assert int(answer.headers["Retry-After"]) > 0 and not is_in(browser)
    assert with_code(house, codes[0])[1].status_code == 429


def test_halfway_is_over_after_ten_minutes_and_when_anything_changed(house: Stage) -> None:
    _, app, codes = set_up(house)
    browser, _ = with_password(house)
    with browser.session_transaction() as session:
        session["halfway"] = {**session["halfway"], "at": "2026-01-01T09:00:00+00:00"}
    assert browser.post("/sign-in/code", data={"code": codes[0]}).location == "/sign-in"
    browser, _ = with_password(house)
    with house.app.app_context(), db.session.begin():
        db.session.execute(update(User).where(User.email == EMAIL).values(epoch=User.epoch + 1))
    assert browser.post("/sign-in/code", data={"code": codes[0]}).location == "/sign-in"
    assert house.app.test_client().get("/sign-in/code").location == "/sign-in"
    assert house.app.test_client().post("/sign-in/second-step", data={"code": app.now()}).location == "/sign-in"


def test_a_forgotten_password_does_not_go_round_the_second_step(house: Stage) -> None:
    set_up(house)
    desk = Desk(house.desk().house, None, house.today, clock.now())
    with house.app.app_context():
        ask_link(desk, EMAIL)
        let_go()
        mail = reading().scalars(select(AccountMail).where(AccountMail.kind == "forgotten")).one()
        choose_password(desk, token_of(desk.house, mail.id), "drie blauwe fietsen")
    browser, answer = with_password(house, "drie blauwe fietsen")
    assert answer.location == "/sign-in/code" and browser.get("/sign-in/code").status_code == 200
    assert not is_in(browser)


def test_fresh_recovery_codes_need_a_code_and_end_those_of_before(house: Stage) -> None:
    browser, app, codes = set_up(house)
    assert browser.post("/second-step/codes", data={"code": "000000"}).status_code == 422
    forget_the_last(house)
    page = browser.post("/second-step/codes", data={"code": app.now()})
    fresh = re.findall(r"<li><code>([a-z2-7-]{29})</code>", page.text)
    assert len(fresh) == RECOVERY_CODES and not set(fresh) & set(codes)
    assert with_code(house, codes[0])[1].status_code == 422
    assert with_code(house, fresh[0])[1].status_code == 303


def test_another_telephone_needs_a_code_and_is_set_up_at_the_next_sign_in(house: Stage) -> None:
    browser, app, codes = set_up(house)
    assert browser.post("/second-step/end", data={"code": "000000"}).status_code == 422
    assert browser.post("/second-step/end", data={"code": codes[0]}).location == "/sign-in"
    assert not is_in(browser)
    browser, _ = with_password(house)
    assert browser.get("/sign-in/code").location == "/sign-in/second-step"
    assert shown(browser).secret != app.secret


def test_the_manager_lets_somebody_begin_anew_who_is_out_at_once_and_hears_of_it(house: Stage) -> None:
    browser, _, _ = set_up(house)
    user = house.user("housing_officer")
    assert house.browser("team_lead").post(f"/management/people/{user}/second-step").status_code == 404
    manager = house.browser("application_manager")
    assert "second step again" in manager.get(f"/management/people/{user}", headers=ENGLISH).text
    assert manager.post(f"/management/people/{user}/second-step").status_code == 303
    assert not is_in(browser) and mails(house)[-1] == "second_step_taken_away"
    with house.app.app_context():
        let_go()
        assert reading().scalars(select(RecoveryCode)).all() == []
        desk = house.desk("application_manager")
        assert desk.actor is not None
        with pytest.raises(NotAllowed):
            take_away(desk, desk.actor.id)
        take_away_at_console(house.desk(), EMAIL)


def test_the_database_holds_no_secret_and_no_code(house: Stage) -> None:
    _, app, codes = set_up(house)
    with house.app.app_context():
        let_go()
        step = reading().scalars(select(SecondStep)).one()
        hashes = " ".join(reading().scalars(select(RecoveryCode.code_hash)))
    assert app.secret not in step.salt.upper() and step.salt not in app.secret.lower()
    assert not any(code.replace("-", "") in hashes for code in codes)


def test_the_demonstration_asks_for_a_password_only(region: Stage) -> None:
    browser = region.browser()
    answer = browser.post("/sign-in", data={"email": EMAIL, "password": PASSWORD})
    assert answer.location == "/" and is_in(browser)
    assert browser.get("/second-step").status_code == 404
    assert "/second-step" not in browser.get("/").text
