"""A code that comes from two browsers at once opens for one of them, on both databases."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

import pyotp

from app.actions.deed import Desk
from app.actions.second_step import confirm, offer, prove
from tests.actions.conftest import Stand
from tests.actions.test_at_once import at_once


def test_of_many_with_one_code_at_once_one_is_right(at: Stand) -> None:
    scene = at("empty")
    desk, viewer = scene.desk(), scene.viewer("jeroen.bakker@deheuvel.demo.invalid")
    app = pyotp.TOTP(offer(desk, viewer.id))
    codes = confirm(desk, viewer.id, app.at(desk.now))
    later = Desk(desk.house, None, desk.today, desk.now + timedelta(minutes=5))
    code = app.at(later.now)
    said = Counter(at_once(scene, [lambda: prove(later, viewer.id, code)] * 4, threads=4))
    assert said == {"accepted": 1, "invalid": 3}
    said = Counter(at_once(scene, [lambda: prove(later, viewer.id, codes[0])] * 4, threads=4))
    assert said["accepted"] == 1 and said.keys() <= {"accepted", "invalid", "too_many_tries"}
