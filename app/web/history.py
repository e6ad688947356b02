"""What happened in a dossier, in words: who did what and when; never what the viewer's part may not know of."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from flask import Blueprint, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext

from app.records import Event, Task
from app.records.dossiers import Happened, events_of, tasks_of
from app.records.ledger import Ledger
from app.rules.early_end import BEFORE_THE_LEASE
from app.rules.permissions import Viewer, may_see_document, sees
from app.rules.retention import CLASSES
from app.web import reasons
from app.web.desk import the_viewer
from app.web.doors import enter, signed_in
from app.web.folder import may_know, may_read, opened
from app.web.legal_words import TITLES
from app.web.retention_words import CALLED
from app.web.sentences import N_
from app.web.words import day, first_capital, word

blueprint = Blueprint("history", __name__)

# What an event says. %(about)s is the task, document, person or review it is about.
SAID: Mapping[str, str] = {
    "trajectory_started": N_("The trajectory was started"),
    "taken_over": N_("Taken over from the file %(file)s, line %(line)s"),
    "care_added": N_("Care goals and care decision added after the take-over"),
    "person_added": N_("Added beside the tenant: %(about)s"),
    "person_corrected": N_("Corrected what is written of somebody: %(about)s"),
    "contact_changed": N_("Another contact at the %(about)s"),
    "contact_noted": N_("Contact with the tenant on %(on)s: %(about)s"),
    "silence_noticed": N_("Nobody heard anything for weeks: a task to get in touch"),
    "review_planned": N_("A review in between, of month %(about)s, planned on %(on)s"),
    "review_moved": N_("The review of month %(about)s moved from %(was)s to %(now)s"),
    "task_done": N_("Done: %(about)s"),
    "task_corrected": N_("Corrected: %(about)s"),
    "task_claimed": N_("Taken: %(about)s"),
    "task_released": N_("Put back: %(about)s"),
    "task_handed_over": N_("Handed over: %(about)s"),
    "task_lapsed": N_("Lapsed: %(about)s"),
    "document_filed": N_("Filed: %(about)s"),
    "document_failed": N_("Could not be made: %(about)s"),
    "document_ordered_again": N_("Ordered again: %(about)s"),
    "signed_copy_kept": N_("Signed copy added: %(about)s"),
    "notice_proof_kept": N_("Proof kept: %(about)s"),
    "incident_reported": N_("Incident %(about)s reported"),
    "incident_withdrawn": N_("Incident %(about)s withdrawn"),
    "escalation_lapsed": N_("An incident lapsed with the lease"),
    "measure_expired": N_("A step after an incident expired"),
    "yellow_card_given": N_("Yellow card given, incident %(about)s"),
    "behaviour_order_given": N_("Behaviour order given, incident %(about)s"),
    "red_card_given": N_("Red card given, incident %(about)s"),
    "parties_told": N_("Care provider and municipality were told of it"),
    "withdrawal_told": N_("Care provider and municipality were told of the withdrawal"),
    "startup_check_lapsed": N_("The start-up check lapsed: it was not done in time"),
    "review_lapsed": N_("A review lapsed: it was not held in time"),
    "aftercare_lapsed": N_("An aftercare check lapsed: it was not done in time"),
    "conversion": N_("The lease is open-ended: converted"),
    "open_ended_by_lapse": N_("The lease is open-ended by lapse: no valid notice was received in time"),
    "open_ended_by_approval": N_("The lease is open-ended: the tenant stayed with approval"),
    "tenancy_ended": N_("The lease has ended"),
    "ended_early": N_("The lease has ended before its last day"),
    "early_end_reported": N_("Recorded: %(about)s"),
    "legal_date_set": N_("%(about)s moved from %(was)s to %(now)s"),
    "revision_proposed": N_("Another decision on conversion proposed"),
    "revision_not_made": N_("After the hearing the decision on conversion stayed"),
    "revision_sent_back": N_("Another decision on conversion sent back: the decision stayed"),
    "decision_revised": N_("The decision on conversion was revised"),
    "correction_proposed": N_("Correction of the lease proposed"),
    "correction_sent_back": N_("Correction of the lease sent back: nothing changed"),
    "spans_changed": N_("%(about)s; the reason stands with the dates"),
    "review_unplanned": N_("The review of month %(about)s, on %(on)s, is planned no longer"),
    "review_planned_anew": N_("A review of month %(about)s planned on %(on)s"),
    "aftercare_unplanned": N_("The aftercare check of month %(about)s, on %(on)s, is planned no longer"),
    "aftercare_planned_anew": N_("An aftercare check of month %(about)s planned on %(on)s"),
    "lease_corrected": N_("The days of the lease were corrected"),
    "tenant_died": N_("One of the tenants died on %(on)s; the other goes on with the lease"),
    "care_end_noted": N_("Noted that guidance stops on %(on)s: %(about)s"),
    "guidance_lapsed": N_("From the day on which guidance stops, the condition to accept it lapses"),
    "guidance_suspended": N_("From the day on which guidance stops, the condition to accept it is suspended"),
    "care_refused_told": N_("The municipality was told that the tenant refuses guidance"),
    "care_moved": N_("Another care provider took over; access and open tasks moved to it"),
    "care_end_lapsed": N_("What was open after guidance stopped lapsed with the lease"),
    "care_paused": N_("Guidance pauses from %(on)s"),
    "care_paused_until": N_("Guidance pauses from %(on)s up to and including %(until)s"),
    "care_resumed": N_("Guidance goes on again after %(on)s"),
    "withdrawn": N_("The trajectory is closed: the candidate stopped"),
    "aftercare_stopped": N_("The aftercare stopped"),
    "hold_placed": N_("Held back from removal: %(about)s"),
    "hold_lifted": N_("No longer held back from removal: %(about)s"),
    "removal_proposed": N_("Proposed to remove: %(about)s"),
    "removal_sent_back": N_("Not removed after all: %(about)s"),
    "record_cut": N_("Entries of the record cut off after their five years"),
    "removed": N_("Removed after its time was over: %(about)s"),
}
OUTCOMES = ("conversion", "open_ended_by_lapse", "open_ended_by_approval", "tenancy_ended", "ended_early")
SPANS_OF: Mapping[str, str] = {
    "association": N_("The trajectory went over to the spans of the housing association"),
    "trajectory": N_("The trajectory got spans of its own"),
}
OF_THE_LEASE = ("spans_changed", "legal_date_set", "correction_proposed", "correction_sent_back", "lease_corrected")
OF_REVISIONS = ("revision_proposed", "revision_not_made", "revision_sent_back")
OF_INCIDENTS = ("incident_reported", "incident_withdrawn", "escalation_lapsed", "measure_expired")
OF_CARDS = ("yellow_card_given", "behaviour_order_given", "red_card_given", "parties_told", "withdrawal_told")
OF_GUIDANCE = (
    "care_end_noted", "guidance_lapsed", "guidance_suspended", "care_refused_told", "care_moved", "care_end_lapsed",
    "care_paused", "care_paused_until", "care_resumed",
)  # fmt: skip
OF_RETENTION = ("hold_placed", "hold_lifted", "removal_proposed", "removal_sent_back", "removed")
OF_REVIEWS = (
    "contact_noted", "silence_noticed", "review_planned", "review_moved", "review_lapsed", "startup_check_lapsed",
    "aftercare_lapsed", "review_unplanned", "review_planned_anew", "aftercare_unplanned", "aftercare_planned_anew",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened, as the page shows it."""

    action: str
    words: str
    on: date
    at: datetime
    by: str
    address: str = ""


@blueprint.get("/trajectories/<uuid:trajectory_id>/history")
@enter(signed_in)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    ledger = opened(trajectory_id)
    return render_template("dossier/history.html", row=ledger.trajectory, lines=lines(ledger, the_viewer()))


def lines(ledger: Ledger, viewer: Viewer, limit: int = 400) -> list[Line]:
    """What this viewer may know of, the newest first."""
    tasks = tasks_of(ledger.trajectory.id)
    months = {review.id: review.month for review in ledger.reviews}
    known = [one for one in events_of(ledger.trajectory.id, limit) if _may_know(viewer, one.row, tasks)]
    return [_line(one, viewer, tasks, months) for one in known]


def _may_know(viewer: Viewer, event: Event, tasks: list[Task]) -> bool:
    if event.action not in SAID:
        return False
    if event.action.startswith("task_"):
        task = next((one for one in tasks if one.name == event.about), None)
        return task is not None and may_know(viewer, task)
    if event.action.startswith(("document_", "signed_copy_")):
        return may_see_document(viewer.part, event.about)
    if event.action in OF_REVIEWS:
        return sees(viewer.part, "reviews")
    if event.action == "care_end_noted" and event.about == "decision_ends":
        return sees(viewer.part, "care_goals")
    if event.action in OF_GUIDANCE:
        return sees(viewer.part, "conditions")
    if event.action == "care_added":
        return sees(viewer.part, "care_goals")
    if event.action in OF_REVISIONS:  # what was never in force is nobody else's business
        return viewer.part == "association"
    if event.action == "decision_revised":
        return sees(viewer.part, "decision")
    if event.action in OF_INCIDENTS:
        return sees(viewer.part, "incidents")
    if event.action in OF_CARDS:
        return sees(viewer.part, "cards")
    if event.action == "early_end_reported" and event.about not in BEFORE_THE_LEASE:
        return sees(viewer.part, "lease")
    if event.action == "aftercare_stopped":
        return sees(viewer.part, "reviews")
    if event.action in OF_THE_LEASE:
        return sees(viewer.part, "dates")
    if event.action in OF_RETENTION:
        return event.about in CLASSES and viewer.part in CLASSES[event.about].parts
    if event.action in ("person_added", "person_corrected", "tenant_died"):
        return viewer.part != "urgency_office"
    return True


def _line(one: Happened, viewer: Viewer, tasks: list[Task], months: Mapping[UUID, int]) -> Line:
    event, said = one.row, one.row.details
    params = {
        "about": _about(event, tasks, months),
        "was": day(date.fromisoformat(said["was"])) if "was" in said else "",
        "on": day(date.fromisoformat(said["on"])) if "on" in said else "",
        "file": said.get("file", ""),
        "line": said.get("line", ""),
        "until": day(date.fromisoformat(said["until"])) if "until" in said else "",
        "now": day(date.fromisoformat(said["now"])) if "now" in said else "",
    }
    words = str(gettext(SAID[event.action])) % params
    by = one.by or str(gettext("The program itself"))
    return Line(event.action, words, event.on, event.at, by, _task_address(event, viewer, tasks))


def _about(event: Event, tasks: list[Task], months: Mapping[UUID, int]) -> str:
    if event.action.startswith("task_"):
        task = _finished(event, tasks)
        return reasons.task_title(task, months) if task is not None else reasons.title(event.about)
    if event.action.startswith(("document_", "signed_copy_")):
        return word(event.about, "document")
    if event.action == "person_corrected" and event.about == "tenant":
        return str(gettext("tenant"))
    if event.action in ("person_added", "person_corrected"):
        return word(event.about, "beside")
    if event.action == "early_end_reported":
        return word(event.about, "early_end")
    if event.action == "care_end_noted":
        return word(event.about, "care_end")
    if event.action == "contact_noted":
        return word(event.about, "contact")
    if event.action in OF_RETENTION:
        return str(gettext(CALLED[event.about]))
    if event.action == "spans_changed":
        return str(gettext(SPANS_OF[event.about]))
    if event.action == "legal_date_set":
        return first_capital(str(gettext(TITLES[event.about])))
    if event.about.startswith("incident_"):
        return event.about.removeprefix("incident_")
    return word(event.about, "part") if event.about in PARTS else event.about


PARTS = frozenset(("urgency_office", "municipality", "care_provider", "association"))


def _task_address(event: Event, viewer: Viewer, tasks: list[Task]) -> str:
    """The page of the answer behind a finished task, where the viewer may read any of it."""
    if event.action not in ("task_done", "task_corrected") or not may_read(viewer, event.about):
        return ""
    same = [task for task in tasks if task.name == event.about and task.status == "done"]
    task = _finished(event, same) or (same[0] if len(same) == 1 else None)
    return url_for("tasks.page", task_id=task.id) if task is not None else ""


def _finished(event: Event, tasks: list[Task]) -> Task | None:
    """The task that was finished or lapsed by this very event."""
    return next((task for task in tasks if task.name == event.about and task.done_at == event.at), None)
