"""The same trajectory with SpiffWorkflow as it comes: everything in the state, all of it read and written each time.

The drawings are ours, untouched. What has to be adapted so that the stock parts can run them: a timer's date is set
to the past when its day has come (ours asks again each time, the stock one freezes what it was told first), conditions
read the facts beside the task's data, and service tasks do nothing. There is no web, no form, no task list, no event.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.script_engine import PythonScriptEngine, TaskDataEnvironment
from SpiffWorkflow.bpmn.serializer import BpmnWorkflowSerializer
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.serializer.config import SPIFF_CONFIG
from SpiffWorkflow.util.task import TaskState

from app.records.database import PRAGMAS, sqlite_driver
from app.rules.progress import World
from tests.bench.completion import Turn
from tests.bench.stopwatch import Laps

LATER, BEFORE = "9999-12-31T00:00:00+00:00", "2000-01-01T00:00:00+00:00"


class Naive:
    """One table with one state per trajectory."""

    def __init__(self, workflows: Path, folder: Path) -> None:
        parser = SpiffBpmnParser()
        parser.add_bpmn_files([str(path) for path in sorted(workflows.glob("*.bpmn"))])
        parser.add_dmn_files([str(path) for path in sorted(workflows.glob("*.dmn"))])
        self.spec = parser.get_spec("conditional_tenancy")
        self.called = parser.get_subprocess_specs("conditional_tenancy")
        self.serializer = BpmnWorkflowSerializer(BpmnWorkflowSerializer.configure(SPIFF_CONFIG))
        self.facts: Mapping[str, Any] = {}
        self.engine = PythonScriptEngine(environment=_Environment(self))
        self.database = sqlite_driver.connect(str(folder / "naive.db"), isolation_level=None)
        for pragma in PRAGMAS:
            self.database.execute(f"PRAGMA {pragma}")
        self.database.execute("CREATE TABLE runs (id INTEGER PRIMARY KEY, state TEXT)")

    def play(self, turns: list[Turn], laps: Laps) -> int:
        """Do every turn once; returns the bytes of the finished state."""
        self.facts = turns[0].before.facts
        workflow = BpmnWorkflow(self.spec, self.called, script_engine=self.engine)
        workflow.do_engine_steps()
        number = self.database.execute("INSERT INTO runs (state) VALUES (?)", (self._written(workflow),)).lastrowid
        for turn in turns:
            self.facts = turn.before.facts
            if turn.task:
                with laps.lap(turn.task):
                    self._turn(number, turn)
            else:
                self._turn(number, turn)
        state = self.database.execute("SELECT state FROM runs WHERE id = ?", (number,)).fetchone()[0]
        return len(state.encode())

    def _turn(self, number: int, turn: Turn) -> None:
        self.database.execute("BEGIN IMMEDIATE")
        (state,) = self.database.execute("SELECT state FROM runs WHERE id = ?", (number,)).fetchone()
        workflow = self.serializer.deserialize_json(state)
        workflow.script_engine = self.engine
        if turn.task:
            self._complete(workflow, turn)
        for world in (turn.before, turn.after):
            self._wake(workflow, world)
            workflow.do_engine_steps()
        self.database.execute("UPDATE runs SET state = ? WHERE id = ?", (self._written(workflow), number))
        self.database.execute("COMMIT")

    def _complete(self, workflow: BpmnWorkflow, turn: Turn) -> None:
        ready = workflow.get_tasks(state=TaskState.READY, manual=True)
        task = next(task for task in ready if task.task_spec.bpmn_id == turn.task)
        task.data[turn.task] = dict(turn.answers)
        task.run()
        workflow.do_engine_steps()

    def _wake(self, workflow: BpmnWorkflow, world: World) -> None:
        for task in workflow.get_tasks(state=TaskState.WAITING):
            definition = getattr(task.task_spec, "event_definition", None)
            expression = getattr(definition, "expression", None) or ""  # a message has none
            if expression.startswith('deadline("'):
                day = world.deadlines[expression.removeprefix('deadline("').removesuffix('")')]
                if day is not None and day <= world.today:
                    task._set_internal_data(event_value=BEFORE)
        workflow.refresh_waiting_tasks()

    def _written(self, workflow: BpmnWorkflow) -> str:
        return str(self.serializer.serialize_json(workflow))


class _Environment(TaskDataEnvironment):
    """Expressions through eval, as the library does by default."""

    def __init__(self, naive: Naive) -> None:
        super().__init__({"deadline": lambda _name: LATER})
        self._naive = naive

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        return super().evaluate(expression, context, {**(external_context or {}), **self._naive.facts})

    def call_service(self, _context: dict[str, Any], **_asked: Any) -> str:
        return "{}"
