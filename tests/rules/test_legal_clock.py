"""The legal clock: which dates there are, what they are made of, and that a rule does not change unseen."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from hashlib import sha256

import pytest

from app.rules.case import Case, EarlyEndState
from app.rules.early_end import after_death, last_day_after_notice
from app.rules.legal_clock import LegalDate, legal_dates
from app.rules.schedule import Settings
from app.rules.term import latest_end
from tests.rules.cases import lease


def dates(case: Case) -> dict[str, date]:
    return {one.name: one.on for one in legal_dates(case)}


def test_a_lease_has_its_six_dates() -> None:
    assert dates(lease()) == {  # domain 3.2, the first line of its table
        "last_day": date(2027, 3, 14),
        "latest_end": date(2027, 3, 14),
        "window_opens": date(2026, 12, 15),
        "send_by": date(2027, 2, 5),
        "window_closes": date(2027, 2, 14),
        "term_ended": date(2027, 3, 15),
    }


def test_without_a_lease_there_are_none() -> None:
    assert legal_dates(Case(opened_on=date(2025, 1, 6))) == []


@pytest.mark.parametrize(
    ("arranged", "rule"),
    [
        (date(2027, 5, 31), "second_month_after_death"),
        (date(2027, 4, 30), "first_month_after_death"),
        (date(2027, 9, 10), "half_a_year_after_death"),
    ],
)
def test_after_a_death_there_are_three_days_and_the_one_that_was_arranged(arranged: date, rule: str) -> None:
    case = lease(early_end=EarlyEndState("death", date(2027, 3, 10), arranged))
    found = {one.name: one for one in legal_dates(case)}
    assert found["ends_by_law"].on == date(2027, 5, 31)  # domain 2
    assert found["heirs_may_choose"].on == date(2027, 4, 30)
    assert found["housemate_until"].on == date(2027, 9, 10)
    assert (found["early_last_day"].on, found["early_last_day"].rule) == (arranged, rule)


@pytest.mark.parametrize(
    ("kind", "last", "rule"),
    [
        ("tenant_notice", date(2026, 4, 30), "notice_received"),
        ("tenant_notice", date(2026, 5, 31), "tenant_asked"),
        ("court", date(2026, 4, 1), "court_ruled"),
    ],
)
def test_an_early_end_says_by_which_rule(kind: str, last: date, rule: str) -> None:
    case = lease(early_end=EarlyEndState(kind, date(2026, 3, 10), last))
    assert [(one.on, one.rule) for one in legal_dates(case) if one.name == "early_last_day"] == [(last, rule)]


def test_what_goes_in_is_all_that_matters() -> None:
    """Nothing else about a trajectory moves a date: not its stage, its reviews or the day it was opened."""
    other = replace(lease(), stage="aftercare", reviews=(), opened_on=date(2020, 1, 1), outcome="converted")
    assert legal_dates(other) == legal_dates(lease())


def test_a_setting_of_the_region_moves_our_own_date_only() -> None:
    slow = {one.name: one.on for one in legal_dates(lease(), Settings(delivery_working_days=10))}
    assert {name for name, on in dates(lease()).items() if slow[name] != on} == {"send_by"}


def test_no_rule_gives_other_days_under_the_same_version() -> None:
    """Whoever makes a rule say something else raises its version, and then writes down what it says here."""
    assert fingerprints() == {
        ("lease_says", 1): "ae603366f345610c",
        ("longest_term", 1): "caa000026f1ca422",
        ("law_three_months", 1): "220e22efb3c26404",
        ("days_to_deliver", 1): "adc1798f5ad3e766",
        ("law_one_month", 1): "ae636dd08f8385d9",
        ("day_after_last", 1): "299ae992d032d8f6",
        ("notice_received", 1): "028f5d6c794e9c5f",
        ("tenant_asked", 1): "0237ce47fa9f0da5",
        ("court_ruled", 1): "e692801dd752e98a",
        ("second_month_after_death", 1): "e1bef99a97d159d8",
        ("first_month_after_death", 1): "9acd2f945ee2c7d4",
        ("half_a_year_after_death", 1): "f8ff2fb90c7fa3af",
    }


def fingerprints() -> dict[tuple[str, int], str]:
    """Per rule and version, a digest of what it gives for every first day of five years, in five lengths."""
    said: dict[tuple[str, int], list[str]] = {}
    for number in range(5 * 366):
        first = date(2019, 1, 1) + timedelta(days=number)
        last = latest_end(first) - timedelta(days=(0, 1, 31, 183, 366)[number % 5])
        ends = [
            EarlyEndState("tenant_notice", first, last_day_after_notice(first)),
            EarlyEndState("tenant_notice", first, date(2040, 1, 1)),
            EarlyEndState("court", first, last),
            EarlyEndState("death", first, after_death(first).ends_by_law),
        ]
        cases = [lease(first, last), *(lease(first, last, early_end=end) for end in ends)]
        for one in (found for case in cases for found in legal_dates(case)):
            said.setdefault((one.rule, one.version), []).append(_line(one))
    return {rule: sha256("\n".join(lines).encode()).hexdigest()[:16] for rule, lines in said.items()}


def _line(one: LegalDate) -> str:
    return f"{one.name} {one.on} {sorted(one.kept_inputs.items())}"
