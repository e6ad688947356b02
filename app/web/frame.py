"""What stands around every page: bar, menu, person, foot; never the page itself."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from flask import Flask, current_app, g, request, url_for
from flask_babel import get_locale

from app.rules.permissions import Viewer
from app.web import language, places

CountWork = Callable[[Viewer], int | None]


@dataclass(frozen=True)
class Frame:
    """What base.html needs; asked only by pages that have a frame, so fragments cost nothing."""

    count_work: CountWork | None

    @property
    def viewer(self) -> Viewer | None:
        viewer: Viewer | None = g.get("viewer")
        return viewer

    @property
    def demo(self) -> bool:
        return bool(current_app.config.get("DEMO"))

    @property
    def language(self) -> str:
        return str(get_locale() or "en")

    @property
    def languages(self) -> list[tuple[str, str]]:
        return language.own_names()

    @property
    def theme(self) -> str:
        return language.theme()

    @property
    def this_page(self) -> str:
        """Where to come back to after choosing a language or a look."""
        return request.full_path.rstrip("?") if request.method == "GET" else places.local_path(request.referrer)

    @property
    def time_machine(self) -> str:
        """Where the demonstration's business day can be moved on; "" where there is no such page."""
        there = self.demo and self.viewer is not None and not g.get("mishap")
        return url_for("time_machine.page") if there and "time_machine.page" in current_app.view_functions else ""

    @property
    def sign_ins(self) -> str:
        """Where somebody sees in which browsers they are signed in; "" where there is no such page."""
        there = self.viewer is not None and "sessions.page" in current_app.view_functions
        return url_for("sessions.page") if there else ""

    @property
    def passkeys(self) -> str:
        """Where somebody keeps their passkeys; "" where there is no such page."""
        there = self.viewer is not None and "passkeys.page" in current_app.view_functions
        return url_for("passkeys.page") if there else ""

    @property
    def own_password(self) -> str:
        """Where somebody chooses another password; "" where there is no such page."""
        there = self.viewer is not None and "own_password.page" in current_app.view_functions
        return url_for("own_password.page") if there else ""

    @property
    def second_step(self) -> str:
        """Where somebody sees to the second step of their sign-in; "" in the demonstration, which asks for none."""
        there = self.viewer is not None and not self.demo and "second_step.page" in current_app.view_functions
        return url_for("second_step.page") if there else ""

    def menu(self, here: str | None = None) -> list[places.Entry]:
        """The places of this person; `here` overrules the place that follows from the page's blueprint."""
        if self.viewer is None:
            return []
        at = places.here_now() if here is None else here
        return places.entries(self.viewer.role, here=at, count_work=self._count, demo=self.demo)

    def _count(self) -> int | None:
        # After a mishap the database may be what is broken: the bar then goes without its count.
        if self.viewer is None or self.count_work is None or g.get("mishap"):
            return None
        if "work_count" not in g:
            g.work_count = self.count_work(self.viewer)
        count: int | None = g.work_count
        return count


def install(app: Flask, count_work: CountWork | None) -> None:
    frame = Frame(count_work)

    @app.context_processor
    def around() -> dict[str, Any]:
        return {"frame": frame}
