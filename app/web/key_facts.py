"""At most five facts at the top of a dossier, with a small remark each; none that the viewer's part may not see."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from flask import url_for
from flask_babel import gettext
from markupsafe import Markup

from app.rules import notice, timeline
from app.rules.schedule import decision_due
from app.web.cards import standing_card
from app.web.standing import Standing
from app.web.words import distance, euros, first_capital, short_day, word

Fact = tuple[str, str | Markup, str | Markup]


def facts(standing: Standing) -> list[Fact]:
    """(what, value, remark), at most five."""
    return list(
        _facts_of_the_lease(standing) if standing.case.last_day and standing.sees("lease") else _facts_before(standing)
    )


def _facts_before(standing: Standing) -> Iterator[Fact]:
    row = standing.ledger.trajectory
    yield gettext("Put forward by"), first_capital(word(row.nominated_by, "part")), ""
    if row.consent_on:
        yield gettext("Consent to share"), short_day(row.consent_on), row.consent_asked_by
    if row.eligible is not None:
        tested = gettext("Belongs to the target group") if row.eligible else gettext("Does not belong to it")
        yield gettext("Eligibility"), tested, word(row.legal_ground, "ground")
    if row.home is not None:
        answer = {True: gettext("accepted"), False: gettext("declined"), None: gettext("offered")}
        yield gettext("Home"), f"{row.home.street}, {row.home.city}", answer[row.offer_accepted]


def _facts_of_the_lease(standing: Standing) -> Iterator[Fact]:
    row, decided = standing.ledger.trajectory, timeline.decided(standing.case)
    assert row.first_day is not None and row.last_day is not None  # there is a lease
    window, due = notice.window(row.last_day), decision_due(row.last_day, standing.ledger.settings)
    yield gettext("Lease"), _span(row.first_day, row.last_day), word(row.legal_ground, "ground")
    if decided and standing.case.decision is not None:
        approved = gettext("approved on %(day)s", day=short_day(standing.case.decision.approved_on))
        yield gettext("Decision"), first_capital(word(decided, "outcome")), approved
    elif not standing.case.ending and not standing.case.early_end:
        far = gettext("%(distance)s, by 2 people", distance=distance(due, standing.today))
        yield gettext("Decision by"), short_day(due), far
    if standing.case.early_end:
        early = standing.case.early_end
        yield gettext("New last day"), short_day(early.last_day), word(early.kind, "early_end")
    elif not standing.case.ending:
        if decided in timeline.CONVERSIONS:
            words = gettext("not needed: the lease is converted")
        else:
            words = gettext("here the notice must be received") if decided else gettext("only when not converting")
        why = Markup('{}; <a class="nl-link" href="{}">{}</a>').format(
            words, url_for("legal_dates.page", trajectory_id=row.id), gettext("why?")
        )
        yield gettext("Notice window"), _span(window.safe_first, window.safe_last), why
    if standing.viewer.part == "association" and row.rent_cents:
        extra = gettext("and %(sum)s service costs", sum=euros(row.service_cents / 100)) if row.service_cents else ""
        yield gettext("Rent a month"), euros(row.rent_cents / 100), extra
    card = standing_card(standing.ledger, standing.viewer)
    if card is not None:
        yield gettext("Card"), card.name, card.state
    if standing.sees("care_goals") and row.care_decision_until:
        yield gettext("Care decision until"), short_day(row.care_decision_until), ""


def _span(first: date, last: date) -> Markup:
    return Markup("{}<br>{}").format(short_day(first), gettext("to %(day)s", day=short_day(last)))
