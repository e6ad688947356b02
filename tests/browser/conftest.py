"""What the browser tests share: one Chromium per process, and a picture of every step when somebody asks for them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.browser.people import PATIENCE
from tests.machine import chromium

Picture = Callable[[Page, str], None]

expect.set_options(timeout=PATIENCE)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=chromium(), args=["--no-sandbox"])
        yield started
        started.close()


@pytest.fixture(scope="session")
def picture() -> Picture:
    """Keeps a picture of the page in the folder PICTURES, numbered in the order they were taken; else does nothing."""
    folder = os.environ.get("PICTURES")
    taken = [0]

    def take(page: Page, name: str) -> None:
        if folder:
            taken[0] += 1
            Path(folder).mkdir(parents=True, exist_ok=True)
            page.screenshot(path=Path(folder) / f"{taken[0]:03}-{name}.png", full_page=True)

    return take
