"""What is to be known of the end-of-term notice before a task: its window, and the notices that went out."""

from __future__ import annotations

from flask_babel import gettext

from app.records import EndNotice, Task
from app.records.ledger import Ledger
from app.rules import notice
from app.rules.permissions import Viewer, sees
from app.web.beforehand import Known
from app.web.words import day, first_capital, word


def window(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """When the notice must be received, and when it must be sent for that."""
    last = ledger.trajectory.last_day
    if last is None or not sees(viewer.part, "dates"):
        return None
    safe = notice.window(last)
    send_by = notice.send_by(last, ledger.settings.delivery_working_days)
    about = gettext(
        "The lease ends on %(last)s. The notice counts only when it is received in the window; "
        "a day late, and the lease goes on without an end date.",
        last=day(last),
    )
    rows = [
        (gettext("Received from"), gettext("%(day)s: earlier may be too early", day=day(safe.safe_first))),
        (
            gettext("Received by"),
            gettext("%(day)s, set by law: weekends and holidays do not move it", day=day(safe.safe_last)),
        ),
        (
            gettext("Send by"),
            gettext(
                "%(day)s: %(margin)s working days for the post",
                day=day(send_by),
                margin=ledger.settings.delivery_working_days,
            ),
        ),
    ]
    return Known(gettext("The notice window"), rows, sentence=str(about))


def notice_before(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """How the notice stands that makes another one needed."""
    if viewer.part != "association" or not ledger.newest_notices():
        return None
    rows = [(one.person.full_name, _received(one)) for one in ledger.notices_that_count().values()]
    about = gettext("It is not proven that every tenant received it inside the window, so it is sent again.")
    return Known(gettext("The notice before this one"), rows, sentence=str(about))


def notices_out(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """Who has a notice that still stands, and how."""
    rows = [(one.person.full_name, _received(one)) for one in ledger.notices_that_count().values()]
    return Known(gettext("The notices that went out"), rows) if rows and viewer.part == "association" else None


def _received(one: EndNotice) -> str:
    standing = first_capital(word(one.standing, "standing"))
    if one.returned_on is not None:
        because = word(one.returned_because, "returned")
        on = day(one.returned_on)
        said = gettext("%(standing)s on %(day)s: %(because)s", standing=standing, day=on, because=because)
        return str(said)
    if one.received_on is None:
        return str(gettext("Sent on %(sent)s, receipt not proven", sent=day(one.sent_on)))
    return str(gettext("%(standing)s, on %(received)s", standing=standing, received=day(one.received_on)))
