"""Links to choose a password: mailed, used once, soon over, and never a way to learn who has an account."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta
from email import message_from_bytes, policy
from html import unescape

import pytest
from sqlalchemy import select, update

from app import clock
from app.actions.account_mail import post_account_mails
from app.actions.deed import Desk
from app.actions.links import choose_password, forget_mails, send_link
from app.actions.people import save_user
from app.errors import NotFound
from app.house import hire_postman
from app.records import AccountMail, Event, Organisation, User, db
from app.records.database import let_go, reading
from app.rules.attempts import LIMITS
from app.rules.links import LASTS
from app.rules.session import KEPT
from app.web.mail_texts import write_to_account
from tests.cast import PASSWORD, Stage

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
NEW = " drie blauwe fietsen "


def desk(region: Stage, role: str = "") -> Desk:
    return Desk(region.desk().house, region.viewer(role) if role else None, region.today, clock.now())


def posted(region: Stage) -> list[tuple[str, str, str]]:
    """(to, subject, text) of the mails about accounts that go out now."""
    config = region.app.extensions["voorwaarts.config"]
    with region.app.app_context():
        before = set(config.mail.glob("*.eml"))
        post_account_mails(desk(region), hire_postman(config), write_to_account)
        let_go()
        mails = [message_from_bytes(file.read_bytes(), policy=policy.default) for file in config.mail.glob("*.eml")
                 if file not in before]  # fmt: skip
    return [(str(one["To"]), str(one["Subject"]), str(one.get_content())) for one in mails]


def link_in(text: str) -> str:
    (found,) = re.findall(r"http://localhost:\d+(/link/[0-9a-f]{64})\n", text)
    return found


def ask(region: Stage, email: str = EMAIL) -> tuple[int, str]:
    answer = region.browser().post("/sign-in/forgotten", data={"email": email}, headers={"Accept-Language": "en"})
    return answer.status_code, re.sub(r'(csrf|value=|masked|name="csrf_token").*', "", unescape(answer.text))


@pytest.fixture
def link(region: Stage) -> Iterator[str]:
    """The address of a link for the housing officer who forgot a password."""
    ask(region)
    ((to, _, text),) = posted(region)
    assert to == EMAIL
    yield link_in(text)


def choose(region: Stage, link: str, password: str = NEW) -> tuple[int, str]:
    answer = region.browser().post(link, data={"password": password}, headers={"Accept-Language": "en"})
    return answer.status_code, unescape(answer.text)


def signs_in(region: Stage, password: str, email: str = EMAIL) -> bool:
    return region.browser().post("/sign-in", data={"email": email, "password": password}).status_code == 303


def age(region: Stage, span: timedelta) -> None:
    with region.app.app_context(), db.session.begin():
        for row in db.session.scalars(select(AccountMail)).all():
            row.made_at -= span
            if row.expires_at is not None:
                row.expires_at -= span


def test_whoever_is_invited_chooses_a_password_and_signs_in(region: Stage) -> None:
    with region.app.app_context():
        house = reading().scalars(select(Organisation).where(Organisation.kind == "care_provider").limit(1)).one()
        fields = {"name": "Nieuw Voorbeeld", "email": "nieuw@voorbeeld.example", "role": "support_worker"}
        save_user(
            desk(region, "application_manager"), None, {**fields, "organisation_id": str(house.id), "language": "en"}
        )
    ((to, subject, text),) = posted(region)
    assert (to, subject) == ("nieuw@voorbeeld.example", "Your login for Voorwaarts")
    assert "Nieuw Voorbeeld" in text and house.name in text
    assert posted(region) == [], "once"
    page = region.browser().get(link_in(text), headers={"Accept-Language": "en"})
    assert page.status_code == 200 and "nieuw@voorbeeld.example" in page.text
    assert not signs_in(region, "", to)
    assert choose(region, link_in(text))[0] == 303
    assert signs_in(region, NEW, to)


def test_a_link_works_once_and_looking_at_it_does_not_use_it(region: Stage, link: str) -> None:
    for _ in range(3):
        assert region.browser().get(link).status_code == 200
    assert choose(region, link)[0] == 303
    assert choose(region, link, "vier groene fietsen")[0] == 404
    assert region.browser().get(link).status_code == 404
    assert signs_in(region, NEW) and not signs_in(region, PASSWORD)


def test_choosing_ends_every_sign_in_and_is_told_by_mail_and_in_the_record(region: Stage, link: str) -> None:
    browser = region.browser("housing_officer")
    assert browser.get("/").status_code == 200
    choose(region, link)
    assert browser.get("/").status_code == 302
    ((to, subject, text),) = posted(region)
    assert to == EMAIL and subject == "Your password for Voorwaarts was changed" and "/link/" not in text
    with region.app.app_context():
        let_go()
        noted = reading().scalars(select(Event).where(Event.about == "housing_officer").order_by(Event.id)).all()
        assert [one.action for one in noted] == ["link_forgotten", "signed_in", "password_chosen"]


@pytest.mark.parametrize("kind", LASTS)
def test_a_link_is_over_when_its_time_is(region: Stage, kind: str) -> None:
    if kind == "invited":
        with region.app.app_context():
            send_link(desk(region, "application_manager"), region.user("housing_officer"))
    else:
        ask(region)
    ((_, _, text),) = posted(region)
    age(region, LASTS[kind] - timedelta(minutes=1))
    assert region.browser().get(link_in(text)).status_code == 200
    age(region, timedelta(minutes=1))
    assert region.browser().get(link_in(text)).status_code == 404
    assert choose(region, link_in(text))[0] == 404 and signs_in(region, PASSWORD)


def test_a_link_that_is_over_before_it_left_does_not_leave(region: Stage) -> None:
    ask(region)
    age(region, timedelta(hours=2))
    assert posted(region) == []
    ask(region)
    ask(region)
    assert len(posted(region)) == 1, "the second took the place of the first"


def test_a_poor_password_leaves_the_link_as_it_was(region: Stage, link: str) -> None:
    status, said = choose(region, link, "jeroenbakker2026")
    assert status == 422 and "too easy to guess" in said
    assert choose(region, link)[0] == 303


def test_a_block_or_another_address_ends_a_link_at_once(region: Stage, link: str) -> None:
    with region.app.app_context():
        user = reading().get_one(User, region.user("housing_officer"))
        fields = {
            "name": user.name, "email": user.email, "role": user.role, "organisation_id": str(user.organisation_id),
        }  # fmt: skip
        save_user(desk(region, "application_manager"), user.id, fields)
        assert region.browser().get(link).status_code == 404
        save_user(desk(region, "application_manager"), user.id, {**fields, "active": "yes"})
        assert region.browser().get(link).status_code == 404, "unblocking brings no old link back"
        with pytest.raises(NotFound):
            choose_password(desk(region), link.rpartition("/")[2], NEW)


def test_nobody_learns_by_asking_who_has_an_account(region: Stage) -> None:
    known, unknown = ask(region), ask(region, "nobody@meerwijk.demo.invalid")
    assert known == unknown and known[0] == 200 and "on its way" in known[1]
    assert [to for to, _, _ in posted(region)] == [EMAIL]
    with region.app.app_context(), db.session.begin():
        db.session.execute(update(User).where(User.email == EMAIL).values(active=False))
    assert ask(region) == known and posted(region) == [], "a blocked person gets none"


def test_nobody_is_sent_mail_upon_mail(region: Stage) -> None:
    for email in (EMAIL, "nobody@meerwijk.demo.invalid"):
        answers = [ask(region, email)[0] for _ in range(LIMITS["link"].failures + 1)]
        assert answers == [200] * LIMITS["link"].failures + [429]


def test_the_database_alone_makes_no_link(region: Stage, link: str) -> None:
    with region.app.app_context():
        let_go()
        row = reading().scalars(select(AccountMail)).one()
        kept = " ".join(str(getattr(row, column.key)) for column in AccountMail.__table__.columns)
    token = link.rpartition("/")[2]
    assert token not in kept and row.id.hex not in token
    assert region.browser().get(f"/link/{row.token_hash}").status_code == 404


def test_the_manager_sends_a_link_and_nobody_else_does(region: Stage) -> None:
    user = region.user("housing_officer")
    assert region.browser("team_lead").post(f"/management/people/{user}/link").status_code == 404
    manager = region.browser("application_manager")
    assert manager.post(f"/management/people/{user}/link").status_code == 303
    assert "it works until" in manager.get(f"/management/people/{user}").text
    assert signs_in(region, PASSWORD), "the password of now stays until the link is used"
    assert len(posted(region)) == 1


def test_mails_of_long_ago_are_let_go_of(region: Stage, link: str) -> None:
    with region.app.app_context():
        assert forget_mails(desk(region)) == 0
    age(region, KEPT + timedelta(hours=1))
    with region.app.app_context():
        assert forget_mails(desk(region)) == 1
