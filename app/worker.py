"""What runs when: name, interval, action. APScheduler is only the ticker; what is due is kept in rows."""

from __future__ import annotations

import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from types import FrameType

from apscheduler.schedulers.background import BackgroundScheduler
from flask import Flask

from app import clock, logs
from app.actions import audit
from app.actions.account_mail import post_account_mails
from app.actions.attempts import forget_attempts
from app.actions.deed import Desk, House
from app.actions.documents import file_ordered
from app.actions.letters import post_due
from app.actions.links import forget_mails
from app.actions.retention import remove_files
from app.actions.rounds import note_round, wake_due
from app.actions.sessions import forget_old
from app.actions.silence import notice_silence
from app.actions.taking_over.files import forget, go_on
from app.config import Config
from app.errors import Refused
from app.house import hire_postman
from app.records import db
from app.records.database import is_out_of_reach
from app.records.settings import days_ahead
from app.web.mail_texts import write, write_to_account

Act = Callable[[Flask, Desk], int]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable. `seconds` lie between two rounds; a round that runs late is not repeated."""

    name: str
    seconds: int
    act: Act


def _wake(_app: Flask, desk: Desk) -> int:
    return wake_due(desk)


def _file(_app: Flask, desk: Desk) -> int:
    return file_ordered(desk)


def _post(app: Flask, desk: Desk) -> int:
    config: Config = app.extensions["voorwaarts.config"]
    postman = hire_postman(config)
    return post_account_mails(desk, postman, write_to_account) + post_due(desk, postman, write)


def _listen(_app: Flask, desk: Desk) -> int:
    return notice_silence(desk)


def _take_over(_app: Flask, desk: Desk) -> int:
    return go_on(desk) + forget(desk)


def _beat(_app: Flask, desk: Desk) -> int:
    note_round(desk)
    return 0


def _forget(_app: Flask, desk: Desk) -> int:
    return forget_old(desk) + forget_attempts(desk) + forget_mails(desk) + remove_files(desk)


def _anchor(app: Flask, desk: Desk) -> int:
    config: Config = app.extensions["voorwaarts.config"]
    return int(audit.anchor(desk, config.anchors))


TIMETABLE = (
    Job("wake", 5, _wake),
    Job("file", 3, _file),
    Job("post", 10, _post),
    Job("listen", 60, _listen),
    Job("take_over", 2, _take_over),
    Job("beat", 10, _beat),
    Job("anchor", 300, _anchor),
    Job("forget", 3600, _forget),
)


def desk_now(app: Flask) -> Desk:
    """The worker's own desk: nobody sits at it."""
    config: Config = app.extensions["voorwaarts.config"]
    house: House = app.extensions["voorwaarts.house"]
    return Desk(house, None, clock.today(days_ahead() if config.demo else 0), clock.now(), "worker")


def do_round(app: Flask, job: Job) -> int:
    """One round of one job; a fault is logged and the next round tries again."""
    with app.app_context():
        try:
            done = job.act(app, desk_now(app))
            if done:
                logs.note("worker", "round done", job=job.name, count=done)
            return done
        except Refused as refusal:
            logs.note("worker", "round refused", level="warning", job=job.name, code=refusal.code)
        except Exception as fault:
            if is_out_of_reach(fault):
                logs.note("worker", "round refused", level="warning", job=job.name, code="database_unreachable")
            else:
                logs.note("worker", "round failed", level="error", job=job.name, error=fault)
        finally:
            db.session.remove()
        return 0


def work(app: Flask) -> None:
    """Work until told to stop; a round under way is finished first."""
    stop = threading.Event()

    def ask(_number: int, _frame: FrameType | None) -> None:
        stop.set()

    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, ask)
    ticker = BackgroundScheduler(timezone=clock.AMSTERDAM)
    for job in TIMETABLE:
        ticker.add_job(
            do_round,
            "interval",
            args=(app, job),
            seconds=job.seconds,
            id=job.name,
            coalesce=True,
            max_instances=1,
            misfire_grace_time=None,
            next_run_time=clock.now(),
        )
    ticker.start()
    logs.note("worker", "started")
    stop.wait()
    ticker.shutdown(wait=True)
    logs.note("worker", "stopped")
