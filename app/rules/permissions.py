"""Who may do which deed, and which part may see what; never who is signed in and never a query."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

PART_OF_ROLE: Mapping[str, str] = {
    "urgency_officer": "urgency_office",
    "municipal_officer": "municipality",
    "support_worker": "care_provider",
    "housing_officer": "association",
    "team_lead": "association",
}
ROLES = (*PART_OF_ROLE, "application_manager")
ROLE_OF_PART: Mapping[str, str] = {
    "urgency_office": "urgency_officer",
    "municipality": "municipal_officer",
    "care_provider": "support_worker",
    "association": "housing_officer",
}
# Two lanes are no role: of whichever part nominated, and of the care provider that is asked to take over.
LANES = ("nominator", "successor", *PART_OF_ROLE)
NOMINATING_PARTS = ("municipality", "care_provider", "urgency_office")

HOUSING_DOMAINS = ("housing", "finances", "day_structure")
CARE_DOMAINS = (
    "work_education",
    "domestic_relations",
    "mental_health",
    "physical_health",
    "substance_use",
    "daily_living",
    "social_network",
    "participation",
    "justice",
)

CONDITIONS: Mapping[str, tuple[str, ...]] = {  # condition -> the parts that see whether it is kept
    "rent_on_time": ("association",),
    "guidance_accepted": ("care_provider",),
    "no_nuisance": ("association",),
    "administration_in_place": ("association", "care_provider"),
    "daytime_activity": ("care_provider",),
    "home_kept_clean": ("association", "care_provider"),
    "repayment_plan": ("association",),
    "lives_there": ("association",),
}

_CONTRACT = frozenset({"association", "care_provider", "municipality"})
DOCUMENT_PARTS: Mapping[str, frozenset[str]] = {
    "care_contract_a": _CONTRACT,
    "care_contract_b": frozenset({"care_provider", "municipality"}),
    "fixed_term_lease": frozenset({"association"}),
    "review_invitation": frozenset({"association", "care_provider"}),
    "review_report": frozenset({"association", "care_provider"}),
    "joint_meeting_invitation": _CONTRACT,
    "end_notice": frozenset({"association"}),
    "conversion_confirmation": frozenset({"association"}),
    "regular_lease": frozenset({"association"}),
    "rejection": frozenset({"urgency_office"}),
    "withdrawal_confirmation": frozenset({"urgency_office"}),
    "notice_confirmation": frozenset({"association"}),
    "letter_to_relatives": frozenset({"association"}),
    "care_end_confirmation": frozenset({"association"}),  # that guidance is over, and never why
    # Reasons and evidence hold rent and nuisance: the others are told that there is a card, without any of it.
    "conversation_report": frozenset({"association"}),
    "warning": frozenset({"association"}),
    "yellow_card": frozenset({"association"}),
    "behaviour_order": frozenset({"association"}),
    "red_card": frozenset({"association"}),
    "measure_withdrawn": frozenset({"association"}),
    "notice_withdrawn": frozenset({"association"}),
    "conversion_withdrawn": frozenset({"association"}),
}

# Papers whose Dutch text is the one that binds; one in another language is a translation beside it.
BINDING = frozenset(
    {
        "care_contract_a",
        "care_contract_b",
        "fixed_term_lease",
        "end_notice",
        "regular_lease",
        "notice_withdrawn",
        "conversion_withdrawn",
    }
)

# What a part sees of a dossier beside its own tasks: the sections of the page, and nothing else of it.
SECTIONS: Mapping[str, frozenset[str]] = {
    "association": frozenset(
        {
            "lease",
            "home",
            "goals",
            "conditions",
            "reviews",
            "decision",
            "dates",
            "documents",
            "incidents",
            "cards",
        }
    ),
    "care_provider": frozenset(
        {"lease", "home", "goals", "care_goals", "conditions", "reviews", "decision", "dates", "documents", "cards"}
    ),
    "municipality": frozenset(
        {"lease", "home", "goals", "care_goals", "conditions", "reviews", "decision", "dates", "documents", "cards"}
    ),
    "urgency_office": frozenset({"home", "documents"}),
}


@dataclass(frozen=True, slots=True)
class Viewer:
    """Who is looking: a person with one role at one organisation. `part` is the organisation's kind."""

    id: UUID
    name: str
    role: str
    organisation_id: UUID
    organisation: str
    part: str
    language: str = "nl"


def role_of_lane(lane: str, nominated_by: str) -> str:
    """The role that does the tasks of a lane; the nominator's lane belongs to whichever part nominated."""
    if lane == "successor":
        return ROLE_OF_PART["care_provider"]
    return ROLE_OF_PART[nominated_by] if lane == "nominator" else lane


def may_do(viewer: Viewer, role: str, organisation_id: UUID) -> bool:
    """A task is done only by its role at its party in this trajectory."""
    return viewer.role == role and viewer.organisation_id == organisation_id


def may_nominate(viewer: Viewer) -> bool:
    return viewer.part in NOMINATING_PARTS and viewer.role == ROLE_OF_PART[viewer.part]


def may_manage(viewer: Viewer) -> bool:
    """Organisations, people and homes are kept by the application manager."""
    return viewer.role == "application_manager"


def may_take_over(viewer: Viewer) -> bool:
    """Taking over what runs already: the landlord's lead, whose leases these are, and whose file may hold no care.

    Not the application manager, who sees no dossier; and nobody takes over a lease of another association.
    """
    return viewer.role == "team_lead"


def may_add_care(viewer: Viewer) -> bool:
    """What a landlord's file may not hold of the care contract is added by the municipality, which wrote it."""
    return viewer.role == "municipal_officer"


def may_keep_and_remove(viewer: Viewer) -> bool:
    """Holding back, proposing to remove and judging that: everybody who works with dossiers, at what they hold."""
    return viewer.role in PART_OF_ROLE


def may_move_review(viewer: Viewer) -> bool:
    return viewer.role in ("housing_officer", "team_lead")


def may_correct_lease(viewer: Viewer) -> bool:
    """Who copied the days from the lease proposes other ones; the team lead is the second person."""
    return viewer.role == "housing_officer"


def may_choose_spans(viewer: Viewer) -> bool:
    """The spans on which an association's next trajectories start are chosen by its lead."""
    return viewer.role == "team_lead"


def may_reschedule(viewer: Viewer) -> bool:
    """Own spans for one trajectory: whoever may move its reviews."""
    return may_move_review(viewer)


def may_revise_decision(viewer: Viewer) -> bool:
    """Who decides on conversion proposes to decide otherwise; the team lead is the second person."""
    return viewer.role == "housing_officer"


def may_note_contact(viewer: Viewer) -> bool:
    """Who works with the tenant."""
    return viewer.role in ("housing_officer", "team_lead", "support_worker", "municipal_officer")


def may_correct_person(viewer: Viewer) -> bool:
    """Who works with the tenant and hears from them that something is written down wrongly."""
    return may_note_contact(viewer)


def may_note_pause(viewer: Viewer) -> bool:
    """Who gives the care, and who pays for it."""
    return viewer.role in ("support_worker", "municipal_officer")


def may_report_early_end(viewer: Viewer, kind: str) -> bool:
    """The landlord hears of the end of a lease, the provider of the end of aftercare; before that any party may."""
    if kind in ("tenant_notice", "death", "court"):
        return viewer.role in ("housing_officer", "team_lead")
    if kind == "aftercare_stopped":
        return viewer.role in ("housing_officer", "team_lead", "support_worker")
    return viewer.role in PART_OF_ROLE


def may_report_incident(viewer: Viewer) -> bool:
    """Whether a condition was kept is judged by the landlord: only the association reports and withdraws."""
    return viewer.role in ("housing_officer", "team_lead")


def may_keep_proof(viewer: Viewer) -> bool:
    """The landlord gives notice, so the landlord keeps the proofs."""
    return viewer.role in ("housing_officer", "team_lead")


def may_hand_over(viewer: Viewer, assignee_id: UUID | None) -> bool:
    """One's own task, a task of nobody, or any task of the team for the team lead."""
    return assignee_id in (None, viewer.id) or viewer.role == "team_lead"


def may_see_document(part: str, name: str) -> bool:
    return part in DOCUMENT_PARTS.get(name, frozenset())


def may_see_letter(part: str, kind: str, role: str) -> bool:
    """Letters to the tenant like the paper they bring; reminders hold nothing but dates, those of care apart."""
    if kind == "care_decision_ahead":
        return sees(part, "care_goals")
    if kind in ("incident_letter", "representative_letter"):
        return sees(part, "incidents")
    return role != "tenant" or may_see_document(part, kind)


def sees(part: str, section: str) -> bool:
    return section in SECTIONS.get(part, frozenset())
