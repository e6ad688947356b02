"""The list of trajectories somebody may see, with search and filter; never one of another party."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from math import ceil
from typing import Any

from flask import Blueprint, current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.records import Task, Trajectory
from app.records.answered import review_months
from app.records.database import reading
from app.records.search import PAGE, SORTS, STAGES, contacts, find_trajectories, next_tasks
from app.rules.permissions import PART_OF_ROLE, may_choose_spans, may_nominate, may_take_over, sees
from app.rules.typed import looks_like_bsn
from app.web.desk import the_viewer, today
from app.web.doors import enter
from app.web.looks import showing
from app.web.reasons import task_title
from app.web.sentences import sentence
from app.web.words import first_capital, tone, word

blueprint = Blueprint("trajectories", __name__)


@dataclass(frozen=True, slots=True)
class Row:
    """One trajectory as the list shows it."""

    row: Trajectory
    where: str
    stands: str
    tone: str
    task: Task | None
    last_day: date | None
    contact: str


@blueprint.get("/trajectories")
@enter(*PART_OF_ROLE)
def page() -> ResponseReturnValue:
    viewer, on = the_viewer(), today()
    words, stage = request.args.get("q", "").strip()[:100], request.args.get("stage", "")
    sort = request.args.get("sort", "tenant")
    stage = stage if stage in (*STAGES, "all") else ""
    sort = sort if sort in SORTS else "tenant"
    number = max(request.args.get("page", 1, type=int), 1)
    told = sentence("bsn_is_not_searched") if looks_like_bsn(words) else ""
    words = "" if told else words
    found = find_trajectories(viewer, on, words=words, stage=stage, sort=sort, first=(number - 1) * PAGE)
    showing(*(row.id for row in found.rows))

    def address_of(**changed: Any) -> str:
        asked: dict[str, Any] = {"q": words or None, "stage": stage or None, "sort": sort, **changed}
        return url_for("trajectories.page", **asked)

    return render_template(
        "trajectories/page.html",
        words=words,
        told=told,
        stage=stage,
        stages=STAGES,
        sort=sort,
        found=found,
        rows=_rows(found.rows),
        number=number,
        last=max(1, ceil(found.total / PAGE)),
        address_of=address_of,
        page_address=lambda page: address_of(page=page),
        may_nominate=may_nominate(viewer) and "nomination.page" in current_app.view_functions,
        may_take_over=may_take_over(viewer),
        may_choose_spans=may_choose_spans(viewer),
        sees_dates=sees(viewer.part, "dates"),
    )


def _rows(rows: list[Trajectory]) -> list[Row]:
    viewer = the_viewer()
    tasks = next_tasks(rows, viewer)
    people = contacts(rows, viewer.organisation_id)
    months = review_months(reading(), {task.review_id for task in tasks.values() if task.review_id})
    found = []
    for row in rows:
        task = tasks.get(row.id)
        person = people.get(row.id)
        found.append(
            Row(
                row,
                f"{row.home.street}, {row.home.city}" if row.home else "",
                _stands(row, task_title(task, months) if task else ""),
                tone(row.outcome) if row.outcome else "",
                task,
                row.last_day if sees(viewer.part, "dates") else None,
                person.name if person else "",
            )
        )
    return found


def _stands(row: Trajectory, task: str) -> str:
    """The next open task, else how it turned out, else the stage it is in."""
    if task:
        return task
    return first_capital(word(row.outcome, "result") if row.outcome else word(row.stage, "stage"))
