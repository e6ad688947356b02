"""Says a typed day back in words while somebody fills in a form; never decides whether that day is right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Blueprint, current_app, request
from flask.typing import ResponseReturnValue

from app.rules.typed import Unreadable, parse_date
from app.web.doors import enter, signed_in
from app.web.words import weekday

dates = Blueprint("dates", __name__, url_prefix="/dates")


@dates.get("/in-words")
@enter(signed_in)
def in_words() -> ResponseReturnValue:
    """`dinsdag 2 juni 2026` for whatever one field was named and holds; nothing when it is not a day (yet)."""
    typed = next((value for value in request.args.values() if value.strip()), "")
    today: Callable[[], date] = current_app.extensions["voorwaarts.today"]
    try:
        return weekday(parse_date(typed, today()))
    except Unreadable:
        return ""
