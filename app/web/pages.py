"""Flask as this house uses it: what a view showed is written down before its answer goes out."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import Flask
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as ClosedDoor

from app.errors import NotFound
from app.web import looks


class Pages(Flask):
    """The application."""

    def preprocess_request(self) -> ResponseReturnValue | None:
        """As Flask does; who stands before a door that is not theirs stands in the record."""
        try:
            return super().preprocess_request()
        except ClosedDoor:
            looks.note_closed()
            raise

    def dispatch_request(self) -> ResponseReturnValue:
        """As Flask does; a page of which the look can't be written down is not shown."""
        try:
            answer = super().dispatch_request()
        except NotFound:
            looks.note_refused()
            raise
        looks.note()
        return answer

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Flask asks of each of its ten functions around a request whether it is a coroutine; none of ours is."""
        return func
