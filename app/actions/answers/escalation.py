"""After an incident: the conversation, the warning, cards that two people decide on, and whether it was put right."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import uuid4

from app.actions.answers.given import Given, Record
from app.actions.measures import about
from app.errors import Invalid, NotReady
from app.records import Measure
from app.rules import answers as rules
from app.rules import escalation
from app.rules.escalation import LADDER


def conversation(given: Given) -> None:
    row = _new(given, "conversation")
    row.heard_on, row.appeared, row.tenant_view = given.day("held_on"), True, given.words("tenant_view")
    row.reasons = about(given.ledger).what
    _decide(given, row, given.day("held_on"))
    _give(given, row, given.day("held_on"))


def warning(given: Given) -> None:
    row = _new(given, "warning")
    row.reasons = given.words("reasons")
    _decide(given, row, given.day("sent_on"))
    _give(given, row, given.day("sent_on"))


def hear(given: Given) -> None:
    row = _new(given, escalation.measure(given.ledger.case().incident))
    row.heard_on, row.invited_on = given.day("heard_on"), given.day_or_none("invited_on")
    row.appeared, row.tenant_view = given.answers["heard"] == "yes", given.words("tenant_view")


def propose(given: Given) -> None:
    row = _at_hand(given)
    row.proposed = given.answers["proposal"]
    row.ground, row.reasons = given.answers.get("ground") or row.ground, given.words("reasons")
    row.evidence, row.sources = given.words("evidence"), " ".join(given.answers.get("sources") or ())
    row.verdict, row.verdict_reason = "", ""
    _decide(given, row, given.day("decided_on"))
    if row.proposed != "give":
        row.ended_on, row.ended_because = given.deed.today, "not_given"


def approve(given: Given) -> None:
    """Four eyes: never the person who proposed."""
    row = _at_hand(given)
    faults = escalation.four_eyes(row.decided_by_id, given.by_id)
    if faults:
        raise Invalid(faults=faults)
    row.verdict, row.verdict_reason = given.answers["verdict"], given.words("reason")
    row.approved_on, row.approved_by_id = given.day("approved_on"), given.by_id
    if row.verdict == "approve":
        _give(given, row, given.day("approved_on"))
        given.deed.happened(f"{row.kind}_given", given.trajectory, f"incident_{about(given.ledger).number}")


def judge(given: Given) -> None:
    row = _at_hand(given)
    row.judged_on, row.judged_by_id = given.day("judged_on"), given.by_id
    row.recovered, row.judgment = given.answers["recovered"] == "yes", given.words("judgment")


def _new(given: Given, kind: str) -> Measure:
    """A next step; the ground is that of the incident until somebody says otherwise."""
    incident = about(given.ledger)
    row = Measure(
        id=uuid4(),
        trajectory_id=given.trajectory.id,
        incident_id=incident.id,
        kind=kind,
        ground=incident.ground,
        evidence=incident.evidence,
        sources=incident.sources,
    )
    given.ledger.add(given.ledger.measures, row)
    given.ledger.measures.sort(key=lambda one: LADDER.index(one.kind))
    return row


def _at_hand(given: Given) -> Measure:
    steps = given.ledger.steps_of(about(given.ledger))
    if not steps:
        raise NotReady("no_such_step")
    return steps[-1]


def _decide(given: Given, row: Measure, on: date) -> None:
    asks = rules.gives(given.task.name, given.answers)  # a step that is not given asks for no recovery
    row.plan, row.recover_by = given.words("plan") if asks else "", given.day_or_none("recover_by") if asks else None
    row.decided_on, row.decided_by_id = on, given.by_id


def _give(given: Given, row: Measure, on: date) -> None:
    """From here on the step counts, and the one before it no longer."""
    for earlier in given.ledger.steps_of(about(given.ledger)):
        if earlier is not row and earlier.ended_on is None:
            earlier.ended_on, earlier.ended_because = given.deed.today, "next_step"
    last_day = given.trajectory.last_day
    assert last_day is not None  # there is a lease, or nothing could have been broken
    row.given_on = on
    row.expires_on = escalation.expires(row.kind, on, row.recover_by, last_day, given.ledger.settings)


RECORD: Mapping[str, Record] = {
    "hold_conversation": conversation,
    "send_warning": warning,
    "hear_tenant_on_measure": hear,
    "propose_measure": propose,
    "approve_measure": approve,
    "judge_recovery": judge,
}
