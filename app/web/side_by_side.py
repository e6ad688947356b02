"""How each party sees the end of the term, beside each other: codes only, and nothing that was said is replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from app.records import JointMeeting, Task
from app.records.dossiers import tasks_of
from app.records.ledger import Ledger
from app.rules import disagreement
from app.rules.disagreement import View
from app.rules.permissions import Viewer, sees
from app.web.beforehand import Known
from app.web.sentences import N_
from app.web.words import day, first_capital, listed, tone, word

MEETING = "hold_joint_meeting"
PARTIES: Mapping[str, str] = {
    "care_provider": N_("Care provider"),
    "municipality": N_("Municipality"),
    "association": N_("Housing officer"),
    "tenant": N_("Tenant"),
    "decision": N_("Decision"),
}
FAMILY: Mapping[str, str] = {"stay": "wish", "leave": "wish", "not_said": "wish", "cannot_say": "finding"}


@dataclass(frozen=True, slots=True)
class Cell:
    """What one party says; "" for nothing."""

    by: str
    words: str
    tone: str = ""


@dataclass(frozen=True, slots=True)
class Line:
    """One question, and what each party says to it."""

    what: str
    cells: tuple[Cell, ...]
    differs: bool


@dataclass(frozen=True, slots=True)
class SideBySide:
    parties: tuple[str, ...]
    lines: tuple[Line, ...]
    sentence: str


def side_by_side(ledger: Ledger, viewer: Viewer) -> SideBySide | None:
    """Nothing as long as nobody said anything, nor for who sees nothing of the decision."""
    if not sees(viewer.part, "decision"):
        return None
    seen = disagreement.views(ledger.case())
    if not any(view.outcome or view.findings for view in seen):
        return None
    shown = (*seen, *_decided(ledger, viewer))
    apart = disagreement.findings_that_differ(seen)
    lines = [_line(gettext("The lease"), shown, [_outcome(one) for one in shown], disagreement.outcomes_differ(seen))]
    for about, name in _questions(ledger):
        if any(about in view.findings for view in shown):
            lines.append(_line(name, shown, [one.findings.get(about, "") for one in shown], about in apart))
    differ = any(line.differs for line in lines)
    parties = tuple(str(gettext(PARTIES[view.party])) for view in shown)
    return SideBySide(parties, tuple(lines), _sentence(ledger, differ))


def known(_task: Task, ledger: Ledger, viewer: Viewer) -> Known | None:
    """To read before the joint meeting, the decision and its second look."""
    found = side_by_side(ledger, viewer)
    if found is None:
        return None
    return Known(gettext("How each of you sees it"), sentence=found.sentence, views=found)


def met(row: JointMeeting) -> str:
    """What came of a joint meeting, in one sentence."""
    if row.held_on is None:
        return str(gettext("The joint meeting was not held: %(why)s", why=row.words))
    came = listed(_who(one) for one in row.came.split())
    if row.result == "agreed":
        outcome = word(row.outcome, "outcome")
        said = gettext("Joint meeting on %(day)s with %(came)s. They agreed: %(outcome)s.", day=day(row.held_on),
                       came=came, outcome=outcome)  # fmt: skip
    else:
        said = gettext("Joint meeting on %(day)s with %(came)s. They still see it differently.", day=day(row.held_on),
                       came=came)  # fmt: skip
    return str(said)


def _decided(ledger: Ledger, viewer: Viewer) -> list[View]:
    """The decision as it is proposed or stands; its findings are for the association alone."""
    if viewer.part != "association" or not ledger.decisions:
        return []
    row = ledger.decisions[-1]
    groups = ((row.findings or {}).get(name) or {} for name in ("conditions", "goals"))
    found = {about: one["finding"] for group in groups for about, one in group.items() if one.get("finding")}
    return [View("decision", row.outcome, found)]


def _outcome(view: View) -> str:
    return view.outcome or ("not_received" if view.party in ("care_provider", "municipality") else "")


def _line(what: str, shown: Sequence[View], codes: Sequence[str], differs: bool) -> Line:
    cells = (_cell(view.party, code) for view, code in zip(shown, codes, strict=True))
    return Line(str(what), tuple(cells), differs)


def _cell(party: str, code: str) -> Cell:
    by = str(gettext(PARTIES[party]))
    family = FAMILY.get(code) or ("finding" if code in ("met", "not_met") else "outcome")
    return Cell(by, first_capital(word(code, family)), tone(code)) if code else Cell(by, "")


def _questions(ledger: Ledger) -> list[tuple[str, str]]:
    """(id, name) of every condition and every housing goal; care goals are nobody's business here."""
    conditions = [(str(row.id), first_capital(word(row.code, "condition"))) for row in ledger.conditions]
    return conditions + [(str(goal.id), goal.words) for goal in ledger.goals if goal.housing]


def _sentence(ledger: Ledger, differ: bool) -> str:
    if ledger.joint_meetings:
        return met(ledger.joint_meetings[-1])
    if not ledger.hearings:
        return str(gettext("The tenant was not heard yet. What each of them says stays beside the others."))
    if not differ:
        return str(gettext("Nobody contradicts another."))
    return str(gettext("They do not see it the same way. %(meeting)s", meeting=_meeting(ledger)))


def _meeting(ledger: Ledger) -> str:
    tasks = [task for task in tasks_of(ledger.trajectory.id) if task.name == MEETING]
    before = disagreement.joint_meeting_lapses(ledger.case())
    if any(task.status == "open" for task in tasks):
        return str(gettext("A joint meeting follows, before %(day)s.", day=day(before)))
    if tasks:
        return str(gettext("No joint meeting was held in time; the decision did not wait for it."))
    return str(gettext("It showed too late for a joint meeting."))


def _who(code: str) -> str:
    return str(gettext("the tenant")) if code == "tenant" else word(code, "part")
