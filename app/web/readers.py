"""Who looked at this dossier: what a tenant may ask for, in plain words; never what they saw there."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from itertools import groupby
from typing import NamedTuple
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.records.readers import Reading, readings
from app.web.doors import enter, signed_in
from app.web.folder import opened
from app.web.sentences import N_

blueprint = Blueprint("readers", __name__)

MOST = 2_000  # rows; of more than two years that is more than anybody reads
# What a page is called to somebody who never saw the program, by its feature.
PAGES: Mapping[str, str] = {
    "dossier": N_("the dossier"),
    "work": N_("a list of tasks"),
    "trajectories": N_("a list of dossiers"),
    "schedules": N_("a list of dossiers"),
    "tasks": N_("a task"),
    "documents": N_("letters and contracts"),
    "ledger": N_("letters and contracts"),
    "notices": N_("the end-of-term notice"),
    "history": N_("what happened"),
    "incidents": N_("incidents and cards"),
    "care_notes": N_("guidance"),
    "care": N_("guidance"),
    "diagram": N_("where the trajectory stands"),
    "legal_dates": N_("the dates"),
    "reviews": N_("the reviews"),
    "beside": N_("who is who"),
    "rectify": N_("who is who"),
    "readers": N_("who looked"),
    "retention": N_("how long it is kept"),
    "access": N_("a file with everything held"),
}
ANOTHER = N_("another page of the dossier")


class Look(NamedTuple):
    """What one person looked at on one day."""

    on: object
    reader: str
    organisation: str
    pages: str


@blueprint.get("/trajectories/<uuid:trajectory_id>/readers")
@enter(signed_in)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id, "dates")
    found = readings(trajectory_id, MOST)
    return render_template(
        "dossier/readers.html", row=ledger.trajectory, looks=list(_looks(found)), all_of_them=len(found) < MOST
    )


def _looks(found: Iterable[Reading]) -> Iterable[Look]:
    for (on, reader, organisation), own in groupby(found, key=lambda one: one[:3]):
        pages = dict.fromkeys(gettext(PAGES.get(one.page.partition(".")[0], ANOTHER)) for one in own)
        yield Look(on, reader, organisation, ", ".join(pages))
