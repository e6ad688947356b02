"""One process that files what was ordered, and prints the code of what refused it. Run by a test."""

from __future__ import annotations

import sys
from datetime import UTC, date, datetime, time
from pathlib import Path

from app import create_app
from app.actions.deed import Desk
from app.actions.documents import file_ordered
from app.config import Config
from app.errors import Refused


def main(folder: str, url: str, today: date) -> None:
    app = create_app(Config.scratch(Path(folder), DATABASE_URL=url))
    with app.app_context():
        try:
            file_ordered(Desk(app.extensions["voorwaarts.house"], None, today, datetime.combine(today, time(9), UTC)))
        except Refused as refused:
            print(refused.code)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], date.fromisoformat(sys.argv[3]))
