"""How long each class is kept, told by tables, and that no clock has a say in it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from app.rules.retention import CLASSES, Facts, classes, removable_from

D = date.fromisoformat
LEASE = Facts(
    had_lease=True,
    had_care=True,
    closed=True,
    tenancy_ended=D("2027-03-14"),
    care_ended=D("2028-03-14"),
    stopped=D("2027-03-20"),
    first_entry=D("2025-01-06"),
)
CANDIDATE = Facts(False, False, True, stopped=D("2025-02-28"), first_entry=D("2025-01-06"))


def until(facts: Facts) -> dict[str, str]:
    return {one.keeping.name: one.until.isoformat() if one.until else "" for one in classes(facts)}


def test_a_tenancy_leaves_three_classes_and_a_record() -> None:
    assert until(LEASE) == {
        "tenancy": "2029-03-14",
        "financial": "2034-03-14",
        "care": "2048-03-14",
        "access_log": "2030-01-06",
    }


def test_a_rejected_candidate_is_kept_a_year_and_a_care_file_that_was_begun_stays() -> None:
    assert until(CANDIDATE) == {"rejected": "2026-02-28", "access_log": "2030-01-06"}
    drafted = replace(CANDIDATE, had_care=True, care_ended=D("2025-02-28"))
    assert until(drafted)["care"] == "2045-02-28"


@pytest.mark.parametrize("facts", [LEASE, CANDIDATE])
def test_nothing_but_the_record_has_a_date_while_it_goes_on(facts: Facts) -> None:
    found = until(replace(facts, closed=False))
    assert {name for name, day in found.items() if day} == {"access_log"}


@pytest.mark.parametrize(
    "ended, kept", [("2026-02-28", "2028-02-28"), ("2028-02-29", "2030-02-28"), ("2026-12-31", "2028-12-31")]
)
def test_months_clamp_and_the_last_day_is_itself_kept(ended: str, kept: str) -> None:
    [tenancy] = [one for one in classes(replace(LEASE, tenancy_ended=D(ended))) if one.keeping.name == "tenancy"]
    assert tenancy.until == D(kept)
    assert not tenancy.is_past(D(kept))
    first = removable_from(tenancy)
    assert first is not None and tenancy.is_past(first)


def test_care_is_kept_by_the_care_parties_and_money_by_the_landlord() -> None:
    assert CLASSES["care"].parts == {"care_provider", "municipality"}
    assert CLASSES["financial"].parts == {"association"}
    assert "care_provider" not in CLASSES["tenancy"].parts
