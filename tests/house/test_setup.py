"""A clone holds what belongs to the product, and no download addresses, no secrets and no traces of one machine."""

import gzip
import json
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

HOME = Path(__file__).resolve().parents[2]
BUILT = HOME / "app" / "static" / "built"
# Written in halves, so that this file is not the first to be found.
REGISTRIES = ("pypi" + ".org", "python" + "hosted", "npm" + "js.", "deb.debian" + ".org", "un" + "pkg", "jsdel" + "ivr")
MACHINE = ("/wo" + "rk/", "/ro" + "ot/", "/ho" + "me/", ".py" + "env", "/tmp" + "/design")
SECRETS = (
    r"-----BEGIN [A-Z ]*PRIVATE KEY-----",
    r"\bAKIA[0-9A-Z]{16}\b",
    r"\bgh[pousr]_[A-Za-z0-9]{36}",
    r"(?i)\b(secret_key|password|token)\s*[:=]\s*[\"'][0-9a-f]{32,}[\"']",
)


def tracked() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=HOME, capture_output=True, text=True, check=True).stdout
    return [HOME / name for name in listed.split("\0") if name and (HOME / name).is_file()]


def texts() -> Iterator[tuple[Path, str]]:
    for path in tracked():
        content = path.read_bytes()
        if b"\0" not in content[:8000]:
            yield path.relative_to(HOME), content.decode(errors="replace")


def test_no_file_names_a_registry_or_a_place_to_download_from() -> None:
    found = [f"{path}: {host}" for path, text in texts() for host in REGISTRIES if host in text]
    assert found == []


def test_no_file_names_a_place_on_somebodys_machine() -> None:
    found = [f"{path}: {place}" for path, text in texts() for place in MACHINE if place in text]
    assert found == []


def test_no_file_holds_a_secret() -> None:
    found = [f"{path}: {rule}" for path, text in texts() for rule in SECRETS if re.search(rule, text)]
    assert found == []


def test_nothing_that_a_run_makes_is_tracked() -> None:
    made = re.compile(r"^(instance/(?!\.gitkeep)|\.venv/|node_modules/|app/static/built|.*\.(mo|pyc|db|eml)$)")
    assert [str(path) for path in tracked() if made.match(str(path.relative_to(HOME)))] == []


@pytest.mark.parametrize("name", ["requirements.lock", "tools/uv.txt", "tools/node.txt"])
def test_every_locked_python_package_has_its_hashes_and_no_address(name: str) -> None:
    lines = re.sub(r"\\\n\s*", " ", re.sub(r"^\s*#.*\n", "", (HOME / name).read_text(), flags=re.M)).splitlines()
    assert lines
    for line in lines:
        assert re.fullmatch(r"[a-z0-9._-]+==[\w.+!-]+( ; [^#]+?)?( +--hash=sha256:[0-9a-f]{64})+ *", line), line


def test_every_direct_dependency_is_in_the_lock() -> None:
    project = tomllib.loads((HOME / "pyproject.toml").read_text())
    asked = [*project["project"]["dependencies"], *project["dependency-groups"]["dev"]]
    names = {re.match(r"[A-Za-z0-9._-]+", wish)[0].lower().replace("_", "-") for wish in asked}  # type: ignore[index]
    locked = set(re.findall(r"^([a-z0-9._-]+)==", (HOME / "requirements.lock").read_text(), flags=re.M))
    assert names - locked == set()


def test_every_locked_front_end_package_has_its_hash_and_no_address() -> None:
    lock = json.loads((HOME / "package-lock.json").read_text())["packages"]
    packages = {place: entry for place, entry in lock.items() if place}
    assert packages
    assert [place for place, entry in packages.items() if "integrity" not in entry or "resolved" in entry] == []


def test_front_end_packages_are_asked_for_in_one_exact_version() -> None:
    wishes = json.loads((HOME / "package.json").read_text())
    versions = {**wishes["dependencies"], **wishes["devDependencies"]}
    assert [name for name, version in versions.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []


def test_the_licence_is_the_whole_eupl() -> None:
    text = (HOME / "LICENSE").read_text()
    assert "EUROPEAN UNION PUBLIC LICENCE v. 1.2" in text and "## 15. Applicable Law" in text and "## Appendix" in text


def test_make_help_has_a_line_for_every_command() -> None:
    makefile = (HOME / "Makefile").read_text()
    phony = set(re.findall(r"^\.PHONY: (.*)$", makefile, flags=re.M)[0].split())
    shown = subprocess.run(["make", "help"], cwd=HOME, capture_output=True, text=True, check=True).stdout
    assert {line.split()[1] for line in shown.splitlines()} == phony
    assert phony >= {"run", "test", "bench", "lint", "simulate", "help"}


@pytest.mark.parametrize("script", [".ci/run", "tools/set-up"])
def test_scripts_stop_at_the_first_fault(script: str) -> None:
    path = HOME / script
    assert path.stat().st_mode & 0o111
    assert "set -euo pipefail" in path.read_text()
    assert subprocess.run(["bash", "-n", str(path)], check=False).returncode == 0


def test_built_files_have_their_hash_in_their_name_and_a_compressed_twin() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text())
    assert {"ui.css", "diagram.css", "icons.svg", "htmx.min.js", "licenses.txt"} <= set(manifest)
    for name, hashed in manifest.items():
        content = (BUILT / hashed).read_bytes()
        assert re.search(r"\.[0-9a-f]{10}\.\w+$", hashed), name
        twin = BUILT / f"{hashed}.gz"
        assert twin.is_file() or hashed.endswith(".woff2") or len(content) < 2000, name
        assert not twin.is_file() or gzip.decompress(twin.read_bytes()) == content, name


def test_built_styles_ask_only_for_built_files_of_our_own() -> None:
    for style in BUILT.glob("*.css"):
        asked = re.findall(r"url\([\"']?(?!#)([^\"')]+)", style.read_text())
        assert [name for name in asked if not (BUILT / name).is_file()] == []


def test_the_licences_of_all_that_is_served_are_served_too() -> None:
    manifest = json.loads((BUILT / "manifest.json").read_text())
    text = (BUILT / manifest["licenses.txt"]).read_text()
    lock = json.loads((HOME / "package-lock.json").read_text())["packages"]
    served = [place.rpartition("node_modules/")[2] for place, entry in lock.items() if place and not entry.get("dev")]
    assert [name for name in served if f"{name} " not in text] == []
    assert "carries no text of its own" not in text


def test_building_again_gives_the_same_names(tmp_path: Path) -> None:
    subprocess.run([sys.executable, "tools/assets.py", str(tmp_path / "built")], cwd=HOME, check=True)
    assert (tmp_path / "built" / "manifest.json").read_text() == (BUILT / "manifest.json").read_text()
