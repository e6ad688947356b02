"""Too many failures in a row: a calm answer with a moment, the same for everybody, and no way to shut anybody out."""

from __future__ import annotations

from contextlib import ExitStack
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update
from werkzeug.test import TestResponse

from app import clock
from app.actions import passwords
from app.actions.attempts import forget_attempts
from app.records import Attempts, Event, db
from app.records.database import let_go, reading
from app.rules.attempts import LIMITS, Limit
from tests.cast import PASSWORD, Stage

EMAIL = "housing_officer.a@meerwijk.demo.invalid"
MANY = LIMITS["account"].failures


def sign_in(region: Stage, password: str = "wrong", email: str = EMAIL, origin: str = "192.0.2.7") -> TestResponse:
    browser = region.app.test_client()
    return browser.post(
        "/sign-in",
        data={"email": email, "password": password},
        headers={"Accept-Language": "en"},
        environ_overrides={"REMOTE_ADDR": origin},
    )


def recorded(region: Stage) -> int:
    with region.app.app_context():
        let_go()
        query = select(func.count()).select_from(Event).where(Event.action == "sign_in_failed")
        return reading().scalar(query) or 0


@pytest.mark.parametrize("email", [EMAIL, "nobody@meerwijk.demo.invalid"])
def test_after_many_failures_there_is_a_moment_to_try_again_and_nobody_learns_who_has_an_account(
    region: Stage, email: str
) -> None:
    assert {sign_in(region, email=email).status_code for _ in range(MANY)} == {422}
    before = recorded(region)
    answer = sign_in(region, PASSWORD, email)
    assert answer.status_code == 429, "also with the right password"
    assert "You can try again from" in answer.text and f'value="{email}"' in answer.text
    step = LIMITS["account"].step.total_seconds()
    assert step - 60 < int(answer.headers["Retry-After"]) <= step
    assert recorded(region) == before == MANY, "what was not looked at is not written down"


def test_another_account_is_not_held_up_and_after_a_step_there_is_room_again(region: Stage) -> None:
    for _ in range(MANY + 1):
        sign_in(region)
    assert sign_in(region, PASSWORD, "team_lead.a@meerwijk.demo.invalid").status_code == 303
    let_time_go_by(region, LIMITS["account"].step)
    assert sign_in(region).status_code == 422
    assert sign_in(region).status_code == 429


def test_a_right_password_counts_for_nothing_and_makes_good_what_was_wrong_before(region: Stage) -> None:
    for _ in range(3):
        for _ in range(MANY - 1):
            assert sign_in(region).status_code == 422
        assert sign_in(region, PASSWORD).status_code == 303
    for _ in range(LIMITS["address"].failures):
        assert sign_in(region, PASSWORD).status_code == 303


def test_a_stranger_shuts_nobody_out_where_they_signed_in_before(region: Stage) -> None:
    assert sign_in(region, PASSWORD, origin="198.51.100.1").status_code == 303
    for _ in range(MANY + 1):
        sign_in(region)
    assert sign_in(region, PASSWORD).status_code == 429
    assert sign_in(region, PASSWORD, origin="198.51.100.1").status_code == 303
    for _ in range(MANY):
        assert sign_in(region, origin="198.51.100.1").status_code == 422
    assert sign_in(region, PASSWORD, origin="198.51.100.1").status_code == 429, "there too it has an end"


def test_one_address_may_not_go_through_all_accounts(region: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "address", Limit(5, timedelta(minutes=1)))  # type: ignore[arg-type]
    assert [sign_in(region, email=f"{number}@example.org").status_code for number in range(6)] == [422] * 5 + [429]
    assert sign_in(region, PASSWORD, origin="192.0.2.8").status_code == 303


def test_the_record_is_not_filled_without_end(region: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(LIMITS, "recorded", Limit(4, timedelta(minutes=1)))  # type: ignore[arg-type]
    answers = [sign_in(region, email=f"{number}@example.org", origin=f"192.0.2.{number}") for number in range(9)]
    assert {one.status_code for one in answers} == {422}
    assert recorded(region) == 4


def test_what_was_typed_is_not_kept_and_what_is_forgotten_is_let_go_of(region: Stage) -> None:
    sign_in(region, email="my own password, by mistake")
    with region.app.app_context():
        let_go()
        kept = reading().scalars(select(Attempts.bucket)).all()
        assert len(kept) == 3 and all(len(one) == 64 for one in kept)
        assert forget_attempts(region.desk()) == 0
    let_time_go_by(region, timedelta(days=1))
    with region.app.app_context():
        desk = region.desk()
        assert forget_attempts(type(desk)(desk.house, None, desk.today, clock.now())) == 3


def test_whoever_finds_all_places_taken_is_told_so_and_it_does_not_count(
    region: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(passwords, "PATIENCE", 0.01)
    with ExitStack() as others:
        for _ in range(passwords.AT_ONCE):
            others.enter_context(passwords._place())
        for _ in range(MANY + 1):
            answer = sign_in(region, PASSWORD)
            assert answer.status_code == 503 and "It is very busy now" in answer.text
            assert PASSWORD not in answer.text
    assert sign_in(region, PASSWORD).status_code == 303


def let_time_go_by(region: Stage, span: timedelta) -> None:
    """As if all was kept that much earlier."""
    with region.app.app_context(), db.session.begin():
        for row in db.session.scalars(select(Attempts)).all():
            db.session.execute(
                update(Attempts).where(Attempts.bucket == row.bucket).values(forgotten_at=row.forgotten_at - span)
            )
