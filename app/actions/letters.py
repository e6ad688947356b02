"""Posting letters: each planned row goes out once, waits while the server is down, or is dropped with a reason."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select, update
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session, aliased

from app import files, logs
from app.actions.deed import Desk
from app.errors import NotReady, Refused
from app.post import Attachment, Mail, PostDown, Postman, PostRefused, ServerDown
from app.records import Document, Letter, Part, Person, Run, Task, Trajectory, User
from app.records.addresses import receivers
from app.records.database import let_go, reading
from app.rules.reminders import next_nudge, nudge_kind

CLAIM = timedelta(minutes=5)
LONGEST_WAIT = timedelta(hours=1)
ROOM = "voorwaarts.letters"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"

# Claimed before that, a letter would wait out its whole claim.
PAPER_IS_MADE = or_(
    Letter.document_id.is_(None), exists().where(Document.id == Letter.document_id, Document.state != "ordered")
)
BUNDLED = exists().where(
    Part.trajectory_id == Letter.trajectory_id,
    Part.until.is_(None),
    User.id == Part.contact_id,
    User.role == Letter.role,
    User.bundle_mail.is_(True),
)


@dataclass(frozen=True, slots=True)
class About:
    """What the text of a letter may say: no care data, no more of a person than is needed to find the dossier."""

    kind: str
    reference: str
    trajectory_id: UUID
    tenant: str
    about_on: date | None
    task: str = ""
    due_on: date | None = None
    month: str = ""


Write = Callable[[Sequence[About], str], tuple[str, str]]  # what it is about, language -> subject, body


@dataclass(slots=True)
class Envelope:
    """Letters that go out together to the same people."""

    letters: list[Letter]
    to: list[str]
    language: str
    message_id: str
    about: list[About] = field(default_factory=list)
    attachments: list[Attachment] = field(default_factory=list)


def nudge_overdue(desk: Desk, limit: int = 200) -> int:
    """Write the letter for each overdue task whose day has come; how many. After a pause only the latest."""
    with desk.deed() as deed:
        tasks = list(
            deed.session.scalars(
                _overdue(desk).order_by(Task.nudge_on).limit(limit).with_for_update(skip_locked=True, of=Task)
            )
        )
        for task in tasks:
            kind = nudge_kind(task.due_on, desk.today, task.nudge_on, _has_lead(task))
            if kind is not None:
                deed.session.add(
                    Letter(
                        id=uuid4(),
                        key=f"overdue:{task.id.hex}:{task.due_on.isoformat()}:{kind}:{task.nudge_on}",
                        trajectory_id=task.trajectory_id,
                        kind=kind,
                        occasion=f"overdue:{task.id.hex}",
                        role="team_lead" if kind == "overdue_team_lead" else task.role,
                        task_id=task.id,
                        about_on=task.due_on,
                        due_on=desk.today,
                    )
                )
            task.nudge_on = next_nudge(task.due_on, desk.today)
        return len(tasks)


def settle_late(desk: Desk) -> int:
    """Drop what is due but says nothing any more; how many. After a pause of each occasion only the latest stays."""
    later = aliased(Letter)
    # Of the same day only one that waits as well: what has left that day may speak of a day that was moved since.
    superseded = exists().where(
        later.trajectory_id == Letter.trajectory_id,
        later.occasion == Letter.occasion,
        later.role == Letter.role,
        later.due_on <= desk.today,
        or_(
            and_(later.due_on > Letter.due_on, later.state.in_(("planned", "posted"))),
            and_(later.due_on == Letter.due_on, later.state == "planned", later.id > Letter.id),
        ),
    )
    reasons: Mapping[str, ColumnElement[bool]] = {
        "task_is_finished": exists().where(Task.id == Letter.task_id, Task.status != "open"),
        "its_day_has_passed": and_(Letter.task_id.is_(None), Letter.about_on < desk.today),
        "a_later_one_goes_out": superseded,
    }
    late = (Letter.state == "planned", Letter.due_on <= desk.today, _unclaimed(desk))
    with desk.deed() as deed:
        return sum(_drop(deed.session, reason, *late, fits) for reason, fits in reasons.items())


def post_due(desk: Desk, postman: Postman, write: Write, limit: int = 100) -> int:
    """Post what is due; how many letters went out. The row is claimed first and marked after, each by itself."""
    if _is_any(_overdue(desk)):
        nudge_overdue(desk)
    if not _is_any(_due(desk)):
        return 0
    settle_late(desk)
    envelopes, posted = _envelopes(desk, _claim(desk, limit)), 0
    for number, envelope in enumerate(envelopes):
        try:
            posted += _post(desk, postman, write, envelope)
        except ServerDown as fault:  # each try may take long, and would fail as well
            left = envelopes[number:]
            logs.note(ROOM, "mail server can't be used", level="warning", code=str(fault), count=len(left))
            for waiting in left:
                _wait(desk, waiting.letters, str(fault))
            break
    return posted


def _drop(session: Session, reason: str, *which: ColumnElement[bool]) -> int:
    dropped = session.execute(
        update(Letter).where(*which).values(state="dropped", reason=reason).execution_options(synchronize_session=False)
    )
    return int(dropped.rowcount)  # type: ignore[attr-defined]


def _is_any(what: Select[Any]) -> bool:
    """Looked at before anything is locked: most rounds find nothing to do, and should hold up nobody."""
    let_go()
    found = reading().execute(what.limit(1)).first()
    let_go()
    return found is not None


def _claim(desk: Desk, limit: int) -> list[Letter]:
    """The longest due up to the limit, and beside them all that goes into one mail a day: what misses it waits."""
    with desk.deed() as deed:
        due = _due(desk).with_only_columns(Letter.id)
        oldest = due.order_by(Letter.due_on).limit(limit)
        claimed = deed.session.scalars(
            update(Letter)
            .where(
                or_(Letter.id.in_(oldest), Letter.id.in_(due.where(BUNDLED))),
                Letter.state == "planned",
                _unclaimed(desk),
            )
            .values(claimed_until=desk.now + CLAIM)
            .returning(Letter)
            .execution_options(populate_existing=True)
        )
        return list(claimed)


def _envelopes(desk: Desk, letters: list[Letter]) -> list[Envelope]:
    """Letters by whom they go to; who wants one mail a day gets one. One that can't be made up fails by itself."""
    envelopes: list[Envelope] = []
    bundles: dict[UUID, Envelope] = {}
    for letter in letters:
        try:
            envelope = _envelope(desk, letter, bundles)
        except SQLAlchemyError:
            raise
        except Exception as fault:
            _fail(desk, [letter.id], fault)
            continue
        if envelope is not None and not any(envelope is known for known in envelopes):
            envelopes.append(envelope)
    let_go()
    return envelopes


def _envelope(desk: Desk, letter: Letter, bundles: dict[UUID, Envelope]) -> Envelope | None:
    """The envelope this letter goes in, a bundle perhaps; None when it must wait: its claim runs out by itself."""
    trajectory = reading().get_one(Trajectory, letter.trajectory_id)
    if letter.role == "tenant":
        envelope = _to_tenant(desk, letter, trajectory)
        if envelope is None:
            return None  # its paper is not made yet
    else:
        people = receivers(reading(), letter)
        envelope = _to_people(letter, people)
        bundle = people[0] if len(people) == 1 and people[0].bundle_mail else None
        if bundle is not None:
            message_id = f"{desk.today.isoformat()}.{bundle.id.hex}"
            if bundle.id not in bundles and _bundle_is_out(message_id):
                return None  # today's has gone: tomorrow's takes it along
            envelope = bundles.setdefault(bundle.id, Envelope([], [bundle.email], bundle.language, message_id))
            envelope.letters.append(letter)
    envelope.about.append(_about(letter, trajectory))
    return envelope


def _to_people(letter: Letter, people: list[User]) -> Envelope:
    language = people[0].language if people else "nl"
    return Envelope([letter], [person.email for person in people], language, letter.id.hex)


def _to_tenant(desk: Desk, letter: Letter, trajectory: Trajectory) -> Envelope | None:
    """By mail with the paper added where the tenant has an address; else the officer prints and sends it."""
    document = reading().get(Document, letter.document_id, populate_existing=True) if letter.document_id else None
    if document is not None and document.state == "ordered":
        return None
    attachments = []
    if document is not None:
        if document.state != "filed":
            raise NotReady("document_failed")
        content = files.read(desk.house.cabinet, document.content_hash)
        attachments = [Attachment(f"{document.name}.docx", WORD, content)]
    tenant = _addressee(letter, trajectory)
    if tenant.email:
        return Envelope([letter], [tenant.email], tenant.language, letter.id.hex, attachments=attachments)
    stand_in = Letter(trajectory_id=letter.trajectory_id, role="housing_officer", kind="print_and_send")
    people = receivers(reading(), stand_in)
    envelope = _to_people(letter, people)
    envelope.attachments = attachments
    return envelope


def _addressee(letter: Letter, trajectory: Trajectory) -> Person:
    """The tenant or co-tenant whose paper this letter brings."""
    document = reading().get(Document, letter.document_id) if letter.document_id else None
    if document is None or document.person_id in (None, trajectory.tenant_id):
        return trajectory.tenant
    return reading().get_one(Person, document.person_id)


def _about(letter: Letter, trajectory: Trajectory) -> About:
    tenant = _addressee(letter, trajectory)
    task = reading().get(Task, letter.task_id) if letter.task_id else None
    kind = letter.kind
    if letter.role == "tenant" and not tenant.email:
        kind = f"{letter.kind}_to_print"
    return About(
        kind=kind,
        reference=trajectory.reference,
        trajectory_id=trajectory.id,
        tenant=tenant.salutation or tenant.full_name if letter.role == "tenant" else "",
        about_on=letter.about_on,
        task=task.name if task else "",
        due_on=task.due_on if task else None,
        month=letter.occasion.rpartition(":")[2] if letter.occasion.startswith("review") else "",
    )


def _post(desk: Desk, postman: Postman, write: Write, envelope: Envelope) -> int:
    ids = [letter.id for letter in envelope.letters]
    if not envelope.to:
        _mark(desk, ids, state="failed", reason="nobody_to_send_to")
        return 0
    try:
        subject, body = write(envelope.about, envelope.language)
        domain = postman.sender.rpartition("@")[2].strip(">") or "localhost"
        mail = Mail(envelope.to, subject, body, f"<{envelope.message_id}@{domain}>", envelope.attachments)
        postman.post(mail, desk.now)
    except PostRefused as fault:
        _mark(desk, ids, state="failed", reason=f"refused:{fault}")
        return 0
    except ServerDown:
        raise
    except PostDown as fault:
        _wait(desk, envelope.letters, str(fault))
        return 0
    except SQLAlchemyError:
        raise
    except Exception as fault:  # a text or a header that can't be made must not hold up the others
        _fail(desk, ids, fault)
        return 0
    _mark(
        desk,
        ids,
        state="posted",
        reason="",
        posted_at=desk.now,
        posted_on=desk.today,
        message_id=envelope.message_id,
        recipients=", ".join(envelope.to)[:200],
    )
    return len(ids)


def _mark(desk: Desk, ids: list[UUID], **values: object) -> None:
    """Write down what became of letters; one that has left is posted, also when it was dropped in the meantime."""
    still = ("planned", "dropped") if values["state"] == "posted" else ("planned",)
    with desk.deed() as deed:
        deed.session.execute(
            update(Letter).where(Letter.id.in_(ids), Letter.state.in_(still)).values(claimed_until=None, **values)
        )


def _fail(desk: Desk, ids: list[UUID], fault: Exception) -> None:
    code = fault.code if isinstance(fault, Refused) else type(fault).__name__
    logs.note(ROOM, "letter can't be posted", level="error", code=code, count=len(ids))
    _mark(desk, ids, state="failed", reason=code[:200])


def _wait(desk: Desk, letters: list[Letter], why: str) -> None:
    """Not now: wait longer after each try. There is no last one: when a letter's day has passed it is dropped."""
    with desk.deed() as deed:
        for letter in letters:
            tries = letter.attempts + 1
            deed.session.execute(
                update(Letter)
                .where(Letter.id == letter.id, Letter.state == "planned")
                .values(
                    claimed_until=None,
                    attempts=tries,
                    reason=f"server_down:{why}"[:200],
                    retry_at=desk.now + min(timedelta(minutes=2 ** min(tries, 10)), LONGEST_WAIT),
                )
            )


def _overdue(desk: Desk) -> Select[Task]:
    """Without those of a run whose waking is due: it may end the task, as a review not held in time."""
    wakes = exists().where(Run.id == Task.run_id, Run.wake_on <= desk.today, Run.fault == "")
    return select(Task).where(Task.status == "open", Task.nudge_on <= desk.today, ~wakes)


def _due(desk: Desk) -> Select[Letter]:
    return select(Letter).where(
        Letter.state == "planned",
        Letter.due_on <= desk.today,
        _unclaimed(desk),
        or_(Letter.retry_at.is_(None), Letter.retry_at <= desk.now),
        PAPER_IS_MADE,
    )


def _unclaimed(desk: Desk) -> ColumnElement[bool]:
    return or_(Letter.claimed_until.is_(None), Letter.claimed_until < desk.now)


def _bundle_is_out(message_id: str) -> bool:
    return reading().scalar(select(Letter.id).where(Letter.message_id == message_id).limit(1)) is not None


def _has_lead(task: Task) -> bool:
    return task.role in ("housing_officer", "team_lead")
