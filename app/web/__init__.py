"""The room people see: views, forms and words; it reads the clock and the records and writes only through actions.

`furnish` installs what every page shares on a given Flask app. It reads from `app.config`:

SECRET_KEY              for the session and the forms' tokens
DEMO                    True in the demonstration region: the foot says that all names are invented (default False)
SECURE                  True when people reach us over TLS: sends HSTS (default False)
SIGN_IN_PATH            where visitors are sent (default "/sign-in")
SIGN_OUT_PATH           where the form that signs out posts to (default "/sign-out")
BABEL_TRANSLATION_DIRECTORIES   another folder of compiled catalogues (default app/translations)

and leaves in it: LANGUAGES, the languages that can be chosen. Whoever joins the rooms registers the blueprints after
`furnish`, and calls `doors.refuse_open_doors(app)` last.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from flask import Flask, g, request

from app.rules.permissions import Viewer
from app.web import answers, doors, filling, frame, language, mishaps, words
from app.web.csrf import MaskedCsrf
from app.web.dates import dates


def furnish(
    app: Flask,
    *,
    load_viewer: Callable[[], Viewer | None],
    today: Callable[[], date],
    count_work: frame.CountWork | None = None,
    remember_language: language.Remember | None = None,
) -> None:
    """Puts frame, doors, words, headers and error pages on the app.

    `load_viewer()` is asked once per request, never for static files; the answer is `g.viewer`. `today()` is the
    business day. `count_work(viewer)` is the number beside My work. `remember_language(viewer, code)` writes the choice
    of someone who is signed in.
    """
    app.config.setdefault("SIGN_IN_PATH", "/sign-in")
    app.config.setdefault("SIGN_OUT_PATH", "/sign-out")
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.url_map.strict_slashes = False

    @app.before_request
    def arrive() -> None:
        mishaps.number_request()
        g.viewer = None
        if request.endpoint != "static":
            g.viewer = load_viewer()

    app.before_request(doors.guard)
    MaskedCsrf(app)  # after the doors: who is signed out hears that, not that the form was strange
    language.speak(app, remember_language)
    words.install(app, today)
    filling.install(app)
    app.register_blueprint(dates)
    answers.install(app)
    mishaps.install(app)
    frame.install(app, count_work)
