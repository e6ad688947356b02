"""What a test may ask of the machine: a missing program is a named skip, and with CI=true a failure; never silence."""

from __future__ import annotations

import os
import shutil
from pathlib import Path
from typing import NoReturn

import pytest


def program(*names: str, package: str) -> str:
    """The path of the first of `names` that is installed; `package` is Debian's name for what brings it."""
    for name in names:
        found = shutil.which(name)
        if found:
            return found
    missing(names[0], package)


def missing(what: str, package: str) -> NoReturn:
    """Ends this test: it can't be run here, and a sentence says what to install."""
    sentence = f"{what} is not on this machine; install it with: apt-get install {package}"
    if os.environ.get("CI") == "true":
        pytest.fail(sentence)
    pytest.skip(sentence)


def chromium() -> str:
    """The browser the browser tests drive."""
    return program("chromium", "chromium-browser", "google-chrome", package="chromium")


def postgresql_programs() -> Path:
    """The folder with initdb and postgres, the newest when there are several."""
    found = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/initdb")]
    if found:
        return max(found, key=lambda folder: float(folder.parent.name))
    return Path(program("initdb", package="postgresql")).resolve().parent
