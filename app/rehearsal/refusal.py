"""What the script wanted and the program refused, with the sentence a person would have read; decides nothing."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import force_locale

from app.errors import Fault, Invalid, Refused
from app.rules.fields import Field, outline
from app.web import sentences


@dataclass(frozen=True, slots=True)
class Refusal:
    """One refused deed: the day, the task or happening, and why."""

    on: date
    task: str
    code: str
    sentence: str
    faults: list[Fault] = field(default_factory=list)


def refusal(on: date, task: str, refused: Refused, form: Mapping[str, Any] | None = None) -> Refusal:
    """The refusal of this deed; `form` is what was filled in, so that a fault can name its question."""
    faults = list(refused.faults) if isinstance(refused, Invalid) else []
    return Refusal(on, task, refused.code, sentence_of(refused, form), faults)


def sentence_of(refused: Refused, form: Mapping[str, Any] | None = None) -> str:
    """One or more sentences, in English."""
    if "reason" in refused.params:
        return str(refused.params["reason"])
    with force_locale("en"):
        if not isinstance(refused, Invalid) or not refused.faults:
            return sentences.refusal(refused)
        asked = dict(_asked(outline(form))) if form else {}
        said = (_fault(fault, asked.get(fault.field.rpartition(".")[2])) for fault in refused.faults)
        return " ".join(dict.fromkeys(said))


def _fault(fault: Fault, question: Field | None) -> str:
    label = question.label if question else fault.field.replace("_", " ")
    return sentences.fault(fault, label, question.kind if question else "")


def _asked(fields: tuple[Field, ...]) -> Iterator[tuple[str, Field]]:
    for one in fields:
        yield one.name, one
        yield from _asked(one.parts)
