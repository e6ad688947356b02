"""Things that go otherwise on the way: reviews moved in odd ways, refused deeds, another lease than was planned."""

from __future__ import annotations

from typing import Any

import pytest

from tests.rehearsal.laws import broken
from tests.rehearsal.playing import tried

pytestmark = pytest.mark.slow


def moved(month: int, on: str, to: str) -> dict[str, Any]:
    return tried(f"happens: [{{on: {on}, do: move_review, month: {month}, to: {to}, reason: De huurder is ziek.}}]")


def planned(rehearsal: dict[str, Any]) -> list[tuple[int, str, str]]:
    return [(one["month"], one["planned_on"], one["outcome"]) for one in rehearsal["reviews"] if one["moves"]]


@pytest.mark.parametrize(
    ("month", "on", "to", "day"),
    [
        (6, "S + 5 months", "S + 9 months + 20 days", "2026-01-04"),
        (6, "S + 4 months", "today", "2025-07-15"),
        (18, "S + 17 months", "E - 10 days", "2027-03-04"),
        (12, "S + 12 months - 5 days", "S + 12 months - 2 days", "2026-03-13"),
    ],
)
def test_a_review_can_be_moved_anywhere_inside_the_lease(month: int, on: str, to: str, day: str) -> None:
    rehearsal = moved(month, on, to)
    assert (planned(rehearsal), rehearsal["refusals"]) == ([(month, day, "on_track")], [])
    assert (rehearsal["outcome"], broken(rehearsal)) == ("converted", [])


@pytest.mark.parametrize(
    ("to", "code"),
    [
        ("E + 1 day", "review_outside_lease"),
        ("today - 1 day", "day_has_passed"),
        ("S + 9 months", "another_review_that_day"),
    ],
)
def test_a_review_is_not_moved_where_it_can_not_be(to: str, code: str) -> None:
    rehearsal = moved(6, "S + 5 months", to)
    (refusal,) = rehearsal["refusals"]
    assert [fault["code"] for fault in refusal["faults"]] == [code]
    assert (planned(rehearsal), rehearsal["outcome"], broken(rehearsal)) == ([], "converted", [])


def test_not_converting_is_refused_once_the_window_has_closed_and_the_lease_goes_on_by_lapse() -> None:
    rehearsal = tried("when: {decide_conversion: E - 20 days}\nanswers: {decide_conversion: {outcome: do_not_convert}}")
    (refusal,) = rehearsal["refusals"]
    assert refusal["sentence"].replace("\u00a0", " ").startswith("The notice window closed on 14 February 2027.")
    assert (rehearsal["outcome"], broken(rehearsal)) == ("open_ended_by_lapse", [])


def test_the_dates_are_those_of_the_signed_lease_whatever_was_planned() -> None:
    rehearsal = tried("answers: {sign_lease: {first_day: S + 5 days, last_day: S + 12 months + 4 days}}")
    assert (rehearsal["first_day"], rehearsal["last_day"]) == ("2025-03-20", "2026-03-19")
    assert (rehearsal["outcome"], broken(rehearsal)) == ("converted", [])


def test_a_regular_lease_that_is_never_signed_keeps_the_trajectory_open() -> None:
    rehearsal = tried("nobody: [sign_regular_lease]")
    assert (rehearsal["outcome"], rehearsal["stage"], rehearsal["closed_on"]) == ("converted", "tenancy", None)
    assert (rehearsal["ending"], broken(rehearsal)) == ({"kind": "conversion", "on": "2027-03-15"}, [])


def test_a_co_tenant_gets_the_confirmation_too() -> None:
    rehearsal = tried("co_tenants: [{full_name: Karim el Amrani}]")
    confirmed = [one["for"] for one in rehearsal["documents"] if one["document"] == "conversion_confirmation"]
    assert (confirmed, broken(rehearsal)) == (["co_tenant_1", "tenant"], [])


def test_whoever_nominates_has_the_first_task() -> None:
    assert tried("nominated_by: care_provider")["tasks"][0]["role"] == "support_worker"
