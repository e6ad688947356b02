"""What somebody must have before them to do a task: earlier answers, advices, the window; never what they may not see.

Earlier answers are sifted by the forms' own `x-sees`; everything else stands behind the door of the dossier's sections.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import Any

from flask_babel import gettext

from app.actions.tasks import form_choices
from app.records import Task
from app.records.answered import Version, newest_answers
from app.records.dossiers import names_of
from app.records.ledger import Ledger
from app.records.legal_dates import correction_of
from app.rules.fields import Choices, Field
from app.rules.forms import Choice, fields
from app.rules.lease_correction import corrected
from app.rules.permissions import Viewer, sees
from app.rules.schedule import Settings, too_early_for_guidance
from app.web import about_care, about_incidents, about_notices, about_revisions, filling, known_leases, side_by_side
from app.web.beforehand import Known
from app.web.desk import house
from app.web.moved_dates import moved_dates
from app.web.sentences import N_
from app.web.words import day, first_capital, word

# Task -> the earlier tasks whose answers it rests on, in the order to read them.
RESTS_ON: Mapping[str, tuple[str, ...]] = {
    "check_eligibility": ("nominate_candidate",),
    "match_home": ("nominate_candidate",),
    "record_offer_answer": ("match_home",),
    "agree_as_tenant": ("draft_care_contract",),
    "agree_as_provider": ("draft_care_contract",),
    "agree_as_municipality": ("draft_care_contract",),
    "agree_as_association": ("draft_care_contract",),
    "sign_lease": ("prepare_lease",),
    "hand_over_keys": ("sign_lease",),
    "hold_review_meeting": ("confirm_goals", "confirm_conditions"),
    "confirm_review_meeting": ("hold_review_meeting",),
    "hold_hearing": ("advise_as_provider", "advise_as_municipality"),
    "hold_joint_meeting": ("advise_as_provider", "advise_as_municipality", "hold_hearing"),
    "decide_conversion": ("advise_as_provider", "advise_as_municipality", "hold_hearing", "hold_joint_meeting"),
    "approve_decision": (
        "decide_conversion", "hold_hearing", "hold_joint_meeting", "advise_as_provider", "advise_as_municipality",
    ),
    "explain_decision": ("decide_conversion",),
    "confirm_conversion": ("decide_conversion",),
    "sign_regular_lease": ("decide_conversion",),
    "plan_leaving": ("decide_conversion",),
    "send_end_notice": ("decide_conversion",),
    "record_receipt": ("send_end_notice",),
    "handle_stay": ("return_keys",),
    "hear_on_revision": ("decide_conversion",),
    "decide_revision": ("hear_on_revision", "decide_conversion"),
    "approve_revision": ("decide_revision", "hear_on_revision", "decide_conversion"),
    "check_aftercare": ("plan_leaving",),
}
# What an earlier answer is called when it is read again.
CALLED: Mapping[str, str] = {
    "nominate_candidate": N_("The nomination"),
    "match_home": N_("The home that is offered"),
    "draft_care_contract": N_("The care contract"),
    "prepare_lease": N_("The lease as it was drawn up"),
    "sign_lease": N_("The signed lease"),
    "confirm_goals": N_("What the care provider confirmed"),
    "confirm_conditions": N_("What the association confirmed"),
    "hold_review_meeting": N_("The record of the meeting"),
    "advise_as_provider": N_("Advice of the care provider"),
    "advise_as_municipality": N_("Advice of the municipality"),
    "hold_hearing": N_("What the tenant said"),
    "hold_joint_meeting": N_("The joint meeting"),
    "decide_conversion": N_("The decision"),
    "hear_on_revision": N_("What the tenant said of another decision"),
    "decide_revision": N_("The decision, taken anew"),
    "plan_leaving": N_("The plan for after leaving"),
    "send_end_notice": N_("The notice that was sent"),
    "return_keys": N_("Whether the keys came back"),
}
OF_ONE_REVIEW = frozenset({"hold_review_meeting", "confirm_review_meeting"})
ADVICES = ("advise_as_provider", "advise_as_municipality")
CONDITION_LISTS = frozenset({"conditions", "association_conditions", "provider_conditions"})


def known(task: Task, ledger: Ledger, viewer: Viewer) -> list[Known]:
    """Everything to read before this task, in order."""
    found = [one for build in SPECIAL.get(task.name, ()) if (one := build(task, ledger, viewer)) is not None]
    return found + _earlier(task, ledger, viewer)


def questions(name: str, ledger: Ledger, answered: Mapping[str, Any] | None = None) -> list[Field]:
    """The fields of a task's form, with this trajectory's goals, conditions, tenants and homes in them.

    Of a finished task as it was `answered`: who has a notice by now was still asked about then.
    """
    form = house().form(name)
    choices = said(form_choices(form, ledger, answered))
    for name in choices.keys() & {"tenants_to_notify", "tenants_to_record"}:
        choices[name] = _with_who_represents(choices[name], ledger)
    return fields(form, choices)


def _with_who_represents(given: Sequence[Choice], ledger: Ledger) -> Sequence[Choice]:
    """Of who represents the tenant is said how: a letter to them is another one than to a tenant."""
    how = {str(one.person_id): one.kind for one in ledger.representatives()}
    return [
        Choice(one.value, f"{one.label}, {word(how[one.value], 'beside')}") if one.value in how else one
        for one in given
    ]


def said(choices: Choices) -> dict[str, Sequence[Choice]]:
    """Handed-in conditions and grounds carry their code; here they get their words."""
    families = {**dict.fromkeys(CONDITION_LISTS, "condition"), "grounds": "breach"}
    return {
        name: [Choice(one.value, word(one.label, families[name])) for one in given] if name in families else given
        for name, given in choices.items()
    }


def seen(found: Sequence[Field], part: str) -> list[Field]:
    """The fields whose answers this part may read; what it may not read is not there."""
    kept = []
    for field in found:
        if field.parts:
            inside = seen(field.parts, part)
            if inside:
                kept.append(replace(field, parts=tuple(inside)))
        elif part in field.sees:
            kept.append(field)
    return kept


def _earlier(task: Task, ledger: Ledger, viewer: Viewer) -> list[Known]:
    names = RESTS_ON.get(task.name, ())
    if not names:
        return []
    review_id = task.review_id if task.name in OF_ONE_REVIEW else None
    answers = newest_answers(ledger.session, task.trajectory_id, names, review_id)
    found = []
    for name in names:
        if name == "decide_conversion" and about_revisions.revised(ledger):
            continue  # that one is no longer in force
        if name in answers:
            asked = seen(questions(name, ledger, answers[name].answer.data), viewer.part)
            if (name == "decide_conversion" and task.name != "approve_decision") or _stands_side_by_side(task, name):
                asked = [field for field in asked if field.kind != "group"]  # the outcome, not each finding
            rows = filling.rows(asked, answers[name].answer.data)
            if rows:
                found.append(Known(gettext(CALLED[name]), rows, _by(answers[name])))
        elif name in ADVICES:
            found.append(Known(gettext(CALLED[name]), sentence=first_capital(word("not_received", "outcome")) + "."))
    return found


def _stands_side_by_side(task: Task, name: str) -> bool:
    """What each party finds of each condition and goal is in the table of their views already."""
    return side_by_side.known in SPECIAL.get(task.name, ()) and name in (*ADVICES, "hold_hearing", "decide_conversion")


def _by(version: Version) -> str:
    return str(gettext("%(name)s, %(day)s", name=version.by, day=day(version.answer.on)))


def _table(task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """What the decision table advises, and why."""
    decided = ledger.decisions[-1].table_advice if task.name == "approve_decision" and ledger.decisions else None
    data = decided or task.data or {}
    if not sees(viewer.part, "decision") or not data.get("advised_because"):
        return None
    because = word(data["advised_because"], "because")
    about = gettext("The decision table advises nothing, because %(because)s.", because=because)
    if data.get("advised_outcome"):
        outcome = word(data["advised_outcome"], "outcome")
        about = gettext(
            "The decision table advises: %(outcome)s, because %(because)s.", outcome=outcome, because=because
        )
    return Known(gettext("What the table advises"), sentence=str(about))


def _reviews(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """How the reviews went, the latest first."""
    if not sees(viewer.part, "reviews"):
        return None
    over = [row for row in ledger.reviews if row.kind == "review" and row.closed_on]
    rows = [
        (
            gettext("Month %(month)s", month=row.month),
            f"{first_capital(word(row.outcome, 'rating'))}{', ' + day(row.held_on) if row.held_on else ''}"
            if row.held_on
            else gettext("Not held"),
        )
        for row in reversed(over)
    ]
    return Known(gettext("How the reviews went"), rows) if rows else None


def _objections(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """Who did not agree with the draft before this one, and why."""
    if not sees(viewer.part, "conditions"):
        return None
    rows = [
        (first_capital(_party(row.party)), row.objection or gettext("does not agree"))
        for row in ledger.agreements
        if not row.agreed
    ]
    about = gettext("Change the draft and let everybody agree again.")
    return Known(gettext("Not everybody agreed"), rows, sentence=str(about)) if rows else None


def _sent_back(task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """Why the second person sent the decision before this one back."""
    name = "approve_decision"
    looked = newest_answers(ledger.session, task.trajectory_id, [name]).get(name)
    rows = filling.rows(seen(questions(name, ledger), viewer.part), looked.answer.data) if looked else []
    if looked is None or not rows:
        return None
    about = gettext("Change the decision or its reasons. The second person then looks again.")
    return Known(gettext("The second person sent the decision back"), rows, _by(looked), str(about))


def _party(code: str) -> str:
    return str(gettext("tenant")) if code == "tenant" else word(code, "part")


def _too_early(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """Pointed out when the lease is drawn up: with so short a term the end comes before the start-up check."""
    first, last = ledger.trajectory.first_day, ledger.trajectory.last_day
    if not sees(viewer.part, "dates"):
        return None
    sentence = short_term(first, last, ledger.settings)
    return Known(gettext("A short term"), sentence=sentence, warning=True) if sentence else None


def _earlier_leases(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """What stands in the way of a conditional lease, as far as the association's own trajectories know."""
    rows = known_leases.found(ledger, viewer)
    return Known(gettext("Earlier leases with you"), rows) if rows else None


def _not_looked_for(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """Without a date of birth nobody is taken for somebody else, and so nobody is found either."""
    unknown = known_leases.not_looked_for(ledger, viewer)
    return Known(gettext("Earlier leases with you"), sentence=unknown, warning=True) if unknown else None


def short_term(first: date | None, last: date | None, settings: Settings) -> str:
    """What to heed about a term so short that advice or decision fall before week 6; "" when there is nothing."""
    if first is None or last is None or not too_early_for_guidance(first, last, settings):
        return ""
    return str(
        gettext(
            "With this term the advice or the decision is due before the start-up check in week 6. "
            "Agree beforehand how you will judge."
        )
    )


def _correction(task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """What is proposed for the days of the lease, and every date that moves with it."""
    if viewer.part != "association":
        return None
    row, case = correction_of(ledger.session, task.run_id), ledger.case()
    before = replace(case, signed_on=row.was_signed_on, first_day=row.was_first_day, last_day=row.was_last_day)
    after = corrected(before, row.signed_on, row.first_day, row.last_day, ledger.settings)
    rows = [
        (one.what, gettext("%(was)s becomes %(now)s", was=one.was or gettext("none"), now=one.now or gettext("none")))
        for one in moved_dates(before, after, row.proposed_on, ledger.settings)
        if not one.stays
    ]
    name = names_of([row.proposed_by_id]).get(row.proposed_by_id, "")
    by = gettext("%(name)s, %(day)s", name=name, day=day(row.proposed_on))
    return Known(gettext("What is proposed"), rows, str(by), row.reason)


Special = Callable[[Task, Ledger, Viewer], Known | None]
TO_REVISE = (about_revisions.proposal, about_revisions.in_force)
SPECIAL: Mapping[str, tuple[Special, ...]] = {
    "draft_care_contract": (_objections,),
    "prepare_lease": (_not_looked_for, _earlier_leases),
    "sign_lease": (_too_early, _not_looked_for, _earlier_leases),
    "hand_over_keys": (_too_early,),
    "hold_joint_meeting": (side_by_side.known,),
    "decide_conversion": (_sent_back, side_by_side.known, _table, about_incidents.cards, _reviews),
    "approve_decision": (side_by_side.known, _table, about_incidents.cards),
    "hold_conversation": (about_incidents.incident,),
    "send_warning": (about_incidents.incident, about_incidents.steps),
    "hear_tenant_on_measure": (about_incidents.incident, about_incidents.steps),
    "propose_measure": (about_incidents.incident, about_incidents.steps, about_incidents.hearing_and_proposal),
    "approve_measure": (about_incidents.incident, about_incidents.steps, about_incidents.hearing_and_proposal),
    "judge_recovery": (about_incidents.incident, about_incidents.steps),
    "approve_lease_correction": (_correction,),
    "take_over_care": (about_care.whom,),
    "weigh_refusal": (about_care.incident,),
    "send_end_notice": (about_revisions.in_force, about_notices.notice_before, about_notices.window),
    "record_receipt": (about_notices.window,),
    "hear_on_revision": TO_REVISE,
    "decide_revision": (*TO_REVISE, about_incidents.cards, about_notices.window),
    "approve_revision": (*TO_REVISE, about_incidents.cards, about_notices.window),
    "explain_revision": (about_revisions.in_force,),
    "confirm_conversion": (about_revisions.in_force,),
    "sign_regular_lease": (about_revisions.in_force,),
    "plan_leaving": (about_revisions.in_force,),
    "withdraw_end_notice": (about_revisions.in_force, about_notices.notices_out),
    "withdraw_confirmation": (about_revisions.in_force, about_notices.window),
}
