"""One thing to read before a task is filled in, as the task's page draws it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from app.web.side_by_side import SideBySide


@dataclass(frozen=True, slots=True)
class Known:
    """One thing to read before filling in: a heading, by whom and when, and (question, answer) rows."""

    heading: str
    rows: Sequence[tuple[str, str]] = ()
    by: str = ""
    sentence: str = ""
    warning: bool = False  # the sentence is one to heed
    views: SideBySide | None = None  # what each party says, as a table
