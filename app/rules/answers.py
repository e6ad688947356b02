"""What an answer may not say although its form is whole: the trade's and the law's own checks, per task."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from app.errors import Fault
from app.rules import care_end, earlier_lease, end_notice, escalation, notice, revision, term
from app.rules.case import Case
from app.rules.dates import add_months
from app.rules.permissions import HOUSING_DOMAINS
from app.rules.schedule import DEFAULT, Settings

Answers = Mapping[str, Any]
Check = Callable[[Answers, Case, date], list[Fault]]

# What is done anew instead of corrected, and the code that says why.
NEVER_CORRECTED: Mapping[str, str] = {
    "draft_care_contract": "contract_is_drafted_anew",
    "decide_conversion": "decision_is_not_corrected",
    "approve_decision": "decision_is_not_corrected",
    "approve_lease_correction": "correction_is_not_corrected",
    "decide_revision": "decision_is_not_corrected",
    "approve_revision": "decision_is_not_corrected",
    **dict.fromkeys(escalation.TASKS, "measure_is_not_corrected"),
    **dict.fromkeys(care_end.TASKS, "care_end_is_not_corrected"),
}

# Fixed terms for our groups: before this day the old regime, from it on the decree of 2024 (Stb. 2024, 152).
OLD_REGIME_FROM, NEW_REGIME_FROM = date(2016, 7, 1), date(2024, 7, 1)

# A first day further away than this is a slip in the year. A lease that runs may be entered long after it began.
FROM_SIGNING_IN_MONTHS, FROM_TODAY_IN_MONTHS = (12, 12), (60, 12)


def check(task: str, answers: Answers, case: Case, today: date, settings: Settings = DEFAULT) -> list[Fault]:
    """Every fault in the answers there are, some may still be missing; empty when they may be recorded.

    Answers hold ISO dates.
    """
    rule = CHECKS.get(task)
    found = rule(answers, case, today) if rule else care_end.check(task, answers, case, today)
    found += _recovery(task, answers, case, settings)
    if task in earlier_lease.TASKS:
        named = {fault.field for fault in found}
        found += [f for f in earlier_lease.check(task, answers, case, today, settings) if f.field not in named]
    return found


STEPS: Mapping[str, str] = {"hold_conversation": "held_on", "send_warning": "sent_on", "propose_measure": "decided_on"}


def _recovery(task: str, answers: Answers, case: Case, settings: Settings) -> list[Fault]:
    """A recovery term that can be kept, counted from the day of the step."""
    on = day(answers, STEPS[task]) if task in STEPS else None
    if on is None or case.last_day is None or not gives(task, answers):
        return []
    return escalation.recovery(day(answers, "recover_by"), on, case.last_day, settings)


def gives(task: str, answers: Answers) -> bool:
    """Whether this step is given: a conversation and a warning always are, what is proposed may be not to give it."""
    return task != "propose_measure" or answers.get("proposal") == "give"


def day(answers: Answers, name: str) -> date | None:
    """The date under `name`, None when it was left open."""
    value = answers.get(name)
    return date.fromisoformat(value) if value else None


def grounds_for(signed_on: date) -> tuple[str, ...]:
    """The legal grounds open to a lease signed on this day (domain 3.1)."""
    if signed_on >= NEW_REGIME_FROM:
        return ("c", "d")
    return ("old",) if signed_on >= OLD_REGIME_FROM else ()


def _nomination(answers: Answers, _case: Case, _today: date) -> list[Fault]:
    return _order(answers, "consent_on", "nominated_on", "consent_after_nomination")


def _contract(answers: Answers, _case: Case, _today: date) -> list[Fault]:
    began, until = day(answers, "guidance_from"), day(answers, "guidance_until")
    found = []
    if began and until and until < began:
        found.append(Fault("guidance_until", "guidance_ends_first", {"began": began}))
    if not any(answers.get(f"goal_{domain}") for domain in HOUSING_DOMAINS):
        found.append(Fault(f"goal_{HOUSING_DOMAINS[0]}", "one_housing_goal"))
    return found


def _preparing(answers: Answers, _case: Case, today: date) -> list[Fault]:
    return _slip(answers, today, *FROM_TODAY_IN_MONTHS) or _term(answers)


def _term(answers: Answers) -> list[Fault]:
    first, last = day(answers, "first_day"), day(answers, "last_day")
    if first is None or last is None:
        return []
    fault = term.fault(first, last)
    return [fault] if fault else []


def _slip(answers: Answers, near: date, back: int, ahead: int) -> list[Fault]:
    first = day(answers, "first_day")
    if first is None or add_months(near, -back) <= first <= add_months(near, ahead):
        return []
    return [Fault("first_day", "starts_far_off", {"first_day": first, "near": near})]


def _eligibility(answers: Answers, case: Case, _today: date) -> list[Fault]:
    """The ground fits the day on which the lease was signed; before that, a day on which it still can be."""
    ground, checked = answers.get("legal_ground"), day(answers, "checked_on")
    if ground and case.signed_on:
        return _ground("legal_ground", ground, case.signed_on)
    if ground == "old" and checked and checked >= NEW_REGIME_FROM:
        return [Fault("legal_ground", "old_ground_is_over", {"from": NEW_REGIME_FROM})]
    return []


def _signing(answers: Answers, case: Case, _today: date) -> list[Fault]:
    signed = day(answers, "signed_on")
    if signed is None:
        return _term(answers)
    if not grounds_for(signed):
        return [*_term(answers), Fault("signed_on", "no_regime_then", {"from": OLD_REGIME_FROM})]
    term_faults = _slip(answers, signed, *FROM_SIGNING_IN_MONTHS) or _term(answers)
    return term_faults + _ground("signed_on", case.legal_ground, signed)


def _ground(field: str, ground: str, signed_on: date) -> list[Fault]:
    if ground in grounds_for(signed_on):
        return []
    code = "ground_needs_new_regime" if signed_on >= NEW_REGIME_FROM else "ground_needs_old_regime"
    return [Fault(field, code, {"ground": ground, "from": NEW_REGIME_FROM})]


def _keys(answers: Answers, case: Case, _today: date) -> list[Fault]:
    handed = day(answers, "handed_over_on")
    if handed and case.signed_on and handed < case.signed_on:
        return [Fault("handed_over_on", "before_signing", {"signed_on": case.signed_on})]
    return []


def _within_lease(field: str) -> Check:
    def within(answers: Answers, case: Case, _today: date) -> list[Fault]:
        on = day(answers, field)
        if on and case.first_day and on < case.first_day:
            return [Fault(field, "before_the_lease", {"first_day": case.first_day})]
        return []

    return within


def _decision(answers: Answers, case: Case, today: date) -> list[Fault]:
    faults = _within_lease("decided_on")(answers, case, today)
    if case.last_day is None or answers.get("outcome") != "do_not_convert":
        return faults
    closes = notice.window(case.last_day).safe_last
    if today > closes:
        faults.append(Fault("outcome", "window_is_closed", {"closed_on": closes, "last_day": case.last_day}))
    return faults


def _approval(answers: Answers, case: Case, _today: date) -> list[Fault]:
    on = day(answers, "approved_on")
    if on is None or case.decision is None:
        return []
    if on < case.decision.decided_on:
        return [Fault("approved_on", "before_the_decision", {"decided_on": case.decision.decided_on})]
    if case.last_day is None or case.decision.outcome != "do_not_convert" or answers.get("verdict") != "approve":
        return []
    closes = notice.window(case.last_day).safe_last
    if on > closes:  # approved in time and written down later is all right
        return [Fault("verdict", "window_is_closed", {"closed_on": closes, "last_day": case.last_day})]
    return []


def _after_approval(field: str) -> Check:
    def after(answers: Answers, case: Case, _today: date) -> list[Fault]:
        on = day(answers, field)
        if on and case.decision and case.decision.approved_on and on < case.decision.approved_on:
            return [Fault(field, "before_the_approval", {"approved_on": case.decision.approved_on})]
        return []

    return after


def _hearing(answers: Answers, case: Case, today: date) -> list[Fault]:
    return _order(answers, "invited_on", "heard_on", "invited_after_hearing") + _within_lease("heard_on")(
        answers, case, today
    )


def _joint_meeting(answers: Answers, case: Case, today: date) -> list[Fault]:
    """The parties can only differ once all were heard."""
    on = day(answers, "held_on")
    if on and case.hearing and on < case.hearing.heard_on:
        return [Fault("held_on", "meeting_before_hearing", {"heard_on": case.hearing.heard_on})]
    return []


def _keys_back(answers: Answers, case: Case, _today: date) -> list[Fault]:
    on = day(answers, "returned_on")
    if on and case.first_day and on < case.first_day:
        return [Fault("returned_on", "before_the_lease", {"first_day": case.first_day})]
    return []


def _step(field: str) -> Check:
    """A step that counts from this day: after the incident."""

    def step(answers: Answers, case: Case, _today: date) -> list[Fault]:
        on = day(answers, field)
        if on is None or case.last_day is None:
            return []
        return _after_incident(field, on, case)

    return step


def _after_incident(field: str, on: date | None, case: Case) -> list[Fault]:
    happened = case.incident.happened_on if case.incident else None
    if on and happened and on < happened:
        return [Fault(field, "before_the_incident", {"happened_on": happened})]
    return []


def _hearing_on_measure(answers: Answers, case: Case, _today: date) -> list[Fault]:
    order = _order(answers, "invited_on", "heard_on", "invited_after_hearing")
    return order + _after_incident("heard_on", day(answers, "heard_on"), case)


def _proposal(answers: Answers, case: Case, _today: date) -> list[Fault]:
    """The tenant is heard first; whoever gives a step says what it rests on and until when there is time to recover."""
    decided, kind = day(answers, "decided_on"), escalation.measure(case.incident)
    last = case.incident.last if case.incident else None
    if decided and last and last.heard_on and decided < last.heard_on:
        return [Fault("decided_on", "hearing_comes_first", {"heard_on": last.heard_on})]
    if answers.get("proposal") != "give" or decided is None or case.last_day is None:
        return []
    found = escalation.rests_on(kind, answers.get("sources") or ())
    recover_by = day(answers, "recover_by")
    if recover_by is None and kind != "red_card":
        found.append(Fault("recover_by", "recovery_needs_term"))
    if not answers.get("plan") and kind != "red_card":
        found.append(Fault("plan", "recovery_needs_plan"))
    return found


def _second_look(answers: Answers, case: Case, _today: date) -> list[Fault]:
    on, last = day(answers, "approved_on"), case.incident.last if case.incident else None
    if on and last and last.decided_on and on < last.decided_on:
        return [Fault("approved_on", "before_the_proposal", {"decided_on": last.decided_on})]
    return []


def _judgment(answers: Answers, case: Case, _today: date) -> list[Fault]:
    on, last = day(answers, "judged_on"), case.incident.last if case.incident else None
    if on and last and last.given_on and on < last.given_on:
        return [Fault("judged_on", "before_the_step", {"given_on": last.given_on})]
    return []


def _order(answers: Answers, earlier: str, later: str, code: str) -> list[Fault]:
    first, second = day(answers, earlier), day(answers, later)
    return [Fault(earlier, code, {"day": second})] if first and second and first > second else []


CHECKS: Mapping[str, Check] = {
    "nominate_candidate": _nomination,
    "check_eligibility": _eligibility,
    "draft_care_contract": _contract,
    "prepare_lease": _preparing,
    "sign_lease": _signing,
    "hand_over_keys": _keys,
    "hold_review_meeting": _within_lease("held_on"),
    "confirm_goals": _within_lease("last_visit_on"),
    "advise_as_provider": _within_lease("advised_on"),
    "advise_as_municipality": _within_lease("advised_on"),
    "hold_hearing": _hearing,
    "hold_joint_meeting": _joint_meeting,
    "decide_conversion": _decision,
    "approve_decision": _approval,
    "explain_decision": _after_approval("explained_on"),
    "confirm_conversion": _after_approval("sent_on"),
    "sign_regular_lease": _after_approval("signed_on"),
    "send_end_notice": end_notice.sending,
    "record_receipt": end_notice.recorded,
    "hear_on_revision": revision.heard,
    "decide_revision": revision.decided,
    "approve_revision": revision.approved,
    "explain_revision": _after_approval("explained_on"),
    "withdraw_end_notice": revision.withdrawn,
    "withdraw_confirmation": _after_approval("sent_on"),
    "return_keys": _keys_back,
    "hold_conversation": _step("held_on"),
    "send_warning": _step("sent_on"),
    "hear_tenant_on_measure": _hearing_on_measure,
    "propose_measure": _proposal,
    "approve_measure": _second_look,
    "judge_recovery": _judgment,
}
