"""What may not be said is not said: no password to the list of processes, no row in a refusal."""

import errno
from datetime import UTC, datetime

import psycopg
import pytest
from sqlalchemy import create_engine, make_url
from sqlalchemy.exc import IntegrityError

from app.backup.archive import Refusal
from app.backup.postgres import Stage, _conninfo
from app.backup.words import in_words

NOW = datetime(2027, 1, 2, 9, tzinfo=UTC)
ADDRESS = "postgresql+psycopg://voorwaarts:geheim@db.example.org:5433/region?sslmode=verify-full"


def test_a_password_stands_on_no_command_line() -> None:
    url = create_engine(ADDRESS).url
    said = _conninfo(url.translate_connect_args(username="user"), url.query)
    assert "geheim" not in said
    for part in ("host=db.example.org", "port=5433", "dbname=region", "user=voorwaarts", "sslmode=verify-full"):
        assert part in said.split()


def test_what_is_made_ready_keeps_the_rest_of_the_address() -> None:
    before, now = make_url(ADDRESS), make_url(Stage(ADDRESS, NOW).url)
    assert now.query == {**before.query, "options": "-csearch_path=voorwaarts_coming"}
    assert now.set(query={}) == before.set(query={}) and now.password == "geheim"


@pytest.mark.parametrize(
    "fault, sentence",
    [
        (OSError(errno.ENOSPC, "No space left on device"), "It failed: No space left on device."),
        (IntegrityError("INSERT", {"name": "Zwaantje"}, psycopg.errors.UniqueViolation("(Zwaantje)")), ""),
    ],
)
def test_a_fault_is_one_sentence_without_a_row(fault: Exception, sentence: str) -> None:
    with pytest.raises(Refusal) as refused, in_words("It failed"):
        raise fault
    (said,) = refused.value.sentences
    assert said.startswith("It failed: ") and "Zwaantje" not in said
    assert said == sentence or not sentence
