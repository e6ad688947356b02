"""A run as bytes and back, against a drawing that is kept elsewhere; never stores a drawing, an answer or a date."""

from __future__ import annotations

import json
import zlib
from typing import Any

from app.engine.spiff import Interpreter
from app.engine.tokens import Call, Run, Token, is_waiting_event
from app.errors import Refused

VERSION = 1


class BrokenState(Refused):
    """A stored run that can't be read, or that belongs to another drawing."""


def to_bytes(run: Run, key: str, drawing_hash: str) -> bytes:
    """The run as zlib-packed JSON: per drawing under way its tokens as [id, parent, element, state(, data)]."""
    document = {
        "version": VERSION,
        "drawing": drawing_hash,
        "key": key,
        "last_id": run.last_id,
        "completed": run.completed,
        "tokens": _tokens(run),
        "calls": [[call.caller.id, call.completed, _tokens(call)] for call in run.subprocesses.values()],
    }
    return zlib.compress(json.dumps(document, separators=(",", ":")).encode(), 1)


def from_bytes(
    state: bytes, drawing_hash: str, specs: dict[str, Any], drawing: str, interpreter: Interpreter
) -> tuple[Run, str]:
    """The run and its key; BrokenState when the bytes are damaged or were made against another drawing."""
    try:
        document = json.loads(zlib.decompress(state))
        if document["version"] != VERSION:
            raise BrokenState("state_of_another_version", version=document["version"])
        if document["drawing"] != drawing_hash:
            raise BrokenState("state_of_another_drawing", drawing=drawing)
        run = Run(specs[drawing], specs, interpreter, document["last_id"])
        run.completed = document["completed"]
        by_id = dict(_plant(run, document["tokens"]))
        for caller_id, completed, tokens in document["calls"]:
            caller = by_id[caller_id]
            call = Call(specs[caller.task_spec.spec], caller, run)
            call.completed = completed
            call.completed_event.connect(caller.task_spec._on_subworkflow_completed, caller)
            run.subprocesses[caller_id] = call
            by_id.update(_plant(call, tokens))
        return run, document["key"]
    except (zlib.error, ValueError, KeyError, TypeError, IndexError, AttributeError) as reason:
        raise BrokenState("state_unreadable", drawing=drawing) from reason


def _tokens(tree: Run | Call) -> list[list[Any]]:
    return [
        [token.id, token._parent, token.task_spec.name, token._state, *([token.data] if token.data else [])]
        for token in tree.tasks.values()
    ]


def _plant(tree: Run | Call, rows: list[list[Any]]) -> dict[int, Token]:
    """Put the tokens back; the first is the root and parents need not come before their children."""
    events = tree.top_workflow.event_manager
    for token_id, _, element, state, *data in rows:
        token = Token(tree, tree.spec.task_specs[element], state=state, id=token_id)
        if data:
            token.data = data[0]
        if is_waiting_event(token):
            events.add_task(token)
    tokens: dict[int, Token] = tree.tasks
    for token_id, parent, *_ in rows:
        if parent is not None:
            tokens[token_id]._parent = parent
            tokens[parent]._children.append(token_id)
    tree.task_tree = tokens[rows[0][0]]
    return tokens
