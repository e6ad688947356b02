"""My work: what is late, what is due this week and what comes later; never what is done or not yet open."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil

from flask import Blueprint, g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext, ngettext

from app.records import Task
from app.records.answered import review_months
from app.records.database import reading
from app.records.lists import PAGE, WHOSE, Counts, count_tasks, next_due, tasks_page, week_end
from app.rules.permissions import may_nominate
from app.web import reasons
from app.web.desk import the_viewer, today
from app.web.doors import enter, signed_in
from app.web.looks import showing
from app.web.words import day

blueprint = Blueprint("work", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One task as the list shows it."""

    task: Task
    title: str
    why: str
    whom: str
    where: str


@dataclass(frozen=True, slots=True)
class Group:
    """Late, this week or later: all there are, and the rows of them on this page."""

    code: str
    count: int
    rows: list[Row]


@blueprint.get("/")
@enter(signed_in)
def page() -> ResponseReturnValue:
    viewer, on = the_viewer(), today()
    if viewer.role == "application_manager":
        return redirect(url_for("management.page"))
    whose = request.args.get("whose", "mine")
    whose = whose if whose in WHOSE else "mine"
    counts = count_tasks(viewer, on, whose)
    if whose == "mine":
        g.work_count = counts.late + counts.week  # the number in the menu is never another one
    last = max(1, ceil(counts.all / PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    tasks = tasks_page(viewer, on, whose, first=(number - 1) * PAGE)
    showing(*(task.trajectory_id for task in tasks))
    upcoming = next_due(viewer, whose, week_end(on))
    return render_template(
        "work/page.html",
        whose=whose,
        counts=counts,
        summary=_summary(counts, upcoming),
        groups=_groups(tasks, counts, on, first_page=number == 1),
        upcoming=upcoming,
        nobodys=count_tasks(viewer, on, "nobody").all if whose == "mine" and not counts.all else 0,
        may_nominate=may_nominate(viewer),
        number=number,
        last=last,
        address_of=lambda n: url_for("work.page", whose=whose, page=n),
    )


def _summary(counts: Counts, upcoming: date | None) -> str:
    """The sentence under the heading: how many late, how many this week, when it goes on."""
    if not counts.all:
        return str(gettext("There is nothing to do here now."))
    late = ngettext("%(num)d task is late", "%(num)d tasks are late", counts.late)
    week = ngettext("%(num)d task is due this week", "%(num)d tasks are due this week", counts.week)
    if counts.late and counts.week:
        first = gettext("%(late)s, %(week)s.", late=late, week=week)
    elif counts.late or counts.week:
        first = f"{late if counts.late else week}."
    else:
        first = gettext("Nothing is late and nothing is due this week.")
    if upcoming is None:
        then = gettext("After that nothing is waiting.")
    else:
        then = gettext("After that it is quiet until %(day)s.", day=day(upcoming))
    return f"{first} {then}"


def _groups(tasks: list[Task], counts: Counts, on: date, *, first_page: bool) -> list[Group]:
    """The groups of this page: those with rows here and, on the first page, those with none at all."""
    months = review_months(reading(), {task.review_id for task in tasks if task.review_id})
    rows: dict[str, list[Row]] = {"late": [], "week": [], "later": []}
    for task in tasks:
        code = "late" if task.due_on < on else "week" if task.due_on <= week_end(on) else "later"
        rows[code].append(_row(task, reasons.task_title(task, months)))
    totals = {"late": counts.late, "week": counts.week, "later": counts.later}
    return [
        Group(code, totals[code], found) for code, found in rows.items() if found or (first_page and not totals[code])
    ]


def _row(task: Task, title: str) -> Row:
    row = task.trajectory
    home = row.home
    where = f"{home.street}, {home.city}" if home else ""
    return Row(task, title, reasons.why(task), row.tenant.full_name, where)
