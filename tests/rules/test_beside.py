"""Who of the people around a tenant gets legal letters, and whose receipt a notice needs."""

from __future__ import annotations

from datetime import date

import pytest

from app.rules.beside import KINDS, MUST_RECEIVE, RENTS_AS_WELL, REPRESENTS, must_receive, settled_on

D = date.fromisoformat


def test_a_curator_must_receive_it_an_administrator_gets_a_copy_and_the_others_none() -> None:
    assert MUST_RECEIVE == ("curator",) and set(REPRESENTS) == {"curator", "administrator"}
    assert not set(REPRESENTS) & set(RENTS_AS_WELL)
    assert set(KINDS) - {*REPRESENTS, *RENTS_AS_WELL} == {"budget_manager", "mentor"}


@pytest.mark.parametrize(
    ("recorded", "day"),
    [
        ([], None),
        ([None], None),
        ([D("2026-12-17"), None], None),
        ([D("2026-12-17"), D("2026-12-21")], D("2026-12-21")),
    ],
)
def test_notices_are_settled_once_the_last_was_written_down(recorded: list[date | None], day: date | None) -> None:
    assert settled_on(recorded) == day


@pytest.mark.parametrize(
    ("added_on", "sent", "settled", "needed"),
    [
        ("2025-01-06", True, "2026-12-17", True),
        ("2026-12-20", True, "2026-12-17", True),  # a notice went to them: then it counts
        ("2025-01-06", False, "2026-12-17", True),  # known, and forgotten
        ("2026-12-17", False, "2026-12-17", True),
        ("2026-12-18", False, "2026-12-17", False),  # what was received stays received
        ("2026-12-18", False, "", True),
        ("", False, "", True),
        ("", False, "2026-12-17", False),
    ],
)
def test_a_curator_who_came_after_all_was_settled_undoes_nothing(
    added_on: str, sent: bool, settled: str, needed: bool
) -> None:
    days = (D(added_on) if added_on else None, D(settled) if settled else None)
    assert must_receive(days[0], sent, days[1]) is needed
