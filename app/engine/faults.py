"""What can be wrong with a drawing, each as one sentence with file and element; never a stack trace."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from app.errors import Refused

SENTENCES = {
    "no_drawings": "there is no drawing here.",
    "not_text": "the file is not UTF-8 text.",
    "too_large": "the file is larger than {megabytes} MB.",
    "too_many_tags": "the file has more than {most} tags.",
    "not_xml": "the file is not well-formed XML: {reason}.",
    "has_doctype": "a document type or entity declaration is not allowed.",
    "not_bpmn": "the file is not a BPMN drawing.",
    "no_process": "the drawing has no process.",
    "several_processes": "the drawing has {count} processes; one file holds one.",
    "same_process": "the process is also drawn in {other}.",
    "not_executable": "the process is marked as not executable.",
    "no_id": "a {kind} has no id.",
    "reserved_id": "an id is letters, digits, “_” and “-” only, and not “Start”, “End” or “Root”.",
    "same_id": "the id stands twice in this drawing.",
    "unsupported": "a {kind} is not supported.",
    "unsupported_event": "a {kind} may not have a {event}.",
    "one_event": "a {kind} must have one event definition, not {count}.",
    "loop_marker": "a task may not carry a loop or multi-instance marker; draw the loop.",
    "script": "scripts are not allowed.",
    "no_start": "the drawing has no start event.",
    "several_starts": "the drawing has {count} start events; it must have one.",
    "no_end": "the drawing has no end event.",
    "unreachable": "no path from the start leads here.",
    "dead_end": "no sequence flow leaves this {kind}.",
    "several_outgoing": "{count} sequence flows leave this {kind}; split with a gateway.",
    "flow_from_nowhere": "the sequence flow starts nowhere (source {source}).",
    "flow_to_nowhere": "the sequence flow leads nowhere (target {target}).",
    "flow_into_start": "a sequence flow may not lead to a {kind}.",
    "flow_out_of_end": "a sequence flow may not leave an end event.",
    "no_default": "the gateway has conditions but no default flow.",
    "unknown_default": "the default flow {default} does not leave this gateway.",
    "no_condition": "the flow {flow} has neither a condition nor is it the default.",
    "condition_not_asked": "the condition on flow {flow} would never be asked: it does not leave an exclusive gateway.",
    "condition_on_default": "the default flow {flow} may not have a condition.",
    "attached_to_nothing": "the boundary event is attached to {target}, which is no user task or call in this drawing.",
    "boundary_into_join": "its path leads into the parallel join {join}, which would wait forever: merge first.",
    "no_name": "the {kind} has no name.",
    "no_english": "the {kind} “{name}” has no English name (property “en”).",
    "no_lane": "the user task stands in no lane.",
    "several_lanes": "the element stands in several lanes.",
    "unknown_lane": "the lane {lane} is not a role; choose from {known}.",
    "lane_of_nothing": "the lane {lane} names {target}, which is not in this drawing.",
    "same_task": "the user task is also drawn in {other}.",
    "no_form": "the user task names no form.",
    "form_outside": "the form {form} must be a .json file in the folder forms.",
    "form_missing": "the form {form} does not exist.",
    "form_not_json": "the form is not JSON: {reason}.",
    "form_not_schema": "the form is not a JSON Schema: {reason}.",
    "form_orphaned": "no user task uses this form.",
    "no_called": "the call names no drawing.",
    "unknown_called": "the called drawing {called} does not exist.",
    "call_cycle": "the drawings call each other in a circle: {circle}.",
    "not_a_deadline": 'a timer must be a date of the form deadline("name").',
    "unknown_deadline": "the deadline “{name}” is not known.",
    "no_message": "the message {message} is not declared.",
    "no_operator": "the service task names no operator.",
    "unknown_operator": "the operator {operator} is not known; choose from {known}.",
    "unknown_parameter": "the operator {operator} has no parameter {parameter}.",
    "missing_parameter": "the operator {operator} lacks its parameter {parameter}.",
    "not_a_constant": "the parameter must be a quoted text, not {expression}.",
    "not_one_value": "an output cell must hold one value, not {expression}.",
    "no_table": "the business rule task names no decision table.",
    "unknown_table": "the decision table {table} does not exist.",
    "table_orphaned": "no drawing uses this decision table.",
    "same_table": "the decision is also in {other}.",
    "not_dmn": "the file is not one decision with one decision table.",
    "hit_policy": "the hit policy {policy} is not supported; use FIRST or UNIQUE.",
    "no_input": "an input has no expression.",
    "no_output": "an output has no name, or a name that is not a single word.",
    "cells": "the row has {found} cells where the table has {wanted} columns.",
    "no_outcome": "an output cell is empty.",
    "expression_too_long": "the expression “{expression}” is longer than {longest} characters.",
    "expression_too_deep": "the expression “{expression}” is nested too deeply.",
    "expression_unreadable": "the expression “{expression}” can't be read.",
    "expression_not_allowed": "the expression “{expression}” may not contain “{part}”.",
    "unknown_name": "the expression “{expression}” asks for “{name}”, which is not a known fact.",
    "not_understood": "the drawing can't be used: {reason}.",
}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong: the file, the element ("" for the whole file), what, and the values for its sentence."""

    file: str
    element: str
    code: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        where = f"{self.file}, {self.element}" if self.element else self.file
        return f"{where}: {SENTENCES[self.code].format_map(self.params)}"


class BrokenDrawings(Refused):
    """The folder of drawings can't be used; `faults` names everything that is wrong with it."""

    def __init__(self, faults: Sequence[Fault]) -> None:
        super().__init__("broken_drawings", count=len(faults))
        self.faults = list(faults)

    def __str__(self) -> str:
        return "\n".join(str(fault) for fault in self.faults)
