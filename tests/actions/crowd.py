"""One process of a crowd: completes every open nomination it finds, and prints what came of each. Run by a test."""

from __future__ import annotations

import random
import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from sqlalchemy import select

from app import create_app
from app.actions.deed import Desk
from app.actions.tasks import complete_task, form_choices
from app.config import Config
from app.errors import Refused
from app.records import Task, Trajectory, User
from app.records.database import let_go, reading
from app.records.ledger import Ledger
from app.records.viewers import viewer_of
from app.rehearsal.typist import type_out


def main(folder: str, url: str, today: date) -> None:
    app = create_app(Config.scratch(Path(folder), DATABASE_URL=url))
    with app.app_context():
        officer = viewer_of(reading().scalars(select(User).where(User.email.startswith("sanne@"))).one())
        desk = Desk(app.extensions["voorwaarts.house"], officer, today, datetime.combine(today, time(9), UTC))
        tasks = list(reading().scalars(select(Task).where(Task.status == "open")))
        form = desk.house.form("nominate_candidate")
        row = reading().get_one(Trajectory, tasks[0].trajectory_id)
        raw = type_out(
            "nominate_candidate", form, form_choices(form, Ledger(reading(), row, today)), {}, {"today": today}
        )
        let_go()
        print("ready", flush=True)
        sys.stdin.readline()
        for task in random.sample(tasks, len(tasks)):
            try:
                complete_task(desk, task.id, raw)
            except Refused as refused:
                print(refused.code)
            else:
                print("accepted")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], date.fromisoformat(sys.argv[3]))
