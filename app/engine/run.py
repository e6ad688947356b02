"""Plays a drawing step by step: start, complete, tell, wake; never carries out what a drawing orders."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from types import SimpleNamespace
from typing import Any

from SpiffWorkflow.bpmn.util import BpmnEvent
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.spiff.specs.event_definitions import MessageEventDefinition
from SpiffWorkflow.util.task import TaskState

from app.engine import store
from app.engine.definition import Definition
from app.engine.spiff import Conversation, Deadline, Interpreter
from app.engine.tokens import Run, Token, is_waiting_event
from app.errors import NotFound, NotReady, Refused
from app.rules.progress import Order, Primitive, Progress, Step, World

BUDGET = 500


class EngineStuck(Refused):
    """A drawing keeps turning without anything to wait for; the deed must not go through."""


@dataclass(frozen=True, slots=True)
class Advice:
    """What a decision table says, and which of its rows (counted from 1) said so."""

    outputs: dict[str, Primitive]
    rows: list[int]


def start(definition: Definition) -> Live:
    """A new run that has not moved yet; `advance` sets it going."""
    interpreter = Interpreter(Conversation())
    specs = definition.parsed.specs
    run = Run(specs[definition.drawing], specs, interpreter)
    run.plant()
    return Live(definition, run, secrets.token_hex(4))  # it keeps runs apart; every finished task carries it


def restore(definition: Definition, state: bytes) -> Live:
    """The run as `progress` left it; store.BrokenState when the bytes are not of this definition."""
    interpreter = Interpreter(Conversation())
    run, key = store.from_bytes(state, definition.hash, definition.parsed.specs, definition.drawing, interpreter)
    return Live(definition, run, key)


def consult(definition: Definition, table: str, facts: Mapping[str, Primitive]) -> Advice:
    """What the decision table `table` says about `facts`, outside any run."""
    engine = definition.parsed.tables.get(table)
    if engine is None:
        raise NotFound("no_such_table", table=table)
    interpreter = Interpreter(Conversation())
    interpreter.environment.world = World(date.min, facts, {})
    task = SimpleNamespace(workflow=SimpleNamespace(script_engine=interpreter), data={}, task_spec=None)
    try:
        rules = engine.decide(task)[:1]
        outputs = dict(rules[0].output_as_dict(task)) if rules else {}
    except Exception as raised:
        raise _ours(raised) from raised
    return Advice(outputs, [rule.row_number for rule in rules])


class Live:
    """A run in the hand of one deed: moved, then saved with `progress`, then let go."""

    def __init__(self, definition: Definition, run: Run, key: str) -> None:
        self._definition = definition
        self._run = run
        self._key = key
        self._steps_left = BUDGET

    def advance(self, world: World) -> list[Order]:
        """Move until an order is given or all is quiet; an order is returned at once.

        So the next question already sees it carried out. Deadlines are only asked when nothing else can move,
        the earliest first: two that have passed never race.
        """
        self._listen(world)
        while not self._orders:
            token = self._next_ready() or self._next_due(world)
            if token is None:
                return []
            self._step(token)
        orders = list(self._orders)
        self._orders.clear()
        return orders

    def complete(self, step_id: str, world: World) -> None:
        """Mark an open user task as done; NotFound("no_such_step") when it is not open (any more)."""
        self._listen(world)
        for token in self._run.open_tokens():
            if self._is_step(token) and self._step_id(token) == step_id:
                self._step(token)
                return
        raise NotFound("no_such_step", step=step_id)

    def tell(self, message: str, world: World) -> None:
        """Deliver a message to the boundary events that wait for it; NotReady("nobody_listens") when none does."""
        self._listen(world)
        event = BpmnEvent(MessageEventDefinition(message), payload={})
        waiting = {token.id: token for token in self._run.event_manager.tasks.values()}
        if self._run.event_manager.catch(event, internal=False) == 0:
            raise NotReady("nobody_listens", message=message)
        # Outermost first: an outer interruption sweeps away what an inner one would still have started.
        caught = [token for token in waiting.values() if token._state == TaskState.READY]
        for token in sorted(caught, key=lambda token: (token.workflow.depth, token.id)):
            if token._state == TaskState.READY:
                self._step(token)

    def steps(self) -> tuple[Step, ...]:
        """The user tasks that are open now."""
        tokens = sorted(self._run.open_tokens(), key=lambda token: token.id)
        return tuple(self._as_step(token) for token in tokens if self._is_step(token))

    def progress(self) -> Progress:
        """Where the run stands now, its past forgotten."""
        self._run.forget()
        tokens = sorted(self._run.open_tokens(), key=lambda token: token.id)
        return Progress(
            state=store.to_bytes(self._run, self._key, self._definition.hash),
            steps=self.steps(),
            waits=tuple(sorted({deadline.deadline for token in tokens if (deadline := _deadline(token))})),
            done=self._run.completed,
        )

    def places(self) -> set[str]:
        """The elements where the run is now: open steps, events it waits for, calls under way."""
        elements = self._definition.parsed.drawings
        open_now = {(token.workflow.spec.name, token.task_spec.name) for token in self._run.open_tokens()}
        return {name for drawing, name in open_now if name in elements[drawing].elements}

    def _listen(self, world: World) -> None:
        self._run.script_engine.environment.world = world

    @property
    def _orders(self) -> list[Order]:
        orders: list[Order] = self._run.script_engine.environment.orders
        return orders

    def _next_ready(self) -> Token | None:
        ready = [
            token for token in self._run.open_tokens() if token._state == TaskState.READY and not token.task_spec.manual
        ]
        return min(ready, key=lambda token: token.id, default=None)

    def _next_due(self, world: World) -> Token | None:
        due = []
        for token in self._run.open_tokens():
            deadline = _deadline(token)
            day = deadline.day(world) if deadline else None
            if day is not None and day <= world.today:
                due.append((day, token.id, token))
        if not due:
            return None
        token = min(due)[2]
        token.task_spec.catch(token, None)
        token.task_spec._update(token)
        return token

    def _step(self, token: Token) -> None:
        self._steps_left -= 1
        if self._steps_left < 0:
            raise EngineStuck("engine_stuck", drawing=token.workflow.spec.name, element=token.task_spec.name)
        try:
            token.run()
        except Exception as raised:
            raise _ours(raised) from raised
        if isinstance(token.task_spec, Join):
            # The library counts arrivals of an earlier turn of a loop towards the next one, unless they are gone.
            self._run.forget()

    def _is_step(self, token: Token) -> bool:
        return bool(token._state == TaskState.READY and token.task_spec.manual)

    def _step_id(self, token: Token) -> str:
        return f"{self._key}-{token.id}"

    def _as_step(self, token: Token) -> Step:
        drawing = token.workflow.spec.name
        element = self._definition.parsed.drawings[drawing].elements[token.task_spec.name]
        return Step(self._step_id(token), element.id, element.lane, drawing, dict(token.data))


def _deadline(token: Token) -> Deadline | None:
    """The deadline an event token waits for, if it waits for one."""
    if is_waiting_event(token) and isinstance(token.task_spec.event_definition, Deadline):
        return token.task_spec.event_definition
    return None


def _ours(raised: BaseException) -> BaseException:
    """The refusal that SpiffWorkflow wrapped in its own exception, or an EngineStuck for what it could not do."""
    cause: Any = raised
    while cause is not None:
        if isinstance(cause, Refused):
            return cause
        cause = cause.__cause__ or cause.__context__
    return EngineStuck("engine_stuck", reason=str(raised))
