"""Rehearsals of leases of other lengths and awkward first days: every law holds for each of them."""

from __future__ import annotations

import os
from datetime import date, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.rules.dates import add_months
from tests.rehearsal.laws import broken
from tests.rehearsal.playing import played

slow = pytest.mark.slow
MANY = int(os.environ.get("REHEARSALS", "12"))
AWKWARD = ("2024-02-29", "2025-01-31", "2025-05-31", "2025-03-01", "2024-12-01", "2030-08-31")


def test_a_year_from_the_last_of_may_has_two_reviews_and_the_window_of_its_own_end() -> None:
    rehearsal = played("convert", "31 mei 2025", "30-5-2026")
    assert (rehearsal["outcome"], broken(rehearsal)) == ("converted", [])
    assert [one["planned_on"] for one in rehearsal["reviews"]] == ["2025-08-31", "2025-11-30"]
    assert rehearsal["legal_dates"]["safe_first"] == "2026-03-01"
    assert rehearsal["legal_dates"]["safe_last"] == "2026-04-29"
    assert rehearsal["ending"] == {"kind": "conversion", "on": "2026-05-31"}


@slow
@pytest.mark.parametrize("start", AWKWARD)
@pytest.mark.parametrize("length", [6, 9, 12, 18, 24])
def test_every_length_works_from_every_awkward_day(start: str, length: int) -> None:
    last = (add_months(date.fromisoformat(start), length) - timedelta(days=1)).isoformat()
    rehearsal = played("do-not-convert", start, last)
    assert (rehearsal["stage"], rehearsal["outcome"], rehearsal["refusals"]) == ("closed", "ended", [])
    assert broken(rehearsal) == []


@slow
@settings(max_examples=MANY, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)
@given(
    name=st.sampled_from(("convert", "do-not-convert", "forgotten", "late-notice")),
    start=st.dates(date(2024, 1, 1), date(2037, 12, 31)),
    months=st.integers(3, 24),
    less=st.integers(1, 20),
)
def test_any_lease_keeps_every_law(name: str, start: date, months: int, less: int) -> None:
    rehearsal = played(name, start.isoformat(), (add_months(start, months) - timedelta(days=less)).isoformat())
    assert (rehearsal["stage"], rehearsal["refusals"], broken(rehearsal)) == ("closed", [], [])


@slow
@pytest.mark.parametrize(
    ("start", "signed", "ground"),
    [
        ("2020-03-15", "2020-03-06", "old"),
        ("2024-07-03", "2024-06-26", "old"),
        ("2024-07-07", "2024-06-28", "old"),
        ("2024-07-08", "2024-07-01", "d"),
        ("2060-01-31", "2060-01-23", "d"),
    ],
)
def test_the_legal_ground_follows_from_the_day_of_signing(start: str, signed: str, ground: str) -> None:
    rehearsal = played("forgotten", start)
    assert (rehearsal["signed_on"], rehearsal["legal_ground"]) == (signed, ground)
    assert (rehearsal["outcome"], rehearsal["refusals"]) == ("open_ended_by_lapse", [])


@slow
@pytest.mark.parametrize("days", [1, 20, 45, 100, 130])
def test_a_term_so_short_that_the_end_comes_before_the_start_up_check_is_pointed_out_and_still_ends(days: int) -> None:
    last = (date(2025, 3, 15) + timedelta(days=days - 1)).isoformat()
    rehearsal = played("convert", "2025-03-15", last)
    assert rehearsal["pointed_out"] == ["end_before_startup_check"]
    assert (rehearsal["stage"], rehearsal["refusals"], broken(rehearsal)) == ("closed", [], [])
