"""Opens one dossier for whoever is looking: a stranger's is not there, and a part sees its own sections of it."""

from __future__ import annotations

from uuid import UUID

from app.errors import NotFound
from app.records import Task
from app.records.database import reading
from app.records.ledger import Ledger
from app.records.visibility import find
from app.rules.care_end import OF_CARE
from app.rules.escalation import TASKS as ESCALATING
from app.rules.fields import Field, outline
from app.rules.permissions import Viewer, sees
from app.web.desk import house, the_viewer, today
from app.web.looks import showing


def opened(trajectory_id: UUID, section: str = "") -> Ledger:
    """The rows of this dossier. Raises NotFound when the viewer may not see it, or not this section of it."""
    viewer = the_viewer()
    row = find(reading(), viewer, today(), trajectory_id)
    if section and not sees(viewer.part, section):
        raise NotFound("no_such_trajectory")
    showing(row.id)
    return Ledger(reading(), row, today())


def may_read(viewer: Viewer, task: str) -> bool:
    """Whether this viewer's part may read any answer of this task; then it may also know that it was done."""
    try:
        return viewer.part in _seen(outline(house().form(task)))
    except NotFound:  # a step of an older drawing, whose form is gone
        return False


def may_know(viewer: Viewer, task: Task) -> bool:
    """Whether this viewer may know of this task: the urgency office only of those it takes part in, and of an
    escalation only the association: of rent and nuisance the others learn whether a condition is kept, and no more.
    Of the care decision and a hand-over of care the association knows as little."""
    if viewer.part != "urgency_office" and task.name not in ESCALATING and task.name not in OF_CARE:
        return True
    return task.organisation_id == viewer.organisation_id or may_read(viewer, task.name)


def _seen(fields: tuple[Field, ...]) -> set[str]:
    return {part for field in fields for part in ({*field.sees} | _seen(field.parts))}
