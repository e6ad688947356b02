"""Looks at pages as no person can: at all that are linked, for accessibility, width and what the browser minds."""

from __future__ import annotations

import re
from collections import Counter, deque
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Page

from app.config import HOME
from tests.browser.people import Person

AXE = HOME / "node_modules" / "axe-core" / "axe.min.js"
ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
# What a link leads to that is a file, not a page.
FILE = re.compile(
    r"/documents/ID(\.pdf)?$|/documents/signed/|/notices/proofs/|\.(bpmn|eml|xlsx|csv)$|^/static/|^/health"
)
# Of most kinds of page one is enough; forms and drawings differ from each other.
SEVERAL = {"/tasks/ID": 3, "/trajectories/ID": 3}
PHONE = {"width": 320, "height": 640}
DESK = {"width": 1280, "height": 900}

AXE_RUN = """() => axe.run(document, {resultTypes: ["violations"],
    runOnly: {type: "tag", values: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]}})
  .then((found) => found.violations.map((one) =>
    `${one.id}: ${one.help} (${one.nodes.slice(0, 3).map((node) => node.target.join(" ")).join("; ")})`))"""
# The lines of every label beside or in a shape of the drawing.
LINES = """() => [...document.querySelectorAll("#diagram .djs-element > .djs-visual > text")]
  .map((text) => [...text.querySelectorAll("tspan")].map((line) => line.textContent))"""
WIDE = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && one.getBoundingClientRect().right > 320 && !one.closest("header"))
  .slice(0, 3).map((one) => one.tagName.toLowerCase() + "." + one.className)"""


def kind_of(address: str) -> str:
    """An address without what differs between two pages of the same kind."""
    parts = urlsplit(address)
    path = ID.sub("ID", parts.path)
    return re.sub(r"(/diagram/|/mail/).+", r"\1", path)


def pages_of(person: Person, *starts: str) -> Iterator[Page]:
    """Every kind of page this person comes to by following links, opened one after the other."""
    waiting, seen, kinds = deque(starts), set(starts), Counter[str]()
    while waiting:
        path = waiting.popleft()
        kind = kind_of(path)
        if kinds[kind] >= SEVERAL.get(kind, 1):
            continue
        kinds[kind] += 1
        answer = person.page.goto(person.house.address + path)
        assert answer is not None and answer.status == 200, f"{person.role}: {path} answered {answer and answer.status}"
        yield person.page
        for link in person.page.eval_on_selector_all("a[href]", "links => links.map((one) => one.href)"):
            if not link.startswith(person.house.address):
                continue
            parts = urlsplit(link)
            following = parts.path + (f"?{parts.query}" if parts.query else "")
            if following not in seen and not FILE.search(ID.sub("ID", parts.path)):
                seen.add(following)
                waiting.append(following)


def settle(page: Page) -> None:
    """Until what a page draws by itself is there."""
    if page.locator("#diagram").count():
        page.locator("#diagram[data-ready]").wait_for()


def axe(page: Page) -> list[str]:
    """What axe finds wrong on this page; the context must have been opened with `with_axe`."""
    return [f"{page.url}: {one}" for one in page.evaluate(AXE_RUN)]


def with_axe(person: Person) -> Person:
    person.context.add_init_script(path=Path(AXE))
    return person


def too_wide(page: Page) -> list[str]:
    """What makes this page scroll sideways on the smallest phone."""
    page.set_viewport_size({"width": PHONE["width"], "height": PHONE["height"]})
    wide = page.evaluate("document.documentElement.scrollWidth")
    culprits = page.evaluate(WIDE) if wide > PHONE["width"] else []
    page.set_viewport_size({"width": DESK["width"], "height": DESK["height"]})
    return [f"{page.url}: {wide} px wide at {PHONE['width']} px: {culprits}"] if wide > PHONE["width"] else []
