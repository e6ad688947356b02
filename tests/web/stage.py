"""A bare stage for the pages' frame: a real Flask app with our templates, one visitor at a time, and no records."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from uuid import UUID

from flask import Blueprint, Flask, render_template_string, request
from flask.testing import FlaskClient

import app
from app.errors import Invalid, NotFound, NotReady
from app.rules.permissions import Viewer
from app.web import doors, furnish
from app.web.doors import anyone, enter, signed_in

HOUSE = Path(app.__file__).parent
TODAY = date(2026, 11, 22)
OFFICER = Viewer(
    id=UUID(int=1),
    name="Jorrit Voorbeeld",
    role="housing_officer",
    organisation_id=UUID(int=2),
    organisation="Woonstichting De Heuvel (demo)",
    part="association",
    language="nl",
)
PAGE = """{% extends "base.html" %}{% from "parts/ui.html" import csrf %}
{% block title %}Proef{% endblock %}{% block main %}<h1>Proef</h1>
<form method="post" action="/echo">{{ csrf() }}</form>{% endblock %}"""


@dataclass
class Stage:
    """The app, who is looking (None: nobody), and what was asked of the hooks."""

    app: Flask
    viewer: Viewer | None = None
    counted: list[str] = field(default_factory=list)
    remembered: list[str] = field(default_factory=list)

    def client(self) -> FlaskClient:
        return self.app.test_client()

    def token(self, client: FlaskClient) -> str:
        """A fresh token out of a page, as a browser gets it."""
        html = client.get("/open").get_data(as_text=True)
        return html.split('name="csrf_token" value="')[1].split('"')[0]


def build(catalogues: Path, viewer: Viewer | None = None, *, demo: bool = False) -> Stage:
    """A stage whose catalogues were compiled into `catalogues`."""
    flask = Flask(
        "stage", root_path=str(HOUSE), template_folder=str(HOUSE / "templates"), static_folder=str(HOUSE / "static")
    )
    flask.config.update(SECRET_KEY="only for the stage", DEMO=demo, BABEL_TRANSLATION_DIRECTORIES=str(catalogues))
    flask.config["PROPAGATE_EXCEPTIONS"] = False
    stage = Stage(flask, viewer)

    def count(viewer: Viewer) -> int:
        stage.counted.append(viewer.name)
        return 9

    furnish(
        flask,
        load_viewer=lambda: stage.viewer,
        today=lambda: TODAY,
        count_work=count,
        remember_language=lambda viewer, code: stage.remembered.append(f"{viewer.name}: {code}"),
    )
    for name in ("work", "trajectories", "management", "mail"):
        flask.register_blueprint(_place(name))
    _pages(flask)
    doors.refuse_open_doors(flask)
    return stage


def _place(name: str) -> Blueprint:
    blueprint = Blueprint(name, __name__)

    @blueprint.get(f"/{name}")
    @enter(signed_in)
    def page() -> str:
        return render_template_string(PAGE)

    return blueprint


def _pages(flask: Flask) -> None:
    @flask.get("/open")
    @enter(anyone)
    def open_page() -> str:
        return render_template_string(PAGE)

    @flask.get("/leads")
    @enter("team_lead")
    def leads() -> str:
        return "for team leads"

    @flask.post("/echo")
    @enter(signed_in)
    def echo() -> str:
        return request.form.get("text", "")

    @flask.get("/gone")
    @enter(signed_in)
    def gone() -> str:
        raise NotFound("not_found")

    @flask.post("/clash")
    @enter(signed_in)
    def clash() -> str:
        raise NotReady("not_ready")

    @flask.post("/whole")
    @enter(signed_in)
    def whole() -> str:
        raise Invalid()

    @flask.post("/full")
    @enter(signed_in)
    def full() -> str:
        raise NotReady("disk_full")

    @flask.get("/break")
    @enter(signed_in)
    def broken() -> str:
        raise RuntimeError("a secret inside")
