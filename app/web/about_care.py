"""What to read before a task after an end of care: whom it is about, for a provider that sees nothing else."""

from __future__ import annotations

from flask_babel import gettext

from app.records import Task
from app.records.ledger import Ledger
from app.rules.permissions import Viewer
from app.web.beforehand import Known
from app.web.standing import address


def whom(_task: Task, ledger: Ledger, _viewer: Viewer) -> Known | None:
    """Name and address of the tenant and who asks: all that is known before a provider has taken over."""
    rows = [(str(gettext("Tenant")), ledger.trajectory.tenant.full_name), (str(gettext("Home")), address(ledger))]
    municipality = ledger.part_of("municipality", ledger.today)
    if municipality is not None:
        contact = municipality.contact
        name = f"{contact.name}, {municipality.organisation.name}" if contact else municipality.organisation.name
        rows.append((str(gettext("Asked by")), name))
        phone = (contact.phone if contact else "") or municipality.organisation.phone
        if phone:
            rows.append((str(gettext("Telephone")), phone))
    return Known(gettext("Whom it is about"), rows)
