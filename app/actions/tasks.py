"""The deeds on a task: complete, correct, keep a draft, claim, release, hand over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import bindparam, or_, select, update
from sqlalchemy.orm import Session, lazyload

from app.actions.answers import RECORD, Given
from app.actions.answers.lease import look_back
from app.actions.deed import Deed, Desk
from app.actions.documents import order_again
from app.actions.process import proceed, refresh_due_days
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady
from app.records import Answer, Run, Task, Trajectory, User, straight
from app.records.choices import choices_for
from app.records.ledger import Ledger
from app.records.revisions import revised_since
from app.records.visibility import TASK_IN_SIGHT, sight
from app.rules import answers as rules
from app.rules import earlier_lease, forms
from app.rules.course import facts
from app.rules.fields import code_names
from app.rules.permissions import Viewer, may_do, may_hand_over
from app.rules.typed import fault_in, looks_like_bsn, without_codes

Raw = Mapping[str, list[str]]
LONGEST_REASON: int = Task.__table__.c.handed_over_because.type.length  # type: ignore[attr-defined]
LONGEST_CORRECTION = 400

# Facts that no path hangs on: only the decision table reads them.
ADVISING = frozenset({"provider_advice", "municipality_advice", "last_review", "reviews_off_track", "card"})

# What followed from a decision: once that is revised these answers belong to one that is no longer in force.
OF_A_DECISION = frozenset(
    {
        "explain_decision",
        "explain_revision",
        "confirm_conversion",
        "sign_regular_lease",
        "send_end_notice",
        "record_receipt",
        "withdraw_end_notice",
        "withdraw_confirmation",
    }
)

RUN_OF_TASK = (
    select(Run)
    .where(Run.id == select(Task.run_id).where(Task.id == bindparam("task")).scalar_subquery())
    .with_for_update()
)
# What a finished task starts from, in one look: held until the end of the deed where the database knows how, the run
# first, as everybody does who goes on with it.
IN_HAND = (
    select(Run, Task, Trajectory)
    .join(Task, Task.run_id == Run.id)
    .join(Trajectory, Trajectory.id == Task.trajectory_id)
    .where(Task.id == bindparam("task"), TASK_IN_SIGHT)
    .options(lazyload(Trajectory.tenant), lazyload(Trajectory.home))
    .with_for_update(of=(Run, Task, Trajectory), key_share=True)
)
SEEN_TASK = (
    select(Task, Trajectory)
    .join(Trajectory, Trajectory.id == Task.trajectory_id)
    .where(Task.id == bindparam("task"), TASK_IN_SIGHT)
    .options(lazyload(Trajectory.tenant), lazyload(Trajectory.home))
    .execution_options(populate_existing=True)
)
CLOSE = update(Task).where(Task.id == bindparam("task"))


def complete_task(desk: Desk, task_id: UUID, raw: Raw) -> UUID:
    """Finish a task with what was filled in, and let the process go on. Returns the trajectory's id.

    Raises NotFound, NotAllowed, NotReady("task_is_done" …) when somebody was first, Invalid with every fault.
    """
    with desk.deed() as deed:
        run, task, ledger = _in_hand(deed, task_id)
        answers = _read(deed, task, ledger, raw)
        _keep_answer(deed, task, answers, version=1)
        RECORD.get(task.name, _its_answer_is_all)(Given(deed, task, ledger, answers))
        _close(deed, task)
        deed.happened("task_done", ledger.trajectory, task.name)
        proceed(deed, ledger, run, step=task.step)
        return ledger.trajectory.id


def correct_task(desk: Desk, task_id: UUID, raw: Raw, reason: str) -> UUID:
    """Correct a finished task. The first answer stays; an answer that chose the path or the lease can't be changed."""
    with desk.deed() as deed:
        run = _lock_run(deed.session, task_id)
        task, trajectory = find_task(deed.session, deed.actor, deed, task_id)
        if task.status != "done":
            raise NotReady("only_done_is_corrected")
        if not may_do(deed.actor, task.role, task.organisation_id):
            raise NotAllowed("not_your_task")
        ledger = Ledger(deed.session, trajectory, deed.today)
        ledger.turn_to(run)
        before = ledger.case()
        newest = deed.session.scalars(
            select(Answer).where(Answer.task_id == task.id).order_by(Answer.version.desc()).limit(1)
        ).first()
        wrong = fault_in("correction_reason", reason, LONGEST_CORRECTION)
        beside = [wrong] if wrong is not None else []
        answers = _read(deed, task, ledger, raw, beside, newest.data if newest else {})
        if task.name in rules.NEVER_CORRECTED:
            raise NotReady(rules.NEVER_CORRECTED[task.name])
        if _was_done_again(deed.session, task):
            raise NotReady("done_again_since")
        if task.name in OF_A_DECISION and revised_since(deed.session, task):
            raise NotReady("decision_was_revised")
        version = 1 + (newest.version if newest else 0)
        _keep_answer(deed, task, answers, version=version, reason=reason.strip())
        RECORD.get(task.name, _its_answer_is_all)(Given(deed, task, ledger, answers, correction=True))
        after = ledger.case()
        if (before.first_day, before.last_day) != (after.first_day, after.last_day):
            raise NotReady("correction_moves_the_lease")
        changed = {name for name, value in facts(after).items() if facts(before)[name] != value}
        if changed - ADVISING or (changed and _table_was_asked(deed.session, task)):
            raise NotReady("correction_changes_the_path")
        deed.happened("task_corrected", trajectory, task.name, version=version)
        order_again(deed, ledger, task)
        deed.session.flush()
        if not run.done:
            proceed(deed, ledger, run)
            refresh_due_days(deed, ledger, ledger.case())
        return trajectory.id


def keep_draft(desk: Desk, task_id: UUID, raw: Raw) -> list[str]:
    """Keep what was typed so far, as typed; nothing follows from it. All but what looks like a citizen number.

    Returns the names of the fields that were left out for that.
    """
    typed = {name: values for name, values in raw.items() if name != "csrf_token" and any(values)}
    with desk.deed() as deed:
        _lock_task(deed.session, task_id)
        task, _ = find_task(deed.session, deed.actor, deed, task_id)
        _require_open(deed.session, task)
        _require_mine(deed.actor, task)
        codes = code_names(deed.house.form(task.name))
        left_out = [name for name, values in typed.items() if _holds_bsn(values, name.rpartition(".")[2] in codes)]
        typed = {name: values for name, values in typed.items() if name not in left_out}
        task.draft, task.draft_at, task.draft_by_id = typed or None, (desk.now if typed else None), deed.actor.id
        return left_out


def claim_task(desk: Desk, task_id: UUID) -> None:
    """Take a task that nobody has. Of two people at once one gets it, the other NotReady("task_is_taken")."""
    with desk.deed() as deed:
        _lock_task(deed.session, task_id)
        task, trajectory = find_task(deed.session, deed.actor, deed, task_id)
        _require_open(deed.session, task)
        _require_mine(deed.actor, task)
        taken = deed.session.execute(
            update(Task)
            .where(Task.id == task_id, Task.status == "open", Task.assignee_id.is_(None))
            .values(assignee_id=deed.actor.id)
        )
        if taken.rowcount != 1 and task.assignee_id != deed.actor.id:  # type: ignore[attr-defined]
            raise NotReady("task_is_taken", by=_name(deed.session, task.assignee_id))
        deed.happened("task_claimed", trajectory, task.name)


def release_task(desk: Desk, task_id: UUID) -> None:
    """Put a task back for the team."""
    with desk.deed() as deed:
        _lock_task(deed.session, task_id)
        task, trajectory = find_task(deed.session, deed.actor, deed, task_id)
        _require_open(deed.session, task)
        if task.assignee_id != deed.actor.id:
            raise NotAllowed("not_your_task")
        task.assignee_id = None
        deed.happened("task_released", trajectory, task.name)


def hand_over_task(desk: Desk, task_id: UUID, to_id: UUID, reason: str) -> None:
    """Give a task to a colleague of the same role at the same organisation, with a reason."""
    with desk.deed() as deed:
        _lock_task(deed.session, task_id)
        task, trajectory = find_task(deed.session, deed.actor, deed, task_id)
        _require_open(deed.session, task)
        theirs = task.organisation_id == deed.actor.organisation_id and deed.actor.role in (task.role, "team_lead")
        if not theirs or not may_hand_over(deed.actor, task.assignee_id):
            raise NotAllowed("not_your_task")
        if (wrong := fault_in("reason", reason, LONGEST_REASON)) is not None:
            raise Invalid(faults=[wrong])
        colleague = deed.session.get(User, to_id)
        fits = colleague is not None and colleague.active and colleague.role == task.role
        if colleague is None or not fits or colleague.organisation_id != task.organisation_id:
            raise Invalid(faults=[Fault("to", "not_a_choice")])
        task.assignee_id, task.handed_over_because = to_id, reason.strip()
        deed.happened("task_handed_over", trajectory, task.name, to=str(to_id))


def _holds_bsn(values: Sequence[str], is_code: bool) -> bool:
    return any(looks_like_bsn(without_codes(text) if is_code else text) for text in values)


def find_task(session: Session, viewer: Viewer, where: Deed | Desk, task_id: UUID) -> tuple[Task, Trajectory]:
    """The task and its trajectory, among those this person may see. Raises NotFound."""
    found = session.execute(SEEN_TASK, {"task": task_id, **sight(viewer, where.today)}).first()
    if found is None:
        raise NotFound("no_such_task")
    return found[0], found[1]


def form_choices(
    form: Mapping[str, Any], ledger: Ledger, answered: Mapping[str, Any] | None = None
) -> dict[str, list[forms.Choice]]:
    """The lists that this form asks about, from this trajectory's rows; of a finished task as it was `answered`."""
    return choices_for(ledger, set(forms.asked_lists(form)), answered)


def _in_hand(deed: Deed, task_id: UUID) -> tuple[Run, Task, Ledger]:
    """An open task of the person who does this, with its run and its trajectory's rows."""
    found = deed.session.execute(IN_HAND, {"task": task_id, **sight(deed.actor, deed.today)}).first()
    if found is None:
        raise NotFound("no_such_task")
    run, task, trajectory = found
    _require_mine(deed.actor, task)
    _require_open(deed.session, task)
    ledger = Ledger(deed.session, trajectory, deed.today)
    ledger.turn_to(run)
    return run, task, ledger


def _lock_run(session: Session, task_id: UUID) -> Run:
    """The run of a task, held until the end of the deed where the database knows how."""
    run = session.scalar(RUN_OF_TASK, {"task": task_id})
    if run is None:
        raise NotFound("no_such_task")
    return run


def _lock_task(session: Session, task_id: UUID) -> None:
    """Held until the end of the deed: what is read of the task after this is how it stands."""
    session.execute(select(Task.id).where(Task.id == task_id).with_for_update())


def _was_done_again(session: Session, task: Task) -> bool:
    """Whether the drawing came back to this task: what stands in the rows is the later answer by now."""
    again = select(Task.id).where(
        Task.run_id == task.run_id,
        Task.name == task.name,
        Task.review_id.is_not_distinct_from(task.review_id),
        Task.id != task.id,
        or_(Task.status == "open", Task.done_at > task.done_at),
    )
    return session.scalar(again.limit(1)) is not None


def _table_was_asked(session: Session, task: Task) -> bool:
    """Whether the decision table has given its advice: from then on what it asked for stays as it was."""
    asked = select(Task.id).where(Task.trajectory_id == task.trajectory_id, Task.name == "decide_conversion")
    return session.scalar(asked.limit(1)) is not None


def _require_mine(viewer: Viewer, task: Task) -> None:
    if not may_do(viewer, task.role, task.organisation_id):
        raise NotAllowed("not_your_task")


def _require_open(session: Session, task: Task) -> None:
    if task.status == "done":
        raise NotReady("task_is_done", by=_name(session, task.done_by_id), on=task.done_on)
    if task.status != "open":
        raise NotReady("task_has_lapsed", on=task.done_on)


def _name(session: Session, user_id: UUID | None) -> str:
    return session.scalar(select(User.name).where(User.id == user_id)) or "" if user_id else ""


def _read(
    deed: Deed,
    task: Task,
    ledger: Ledger,
    raw: Raw,
    beside: Sequence[Fault] = (),
    answered: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """The clean answers; Invalid with every fault at once, those found beside the form among them."""
    form = deed.house.form(task.name)
    reading = forms.read(form, raw, form_choices(form, ledger, answered), today=deed.today)
    faults = list(reading.faults)
    named = {fault.field for fault in faults}  # of a field the most basic fault is told, and no other
    case = look_back(task.name, ledger) if task.name in earlier_lease.TASKS else ledger.case()
    judged = rules.check(task.name, reading.answers, case, deed.today, ledger.settings)
    faults += [fault for fault in judged if fault.field not in named]
    if faults or beside:
        raise Invalid(faults=[*beside, *faults])
    return reading.answers


def _keep_answer(deed: Deed, task: Task, answers: dict[str, Any], version: int, reason: str = "") -> None:
    answer = {
        "task_id": task.id,
        "trajectory_id": task.trajectory_id,
        "version": version,
        "data": answers,
        "by_id": deed.actor.id,
        "on": deed.today,
        "at": deed.desk.now,
        "reason": reason,
    }
    straight.add(deed.session, Answer, answer)


def _close(deed: Deed, task: Task) -> None:
    straight.change(
        deed.session,
        CLOSE,
        task=task.id,
        status="done",
        done_by_id=deed.actor.id,
        done_on=deed.today,
        done_at=deed.desk.now,
        draft=None,
        draft_at=None,
        nudge_on=None,
    )


def _its_answer_is_all(_given: Given) -> None:
    """Tasks like the start-up check: the answer row is the whole record."""
