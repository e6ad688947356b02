"""The end-of-term notices of a dossier in words, per tenant: how each stands, how it went and what proves it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext

from app.records import EndNotice
from app.records.choices import written_to
from app.records.ledger import Ledger
from app.rules import end_notice
from app.web.words import day, first_capital, listed, short_day, tone, word


@dataclass(frozen=True, slots=True)
class Notice:
    """One notice that was sent. `how` says in one line how it went out and what came of it."""

    row: EndNotice
    badge: str
    tone: str
    how: str
    remark: str


@dataclass(frozen=True, slots=True)
class ToTenant:
    """Everything sent to one tenant or representative, the newest first.

    `badge` is how it stands, "" as long as nothing was decided.
    """

    id: str
    name: str
    badge: str
    tone: str
    notices: tuple[Notice, ...]
    kind: str = ""  # how they represent the tenant; "" for a tenant

    @property
    def how(self) -> str:
        """Of the notice that counts."""
        counts = next((one for one in self.notices if one.row.standing == "in_time"), None)
        newest = counts or next(iter(self.notices), None)
        return newest.how if newest else ""


def to_tenants(ledger: Ledger, today: date) -> list[ToTenant]:
    """Tenant, co-tenants and who represents them, each with their own notices."""
    case, counting = ledger.case(), ledger.notices_that_count()
    found = []
    kinds = {str(one.person_id): one.kind for one in ledger.representatives()}
    for one in written_to(ledger):
        rows = [row for row in reversed(ledger.notices) if str(row.person_id) == one.value]
        standing = counting[one.value].standing if one.value in counting else ""
        status = end_notice.status(standing, case, today)
        if status == "not_needed" and rows:  # not any more: it was withdrawn
            status = rows[0].standing
        badge = first_capital(word(status, "standing")) if status else ""
        sent = tuple(_sent(row) for row in rows)
        found.append(ToTenant(one.value, one.label, badge, tone(status), sent, kinds.get(one.value, "")))
    return found


def _sent(row: EndNotice) -> Notice:
    badge = first_capital(word(row.standing, "standing"))
    return Notice(row, badge, tone(row.standing), "; ".join(_how(row)), row.proof)


def _how(row: EndNotice) -> list[str]:
    by = listed(word(one, "channel") for one in row.channels.split())
    said = [gettext("sent on %(day)s by %(channels)s", day=short_day(row.sent_on), channels=by)]
    if row.track_and_trace:
        said.append(gettext("track and trace %(code)s", code=row.track_and_trace))
    if row.received_on is not None:
        said.append(gettext("received on %(day)s", day=day(row.received_on)))
        if row.proof_kind:
            said.append(word(row.proof_kind, "proof"))
    if row.returned_on is not None:
        because = word(row.returned_because, "returned")
        said.append(gettext("came back on %(day)s, %(because)s", day=day(row.returned_on), because=because))
    if row.withdrawn_on is not None:
        said.append(gettext("withdrawn on %(day)s", day=day(row.withdrawn_on)))
    return [str(one) for one in said]
