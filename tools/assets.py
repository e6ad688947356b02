"""Joins the front-end packages and our own styles into app/static/built, at set-up; the running program never calls it.

Every file gets its hash in its name, so that browsers may keep it for ever, and a compressed twin where that pays.
manifest.json says which plain name became which file. Standard library only: it runs before anything else works.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import re
import shutil
import sys
from collections import defaultdict
from pathlib import Path

HOME = Path(__file__).resolve().parent.parent
PACKAGES = HOME / "node_modules"
STATIC = HOME / "app" / "static"
BUILT = STATIC / "built"

NL_PARTS = ("button", "heading", "link", "paragraph", "skip-link", "data-badge", "number-badge", "mark")
UTRECHT_PARTS = (
    "action-group", "alert", "breadcrumb-nav", "data-list", "form-field", "form-field-description",
    "form-field-error-message", "form-fieldset", "form-label", "pagination", "select", "table", "textarea", "textbox",
)  # fmt: skip
VENDOR_CSS = (
    *(f"@nl-design-system-candidate/{part}-css/dist/{part}.css" for part in NL_PARTS),
    *(f"@utrecht/{part}-css/dist/index.min.css" for part in UTRECHT_PARTS),
)
FONT, ICONS = "@fontsource-variable/atkinson-hyperlegible-next", "@iconify-json/lucide"
BPMN, HTMX = "bpmn-js", "htmx.org"
# The icon package carries no licence text of its own; this is Lucide's.
ISC = """ISC License

Copyright (c) for portions of Lucide are held by Cole Bemis 2013-2022 as part of Feather (MIT). All other copyright (c)
for Lucide are held by Lucide Contributors 2022.

Permission to use, copy, modify, and/or distribute this software for any purpose with or without fee is hereby granted,
provided that the above copyright notice and this permission notice appear in all copies.

THE SOFTWARE IS PROVIDED "AS IS" AND THE AUTHOR DISCLAIMS ALL WARRANTIES WITH REGARD TO THIS SOFTWARE INCLUDING ALL
IMPLIED WARRANTIES OF MERCHANTABILITY AND FITNESS. IN NO EVENT SHALL THE AUTHOR BE LIABLE FOR ANY SPECIAL, DIRECT,
INDIRECT, OR CONSEQUENTIAL DAMAGES OR ANY DAMAGES WHATSOEVER RESULTING FROM LOSS OF USE, DATA OR PROFITS, WHETHER IN AN
ACTION OF CONTRACT, NEGLIGENCE OR OTHER TORTIOUS ACTION, ARISING OUT OF OR IN CONNECTION WITH THE USE OR PERFORMANCE OF
THIS SOFTWARE."""


class Bench:
    """The folder being filled: `put` names a file by its hash, `finish` swaps the whole folder for the old one."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.manifest: dict[str, str] = {}
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)

    def put(self, name: str, content: bytes) -> None:
        stem, _, ending = name.rpartition(".")
        hashed = f"{stem}.{hashlib.sha256(content).hexdigest()[:10]}.{ending}"
        (self.folder / hashed).write_bytes(content)
        squeezed = gzip.compress(content, 9, mtime=0)
        if ending != "woff2" and len(squeezed) < 0.9 * len(content):
            (self.folder / f"{hashed}.gz").write_bytes(squeezed)
        self.manifest[name] = hashed

    def linked(self, css: str) -> bytes:
        """Styles name other files plainly; the browser must find them by their hashed names."""

        def hashed(found: re.Match[str]) -> str:
            name = Path(found[1]).name
            if name not in self.manifest:
                sys.exit(f"A style asks for {found[1]}, which is not among the built files.")
            return f'url("{self.manifest[name]}")'

        return re.sub(r"url\([\"']?(?!#)([^\"')]+)[\"']?\)", hashed, css).encode()

    def finish(self, target: Path) -> None:
        (self.folder / "manifest.json").write_text(json.dumps(self.manifest, indent=1, sort_keys=True) + "\n")
        shutil.rmtree(target, ignore_errors=True)
        self.folder.replace(target)


def build(target: Path) -> None:
    bench = Bench(target.with_name(target.name + ".new"))
    for font in sorted((PACKAGES / FONT / "files").glob("*-wght-normal.woff2")):
        bench.put(font.name, font.read_bytes())
    bench.put("icons.svg", sprite(icon_names()).encode())
    bench.put("htmx.min.js", package(f"{HTMX}/dist/htmx.min.js").encode())
    viewer = "bpmn-navigated-viewer.production.min.js"
    bench.put(viewer, package(f"{BPMN}/dist/{viewer}").encode())
    for own in sorted(STATIC.iterdir()):
        if own.suffix in (".js", ".svg", ".png", ".ico"):
            bench.put(own.name, own.read_bytes())
    bench.put("ui.css", bench.linked(ui_css()))
    bench.put("diagram.css", bench.linked(diagram_css()))
    bench.put("licenses.txt", licenses().encode())
    bench.finish(target)
    sizes = sum(file.stat().st_size for file in target.iterdir() if file.suffix != ".gz")
    print(f"Built {len(bench.manifest)} files for the pages ({sizes // 1024} kB).")


def package(path: str) -> str:
    file = PACKAGES / path
    if not file.is_file():
        sys.exit(f"{path} is missing from node_modules: run make set-up.")
    return file.read_text()


def own(name: str) -> str:
    file = STATIC / name
    return file.read_text() if file.is_file() else ""


def ui_css() -> str:
    """Tokens, then the packages in a layer below ours: our rules win without shouting."""
    vendor = "".join(package(path) for path in VENDOR_CSS)
    vendor = re.sub(r"/\*.*?\*/|@charset \"[^\"]*\";", "", vendor, flags=re.S)
    return f"@layer tokens, vendor, app;\n{own('tokens.css')}\n@layer vendor{{{vendor}}}\n{own('app.css')}"


def diagram_css() -> str:
    styles = "".join(package(f"{BPMN}/dist/assets/{name}") for name in ("diagram-js.css", "bpmn-js.css"))
    # The one picture inside the style sheet, an arrow between breadcrumbs: the content policy allows no data addresses.
    styles = re.sub(r"url\('data:[^']*'\)", '"›"', styles)
    return styles + own("diagram.css")


def icon_names() -> list[str]:
    """Every icon asked for by name, as icon("clock") in a template or icon="clock" in code."""
    places = [*(HOME / "app/templates").rglob("*.html"), *(HOME / "app/web").rglob("*.py")]
    text = "\n".join(place.read_text() for place in places)
    return sorted(set(re.findall(r"\bicon(?:\(|=)\s*[\"']([a-z0-9-]+)[\"']", text)))


def sprite(names: list[str]) -> str:
    known = json.loads(package(f"{ICONS}/icons.json"))
    unknown = [name for name in names if name not in known["icons"] and name not in known["aliases"]]
    if unknown:
        sys.exit(f"No such icon in {ICONS}: {', '.join(unknown)}.")

    def body(name: str) -> str:
        while name not in known["icons"]:
            name = known["aliases"][name]["parent"]
        # The strokes are set by our own style, so the group that sets them again goes
        return re.sub(r"</?g[^>]*>", "", known["icons"][name]["body"])

    symbols = "".join(f'<symbol id="{name}" viewBox="0 0 24 24">{body(name)}</symbol>' for name in names)
    return f'<svg xmlns="http://www.w3.org/2000/svg">{symbols}</svg>'


def licenses() -> str:
    """Who made what the pages are built from, and under which terms; each text once, below the packages it covers."""
    covered: dict[str, list[str]] = defaultdict(list)
    lock = json.loads((HOME / "package-lock.json").read_text())["packages"]
    for place, entry in sorted(lock.items()):
        if not place or entry.get("dev"):
            continue
        name = place.rpartition("node_modules/")[2]
        files = sorted((HOME / place).glob("[Ll][Ii][Cc][Ee][Nn][SsCc]*"))
        text = "\n\n".join(file.read_text().strip() for file in files)
        if not text and name == ICONS:
            text = ISC
        covered[text or "(The package carries no text of its own; its licence is the one named above.)"].append(
            f"{name} {entry['version']} ({entry.get('license', 'see below')})"
        )
    parts = ["\n".join(names) + "\n\n" + text for text, names in covered.items()]
    head = "What the pages of Voorwaarts are made of, besides Voorwaarts itself (EUPL-1.2)."
    return f"\n\n{'=' * 100}\n\n".join([head, *parts]) + "\n"


if __name__ == "__main__":
    build(Path(sys.argv[1]) if len(sys.argv) > 1 else BUILT)
