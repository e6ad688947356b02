"""The console command: the same actions by hand; it reads the clock and the environment, and speaks in sentences."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from pathlib import Path
from typing import Any, NoReturn

import click

from app.config import HOME, Config, ConfigError
from app.engine.faults import BrokenDrawings
from app.errors import Invalid, Refused


@click.group(help="Voorwaarts: a tracker for conditional tenancy.")
def voorwaarts() -> None:
    """The group of commands."""


@voorwaarts.command(help="Play a whole trajectory on a scratch database and print all that happens.")
@click.argument("script", type=click.Path(path_type=Path))
@click.option("--start", default="", help="First day of the lease (S), as 2025-05-31 or 31-5-2025.")
@click.option("--last-day", default="", help="Last day of the lease (E); two whole years when left out.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object instead of lines.")
def rehearse(script: Path, start: str, last_day: str, as_json: bool) -> None:
    from app import logs
    from app.rehearsal import report, stage, told
    from app.rehearsal.script import read_script

    logs.start("error")
    with stage.scratch() as app:
        player = stage.rehearse(app, read_script(_found(script), stage.forms(app)), start, last_day)
        click.echo(report.as_json(player) if as_json else told.as_text(player))
    if player.refusals:
        count = len(player.refusals)
        _stop(f"{count} {'deed was' if count == 1 else 'deeds were'} refused: {player.refusals[0].sentence}", 1)


@voorwaarts.command(help="Bring the database up to date.")
def migrate() -> None:
    from app.upgrading import bring_up_to_date

    done = bring_up_to_date(_prepared())
    click.echo("The database is brought up to date." if done else "The database was up to date already.")


@voorwaarts.command(help="Answer the browser (gunicorn); settings come from the environment.")
def serve() -> None:
    from app import logs, open_app, serving

    config = _prepared()
    logs.start(config.log_level)
    app = open_app(config)
    serving.serve(config, lambda: app)


@voorwaarts.command(help="Wake what is due, fill documents and post letters, until told to stop.")
def worker() -> None:
    from app import logs, open_app
    from app.worker import work

    config = _prepared()
    logs.start(config.log_level)
    work(open_app(config))


@voorwaarts.command("add-manager", help="Add the first application manager; asks for the password.")
@click.option("--name", required=True)
@click.option("--email", required=True)
@click.option("--organisation", required=True, help="The housing association this person works for.")
@click.password_option()
def add_manager(name: str, email: str, organisation: str, password: str) -> None:
    from app import clock, open_app
    from app.actions.deed import Desk
    from app.actions.people import add_first_manager

    app = open_app(_prepared())
    with app.app_context():
        desk = Desk(app.extensions["voorwaarts.house"], None, clock.today(), clock.now(), "console")
        add_first_manager(desk, name, email, organisation, password)
    click.echo(f"{email} can sign in now.")


@voorwaarts.command("check-templates", help="Say what is wrong with a folder of Word templates, before it is used.")
@click.argument("folder", type=click.Path(path_type=Path, exists=True, file_okay=False))
def check_templates(folder: Path) -> None:
    from app.house import look_at_templates

    faults = look_at_templates(folder)
    for fault in faults:
        click.echo(fault)
    if faults:
        sys.exit(1)


@voorwaarts.command("reset-second-step", help="Let somebody set up the second step of signing in anew.")
@click.option("--email", required=True)
def reset_second_step(email: str) -> None:
    from app import clock, open_app
    from app.actions.deed import Desk
    from app.actions.second_step import take_away_at_console

    app = open_app(_prepared())
    with app.app_context():
        desk = Desk(app.extensions["voorwaarts.house"], None, clock.today(), clock.now(), "console")
        take_away_at_console(desk, email)
    click.echo(f"{email} is signed out everywhere, and sets it up at the next sign-in.")


@voorwaarts.command("take-over", help="Take over running trajectories from CSV or XLSX; says first what is wrong.")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--dry-run", is_flag=True, help="Only say what is wrong and how many lines are fine.")
@click.option("--by", default="", metavar="EMAIL", help="The team lead who takes over, where there are several.")
def take_over(file: Path, dry_run: bool, by: str) -> None:
    from app import logs, open_app
    from app.take_over_console import Console

    config = _prepared()
    logs.start("error")
    app = open_app(config)
    with app.app_context():
        wrong = Console(app, by).take_over(file, dry_run)
    if wrong:
        sys.exit(1)


@voorwaarts.command("take-over-example", help="Write a workbook to try it with: forty lines, six faults.")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
def take_over_example(file: Path) -> None:
    from app import clock
    from app.rehearsal.sheet import as_xlsx, forty

    file.write_bytes(as_xlsx(forty(clock.today())))
    click.echo(f"{file} is there, with the contacts of the demonstration.")


@voorwaarts.group(help="The record of who did and saw what.")
def audit() -> None:
    """The group of commands about the record."""


@audit.command(help="Hold the whole record against its seals and its anchors; 1 when something was changed.")
def verify() -> None:
    from app import logs, open_app
    from app.actions.audit import verify
    from app.audit_console import told

    config = _prepared()
    logs.start("error")
    app = open_app(config)
    with app.app_context():
        verdict = verify(app.extensions["voorwaarts.house"], config.anchors)
    _tell(told(verdict))
    if verdict.flaws:
        sys.exit(1)


@voorwaarts.command(help="Back up the database and the files, while people work; it is read back before it counts.")
@click.argument("place", type=click.Path(path_type=Path))
def backup(place: Path) -> None:
    from app import backup_console, clock, create_app, logs
    from app.backup.making import make

    config = _prepared()
    logs.start("error")
    made = make(create_app(config), place, clock.now())
    _tell(backup_console.made(made))
    if made.manifest.flaws or made.manifest.lost:
        sys.exit(1)


@voorwaarts.command("check-backup", help="Read all of a backup and name what is damaged; changes nothing.")
@click.argument("file", type=click.Path(path_type=Path))
def check_backup(file: Path) -> None:
    from app import backup_console
    from app.backup.making import look_at, scratch_in
    from app.rules.chain import key_from

    config = _prepared()
    with scratch_in(config.instance) as scratch:
        manifest = look_at(file, key_from(config.record_key), scratch)
    _tell(backup_console.held(manifest))
    click.echo("It is whole.")


@voorwaarts.command(help="Put a backup back where DATABASE_URL and INSTANCE say, and look it over.")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--replace", is_flag=True, help="In the place of the database that is there, which is kept beside it.")
def restore(file: Path, replace: bool) -> None:
    from app import backup_console, clock, logs
    from app.backup.putting_back import put_back

    config = _prepared()
    logs.start("error")
    standing = put_back(config, file, clock.now(), replace)
    _tell(backup_console.put_back(standing))
    if standing.verdict.flaws or standing.lost:
        sys.exit(1)


@voorwaarts.command("move-to", help="Move everything from SQLite to an empty PostgreSQL database at this address.")
@click.argument("url")
def move_to(url: str) -> None:
    from app import backup_console, clock, logs
    from app.backup.moving import move

    config = _prepared()
    target = Config.from_environment({**os.environ, "DATABASE_URL": url})
    logs.start("error")
    moved = move(config, target.database_url, clock.now())
    _tell(backup_console.moved(moved))
    if moved.verdict.flaws or moved.lost:
        sys.exit(1)


@voorwaarts.command(help="The demonstration: set up, load the invented region when empty, start web and worker.")
def demo() -> None:
    from app import demonstration

    sys.exit(demonstration.show())


def _tell(lines: Iterable[str]) -> None:
    for line in lines:
        click.echo(line)


def _prepared() -> Config:
    config = Config.from_environment()
    config.prepare()
    return config


def _found(script: Path) -> Path:
    """A script by its path, or by its bare name among those that came along."""
    for place in (script, HOME / script, HOME / "workflows" / "rehearsals" / f"{script.name}.yaml"):
        if place.is_file():
            return place
    return script


def main() -> None:
    """Run a command; what was refused becomes one sentence and exit code 2."""
    try:
        voorwaarts(standalone_mode=False)
    except click.exceptions.Abort:
        _stop("Stopped.", 130)
    except click.ClickException as fault:
        fault.show()
        sys.exit(fault.exit_code)
    except ConfigError as fault:
        _stop("\n".join(fault.sentences))
    except BrokenDrawings as fault:
        _stop(str(fault))
    except Invalid as refusal:
        faults = [_sentence(fault.code, {"label": fault.field, **fault.params}) for fault in refusal.faults]
        _stop("\n".join(faults) or _sentence(refusal.code, {}))
    except Refused as refusal:
        _stop(_sentence(refusal.code, refusal.params))


def _sentence(code: str, params: dict[str, Any]) -> str:
    """What the pages would say, in English; a refusal that brings its own sentence is left to say it."""
    from app.web.sentences import SENTENCES

    if "reason" in params:
        return str(params["reason"])
    return SENTENCES[code] % params if code in SENTENCES else f"{code.replace('_', ' ').capitalize()}."


def _stop(sentence: str, code: int = 2) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


if __name__ == "__main__":
    main()
