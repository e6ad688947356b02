"""Taking over from the console: the same dry run and the same deeds as the page, with progress, for one team lead."""

from __future__ import annotations

from pathlib import Path

import click
from flask import Flask
from flask_babel import force_locale, gettext, ngettext

from app import clock
from app.actions.deed import Desk, House
from app.actions.taking_over import files
from app.actions.taking_over.looking import Cells, Looked, Told
from app.actions.taking_over.one import Source
from app.config import Config
from app.errors import Invalid
from app.records import User
from app.records.database import let_go
from app.records.settings import days_ahead
from app.records.take_overs import team_leads
from app.records.viewers import viewer_of
from app.web import sentences
from app.web.take_over_words import said


class Console:
    """One take-over, told in the language of the team lead in whose name it is done."""

    def __init__(self, app: Flask, email: str) -> None:
        found = team_leads(email)
        if len(found) != 1:
            raise click.UsageError(_who(email, found or team_leads()))
        config: Config = app.extensions["voorwaarts.config"]
        house: House = app.extensions["voorwaarts.house"]
        today = clock.today(days_ahead() if config.demo else 0)
        self._language = found[0].language
        self._desk = Desk(house, viewer_of(found[0]), today, clock.now(), "console")
        let_go()

    def take_over(self, file: Path, dry_run: bool) -> int:
        """Say what is wrong, and take over the lines that are fine unless it is only a trial. How many were not."""
        with force_locale(self._language):
            try:
                looked = files.look_at(self._desk, file.read_bytes())
            except Invalid as refused:
                for fault in refused.faults:
                    click.echo(sentences.fault(fault, file.name), err=True)
                return 1
            self._tell(looked)
            if dry_run:
                click.echo(gettext("Nothing has been taken over: this was a trial."))
                return looked.total - len(looked.fine)
            late = self._each(looked.fine, file.name)
            taken = len(looked.fine) - late
            click.echo(ngettext("%(num)d trajectory was taken over.", "%(num)d trajectories were taken over.", taken))
            return looked.total - taken

    def _tell(self, looked: Looked) -> None:
        for one in sorted(looked.faults, key=lambda told: told.line):
            click.echo(_line(one))
        for one in looked.remarks:
            click.echo(_line(one))
        fine, wrong = len(looked.fine), looked.total - len(looked.fine)
        total = ngettext("%(num)d line looked through.", "%(num)d lines looked through.", looked.total)
        are = ngettext("%(num)d is fine", "%(num)d are fine", fine)
        have = ngettext("%(num)d has a fault.", "%(num)d have a fault.", wrong)
        click.echo(f"{total} {are}, {have}")

    def _each(self, lines: list[tuple[int, Cells]], name: str) -> int:
        """Take the lines over one by one, with progress; how many were refused after all."""
        refused: list[Told] = []
        with click.progressbar(lines, label=gettext("Taking over"), show_pos=True) as bar:
            for number, cells in bar:
                refused += files.take_over_one(self._desk, cells, Source(name, number))
        for one in refused:
            click.echo(_line(one))
        return len({one.line for one in refused})


def _line(told: Told) -> str:
    where = gettext("Line %(line)s, %(column)s", line=told.line, column=told.column) if told.column else str(told.line)
    typed = f" [{told.typed}]" if told.typed else ""
    return f"{where}{typed}: {said(told)}"


def _who(email: str, leads: list[User]) -> str:
    names = ", ".join(one.email for one in leads) or "-"
    if email:
        return f"Nobody with the address {email} is a team lead who may sign in. These are: {names}."
    return f"Say with --by which team lead takes over, one of: {names}."
