"""What the landlord reads of earlier leases before drawing up or signing one: of its own trajectories only."""

from __future__ import annotations

from flask_babel import gettext

from app.records.earlier import earlier_leases
from app.records.ledger import Ledger
from app.rules.case import EarlierLease
from app.rules.earlier_lease import OPEN_ENDED
from app.rules.permissions import Viewer
from app.web.words import day, listed


def found(ledger: Ledger, viewer: Viewer) -> list[tuple[str, str]]:
    """(reference, what became of that lease) of the same people; nothing to others."""
    if viewer.part != "association":
        return []
    return [(one.reference, _said(one)) for one in earlier_leases(ledger) if one.reference]


def not_looked_for(ledger: Ledger, viewer: Viewer) -> str:
    """Whom our own trajectories could not be looked through for; "" when there is nobody, and to others."""
    tenants = [ledger.trajectory.tenant, *(beside.person for beside in ledger.co_tenants())]
    unknown = [one.full_name for one in tenants if one.birth_date is None]
    if not unknown or viewer.part != "association":
        return ""
    return str(
        gettext(
            "Of %(names)s no date of birth is known, so your own trajectories could not be looked through. "
            "Look in your own administration.",
            names=listed(unknown),
        )
    )


def _said(one: EarlierLease) -> str:
    if one.kind == OPEN_ENDED:
        return str(gettext("from %(since)s, and went on as an open-ended lease", since=day(one.since)))
    if one.runs:
        return str(gettext("a conditional lease that runs up to and including %(until)s", until=day(one.until)))
    return str(gettext("a fixed term from %(since)s to %(until)s", since=day(one.since), until=day(one.until)))
