"""What the rules need to know of one trajectory, as plain values; read from the records, never from the process."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date

PARTS = ("association", "care_provider", "municipality", "urgency_office")
CONTRACT_PARTIES = ("tenant", "care_provider", "municipality", "association")


@dataclass(frozen=True, slots=True)
class ReviewState:
    """A planned review or aftercare check. Opened and not closed: it is going on."""

    id: str
    month: int
    planned_on: date
    opened_on: date | None = None
    held_on: date | None = None
    closed_on: date | None = None
    outcome: str = ""
    extra: bool = False  # planned in between, on a day that somebody chose

    @property
    def going_on(self) -> bool:
        return self.opened_on is not None and self.closed_on is None


@dataclass(frozen=True, slots=True)
class AdviceState:
    advice: str
    recorded_on: date
    findings: Mapping[str, str] = field(default_factory=dict)  # condition's or goal's id -> met · not_met · cannot_say


@dataclass(frozen=True, slots=True)
class HearingState:
    """The tenant was heard, or invited; what the tenant wants, and how the officer saw it then."""

    heard_on: date
    tenant_wants: str = ""  # stay · leave · not_said
    own_view: str = ""  # the officer's: an outcome, or cannot_say
    findings: Mapping[str, Mapping[str, str]] = field(default_factory=dict)  # officer · tenant -> as in an advice


@dataclass(frozen=True, slots=True)
class DecisionState:
    outcome: str
    decided_on: date
    verdict: str = ""
    approved_on: date | None = None

    @property
    def approved(self) -> bool:
        return self.verdict == "approve"


@dataclass(frozen=True, slots=True)
class EarlyEndState:
    """The lease ends before its own last day: `kind` is a code of rules/early_end.py."""

    kind: str
    happened_on: date
    last_day: date


@dataclass(frozen=True, slots=True)
class MeasureState:
    """One step of an escalation. Given and not ended: it stands. `recovered` is empty until somebody judged it."""

    kind: str
    heard_on: date | None = None
    proposed: str = ""  # give · do_not_give
    decided_on: date | None = None
    verdict: str = ""  # approve · send_back
    given_on: date | None = None
    recover_by: date | None = None
    expires_on: date | None = None
    recovered: bool | None = None
    ended_on: date | None = None

    @property
    def stands(self) -> bool:
        return self.given_on is not None and self.ended_on is None


@dataclass(frozen=True, slots=True)
class IncidentState:
    """One incident with its steps so far, in order."""

    number: int
    ground: str
    first_step: str = "conversation"
    happened_on: date | None = None
    measures: tuple[MeasureState, ...] = ()

    @property
    def last(self) -> MeasureState | None:
        return self.measures[-1] if self.measures else None


@dataclass(frozen=True, slots=True)
class RevisionState:
    """A decision that is being revised: the outcome in force, the one proposed, and what was decided on it."""

    was: str
    proposed: str
    decided: str = ""  # after the tenant was heard; the same as `was`: the decision stays
    decided_on: date | None = None
    to_explain: bool = False


@dataclass(frozen=True, slots=True)
class CareEndState:
    """Care stops: `why` is a code of rules/care_end.py. `lapses_from` and `suspended_from` are about the condition."""

    why: str
    on: date
    lapses_from: date | None = None
    suspended_from: date | None = None
    resumed_on: date | None = None
    asked_on: date | None = None  # the day on which the next provider was asked
    handover: bool | None = None  # whether the provider that stops can still hand over
    accepted: bool | None = None  # the answer of the next provider
    outcome: str = ""
    closed: bool = False


@dataclass(frozen=True, slots=True)
class EarlierLease:
    """A lease of a tenant with the same landlord. Without `until` it still runs, as far as anybody knows.

    `reference` is that of our own trajectory; empty: somebody told of it. `runs`: conditional, without an end yet.
    """

    kind: str  # fixed_term · open_ended
    since: date | None = None
    until: date | None = None
    reference: str = ""
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Case:
    """One trajectory as the rules see it. Days are business days in Amsterdam; empty means: not (yet) so."""

    opened_on: date
    taken_over_on: date | None = None  # what lay before that day did not happen here
    stage: str = "intake"
    outcome: str = ""
    eligible: bool | None = None
    offer_accepted: bool | None = None
    agreements: Mapping[str, bool] = field(default_factory=dict)  # party -> yes or no, of the present draft
    legal_ground: str = ""
    signed_on: date | None = None
    first_day: date | None = None
    last_day: date | None = None
    reviews: tuple[ReviewState, ...] = ()  # by planned day
    aftercare: tuple[ReviewState, ...] = ()
    advices: Mapping[str, AdviceState] = field(default_factory=dict)  # part -> advice
    hearing: HearingState | None = None  # the latest
    decision: DecisionState | None = None
    notices: tuple[str, ...] = ()  # the standing of the notice to each tenant that counts
    sent: Mapping[str, date] = field(default_factory=dict)  # tenant's id -> the day that notice was sent
    tenants: int = 1  # who must each have received the notice: tenants, and curators beside them
    care_decision_until: date | None = None  # the last day of the Wmo decision; never the association's business
    leaving_aftercare: bool = False
    keys_returned: bool | None = None
    stay_outcome: str = ""
    ending: str = ""
    early_end: EarlyEndState | None = None
    closed_on: date | None = None
    cards: tuple[str, ...] = ()  # cards and behaviour orders that stand, lightest first
    earlier: tuple[EarlierLease, ...] = ()  # looked up only where a lease comes about
    care_end: CareEndState | None = None  # what the run that asks is about
    incident: IncidentState | None = None  # what the run that asks is about; the main run is about none
    confirmed: bool = False  # a confirmation of conversion went out and was not withdrawn
    revision: RevisionState | None = None  # like `incident`: of the run that asks
    regular_signed: bool = False  # the regular lease; looked up only where a decision is revised
