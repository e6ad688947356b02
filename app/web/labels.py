"""The words of the dossier for codes of documents, letters, dates, stages and events; never which of them to show."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import LazyString, gettext
from flask_babel import lazy_gettext as _l

from app.records import Document
from app.rules.permissions import BINDING
from app.rules.schedule import Settings
from app.rules.timeline import Moment
from app.web import words
from app.web.sentences import N_
from app.web.words import day

FAMILIES: dict[str, dict[str, LazyString]] = {
    "document": {
        "care_contract_a": _l("Care contract, part A"),
        "care_contract_b": _l("Care contract, part B"),
        "fixed_term_lease": _l("Fixed-term lease"),
        "review_invitation": _l("Invitation to the three-way meeting"),
        "review_report": _l("Report of the review"),
        "joint_meeting_invitation": _l("Invitation to a joint meeting"),
        "end_notice": _l("End-of-term notice"),
        "conversion_confirmation": _l("Confirmation of conversion"),
        "regular_lease": _l("Regular lease"),
        "rejection": _l("Rejection"),
        "withdrawal_confirmation": _l("Confirmation that the candidate stops"),
        "notice_confirmation": _l("Confirmation of the tenant’s notice"),
        "letter_to_relatives": _l("Letter to the relatives"),
        "care_end_confirmation": _l("Confirmation that guidance is over"),
        "conversation_report": _l("Report of the conversation"),
        "warning": _l("Written warning"),
        "yellow_card": _l("Yellow card"),
        "behaviour_order": _l("Behaviour order"),
        "red_card": _l("Red card"),
        "measure_withdrawn": _l("Withdrawal of a step"),
        "notice_withdrawn": _l("Withdrawal of the end-of-term notice"),
        "conversion_withdrawn": _l("Withdrawal of the confirmation of conversion"),
    },
    "document_state": {
        "ordered": _l("is being made"),
        "filed": _l("filed"),
        "failed": _l("could not be made"),
    },
    "letter": {
        "review_invitation": _l("Invitation to the three-way meeting"),
        "joint_meeting_invitation": _l("Invitation to a joint meeting"),
        "joint_meeting_called": _l("Message: the parties see it differently"),
        "review_ahead": _l("Reminder: a review is coming"),
        "advice_ahead": _l("Reminder: the advice is due"),
        "care_decision_ahead": _l("Reminder: the care decision ends"),
        "decision_ahead": _l("Reminder: the decision is due"),
        "window_opens_ahead": _l("Reminder: the notice window opens"),
        "send_by_ahead": _l("Reminder: the notice must be sent"),
        "proof_missing": _l("Reminder: receipt of the notice is not proven"),
        "window_closes_ahead": _l("Reminder: the notice window closes"),
        "overdue": _l("Reminder: a task is late"),
        "overdue_team_lead": _l("To the team lead: a task is late"),
        "incident_letter": _l("Letter after an incident"),
        "representative_letter": _l("Letter to who represents the tenant"),
        "yellow_card_told": _l("Message: a yellow card was given"),
        "behaviour_order_told": _l("Message: a behaviour order was given"),
        "red_card_told": _l("Message: a red card was given"),
        "withdrawal_told": _l("Message: a card was withdrawn"),
        "care_refused_told": _l("Message: the tenant refuses guidance"),
    },
    "revision": {
        "waiting": _l("under way"),
        "made": _l("approved, and it came into force"),
        "sent_back": _l("sent back: the decision stayed"),
        "not_made": _l("after the hearing the decision stayed"),
        "lapsed": _l("lapsed: it was not finished in time"),
    },
    "letter_state": {
        "planned": _l("planned"),
        "posted": _l("posted"),
        "failed": _l("failed"),
        "dropped": _l("dropped"),
    },
    "letter_reason": {
        "no_longer_needed": _l("it is no longer needed"),
        "task_is_finished": _l("the task was finished"),
        "its_day_has_passed": _l("its day had passed"),
        "a_later_one_goes_out": _l("a later one goes out instead"),
        "review_moved": _l("the review was moved"),
        "taken_over": _l("it belonged to days before the take-over"),
        "nobody_to_send_to": _l("there is nobody to send it to"),
        "server_down": _l("the mail server can’t be reached; it is tried again"),
        "refused": _l("the mail server refused it"),
    },
    "stage": {
        "intake": _l("intake"),
        "tenancy": _l("in the two years"),
        "ending": _l("ends early"),
        "aftercare": _l("aftercare"),
        "closed": _l("closed"),
    },
    "result": {
        "rejected": _l("not eligible"),
        "declined": _l("offer declined"),
        "withdrawn": _l("candidate stopped"),
        "ended_early": _l("lease ended early"),
        "converted": _l("converted"),
        "converted_with_aftercare": _l("converted, with aftercare"),
        "ended": _l("lease ended"),
        "open_ended_by_lapse": _l("open-ended by lapse"),
        "open_ended_by_approval": _l("open-ended with approval"),
    },
    "beside": {
        "co_tenant": _l("co-tenant"),
        "partner": _l("partner, co-tenant by law"),
        "curator": _l("curator (guardian)"),
        "mentor": _l("mentor"),
        "administrator": _l("administrator"),
        "budget_manager": _l("budget manager"),
    },
    "to_whom": {"tenant": _l("the tenant"), "representative": _l("who represents the tenant")},
    "moment": {
        "first_day": _l("First day of the lease"),
        "startup_check": _l("Start-up check"),
        "review": _l("Review"),
        "advice_opens": _l("Advice opens"),
        "advice_due": _l("Advice due"),
        "decision_due": _l("Decision due"),
        "window_opens": _l("Notice window opens"),
        "send_by": _l("Send the notice by"),
        "window_closes": _l("Notice window closes"),
        "early_last_day": _l("New last day of the lease"),
        "last_day": _l("Last day of the lease"),
        "term_ended": _l("The fixed term is over"),
        "aftercare": _l("Aftercare check"),
    },
    "moment_state": {
        "done": _l("done"),
        "open": _l("open now"),
        "late": _l("late"),
        "ahead": _l("to come"),
        "passed": _l("passed"),
        "not_held": _l("not held"),
        "not_received": _l("not received"),
        "not_needed": _l("not needed"),
        "unrecorded": _l("before the take-over; not recorded here"),
    },
    "ending": {
        "conversion": _l("open-ended lease, after conversion"),
        "tenancy_ended": _l("the lease ended"),
        "ended_early": _l("the lease ended before its last day"),
        "open_ended_by_lapse": _l("open-ended lease, because no valid notice was given in time"),
        "open_ended_by_approval": _l("open-ended lease, because the tenant stayed with approval"),
    },
    "early_end": {
        "tenant_notice": _l("the tenant gives notice"),
        "death": _l("the tenant has died"),
        "court": _l("the court ends the lease"),
        "withdrawal": _l("the candidate wants to stop"),
        "consent_withdrawn": _l("the candidate withdraws the consent to share data"),
        "candidate_died": _l("the candidate has died"),
        "aftercare_stopped": _l("the aftercare stops"),
    },
    "care_end": {
        "goals_met": _l("the goals are met"),
        "refused": _l("the tenant refuses guidance"),
        "provider_stops": _l("the care provider stops"),
        "decision_ends": _l("the care decision ends"),
    },
    "contact": {
        "visit": _l("a home visit"),
        "conversation": _l("a conversation"),
        "phone": _l("a telephone call"),
        "message": _l("a message back"),
    },
    "heed": {
        "after_the_window": _l("after the notice window has closed: an end-of-term notice can’t follow from it"),
        "no_working_day": _l("in a weekend or on a holiday"),
    },
}
words.WORDS.update(FAMILIES)
words.TONES.update(
    converted="good", converted_with_aftercare="good", open_ended_by_lapse="bad", late="bad", failed="bad",
    conversion="good", posted="good",
)  # fmt: skip

# Why a date is what it is: the codes of rules/timeline.py. %(day)s is the day it hangs on, %(month)s its month.
REASONS: Mapping[str, str] = {
    "lease_says": N_("stands in the signed lease"),
    "six_weeks_after_start": N_("six weeks after the first day, %(day)s"),
    "months_after_start": N_("%(month)s months after the first day, %(day)s"),
    "moved": N_("moved; it was %(day)s"),
    "in_between": N_("planned in between"),
    "before_advice_due": N_("%(ahead)s month before the advice is due, %(day)s"),
    "months_before_advice_due": N_("%(ahead)s months before the advice is due, %(day)s"),
    "months_before_end": N_("%(advice)s months before the last day, %(day)s"),
    "before_window_opens": N_("%(decision)s days before the last day, so before the window opens on %(day)s"),
    "law_three_months": N_("at most three months before the term has lapsed; the last day is %(day)s"),
    "days_to_deliver": N_("%(deliver)s working days for the post, before the window closes on %(day)s"),
    "law_one_month": N_("at least one month before the term has lapsed; the last day is %(day)s"),
    "notice_received": N_("at least a month after the tenant’s notice was received on %(day)s, up to a rent day"),
    "after_a_death": N_("follows from the death on %(day)s"),
    "court_ruled": N_("named by the court on %(day)s"),
    "day_after_last": N_("the day after the last day, %(day)s"),
    "months_after_end": N_("%(month)s months after the last day, %(day)s"),
}


def reason(moment: Moment, settings: Settings) -> str:
    """Why a date is what it is, as part of a sentence."""
    said = {
        "day": day(moment.hangs_on),
        "month": moment.month,
        "ahead": settings.advice_opens_months,
        "advice": settings.advice_due_months,
        "decision": settings.decision_due_days,
        "deliver": settings.delivery_working_days,
    }
    because = moment.because
    if because == "before_advice_due" and settings.advice_opens_months > 1:
        because = "months_before_advice_due"
    return str(gettext(REASONS[because])) % said


def moment_title(moment: Moment) -> str:
    """What happens on a date, with the month of a review or check."""
    name = words.word(moment.what, "moment")
    if not moment.month:
        return name
    return str(gettext("%(what)s of month %(month)s", what=name, month=moment.month))


def letter_reason(code: str) -> str:
    """Why a letter failed or was dropped; what the server said comes behind a colon and is for the log."""
    return words.word(code.partition(":")[0], "letter_reason")


def document_title(document: Document, people: Mapping[object, str] | None = None) -> str:
    """What a paper is called, with the month or the draft it belongs to, and to whom it goes where that differs."""
    name = words.word(document.name, "document")
    if document.name in BINDING and document.language != "nl":
        name = str(gettext("%(document)s (translation)", document=name))
    kind, _, number = document.occasion.partition(":")[0].partition("_")
    if kind == "incident":
        name = str(gettext("%(document)s, incident %(number)s", document=name, number=number))
    if kind == "month":
        return str(gettext("%(document)s, month %(month)s", document=name, month=number))
    if kind == "draft" and number != "1":
        return str(gettext("%(document)s, draft %(number)s", document=name, number=number))
    person = (people or {}).get(document.person_id)
    return str(gettext("%(document)s to %(name)s", document=name, name=person)) if person else name


def to_whom(role: str, kind: str = "") -> str:
    """Who a letter of this kind goes to, in words."""
    if kind == "representative_letter":
        return words.word("representative", "to_whom")
    return words.word(role, "to_whom" if role == "tenant" else "role")
