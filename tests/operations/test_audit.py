"""The record as somebody at the console sees it: held against its seals, in sentences, with an exit code to watch."""

from __future__ import annotations

import re
import sqlite3
from pathlib import Path

import pytest

from app.actions import audit
from app.actions.audit import Flaw, Verdict
from app.audit_console import SAID, told
from tests.operations.installation import eventually, installed

PARAMS = {"number": 3, "first": 3, "last": 4, "day": "2027-01-01", "count": 2}


@pytest.mark.parametrize("code", SAID)
def test_every_fault_is_one_sentence(code: str) -> None:
    first, *_ = told(Verdict(flaws=[Flaw("VW-2025-0001", code, PARAMS)]))
    assert first.endswith(".") and "{" not in first


def test_every_flaw_that_can_be_found_has_its_sentence() -> None:
    code = re.compile(r'Flaw\((?:[^,]|\(.*?\))+?, "([a-z_]+)"')
    assert set(code.findall(Path(audit.__file__).read_text())) == set(SAID)


def test_of_very_many_faults_some_are_told() -> None:
    lines = list(told(Verdict(entries=5_000, flaws=[Flaw("VW-2025-0001", "entry_changed", PARAMS)] * 5_000)))
    assert len(lines) < 120
    assert "And 4,900 more." in lines
    assert "Nothing was changed." not in lines


@pytest.mark.slow
def test_the_console_names_what_was_changed_and_stops_with_one(tmp_path: Path) -> None:
    with installed(tmp_path) as site:
        assert site.run("migrate").returncode == 0
        manager = ("--name", "Bo Beheer", "--email", "bo@beheer.demo.invalid", "--organisation", "Woonstichting Proef")
        assert site.run("add-manager", *manager, "--password", "a long enough password").returncode == 0
        worker = site.start_worker()
        anchors = tmp_path / "instance" / "anchors"
        eventually(lambda: list(anchors.glob("*.anchor")), "the anchor")
        assert worker.ask_to_stop() == 0
        fine = site.run("audit", "verify")
        assert fine.returncode == 0, fine.stdout + fine.stderr
        assert "Nothing was changed." in fine.stdout

        with sqlite3.connect(tmp_path / "instance" / "voorwaarts.db") as database:
            database.execute("DROP TRIGGER events_are_not_changed")
            database.execute("UPDATE events SET about = 'team_lead'")
        wrong = site.run("audit", "verify")
        assert wrong.returncode == 1
        assert "entry 1 was changed." in wrong.stdout
        strange = site.run("audit", "verify", RECORD_KEY="another-key-than-the-one-that-sealed-it")
        assert strange.returncode == 1 and "this anchor was changed." in strange.stdout
