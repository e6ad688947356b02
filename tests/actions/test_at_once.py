"""Many people and several workers at once: of those who want the same thing one gets it, and nothing is half done."""

from __future__ import annotations

import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Barrier
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select, update

from app.actions.deed import Desk
from app.actions.documents import file_document, file_ordered
from app.actions.letters import nudge_overdue
from app.actions.people import save_user
from app.actions.reviews import move_review
from app.actions.rounds import wake_due
from app.actions.tasks import claim_task, complete_task, correct_task, hand_over_task, keep_draft, release_task
from app.actions.trajectories import start_trajectory
from app.errors import NotReady, Refused
from app.records import Answer, Document, Event, Letter, Move, Run, Task, Trajectory
from tests.actions.conftest import Stand
from tests.actions.scene import COLLEAGUES, Scene, fresh

HOME = Path(__file__).resolve().parents[2]
COLLEAGUE = {role: email for role, _, email in COLLEAGUES}


def at_once(scene: Scene, deeds: Sequence[Callable[[], object]], threads: int = 8) -> list[str]:
    """Everything at the same moment, each in a thread with its own connection; what came of each, as a code."""
    start = Barrier(min(threads, len(deeds)))

    def lane(mine: Iterable[Callable[[], object]]) -> list[str]:
        with scene.site.app.app_context():
            start.wait()
            return [outcome(deed) for deed in mine]

    with ThreadPoolExecutor(start.parties) as crowd:
        lanes = crowd.map(lane, [deeds[number :: start.parties] for number in range(start.parties)])
        return [code for codes in lanes for code in codes]


def outcome(deed: Callable[[], object]) -> str:
    try:
        deed()
    except Refused as refused:
        return refused.code
    return "accepted"


def sixty(scene: Scene) -> list[tuple[UUID, dict[str, list[str]]]]:
    """Sixty trajectories, each with an open task and its filled-in form."""
    for number in range(59):
        start_trajectory(scene.desk("urgency_officer"), {"full_name": f"Kandidaat {number}"}, scene.site.cast.contacts)
    raw = scene.raw(scene.task("nominate_candidate"))
    return [(task_id, raw) for task_id in fresh().scalars(select(Task.id).where(Task.status == "open"))]


def whole(count: int) -> None:
    """Every finished task has one answer, one event, and one task after it; every run was written twice."""
    session = fresh()
    assert session.scalar(select(func.count()).select_from(Answer)) == count
    assert session.scalar(select(func.count()).select_from(Event).where(Event.action == "task_done")) == count
    states = dict(session.execute(select(Task.name, func.count()).group_by(Task.name)).all())
    assert states == {"nominate_candidate": count, "check_eligibility": count}
    assert set(session.scalars(select(Run.version))) == {2}
    assert session.scalar(select(func.count()).where(Trajectory.consent_on.is_not(None))) == count


def test_sixty_tasks_submitted_eight_times_each_are_accepted_sixty_times(at: Stand) -> None:
    scene = at("nominated")
    desk = scene.desk("urgency_officer")
    deeds = [
        (lambda task_id=task_id, raw=raw: complete_task(desk, task_id, raw))
        for task_id, raw in sixty(scene)
        for _ in range(8)
    ]
    assert Counter(at_once(scene, deeds)) == {"accepted": 60, "task_is_done": 420}
    whole(60)


@pytest.mark.slow
def test_also_when_they_come_in_by_several_processes(at: Stand) -> None:
    scene = at("nominated")
    sixty(scene)
    command = [sys.executable, "-m", "tests.actions.crowd", str(scene.site.folder), scene.site.config.database_url]
    crowd = [
        subprocess.Popen(
            [*command, scene.today.isoformat()], cwd=HOME, text=True, stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        for _ in range(4)
    ]
    for child in crowd:
        assert child.stdout is not None and child.stdout.readline() == "ready\n"
    for child in crowd:
        assert child.stdin is not None
        child.stdin.write("go\n")
        child.stdin.flush()
    counted: Counter[str] = Counter()
    for child in crowd:
        said, _ = child.communicate(timeout=120)
        counted.update(said.split())
    assert counted.pop("accepted") == 60
    assert counted.keys() <= {"task_is_done", "somebody_was_first"} and counted.total() == 4 * 60 - 60
    whole(60)


def test_four_parties_who_agree_at_once_are_all_heard(at: Stand) -> None:
    """Different tasks of one run: they wait for each other, and none is turned away."""
    scene = at("agreeing")
    names = ("agree_as_tenant", "agree_as_provider", "agree_as_municipality", "agree_as_association")
    tasks = [scene.task(name) for name in names]
    forms = [(task, scene.raw(task), scene.desk(task.role)) for task in tasks]
    deeds = [(lambda task=task, raw=raw, desk=desk: complete_task(desk, task.id, raw)) for task, raw, desk in forms]
    assert at_once(scene, deeds) == ["accepted"] * 4
    assert scene.open_tasks() == ["prepare_lease"]


def test_a_state_that_somebody_else_wrote_meanwhile_is_never_overwritten(at: Stand) -> None:
    """The guard itself, with the lock taken away: a run that was read before is not written after."""
    from app.actions.process import proceed
    from app.records.ledger import Ledger

    scene = at("startup")
    with pytest.raises(NotReady, match="somebody_was_first"), scene.desk().deed() as deed:
        run = deed.session.scalars(select(Run)).one()
        deed.session.execute(update(Run).values(version=Run.version + 1).execution_options(synchronize_session=False))
        trajectory = deed.session.get_one(Trajectory, scene.trajectory_id)
        proceed(deed, Ledger(deed.session, trajectory, scene.today), run)


def test_of_many_who_claim_a_task_one_has_it_and_the_others_hear_who(at: Stand) -> None:
    scene = at("leasing")
    task = scene.task("prepare_lease")
    release_task(scene.desk("housing_officer"), task.id)
    people = [scene.desk("housing_officer"), scene.desk(COLLEAGUE["housing_officer"])]
    names = {desk.actor.name for desk in people if desk.actor}
    heard: list[Any] = []

    def claim(desk: Desk) -> None:
        try:
            claim_task(desk, task.id)
        except NotReady as refused:
            heard.append(refused.params.get("by"))
            raise

    said = Counter(at_once(scene, [(lambda desk=people[n % 2]: claim(desk)) for n in range(8)]))
    assert said.keys() == {"accepted", "task_is_taken"} and said["task_is_taken"] == 4
    winner = scene.task("prepare_lease").assignee
    assert winner is not None and set(heard) == {winner.name} and winner.name in names


def test_claiming_releasing_handing_over_drafting_and_finishing_at_once_stay_whole(at: Stand) -> None:
    scene = at("leasing")
    task = scene.task("prepare_lease")
    raw = scene.raw(task)
    officer, colleague = scene.desk("housing_officer"), scene.desk(COLLEAGUE["housing_officer"])
    assert officer.actor and colleague.actor
    to = colleague.actor.id
    deeds: list[Callable[[], object]] = [
        lambda: release_task(officer, task.id),
        lambda: claim_task(colleague, task.id),
        lambda: hand_over_task(officer, task.id, to, "Ziek"),
        lambda: keep_draft(officer, task.id, {"rent": ["12"]}),
        lambda: complete_task(officer, task.id, raw),
        lambda: keep_draft(colleague, task.id, {"rent": ["13"]}),
        lambda: complete_task(colleague, task.id, raw),
        lambda: release_task(colleague, task.id),
    ]
    said = at_once(scene, deeds)
    assert set(said) <= {"accepted", "task_is_done", "task_is_taken", "not_your_task"}
    done = scene.task("prepare_lease", "done")
    assert done.draft is None and done.draft_at is None
    assert scene.open_tasks() == ["sign_lease"]


def test_corrections_at_once_get_versions_one_after_the_other(at: Stand) -> None:
    scene = at("signing")
    scene.work()
    task = scene.task("prepare_lease", "done")
    raw, desk = scene.raw(task), scene.desk("housing_officer")
    said = at_once(scene, [lambda: correct_task(desk, task.id, raw, "Nog eens")] * 6)
    assert said == ["accepted"] * 6
    query = select(Answer.version).where(Answer.task_id == task.id).order_by(Answer.version)
    assert list(fresh().scalars(query)) == [1, 2, 3, 4, 5, 6, 7]
    assert [document.version for document in scene.documents(name="fixed_term_lease")] == [1, 2, 3, 4, 5, 6, 7]


def test_new_trajectories_at_once_all_get_a_number_of_their_own(at: Stand) -> None:
    scene = at("nominated")
    desk, contacts = scene.desk("urgency_officer"), scene.site.cast.contacts
    deeds = [lambda: start_trajectory(desk, {"full_name": "Iemand"}, contacts)] * 24
    assert at_once(scene, deeds) == ["accepted"] * 24
    references = list(fresh().scalars(select(Trajectory.reference)))
    assert len(references) == 25 == len(set(references))


def test_the_first_two_trajectories_of_a_year_may_start_at_once(at: Stand) -> None:
    scene = at("empty")
    desk, contacts = scene.desk("urgency_officer"), scene.site.cast.contacts
    assert at_once(scene, [lambda: start_trajectory(desk, {"full_name": "Iemand"}, contacts)] * 8) == ["accepted"] * 8
    assert sorted(fresh().scalars(select(Trajectory.reference))) == [f"VW-2025-{n:04}" for n in range(1, 9)]


def test_a_review_moved_by_two_people_at_once_has_moved_twice_in_order(at: Stand) -> None:
    scene = at("startup")
    (review,) = scene.reviews(month=6)
    days = [scene.today.replace(month=8, day=day) for day in range(4, 12)]
    desk = scene.desk("housing_officer")
    said = at_once(scene, [(lambda day=day: move_review(desk, review.id, day, "Agenda")) for day in days])
    assert said == ["accepted"] * 8
    moves = list(fresh().scalars(select(Move).order_by(Move.at)))
    steps = {move.was_on: move.now_on for move in moves}
    day = review.planned_on
    for _ in moves:
        day = steps[day]
    assert len(steps) == 8 and day == scene.reviews(month=6)[0].planned_on


def test_moving_a_review_and_holding_it_at_once_never_moves_what_is_over(at: Stand) -> None:
    scene = at("meeting")
    task, (review,) = scene.task("hold_review_meeting"), scene.reviews(month=3)
    raw, officer, lead = scene.raw(task), scene.desk("housing_officer"), scene.desk("team_lead")
    to = scene.today.replace(month=7, day=1)
    said = at_once(
        scene,
        [lambda: complete_task(officer, task.id, raw), lambda: move_review(lead, review.id, to, "Agenda")],
    )
    (after,) = scene.reviews(month=3)
    moved = after.planned_on == to
    assert after.held_on is not None and "accepted" in said
    assert said.count("accepted") == 1 + moved and (moved or "review_is_over" in said)


def test_several_workers_wake_a_run_once(at: Stand) -> None:
    scene = at("startup")
    day = scene.today.replace(month=5, day=25)
    desk = scene.desk(on=day)
    said = at_once(scene, [lambda: wake_due(desk)] * 6)
    assert said == ["accepted"] * 6
    assert [review.month for review in scene.reviews() if review.opened_on] == [3]
    assert len(scene.letters(kind="review_invitation")) == 1 == len(scene.documents(name="review_invitation"))
    assert scene.run.fault == ""


def test_several_workers_file_a_document_once(at: Stand) -> None:
    scene = at("agreeing")
    with scene.desk().deed() as deed:
        deed.session.execute(update(Document).values(state="ordered", content_hash="", claimed_until=None))
    at_once(scene, [lambda: file_ordered(scene.desk())] * 6)
    one = scene.documents()[0]
    with scene.desk().deed() as deed:
        deed.session.execute(update(Document).values(state="ordered", content_hash=""))
    before = len(scene.events("document_filed"))
    at_once(scene, [lambda: file_document(scene.desk(), one.id)] * 6)
    assert len(scene.events("document_filed")) == before + 1


def test_several_workers_bring_up_an_overdue_task_once(at: Stand) -> None:
    scene = at("leasing")
    day = scene.task("prepare_lease").due_on
    desk = scene.desk(on=day.replace(day=day.day + 1))
    at_once(scene, [lambda: nudge_overdue(desk)] * 6)
    assert len(scene.letters(kind="overdue")) == 1
    assert fresh().scalar(select(func.count()).select_from(Letter).where(Letter.kind == "overdue")) == 1


def test_one_address_is_given_out_once(at: Stand) -> None:
    scene = at("empty")
    manager = scene.desk("housing_officer")
    assert manager.actor is not None
    with scene.desk().deed() as deed:
        from app.records import User

        deed.session.get_one(User, manager.actor.id).role = "application_manager"
    desk = scene.site.desk(scene.viewer("jeroen.bakker@deheuvel.demo.invalid"), scene.today)
    fields = {
        "name": "Nieuw", "email": "nieuw@deheuvel.demo.invalid", "role": "housing_officer",
        "organisation_id": str(manager.actor.organisation_id),
    }  # fmt: skip
    said = Counter(at_once(scene, [lambda: save_user(desk, None, fields)] * 4, threads=4))
    assert said["accepted"] == 1 and said.keys() <= {"accepted", "invalid", "somebody_was_first"}
