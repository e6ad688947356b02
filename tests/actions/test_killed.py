"""Killed at any moment: nothing that was acknowledged is lost, nothing happens twice, and the next round goes on."""

from __future__ import annotations

import hashlib
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from email import message_from_bytes, policy
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from app import files
from app.records import Answer, Document, Event, Letter, Run, Task, Trajectory
from tests.actions.scene import Scene, Site, fresh, stage

HOME = Path(__file__).resolve().parents[2]


def lives(site: Site, scene: Scene, seed: int, moments: int = 1) -> int:
    """Play from here to the end, killed again and again; how often."""
    command = [sys.executable, "-m", "tests.actions.lives", str(site.folder), site.config.database_url]
    command += [scene.today.isoformat(), str(scene.trajectory_id), str(seed), str(moments)]
    ran = subprocess.run(command, cwd=HOME, capture_output=True, text=True, timeout=500, check=False)
    said = ran.stdout.strip()
    assert said.isdigit(), f"{said}\n{ran.stderr}"
    return int(said)


def all_of_it(scene: Scene) -> dict[str, Any]:
    """Everything that came of it, without what differs from run to run: ids and real moments."""
    session = fresh()
    run, row = session.scalars(select(Run)).one(), session.scalars(select(Trajectory)).one()
    return {
        "end": (run.done, run.fault, row.stage, row.outcome, row.closed_on),
        "events": Counter((one.action, one.about, one.on) for one in session.scalars(select(Event))),
        "tasks": Counter((t.name, t.status, t.opened_on, t.due_on, t.done_on) for t in session.scalars(select(Task))),
        "answers": Counter((a.version, a.on, str(sorted(a.data))) for a in session.scalars(select(Answer))),
        "letters": Counter(
            (one.kind, one.role, one.due_on, one.about_on, one.state, one.reason, one.posted_on)
            for one in session.scalars(select(Letter))
        ),
        "documents": Counter(
            (one.name, one.version, one.state, one.ordered_on, one.filed_on, one.content_hash)
            for one in session.scalars(select(Document))
        ),
    }


def the_same_as_never_killed(sites: Callable[[str], Site], kind: str, stop: str, seed: int, moments: int) -> int:
    site = sites(kind)
    with stage(site, stop) as scene:
        assert lives(site, scene, 0) == 0
        undisturbed = all_of_it(scene)
    with stage(site, stop) as scene:
        before = {row.id for row in scene.letters(state="posted")}
        killed = lives(site, scene, seed, moments)
        disturbed = all_of_it(scene)
        for what, found in undisturbed.items():
            assert disturbed[what] == found, what
        for row in scene.documents(state="filed"):
            content = files.read(site.config.documents, row.content_hash)
            assert hashlib.sha256(content).hexdigest() == row.content_hash
        posted = {f"<{row.message_id}@localhost>" for row in scene.letters(state="posted") if row.id not in before}
        mails = [message_from_bytes(mail, policy=policy.default) for mail in scene.mails()]
        assert {str(mail["Message-ID"]) for mail in mails} == posted
        # A mail may be repeated when the last life died before it could note it; the receiver can tell.
        assert len(mails) - len(posted) <= killed
    return killed


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["sqlite", "postgres"])
@pytest.mark.parametrize("stop, seed, moments, deaths", [("confirming", 1, 3, 5), ("startup", 2, 14, 20)])
def test_a_road_on_which_everybody_is_killed_again_and_again_ends_as_if_nobody_was(
    sites: Callable[[str], Site], kind: str, stop: str, seed: int, moments: int, deaths: int
) -> None:
    assert the_same_as_never_killed(sites, kind, stop, seed, moments) >= deaths
