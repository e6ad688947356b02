"""Two clocks: care that pauses ends later, the lease does not; held to a walk over the calendar, day by day."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.rules.care_clock import Clocks, Pause, care_ends, clocks, faults, pause_now

BEGAN, PLANNED, LAST, TODAY = date(2025, 3, 15), date(2026, 12, 31), date(2027, 3, 14), date(2026, 2, 1)
days = st.integers(min_value=-40, max_value=400).map(lambda n: BEGAN + timedelta(days=n))


@st.composite
def pauses(draw: st.DrawFn) -> list[Pause]:
    found = []
    for _ in range(draw(st.integers(0, 6))):
        since, length = draw(days), draw(st.integers(0, 60))
        found.append(Pause(since, None if draw(st.integers(0, 5)) == 0 else since + timedelta(days=length)))
    return found


def walked(began: date, planned: date, paused: list[Pause], today: date) -> date:
    """Care is given on every day without a pause; it ends on the day on which there was as much as planned."""
    left, day = (planned - began).days + 1, began - timedelta(days=1)
    while left:
        day += timedelta(days=1)
        off = any(one.since <= day and (day <= one.until if one.until else day <= today) for one in paused)
        left -= not off
    return day


@given(pauses(), st.integers(0, 200), days)
def test_care_ends_when_as_much_was_given_as_planned(paused: list[Pause], length: int, today: date) -> None:
    planned = BEGAN + timedelta(days=length)
    ends = care_ends(BEGAN, planned, paused, today)
    # A pause that begins the day after the last day of care is no pause of care any more.
    assert ends == walked(BEGAN, planned, paused, today)


@given(pauses(), pauses(), days)
def test_a_pause_more_never_makes_care_end_sooner_and_never_moves_the_lease(
    paused: list[Pause], more: list[Pause], today: date
) -> None:
    before, after = (clocks(BEGAN, PLANNED, LAST, few, today) for few in (paused, [*paused, *more]))
    assert after.care_until >= before.care_until >= PLANNED
    assert after.lease_until == before.lease_until == LAST
    assert after.slack == after.slack_planned - after.paused


@given(pauses(), days)
def test_the_order_in_which_pauses_were_noted_does_not_matter(paused: list[Pause], today: date) -> None:
    assert care_ends(BEGAN, PLANNED, paused, today) == care_ends(BEGAN, PLANNED, paused[::-1], today)


def test_a_pause_of_thirty_days_takes_thirty_days_of_the_slack() -> None:
    found = clocks(BEGAN, PLANNED, LAST, [Pause(date(2025, 6, 1), date(2025, 6, 30))], TODAY)
    assert found == Clocks(PLANNED, date(2027, 1, 30), LAST, 30)
    assert (found.slack_planned, found.slack) == (73, 43)


def test_a_pause_that_goes_on_takes_a_day_of_the_slack_each_day_until_care_outlasts_the_lease() -> None:
    open_ended = [Pause(date(2025, 12, 1))]
    slack = {on: clocks(BEGAN, PLANNED, LAST, open_ended, on).slack for on in (date(2025, 12, 1), date(2026, 2, 20))}
    assert slack == {date(2025, 12, 1): 72, date(2026, 2, 20): -9}
    assert clocks(BEGAN, PLANNED, LAST, open_ended, date(2025, 11, 30)).paused == 0


def test_two_pauses_over_the_same_days_count_them_once() -> None:
    found = [Pause(date(2025, 6, 1), date(2025, 6, 30)), Pause(date(2025, 6, 10), date(2025, 6, 20))]
    assert clocks(BEGAN, PLANNED, LAST, found, TODAY).paused == 30


def test_which_pause_it_is_now() -> None:
    first, second = Pause(date(2025, 6, 1), date(2025, 6, 30)), Pause(date(2025, 9, 1))
    held = {on: pause_now([first, second], on) for on in (date(2025, 6, 30), date(2025, 7, 1), date(2026, 1, 1))}
    assert list(held.values()) == [first, None, second]


@pytest.mark.parametrize(
    ("pause", "field", "code"),
    [
        (Pause(date(2025, 3, 14)), "since", "pause_before_care"),
        (Pause(date(2027, 3, 15)), "since", "pause_after_lease"),
        (Pause(date(2025, 5, 2), date(2025, 5, 1)), "until", "pause_ends_first"),
        (Pause(date(2025, 6, 30), date(2025, 7, 9)), "since", "pause_overlaps"),
        (Pause(date(2025, 5, 1)), "since", "pause_overlaps"),
    ],
)
def test_a_pause_with_impossible_days_is_refused(pause: Pause, field: str, code: str) -> None:
    others = [Pause(date(2025, 6, 1), date(2025, 6, 30))]
    assert [(one.field, one.code) for one in faults(pause, others, BEGAN, LAST)] == [(field, code)]


@pytest.mark.parametrize(
    "pause", [Pause(BEGAN, BEGAN), Pause(date(2025, 7, 1)), Pause(LAST), Pause(date(2025, 5, 1), date(2025, 5, 31))]
)
def test_a_pause_beside_another_may_be(pause: Pause) -> None:
    assert faults(pause, [Pause(date(2025, 6, 1), date(2025, 6, 30))], BEGAN, LAST) == []
