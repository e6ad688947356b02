"""Flask as this house uses it: any address can be read, and what a view showed is written down before it is shown."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import quote
from wsgiref.types import WSGIEnvironment

from flask import Flask, Request
from flask.typing import ResponseReturnValue
from werkzeug.exceptions import NotFound as ClosedDoor

from app.errors import NotFound
from app.web import looks


class Asked(Request):
    """A request. Bytes in its query that are no ASCII are spelt out, as a browser does; else they could not be read."""

    def __init__(self, environ: WSGIEnvironment, populate_request: bool = True, shallow: bool = False) -> None:
        query: str = environ.get("QUERY_STRING", "")
        if not query.isascii():
            environ["QUERY_STRING"] = quote(query.encode("latin-1"), safe="".join(map(chr, range(0x21, 0x7F))))
        super().__init__(environ, populate_request, shallow)


class Pages(Flask):
    """The application."""

    request_class = Asked

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
