"""What somebody must have before them to do a step of an escalation, and the cards that a decision weighs."""

from __future__ import annotations

from flask_babel import gettext

from app.records import Measure, Task
from app.records.ledger import Ledger
from app.rules.escalation import WEIGHTY
from app.rules.permissions import Viewer, sees
from app.web.beforehand import Known
from app.web.words import day, first_capital, listed, word


def incident(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """What happened, and what it rests on."""
    row = ledger.about
    if row is None or not sees(viewer.part, "incidents"):
        return None
    rows = [
        (gettext("Ground"), word(row.ground, "breach")),
        (gettext("What happened"), row.what),
        (gettext("Evidence"), row.evidence),
        (gettext("Where it comes from"), first_capital(listed(word(one, "source") for one in row.sources.split()))),
    ]
    if row.skip_reason:
        rows.append((gettext("Why steps are skipped"), row.skip_reason))
    heading = gettext("Incident %(number)s, %(day)s", number=row.number, day=day(row.happened_on))
    return Known(str(heading), [(str(label), words) for label, words in rows])


def steps(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """The steps taken so far, and how each went."""
    if ledger.about is None or not sees(viewer.part, "incidents"):
        return None
    given = [row for row in ledger.steps_of(ledger.about) if row.given_on is not None]
    rows = [(first_capital(word(row.kind, "measure")), _how_it_went(row)) for row in given]
    return Known(gettext("Steps so far"), rows) if rows else None


def _how_it_went(row: Measure) -> str:
    said = [gettext("given on %(day)s", day=day(row.given_on))]
    if row.recover_by is not None:
        said.append(gettext("time to put it right until %(day)s", day=day(row.recover_by)))
    if row.recovered is not None:
        said.append(gettext("put right") if row.recovered else gettext("not put right"))
    return "; ".join([*map(str, said), *filter(None, (row.plan, row.judgment))])


def hearing_and_proposal(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """What the tenant said about the step at hand, what was proposed, and why it came back."""
    steps = ledger.steps_of(ledger.about) if ledger.about is not None else []
    if not steps or not sees(viewer.part, "incidents"):
        return None
    row = steps[-1]
    rows = [(gettext("Heard on"), day(row.heard_on))] if row.heard_on else []
    if row.appeared is False:
        rows.append((gettext("The tenant"), gettext("was invited and did not come")))
    said = (
        (gettext("What the tenant said"), row.tenant_view),
        (gettext("Ground"), word(row.ground, "breach") if row.proposed else ""),
        (gettext("Reasons"), row.reasons),
        (gettext("Evidence"), row.evidence if row.proposed else ""),
        (gettext("Where it comes from"), _sources(row) if row.proposed else ""),
        (gettext("What must change"), row.plan),
        (gettext("Time to put it right until"), day(row.recover_by)),
        (gettext("Why it came back"), row.verdict_reason),
    )
    rows += [(label, words) for label, words in said if words]
    heading = gettext("The step at hand: %(measure)s", measure=word(row.kind, "measure"))
    return Known(str(heading), [(str(label), str(words)) for label, words in rows])


def _sources(row: Measure) -> str:
    return first_capital(listed(word(one, "source") for one in row.sources.split()))


def cards(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """The cards and orders that stand: they are weighed in the decision, and end nothing by themselves."""
    if not sees(viewer.part, "cards"):
        return None
    rows = [
        (first_capital(word(row.kind, "measure")), _standing(row))
        for row in ledger.measures
        if row.kind in WEIGHTY and row.given_on is not None and row.ended_on is None
    ]
    about = gettext("Weigh them with everything else. A card does not end a lease by itself.")
    return Known(gettext("Cards that stand"), rows, sentence=str(about)) if rows else None


def _standing(row: Measure) -> str:
    words = gettext(
        "given on %(day)s, counts until %(until)s: %(ground)s",
        day=day(row.given_on),
        until=day(row.expires_on),
        ground=word(row.ground, "breach"),
    )
    return "; ".join(one for one in (str(words), row.reasons) if one)
