"""The page for what goes wrong: what happened, what was kept, what to do, a number to quote; never a stack trace."""

from __future__ import annotations

import re
import secrets
from dataclasses import dataclass
from math import ceil

from flask import Flask, g, make_response, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import LazyString
from flask_babel import lazy_gettext as _l
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import HTTPException, SecurityError
from werkzeug.wrappers import Response

from app import clock, logs
from app.errors import Invalid, NotAllowed, NotFound, NotReady, Refused, TooOften
from app.records.database import is_out_of_reach
from app.web import sentences
from app.web.doors import sign_in_address
from app.web.places import local_path


@dataclass(frozen=True, slots=True)
class Mishap:
    """What one status says to the person who meets it."""

    happened: LazyString
    kept: LazyString
    to_do: LazyString
    keeps_input: bool = False


NOTHING_CHANGED = _l("Nothing was changed.")
GO_BACK = _l("Go back to the page you came from and try again.")

MISHAPS = {
    400: Mishap(_l("We could not read this request"), NOTHING_CHANGED, GO_BACK, keeps_input=True),
    401: Mishap(
        _l("You are signed out"),
        _l("What you just sent is not kept yet. Your text is below."),
        _l("Sign in in a new tab. Come back to this page and copy your text."),
        keeps_input=True,
    ),
    403: Mishap(
        _l("You may not do this"), NOTHING_CHANGED, _l("Ask a colleague who may, or your application manager.")
    ),
    404: Mishap(
        _l("This page does not exist"),
        NOTHING_CHANGED,
        _l("Check the address, or use the menu. Some pages are only there for the people who work on them."),
    ),
    405: Mishap(_l("This page can’t be used in this way"), NOTHING_CHANGED, _l("Open the page from the menu.")),
    409: Mishap(
        _l("Someone else was first"),
        _l("What the other person did is kept. What you sent is not."),
        _l("Open the page again and look at how things stand now."),
        keeps_input=True,
    ),
    413: Mishap(_l("This is too large to send"), NOTHING_CHANGED, _l("Choose a smaller file, or send it in parts.")),
    422: Mishap(_l("There is something left to do"), NOTHING_CHANGED, GO_BACK, keeps_input=True),
    429: Mishap(_l("That was too often"), NOTHING_CHANGED, _l("Wait a few minutes and try again."), keeps_input=True),
    500: Mishap(
        _l("Something went wrong on our side"),
        _l("What was confirmed to you before is kept. What you sent just now is not."),
        _l("Try again. If it happens again, give your application manager the number below."),
        keeps_input=True,
    ),
    503: Mishap(
        _l("The program can’t reach its data now"),
        _l("What was confirmed to you before is kept. What you sent just now is not."),
        _l("Wait a few minutes and try again. Your application manager can see what is wrong."),
        keeps_input=True,
    ),
    507: Mishap(
        _l("There is no room left to keep this"),
        _l("What was confirmed to you before is kept. What you sent just now is not."),
        _l("Tell your application manager. Try again when there is room."),
        keeps_input=True,
    ),
}
BUSY = Mishap(
    _l("It is very busy now"), _l("What you sent just now is not kept."), _l("Wait a few seconds and try again.")
)
FORM_TOO_OLD = Mishap(
    _l("We could not check that this form was yours"),
    _l("What you sent is not kept. Your text is below."),
    _l("This happens when you signed in or out in another tab. Open the page again and send it once more."),
    keeps_input=True,
)
STATUS_OF_CODE = {"database_unreachable": 503, "disk_full": 507, "busy": 503}
STATUS = ((NotFound, 404), (NotAllowed, 403), (NotReady, 409), (TooOften, 429), (Invalid, 422))
UNWRITTEN = re.compile(r"password|wachtwoord|csrf_token|^next$")
WORTH_KEEPING = 12  # characters; shorter answers are chosen again faster than they are copied


def install(app: Flask) -> None:
    app.register_error_handler(HTTPException, _of_http)
    app.register_error_handler(Refused, _of_refusal)


def number_request() -> None:
    """A short number for this request, the same on the page, in the headers and in the log."""
    g.request_id = f"{secrets.token_hex(2)}-{secrets.token_hex(2)}".upper()


def page(status: int, mishap: Mishap | None = None, because: str = "") -> Response:
    """The answer for a mishap: a page, or a notice above the page when htmx asks. `because` is one sentence more."""
    g.mishap = True
    said = mishap or MISHAPS.get(status) or MISHAPS[500 if status >= 500 else 400]
    partial = bool(request.headers.get("HX-Request"))
    answer = make_response(
        render_template(
            "parts/mishap.html" if partial else "error.html",
            mishap=said,
            because=because,
            number=g.get("request_id", ""),
            typed=_typed() if said.keeps_input and not partial else [],
            sign_in=sign_in_address(_came_from()) if status == 401 else "",
            back=_came_from(),
        ),
        status,
    )
    if partial:
        # The page stays as it is, with everything that was typed; only the notice is new.
        answer.headers["HX-Retarget"] = "#notice"
        answer.headers["HX-Reswap"] = "innerHTML"
    return answer


def _of_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if isinstance(error, SecurityError):  # asked for under a strange host name: no page of ours has an address there
        return Response(str(MISHAPS[400].happened), 400, mimetype="text/plain")
    status, cause = error.code or 500, _cause(error)
    if is_out_of_reach(cause):
        status = STATUS_OF_CODE["database_unreachable"]
    if status >= 500:
        logs.note("web", "request failed", level="error", status=status, error=cause)
    if isinstance(error, CSRFError):
        logs.note("web", "form refused", level="warning", status=status, route=str(request.url_rule or ""))
    answer = page(status, FORM_TOO_OLD if isinstance(error, CSRFError) else None)
    for name, value in error.get_headers():
        if name in ("Allow", "Retry-After"):
            answer.headers[name] = value
    return answer


def _cause(error: HTTPException) -> BaseException | None:
    """What really went wrong behind a 500, for the log only."""
    cause: BaseException | None = getattr(error, "original_exception", None)
    return cause


def _of_refusal(refused: Refused) -> ResponseReturnValue:
    by_kind = next((status for kind, status in STATUS if isinstance(refused, kind)), 400)
    status = STATUS_OF_CODE.get(refused.code, by_kind)
    if status >= 500:
        logs.note("web", "request refused", level="error", status=status, code=refused.code)
    answer = page(status, BUSY if refused.code == "busy" else None, _why(refused))
    if isinstance(refused, TooOften):
        answer.headers["Retry-After"] = retry_after(refused)
    return answer


def retry_after(refused: TooOften) -> str:
    """In how many whole seconds it may be tried again, as the header says it."""
    return str(max(1, ceil((refused.params["again_at"] - clock.now()).total_seconds())))


def _why(refused: Refused) -> str:
    """The sentence of the refusal, with those of its faults where it has no form to stand beside."""
    said = [sentences.refusal(refused)]
    if isinstance(refused, Invalid) and refused.faults:
        said = [sentences.fault(one) for one in refused.faults]
    return " ".join(said)


def _typed() -> list[str]:
    """The longer texts that were sent, so that nobody writes them twice."""
    if request.method == "GET":
        return []
    try:
        sent = list(request.form.items(multi=True))
    except HTTPException:  # too large or broken: then there is nothing to give back
        return []
    return [text for name, text in sent if len(text.strip()) >= WORTH_KEEPING and not UNWRITTEN.search(name or "")]


def _came_from() -> str:
    if request.method == "GET" and not request.headers.get("HX-Request"):
        return "/"
    return local_path(request.headers.get("HX-Current-URL") or request.referrer)
