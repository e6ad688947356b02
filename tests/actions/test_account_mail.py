"""Mails about accounts on both databases, to a real server: once, again while it is down, and a link used once."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.actions.account_mail import post_account_mails
from app.actions.deed import Desk
from app.actions.links import ask_link, choose_password
from app.records import AccountMail
from app.web.mail_texts import write_to_account
from tests.actions.conftest import Stand
from tests.actions.mailbox import Mailbox
from tests.actions.scene import Scene, fresh
from tests.actions.test_at_once import at_once

EMAIL = "jeroen.bakker@deheuvel.demo.invalid"


@pytest.fixture
def mailbox() -> Iterator[Mailbox]:
    with Mailbox() as server:
        yield server


def post(scene: Scene, mailbox: Mailbox, desk: Desk | None = None) -> int:
    return post_account_mails(
        desk or scene.desk(), replace(scene.postman, server=mailbox.address), write_to_account
    )  # fmt: skip


def test_several_workers_at_once_post_a_mail_once(at: Stand, mailbox: Mailbox) -> None:
    scene = at("empty")
    ask_link(scene.desk(), EMAIL)
    assert set(at_once(scene, [lambda: post(scene, mailbox)] * 6, threads=6)) == {"accepted"}
    assert mailbox.to == [[EMAIL]]


def test_a_mail_waits_while_the_server_is_down_and_goes_out_after_that(at: Stand, mailbox: Mailbox) -> None:
    scene = at("empty")
    ask_link(scene.desk(), EMAIL)
    mailbox.close()
    assert post(scene, mailbox) == 0
    assert fresh().scalars(select(AccountMail)).one().state == "planned"
    mailbox.open()
    assert post(scene, mailbox) == 0, "not at once again"
    later = replace(scene.desk(), now=scene.desk().now + timedelta(minutes=5))
    assert post(scene, mailbox, later) == 1
    assert mailbox.to == [[EMAIL]]


def test_an_address_that_is_refused_is_not_tried_without_end(at: Stand, mailbox: Mailbox) -> None:
    scene = at("empty")
    mailbox.says["RCPT"] = "550 nobody here"
    ask_link(scene.desk(), EMAIL)
    assert post(scene, mailbox) == 0
    assert fresh().scalars(select(AccountMail)).one().state == "failed"


def test_a_link_used_by_many_at_once_is_used_by_one(at: Stand, mailbox: Mailbox) -> None:
    scene = at("empty")
    ask_link(scene.desk(), EMAIL)
    post(scene, mailbox)
    (token,) = re.findall(r"/link/([0-9a-f]{64})", str(mailbox.got[0].get_content()))
    words = ("drie", "vier", "vijf", "zes")
    tries = [lambda word=word: choose_password(scene.desk(), token, f"{word} blauwe fietsen") for word in words]
    assert Counter(at_once(scene, tries, threads=4)) == {"accepted": 1, "no_such_link": 3}
