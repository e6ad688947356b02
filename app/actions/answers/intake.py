"""From nomination to the care contract that four parties agree to."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from sqlalchemy import select

from app.actions.answers.given import Given, Record
from app.errors import Fault, Invalid, NotReady
from app.records import Agreement, Condition, Goal, Home, straight
from app.rules.permissions import CARE_DOMAINS, HOUSING_DOMAINS

AGREES_AS: Mapping[str, str] = {
    "agree_as_tenant": "tenant",
    "agree_as_provider": "care_provider",
    "agree_as_municipality": "municipality",
    "agree_as_association": "association",
}


def nominate(given: Given) -> None:
    given.trajectory.consent_on = given.day("consent_on")
    given.trajectory.consent_asked_by = given.words("consent_asked_by")
    for part in given.ledger.parts:
        part.since = part.since or given.deed.today


def eligibility(given: Given) -> None:
    row = given.trajectory
    row.eligible = given.answers["outcome"] == "eligible"
    if row.eligible:
        row.legal_ground = given.answers["legal_ground"]
        row.evidence = given.words("evidence")
        row.evidence_on = given.day_or_none("evidence_on")
        row.rejection_reasons = ""
    else:
        row.rejection_reasons = given.words("reasons")
        _close(given, "rejected")


def matching(given: Given) -> None:
    home = given.deed.session.get(Home, UUID(given.answers["home_id"]), with_for_update=True)
    if given.correction and given.trajectory.offer_accepted is not None:
        if home is None or home.id != given.trajectory.home_id:
            raise NotReady("correction_changes_the_path")  # what was offered has been answered
        return
    if home is None or not (home.available or home.id == given.trajectory.home_id):
        raise Invalid(faults=[Fault("home_id", "home_is_taken")])
    previous = given.trajectory.home
    if previous is not None and previous.id != home.id:
        previous.available = True
    home.available = False
    given.trajectory.home_id, given.trajectory.home = home.id, home


def offer(given: Given) -> None:
    row = given.trajectory
    row.offer_accepted = given.answers["answer"] == "accepts"
    if not row.offer_accepted:
        if row.home is not None:
            row.home.available = True
        _close(given, "declined")


def draft_contract(given: Given) -> None:
    """A next round: what was agreed to an earlier draft stays with that draft."""
    row, session = given.trajectory, given.deed.session
    row.contract_round += 1
    row.guidance_from = given.day("guidance_from")
    row.guidance_until = given.day_or_none("guidance_until")
    row.administration = given.answers["administration"]
    row.care_decision_until = given.day_or_none("care_decision_until")
    own = {"trajectory_id": row.id, "round": row.contract_round}
    written = {domain: given.words(f"goal_{domain}") for domain in (*HOUSING_DOMAINS, *CARE_DOMAINS)}
    goals = [
        {**own, "domain": domain, "housing": domain in HOUSING_DOMAINS, "words": words}
        for domain, words in written.items()
        if words
    ]
    straight.add(session, Goal, *goals)
    straight.add(session, Condition, *[{**own, "code": code} for code in given.answers["conditions"]])
    given.ledger.start_draft()


def agree(given: Given) -> None:
    party = AGREES_AS[given.task.name]
    found = next((row for row in given.ledger.agreements if row.party == party), None)
    if found is None and given.correction:  # the ledger has no need of agreements once the candidate lives there
        found = given.deed.session.scalar(
            select(Agreement).where(
                Agreement.trajectory_id == given.trajectory.id,
                Agreement.round == given.trajectory.contract_round,
                Agreement.party == party,
            )
        )
        if found is not None and found.agreed != (given.answers["agreed"] == "yes"):
            raise NotReady("correction_changes_the_path")
    if found is None:
        found = given.ledger.add(
            given.ledger.agreements,
            Agreement(trajectory_id=given.trajectory.id, round=given.trajectory.contract_round, party=party),
        )
    found.agreed = given.answers["agreed"] == "yes"
    found.agreed_on = given.day("agreed_on")
    found.objection = given.words("objection")
    found.by_id, found.at = given.by_id, given.deed.desk.now


def _close(given: Given, outcome: str) -> None:
    row = given.trajectory
    row.outcome, row.stage, row.closed_on = outcome, "closed", given.deed.today


RECORD: Mapping[str, Record] = {
    "nominate_candidate": nominate,
    "check_eligibility": eligibility,
    "match_home": matching,
    "record_offer_answer": offer,
    "draft_care_contract": draft_contract,
    **dict.fromkeys(AGREES_AS, agree),
}
