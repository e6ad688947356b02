"""What every test may ask for; the things themselves are made in the modules beside this one."""

from collections.abc import Iterator

import pytest

from app.records.scope import beyond_sight
from tests.cast import furnished, region
from tests.postgres import postgres, postgres_url

__all__ = ["furnished", "postgres", "postgres_url", "region"]


@pytest.fixture(scope="session", autouse=True)
def reading_everything() -> Iterator[None]:
    """What a test reads itself is of the whole region; requests and deeds say for themselves whose they are."""
    with beyond_sight():
        yield
