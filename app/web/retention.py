"""How long what is held of somebody is kept, class by class and why; never what it holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from flask import Blueprint, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.records.ledger import Ledger
from app.records.retention import facts_of
from app.rules.permissions import Viewer
from app.rules.retention import Kept, classes
from app.web.desk import the_viewer, today
from app.web.doors import enter, signed_in
from app.web.folder import opened
from app.web.sentences import N_
from app.web.words import day

blueprint = Blueprint("retention", __name__)

# What a class is called, and the one sentence that explains it.
CALLED: Mapping[str, str] = {
    "tenancy": N_("Contract and tenancy"),
    "financial": N_("Financial"),
    "care": N_("Care"),
    "rejected": N_("Rejected or stopped candidate"),
    "access_log": N_("Who did and saw what"),
}
WHAT: Mapping[str, str] = {
    "tenancy": N_("Letters, reviews, incidents, advice and decision, with what people wrote down in them."),
    "financial": N_("The leases with the rent, and their signed copies."),
    "care": N_("The care contract, care goals, guidance and everything the care parties wrote down."),
    "rejected": N_("The nomination, the test against the ordinance and the answer to the offer."),
    "access_log": N_("Every entry of the record has a last day of its own; this is that of the oldest one."),
}
SINCE: Mapping[str, str] = {
    "tenancy": N_("Two years after the conditional tenancy ended, on %(since)s."),
    "financial": N_(
        "Seven years after the conditional tenancy ended, on %(since)s: so long the tax law asks for it "
        "(General State Taxes Act, article 52)."
    ),
    "care": N_(
        "Twenty years after care ended, on %(since)s, at the care provider and the municipality "
        "(Social Support Act 2015, article 5.3.4)."
    ),
    "rejected": N_("One year after it stopped, on %(since)s."),
    "access_log": N_("Five years after the entry, of %(since)s, was made."),
}
GOES_ON: Mapping[str, str] = {
    "tenancy": N_("Two years after the conditional tenancy has ended; it has not ended yet."),
    "financial": N_("Seven years after the conditional tenancy has ended; it has not ended yet."),
    "care": N_("Twenty years after care has ended; the trajectory is not over yet."),
    "rejected": N_("One year, if it stops before there is a lease; the trajectory is not over yet."),
    "access_log": N_("Five years after an entry is made; there is none yet."),
}


@dataclass(frozen=True, slots=True)
class KeptRow:
    """One class as the page shows it."""

    name: str
    called: str
    what: str
    until: date | None
    why: str
    past: bool


@blueprint.get("/trajectories/<uuid:trajectory_id>/retention")
@enter(signed_in)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id)
    rows = kept_rows(ledger, the_viewer())
    return render_template("retention/page.html", row=ledger.trajectory, rows=rows)


def kept_by(ledger: Ledger, viewer: Viewer) -> list[Kept]:
    """The classes that the viewer's own organisation holds of this trajectory."""
    return [one for one in classes(facts_of(ledger)) if viewer.part in one.keeping.parts]


def kept_rows(ledger: Ledger, viewer: Viewer) -> list[KeptRow]:
    return [_row(one) for one in kept_by(ledger, viewer)]


def _row(kept: Kept) -> KeptRow:
    name = kept.keeping.name
    why = gettext(SINCE[name], since=day(kept.since)) if kept.since else gettext(GOES_ON[name])
    return KeptRow(name, gettext(CALLED[name]), gettext(WHAT[name]), kept.until, why, kept.is_past(today()))
