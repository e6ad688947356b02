"""The forms of management, in the same language as the task forms; never what may be saved."""

from __future__ import annotations

from typing import Any

from app.rules.case import PARTS
from app.rules.permissions import ROLES
from app.web.sentences import N_

LINE: dict[str, Any] = {"type": "string", "maxLength": 200}
CODE: dict[str, Any] = {"type": "string", "maxLength": 60}
NAME_OF_PART = {
    "association": N_("Housing association"),
    "care_provider": N_("Care provider"),
    "municipality": N_("Municipality"),
    "urgency_office": N_("Urgency office"),
}
NAME_OF_ROLE = {
    "urgency_officer": N_("Urgency officer"),
    "municipal_officer": N_("Municipal officer"),
    "support_worker": N_("Support worker"),
    "housing_officer": N_("Housing officer"),
    "team_lead": N_("Team lead"),
    "application_manager": N_("Application manager"),
}

ORGANISATION: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"title": N_("Name"), **LINE, "minLength": 1},
        "kind": {
            "title": N_("What kind of organisation is it?"),
            "description": N_("This can’t be changed later."),
            "type": "string",
            "oneOf": [{"const": part, "title": NAME_OF_PART[part]} for part in PARTS],
        },
        "address": {"title": N_("Street and number"), **LINE},
        "postcode": {"title": N_("Postcode"), **CODE},
        "city": {"title": N_("Town"), **LINE},
        "phone": {"title": N_("Telephone"), **CODE},
        "email": {"title": N_("E-mail address"), **LINE},
    },
    "required": ["name", "kind"],
}
USER: dict[str, Any] = {
    "type": "object",
    "properties": {
        "name": {"title": N_("Name"), **LINE, "minLength": 1},
        "email": {"title": N_("E-mail address"), "description": N_("To sign in with, and for reminders."), **LINE},
        "organisation_id": {"title": N_("Organisation"), "type": "string", "x-choices": "organisations"},
        "role": {
            "title": N_("Role"),
            "description": N_("A housing officer and a team lead work at an association."),
            "type": "string",
            "oneOf": [{"const": role, "title": NAME_OF_ROLE[role]} for role in ROLES],
        },
        "phone": {"title": N_("Telephone"), **CODE},
        "language": {
            "title": N_("Language"),
            "type": "string",
            "oneOf": [{"const": "nl", "title": "Nederlands"}, {"const": "en", "title": "English"}],
        },
        "bundle_mail": {"title": N_("One mail a day with all reminders"), "type": "boolean"},
        "active": {"title": N_("May sign in"), "type": "boolean"},
    },
    "required": ["name", "email", "organisation_id", "role", "language"],
}
HOME: dict[str, Any] = {
    "type": "object",
    "properties": {
        "association_id": {"title": N_("Housing association"), "type": "string", "x-choices": "associations"},
        "street": {"title": N_("Street and number"), **LINE, "minLength": 1},
        "postcode": {"title": N_("Postcode"), **CODE, "minLength": 1},
        "city": {"title": N_("Town"), **LINE, "minLength": 1},
        "kind": {
            "title": N_("Kind of home"),
            "type": "string",
            "oneOf": [
                {"const": "apartment", "title": N_("Apartment")},
                {"const": "house", "title": N_("House")},
                {"const": "studio", "title": N_("Studio")},
                {"const": "room", "title": N_("Room")},
            ],
        },
        "rent": {"title": N_("Rent a month"), "type": "number", "minimum": 0, "maximum": 10000, "x-widget": "money"},
        "service_costs": {
            "title": N_("Service costs a month"), "type": "number", "minimum": 0, "maximum": 10000, "x-widget": "money"
        },
    },
    "required": ["association_id", "street", "postcode", "city", "kind", "rent"],
}  # fmt: skip
