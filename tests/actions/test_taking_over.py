"""A line of a file becomes a trajectory that stands where it stands today, tasks, dates and letters, or none of it."""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any
from uuid import UUID

import pytest
from sqlalchemy import func, select

from app.actions.deed import Desk
from app.actions.letters import post_due
from app.actions.process import definition_of
from app.actions.rounds import wake_due
from app.actions.taking_over import files
from app.actions.taking_over.looking import Told, decoded
from app.actions.taking_over.one import Source
from app.actions.tasks import correct_task
from app.engine import run as engine
from app.errors import Invalid, NotAllowed, NotReady
from app.records import (
    Agreement,
    Answer,
    Document,
    Event,
    Home,
    Incident,
    Letter,
    Measure,
    Part,
    Person,
    Review,
    Run,
    TakeOver,
    Task,
    Trajectory,
)  # fmt: skip
from app.records.take_overs import home_key
from app.rules import notice
from app.rules.dates import add_months, working_day_on_or_before
from app.rules.schedule import advice_due
from app.rules.term import latest_end
from app.web.mail_texts import write
from tests import sheet
from tests.actions.conftest import Stand
from tests.actions.scene import Scene, fresh

TODAY = date(2026, 11, 26)
CONTACTS = {
    "housing_officer": "jeroen.bakker@deheuvel.demo.invalid", "support_worker": "ana@debrug.demo.invalid",
    "municipal_officer": "mehmet@meerwijk.demo.invalid", "urgency_officer": "sanne@urgentie.demo.invalid",
}  # fmt: skip
DECIDING = ["advise_as_municipality", "advise_as_provider", "hold_hearing"]
REVIEWING = ["confirm_conditions", "confirm_goals"]


def line(first: date, number: int = 1, **said: Any) -> sheet.Said:
    return sheet.line(number, first, **{**CONTACTS, **said})


def lead(scene: Scene) -> Desk:
    return scene.desk("team_lead", on=TODAY)


def take(scene: Scene, *lines: Mapping[str, Any]) -> list[Told]:
    """Take these lines over at once; what was refused."""
    looked = files.look_at(lead(scene), sheet.as_xlsx(lines))
    refused = list(looked.faults)
    for number, cells in looked.fine:
        refused += files.take_over_one(lead(scene), cells, Source("trajecten.xlsx", number))
    return refused


def taken(scene: Scene, number: int = 1) -> Trajectory:
    own = select(Trajectory).join(Part, Part.trajectory_id == Trajectory.id)
    return fresh().scalars(own.where(Part.reference == f"HOV-{number:04d}")).one()


def rows(table: Any, trajectory: Trajectory, **where: Any) -> list[Any]:
    return list(fresh().scalars(select(table).where(table.trajectory_id == trajectory.id).filter_by(**where)))


def open_tasks(trajectory: Trajectory) -> list[str]:
    return sorted(task.name for task in rows(Task, trajectory, status="open"))


def assert_list_and_process_agree(scene: Scene, trajectory: Trajectory) -> None:
    """Every open task is a step of a run, and every open step is a task; nothing waits for a day gone by."""
    steps = set()
    for run in rows(Run, trajectory):
        with scene.desk(None, on=TODAY).deed() as deed:
            live = engine.restore(definition_of(deed, run.definition_hash), run.state)
        steps |= {step.id for step in live.steps()}
        assert run.wake_on is None or run.wake_on > TODAY
        assert run.fault == ""
    assert steps == {task.step for task in rows(Task, trajectory, status="open")}


def months_ago(months: int, days: int = 3) -> date:
    return add_months(TODAY, -months) - timedelta(days=days)


STANDS = {
    "the keys are not handed over yet": (TODAY + timedelta(days=10), {}, ["hand_over_keys"]),
    "in its first weeks": (months_ago(0), {}, []),
    "before week six": (months_ago(1), {}, ["check_startup_care", "check_startup_housing"]),
    "after week six, in time for the check": (months_ago(2), {}, ["check_startup_care", "check_startup_housing"]),
    "when the check is long over": (months_ago(4, 0), {"reviews": "3: 26-10-2026 op koers"}, []),
    "while a review is being prepared": (
        add_months(TODAY, -6) + timedelta(days=9),
        {"reviews": "3: 5-9-2026 op koers"},
        REVIEWING,
    ),
    "when a review is late but may be held": (months_ago(6), {"reviews": "3: niet gehouden"}, REVIEWING),
    "midway, all reviews held": (
        months_ago(13), {"reviews": "3: 2-2-2026 op koers; 6: 2-5-2026 aandacht; 9: 3-8-2026 op koers; "
                                    "12: 2-11-2026 op koers"}, [],
    ),
    "in the advice period": (months_ago(19, 15), {}, DECIDING[:2]),
    "when the decision is due": (months_ago(20, 15), {}, DECIDING),
    "in the notice window": (months_ago(22), {}, DECIDING),
}  # fmt: skip


@pytest.mark.parametrize("where", STANDS)
def test_it_stands_at_the_step_of_today(at: Stand, where: str) -> None:
    scene = at("nominated")
    first, said, expected = STANDS[where]
    last_signed = {"signed_on": TODAY - timedelta(days=5)} if first > TODAY else {}
    assert take(scene, line(first, **said, **last_signed)) == []
    trajectory = taken(scene)
    assert open_tasks(trajectory) == expected
    assert_list_and_process_agree(scene, trajectory)
    assert wake_due(scene.desk(None, on=TODAY)) == 0
    assert (trajectory.stage, trajectory.taken_over_on) == ("intake" if first > TODAY else "tenancy", TODAY)


@pytest.mark.parametrize("where", STANDS)
def test_nothing_is_late_and_nobody_hears_of_days_gone_by(at: Stand, where: str) -> None:
    scene = at("nominated")
    while post_due(scene.desk(None, on=TODAY), scene.postman, write):  # of the one that was there before
        pass
    first, said, _ = STANDS[where]
    last_signed = {"signed_on": TODAY - timedelta(days=5)} if first > TODAY else {}
    take(scene, line(first, **said, **last_signed))
    trajectory = taken(scene)
    assert all(task.due_on >= TODAY for task in rows(Task, trajectory, status="open"))
    assert all(task.nudge_on > TODAY + timedelta(days=1) or task.due_on > TODAY
               for task in rows(Task, trajectory, status="open"))  # fmt: skip
    planned = rows(Letter, trajectory, state="planned")
    assert all(letter.due_on >= TODAY and letter.role != "tenant" for letter in planned)
    assert not rows(Document, trajectory)
    assert post_due(scene.desk(None, on=TODAY), scene.postman, write) == sum(one.due_on == TODAY for one in planned)


def test_what_was_late_already_gets_a_week_and_says_why(at: Stand) -> None:
    scene = at("nominated")
    take(scene, line(months_ago(22)))
    tasks = {task.name: task for task in rows(Task, taken(scene), status="open")}
    week = working_day_on_or_before(TODAY + timedelta(days=7))
    assert {task.due_on for task in tasks.values()} == {week}
    assert {(task.because, task.because_on) for task in tasks.values()} == {("taken_over", TODAY)}


def test_the_hearing_does_not_wait_longer_than_the_notice_can(at: Stand) -> None:
    scene = at("nominated")
    first = add_months(TODAY, -23) + timedelta(days=10)
    take(scene, line(first))
    (hearing,) = [task for task in rows(Task, taken(scene), status="open") if task.name == "hold_hearing"]
    assert hearing.due_on == max(TODAY, notice.send_by(latest_end(first)))


def test_dates_ahead_are_those_of_the_rules(at: Stand) -> None:
    scene = at("nominated")
    first = months_ago(19, 15)
    take(scene, line(first))
    due = {task.name: task.due_on for task in rows(Task, taken(scene), status="open")}
    assert due["advise_as_provider"] == working_day_on_or_before(advice_due(latest_end(first)))


def test_a_review_of_the_file_is_held_and_an_unrecorded_one_is_not(at: Stand) -> None:
    scene = at("nominated")
    take(scene, line(months_ago(13), reviews="3: 2-2-2026 op koers; 6: niet gehouden; 9: 3-8-2026 niet op koers"))
    reviews = {review.month: review for review in rows(Review, taken(scene))}
    assert (reviews[3].held_on, reviews[3].outcome, reviews[3].closed_on) == (
        date(2026, 2, 2), "on_track", date(2026, 2, 2),
    )  # fmt: skip
    assert (reviews[6].outcome, reviews[6].reason) == ("not_held", "file_says_so")
    assert (reviews[9].outcome, reviews[9].tenant_view) == ("off_track", "")
    assert (reviews[12].outcome, reviews[12].opened_on) == ("", TODAY)  # of a month ago: it may still be held
    assert reviews[15].opened_on is None


def test_a_review_that_is_long_over_counts_as_not_held_before_the_take_over(at: Stand) -> None:
    scene = at("nominated")
    take(scene, line(months_ago(8)))
    reviews = {review.month: review for review in rows(Review, taken(scene))}
    for month in (3, 6):
        assert (reviews[month].outcome, reviews[month].reason) == ("not_held", "before_take_over")
        assert reviews[month].closed_on == TODAY
    assert not rows(Event, taken(scene), action="review_lapsed")


def test_the_invitation_to_a_review_under_way_was_somebody_elses_to_send(at: Stand) -> None:
    scene = at("nominated")
    take(scene, line(add_months(TODAY, -6) + timedelta(days=9)))
    (letter,) = rows(Letter, taken(scene), kind="review_invitation")
    assert (letter.state, letter.reason) == ("dropped", "taken_over")


def test_all_that_the_line_says_is_there(at: Stand) -> None:
    scene = at("nominated")
    first = months_ago(1)
    said = {
        "co_tenants": "Karel Voorbeeld; Kim Voorbeeld", "administration": "bewind", "language": "en",
        "administrator": "Bewindkantoor Voorbeeld", "salutation": "mevrouw Voorbeeld", "rent": "1.042,50",
        "consent_asked_by": "S. Voorbeeld", "nominated_by": "gemeente", "email": "vera@voorbeeld.demo.invalid",
    }  # fmt: skip
    assert take(scene, line(first, **said)) == []
    row = taken(scene)
    assert (row.first_day, row.last_day, row.signed_on) == (first, latest_end(first), first - timedelta(days=7))
    assert (row.keys_on, row.rent_cents, row.service_cents) == (first, 104250, 3875)
    assert (row.legal_ground, row.administration, row.nominated_by) == ("d", "administrator", "municipality")
    assert (row.tenant.language, row.tenant.salutation) == ("en", "mevrouw Voorbeeld")
    assert row.home is not None and not row.home.available and row.home.street == "Verzinlaan 1"
    parts = {part.part: part for part in rows(Part, row)}
    assert {part.since for part in parts.values()} == {TODAY}
    assert parts["association"].contact.email == CONTACTS["housing_officer"]
    assert parts["care_provider"].reference is None
    beside = fresh().scalars(select(Person.full_name).where(Person.full_name.contains("Voorbeeld")))
    assert {"Karel Voorbeeld", "Kim Voorbeeld", "Bewindkantoor Voorbeeld"} <= set(beside)
    assert {one.party for one in rows(Agreement, row)} == {"tenant", "care_provider", "municipality", "association"}
    (event,) = rows(Event, row)
    assert (event.action, event.details) == ("taken_over", {"file": "trajecten.xlsx", "line": 2})
    assert event.actor_id == scene.viewer("team_lead").id


def test_steps_long_over_stand_as_taken_over_and_can_be_corrected(at: Stand) -> None:
    scene = at("nominated")
    take(scene, line(months_ago(1)))
    row = taken(scene)
    assert {answer.reason for answer in rows(Answer, row)} == {"taken_over"}
    (lease,) = rows(Task, row, name="prepare_lease")
    raw = {"first_day": [row.first_day.isoformat()], "last_day": [row.last_day.isoformat()], "rent": ["700"],
           "service_costs": ["0"], "earlier_lease": ["none"]}  # fmt: skip
    correct_task(scene.desk("housing_officer", on=TODAY), lease.id, raw, "De huur stond verkeerd in het bestand.")
    assert taken(scene).rent_cents == 70000
    assert_list_and_process_agree(scene, row)


def test_a_card_stands_with_its_recovery_still_to_be_judged(at: Stand) -> None:
    scene = at("nominated")
    cards = "gele kaart op 3-9-2026: huur op tijd, herstel tot 15-12-2026"
    assert take(scene, line(months_ago(12), cards=cards)) == []
    row = taken(scene)
    (measure,) = rows(Measure, row)
    assert (measure.kind, measure.ground, measure.given_on) == ("yellow_card", "rent_on_time", date(2026, 9, 3))
    assert (measure.recover_by, measure.ended_on) == (date(2026, 12, 15), None)
    assert measure.decided_by_id is None and measure.approved_by_id is None  # nobody here decided it
    (incident,) = rows(Incident, row)
    assert incident.what == cards
    (judging,) = rows(Task, row, name="judge_recovery")
    assert judging.due_on == date(2026, 12, 16)
    assert not [letter for letter in rows(Letter, row) if letter.kind.endswith("_told") or letter.document_id]
    assert_list_and_process_agree(scene, row)


def test_a_card_that_has_expired_is_over(at: Stand) -> None:
    scene = at("nominated")
    cards = "gele kaart 3-9-2025: geen overlast, herstel tot 3-11-2025; rode kaart 3-10-2026: drugs"
    assert take(scene, line(months_ago(16), cards=cards)) == []
    row = taken(scene)
    measures = {measure.kind: measure for measure in rows(Measure, row)}
    assert measures["yellow_card"].ended_because == "expired"
    assert measures["red_card"].ended_on is None
    assert {(one.number, one.outcome) for one in rows(Incident, row)} == {(1, "settled"), (2, "")}
    assert "judge_recovery" not in open_tasks(row)
    assert_list_and_process_agree(scene, row)


def test_a_home_that_is_there_is_taken_and_a_let_one_is_refused(at: Stand) -> None:
    scene = at("nominated")
    there = {"street": "kastanjelaan  12-B", "postcode": "0000ab"}
    assert take(scene, line(months_ago(1), **there)) == []
    homes = [
        home for home in fresh().scalars(select(Home)) if home_key(home.street, home.postcode)[0] == "kastanjelaan12-b"
    ]
    assert len(homes) == 1 and not homes[0].available
    (fault,) = take(scene, line(months_ago(1), 2, **there))
    assert (fault.line, fault.fault.code, fault.typed) == (2, "home_is_taken", "kastanjelaan  12-B")


def test_the_same_file_twice_does_not_double(at: Stand) -> None:
    scene = at("nominated")
    lines = [line(months_ago(1)), line(months_ago(2), 2, reference="")]
    assert take(scene, *lines) == []
    before = fresh().scalar(select(func.count()).select_from(Trajectory))
    refused = take(scene, *lines)
    assert [(one.line, one.fault.code) for one in refused] == [(2, "reference_is_there"), (3, "trajectory_is_there")]
    assert refused[0].fault.params == {"reference": taken(scene).reference}
    assert fresh().scalar(select(func.count()).select_from(Trajectory)) == before


def test_nobody_gets_a_second_conditional_lease_with_the_same_association(at: Stand) -> None:
    scene = at("nominated")
    person = {"full_name": "Dubbele Dirk", "birth_date": "1-2-1980"}
    assert take(scene, line(months_ago(9), 1, **person)) == []
    refused = take(scene, line(months_ago(1), 2, **person))
    assert [(one.column, one.fault.code) for one in refused] == [("Eerste dag (S)", "conditional_lease_runs_ours")]
    assert fresh().scalar(select(func.count()).select_from(Trajectory).where(Trajectory.signed_on.is_not(None))) == 1


def test_what_became_wrong_after_looking_is_refused_with_nothing_kept(at: Stand) -> None:
    scene = at("nominated")
    looked = files.look_at(lead(scene), sheet.as_xlsx([line(months_ago(1))]))
    cells = looked.fine[0][1]
    assert files.take_over_one(lead(scene), cells, Source("a.xlsx", 2)) == []
    counts = [fresh().scalar(select(func.count()).select_from(table)) for table in (Trajectory, Person, Home, Task)]
    (told,) = files.take_over_one(lead(scene), cells, Source("a.xlsx", 2))
    assert told.fault.code == "reference_is_there"
    assert counts == [fresh().scalar(select(func.count()).select_from(t)) for t in (Trajectory, Person, Home, Task)]


def test_of_many_who_take_over_the_same_line_at_once_one_does(at: Stand) -> None:
    scene = at("nominated")
    cells = files.look_at(lead(scene), sheet.as_xlsx([line(months_ago(1), reference="")])).fine[0][1]
    desk = lead(scene)

    def one(_: int) -> list[str]:
        with scene.site.app.app_context():
            return [told.fault.code for told in files.take_over_one(desk, cells, Source("a.xlsx", 2))]

    with ThreadPoolExecutor(4) as crowd:
        found = sorted(crowd.map(one, range(4)))
    assert found == [[], *[["trajectory_is_there"]] * 3]
    assert len(list(fresh().scalars(select(Trajectory).where(Trajectory.taken_over_on == TODAY)))) == 1


@pytest.mark.parametrize("role", ["housing_officer", "municipal_officer", "support_worker", "urgency_officer"])
def test_only_a_team_lead_takes_over(at: Stand, role: str) -> None:
    scene = at("nominated")
    desk = scene.desk(role, on=TODAY)
    with pytest.raises(NotAllowed):
        files.look_at(desk, sheet.as_xlsx([line(months_ago(1))]))
    with pytest.raises(NotAllowed):
        files.put_in(desk, "a.xlsx", sheet.as_xlsx([line(months_ago(1))]))
    looked = files.look_at(lead(scene), sheet.as_xlsx([line(months_ago(1))]))
    (told,) = files.take_over_one(desk, looked.fine[0][1], Source("a.xlsx", 2))
    assert told.fault.code == "may_not_take_over"


def test_nobody_takes_over_for_another_association(at: Stand) -> None:
    scene = at("nominated")
    looked = files.look_at(scene.desk("ton@elders.demo.invalid", on=TODAY), sheet.as_xlsx([line(months_ago(1))]))
    assert [(one.column, one.fault.code) for one in looked.faults] == [("E-mail woonconsulent", "contact_elsewhere")]


def put_in(scene: Scene, *lines: Mapping[str, Any]) -> UUID:
    return files.put_in(lead(scene), "trajecten.csv", sheet.as_csv(lines))


def test_the_worker_takes_over_what_was_put_in_and_remembers_how_far_it_is(at: Stand) -> None:
    scene = at("nominated")
    take_over_id = put_in(scene, *(line(months_ago(n), n) for n in range(1, 6)), line(months_ago(1), 6, rent="veel"))
    assert files.go_on(scene.desk(None, on=TODAY)) == 0  # nobody said so yet
    files.start(lead(scene), take_over_id)
    with pytest.raises(NotReady):
        files.start(lead(scene), take_over_id)
    assert files.go_on(scene.desk(None, on=TODAY), limit=2) == 2
    row = fresh().get_one(TakeOver, take_over_id)
    assert (row.state, row.fine, row.dealt_with, row.taken) == ("going_on", 5, 2, 2)
    assert files.go_on(scene.desk(None, on=TODAY)) == 3
    row = fresh().get_one(TakeOver, take_over_id)
    assert (row.state, row.taken, row.total, row.lines) == ("done", 5, 6, {"lines": []})
    assert [decoded(one).fault.code for one in row.faults["faults"]] == ["not_a_number"]
    (event,) = rows(Event, taken(scene, 3), action="taken_over")
    assert event.actor_id == scene.viewer("team_lead").id


def test_one_bad_line_does_not_hold_up_the_others(at: Stand) -> None:
    scene = at("nominated")
    take_over_id = put_in(scene, *(line(months_ago(n), n) for n in range(1, 4)))
    assert take(scene, line(months_ago(2), 2)) == []  # in the meantime, by hand
    files.start(lead(scene), take_over_id)
    assert files.go_on(scene.desk(None, on=TODAY)) == 3
    row = fresh().get_one(TakeOver, take_over_id)
    assert (row.state, row.taken) == ("done", 2)
    (told,) = map(decoded, row.faults["faults"])
    assert (told.line, told.column, told.fault.code) == (3, "Eigen kenmerk", "reference_is_there")


def test_what_a_file_held_is_forgotten_after_a_week(at: Stand) -> None:
    scene = at("nominated")
    put_in(scene, line(months_ago(1)))
    assert files.forget(scene.desk(None, on=TODAY + timedelta(days=6))) == 0
    assert files.forget(scene.desk(None, on=TODAY + timedelta(days=8))) == 1


def test_a_file_with_a_fault_in_its_headings_is_not_looked_at_further(at: Stand) -> None:
    scene = at("nominated")
    codes = [code for code in sheet.CODES if code != "last_day"]
    looked = files.look_at(lead(scene), sheet.as_csv([line(months_ago(1))], codes))
    assert [(one.line, one.fault.code) for one in looked.faults] == [(1, "columns_missing")]
    assert looked.faults[0].fault.params == {"columns": ["Laatste dag (E)"]}
    with pytest.raises(Invalid) as refused:
        files.look_at(lead(scene), b"PK\x03\x04 this is no workbook")
    assert [fault.code for fault in refused.value.faults] == ["not_a_sheet"]


def test_forty_lines_with_six_faults(at: Stand) -> None:
    scene = at("nominated")
    lines = [{**said, **({} if "niemand" in said["housing_officer"] else CONTACTS)} for said in sheet.forty(TODAY)]
    for said in lines:
        said.update({role: CONTACTS[role] for role in CONTACTS if role != "housing_officer"})
    looked = files.look_at(lead(scene), sheet.as_xlsx(lines))
    assert [(one.line, one.column, one.fault.code) for one in looked.faults] == [
        (7, "Huurovereenkomst getekend op", "impossible_date"),
        (12, "Laatste dag (E)", "longer_than_two_years"),
        (18, "E-mail woonconsulent", "nobody_with_this_email"),
        (23, "Grondslag", "not_one_of"),
        (31, "Doelen", "care_goal"),
        (38, "Eigen kenmerk", "twice_in_file"),
    ]
    assert (looked.total, len(looked.fine)) == (40, 34)
    take_over_id = files.put_in(lead(scene), "veertig.xlsx", sheet.as_xlsx(lines))
    files.start(lead(scene), take_over_id)
    files.go_on(scene.desk(None, on=TODAY))
    assert fresh().get_one(TakeOver, take_over_id).taken == 34
    here = list(fresh().scalars(select(Trajectory).where(Trajectory.taken_over_on == TODAY)))
    assert len(here) == 34 and {row.stage for row in here} == {"tenancy"}
    for row in here:
        assert_list_and_process_agree(scene, row)
