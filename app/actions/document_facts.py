"""The words of one document, gathered from the rows of its trajectory; never shown to anyone from here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.records import Answer, Confirmation, Document, EarlyEnd, Hearing, Part, Person, Review, Task, User
from app.records.ledger import Ledger
from app.rules import disagreement, facts, notice, objection
from app.rules.permissions import CONDITIONS
from app.rules.schedule import aftercare_days, meeting_day, review_days, term_ended


def gather(session: Session, document: Document, ledger: Ledger, today: date) -> dict[str, Any]:
    """What this document may say, as plain mappings; care words only where the document is a care document."""
    row = ledger.trajectory
    known = facts.DocumentFacts(
        trajectory=facts.Trajectory(reference=row.reference),
        today=today,
        sent_on=today,
        landlord=_party(ledger, "association", today),
        provider=_party(ledger, "care_provider", today),
        municipality=_party(ledger, "municipality", today),
        urgency_office=_party(ledger, "urgency_office", today),
        tenants=[_tenant(row.tenant, ledger), *(_tenant(beside.person, ledger) for beside in ledger.co_tenants())],
        tenant=_addressee(session, document, ledger),
        copy_to=_representative(document, ledger),
        administrator=_administrator(ledger),
        home=_home(ledger),
        lease=_lease(ledger),
        conditions=[_condition(c.code) for c in ledger.conditions],
        housing_goals=[_goal(goal.domain, goal.words) for goal in ledger.goals if goal.housing],
        care_goals=[_goal(goal.domain, goal.words) for goal in ledger.goals if not goal.housing],
        guidance_from=row.guidance_from,
        administration=_code(row.administration),
        care_decision_until=row.care_decision_until,
        review_dates=_review_dates(ledger),
        review=_review(session, document, ledger),
        decision=_decision(session, ledger),
        notice=_notice(ledger),
        withdrawal=_withdrawal(document, ledger),
        aftercare_dates=[day for _, day in aftercare_days(row.last_day, ledger.settings)] if row.last_day else [],
        rejection=_rejection(session, ledger, today),
        early_end=_early_end(session, ledger),
        measure=_measure(document, ledger),
        meet_before=disagreement.joint_meeting_lapses(ledger.case()),
        guidance_ended_on=next((one.lapses_from for one in ledger.care_ends if one.lapses_from), None),
    )
    return facts.for_document(document.name, known)


def _early_end(session: Session, ledger: Ledger) -> facts.EarlyEnd | None:
    row = session.scalar(select(EarlyEnd).where(EarlyEnd.trajectory_id == ledger.trajectory.id))
    if row is None:
        return None
    withdrawn = row.kind == "consent_withdrawn"
    return facts.EarlyEnd(happened_on=row.happened_on, last_day=row.last_day, consent_withdrawn=withdrawn)


def _party(ledger: Ledger, part: str, today: date) -> facts.Party:
    row: Part | None = ledger.part_of(part, today)
    if row is None:
        return facts.Party(name="")
    organisation, contact = row.organisation, row.contact
    return facts.Party(
        name=organisation.name,
        address_line=organisation.address,
        postcode=organisation.postcode,
        city=organisation.city,
        phone=organisation.phone,
        email=organisation.email,
        contact_name=contact.name if contact else "",
        contact_phone=(contact.phone if contact else "") or organisation.phone,
    )


def _tenant(person: Person, ledger: Ledger) -> facts.Tenant:
    """After the keys were handed over a tenant is written to at the home."""
    home = ledger.trajectory.home if ledger.trajectory.keys_on else None
    return facts.Tenant(
        full_name=person.full_name,
        salutation=person.salutation or person.full_name,
        birth_date=person.birth_date,
        address_line=home.street if home else person.address,
        postcode=home.postcode if home else person.postcode,
        city=home.city if home else person.city,
        email=person.email,
    )


def _addressee(session: Session, document: Document, ledger: Ledger) -> facts.Tenant:
    """The tenant whose letter it is; of a letter to a representative the one who is represented."""
    represented = _representative(document, ledger) is not None
    person = session.get(Person, document.person_id) if document.person_id and not represented else None
    return _tenant(person or ledger.trajectory.tenant, ledger)


def _representative(document: Document, ledger: Ledger) -> facts.Representative | None:
    row = next((one for one in ledger.representatives() if one.person_id == document.person_id), None)
    if row is None:
        return None
    return facts.Representative(
        kind=_code(row.kind),
        full_name=row.person.full_name,
        salutation=row.person.salutation or row.person.full_name,
        organisation=row.person.organisation_name or "",
        address_line=row.person.address,
        postcode=row.person.postcode,
        city=row.person.city,
    )


def _administrator(ledger: Ledger) -> facts.Party | None:
    found = next((b.person for b in ledger.besides if b.kind in ("administrator", "budget_manager")), None)
    if found is None:
        return None
    return facts.Party(
        name=found.organisation_name or found.full_name,
        address_line=found.address,
        postcode=found.postcode,
        city=found.city,
        phone=found.phone,
        email=found.email,
        contact_name=found.full_name,
    )


def _home(ledger: Ledger) -> facts.Home | None:
    home = ledger.trajectory.home
    if home is None:
        return None
    return facts.Home(address_line=home.street, postcode=home.postcode, city=home.city, kind=_code(home.kind))


def _lease(ledger: Ledger) -> facts.Lease | None:
    row = ledger.trajectory
    if row.first_day is None or row.last_day is None:
        return None
    rent, service = Decimal(row.rent_cents) / 100, Decimal(row.service_cents) / 100
    return facts.Lease(
        first_day=row.first_day,
        last_day=row.last_day,
        day_after_end=term_ended(row.last_day),
        rent=rent,
        service_costs=service,
        total=rent + service,
        ground=_code(row.legal_ground),
        evidence=row.evidence.rstrip(" ."),  # it stands inside a sentence
        evidence_on=row.evidence_on,
        signed_on=row.signed_on,
    )


def _condition(code: str) -> facts.Condition:
    parts = CONDITIONS[code]
    return facts.Condition(code=_code(code), seen_by=_code("both" if len(parts) > 1 else parts[0]))


def _goal(domain: str, words: str) -> facts.Goal:
    return facts.Goal(domain=_code(domain), text=words)


def _review_dates(ledger: Ledger) -> Sequence[date]:
    planned = [_meeting_day(ledger, review) for review in ledger.reviews if review.kind == "review"]
    row = ledger.trajectory
    if planned or row.first_day is None or row.last_day is None:
        return planned
    counted = review_days(row.first_day, row.last_day, ledger.settings)
    return [meeting_day(day, month, row.first_day) for month, day in counted]


def _meeting_day(ledger: Ledger, review: Review) -> date:
    first = ledger.trajectory.first_day
    assert first is not None  # there are reviews, so there is a lease
    return meeting_day(review.planned_on, review.month, first)


def _review(session: Session, document: Document, ledger: Ledger) -> facts.Review | None:
    row = next((review for review in ledger.reviews if review.id == document.review_id), None)
    if row is None:
        return None
    goals = {goal.id: goal for goal in ledger.goals if goal.housing}
    conditions = {condition.id: condition for condition in ledger.conditions}
    order = {one: place for place, one in enumerate((*conditions, *goals))}
    confirmations = sorted(
        session.scalars(select(Confirmation).where(Confirmation.review_id == row.id)),
        key=lambda c: (order.get(c.condition_id or c.goal_id or c.id, 0), c.part),
    )
    answers = _answers(session, row)
    meeting, confirmed = answers.get("hold_review_meeting"), answers.get("confirm_review_meeting")
    following = next((r for r in ledger.reviews if r.kind == "review" and r.planned_on > row.planned_on), None)
    return facts.Review(
        month=row.month,
        planned_on=_meeting_day(ledger, row),
        held_on=row.held_on,
        outcome=_code(row.outcome or None),
        conditions=[
            facts.ReviewedCondition(
                code=_code(conditions[c.condition_id].code), kept=_code(c.mark), seen_by=_code(c.part)
            )
            for c in confirmations
            if c.condition_id in conditions
        ],
        goals=[
            facts.ReviewedGoal(
                domain=_code(goals[c.goal_id].domain),
                text=goals[c.goal_id].words,
                rating=_code(c.mark),
                remark=c.remark,
            )
            for c in confirmations
            if c.goal_id in goals
        ],
        tenant_view=row.tenant_view,
        agreements=row.agreements,
        provider_remark=(confirmed.data.get("remark") or "") if confirmed else "",
        recorded_by=_name(session, meeting.by_id) if meeting else "",
        confirmed_by=_name(session, confirmed.by_id) if confirmed else "",
        confirmed_on=date.fromisoformat(confirmed.data["confirmed_on"]) if confirmed else None,
        next_on=_meeting_day(ledger, following) if following else None,
    )


def _answers(session: Session, review: Review) -> Mapping[str, Answer]:
    """The newest answer per task of this review."""
    rows = session.execute(
        select(Task.name, Answer)
        .join(Answer, Answer.task_id == Task.id)
        .where(Task.review_id == review.id)
        .order_by(Answer.version)
    )
    return {name: answer for name, answer in rows}  # noqa: C416  (a result is not a mapping)


def _decision(session: Session, ledger: Ledger) -> facts.Decision | None:
    if not ledger.decisions:
        return None
    row = ledger.decisions[-1]
    before = (Hearing.trajectory_id == ledger.trajectory.id, Hearing.heard_on <= row.decided_on)
    hearing = session.scalar(select(Hearing).where(*before).order_by(Hearing.heard_on.desc()).limit(1))
    return facts.Decision(
        outcome=_code(row.outcome),
        reasons=row.reasons,
        decided_on=row.decided_on,
        heard_on=hearing.heard_on if hearing and hearing.appeared else None,
        tenant_view=hearing.tenant_view if hearing else "",
        decided_by=_name(session, row.decided_by_id),
        approved_by=_name(session, row.approved_by_id),
    )


def _notice(ledger: Ledger) -> facts.Notice | None:
    if ledger.trajectory.last_day is None:
        return None
    window = notice.window(ledger.trajectory.last_day)
    early = next((n.sent_on for n in reversed(ledger.notices) if n.standing == "too_early"), None)
    return facts.Notice(receive_from=window.safe_first, receive_by=window.safe_last, replaces_sent_on=early)


def _withdrawal(document: Document, ledger: Ledger) -> facts.Withdrawal | None:
    """The letter that this one withdraws: the newest notice to this tenant, or the newest confirmation."""
    own = document.person_id or ledger.trajectory.tenant_id
    if document.name == "notice_withdrawn":
        sent = [one.sent_on for one in ledger.notices if one.person_id == own]
    else:
        sent = [one.confirmed_on for one in ledger.decisions if one.confirmed_on is not None]
    return facts.Withdrawal(sent_on=sent[-1]) if sent else None


def _rejection(session: Session, ledger: Ledger, today: date) -> facts.Rejection | None:
    row = ledger.trajectory
    if not row.rejection_reasons:
        return None
    checked = session.scalar(
        select(Answer)
        .join(Task, Task.id == Answer.task_id)
        .where(Task.trajectory_id == row.id, Task.name == "check_eligibility")
        .order_by(Answer.version.desc())
        .limit(1)
    )
    return facts.Rejection(
        reasons=row.rejection_reasons,
        checked_on=date.fromisoformat(checked.data["checked_on"]) if checked else today,
        objection_until=objection.open_until(today),
    )


def _measure(document: Document, ledger: Ledger) -> facts.Measure | None:
    """The step a paper is about: its occasion names the incident, its name the kind of step."""
    kind, _, number = document.occasion.partition(":")[0].partition("_")
    if kind != "incident":
        return None
    incident = next(row for row in ledger.incidents if row.number == int(number))
    given = [row for row in ledger.steps_of(incident) if row.given_on is not None]
    wanted = "conversation" if document.name == "conversation_report" else document.name
    row = next((one for one in given if one.kind == wanted), given[-1] if given else None)
    if row is None or row.given_on is None or row.expires_on is None:
        return None
    return facts.Measure(
        happened_on=incident.happened_on,
        ground=_code(row.ground),
        reasons=row.reasons,
        given_on=row.given_on,
        expires_on=row.expires_on,
        plan=row.plan,
        recover_by=row.recover_by,
        heard_on=row.heard_on,
        tenant_view=row.tenant_view,
        letters=[facts.GivenStep(kind=_code(one.kind), given_on=one.given_on) for one in given],
        withdrawn_reason=incident.withdrawn_reason,
    )


def _name(session: Session, user_id: UUID | None) -> str:
    return (session.scalar(select(User.name).where(User.id == user_id)) or "") if user_id else ""


def _code(value: Any) -> Any:
    """A code out of a row: the column only says text, the paper names the words it may be."""
    return value
