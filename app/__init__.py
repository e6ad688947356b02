"""Voorwaarts: the only place that joins the rooms into one application."""

from __future__ import annotations

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

from app.config import Config, ConfigError


def open_app(config: Config) -> Flask:
    """The application for real use, once everything it stands on was looked at: database, drawings, templates.

    Raises ConfigError or BrokenDrawings with a sentence for every fault. No connection is open yet, so it may fork.
    """
    from app.house import look_at_templates
    from app.migrations import require_up_to_date

    require_up_to_date(config.database_url)
    app = create_app(config)
    if faults := look_at_templates(config.contract_templates):
        raise ConfigError(faults)
    return app


def create_app(config: Config) -> Flask:
    """The application: database, drawings, pages.

    Raises BrokenDrawings when the drawings have faults, OpenDoor when a view does not say who may enter.
    """
    from app.house import open_house
    from app.records import db
    from app.records.database import engine_options
    from app.web import rooms
    from app.web.pages import Pages

    app = Pages(__name__)
    app.config.update(
        SECRET_KEY=config.secret_key,
        SQLALCHEMY_DATABASE_URI=config.database_url,
        SQLALCHEMY_ENGINE_OPTIONS=engine_options(config.database_url),
        DEMO=config.demo,
        SECURE=config.secure,
        DEBUG=False,  # whatever FLASK_DEBUG says
        TRUSTED_HOSTS=list(config.trusted_hosts) or None,
        MAX_CONTENT_LENGTH=12 * 1024 * 1024,
    )
    app.extensions["voorwaarts.config"] = config
    app.extensions["voorwaarts.house"] = open_house(config)
    if config.trusted_proxies:
        count = config.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=count, x_proto=count, x_host=count)  # type: ignore[method-assign]
    db.init_app(app)
    rooms.furnish_all(app)
    return app
