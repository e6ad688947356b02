"""How a run moves: it stops at orders, waits for deadlines, survives being saved anywhere, and keeps no past."""

from __future__ import annotations

import zlib
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import date

import pytest

from app.engine import run
from app.engine.expressions import BadExpression
from app.engine.run import EngineStuck, Live
from app.engine.store import BrokenState
from app.errors import NotFound, NotReady
from app.rules.progress import Order, Primitive, Progress, World
from tests.engine.sketch import define, dmn

DAY = date(2026, 3, 2)
LATER = date(2026, 9, 1)


def world(today: date = DAY, facts: Mapping[str, Primitive] | None = None, **deadlines: date | None) -> World:
    return World(today, facts or {}, deadlines)


def settle(live: Live, now: World) -> list[Order]:
    orders = []
    while given := live.advance(now):
        orders += given
    return orders


def reopened(live: Live) -> tuple[Live, Progress]:
    """The run as the next deed finds it: saved and read back."""
    progress = live.progress()
    return run.restore(live._definition, progress.state), progress


def names(progress: Progress) -> list[str]:
    return [step.name for step in progress.steps]


def step(progress: Progress, name: str) -> str:
    return next(step.id for step in progress.steps if step.name == name)


TWO_STEPS = """
    start s
    user ask @housing_officer
    service letter send_letter letter='invitation'
    user answer @support_worker
    end e
    s > ask > letter > answer > e
"""


def test_a_run_opens_its_first_step_with_lane_and_drawing() -> None:
    live = run.start(define("p", p=TWO_STEPS))
    assert live.advance(world()) == []
    progress = live.progress()
    assert [(step.name, step.lane, step.drawing) for step in progress.steps] == [("ask", "housing_officer", "p")]
    assert not progress.done


def test_an_order_stops_the_run_before_anything_else_is_asked() -> None:
    ordered = TWO_STEPS.replace("letter > answer", "letter > g").replace(
        "user answer", "choice g default=g_e\nuser answer"
    )
    live = run.start(define("p", p=ordered + "g > answer : letter_sent\ng > e"))
    live.advance(world())
    live, progress = reopened(live)
    live.complete(progress.steps[0].id, world())
    assert live.advance(world()) == [Order("send_letter", {"letter": "invitation"})]
    live, progress = reopened(live)
    assert progress.steps == ()
    assert live.advance(world(facts={"letter_sent": True})) == []
    assert names(live.progress()) == ["answer"]


def test_a_run_that_reaches_its_end_is_done_and_stays_done() -> None:
    live = run.start(define("p", p=TWO_STEPS))
    settle(live, world())
    for _ in range(2):
        live, progress = reopened(live)
        live.complete(progress.steps[0].id, world())
        settle(live, world())
    live, progress = reopened(live)
    assert progress.done and progress.steps == () and progress.waits == ()
    assert live.advance(world()) == []


def test_a_step_can_be_completed_only_once() -> None:
    live = run.start(define("p", p=TWO_STEPS))
    settle(live, world())
    live, progress = reopened(live)
    live.complete(progress.steps[0].id, world())
    settle(live, world())
    for stale in (progress.steps[0].id, "nonsense", ""):
        with pytest.raises(NotFound) as refusal:
            live.complete(stale, world())
        assert refusal.value.code == "no_such_step"


def test_step_ids_differ_between_runs_and_stay_the_same_within_one() -> None:
    definition = define("p", p=TWO_STEPS)
    one, two = run.start(definition), run.start(definition)
    settle(one, world())
    settle(two, world())
    assert one.progress().steps[0].id != two.progress().steps[0].id
    again, progress = reopened(one)
    assert again.progress().steps == progress.steps


WAITING = """
    start s
    timer t opens
    user act @housing_officer
    end e
    s > t > act > e
"""


@pytest.mark.parametrize(
    ("deadline", "opens"),
    [(None, False), (date(2026, 3, 3), False), (date(2026, 3, 2), True), (date(2026, 1, 1), True)],
)
def test_a_timer_fires_on_its_day_or_later_and_never_on_an_unknown_day(deadline: date | None, opens: bool) -> None:
    live = run.start(define("p", p=WAITING))
    settle(live, world(opens=deadline))
    progress = live.progress()
    assert names(progress) == (["act"] if opens else [])
    assert progress.waits == (() if opens else ("opens",))


def test_a_moved_date_moves_the_timer_that_already_waits() -> None:
    live = run.start(define("p", p=WAITING))
    settle(live, world(opens=date(2026, 3, 10)))
    live, _ = reopened(live)
    settle(live, world(date(2026, 3, 10), opens=date(2026, 4, 1)))
    live, progress = reopened(live)
    assert progress.waits == ("opens",)
    settle(live, world(date(2026, 4, 1), opens=date(2026, 4, 1)))
    assert names(live.progress()) == ["act"]


def test_no_date_is_ever_part_of_the_state() -> None:
    live = run.start(define("p", p=WAITING))
    settle(live, world(opens=LATER))
    assert b"2026" not in zlib.decompress(live.progress().state)


CHOICE = """
    start s
    choice g default=g_no
    user yes @housing_officer
    user no @housing_officer
    end e
    s > g
    g > yes : outcome in ("good", "better") and not late
    g > no
    yes > e
    no > e
"""


@pytest.mark.parametrize(
    ("outcome", "late", "opened"), [("good", False, "yes"), ("better", True, "no"), ("bad", False, "no")]
)
def test_a_gateway_follows_the_facts(outcome: str, late: bool, opened: str) -> None:
    live = run.start(define("p", p=CHOICE))
    settle(live, world(facts={"outcome": outcome, "late": late}))
    assert names(live.progress()) == [opened]


ROUND = """
    start s
    choice again
    fork split
    user one @housing_officer
    user two @support_worker
    user three @municipal_officer
    fork join
    choice g default=g_again
    end e
    s > again > split
    split > one > join
    split > two > join
    split > three > join
    join > g
    g > again
    g > e : agreed
"""


def test_a_join_in_a_loop_waits_for_everybody_in_every_round() -> None:
    # The library counts the arrivals of an earlier round: the second round would then end after one answer.
    live = run.start(define("p", p=ROUND))
    now = world(facts={"agreed": False})
    settle(live, now)
    for order in (["one", "two", "three"], ["three", "one", "two"], ["two", "three", "one"]):
        for place, name in enumerate(order):
            live, progress = reopened(live)
            assert sorted(names(progress)) == sorted(order[place:])
            live.complete(step(progress, name), now)
            settle(live, now)
    live, progress = reopened(live)
    assert sorted(names(progress)) == ["one", "three", "two"]


GUARDED = """
    start s
    call c inner
    boundary b on c timer lapses
    boundary m on c message stopped
    service late record what='lapsed'
    user done @housing_officer
    user cleared @housing_officer
    end e
    end f
    end g
    s > c > done > e
    b > late > f
    m > cleared > g
"""
INNER = """
    start s
    user first @support_worker
    timer t opens
    call deep deepest
    end e
    s > first > t > deep > e
"""
DEEPEST = """
    start s
    user last @support_worker
    end e
    s > last > e
"""


def guarded() -> Live:
    return run.start(define("p", p=GUARDED, inner=INNER, deepest=DEEPEST))


def test_a_boundary_deadline_sweeps_away_a_call_with_everything_in_it() -> None:
    live = guarded()
    settle(live, world(lapses=LATER, opens=None))
    live, progress = reopened(live)
    assert names(progress) == ["first"] and progress.waits == ("lapses",)
    assert settle(live, world(LATER, lapses=LATER, opens=None)) == [Order("record", {"what": "lapsed"})]
    live, progress = reopened(live)
    assert progress.done and progress.steps == ()


def test_a_call_that_ends_in_time_disarms_its_deadline() -> None:
    live = guarded()
    now = world(lapses=LATER, opens=DAY)
    settle(live, now)
    for name in ("first", "last"):
        live, progress = reopened(live)
        live.complete(step(progress, name), now)
        settle(live, now)
    live, progress = reopened(live)
    assert names(progress) == ["done"] and progress.waits == ()
    assert settle(live, world(date(2030, 1, 1), lapses=LATER, opens=DAY)) == []


@pytest.mark.parametrize("moment", ["on a task", "on a timer", "in a nested call"])
def test_a_message_interrupts_a_call_wherever_it_stands(moment: str) -> None:
    live = guarded()
    now = world(lapses=LATER, opens=None)
    settle(live, now)
    live, progress = reopened(live)
    if moment != "on a task":
        live.complete(step(progress, "first"), now)
        settle(live, now)
        live, progress = reopened(live)
    if moment == "in a nested call":
        now = world(lapses=LATER, opens=DAY)
        settle(live, now)
        live, progress = reopened(live)
        assert names(progress) == ["last"]
    live.tell("stopped", now)
    settle(live, now)
    live, progress = reopened(live)
    assert names(progress) == ["cleared"] and progress.waits == ()


def test_a_message_nobody_waits_for_is_refused() -> None:
    live = guarded()
    settle(live, world(lapses=LATER, opens=None))
    with pytest.raises(NotReady) as refusal:
        live.tell("something_else", world(lapses=LATER, opens=None))
    assert refusal.value.code == "nobody_listens"


def test_two_deadlines_that_passed_while_nobody_looked_fire_in_the_order_of_their_dates() -> None:
    now = world(date(2027, 1, 1), lapses=date(2026, 6, 1), opens=date(2026, 5, 1))
    live = run.start(define("p", p=GUARDED, inner=WAITING.replace("user act @housing_officer", "choice act")))
    assert settle(live, now) == []
    assert names(live.progress()) == ["done"]


LOOP = """
    start s
    choice turn
    choice g default=g_e
    timer t next_review
    call c review
    boundary b on c timer review_lapses
    service lapsed record what='review_lapsed'
    end e
    s > turn > g
    g > t : reviews_left
    g > e
    t > c > turn
    b > lapsed > turn
"""
REVIEW = """
    start s
    service letter send_letter letter='review_invitation'
    fork split
    user goals @support_worker
    user conditions @housing_officer
    fork join
    user meeting @housing_officer
    end e
    s > letter > split
    split > goals > join
    split > conditions > join
    join > meeting > e
"""


def review_loop() -> Live:
    return run.start(define("p", p=LOOP, review=REVIEW))


def test_a_loop_whose_deadline_moves_when_the_order_is_carried_out_does_not_spin() -> None:
    live, carried_out = review_loop(), 0

    def now() -> World:
        opens = date(2025, 1 + carried_out, 1) if carried_out < 12 else LATER
        lapses = date(2025, 1 + carried_out, 20) if carried_out < 12 else None
        return world(facts={"reviews_left": True}, next_review=opens, review_lapses=lapses)

    while given := live.advance(now()):
        carried_out += sum(order.kind == "record" for order in given)
    assert carried_out == 12
    assert live.progress().waits == ("next_review",)


def test_a_loop_whose_deadline_never_moves_is_stuck_and_says_where() -> None:
    live = review_loop()
    now = world(facts={"reviews_left": True}, next_review=DAY, review_lapses=DAY)
    with pytest.raises(EngineStuck) as refusal:
        settle(live, now)
    assert refusal.value.code == "engine_stuck"
    assert refusal.value.params["drawing"] in {"p", "review"}


def test_the_state_does_not_grow_with_the_turns_of_a_loop() -> None:
    live, sizes = review_loop(), []
    now = world(facts={"reviews_left": True}, next_review=DAY, review_lapses=LATER)
    settle(live, now)
    for _ in range(6):
        for name in ("goals", "conditions", "meeting"):
            live, progress = reopened(live)
            live.complete(step(progress, name), now)
            settle(live, now)
        sizes.append(len(live.progress().state))
    assert max(sizes) - min(sizes) <= 8
    assert max(sizes) < 600


ADVISED = """
    start s
    table r advice
    user decide @housing_officer
    choice g default=g_r
    end e
    s > r > decide > g
    g > r
    g > e : approved
"""
ADVICE = dmn(
    "advice",
    "provider_advice|off_track",
    "advised|because",
    '"no" | - | "stop" | "provider"',
    '- | >= 2 | "stop" | "track"',
    '"yes", "maybe" | in (0, 1) | "go" | "all"',
    ' | | "" | "unsure"',
)


def test_what_a_table_says_travels_with_the_next_step_and_is_asked_anew_each_time() -> None:
    live = run.start(define("p", p=ADVISED, tables=(ADVICE,)))
    settle(live, world(facts={"provider_advice": "yes", "off_track": 2, "approved": False}))
    live, progress = reopened(live)
    assert progress.steps[0].data == {"advised": "stop", "because": "track"}
    later = world(facts={"provider_advice": "yes", "off_track": 1, "approved": False})
    live.complete(progress.steps[0].id, later)
    settle(live, later)
    live, progress = reopened(live)
    assert progress.steps[0].data == {"advised": "go", "because": "all"}


@pytest.mark.parametrize(
    ("facts", "row"),
    [
        ({"provider_advice": "no", "off_track": 5}, 1),
        ({"provider_advice": "yes", "off_track": 2}, 2),
        ({"provider_advice": "maybe", "off_track": 0}, 3),
        ({"provider_advice": "", "off_track": 0}, 4),
    ],
)
def test_a_table_can_be_consulted_outside_a_run_and_names_its_row(facts: dict[str, Primitive], row: int) -> None:
    advice = run.consult(define("p", p=ADVISED, tables=(ADVICE,)), "advice", facts)
    assert advice.rows == [row]
    assert set(advice.outputs) == {"advised", "because"}


def test_a_state_is_refused_by_another_definition_and_when_damaged() -> None:
    live = run.start(define("p", p=TWO_STEPS))
    settle(live, world())
    state = live.progress().state
    with pytest.raises(BrokenState) as refusal:
        run.restore(define("p", p=WAITING), state)
    assert refusal.value.code == "state_of_another_drawing"
    for damaged in (b"", b"nonsense", state[:-9]):
        with pytest.raises(BrokenState):
            run.restore(define("p", p=TWO_STEPS), damaged)


def test_a_definition_survives_being_stored() -> None:
    definition = define("p", p=ADVISED, tables=(ADVICE,))
    again = type(definition).from_bytes(definition.to_bytes())
    assert (again.hash, again.sources, again.drawing) == (definition.hash, definition.sources, definition.drawing)
    assert again.parsed is definition.parsed


def test_names_come_in_both_languages_and_elements_in_the_order_of_the_flow() -> None:
    definition = define("p", p=GUARDED, inner=INNER, deepest=DEEPEST)
    assert definition.title("first", "nl") == "first nl" and definition.title("first", "en") == "first en"
    assert definition.names("en")["last"] == "last en"
    assert [element.id for element in definition.elements()][:7] == ["s", "c", "done", "e", "b", "late", "f"]
    assert [drawing.name for drawing in definition.drawings] == ["p", "inner", "deepest"]


ON_A_TASK = """
    start s
    user act @housing_officer
    boundary b on act timer lapses
    service missed record what='missed'
    end e
    end f
    s > act > e
    b > missed > f
"""


def test_a_deadline_on_a_task_takes_the_task_away() -> None:
    live = run.start(define("p", p=ON_A_TASK))
    settle(live, world(lapses=LATER))
    live, progress = reopened(live)
    assert settle(live, world(LATER, lapses=LATER)) == [Order("record", {"what": "missed"})]
    with pytest.raises(NotFound):
        live.complete(progress.steps[0].id, world(LATER, lapses=LATER))
    assert live.progress().done


def test_a_deadline_that_does_not_interrupt_leaves_the_task_open() -> None:
    definition = define("p", p=ON_A_TASK)
    source = definition.sources["p.bpmn"].replace('attachedToRef="act"', 'attachedToRef="act" cancelActivity="false"')
    live = run.start(type(definition)("p", {"p.bpmn": source}))
    settle(live, world(lapses=LATER))
    live, _ = reopened(live)
    assert settle(live, world(LATER, lapses=LATER)) == [Order("record", {"what": "missed"})]
    live, progress = reopened(live)
    assert names(progress) == ["act"] and not progress.done
    assert settle(live, world(LATER, lapses=LATER)) == []
    live.complete(progress.steps[0].id, world(LATER, lapses=LATER))
    settle(live, world(LATER, lapses=LATER))
    assert reopened(live)[1].done


OUTER = """
    start s
    call c p
    boundary m on c message stopped
    user outer @housing_officer
    end e
    end f
    s > c > e
    m > outer > f
"""


def test_of_two_calls_that_hear_the_same_message_only_the_outer_one_goes_on() -> None:
    live = run.start(define("q", q=OUTER, p=GUARDED, inner=INNER, deepest=DEEPEST))
    settle(live, world(lapses=LATER, opens=None))
    live, _ = reopened(live)
    live.tell("stopped", world(lapses=LATER, opens=None))
    settle(live, world(lapses=LATER, opens=None))
    assert names(live.progress()) == ["outer"]


def test_a_fact_that_is_not_there_is_named() -> None:
    live = run.start(define("p", p=CHOICE))
    with pytest.raises(BadExpression) as refusal:
        settle(live, world(facts={"outcome": "good"}))
    assert (refusal.value.code, refusal.value.params["name"]) == ("unknown_name", "late")


def test_a_fact_that_a_table_misses_is_named() -> None:
    live = run.start(define("p", p=ADVISED, tables=(ADVICE,)))
    with pytest.raises(BadExpression) as refusal:
        settle(live, world(facts={"provider_advice": "yes"}))
    assert refusal.value.params["name"] == "off_track"


def test_a_deadline_the_world_does_not_know_is_named() -> None:
    live = run.start(define("p", p=WAITING))
    with pytest.raises(BadExpression) as refusal:
        settle(live, world())
    assert (refusal.value.code, refusal.value.params["name"]) == ("unknown_deadline", "opens")


def test_a_table_that_is_not_there_is_not_found() -> None:
    with pytest.raises(NotFound):
        run.consult(define("p", p=TWO_STEPS), "advice", {})


def test_many_runs_move_side_by_side_and_the_drawing_is_parsed_once() -> None:
    definition = define("side_by_side", side_by_side=CHOICE)

    def opened(number: int) -> tuple[int, str]:
        live = run.start(type(definition).from_bytes(definition.to_bytes()))
        facts = {"outcome": "good" if number % 2 else "bad", "late": False}
        settle(live, world(facts=facts))
        again, progress = reopened(live)
        assert names(again.progress()) == ["yes" if number % 2 else "no"]
        return id(again._definition.parsed), progress.steps[0].id

    with ThreadPoolExecutor(8) as pool:
        seen = list(pool.map(opened, range(200)))
    assert len({parsed for parsed, _ in seen}) == 1
    assert len({step_id for _, step_id in seen}) == 200
