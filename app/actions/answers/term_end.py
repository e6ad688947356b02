"""The end of the term: advice, hearing, decision by two people, notice and its receipt, keys."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import func, select

from app.actions.answers.given import Given, Record
from app.actions.legal_clock import keep_early_end
from app.actions.orders import plan_aftercare
from app.errors import Fault, Invalid, NotReady
from app.records import Advice, Decision, EndNotice, Hearing, JointMeeting, KeyReturn, LeavingPlan
from app.rules import early_end, end_notice

ADVISES_AS: Mapping[str, str] = {"advise_as_provider": "care_provider", "advise_as_municipality": "municipality"}


def advise(given: Given) -> None:
    part = ADVISES_AS[given.task.name]
    row = next((advice for advice in given.ledger.advices if advice.part == part), None)
    if row is None:
        row = given.ledger.add(
            given.ledger.advices,
            Advice(id=uuid4(), trajectory_id=given.trajectory.id, part=part, recorded_on=given.deed.today),
        )
    row.advice, row.reasons = given.answers["advice"], given.words("reasons")
    row.advised_on, row.by_id = given.day("advised_on"), given.by_id
    row.findings = _said(given, "finding")


def hear(given: Given) -> None:
    """What the tenant wants and how the officer saw it then; each keeps a column of their own."""
    row = given.ledger.hearings[-1] if given.correction and given.ledger.hearings else None
    if row is None:
        row = given.ledger.add(given.ledger.hearings, Hearing(id=uuid4(), trajectory_id=given.trajectory.id))
    row.heard_on, row.invited_on = given.day("heard_on"), given.day_or_none("invited_on")
    row.appeared, row.tenant_view = given.answers["heard"] == "yes", given.words("tenant_view")
    row.tenant_wants = given.words("tenant_wants") if row.appeared else ""
    row.own_view = given.words("own_view")
    row.findings = {"officer": _said(given, "officer"), "tenant": _said(given, "tenant")}
    row.by_id = given.by_id


def meet(given: Given) -> None:
    """Nothing that a party said before is changed by it."""
    row = given.ledger.joint_meetings[-1] if given.correction and given.ledger.joint_meetings else None
    if row is None:
        fresh = JointMeeting(id=uuid4(), trajectory_id=given.trajectory.id, recorded_on=given.deed.today)
        row = given.ledger.add(given.ledger.joint_meetings, fresh)
    held = given.answers["held"] == "yes"
    agreed = held and given.answers["result"] == "agreed"
    row.held_on = given.day("held_on") if held else None
    row.came = " ".join(given.answers["came"]) if held else ""
    row.result = given.answers["result"] if held else ""
    row.outcome = given.answers["outcome"] if agreed else ""
    row.words = given.words("agreement" if agreed else "difference" if held else "reason")
    row.by_id = given.by_id


def _said(given: Given, question: str) -> dict[str, str]:
    """Condition's or goal's id -> what was found; what was left open is not in it."""
    groups = (given.answers.get(name) or {} for name in ("conditions", "goals"))
    return {about: one[question] for group in groups for about, one in group.items() if one.get(question)}


def decide(given: Given) -> None:
    """The tenant is heard first: the letter says so, with both days."""
    heard_on = given.deed.session.scalar(
        select(func.max(Hearing.heard_on)).where(Hearing.trajectory_id == given.trajectory.id)
    )
    if heard_on is not None and given.day("decided_on") < heard_on:
        raise Invalid(faults=[Fault("decided_on", "before_the_hearing", {"heard_on": heard_on})])
    decisions = given.ledger.decisions
    given.ledger.add(
        decisions,
        Decision(
            id=uuid4(),
            trajectory_id=given.trajectory.id,
            number=1 + len(decisions),
            outcome=given.answers["outcome"],
            reasons=given.words("reasons"),
            findings={
                "conditions": given.answers.get("conditions") or {},
                "goals": given.answers.get("goals") or {},
            },
            table_advice=dict(given.task.data or {}),
            decided_on=given.day("decided_on"),
            decided_by_id=given.by_id,
            verdict="",
        ),
    )


def approve(given: Given) -> None:
    """Four eyes: never the person who decided."""
    decision = _decision(given)
    if decision.decided_by_id == given.by_id:
        raise Invalid(faults=[Fault("verdict", "same_person")])
    decision.verdict = given.answers["verdict"]
    decision.verdict_reason = given.words("reason")
    decision.approved_by_id = given.by_id
    decision.approved_on = given.day("approved_on")


def explain(given: Given) -> None:
    _decision(given).explained_on = given.day("explained_on")


def confirm(given: Given) -> None:
    """The confirmation of conversion; it and an end notice contradict each other, unless that was withdrawn."""
    if given.ledger.newest_notices():
        raise Invalid(faults=[Fault("sent_on", "notice_contradicts_confirmation")])
    _decision(given).confirmed_on = given.day("sent_on")


def plan_leaving(given: Given) -> None:
    plan = next(iter(given.ledger.plans), None)
    if plan is None:
        plan = given.ledger.add(given.ledger.plans, LeavingPlan(id=uuid4(), trajectory_id=given.trajectory.id))
    plan.planned_on, plan.by_id = given.day("planned_on"), given.by_id
    plan.housing_afterwards = given.words("housing_afterwards")
    plan.care_afterwards = given.words("care_afterwards")
    plan.aftercare = given.answers["aftercare"] == "yes"
    if given.ledger.endings:  # the plan came after the last day
        plan_aftercare(given.deed, given.ledger)


def send_notice(given: Given) -> None:
    if any(one.confirmed_on is not None and one.withdrawn_on is None for one in given.ledger.decisions):
        raise Invalid(faults=[Fault("", "confirmation_contradicts_notice")])
    newest = given.ledger.newest_notices()
    if not given.correction:
        _require_in_order(given, newest)
    this_round = max((one.round for one in given.ledger.notices), default=0) + 1
    for person, one in given.answers["notices"].items():
        row = newest.get(str(UUID(person))) if given.correction else None
        if row is None:
            row = given.ledger.add(
                given.ledger.notices,
                EndNotice(
                    id=uuid4(),
                    trajectory_id=given.trajectory.id,
                    person_id=UUID(person),
                    round=this_round,
                    standing="unproven",
                    by_id=given.by_id,
                ),
            )
        row.sent_on, row.channels = given.day_in(one, "sent_on"), " ".join(one["channels"])
        row.track_and_trace = one.get("track_and_trace") or ""


def _require_in_order(given: Given, before: Mapping[str, EndNotice]) -> None:
    """A notice that is sent again was not sent before the one it follows."""
    faults = []
    for person, one in given.answers["notices"].items():
        earlier = before.get(str(UUID(person)))
        if earlier is not None and given.day_in(one, "sent_on") < earlier.sent_on:
            faults.append(Fault(f"notices.{person}.sent_on", "sent_before_the_last", {"sent_on": earlier.sent_on}))
    if faults:
        raise Invalid(faults=faults)


def receive_notice(given: Given) -> None:
    """Tested on the day of receipt, never on the day of sending; without proof it counts as not received.

    A letter that came back was not received either. Whether there is time to send it again follows from the day on
    which that was first written down, so that correcting it later changes nothing about that.
    """
    last_day = given.trajectory.last_day
    assert last_day is not None  # there is a lease to end
    newest = given.ledger.newest_notices()
    for person, one in given.answers["receipts"].items():
        row = newest.get(str(UUID(person)))
        if row is None:
            raise NotReady("no_notice_sent")
        if one["proven"] == "not_yet":
            continue
        proven, returned = one["proven"] == "yes", one["proven"] == "returned"
        row.recorded_on = row.recorded_on or given.deed.today
        row.received_on = given.day_in(one, "received_on") if proven else None
        row.proof_kind = one["proof_kind"] if proven else ""
        row.returned_on = given.day_in(one, "returned_on") if returned else None
        row.returned_because = one["returned_because"] if returned else ""
        row.proof = one.get("proof") or ""
        row.standing = end_notice.standing(one, row.received_on, last_day, row.recorded_on)


def return_keys(given: Given) -> None:
    row = next(iter(given.ledger.key_returns), None)
    if row is None:
        row = given.ledger.add(given.ledger.key_returns, KeyReturn(id=uuid4(), trajectory_id=given.trajectory.id))
    row.returned = given.answers["returned"] == "yes"
    row.returned_on = given.day_or_none("returned_on") if row.returned else None
    row.by_id = given.by_id


def handle_stay(given: Given) -> None:
    row = next(iter(given.ledger.key_returns))
    row.stay_outcome, row.stay_reason = given.answers["outcome"], given.words("reason")
    row.stay_on = given.day("on")


def settle_after_death(given: Given) -> None:
    """What the relatives chose makes the last day one of the three that the law knows."""
    row = given.ledger.early_ends[-1]
    row.arranged = given.answers["arranged"]
    row.last_day = early_end.chosen(row.happened_on, row.arranged)
    keep_early_end(given.deed, given.ledger)


def collect_keys(given: Given) -> None:
    row = next(iter(given.ledger.key_returns), None)
    if row is None:
        row = given.ledger.add(given.ledger.key_returns, KeyReturn(id=uuid4(), trajectory_id=given.trajectory.id))
    row.returned, row.returned_on, row.by_id = True, given.day("returned_on"), given.by_id


def _decision(given: Given) -> Decision:
    if not given.ledger.decisions:
        raise NotReady("no_decision_yet")
    return given.ledger.decisions[-1]


RECORD: Mapping[str, Record] = {
    **dict.fromkeys(ADVISES_AS, advise),
    "hold_hearing": hear,
    "hold_joint_meeting": meet,
    "decide_conversion": decide,
    "approve_decision": approve,
    "explain_decision": explain,
    "confirm_conversion": confirm,
    "plan_leaving": plan_leaving,
    "send_end_notice": send_notice,
    "record_receipt": receive_notice,
    "return_keys": return_keys,
    "handle_stay": handle_stay,
    "settle_after_death": settle_after_death,
    "collect_keys": collect_keys,
}
