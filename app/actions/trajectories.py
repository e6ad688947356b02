"""Starting a trajectory, who takes part in it, and moving a review."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from uuid import UUID, uuid4

from sqlalchemy import select

from app.actions.deed import Deed, Desk
from app.actions.orders import invite
from app.actions.people import EMAIL
from app.actions.process import begin, proceed, refresh_due_days
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady
from app.records import Beside, Counter, Move, Part, Person, Review, Run, Trajectory, User, straight
from app.records.ledger import MAIN, Ledger
from app.records.visibility import find
from app.rules.permissions import ROLE_OF_PART, may_move_review, may_nominate

LANGUAGES = ("nl", "en")
LONGEST_REASON: int = Move.__table__.c.reason.type.length  # type: ignore[attr-defined]
PERSON: Mapping[str, int] = {  # what is typed about a person -> how long it may be
    name: Person.__table__.c[name].type.length  # type: ignore[attr-defined]
    for name in (
        "full_name", "salutation", "address", "postcode", "city", "phone", "email", "organisation_name",
    )
}  # fmt: skip


def start_trajectory(desk: Desk, person: Mapping[str, str], contacts: Mapping[str, UUID]) -> UUID:
    """Put a candidate forward: the person, the parties with their contacts (part -> user's id), and the first task.

    Raises Invalid with every fault. The nominating party is the actor's own.
    """
    with desk.deed() as deed:
        if not may_nominate(deed.actor):
            raise NotAllowed("may_not_nominate")
        tenant = _person(person)
        users = _contacts(deed, contacts)
        deed.session.add(tenant)
        row = Trajectory(
            id=uuid4(),
            reference=_next_reference(deed),
            tenant_id=tenant.id,
            tenant=tenant,
            nominated_by=deed.actor.part,
            opened_on=deed.today,
            created_at=desk.now,
            stage="intake",
            outcome="",
            contract_round=0,
            plan_mark="",
        )
        deed.session.add(row)
        ledger = Ledger(deed.session, row, deed.today)
        ledger.__dict__["parts"] = []
        for part, user in users.items():
            ledger.add(
                ledger.parts,
                Part(
                    id=uuid4(),
                    trajectory_id=row.id,
                    organisation_id=user.organisation_id,
                    part=part,
                    contact_id=user.id,
                    contact=user,
                    since=deed.today if part == deed.actor.part else None,  # the others see it once there is consent
                ),
            )
        deed.session.flush()
        deed.happened("trajectory_started", row)
        begin(deed, ledger)
        return row.id


def add_beside(desk: Desk, trajectory_id: UUID, kind: str, person: Mapping[str, str]) -> UUID:
    """Add a co-tenant, administrator or budget manager beside the tenant."""
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if deed.actor.part == "urgency_office":
            raise NotAllowed("may_not_change_people")
        if kind not in ("co_tenant", "administrator", "budget_manager"):
            raise Invalid(faults=[Fault("kind", "not_a_choice")])
        someone = _person(person)
        deed.session.add(someone)
        deed.session.flush()
        beside = Beside(id=uuid4(), trajectory_id=row.id, person_id=someone.id, kind=kind)
        deed.session.add(beside)
        deed.happened("person_added", row, kind)
        return beside.id


def change_contact(desk: Desk, trajectory_id: UUID, to_id: UUID, reason: str) -> None:
    """Another colleague of one's own organisation becomes the contact in this trajectory."""
    with desk.deed() as deed:
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        ledger = Ledger(deed.session, row, deed.today)
        part = next((p for p in ledger.parts if p.organisation_id == deed.actor.organisation_id), None)
        colleague = deed.session.get(User, to_id)
        if (
            part is None
            or colleague is None
            or colleague.organisation_id != part.organisation_id
            or not colleague.active
        ):
            raise Invalid(faults=[Fault("to", "not_a_choice")])
        if not reason.strip():
            raise Invalid(faults=[Fault("reason", "missing")])
        part.contact_id = to_id
        deed.happened("contact_changed", row, part.part, to=str(to_id))


def move_review(desk: Desk, review_id: UUID, to: date, reason: str) -> UUID:
    """Move a review to another day, with a reason; the process, the due days and the reminders move along.

    Raises Invalid (`day_has_passed`, `review_outside_lease` …), NotReady when it is over.
    """
    with desk.deed() as deed:
        trajectory_id = deed.session.scalar(select(Review.trajectory_id).where(Review.id == review_id))
        if trajectory_id is None:
            raise NotFound("no_such_review")
        # Held from here on, so that nobody holds the review or moves it while we look whether it may be moved.
        unfinished = select(Run).where(Run.trajectory_id == trajectory_id, Run.drawing == MAIN, Run.done.is_(False))
        run = deed.session.scalar(unfinished.with_for_update())
        row = find(deed.session, deed.actor, deed.today, trajectory_id)
        if not may_move_review(deed.actor):
            raise NotAllowed("may_not_move_review")
        ledger = Ledger(deed.session, row, deed.today)
        review = next((r for r in ledger.reviews if r.id == review_id and r.kind == "review"), None)
        if review is None or review.closed_on or review.held_on:
            raise NotReady("review_is_over")
        _require_fitting(deed, ledger, review, to, reason)
        deed.session.add(
            Move(
                id=uuid4(),
                review_id=review.id,
                was_on=review.planned_on,
                now_on=to,
                reason=reason.strip(),
                by_id=deed.actor.id,
                at=desk.now,
            )
        )
        was, review.planned_on = review.planned_on, to
        ledger.reviews.sort(key=lambda r: (r.planned_on, r.month))
        deed.happened("review_moved", row, str(review.month), was=was.isoformat(), now=to.isoformat())
        if review.opened_on is not None:
            invite(deed, ledger, review)
        deed.session.flush()
        if run is not None:
            proceed(deed, ledger, run)
        refresh_due_days(deed, row, ledger.case())
        return row.id


def _require_fitting(deed: Deed, ledger: Ledger, review: Review, to: date, reason: str) -> None:
    row, faults = ledger.trajectory, []
    assert row.first_day is not None and row.last_day is not None  # there are reviews, so there is a lease
    if not reason.strip():
        faults.append(Fault("reason", "missing"))
    elif len(reason.strip()) > LONGEST_REASON:
        faults.append(Fault("reason", "too_long", {"max": LONGEST_REASON}))
    if to < deed.today:
        faults.append(Fault("to", "day_has_passed"))
    elif not row.first_day <= to <= row.last_day:
        faults.append(Fault("to", "review_outside_lease", {"first_day": row.first_day, "last_day": row.last_day}))
    elif to == review.planned_on:  # nothing would move, and the tenant would be invited again
        faults.append(Fault("to", "planned_that_day_already"))
    elif any(other.id != review.id and other.planned_on == to for other in ledger.reviews):
        faults.append(Fault("to", "another_review_that_day"))
    if faults:
        raise Invalid(faults=faults)


def _person(fields: Mapping[str, str]) -> Person:
    """A new person out of what was typed. Raises Invalid with every fault."""
    typed = {name: " ".join((fields.get(name) or "").split()) for name in (*PERSON, "birth_date", "language")}
    faults = [Fault("full_name", "missing")] if not typed["full_name"] else []
    faults += [Fault(name, "too_long", {"max": most}) for name, most in PERSON.items() if len(typed[name]) > most]
    if typed["email"] and not EMAIL.fullmatch(typed["email"]):
        faults.append(Fault("email", "not_an_email"))
    if typed["language"] not in ("", *LANGUAGES):
        faults.append(Fault("language", "not_a_choice"))
    born = None
    try:
        born = date.fromisoformat(typed["birth_date"]) if typed["birth_date"] else None
    except ValueError:
        faults.append(Fault("birth_date", "not_a_date"))
    if faults:
        raise Invalid(faults=faults)
    known = {name: typed[name] for name in PERSON}
    return Person(id=uuid4(), birth_date=born, language=typed["language"] or LANGUAGES[0], **known)


def _contacts(deed: Deed, contacts: Mapping[str, UUID]) -> dict[str, User]:
    """One active contact per part, each with the right role at an organisation of the right kind."""
    users, faults = {}, []
    for part, role in ROLE_OF_PART.items():
        user = deed.session.get(User, contacts[part]) if part in contacts else None
        if user is None:
            faults.append(Fault(part, "missing"))
        elif not user.active or user.role != role or user.organisation.kind != part:
            faults.append(Fault(part, "not_a_choice"))
        else:
            users[part] = user
    own = users.get(deed.actor.part)
    if own is not None and own.organisation_id != deed.actor.organisation_id:
        faults.append(Fault(deed.actor.part, "nominator_takes_part"))
    if faults:
        raise Invalid(faults=faults)
    return users


def _next_reference(deed: Deed) -> str:
    series = f"VW-{deed.today.year}"
    straight.add_unless_there(deed.session, Counter, {"series": series, "last": 0})
    counter = deed.session.get_one(Counter, series, with_for_update=True)
    counter.last += 1
    return f"{series}-{counter.last:04d}"
