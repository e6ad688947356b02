"""Every requirement has its one row, and what the row points at is really there."""

from __future__ import annotations

import re
from collections import Counter

import pytest

from app.records import Event
from tests.security import table
from tests.security.table import Row

BY_TEST = 150  # so many at least, by the end of this milestone
LOG_FIELDS = {"action", "object", "result", "origin", "actor", "on_whose_behalf", "time"}
ROWS = [*table.asvs(), *table.bio2()]


def named(row: Row) -> str:
    return row.id


def test_every_requirement_of_levels_1_and_2_has_one_row_and_no_other_has() -> None:
    ids = Counter(row.id for row in table.asvs())
    assert len(table.wanted()) == 253
    assert set(table.wanted()) - set(ids) == set(), "no row yet"
    assert set(ids) - set(table.wanted()) == set(), "not a requirement of these levels"
    assert [one for one, count in ids.items() if count > 1] == []
    assert {row.id: row.level for row in table.asvs()} == table.wanted()


def test_every_field_of_an_entry_that_bio2_asks_for_has_its_row() -> None:
    assert {row.id for row in table.bio2()} == LOG_FIELDS
    columns = set(Event.__table__.columns.keys())
    for row in table.bio2():
        assert row.way == "test"
        assert set(re.findall(r"`(\w+)`", row.asks)) <= columns, row.id


@pytest.mark.parametrize("row", ROWS, ids=named)
def test_what_a_row_names_is_there_and_runs(row: Row) -> None:
    assert row.asks.strip() and len(row.asks) < 200
    assert row.tests or row.way != "test"
    for one in row.tests:
        path, _, name = one.partition("::")
        assert path.startswith("tests/") and table.tests_in(path).get(name), f"{one} is not there, or is let off"


@pytest.mark.parametrize("row", [row for row in ROWS if row.way != "test"], ids=named)
def test_a_fact_is_a_sentence_and_what_is_open_says_what(row: Row) -> None:
    assert len(row.says.split()) > 1
    assert row.way == "open" or row.says.endswith("."), "a fact is a sentence"


def test_enough_is_shown_by_a_test() -> None:
    assert sum(1 for row in table.asvs() if row.way == "test") >= BY_TEST
