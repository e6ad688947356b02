"""The words a document may use: the shape of what is known when paper is made, and which document may say what.

Values are typed and unformatted (date, Decimal, codes); app/paper writes them out in the document's language. Free text
(reasons, remarks, agreements, names) stays as it was written. None and "" both mean "not known" or "not applicable": a
template asks with `if` before it uses such a word.

This room never reads rows and never writes sentences. Care-domain words are reachable from CARE_DOCUMENTS only.
"""

from __future__ import annotations

import types
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, is_dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal, Union, get_args, get_origin, get_type_hints

GoalDomain = Literal[
    "housing", "finances", "day_structure",
    "work_education", "domestic_relations", "mental_health", "physical_health", "substance_use", "daily_living",
    "social_network", "participation", "justice",
]  # fmt: skip
ConditionCode = Literal[
    "rent_on_time", "guidance_accepted", "no_nuisance", "administration_in_place", "daytime_activity",
    "home_kept_clean", "repayment_plan", "lives_there",
]  # fmt: skip
SeenBy = Literal["association", "care_provider", "both"]
Rating = Literal["on_track", "attention", "off_track"]
Kept = Literal["kept", "not_kept"]
Ground = Literal["c", "d", "old"]
Outcome = Literal["convert", "convert_with_aftercare", "do_not_convert"]
Step = Literal["conversation", "warning", "yellow_card", "behaviour_order", "red_card"]
Breach = Literal[
    "rent_on_time", "guidance_accepted", "no_nuisance", "administration_in_place", "daytime_activity",
    "home_kept_clean", "repayment_plan", "lives_there", "serious_violence", "drugs",
]  # fmt: skip
Administration = Literal["none", "budget_management", "administrator"]
HomeKind = Literal["", "apartment", "house", "studio", "room"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Trajectory:
    reference: str  # the file's own reference, as printed on every paper; never a citizen number


@dataclass(frozen=True, slots=True, kw_only=True)
class Tenant:
    """A tenant, co-tenant or candidate. The address is where they can be written to today."""

    full_name: str
    salutation: str  # what follows "Beste" or "Dear": "mevrouw Voorbeeld"; the full name when nothing else is known
    birth_date: date | None = None
    address_line: str = ""
    postcode: str = ""
    city: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Representative:
    """Who gets the tenant's letter as well, to the address of their own."""

    kind: Literal["curator", "administrator"]
    full_name: str
    salutation: str
    organisation: str = ""
    address_line: str = ""
    postcode: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """An organisation that signs or writes, with the person who speaks for it in this trajectory."""

    name: str
    address_line: str = ""
    postcode: str = ""
    city: str = ""
    phone: str = ""
    email: str = ""
    contact_name: str = ""
    contact_phone: str = ""  # falls back on `phone` in the templates
    signatory: str = ""  # who signs on its behalf, where that is known beforehand
    general_terms: str = ""  # landlord only: full name and edition of the general terms that go with a lease


@dataclass(frozen=True, slots=True, kw_only=True)
class Home:
    address_line: str
    postcode: str
    city: str
    kind: HomeKind = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Lease:
    """S and E are those of the lease; amounts are euros per month, as they are on the day the paper is made."""

    first_day: date
    last_day: date
    day_after_end: date  # M = E + 1 day
    rent: Decimal
    service_costs: Decimal
    total: Decimal
    ground: Ground
    evidence: str  # what shows that the ground holds, in housing terms
    evidence_on: date | None = None
    signed_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    code: ConditionCode
    seen_by: SeenBy
    text: str = ""  # own wording of the region; empty: the wording that goes with the code


@dataclass(frozen=True, slots=True, kw_only=True)
class Goal:
    domain: GoalDomain
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedCondition:
    """One party's word on one condition: kept or not, never its remarks (domain 4)."""

    code: ConditionCode
    kept: Kept
    seen_by: SeenBy
    text: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ReviewedGoal:
    domain: GoalDomain
    text: str
    rating: Rating
    remark: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Review:
    """One review. The invitation needs `month` and `planned_on`; the report everything up to `next_on`."""

    month: int
    planned_on: date
    held_on: date | None = None
    outcome: Rating | None = None
    conditions: Sequence[ReviewedCondition] = ()
    goals: Sequence[ReviewedGoal] = ()
    tenant_view: str = ""
    agreements: str = ""
    provider_remark: str = ""  # what the provider noted when it confirmed the meeting
    recorded_by: str = ""
    confirmed_by: str = ""
    confirmed_on: date | None = None
    next_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Decision:
    outcome: Outcome
    reasons: str
    decided_on: date
    heard_on: date | None = None
    tenant_view: str = ""
    decided_by: str = ""
    approved_by: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Notice:
    """The end-of-term notice. `replaces_sent_on`: the earlier letter that arrived before the window opened, if any."""

    receive_from: date  # safe_first of the window
    receive_by: date  # safe_last of the window
    replaces_sent_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdrawal:
    """The earlier letter that is withdrawn because the decision was revised: the notice, or the confirmation."""

    sent_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class GivenStep:
    """A step the tenant had a letter about."""

    kind: Step
    given_on: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """One step after an incident, as the tenant reads of it; never who reported what, and never the evidence."""

    happened_on: date
    ground: Breach
    reasons: str
    given_on: date
    expires_on: date
    plan: str = ""
    recover_by: date | None = None
    heard_on: date | None = None
    tenant_view: str = ""
    letters: Sequence[GivenStep] = ()  # for a withdrawal: what the tenant had from us
    withdrawn_reason: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejection:
    """`objection_to` and `objection_until` are set where the test was a decision open to objection (Awb)."""

    reasons: str
    checked_on: date
    objection_to: str = ""  # name and postal address of the body, on one line
    objection_until: date | None = None  # last day on which the objection may arrive


@dataclass(frozen=True, slots=True, kw_only=True)
class EarlyEnd:
    """A lease that ends early, or a candidate who withdrew (then without a last day)."""

    happened_on: date  # the notice was received, somebody died, the candidate said so
    last_day: date | None = None
    consent_withdrawn: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentFacts:
    """Everything known when a paper is made. Fill in what is there; `for_document` hands on what the paper may say."""

    trajectory: Trajectory
    today: date  # the day the paper is drawn up: printed as its date
    landlord: Party
    provider: Party
    municipality: Party
    urgency_office: Party
    tenants: Sequence[Tenant]  # everyone who signs; the candidate before there is a lease
    tenant: Tenant | None = None  # letters: the one it is addressed to
    copy_to: Representative | None = None  # letters: who represents the tenant, where this one goes to them
    administrator: Party | None = None  # the financial administrator or budget manager
    home: Home | None = None
    lease: Lease | None = None
    conditions: Sequence[Condition] = ()
    housing_goals: Sequence[Goal] = ()
    guidance_from: date | None = None
    administration: Administration = "none"
    review_dates: Sequence[date] = ()
    review: Review | None = None
    decision: Decision | None = None
    notice: Notice | None = None
    withdrawal: Withdrawal | None = None
    sent_on: date | None = None  # letters: the date on the letter; `today` where the day of sending is not known yet
    aftercare_dates: Sequence[date] = ()
    rejection: Rejection | None = None
    early_end: EarlyEnd | None = None
    measure: Measure | None = None
    meet_before: date | None = None  # the day on which a joint meeting no longer helps
    guidance_ended_on: date | None = None  # the first day on which the condition to accept guidance no longer counts
    care_goals: Sequence[Goal] = ()  # CARE_DOCUMENTS only
    care_decision_until: date | None = None  # CARE_DOCUMENTS only


CARE_DOCUMENTS: Final = frozenset({"care_contract_b"})
"""The only documents that may hold care goals and the care decision. The association never gets these (Wmo 5.3.3)."""

CARE_WORDS: Final = frozenset({"care_goals", "care_decision_until"})

PARTIES: Final = ("trajectory", "today", "landlord", "provider", "municipality", "urgency_office", "tenants")

ROOTS: Final[Mapping[str, frozenset[str]]] = {
    name: frozenset(roots)
    for name, roots in {
        "care_contract_a": (
            *PARTIES, "home", "conditions", "housing_goals", "guidance_from", "administration", "administrator",
            "review_dates",
        ),
        "care_contract_b": (
            *PARTIES, "guidance_from", "administration", "administrator", "care_goals",
            "care_decision_until",
        ),
        "fixed_term_lease": (
            *PARTIES, "home", "lease", "conditions", "guidance_from", "administration", "administrator", "review_dates",
        ),
        "review_invitation": (*PARTIES, "tenant", "home", "sent_on", "review"),
        "review_report": (*PARTIES, "home", "lease", "review"),
        "joint_meeting_invitation": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "meet_before"),
        "end_notice": (*PARTIES, "tenant", "copy_to", "home", "lease", "decision", "notice", "sent_on"),
        "conversion_confirmation": (
            *PARTIES, "tenant", "copy_to", "home", "lease", "decision", "sent_on", "aftercare_dates", "administration",
        ),
        "regular_lease": (*PARTIES, "home", "lease", "decision"),
        "rejection": (*PARTIES, "tenant", "sent_on", "rejection"),
        "withdrawal_confirmation": (*PARTIES, "tenant", "sent_on", "early_end"),
        "notice_confirmation": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "early_end"),
        "care_end_confirmation": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "guidance_ended_on"),
        "letter_to_relatives": (*PARTIES, "tenant", "home", "sent_on", "early_end"),
        "conversation_report": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "measure"),
        "warning": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "measure"),
        "yellow_card": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "measure"),
        "behaviour_order": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "measure"),
        "red_card": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "lease", "measure"),
        "measure_withdrawn": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "measure"),
        "notice_withdrawn": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "lease", "decision", "withdrawal"),
        "conversion_withdrawn": (*PARTIES, "tenant", "copy_to", "home", "sent_on", "lease", "decision", "withdrawal"),
    }.items()
}  # fmt: skip
"""Which top-level words each document may use; data minimisation, so a letter never carries more than it says."""


def roots(document: str) -> frozenset[str]:
    """The top-level words `document` may use. A document that has no row here may use all but the care words."""
    named = ROOTS.get(document)
    if named is None:
        named = frozenset(f.name for f in fields(DocumentFacts)) - CARE_WORDS
    return named if document in CARE_DOCUMENTS else named - CARE_WORDS


def known(document: str) -> frozenset[str]:
    """Dotted names `document` may use; a list item's field stands under the list: "tenants.full_name"."""
    return frozenset(name for name in _ALL if name.split(".")[0] in roots(document))


def for_document(document: str, facts: DocumentFacts | Mapping[str, Any]) -> dict[str, Any]:
    """The facts as plain mappings and lists, only those `document` may use: what paper.fill takes."""
    plain = {f.name: getattr(facts, f.name) for f in fields(facts)} if isinstance(facts, DocumentFacts) else facts
    return {name: _plain(value) for name, value in plain.items() if name in roots(document)}


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {f.name: _plain(getattr(value, f.name)) for f in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): _plain(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, (str, bytes)):
        return [_plain(item) for item in value]
    return value


def _names(kind: type, prefix: str = "") -> set[str]:
    found: set[str] = set()
    for name, hint in get_type_hints(kind).items():
        dotted = f"{prefix}{name}"
        found.add(dotted)
        found |= {inner for shape in _shapes(hint) for inner in _names(shape, f"{dotted}.")}
    return found


def _shapes(hint: Any) -> list[type]:
    """The dataclasses inside a type hint, through Optional and Sequence."""
    if get_origin(hint) in (Union, types.UnionType, Sequence):
        return [shape for inner in get_args(hint) for shape in _shapes(inner)]
    return [hint] if isinstance(hint, type) and is_dataclass(hint) else []


_ALL: Final = frozenset(_names(DocumentFacts))

KNOWN: Final[Mapping[str, frozenset[str]]] = {document: known(document) for document in ROOTS}
"""Every dotted name per document of ours, so that a test can name an unknown word."""
