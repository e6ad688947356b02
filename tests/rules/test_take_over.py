"""What the cells of a take-over say: days, words and lists as people write them, and every fault at its column."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from app.rules.schedule import review_days
from app.rules.take_over import columns
from app.rules.take_over.columns import COLUMNS
from app.rules.take_over.lists import Card, Held
from app.rules.take_over.row import CHOICES, LISTS, Row, read, remarks
from tests import sheet

TODAY = date(2026, 11, 26)
FIRST = date(2025, 9, 1)


def cells(**said: Any) -> dict[str, str]:
    """A line without faults, as the cells of a file; what is None is empty."""
    typed = {code: sheet.typed(value) for code, value in sheet.line(1, FIRST, **said).items() if value is not None}
    return {code: text for code, text in typed.items() if text}


def row(**said: Any) -> Row:
    found, faults = read(cells(**said), TODAY)
    assert faults == []
    return found


def faults(**said: Any) -> list[tuple[str, str]]:
    return [(fault.field, fault.code) for fault in read(cells(**said), TODAY)[1]]


def test_a_line_without_faults_says_what_it_says() -> None:
    found = row()
    assert (found.day("first_day"), found.day("last_day")) == (FIRST, date(2027, 8, 31))
    assert found.answers["rent"] == 612.5
    assert found.goals == {"housing": "de woning schoon houden", "finances": "de huur op tijd betalen"}
    assert found.conditions == ("rent_on_time", "guidance_accepted", "no_nuisance")


@pytest.mark.parametrize("typed", ["1-9-2025", "2025-09-01", "1 sep 2025", "1/9/25", "20250901"])
def test_days_are_read_the_dutch_way_and_as_iso(typed: str) -> None:
    assert row(first_day=typed).day("first_day") == FIRST


@pytest.mark.parametrize(
    ("column", "typed", "code"),
    [
        ("first_day", "31-6-2025", "impossible_date"),
        ("last_day", "29-2-2027", "impossible_date"),
        ("signed_on", "binnenkort", "not_a_date"),
        ("signed_on", "1-1-2027", "in_the_future"),
        ("consent_on", "1-1-2027", "in_the_future"),
        ("first_day", None, "missing"),
        ("last_day", "1-9-2027", "longer_than_two_years"),
        ("last_day", "31-8-2025", "ends_before_it_starts"),
        ("last_day", "25-11-2026", "lease_is_over"),
        ("legal_ground", "oud", "ground_needs_new_regime"),
        ("legal_ground", "urgentie", "not_one_of"),
        ("rent", "veel", "not_a_number"),
        ("rent", "-1", "too_small"),
        ("housing_officer", "jeroen", "not_valid"),
        ("support_worker", None, "missing"),
        ("language", "fries", "not_one_of"),
        ("evidence", "BSN 111222333", "looks_like_bsn"),
        ("full_name", "V" * 121, "too_long"),
        ("keys_on", "1-8-2025", "before_signing"),
    ],
)
def test_a_fault_is_named_at_its_column(column: str, typed: str | None, code: str) -> None:
    found = faults(**{column: typed})
    wrong = "signed_on" if code.startswith("ground_needs") else column
    assert (wrong, code) in found
    assert len(found) == 1


def test_a_lease_that_ended_yesterday_is_refused_and_one_that_ends_today_is_not() -> None:
    first = date(2025, 5, 27)
    assert faults(signed_on="20-5-2025", first_day=first, last_day=TODAY, guidance_from=first) == []
    assert faults(signed_on="20-5-2025", first_day=first, last_day=TODAY - timedelta(days=1)) == [
        ("last_day", "lease_is_over")
    ]


def test_every_fault_of_a_line_is_told_at_once() -> None:
    found = faults(signed_on="31-6-2025", rent="veel", goals="rust", cards="kaart")
    assert [field for field, _ in found] == ["signed_on", "rent", "goals", "cards"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("wonen: schoon; Financiën: huur op tijd", {"housing": "schoon", "finances": "huur op tijd"}),
        ("housing: tidy\nday_structure: three mornings", {"housing": "tidy", "day_structure": "three mornings"}),
        ("dagstructuur", {"day_structure": "dagstructuur"}),
        ("wonen: schoon; wonen: heel", {"housing": "schoon. heel"}),
    ],
)
def test_goals_are_read_by_their_domain(typed: str, found: dict[str, str]) -> None:
    assert row(goals=typed).goals == found


def test_a_goal_without_a_domain_and_a_care_goal_are_refused() -> None:
    assert faults(goals="alles op orde") == [("goals", "goal_without_domain")]
    wrong = read(cells(goals="wonen: schoon; verslaving: minder drinken"), TODAY)[1]
    assert [(one.code, one.params) for one in wrong] == [("care_goal", {"typed": "verslaving"})]


def test_conditions_are_read_in_words_and_codes() -> None:
    assert row(conditions="Huur op tijd, no_nuisance; Woning schoon.").conditions == (
        "rent_on_time", "no_nuisance", "home_kept_clean",
    )  # fmt: skip
    assert faults(conditions="huur op tijd; wees lief") == [("conditions", "not_one_of")]


def test_reviews_are_read_with_their_day_and_outcome() -> None:
    found = row(reviews="3: 2-12-2025 op koers; maand 6 : 2026-03-02 Niet op koers;9: niet gehouden").held
    assert found == (
        Held(3, date(2025, 12, 2), "on_track"),
        Held(6, date(2026, 3, 2), "off_track"),
        Held(9, None, "not_held"),
    )


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("3: 2-12-2025", "review_unreadable"),
        ("drie keer gehouden", "review_unreadable"),
        ("3: 31-11-2025 op koers", "impossible_date"),
        ("3: 2-12-2027 op koers", "in_the_future"),
        ("3: 2-8-2025 op koers", "before_the_lease"),
        ("5: 2-2-2026 op koers", "no_review_in_month"),
        ("3: 2-12-2025 op koers; 3: 9-12-2025 aandacht", "review_twice"),
    ],
)
def test_a_review_that_can_not_be_is_refused(typed: str, code: str) -> None:
    assert faults(reviews=typed) == [("reviews", code)]


def test_the_fault_names_the_reviews_this_lease_has() -> None:
    (fault,) = read(cells(reviews="5: 2-2-2026 op koers"), TODAY)[1]
    months = [month for month, _ in review_days(FIRST, date(2027, 8, 31))]
    assert fault.params == {"number": 5, "months": months}


@pytest.mark.parametrize(
    "typed",
    [
        "gele kaart op 3-2-2026: huur op tijd, herstel tot 3-4-2026",
        "geel 2026-02-03 (rent_on_time) herstel tot 3-4-2026",
        "Yellow card on 3-2-2026: rent on time, recovery until 3-4-2026",
    ],
)
def test_a_card_is_read_with_its_ground_and_recovery_term(typed: str) -> None:
    assert row(cards=typed).cards == (Card("yellow_card", date(2026, 2, 3), "rent_on_time", date(2026, 4, 3), typed),)


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("gele kaart op 3-2-2026, herstel tot 3-4-2026", "card_needs_ground"),
        ("gele kaart op 3-2-2026: huur op tijd", "recovery_needs_term"),
        ("gele kaart op 3-2-2026: huur op tijd, herstel tot 3-2-2026", "recovery_before_step"),
        ("gele kaart op 3-2-2026: huur op tijd, herstel tot 3-2-2027", "recovery_too_long"),
        ("gele kaart op 3-2-2026: dagbesteding, herstel tot 3-4-2026", "ground_not_agreed"),
        ("gele kaart op 3-2-2026: hondje, herstel tot 3-4-2026", "not_one_of"),
        ("gele kaart op 30-2-2026: huur op tijd, herstel tot 3-4-2026", "impossible_date"),
        ("gele kaart op 3-2-2025: huur op tijd, herstel tot 3-4-2025", "before_the_lease"),
        ("rode kaart op 3-2-2027: drugs", "in_the_future"),
        ("waarschuwing op 3-2-2026", "card_unreadable"),
    ],
)
def test_a_card_that_can_not_be_is_refused(typed: str, code: str) -> None:
    assert faults(cards=typed) == [("cards", code)]


def test_a_window_that_has_closed_is_a_remark_and_no_fault() -> None:
    first = date(2024, 12, 20)
    late = sheet.line(1, first)
    found, wrong = read({code: sheet.typed(value) for code, value in late.items()}, TODAY)
    assert wrong == []
    assert [(one.code, one.params) for one in remarks(found, TODAY)] == [
        ("window_has_closed", {"closed_on": date(2026, 11, 19)})
    ]
    assert remarks(row(), TODAY) == []


def test_headings_are_recognised_as_people_write_them() -> None:
    headings = [column.heading for column in COLUMNS]
    places, wrong = columns.recognised(headings)
    assert wrong == [] and list(places) == [column.code for column in COLUMNS]
    assert columns.recognised(["  EERSTE DAG ", "last_day", "Huur"])[0] == {"first_day": 0, "last_day": 1, "rent": 2}
    assert columns.unknown([*headings, "Kleur van de deur", ""]) == ["Kleur van de deur"]


@pytest.mark.parametrize(
    ("heading", "code"),
    [
        ("BSN", "column_of_bsn"),
        ("bsn huurder", "column_of_bsn"),
        ("Burgerservicenummer", "column_of_bsn"),
        ("Wmo-besluit tot", "column_of_care"),
        ("Zorgdoelen", "column_of_care"),
        ("Naam huurder", "column_twice"),
    ],
)
def test_a_column_that_may_not_be_there_refuses_the_file(heading: str, code: str) -> None:
    headings = [column.heading for column in COLUMNS]
    (fault,) = columns.recognised([*headings, heading])[1]
    assert (fault.field, fault.code) == (heading, code)


def test_missing_columns_are_named_together() -> None:
    (fault,) = columns.recognised([one.heading for one in COLUMNS if one.code not in ("rent", "goals", "cards")])[1]
    assert fault.params == {"columns": ["Huur per maand", "Doelen"]}


def test_no_two_columns_answer_to_one_heading() -> None:
    names = [columns._folded(name) for one in COLUMNS for name in {one.heading, *one.also}]
    assert len(set(names)) == len(names)


def test_every_column_is_read() -> None:
    from app.rules.take_over.row import FORM

    assert set(FORM["properties"]) == {column.code for column in COLUMNS}
    assert {*CHOICES, *LISTS} < set(FORM["properties"])
