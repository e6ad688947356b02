"""A decision that is revised: the tenant heard, decided anew, approved by another; and what went out withdrawn."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.answers.given import Given, Record
from app.actions.revisions import seen, turn_round
from app.errors import Fault, Invalid, NotReady
from app.records import Decision, Hearing, Revision
from app.rules import end_notice
from app.rules import revision as rules


def hear(given: Given) -> None:
    revision = _at_hand(given)
    row = None
    if given.correction:
        row = given.deed.session.scalar(select(Hearing).where(Hearing.revision_id == revision.id))
    if row is None:
        row = Hearing(id=uuid4(), trajectory_id=given.trajectory.id, revision_id=revision.id)
        given.deed.session.add(row)
    row.heard_on, row.invited_on = given.day("heard_on"), given.day_or_none("invited_on")
    row.appeared, row.tenant_view = given.answers["heard"] == "yes", given.words("tenant_view")
    row.by_id = given.by_id


def decide(given: Given) -> None:
    """Decided anew, or the decision stays; a hearing comes first, as for every decision."""
    revision = _at_hand(given)
    heard = given.deed.session.scalar(select(Hearing.heard_on).where(Hearing.revision_id == revision.id))
    if heard is not None and given.day("decided_on") < heard:
        raise Invalid(faults=[Fault("decided_on", "before_the_hearing", {"heard_on": heard})])
    stays = given.answers["outcome"] == revision.was_outcome
    if not stays and (code := rules.barred(seen(given.ledger), given.deed.today)):
        raise Invalid(faults=[Fault("outcome", code)])
    revision.decided, revision.reasons = given.answers["outcome"], given.words("reasons")
    revision.findings = {
        "conditions": given.answers.get("conditions") or {},
        "goals": given.answers.get("goals") or {},
    }
    revision.decided_on, revision.decided_by_id = given.day("decided_on"), given.by_id
    if stays:
        given.deed.happened("revision_not_made", given.trajectory)


def approve(given: Given) -> None:
    """Four eyes: neither the person who proposed nor the one who decided. From here on the new decision is in force.

    Sent back: it ends here, and the decision that was in force stays so.
    """
    revision, ledger = _at_hand(given), given.ledger
    if given.by_id in (revision.proposed_by_id, revision.decided_by_id):
        raise Invalid(faults=[Fault("verdict", "same_person")])
    revision.verdict, revision.verdict_reason = given.answers["verdict"], given.words("reason")
    revision.approved_on, revision.approved_by_id = given.day("approved_on"), given.by_id
    revision.judged_at = given.deed.desk.now
    if revision.verdict != "approve":
        given.deed.happened("revision_sent_back", given.trajectory)
        return
    if code := rules.barred(seen(ledger), given.deed.today):
        raise Invalid(faults=[Fault("verdict", code)])
    assert revision.findings is not None and revision.decided_on is not None and revision.decided_by_id is not None
    revision.decision_id = uuid4()
    ledger.add(
        ledger.decisions,
        Decision(
            id=revision.decision_id,
            trajectory_id=given.trajectory.id,
            number=1 + len(ledger.decisions),
            outcome=revision.decided,
            reasons=revision.reasons,
            findings=revision.findings,
            table_advice={},
            decided_on=revision.decided_on,
            decided_by_id=revision.decided_by_id,
            verdict=revision.verdict,
            verdict_reason=revision.verdict_reason,
            approved_on=revision.approved_on,
            approved_by_id=revision.approved_by_id,
        ),
    )
    given.deed.happened("decision_revised", given.trajectory)
    given.deed.session.flush()
    revision.to_explain = turn_round(given.deed, given.trajectory)


def explain(given: Given) -> None:
    revision = _at_hand(given)
    row = next((one for one in given.ledger.decisions if one.id == revision.decision_id), None)
    if row is None:
        raise NotReady("no_decision_yet")
    row.explained_on = given.day("explained_on")


def withdraw_notice(given: Given) -> None:
    """From now on the notice counts nowhere; what was recorded of its receipt stays readable."""
    newest = given.ledger.newest_notices()
    if given.correction:  # withdrawn already: the newest one to each tenant
        newest = {str(one.person_id): one for one in given.ledger.notices if one.standing == end_notice.WITHDRAWN}
    for person, one in given.answers["withdrawals"].items():
        row = newest.get(str(UUID(person)))
        if row is None:
            raise NotReady("no_notice_sent")
        row.withdrawn_on, row.standing = given.day_in(one, "sent_on"), end_notice.WITHDRAWN
    for earlier in given.ledger.notices:  # one that did not count before this one counts no more either
        if str(earlier.person_id) in newest and earlier.standing != end_notice.WITHDRAWN:
            earlier.withdrawn_on = newest[str(earlier.person_id)].withdrawn_on
            earlier.standing = end_notice.WITHDRAWN


def withdraw_confirmation(given: Given) -> None:
    """Every confirmation that went out and still stands; a correction is about the one withdrawn last."""
    sent = [one for one in given.ledger.decisions if one.confirmed_on is not None]
    standing = [one for one in sent if one.withdrawn_on is None] or (sent[-1:] if given.correction else [])
    if not standing:
        raise NotReady("no_confirmation_sent")
    for one in standing:
        one.withdrawn_on = given.day("sent_on")


def _at_hand(given: Given) -> Revision:
    """The revision this task is about; a correction looks it up, for its run may be over."""
    run_id = given.task.run_id
    if given.ledger.revising is None or given.ledger.revising.run_id != run_id:
        given.ledger.revising = given.deed.session.scalars(select(Revision).where(Revision.run_id == run_id)).one()
    return given.ledger.revising


RECORD: Mapping[str, Record] = {
    "hear_on_revision": hear,
    "decide_revision": decide,
    "approve_revision": approve,
    "explain_revision": explain,
    "withdraw_end_notice": withdraw_notice,
    "withdraw_confirmation": withdraw_confirmation,
}
