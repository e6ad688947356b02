"""Following the process: the only place that asks the engine to go on, and the only writer of the task list."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from app.actions.care_ends import close_care_end
from app.actions.deed import Deed, House
from app.actions.measures import close_incident
from app.actions.orders import carry_out
from app.actions.reminders import plan_reminders
from app.engine import run as engine
from app.engine.definition import Definition as Drawing
from app.errors import NotReady
from app.records import Definition, Run, Task, straight
from app.records.ledger import CARE_END, CORRECTION, ESCALATION, MAIN, REVISION, SILENCE, Ledger
from app.rules.care_end import TASKS as OF_CARE_END
from app.rules.case import Case
from app.rules.course import current, deadlines, facts, next_check
from app.rules.due import due
from app.rules.escalation import TASKS as ESCALATING
from app.rules.escalation import measure
from app.rules.permissions import PART_OF_ROLE, role_of_lane
from app.rules.progress import Order, Progress, Step, World
from app.rules.reminders import next_nudge

# The trajectory is named too: without it SQLite would go through every open task there is.
OPEN_STEPS = select(Task.step, Task.name).where(
    Task.trajectory_id == bindparam("trajectory"), Task.status == "open", Task.run_id == bindparam("run")
)
WRITE_STATE = update(Run).where(Run.id == bindparam("run"), Run.version == bindparam("read"))


Deliver = Callable[[Deed, Ledger, Order], None]


def begin(deed: Deed, ledger: Ledger, drawing: str = MAIN) -> Run:
    """Start a run of a drawing for this trajectory and follow it to its first open steps."""
    run, live = _planted(deed, ledger, drawing)
    case = ledger.case()
    _follow(deed, ledger, case, run, live, world(deed, ledger, case))
    return run


def begin_late(
    deed: Deed, ledger: Ledger, run_id: UUID, drawing: str, answer: Callable[[Step], bool], deliver: Deliver
) -> Run:
    """Start a run of what began long ago, elsewhere, and move it on to where it stands today.

    `answer` writes into the rows what a step meant and says whether it is over; the first steps that are not are open
    then, and no task was ever listed for the others. `deliver` carries out what was ordered on the way.
    """
    run, live = _planted(deed, ledger, drawing, run_id)
    case, now = _advance(deed, ledger, ledger.case(), live, deliver)
    while (step := next((one for one in live.steps() if answer(one)), None)) is not None:
        live.complete(step.id, world(deed, ledger, ledger.case()))
        case, now = _advance(deed, ledger, ledger.case(), live, deliver)
    _settle(deed, ledger, case, run, live, now)
    return run


def _planted(deed: Deed, ledger: Ledger, drawing: str, run_id: UUID | None = None) -> tuple[Run, engine.Live]:
    """A new run that has not moved yet."""
    definition = deed.house.library.definition(drawing)
    keep(deed, definition)
    run = Run(
        id=run_id or uuid4(),
        trajectory_id=ledger.trajectory.id,
        drawing=drawing,
        definition_hash=definition.hash,
        state=b"",
        version=0,
    )
    deed.session.add(run)
    deed.session.flush()
    return run, engine.start(definition)


def proceed(deed: Deed, ledger: Ledger, run: Run, step: str | None = None) -> None:
    """Go on with a run: after a finished step, or because a day came or a date moved."""
    ledger.turn_to(run)
    live = engine.restore(definition_of(deed, run.definition_hash), run.state)
    case = ledger.case()
    now = world(deed, ledger, case)
    if step is not None:
        live.complete(step, now)
    _follow(deed, ledger, case, run, live, now)


def interrupt(deed: Deed, ledger: Ledger, run: Run, message: str) -> None:
    """Tell a run what happened outside it; what was open there lapses. Raises NotReady("nobody_listens")."""
    ledger.turn_to(run)
    live = engine.restore(definition_of(deed, run.definition_hash), run.state)
    case = ledger.case()
    now = world(deed, ledger, case)
    live.tell(message, now)
    _follow(deed, ledger, case, run, live, now)


def world(deed: Deed, ledger: Ledger, case: Case) -> World:
    """What the drawing may ask now."""
    return World(deed.today, facts(case), deadlines(case, ledger.settings))


def keep(deed: Deed, definition: Drawing) -> None:
    """Keep the sources of this drawing, once per content hash: a running trajectory follows its own drawing."""
    known = select(Definition.hash).where(Definition.hash == definition.hash)
    if deed.session.scalar(known) is None:
        row = {"hash": definition.hash, "drawing": definition.drawing, "content": definition.to_bytes()}
        straight.add_unless_there(deed.session, Definition, {**row, "kept_at": deed.desk.now})


def definition_of(deed: Deed, content_hash: str) -> Drawing:
    """The drawing a run follows; read from the database only once per process."""
    return drawing_of(deed.house, deed.session, content_hash)


def drawing_of(house: House, session: Session, content_hash: str) -> Drawing:
    """The same outside a deed."""
    kept = house.kept
    if content_hash not in kept:
        kept[content_hash] = Drawing.from_bytes(session.get_one(Definition, content_hash).content)
    return kept[content_hash]


def _follow(deed: Deed, ledger: Ledger, case: Case, run: Run, live: engine.Live, now: World) -> None:
    case, now = _advance(deed, ledger, case, live, carry_out, now)
    _settle(deed, ledger, case, run, live, now)


def _advance(
    deed: Deed, ledger: Ledger, case: Case, live: engine.Live, deliver: Deliver, now: World | None = None
) -> tuple[Case, World]:
    """Move until all is quiet; the case and the world as they are then."""
    now = now or world(deed, ledger, case)
    while orders := live.advance(now):
        for order in orders:
            deliver(deed, ledger, order)
        case = ledger.case()
        now = world(deed, ledger, case)
    return case, now


def _settle(deed: Deed, ledger: Ledger, case: Case, run: Run, live: engine.Live, now: World) -> None:
    """Write down where the run stands: its tasks, its state, what it waits for, its reminders."""
    progress = live.progress()
    _list_tasks(deed, ledger, case, run, progress)
    known = [day for name in progress.waits if (day := now.deadlines.get(name)) is not None]
    _keep_state(deed, run, progress, wake_on=min(known, default=None))
    if progress.done:
        AT_ITS_END[run.drawing](deed, ledger)
    plan_reminders(deed, ledger, case)


def _close(deed: Deed, ledger: Ledger) -> None:
    if ledger.trajectory.closed_on is None:
        ledger.trajectory.stage, ledger.trajectory.closed_on = "closed", deed.today
    tell_beside(deed, ledger)


def tell_beside(deed: Deed, ledger: Ledger) -> None:
    """The day moved on which the runs beside the main one end with the trajectory: each drawing waits for it."""
    own = (Run.trajectory_id == ledger.trajectory.id, Run.drawing != MAIN, Run.done.is_(False))
    for run in deed.session.scalars(select(Run).where(*own).order_by(Run.id).with_for_update()).all():
        proceed(deed, Ledger(deed.session, ledger.trajectory, deed.today), run)


def _tell_main(deed: Deed, ledger: Ledger) -> None:
    """The days of the lease may be others now: everything that hangs on them follows."""
    own = (Run.trajectory_id == ledger.trajectory.id, Run.drawing == MAIN, Run.done.is_(False))
    run = deed.session.scalar(select(Run).where(*own).with_for_update())
    if run is not None:
        fresh = Ledger(deed.session, ledger.trajectory, deed.today)
        proceed(deed, fresh, run)
        refresh_due_days(deed, fresh, fresh.case())
        tell_beside(deed, ledger)


def _rest(_deed: Deed, _ledger: Ledger) -> None:
    """Nothing else waits for it."""


AT_ITS_END = {
    MAIN: _close,
    ESCALATION: close_incident,
    CORRECTION: _tell_main,
    SILENCE: _rest,
    REVISION: _rest,
    CARE_END: close_care_end,
}


def _keep_state(deed: Deed, run: Run, progress: Progress, wake_on: object) -> None:
    """Write the state where nobody wrote since we read it. Raises NotReady: somebody was first."""
    written = straight.change(
        deed.session,
        WRITE_STATE,
        run=run.id,
        read=run.version,
        state=progress.state,
        version=run.version + 1,
        done=progress.done,
        wake_on=wake_on,
        fault="",
    )
    if written != 1:
        raise NotReady("somebody_was_first")


def _list_tasks(deed: Deed, ledger: Ledger, case: Case, run: Run, progress: Progress) -> None:
    """Make the list equal to the process: a task for each new step, and what is no longer open lapses."""
    listed = {
        row.step: row.name for row in straight.ask(deed.session, OPEN_STEPS, run=run.id, trajectory=run.trajectory_id)
    }
    open_now = {step.id: step for step in progress.steps}
    gone = listed.keys() - open_now.keys()
    if gone:
        deed.session.execute(
            update(Task)
            .where(Task.run_id == run.id, Task.step.in_(gone))
            .values(status="lapsed", done_on=deed.today, done_at=deed.desk.now, nudge_on=None, draft=None)
            .execution_options(synchronize_session=False)
        )
        for step_id in sorted(gone):
            deed.happened("task_lapsed", ledger.trajectory, listed[step_id])
    new = [_task(deed, ledger, case, run, open_now[step_id]) for step_id in sorted(open_now.keys() - listed.keys())]
    straight.add(deed.session, Task, *new)


def _task(deed: Deed, ledger: Ledger, case: Case, run: Run, step: Step) -> dict[str, Any]:
    role = role_of_lane(step.lane, ledger.trajectory.nominated_by)
    organisation_id, assignee_id = _whose(deed, ledger, step.lane, role)
    when = due(step.name, case, deed.today, ledger.settings)
    review = None
    if step.drawing in ("review", "aftercare"):
        review = current(case.reviews) if step.drawing == "review" else next_check(case.aftercare)
    return {
        "run_id": run.id,
        "step": step.id,
        "trajectory_id": ledger.trajectory.id,
        "name": step.name,
        "role": role,
        "organisation_id": organisation_id,
        "review_id": UUID(review.id) if review else None,
        "opened_on": deed.today,
        "due_on": when.on,
        "because": when.because,
        "because_on": when.hangs_on,
        "assignee_id": assignee_id,
        "data": dict(step.data) or _of_incident(case),
        "nudge_on": next_nudge(when.on, deed.today),
        "status": "open",
    }


def _whose(deed: Deed, ledger: Ledger, lane: str, role: str) -> tuple[UUID, UUID | None]:
    """The party whose task this is, and its contact where that is somebody who does such tasks."""
    asked = ledger.about_care.successor_id if ledger.about_care is not None else None
    if lane == "successor" and asked is not None:  # has no part in it yet: the task is all it sees
        return asked, None
    seat = ledger.seat_of(PART_OF_ROLE[role], deed.today)
    if seat is None:
        raise NotReady("no_party_for_role", role=role)
    theirs = seat.role == role and seat.active
    return seat.organisation_id, seat.contact_id if theirs else None


def _of_incident(case: Case) -> dict[str, Any] | None:
    """What a task of an escalation is about, for its title."""
    if case.incident is None:
        return None
    return {"incident": case.incident.number, "measure": measure(case.incident)}


def refresh_due_days(deed: Deed, ledger: Ledger, case: Case) -> None:
    """A date moved: the open tasks follow. What is open stays open."""
    of_main = select(Task).where(
        Task.trajectory_id == ledger.trajectory.id,
        Task.status == "open",
        Task.name.not_in((*ESCALATING, *OF_CARE_END)),
    )
    for task in deed.session.scalars(of_main):
        when = due(task.name, case, task.opened_on, ledger.settings)
        task.due_on, task.because, task.because_on = when.on, when.because, when.hangs_on
        task.nudge_on = next_nudge(when.on, deed.today)
