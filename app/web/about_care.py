"""What to read before a task after an end of care: whom it is about, and where an incident is reported."""

from __future__ import annotations

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from app.records import Task
from app.records.ledger import Ledger
from app.rules.permissions import Viewer, may_report_incident
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


def incident(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """The way to report an incident: the landlord's choice, with steps of its own."""
    if not may_report_incident(viewer):
        return None
    address = url_for("incidents.report_page", trajectory_id=ledger.trajectory.id)
    said = gettext("Talking first is enough here. Reporting an incident is a choice of its own:")
    link = Markup('{} <a class="nl-link" href="{}">{}</a>').format(said, address, gettext("Report an incident"))
    return Known(gettext("If it comes to an incident"), sentence=link)
