"""The ledger of letters: planned, posted, failed or dropped, and why; never what is in them."""

from __future__ import annotations

from math import ceil
from uuid import UUID

from flask import Blueprint, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.records import Letter
from app.records.dossiers import letters_of, tasks_of
from app.records.management import LETTER_STATES, PAGE, count_letters, letters_page
from app.rules.permissions import Viewer, may_see_letter
from app.web.desk import the_viewer
from app.web.doors import enter, signed_in
from app.web.folder import may_know, opened
from app.web.labels import letter_reason, to_whom

blueprint = Blueprint("ledger", __name__)


@blueprint.get("/letters")
@enter("application_manager")
def page() -> ResponseReturnValue:
    state = request.args.get("state", "")
    state = state if state in LETTER_STATES else ""
    part = the_viewer().part
    counts = count_letters(part)
    total = counts.get(state, 0) if state else sum(counts.values())
    last = max(1, ceil(total / PAGE))
    number = min(max(request.args.get("page", 1, type=int), 1), last)
    return render_template(
        "ledger/page.html",
        state=state,
        states=LETTER_STATES,
        counts=counts,
        rows=letters_page(part, state, first=(number - 1) * PAGE),
        letter_reason=letter_reason,
        to_whom=to_whom,
        number=number,
        last=last,
        address_of=lambda n: url_for("ledger.page", state=state or None, page=n),
    )


@blueprint.get("/trajectories/<uuid:trajectory_id>/letters")
@enter(signed_in)
def of_one(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id, "dates")
    rows = letters_seen(trajectory_id, the_viewer())
    return render_template(
        "ledger/of_one.html",
        row=ledger.trajectory,
        ahead=[letter for letter in reversed(rows) if letter.state == "planned"],
        over=[letter for letter in rows if letter.state != "planned"],
        letter_reason=letter_reason,
        to_whom=to_whom,
    )


def letters_seen(trajectory_id: UUID, viewer: Viewer) -> list[Letter]:
    """The letters of a trajectory this viewer may know of, newest day first."""
    unknown = {task.id for task in tasks_of(trajectory_id) if not may_know(viewer, task)}
    known = [letter for letter in letters_of(trajectory_id) if letter.task_id not in unknown]
    return [letter for letter in known if may_see_letter(viewer.part, letter.kind, letter.role)]
