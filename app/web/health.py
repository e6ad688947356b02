"""Says to a watchman how the program is doing: numbers only, nothing about people, and quickly."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, current_app, jsonify
from flask.typing import ResponseReturnValue
from sqlalchemy.exc import SQLAlchemyError

from app import clock
from app.records.health import Pulse, pulse
from app.web.desk import today
from app.web.doors import anyone, enter

blueprint = Blueprint("health", __name__)

TOO_LONG = 600  # seconds without a whole round of the worker; a round is made every few seconds


@blueprint.get("/health")
@enter(anyone)
def page() -> ResponseReturnValue:
    """503 when the database can't be reached or the worker has stopped; a stuck run is said but keeps 200."""
    try:
        felt = pulse(today())
    except SQLAlchemyError as fault:
        current_app.logger.error("the database can't be reached: %s", type(fault).__name__)
        return jsonify(status="failing", database="unreachable"), 503
    said = _said(felt)
    return jsonify(said), 503 if said["status"] == "worker_stopped" else 200


def _said(felt: Pulse) -> dict[str, Any]:
    seconds = None
    if felt.last_round is not None:
        seconds = max(0, round((clock.now() - felt.last_round).total_seconds()))
    if seconds is None:
        status = "waiting_for_worker"
    elif seconds > TOO_LONG:
        status = "worker_stopped"
    else:
        status = "runs_stuck" if felt.stuck_runs else "ok"
    return {
        "status": status,
        "database": "ok",
        "worker_last_round_seconds": seconds,
        "oldest_due_days": felt.oldest_due_days,
        "stuck_runs": felt.stuck_runs,
    }
