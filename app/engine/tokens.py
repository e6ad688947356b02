"""A run in memory: tokens on a drawing, without predictions and without a past; never decides what a drawing means."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from SpiffWorkflow.bpmn import BpmnWorkflow
from SpiffWorkflow.bpmn.specs.control import BoundaryEventJoin, BoundaryEventSplit
from SpiffWorkflow.bpmn.specs.mixins import ExclusiveGatewayMixin, ParallelGatewayMixin
from SpiffWorkflow.bpmn.specs.mixins.events.event_types import CatchingEvent
from SpiffWorkflow.bpmn.util.subworkflow import BpmnSubWorkflow
from SpiffWorkflow.specs.Join import Join
from SpiffWorkflow.task import Task
from SpiffWorkflow.util.task import TaskState

from app.engine.spiff import Interpreter


class Token(Task):  # type: ignore[misc]
    """One place in the drawing a run has reached. Its children appear when it runs, not before: the library predicts
    the whole road ahead for every token, which is most of its time and most of its state."""

    _may_grow = False

    @property
    def finished(self) -> bool:
        return bool(self._state >= TaskState.COMPLETED)

    def run(self) -> bool | None:
        self._may_grow = True
        if not isinstance(self.task_spec, ExclusiveGatewayMixin):
            self.task_spec._predict_hook(self)
        result: bool | None = super().run()
        return result

    def find_ancestor(self, spec_name: str) -> Token | None:
        ancestor = self.parent
        while ancestor is not None and ancestor.task_spec.name != spec_name:
            ancestor = ancestor.parent
        return ancestor  # type: ignore[no-any-return]

    def is_descendant_of(self, task: Task) -> bool:
        ancestor = self.parent
        while ancestor is not None and ancestor is not task:
            ancestor = ancestor.parent
        return ancestor is not None

    def _add_child(self, task_spec: Any, state: int = TaskState.MAYBE) -> Token | None:
        if not self._may_grow:
            return None
        run: Run = self.workflow.top_workflow
        return Token(self.workflow, task_spec, self, state, run.next_id())

    def _sync_children(self, task_specs: list[Any], state: int = TaskState.MAYBE) -> None:
        if self._may_grow:
            super()._sync_children(task_specs, state)

    def _inherit_data(self) -> None:
        # Past tokens are forgotten, so a second look would find an older ancestor with older data.
        if self._state == TaskState.WAITING and not isinstance(self.task_spec, Join):
            return
        parent = self.parent
        if parent is not None and parent.data:
            self.data.update(parent.data)

    def _set_state(self, value: int) -> None:
        self._state = value

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return {}


class _Tree:
    """What the run and the drawings it called have in common."""

    tasks: dict[int, Token]
    task_tree: Token
    spec: Any
    completed: bool
    completed_event: Any
    top_workflow: Run

    def plant(self) -> None:
        self.task_tree = Token(self, self.spec.start, state=TaskState.FUTURE, id=self.top_workflow.next_id())
        self.task_tree._ready()

    def update_waiting_tasks(self) -> None:
        # Only joins: deadlines are asked by the run itself, in the order of their dates.
        for token in list(self.tasks.values()):
            if token._state == TaskState.WAITING and isinstance(token.task_spec, Join):
                token.task_spec._update(token)

    def collect_log_extras(self, dct: dict[str, Any] | None = None) -> dict[str, Any]:
        return {}


class Call(_Tree, BpmnSubWorkflow):  # type: ignore[misc]
    """A called drawing that is under way."""

    def __init__(self, spec: Any, call: Token, top_workflow: Run) -> None:
        self.caller = call
        super().__init__(spec, call.id, top_workflow, deserializing=True)

    @property
    def parent_workflow(self) -> Any:
        return self.caller.workflow


class Run(_Tree, BpmnWorkflow):  # type: ignore[misc]
    """One run of a drawing with everything it called."""

    subprocesses: dict[int, Call]

    def __init__(self, spec: Any, called_specs: dict[str, Any], interpreter: Interpreter, last_id: int = 0) -> None:
        self.last_id = last_id
        super().__init__(spec, called_specs, script_engine=interpreter, deserializing=True)

    def next_id(self) -> int:
        self.last_id += 1
        return self.last_id

    def create_subprocess(self, my_task: Token, spec_name: str) -> Call:
        call = Call(self.subprocess_specs[spec_name], my_task, self)
        self.subprocesses[my_task.id] = call
        call.plant()
        return call

    def trees(self) -> Iterator[_Tree]:
        """The run itself and every drawing it called that is still under way."""
        yield self
        yield from self.subprocesses.values()

    def open_tokens(self) -> Iterator[Token]:
        for tree in self.trees():
            if not tree.completed:
                for token in tree.tasks.values():
                    if token._state < TaskState.COMPLETED:
                        yield token

    def forget(self) -> None:
        """Drop the past: finished calls, and finished tokens no open join or boundary event still looks at."""
        self._forget_calls()
        for tree in self.trees():
            _forget_tokens(tree)

    def _forget_calls(self) -> None:
        under_way: dict[int, Call] = {}
        trees: list[_Tree] = [self]
        while trees:
            for token in trees.pop().tasks.values():
                if token._state == TaskState.STARTED and token.id in self.subprocesses:
                    under_way[token.id] = self.subprocesses[token.id]
                    trees.append(under_way[token.id])
        self.subprocesses = under_way


def _forget_tokens(tree: _Tree) -> None:
    tokens = tree.tasks
    kept = _still_needed(tree)
    if len(kept) == len(tokens):
        return
    for token in list(tokens.values()):
        if token.id in kept:
            continue
        parent = tokens[token._parent]
        place = parent._children.index(token.id)
        parent._children[place : place + 1] = token._children
        for child in token._children:
            tokens[child]._parent = parent.id
        del tokens[token.id]


def _still_needed(tree: _Tree) -> set[int]:
    """Ids of the tokens that must stay: the root, whatever is open, and the finished ones an open token asks about."""
    tokens = tree.tasks
    kept = {tree.task_tree.id}
    gathering = set()
    for token in tokens.values():
        if token._state < TaskState.COMPLETED:
            kept.add(token.id)
            if isinstance(token.task_spec, ParallelGatewayMixin):
                gathering.add(token.task_spec.name)
    for token in tokens.values():
        # A gateway that waits counts the tokens that arrived before (the library cancels them) and their parents.
        if token.task_spec.name in gathering:
            kept.update((token.id, token._parent))
        elif isinstance(token.task_spec, BoundaryEventSplit) and _guards(tree, token):
            kept.update((token.id, *token._children))
    return kept


def _guards(tree: _Tree, split: Token) -> bool:
    """Whether the boundary events of an activity may still fire."""
    for child_id in split._children:
        child = tree.tasks[child_id]
        if child._state < TaskState.COMPLETED:
            return True
        for grandchild_id in child._children:
            grandchild = tree.tasks[grandchild_id]
            if isinstance(grandchild.task_spec, BoundaryEventJoin) and grandchild._state < TaskState.COMPLETED:
                return True
    return False


def is_waiting_event(token: Token) -> bool:
    return token._state == TaskState.WAITING and isinstance(token.task_spec, CatchingEvent)
