"""The dossier of one trajectory: how it stands, its dates, goals, people and papers; each part sees its own part."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.actions.taking_over.care import lacks_care
from app.errors import NotFound
from app.records import Document, Part, Task
from app.records.dossiers import documents_of, signed_copies, tasks_of
from app.records.ledger import Ledger
from app.records.revisions import waiting_revision
from app.records.visibility import asked_of
from app.rules.permissions import (
    Viewer,
    may_add_care,
    may_move_review,
    may_note_contact,
    may_see_document,
    sees,
)
from app.rules.timeline import Moment
from app.web import cards, care_lines, early_ends, history, marks, reviews
from app.web.desk import the_viewer, today
from app.web.doors import enter, signed_in
from app.web.folder import may_know, may_read, opened
from app.web.key_facts import facts
from app.web.labels import document_title, moment_title, reason
from app.web.lead import lead
from app.web.ledger import letters_seen
from app.web.notice_lines import to_tenants
from app.web.reasons import why
from app.web.side_by_side import met, side_by_side
from app.web.standing import Standing, address
from app.web.words import first_capital, tone, word

blueprint = Blueprint("dossier", __name__)

FEW = 6


@dataclass(frozen=True, slots=True)
class DateRow:
    """One date of the two years as the table shows it."""

    moment: Moment
    what: str
    why: str
    state: str
    tone: str
    may_move: bool
    heed: str


@dataclass(frozen=True, slots=True)
class OpenRow:
    task: Task
    title: str
    who: str
    why: str
    may_open: bool


@dataclass(frozen=True, slots=True)
class PaperRow:
    document: Document
    title: str
    signed: bool


@blueprint.get("/trajectories/<uuid:trajectory_id>")
@enter(signed_in)
def page(trajectory_id: UUID) -> ResponseReturnValue:
    viewer = the_viewer()
    try:
        ledger = opened(trajectory_id)
    except NotFound:
        return _elsewhere(viewer, trajectory_id)
    standing = stand(ledger, viewer)
    papers = paper_rows(ledger, viewer)
    lines = [one for one in history.lines(ledger, viewer) if one.action != "document_filed"]
    return render_template(
        "dossier/page.html",
        row=ledger.trajectory,
        ledger=ledger,
        address=address(ledger),
        own_reference=_own_reference(ledger, viewer),
        standing=standing,
        badge_words=standing.badge,
        lead=lead(standing),
        facts=facts(standing),
        primary=standing.mine,
        open_tasks=[_open_row(standing, task) for task in standing.open_tasks],
        dates=date_rows(standing),
        goals=marks.lines(ledger, viewer),
        cards=cards.cards(ledger, viewer),
        incidents=_incidents(ledger, viewer),
        agreements=ledger.agreements if standing.sees("conditions") else [],
        end=_end(ledger, viewer) if standing.sees("decision") else {},
        views=side_by_side(ledger, viewer),
        papers=papers[:FEW],
        papers_all=len(papers),
        may_ask_who_looked=standing.sees("dates"),
        letters_all=len(letters_seen(trajectory_id, viewer)) if standing.sees("dates") else 0,
        lines=lines[:FEW],
        parties=live_parts(ledger),
        may_add_care=may_add_care(viewer) and lacks_care(ledger),
        may_stop=bool(early_ends.may_report(viewer, ledger)),
        care=care_lines.care(ledger, viewer),
        may_note=may_note_contact(viewer) and ledger.trajectory.closed_on is None,
        may_plan_review=reviews.may_plan(viewer, ledger),
        may_change_people=viewer.part != "urgency_office",
    )


def _elsewhere(viewer: Viewer, trajectory_id: UUID) -> ResponseReturnValue:
    """Who is asked to take over finds the question here, and who just answered no is back at the own work."""
    asked = asked_of(viewer, trajectory_id)
    if asked is not None:
        return redirect(url_for("tasks.page", task_id=asked))
    if request.args.get("done"):
        return redirect(url_for("work.page"), 303)
    raise NotFound("no_such_trajectory")


def _own_reference(ledger: Ledger, viewer: Viewer) -> str:
    """What the viewer's own organisation calls this trajectory."""
    live = ledger.part_of(viewer.part, today())
    return (live.reference or "") if live is not None and live.organisation_id == viewer.organisation_id else ""


def _incidents(ledger: Ledger, viewer: Viewer) -> bool:
    """Whether the dossier speaks of incidents: where one was reported, or where somebody may report one."""
    if sees(viewer.part, "incidents") and ledger.trajectory.stage == "tenancy":
        return True
    return sees(viewer.part, "cards") and bool(cards.cards(ledger, viewer))


def stand(ledger: Ledger, viewer: Viewer) -> Standing:
    """How this dossier stands, for this viewer."""
    tasks = [task for task in tasks_of(ledger.trajectory.id) if may_know(viewer, task)]
    names = {part.organisation_id: part.organisation.name for part in ledger.parts}
    return Standing(viewer, today(), ledger, tasks, names)


def date_rows(standing: Standing) -> list[DateRow]:
    """Every date of the two years; nothing for who may not see them."""
    move = may_move_review(standing.viewer)
    rows = []
    for moment in standing.moments:
        outcome = _outcome(moment)
        state = outcome or word(moment.state, "moment_state")
        may_move = move and moment.what == "review" and moment.state in ("ahead", "open", "late")
        shade = (
            tone(moment.outcome) if outcome else {"late": "bad", "open": "warn", "done": "good"}.get(moment.state, "")
        )
        rows.append(
            DateRow(
                moment,
                moment_title(moment),
                reason(moment, standing.ledger.settings),
                first_capital(state),
                shade,
                may_move,
                word(moment.heed, "heed") if moment.heed else "",
            )
        )
    return rows


def _outcome(moment: Moment) -> str:
    """How something that is over turned out, in words."""
    family = {"review": "rating", "decision_due": "outcome", "term_ended": "ending", "aftercare": "situation"}
    if moment.state != "done" or not moment.outcome:
        return ""
    return word(moment.outcome, family[moment.what])


def _open_row(standing: Standing, task: Task) -> OpenRow:
    viewer = standing.viewer
    may_open = may_read(viewer, task.name) or task.organisation_id == viewer.organisation_id
    return OpenRow(task, standing.title(task), standing.who(task), why(task), may_open)


def paper_rows(ledger: Ledger, viewer: Viewer) -> list[PaperRow]:
    """The newest version of every paper this viewer's part may see."""
    seen = [one for one in documents_of(ledger.trajectory.id) if may_see_document(viewer.part, one.name)]
    newest: dict[tuple[str, str, str], Document] = {}
    for document in seen:
        key = (document.name, document.occasion, document.language)
        if key not in newest or newest[key].version < document.version:
            newest[key] = document
    copies = signed_copies(seen)
    people = names_beside(ledger)
    return [PaperRow(one, document_title(one, people), one.id in copies) for one in newest.values()]


def names_beside(ledger: Ledger) -> dict[object, str]:
    """Who a paper goes to, said only where there is more than one whom papers go to."""
    others = [*ledger.co_tenants(), *ledger.representatives()]
    if not others:
        return {}
    row = ledger.trajectory
    return {row.tenant_id: row.tenant.full_name, **{one.person_id: one.person.full_name for one in others}}


def live_parts(ledger: Ledger) -> list[Part]:
    order = ("association", "care_provider", "municipality", "urgency_office")
    live = [part for part in ledger.parts if part.until is None or part.until >= today()]
    return sorted(live, key=lambda part: order.index(part.part))


def _end(ledger: Ledger, viewer: Viewer) -> dict[str, object]:
    """Advices, decision and what followed; each field only for the parts its form names."""
    decision = next((row for row in reversed(ledger.decisions) if row.verdict == "approve"), None)
    leaves = decision is not None and decision.outcome == "do_not_convert"
    plan = ledger.plans[-1] if ledger.plans and leaves else None
    own = viewer.part == "association"
    return {
        "advices": sorted(ledger.advices, key=lambda row: row.part),
        "meetings": [(row, met(row)) for row in ledger.joint_meetings],
        "decision": decision,
        "proposed": ledger.decisions[-1] if own and ledger.decisions and decision is None else None,
        "reasons": decision.reasons if decision is not None and own else "",
        "earlier": [row for row in ledger.decisions if row.verdict == "approve" and row is not decision],
        "revising": own and decision is not None and waiting_revision(ledger.session, ledger.trajectory.id) is not None,
        "all": own and decision is not None,
        "plan": plan,
        "care_afterwards": plan.care_afterwards
        if plan is not None and viewer.part in ("care_provider", "municipality")
        else "",
        "tenants": to_tenants(ledger, today()) if own and decision is not None else [],
    }
