"""What a script lets happen by itself on a day: a review moved, the worker or the mail away, an incident, …"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy import select

from app.actions.care import end_pause, note_care_end, note_pause
from app.actions.early_ends import report_early_end
from app.actions.incidents import report_incident, withdraw_incident
from app.actions.lease_corrections import propose_correction
from app.actions.reviews import move_review
from app.actions.revisions import propose_revision
from app.actions.schedules import choose_own_spans, follow_association
from app.actions.tasks import correct_task
from app.errors import Invalid, NotFound, Refused
from app.post import Mail, PostDown, Postman
from app.records import Incident, Review, Task, Trajectory
from app.records.database import let_go, reading
from app.records.schedules import settings_of
from app.rehearsal.days import day_of
from app.rules.early_end import OF_THE_LEASE
from app.rules.escalation import Report
from app.rules.lease_correction import DAYS
from app.rules.spans import BY_NAME, chosen
from app.rules.typed import parse_whole

if TYPE_CHECKING:
    from app.rehearsal.player import Player
    from app.rehearsal.script import Happening


@dataclass(frozen=True, slots=True)
class PostmanAway(Postman):
    """The mail server is down."""

    def post(self, mail: Mail, at: datetime) -> None:
        raise PostDown("the rehearsal says so")


def carry_out(player: Player, one: Happening) -> None:
    """Let it happen; what is refused is kept as a refusal."""
    if player.record is not None:
        told = {name: value for name, value in one.params.items() if name not in ("answers", "spans")}
        told |= one.params.get("spans", {})
        player.record.happened(player.today, one.do, told)
    try:
        DEEDS[one.do](player, one)
    except Refused as refused:
        player.refuse(one.do, refused)


def _worker_off(player: Player, one: Happening) -> None:
    player.worker_off_until = player.today + timedelta(days=int(one.params["days"]))


def _mail_off(player: Player, one: Happening) -> None:
    player.mail_off_until = player.today + timedelta(days=int(one.params["days"]))


def _move_review(player: Player, one: Happening) -> None:
    wanted = (Review.trajectory_id == player.trajectory_id, Review.kind == "review")
    review_id = reading().scalar(select(Review.id).where(*wanted, Review.month == int(one.params["month"])))
    let_go()
    if review_id is None:
        raise NotFound("no_such_review")
    to = day_of(str(one.params["to"]), player.marks())
    move_review(player.desk(player.cast.players["housing_officer"]), review_id, to, str(one.params["reason"]))


def _correct(player: Player, one: Happening) -> None:
    """The newest finished task of that name is corrected; what is not said is filled in as it is usually."""
    done = (Task.trajectory_id == player.trajectory_id, Task.name == one.params["task"], Task.status == "done")
    task = reading().scalar(select(Task).where(*done).order_by(Task.done_on.desc()).limit(1))
    let_go()
    if task is None:
        raise NotFound("no_such_task")
    raw = player.fill_in(task, one.params["answers"])
    correct_task(player.desk(player.cast.who(task.role, task.organisation_id)), task.id, raw, str(one.params["reason"]))


def _stops_early(player: Player, one: Happening) -> None:
    """The tenant gives notice, dies, the court rules or the candidate withdraws: by whoever would report it."""
    kind, marks = str(one.params["kind"]), player.marks()
    answers = {"kind": kind, "on": day_of(str(one.params.get("happened", "today")), marks).isoformat()}
    if "last_day" in one.params:
        answers["last_day"] = day_of(str(one.params["last_day"]), marks).isoformat()
    if "who" in one.params:
        answers["who"] = player.id_called(str(one.params["who"]))
    who = "housing_officer" if kind in OF_THE_LEASE else "support_worker"
    assert player.trajectory_id is not None  # it began before anything happened
    report_early_end(player.desk(player.cast.players[who]), player.trajectory_id, answers)


def _report_incident(player: Player, one: Happening) -> None:
    assert player.trajectory_id is not None  # something happens in it
    said = one.params
    report = Report(
        happened_on=day_of(str(said.get("happened_on", "today")), player.marks()),
        ground=str(said["ground"]),
        what=str(said["what"]),
        evidence=str(said.get("evidence", "Melding van buren en een eigen bezoek.")),
        sources=tuple(said.get("sources", ("neighbours", "own_observation"))),
        first_step=str(said.get("first_step", "conversation")),
        skip_reason=str(said.get("skip_reason", "")),
    )
    report_incident(player.desk(player.cast.players["housing_officer"]), player.trajectory_id, report)


def _withdraw_incident(player: Player, one: Happening) -> None:
    ours = (Incident.trajectory_id == player.trajectory_id, Incident.number == int(one.params["incident"]))
    incident_id = reading().scalar(select(Incident.id).where(*ours))
    let_go()
    if incident_id is None:
        raise NotFound("no_such_incident")
    withdraw_incident(player.desk(player.cast.players["housing_officer"]), incident_id, str(one.params["reason"]))


def _correct_lease(player: Player, one: Happening) -> None:
    """The days of the signed lease as they stand on paper; what is not said is kept as it is."""
    assert player.trajectory_id is not None  # it began before anything happened
    row = reading().get_one(Trajectory, player.trajectory_id)
    kept = {name: getattr(row, name) for name in DAYS}
    let_go()
    said = {name: day_of(str(one.params[name]), player.marks()) for name in DAYS if name in one.params}
    days = {name: day.isoformat() for name, day in {**kept, **said}.items() if day is not None}
    officer = player.desk(player.cast.players["housing_officer"])
    propose_correction(officer, player.trajectory_id, days, str(one.params["reason"]))


def _revise(player: Player, one: Happening) -> None:
    """Another decision on conversion is proposed; hearing, decision and approval are tasks like any other."""
    assert player.trajectory_id is not None  # it began before anything happened
    officer = player.desk(player.cast.players["housing_officer"])
    propose_revision(officer, player.trajectory_id, str(one.params["outcome"]), str(one.params["reason"]))


def _care_stops(player: Player, one: Happening) -> None:
    """Noted by the municipality, which may note all of it."""
    assert player.trajectory_id is not None  # it began before anything happened
    on = day_of(str(one.params.get("from", "today")), player.marks())
    officer = player.desk(player.cast.players["municipal_officer"])
    note_care_end(officer, player.trajectory_id, str(one.params["why"]), on)


def _care_pauses(player: Player, one: Happening) -> None:
    assert player.trajectory_id is not None
    since = day_of(str(one.params.get("from", "today")), player.marks())
    until = day_of(str(one.params["until"]), player.marks()) if "until" in one.params else None
    note_pause(player.desk(player.cast.players["municipal_officer"]), player.trajectory_id, since, until)


def _care_goes_on(player: Player, one: Happening) -> None:
    assert player.trajectory_id is not None
    until = day_of(str(one.params.get("until", "today")), player.marks())
    end_pause(player.desk(player.cast.players["municipal_officer"]), player.trajectory_id, until)


def _change_spans(player: Player, one: Happening) -> None:
    """Own spans for this trajectory, as they would be typed; without any it goes back on the association's."""
    assert player.trajectory_id is not None  # it began before anything happened
    row = reading().get_one(Trajectory, player.trajectory_id)
    officer, seen = player.desk(player.cast.players["housing_officer"]), row.schedule_id
    typed = dict(one.params.get("spans", {}))
    numbers = {name: value if BY_NAME[name].most else parse_whole(value) for name, value in typed.items()}
    wanted, faults = chosen(settings_of(reading(), seen), numbers)
    let_go()
    if faults:
        raise Invalid(faults=faults)
    if typed:
        choose_own_spans(officer, player.trajectory_id, wanted, str(one.params["reason"]), seen)
    else:
        follow_association(officer, player.trajectory_id, str(one.params["reason"]), seen)


DEEDS: Mapping[str, Callable[[Player, Happening], None]] = {
    "worker_off": _worker_off,
    "mail_off": _mail_off,
    "move_review": _move_review,
    "correct": _correct,
    "stops_early": _stops_early,
    "report_incident": _report_incident,
    "withdraw_incident": _withdraw_incident,
    "correct_lease": _correct_lease,
    "revise": _revise,
    "care_stops": _care_stops,
    "care_pauses": _care_pauses,
    "care_goes_on": _care_goes_on,
    "change_spans": _change_spans,
}
