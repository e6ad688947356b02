"""The PostgreSQL of the tests is a real one, and the program is an ordinary role in it."""

import psycopg
import pytest

from tests.postgres import Cluster

pytestmark = pytest.mark.slow


def test_the_program_is_no_superuser_and_owns_its_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        powers = "SELECT rolsuper, rolcreatedb, rolbypassrls FROM pg_roles WHERE rolname = current_user"
        assert connection.execute(powers).fetchone() == (False, False, False)
        connection.execute("CREATE TABLE note (said text)")


def test_every_test_gets_an_empty_database(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT to_regclass('note')").fetchone() == (None,)


def test_a_filled_database_can_be_copied(postgres: Cluster) -> None:
    model = postgres.create_database()
    with psycopg.connect(postgres.url(model)) as connection:
        connection.execute("CREATE TABLE note AS SELECT 'kept' AS said")
    copy = postgres.create_database(template=model)
    with psycopg.connect(postgres.url(copy)) as connection:
        assert connection.execute("SELECT said FROM note").fetchone() == ("kept",)
    postgres.drop_database(copy)
    postgres.drop_database(model)
