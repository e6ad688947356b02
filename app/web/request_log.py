"""One line in the log per answered request: the route's pattern, never an address, a name or what was filled in."""

from __future__ import annotations

import time

from flask import Flask, Response, g, request

from app import logs


def install(app: Flask) -> None:
    """Gives each line written during a request its number, and notes how the request went."""

    @app.before_request
    def begin() -> None:
        g.began = time.perf_counter()
        logs.request.set(g.get("request_id", ""))

    @app.after_request
    def end(response: Response) -> Response:
        if request.endpoint != "static":
            logs.note(
                "web",
                "request answered",
                method=request.method,
                route=str(request.url_rule or ""),
                status=response.status_code,
                duration=round(time.perf_counter() - g.get("began", time.perf_counter()), 4),
            )
        return response
