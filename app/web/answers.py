"""What every answer takes along: security headers, caching, compression, built files; never its content."""

from __future__ import annotations

import gzip
import json
import mimetypes
from pathlib import Path

from flask import Flask, current_app, g, request, send_from_directory, url_for
from werkzeug.wrappers import Response

from app.web.doors import anyone, enter

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; object-src 'none'"
)
HEADERS = {
    "Content-Security-Policy": POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
}
A_YEAR = 365 * 24 * 3600
SQUEEZABLE = {"text/html", "text/calendar", "application/json", "application/xml", "text/xml", "image/svg+xml"}
WORTHWHILE = 600  # bytes; below this the answer only grows

mimetypes.add_type("font/woff2", ".woff2")


def install(app: Flask) -> None:
    """Lets every answer of this app leave with its headers, and the built files under their hashed names."""
    app.extensions["voorwaarts.manifest"] = _manifest(app)
    app.jinja_env.globals["asset"] = asset
    app.view_functions["static"] = static_file
    app.after_request(finish)


def asset(name: str) -> str:
    """The address of a built file by its plain name ("ui.css"); of the source file when nothing was built yet."""
    if current_app.debug:
        current_app.extensions["voorwaarts.manifest"] = _manifest(current_app)
    built: dict[str, str] = current_app.extensions["voorwaarts.manifest"]
    return url_for("static", filename=f"built/{built[name]}" if name in built else name)


@enter(anyone)
def static_file(filename: str) -> Response:
    """A built file: as it was compressed at set-up where that exists, and for ever, since its name holds its hash."""
    folder = Path(str(current_app.static_folder))
    built = filename.startswith("built/")
    squeezed = built and _takes_gzip() and (folder / f"{filename}.gz").is_file()
    answer = send_from_directory(
        folder,
        f"{filename}.gz" if squeezed else filename,
        mimetype=mimetypes.guess_type(filename)[0],
        max_age=A_YEAR if built else None,
    )
    if squeezed:
        answer.headers["Content-Encoding"] = "gzip"
    if built:
        answer.vary.add("Accept-Encoding")
        answer.cache_control.public = True
        answer.cache_control.immutable = True
    return answer


def finish(answer: Response) -> Response:
    """The last hand on every answer; what a view set itself is left as it is."""
    there = {name.lower() for name, _ in answer.headers}
    ours = {**HEADERS, "X-Request-Id": g.get("request_id", "")}
    if current_app.config.get("SECURE"):
        ours["Strict-Transport-Security"] = f"max-age={A_YEAR}; includeSubDomains"
    answer.headers.extend([(name, value) for name, value in ours.items() if name.lower() not in there])
    if request.endpoint != "static":
        _keep_private(answer)
    _squeeze(answer)
    return answer


def _keep_private(answer: Response) -> None:
    """Pages are about people: nobody on the way keeps them, and the same address differs by cookie and by htmx."""
    answer.vary.update(("HX-Request", "Cookie"))
    if not (answer.cache_control.public or answer.cache_control.private):
        answer.headers["Cache-Control"] = "no-store"


def _takes_gzip() -> bool:
    return request.accept_encodings.quality("gzip") > 0


def _squeeze(answer: Response) -> None:
    if answer.mimetype not in SQUEEZABLE or answer.direct_passthrough or answer.is_streamed:
        return
    answer.vary.add("Accept-Encoding")
    if not _takes_gzip() or "Content-Encoding" in answer.headers or answer.status_code == 206:
        return
    body = answer.get_data()
    if len(body) >= WORTHWHILE:
        answer.set_data(gzip.compress(body, 5, mtime=0))
        answer.headers["Content-Encoding"] = "gzip"


def _manifest(app: Flask) -> dict[str, str]:
    file = Path(str(app.static_folder)) / "built" / "manifest.json"
    if not file.is_file():
        app.logger.warning("the pages have no built styles yet: run make set-up")
        return {}
    return dict(json.loads(file.read_text()))
