"""What the tests of the web room share: catalogues compiled once, and a stage with or without a person on it."""

from __future__ import annotations

from pathlib import Path

import pytest

from app.catalogue import compile_all
from tests.web import stage
from tests.web.one_of_each import dossier

__all__ = ["catalogues", "dossier", "empty_stage", "officer_stage"]


@pytest.fixture(scope="session")
def catalogues(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("translations")
    compile_all(folder)
    return folder


@pytest.fixture
def empty_stage(catalogues: Path) -> stage.Stage:
    """Nobody is signed in."""
    return stage.build(catalogues)


@pytest.fixture
def officer_stage(catalogues: Path) -> stage.Stage:
    """A housing officer is signed in."""
    return stage.build(catalogues, stage.OFFICER)
