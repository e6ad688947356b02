"""What the tests of the actions share: an installation per database, and a scene at the stop a test names."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack

import pytest

from tests.actions.scene import Scene, Site, stage

Stand = Callable[[str], Scene]
BOTH = ["sqlite", pytest.param("postgres", marks=pytest.mark.slow)]


@pytest.fixture(scope="session")
def sites(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Callable[[str], Site]:
    """The installation on this kind of database; built when a test first asks for it."""
    built: dict[str, Site] = {}

    def of(kind: str) -> Site:
        if kind not in built:
            cluster = request.getfixturevalue("postgres") if kind == "postgres" else None
            built[kind] = Site.build(kind, tmp_path_factory.mktemp(kind), cluster)
        return built[kind]

    return of


@pytest.fixture(params=BOTH)
def site(request: pytest.FixtureRequest, sites: Callable[[str], Site]) -> Site:
    return sites(request.param)


@pytest.fixture
def at(site: Site) -> Iterator[Stand]:
    """`at("review")`: the trajectory at that stop, on each database in turn."""
    with ExitStack() as stack:
        yield lambda stop: stack.enter_context(stage(site, stop))


@pytest.fixture
def on_sqlite(sites: Callable[[str], Site]) -> Iterator[Stand]:
    """The same, for what only concerns a database that is a file."""
    with ExitStack() as stack:
        yield lambda stop: stack.enter_context(stage(sites("sqlite"), stop))
