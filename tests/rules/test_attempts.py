"""How often somebody may be wrong: so many in a row, one more after each step, and never locked out for good."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from app.rules.attempts import LIMITS, Limit, network

NOW = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
THREE = Limit(3, 10 * MINUTE)


def fail(limit: Limit, times: int, forgotten_at: datetime | None = None, now: datetime = NOW) -> datetime:
    for _ in range(times):
        assert limit.again_at(forgotten_at, now) is None
        forgotten_at = limit.after_one(forgotten_at, now)
    assert forgotten_at is not None
    return forgotten_at


def test_after_so_many_failures_in_a_row_there_is_no_room_until_a_step_has_gone_by() -> None:
    full = fail(THREE, 3)
    assert THREE.again_at(full, NOW) == NOW + 10 * MINUTE
    assert THREE.again_at(full, NOW + 9 * MINUTE) == NOW + 10 * MINUTE
    later = NOW + 10 * MINUTE
    assert THREE.again_at(full, later) is None
    assert THREE.again_at(THREE.after_one(full, later), later) == later + 10 * MINUTE


def test_after_a_while_all_is_forgotten() -> None:
    assert fail(THREE, 3, fail(THREE, 3), NOW + 30 * MINUTE)


@pytest.mark.parametrize("days", [1, 30])
def test_in_a_day_an_account_has_fewer_failures_than_nist_allows_in_a_row_and_never_none(days: int) -> None:
    limit, forgotten_at, tries = LIMITS["account"], None, 0
    for minute in range(days * 24 * 60):
        while limit.again_at(forgotten_at, NOW + minute * MINUTE) is None:
            forgotten_at, tries = limit.after_one(forgotten_at, NOW + minute * MINUTE), tries + 1
    assert 24 * days < tries <= 100 * days


@pytest.mark.parametrize(
    ("origin", "counted_as"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::"),
        ("2001:db8:1:3::1", "2001:db8:1:3::"),
        ("worker", "worker"),
        ("", ""),
    ],
)
def test_an_address_counts_with_its_network(origin: str, counted_as: str) -> None:
    assert network(origin) == counted_as
