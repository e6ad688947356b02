"""The console command: the same actions by hand; it reads the clock and the environment, and speaks in sentences."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

import click

from app.config import HOME, Config, ConfigError
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
    from app.rehearsal import report, stage
    from app.rehearsal.script import read_script

    logs.start("error")
    with stage.scratch() as app:
        house = app.extensions["voorwaarts.house"]
        tasks = {name.removeprefix("forms/").removesuffix(".json") for name in house.library.forms}
        player, row = stage.rehearse(app, read_script(_found(script), tasks), start, last_day)
        click.echo(report.as_json(player, row) if as_json else report.as_text(player, row))
    if player.refusals:
        sys.exit(1)


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
    except Invalid as refusal:
        _stop("\n".join(_sentence(fault.code, fault.params) for fault in refusal.faults) or _sentence(refusal.code, {}))
    except Refused as refusal:
        _stop(_sentence(refusal.code, refusal.params))


def _sentence(code: str, params: dict[str, Any]) -> str:
    if "reason" in params:
        return str(params["reason"])
    said: Callable[[Any], str] = str
    return f"{code.replace('_', ' ')}" + "".join(
        f"; {name.replace('_', ' ')}: {said(value)}" for name, value in params.items()
    )


def _stop(sentence: str, code: int = 2) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


__all__ = ["Config", "main"]
