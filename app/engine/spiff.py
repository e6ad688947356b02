"""SpiffWorkflow made ours: deadlines for clocks, orders for services, conditions for code; never a date of its own."""

from __future__ import annotations

import ast
from datetime import date
from typing import Any

from lxml import etree
from SpiffWorkflow.bpmn.parser.util import full_tag
from SpiffWorkflow.bpmn.script_engine import BasePythonScriptEngineEnvironment, PythonScriptEngine
from SpiffWorkflow.bpmn.specs.defaults import BoundaryEvent, IntermediateCatchEvent
from SpiffWorkflow.bpmn.specs.event_definitions import TimeDateEventDefinition
from SpiffWorkflow.dmn.engine.DMNEngine import DMNEngine
from SpiffWorkflow.spiff.parser import SpiffBpmnParser
from SpiffWorkflow.spiff.parser.event_parsers import SpiffBoundaryEventParser, SpiffIntermediateCatchEventParser
from SpiffWorkflow.spiff.parser.process import SpiffProcessParser
from SpiffWorkflow.spiff.parser.task_spec import CallActivityParser, SpiffTaskParser
from SpiffWorkflow.spiff.specs.defaults import CallActivity as SpiffCallActivity
from SpiffWorkflow.spiff.specs.spiff_task import SpiffBpmnTask

from app.engine import expressions
from app.errors import Refused
from app.rules.progress import Order, World


class Conversation(BasePythonScriptEngineEnvironment):  # type: ignore[misc]
    """What one run may ask (the world it was handed) and what it asked for (its orders)."""

    def __init__(self) -> None:
        super().__init__()
        self.world: World | None = None
        self.orders: list[Order] = []

    def evaluate(self, expression: str, context: dict[str, Any], external_context: Any = None) -> Any:
        world = self.the_world()
        return expressions.evaluate(expression, {**context, **world.facts} if context else world.facts, world.deadlines)

    def execute(self, script: str, context: dict[str, Any], external_context: Any = None) -> Any:
        raise Refused("no_scripts")

    def call_service(self, context: dict[str, Any], **kwargs: Any) -> Any:
        raise Refused("no_services")

    def the_world(self) -> World:
        if self.world is None:
            raise Refused("no_world")
        return self.world


class Interpreter(PythonScriptEngine):  # type: ignore[misc]
    """Stands where the library keeps its Python; hands every question to the Conversation, unwrapped."""

    environment: Conversation

    def validate(self, expression: str) -> None:
        expressions.read(expression)

    def evaluate(self, task: Any, expression: str, external_context: Any = None) -> Any:
        return self.environment.evaluate(expression, task.data)

    def execute(self, task: Any, script: str, external_context: Any = None) -> Any:
        return self.environment.execute(script, task.data)

    def call_service(self, task: Any, **kwargs: Any) -> Any:
        return self.environment.call_service(task.data)


class Deadline(TimeDateEventDefinition):  # type: ignore[misc]
    """A timer that asks for its date each time it is woken, so that a moved date moves the timer."""

    def __init__(self, name: str, expression: str, **kwargs: Any) -> None:
        super().__init__(name, expression, **kwargs)
        self.deadline = expressions.deadline_name(expression)

    def has_fired(self, my_task: Any) -> bool:
        # Never on arrival: the run asks the waiting deadlines one by one, the earliest first.
        return bool(my_task._get_internal_data("event_fired", False))

    def day(self, world: World) -> date | None:
        """When it fires, as things stand now; None when that is not known yet."""
        if self.deadline not in world.deadlines:
            raise expressions.BadExpression("unknown_deadline", expression=self.expression, name=self.deadline)
        return world.deadlines[self.deadline]


class _DeadlineParser:
    """Reads the timer of an event; anything but `timeDate` with `deadline("…")` is refused."""

    node: Any
    xpath: Any

    def parse_timer_event(self, event: Any) -> Deadline:
        dates = self.xpath(".//bpmn:timeDate")
        if len(dates) != 1 or self.xpath(".//bpmn:timeDuration") or self.xpath(".//bpmn:timeCycle"):
            raise expressions.BadExpression("not_a_deadline", expression="")
        return Deadline(self.node.get("name", self.node.get("id")), (dates[0].text or "").strip())


class CatchEventParser(_DeadlineParser, SpiffIntermediateCatchEventParser):  # type: ignore[misc]
    """An intermediate event that waits for a deadline."""


class BoundaryEventParser(_DeadlineParser, SpiffBoundaryEventParser):  # type: ignore[misc]
    """A boundary event that waits for a deadline or a message."""


class CallActivity(SpiffCallActivity):  # type: ignore[misc]
    """A call hands its data down and takes none back: what a table said is for the drawing it stands in."""

    def start_workflow(self, my_task: Any) -> None:
        called = my_task.workflow.top_workflow.create_subprocess(my_task, self.spec)
        called.completed_event.connect(self._on_subworkflow_completed, my_task)
        called.task_tree.data.update(my_task.data)
        called.task_tree.run()

    def update_data(self, my_task: Any, subworkflow: Any) -> None:
        return None


class ServiceTask(SpiffBpmnTask):  # type: ignore[misc]
    """A service task does nothing itself: it leaves an Order for the actions to carry out."""

    def __init__(self, wf_spec: Any, name: str, order: Order, **kwargs: Any) -> None:
        super().__init__(wf_spec, name, **kwargs)
        self.order = order

    def _run_hook(self, my_task: Any) -> bool:
        my_task.workflow.script_engine.environment.orders.append(self.order)
        return True


class ServiceTaskParser(SpiffTaskParser):  # type: ignore[misc]
    """Reads the operator and its constants once, when the drawing is read."""

    def create_task(self) -> ServiceTask:
        service = self.parse_extensions().get("serviceTaskOperator") or {"name": "", "parameters": {}}
        params = {name: constant(parameter["value"]) for name, parameter in service["parameters"].items()}
        return ServiceTask(self.spec, self.bpmn_id, Order(service["name"], params), **self.bpmn_attributes)


def constant(text: str) -> str:
    """The string a literal such as `'rejection'` stands for; BadExpression for anything else."""
    try:
        value = ast.literal_eval(text.strip())
    except (SyntaxError, ValueError, MemoryError, RecursionError):
        value = None
    if not isinstance(value, str):
        raise expressions.BadExpression("not_a_constant", expression=text)
    return value


class DecisionTable(DMNEngine):  # type: ignore[misc]
    """A decision table whose cells go through the allow-list."""

    def evaluate(self, input_expr: str, match_expr: str | None, task: Any) -> bool:
        if not match_expr:
            return True
        return bool(task.workflow.script_engine.evaluate(task, expressions.cell(input_expr, match_expr)))


class ProcessParser(SpiffProcessParser):  # type: ignore[misc]
    """The library finds elements by any id below the process, so a parameter `letter` would hide a task `letter`."""

    def _index_process_nodes(self) -> None:
        super()._index_process_nodes()
        self.nodes_by_id = {node.get("id"): node for node in self.node.iterchildren() if node.get("id")}


class Parser(SpiffBpmnParser):  # type: ignore[misc]
    """Turns checked XML into SpiffWorkflow's specs, with our parts in place."""

    PROCESS_PARSER_CLASS = ProcessParser
    OVERRIDE_PARSER_CLASSES = {
        **SpiffBpmnParser.OVERRIDE_PARSER_CLASSES,
        full_tag("intermediateCatchEvent"): (CatchEventParser, IntermediateCatchEvent),
        full_tag("boundaryEvent"): (BoundaryEventParser, BoundaryEvent),
        full_tag("serviceTask"): (ServiceTaskParser, ServiceTask),
        full_tag("callActivity"): (CallActivityParser, CallActivity),
    }

    def get_engine(self, decision_ref: str, node: etree._Element) -> DecisionTable:
        return DecisionTable(super().get_engine(decision_ref, node).decision_table)
