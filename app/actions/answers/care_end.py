"""What people answer after care stopped: the tenant told, a refusal weighed, a decision renewed, a successor found."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from app.actions.answers.given import Given, Record
from app.actions.care_ends import about


def confirm_care_end(given: Given) -> None:
    about(given.ledger).outcome = "told"


def weigh_refusal(given: Given) -> None:
    """Whatever comes of it, the lease goes on; an incident is reported apart, with the steps that belong to it."""
    about(given.ledger).outcome = given.answers["outcome"]


def renew_care_decision(given: Given) -> None:
    """A new last day moves the watch along; other support needs no decision, so there is nothing left to watch."""
    one, row = about(given.ledger), given.trajectory
    one.outcome = given.answers["outcome"]
    if one.outcome == "renewed":
        row.care_decision_until = given.day("until")
    elif one.outcome == "other_support":
        row.care_decision_until = None


def find_successor(given: Given) -> None:
    one = about(given.ledger)
    one.successor_id, one.asked_on = UUID(given.answers["successor"]), given.deed.today
    one.handover = given.answers["handover"] == "yes"
    one.accepted = None


def take_over_care(given: Given) -> None:
    about(given.ledger).accepted = given.answers["answer"] == "takes_over"


RECORD: Mapping[str, Record] = {
    "confirm_care_end": confirm_care_end,
    "weigh_refusal": weigh_refusal,
    "renew_care_decision": renew_care_decision,
    "find_successor": find_successor,
    "take_over_care": take_over_care,
}
