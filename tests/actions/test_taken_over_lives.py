"""What was taken over lives on like any other, up to its conversion; from the console too, and a thousand at once."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from datetime import date, timedelta
from pathlib import Path
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app import clock
from app.actions.taking_over import files
from app.actions.taking_over.one import Source
from app.config import Config
from app.migrations import upgrade
from app.records import Letter, Review, Run, Task, Trajectory
from app.records.database import let_go, reading
from app.rules.dates import add_months
from tests import cast, sheet

TODAY = date(2026, 11, 26)


@pytest.fixture(autouse=True)
def on_the_day(region: cast.Stage) -> None:
    region.today = TODAY


def taken(stage: cast.Stage, first: date, **said: object) -> UUID:
    """A trajectory of a line with this first day, taken over today."""
    with stage.app.app_context():
        desk = stage.desk("team_lead")
        looked = files.look_at(desk, sheet.as_xlsx([sheet.line(1, first, **said)]))
        assert looked.faults == []
        assert files.take_over_one(desk, looked.fine[0][1], Source("trajecten.xlsx", 2)) == []
        let_go()
        row = reading().scalars(select(Trajectory)).one()
        assert row.first_day is not None and row.last_day is not None
        stage.first_day, stage.last_day = row.first_day, row.last_day
        return row.id


@pytest.mark.parametrize(
    ("months", "left"), [(1, [3, 6, 9, 12, 15, 18]), (13, [12, 15, 18]), (21, []), (22, [])]
)  # of month 12, a month late, there still is time to hold it
def test_from_wherever_it_was_taken_over_it_is_converted(region: cast.Stage, months: int, left: list[int]) -> None:
    trajectory = taken(region, add_months(TODAY, -months) - timedelta(days=3))
    region.play(trajectory, until=region.last_day + timedelta(days=2))
    with region.app.app_context():
        row = reading().get_one(Trajectory, trajectory)
        assert (row.outcome, row.stage) == ("converted", "closed")
        held = [one.month for one in reading().scalars(select(Review).where(Review.held_on.is_not(None)))]
        assert sorted(held) == left
        assert reading().scalar(select(Run.fault).where(Run.fault != "")) is None


def test_keys_not_handed_over_yet_are_handed_over_here(region: cast.Stage) -> None:
    first = TODAY + timedelta(days=10)
    trajectory = taken(region, first, signed_on=TODAY - timedelta(days=3))
    region.today = first
    region.do(region.open_tasks(trajectory)["hand_over_keys"])
    region.play(trajectory, until="check_startup_care")
    assert region.today == first + timedelta(days=28)


def test_who_does_nothing_after_the_take_over_is_reminded_as_everybody_is(region: cast.Stage) -> None:
    trajectory = taken(region, add_months(TODAY, -21))
    region.next_day(30)
    with region.app.app_context():
        assert reading().scalar(select(Task.status).where(Task.name == "hold_hearing")) == "open"
        planned = select(func.count()).where(Letter.trajectory_id == trajectory, Letter.state == "planned")
        assert reading().scalar(planned)


def console(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    own = ("PATH", "HOME", "LANG", "TMPDIR", "VIRTUAL_ENV")
    env = {name: os.environ[name] for name in own if name in os.environ} | {
        "INSTANCE": str(folder), "SECRET_KEY": "only for the tests of the console, and long enough", "DEMO": "1",
    }  # fmt: skip
    command = [sys.executable, "-m", "app.cli", "take-over", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=False)


@pytest.mark.slow  # the whole program starts four times
def test_the_console_says_the_same_as_the_page_and_takes_over(tmp_path: Path) -> None:
    config = Config.scratch(tmp_path)
    config.prepare()
    upgrade(config.database_url)
    stage = cast.furnish(tmp_path, language="nl")
    file, lead = tmp_path / "veertig.xlsx", "team_lead.a@meerwijk.demo.invalid"
    file.write_bytes(sheet.as_xlsx(sheet.forty(clock.today())))
    unnamed = console(tmp_path, str(file), "--dry-run")
    assert unnamed.returncode == 2 and lead in unnamed.stderr
    trial = console(tmp_path, str(file), "--dry-run", "--by", lead)
    assert "Regel 7, Huurovereenkomst getekend op [31-6-2025]: 31-6-2025 bestaat niet." in trial.stdout
    assert "40 regels bekeken. 34 zijn goed, 6 hebben een fout." in trial.stdout
    assert "dit was een proef" in trial.stdout and trial.returncode == 1
    done = console(tmp_path, str(file), "--by", lead)
    assert "34 trajecten zijn overgenomen." in done.stdout, done.stderr
    again = console(tmp_path, str(file), "--by", lead)
    assert "40 regels bekeken. 0 zijn goed, 40 hebben een fout." in again.stdout
    assert "het is eerder overgenomen" in again.stdout
    with stage.app.app_context():
        assert reading().scalar(select(func.count()).select_from(Trajectory)) == 34


@pytest.mark.slow
def test_a_thousand_lines_in_one_go(region: cast.Stage) -> None:
    lines = [sheet.line(n, add_months(TODAY, -(n % 22)) - timedelta(days=3 + n % 28)) for n in range(1000)]
    with region.app.app_context():
        desk = region.desk("team_lead")
        begun = time.monotonic()
        take_over_id = files.put_in(desk, "duizend.xlsx", sheet.as_xlsx(lines))
        files.start(desk, take_over_id)
        done = 0
        while step := files.go_on(region.desk()):
            done += step
        seconds = time.monotonic() - begun
        let_go()
        assert done == 1000
        assert reading().scalar(select(func.count()).select_from(Trajectory)) == 1000
        late = select(func.count()).select_from(Task).where(Task.status == "open", Task.due_on < TODAY)
        assert reading().scalar(late) == 0
        assert seconds < 300, f"{seconds:.0f} seconds"
        print(f"\na thousand lines: {seconds:.0f} seconds")
