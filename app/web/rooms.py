"""The features of the web in one list: frame first, then one blueprint per feature, doors checked last."""

from __future__ import annotations

from importlib import import_module

from flask import Flask

from app.actions.people import choose_language
from app.records.lists import count_urgent
from app.rules.permissions import Viewer
from app.web import doors, furnish, own_account, request_log, session
from app.web.desk import desk, load_viewer, today

# One feature is one file is one blueprint, called `blueprint` in it.
FEATURES: tuple[str, ...] = (
    "signing",
    "own_account",
    "sessions",
    "own_password",
    "passkeys",
    "links",
    "second_step",
    "work",
    "tasks",
    "nomination",
    "trajectories",
    "take_over",
    "care",
    "dossier",
    "legal_dates",
    "history",
    "readers",
    "retention",
    "access",
    "reviews",
    "lease_corrections",
    "schedules",
    "own_spans",
    "revisions",
    "contacts",
    "care_notes",
    "early_ends",
    "incidents",
    "beside",
    "rectify",
    "documents",
    "notices",
    "diagram",
    "ledger",
    "management",
    "mail",
    "time_machine",
    "health",
)


def furnish_all(app: Flask) -> None:
    session.install(app)
    own_account.install(app)
    furnish(
        app,
        load_viewer=load_viewer,
        today=today,
        count_work=lambda viewer: count_urgent(viewer, today()),
        remember_language=_remember,
    )
    request_log.install(app)
    for name in FEATURES:
        app.register_blueprint(import_module(f"app.web.{name}").blueprint)
    app.view_functions["static"].__dict__.setdefault("door", frozenset({doors.anyone}))
    doors.refuse_open_doors(app)


def _remember(_viewer: Viewer, language: str) -> None:
    choose_language(desk(), language)
