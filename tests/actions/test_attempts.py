"""Failed sign-ins counted on both databases: many at once don't get past the limit, nor do several processes."""

from __future__ import annotations

from collections import Counter

from app.actions.attempts import give_back, take_room
from app.records import Attempts
from app.rules.attempts import LIMITS
from tests.actions.conftest import Stand
from tests.actions.scene import fresh
from tests.actions.test_at_once import at_once


def test_of_many_tries_at_once_only_as_many_as_the_limit_says_get_a_look(at: Stand) -> None:
    scene = at("empty")
    desk = scene.desk()
    said = Counter(at_once(scene, [lambda: take_room(desk, "somebody@example.org")] * 40))
    assert said == {"accepted": LIMITS["account"].failures, "too_many_tries": 40 - LIMITS["account"].failures}


def test_many_right_ones_at_once_leave_nothing_behind(at: Stand) -> None:
    scene = at("empty")
    desk = scene.desk()
    emails = [f"{number}@example.org" for number in range(8)]
    said = Counter(at_once(scene, [lambda e=email: give_back(desk, take_room(desk, e)) for email in emails * 5]))
    assert said == {"accepted": 40}
    rows = fresh().query(Attempts).all()
    assert len(rows) == 9 and all(row.forgotten_at <= desk.now for row in rows)
