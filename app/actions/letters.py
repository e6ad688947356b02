"""Posting letters: each planned row goes out once, waits while the server is down, or is dropped with a reason."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from uuid import UUID, uuid4

from sqlalchemy import ColumnElement, Select, or_, select, update

from app import files
from app.actions.deed import Desk
from app.post import Attachment, Mail, PostDown, Postman, PostRefused
from app.records import Document, Letter, Task, Trajectory, User
from app.records.addresses import receivers
from app.records.database import let_go, reading
from app.rules.reminders import next_nudge, nudge_kind

CLAIM = timedelta(minutes=5)
TRIES = 12
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


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
                select(Task)
                .where(Task.status == "open", Task.nudge_on <= desk.today)
                .order_by(Task.nudge_on)
                .limit(limit)
                .with_for_update(skip_locked=True, of=Task)
            )
        )
        for task in tasks:
            kind = nudge_kind(task.due_on, desk.today)
            if kind is not None:
                deed.session.add(
                    Letter(
                        id=uuid4(),
                        key=f"overdue:{task.id.hex}:{task.due_on.isoformat()}:{kind}:{task.nudge_on}",
                        trajectory_id=task.trajectory_id,
                        kind=kind,
                        occasion=f"overdue:{task.id.hex}",
                        role="team_lead" if kind == "overdue_team_lead" and _has_lead(task) else task.role,
                        task_id=task.id,
                        about_on=task.due_on,
                        due_on=desk.today,
                    )
                )
            task.nudge_on = next_nudge(task.due_on, desk.today)
        return len(tasks)


def settle_late(desk: Desk, limit: int = 500) -> int:
    """After a pause: of each occasion and role only the latest due letter stays, and none whose day has passed."""
    with desk.deed() as deed:
        rows = list(deed.session.scalars(_due(desk).order_by(Letter.due_on.desc(), Letter.id).limit(limit)))
        seen: set[tuple[UUID, str, str]] = set()
        dropped = 0
        for row in rows:
            mark = (row.trajectory_id, row.occasion, row.role)
            task = deed.session.get(Task, row.task_id) if row.task_id else None
            if task is not None and task.status != "open":
                reason = "task_is_finished"
            elif task is None and row.about_on is not None and row.about_on < desk.today:
                reason = "its_day_has_passed"
            elif mark in seen:
                reason = "a_later_one_goes_out"
            else:
                seen.add(mark)
                continue
            row.state, row.reason, dropped = "dropped", reason, dropped + 1
        return dropped


def post_due(desk: Desk, postman: Postman, write: Write, limit: int = 100) -> int:
    """Post what is due; how many letters went out. The row is claimed first and marked after, each by itself."""
    nudge_overdue(desk)
    settle_late(desk)
    posted = 0
    for envelope in _envelopes(desk, _claim(desk, limit)):
        posted += _post(desk, postman, write, envelope)
    return posted


def _claim(desk: Desk, limit: int) -> list[Letter]:
    with desk.deed() as deed:
        ids = _due(desk).with_only_columns(Letter.id).order_by(Letter.due_on).limit(limit)
        claimed = deed.session.scalars(
            update(Letter)
            .where(Letter.id.in_(ids), Letter.state == "planned", _unclaimed(desk))
            .values(claimed_until=desk.now + CLAIM)
            .returning(Letter)
            .execution_options(populate_existing=True)
        )
        return list(claimed)


def _envelopes(desk: Desk, letters: list[Letter]) -> list[Envelope]:
    """Letters by whom they go to; who wants one mail a day gets one."""
    session = reading()
    envelopes: list[Envelope] = []
    bundles: dict[UUID, Envelope] = {}
    for letter in letters:
        trajectory = session.get_one(Trajectory, letter.trajectory_id)
        if letter.role == "tenant":
            envelope = _to_tenant(desk, letter, trajectory)
        else:
            people = receivers(session, letter)
            envelope = _to_people(letter, people)
            bundle = people[0] if len(people) == 1 and people[0].bundle_mail else None
            if bundle is not None:
                message_id = f"{desk.today.isoformat()}.{bundle.id.hex}"
                if bundle.id not in bundles and _bundle_is_out(message_id):
                    continue  # today's has gone: tomorrow's takes it along, the claim runs out by itself
                envelope = bundles.setdefault(bundle.id, Envelope([], [bundle.email], bundle.language, message_id))
                envelope.letters.append(letter)
        if envelope is None:
            continue
        envelope.about.append(_about(letter, trajectory))
        if envelope not in envelopes:
            envelopes.append(envelope)
    let_go()
    return envelopes


def _to_people(letter: Letter, people: list[User]) -> Envelope:
    language = people[0].language if people else "nl"
    return Envelope([letter], [person.email for person in people], language, letter.id.hex)


def _to_tenant(desk: Desk, letter: Letter, trajectory: Trajectory) -> Envelope | None:
    """By mail with the paper added where the tenant has an address; else the officer prints and sends it."""
    document = reading().get(Document, letter.document_id, populate_existing=True) if letter.document_id else None
    if document is not None and document.state == "ordered":
        return None  # its paper is not made yet
    attachments = []
    if document is not None and document.state == "filed":
        content = files.read(desk.house.cabinet, document.content_hash)
        attachments = [Attachment(f"{document.name}.docx", WORD, content)]
    if trajectory.tenant.email:
        return Envelope(
            [letter], [trajectory.tenant.email], trajectory.tenant.language, letter.id.hex, attachments=attachments
        )
    stand_in = Letter(trajectory_id=letter.trajectory_id, role="housing_officer", kind="print_and_send")
    people = receivers(reading(), stand_in)
    envelope = _to_people(letter, people)
    envelope.attachments = attachments
    return envelope


def _about(letter: Letter, trajectory: Trajectory) -> About:
    task = reading().get(Task, letter.task_id) if letter.task_id else None
    kind = letter.kind
    if letter.role == "tenant" and not trajectory.tenant.email:
        kind = f"{letter.kind}_to_print"
    return About(
        kind=kind,
        reference=trajectory.reference,
        trajectory_id=trajectory.id,
        tenant=trajectory.tenant.salutation or trajectory.tenant.full_name if letter.role == "tenant" else "",
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
    subject, body = write(envelope.about, envelope.language)
    domain = postman.sender.rpartition("@")[2].strip(">") or "localhost"
    message_id = f"<{envelope.message_id}@{domain}>"
    try:
        postman.post(Mail(envelope.to, subject, body, message_id, envelope.attachments), desk.now)
    except PostRefused as fault:
        _mark(desk, ids, state="failed", reason=f"refused:{fault}")
        return 0
    except PostDown as fault:
        _wait(desk, envelope.letters, str(fault))
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
    with desk.deed() as deed:
        deed.session.execute(
            update(Letter).where(Letter.id.in_(ids), Letter.state == "planned").values(claimed_until=None, **values)
        )


def _wait(desk: Desk, letters: list[Letter], why: str) -> None:
    """The server is down: wait longer after each try, and after the last one say that it failed."""
    with desk.deed() as deed:
        for letter in letters:
            tries = letter.attempts + 1
            last = tries >= TRIES
            deed.session.execute(
                update(Letter)
                .where(Letter.id == letter.id, Letter.state == "planned")
                .values(
                    claimed_until=None,
                    attempts=tries,
                    state="failed" if last else "planned",
                    reason=f"server_down:{why}"[:200],
                    retry_at=desk.now + timedelta(minutes=min(2**tries, 360)),
                )
            )


def _due(desk: Desk) -> Select[Letter]:
    return select(Letter).where(
        Letter.state == "planned",
        Letter.due_on <= desk.today,
        _unclaimed(desk),
        or_(Letter.retry_at.is_(None), Letter.retry_at <= desk.now),
    )


def _unclaimed(desk: Desk) -> ColumnElement[bool]:
    return or_(Letter.claimed_until.is_(None), Letter.claimed_until < desk.now)


def _bundle_is_out(message_id: str) -> bool:
    return reading().scalar(select(Letter.id).where(Letter.message_id == message_id).limit(1)) is not None


def _has_lead(task: Task) -> bool:
    return task.role in ("housing_officer", "team_lead")
