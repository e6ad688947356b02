"""Gathers what one organisation holds about one person, in words, section by section; never more than it may read."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from flask_babel import gettext
from markupsafe import Markup

from app.records import Beside, Incident, Person, Trajectory
from app.records.contacts import contacts_of
from app.records.database import reading
from app.records.dossiers import documents_of, signed_copies, tasks_of
from app.records.earlier import same_person
from app.records.ledger import Ledger
from app.records.people import corrections_of
from app.records.readers import readings
from app.rules.access import OWN_WORDS, tells_who_reported, without_others
from app.rules.escalation import TASKS as ESCALATING
from app.rules.permissions import Viewer, may_see_document, sees
from app.web import filling, history
from app.web.labels import document_title
from app.web.ledger import letters_seen
from app.web.readers import ANOTHER, PAGES
from app.web.retention import kept_rows
from app.web.standing import address
from app.web.task_page import TaskPage
from app.web.words import day, euros, first_capital, listed, word

MOST_LOOKS = 5_000
Rows = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Section:
    """One heading of the file: what was said of what, and a remark above it."""

    title: str
    rows: Sequence[tuple[str, str]]
    remark: str = ""


def everything(ledger: Ledger, viewer: Viewer, person_id: UUID, reported: Mapping[int, str]) -> list[Section]:
    """All that `viewer`'s organisation may read about this person, who stands in this dossier.

    `reported`: number of an incident -> what happened, said without who reported it.
    """
    row = ledger.trajectory
    beside = next((one for one in ledger.besides if one.person_id == person_id), None)
    person = beside.person if beside is not None else row.tenant
    found = [_about(person, beside), _why(ledger, viewer)]
    if beside is None:
        found += [_trajectory(ledger, viewer), *_answers(ledger, viewer), *_incidents(ledger, viewer, reported)]
        found += [_noted(ledger, viewer), _happened(ledger, viewer)]
    found += [_papers(ledger, viewer, person_id if beside is not None else None)]
    if beside is None:
        found += [_letters(ledger, viewer), _looked(ledger), _elsewhere(person, row, viewer)]
    return [_without_others(one, ledger, person) for one in found if one.rows]


def _without_others(section: Section, ledger: Ledger, person: Person) -> Section:
    everybody = [ledger.trajectory.tenant, *(one.person for one in ledger.besides)]
    others = [one for one in everybody if one.id != person.id]
    said = [value for one in others for value in (one.full_name, one.phone, one.email) if value]
    said += [part.contact.name for part in ledger.parts if part.contact is not None]
    instead = gettext("[somebody else]")
    own = person.full_name
    rows = [(_plain(what), without_others(_plain(words), said, own, instead)) for what, words in section.rows]
    return Section(section.title, rows, section.remark)


def _plain(words: str) -> str:
    """Words that were made for a page, as somebody reads them there."""
    return words.replace(Markup("<br>"), "\n").unescape() if isinstance(words, Markup) else words


def _about(person: Person, beside: Beside | None) -> Section:
    place = " ".join(part for part in (person.postcode, person.city) if part)
    rows = [
        (gettext("Name"), person.full_name),
        (gettext("Date of birth"), day(person.birth_date) if person.birth_date else ""),
        (gettext("Address"), ", ".join(part for part in (person.address, place) if part)),
        (gettext("Telephone"), person.phone),
        (gettext("E-mail address"), person.email),
        (gettext("Organisation"), person.organisation_name),
        (gettext("Part in the trajectory"), word(beside.kind, "beside") if beside else gettext("tenant or candidate")),
    ]
    rows += [
        (gettext("Corrected on %(day)s", day=day(one.on)), f"{one.was or '–'} → {one.now or '–'}. {one.reason}")
        for one in corrections_of(reading(), person.id)
    ]
    return Section(gettext("Who you are"), _said(rows))


def _why(ledger: Ledger, viewer: Viewer) -> Section:
    parties = listed(f"{part.organisation.name} ({word(part.part, 'part')})" for part in ledger.parts if part.since)
    kept = [
        gettext("%(what)s: until %(day)s. %(why)s", what=one.called, day=day(one.until), why=one.why)
        if one.until
        else f"{one.called}: {one.why}"
        for one in kept_rows(ledger)
        if one.gone is None
    ]
    rows = [
        (gettext("Who holds it"), f"{viewer.organisation} ({word(viewer.part, 'part')})"),
        (gettext("What for"), gettext("To let a home under conditions, with guidance, and to judge how it goes on.")),
        (gettext("Who takes part and reads a part of it"), parties),
        (gettext("How long it is kept"), "\n".join(kept)),
        (
            gettext("What you may ask"),
            gettext(
                "To correct what is wrong, to remove what need not be kept, and who looked at it. You may object, and "
                "complain to the Dutch Data Protection Authority (Autoriteit Persoonsgegevens)."
            ),
        ),
    ]
    return Section(gettext("Why it is held"), _said(rows))


def _trajectory(ledger: Ledger, viewer: Viewer) -> Section:
    row = ledger.trajectory
    rows = [
        (gettext("Reference"), row.reference),
        (gettext("Opened on"), day(row.opened_on)),
        (gettext("Put forward by"), word(row.nominated_by, "part")),
        (gettext("Consent to share"), _day(row.consent_on)),
        (gettext("How it stands"), word(row.outcome, "result") if row.outcome else word(row.stage, "stage")),
        (gettext("Closed on"), _day(row.closed_on)),
    ]
    if sees(viewer.part, "home"):
        rows.append((gettext("Home"), address(ledger)))
    if sees(viewer.part, "lease"):
        span = f"{day(row.first_day)} – {day(row.last_day)}" if row.first_day and row.last_day else ""
        rows += [
            (gettext("Lease"), span),
            (gettext("Signed on"), _day(row.signed_on)),
            (gettext("Legal ground"), word(row.legal_ground, "ground") if row.legal_ground else ""),
        ]
    if viewer.part == "association" and row.rent_cents:
        rows += [
            (gettext("Rent a month"), euros(Decimal(row.rent_cents) / 100)),
            (gettext("Service costs a month"), euros(Decimal(row.service_cents) / 100)),
        ]
    return Section(gettext("Your trajectory"), _said(rows))


def _answers(ledger: Ledger, viewer: Viewer) -> Iterator[Section]:
    """Every version of every answer that this organisation may read, and drafts of its own."""
    for task in tasks_of(ledger.trajectory.id):
        page = TaskPage(task, ledger.trajectory, viewer)
        if not page.may_be_seen:
            continue
        fields = page.readable
        if task.name in ESCALATING and _is_reported(page.ledger.about):
            fields = [one for one in fields if one.kind not in ("text", "textarea") or one.name in OWN_WORDS]
        for version in reversed(page.versions if task.status == "done" else []):
            said = version.answer
            remark = f"{day(said.on)}, {page.organisation}"
            if said.version > 1:
                remark = gettext("%(when)s, corrected: version %(number)s", when=remark, number=said.version)
            yield Section(page.title, filling.rows(fields, said.data), remark)
        if task.draft and task.organisation_id == viewer.organisation_id:
            yield Section(page.title, page.typed_rows(task.draft), gettext("A draft, which nobody sent in"))


def _is_reported(incident: Incident | None) -> bool:
    return incident is not None and tells_who_reported(incident.sources.split())


def _incidents(ledger: Ledger, viewer: Viewer, reported: Mapping[int, str]) -> Iterator[Section]:
    for one in ledger.incidents if sees(viewer.part, "incidents") else ():
        left_out = gettext("Left out: it could tell who reported it.")
        hidden = _is_reported(one)
        rows = [
            (gettext("Day"), day(one.happened_on)),
            (gettext("Agreement"), word(one.ground, "breach")),
            (gettext("What was reported"), (reported.get(one.number) or left_out) if hidden else one.what),
            (gettext("What it rests on"), left_out if hidden else one.evidence),
            (
                gettext("From"),
                gettext("somebody outside the organisation; who it was is left out")
                if hidden
                else listed(word(source, "source") for source in one.sources.split()),
            ),
            (gettext("Withdrawn"), f"{_day(one.withdrawn_on)} {'' if hidden else one.withdrawn_reason}".strip()),
            (gettext("Outcome"), word(one.outcome, "incident_outcome") if one.outcome else ""),
        ]
        yield Section(gettext("Incident %(number)s", number=one.number), _said(rows))


def _noted(ledger: Ledger, viewer: Viewer) -> Section:
    """What was noted outside a task: an early end, contacts, ends and pauses of care."""
    rows: Rows = []
    if sees(viewer.part, "lease"):
        rows += [
            (f"{word(one.kind, 'early_end')}, {day(one.happened_on)}", one.remark or _day(one.last_day))
            for one in ledger.early_ends
        ]
    if sees(viewer.part, "reviews"):
        contacts = contacts_of(ledger.session, ledger.trajectory.id)
        rows += [(gettext("Contact with you"), f"{day(one.on)}, {word(one.kind, 'contact')}") for one in contacts]
    if sees(viewer.part, "care_goals"):
        rows += [(gettext("Guidance stops"), f"{day(one.on)}, {word(one.why, 'care_end')}") for one in ledger.care_ends]
        rows += [
            (gettext("Guidance pauses"), f"{day(one.since)} – {_day(one.until)}") for one in ledger.care_pauses
        ]
    return Section(gettext("What was noted"), rows)


def _happened(ledger: Ledger, viewer: Viewer) -> Section:
    lines = history.lines(ledger, viewer, limit=5_000)
    return Section(gettext("What happened"), [(day(one.on), one.words) for one in reversed(lines)])


def _papers(ledger: Ledger, viewer: Viewer, addressed_to: UUID | None) -> Section:
    papers = [one for one in documents_of(ledger.trajectory.id) if may_see_document(viewer.part, one.name)]
    if addressed_to is not None:
        papers = [one for one in papers if one.person_id == addressed_to]
    copies = signed_copies(papers)
    signed = gettext("with a signed copy")
    rows = [
        (
            _day(one.filed_on) or _day(one.ordered_on),
            f"{document_title(one)}, {gettext('version %(num)s', num=one.version)}"
            + (f", {signed}" if one.id in copies else ""),
        )
        for one in reversed(papers)
    ]
    return Section(gettext("Papers"), rows, gettext("You may have a copy of each of these."))


def _letters(ledger: Ledger, viewer: Viewer) -> Section:
    letters = [one for one in letters_seen(ledger.trajectory.id, viewer) if one.posted_on is not None]
    rows = [(_day(one.posted_on), first_capital(word(one.kind, "letter"))) for one in reversed(letters)]
    return Section(gettext("Letters and reminders that went out"), rows)


def _looked(ledger: Ledger) -> Section:
    """By which organisation, and never by whom of it."""
    seen: dict[tuple[date, str], dict[str, None]] = {}
    for one in reversed(readings(ledger.trajectory.id, MOST_LOOKS)):
        words = gettext(PAGES.get(one.page.partition(".")[0], ANOTHER))
        seen.setdefault((one.on, one.organisation), {})[words] = None
    rows = [(day(on), f"{organisation}: {', '.join(pages)}") for (on, organisation), pages in seen.items()]
    return Section(gettext("Who looked"), rows)


def _elsewhere(person: Person, row: Trajectory, viewer: Viewer) -> Section:
    """Other dossiers that this same organisation holds under this name and day of birth; of no other organisation."""
    found = same_person(reading(), person, viewer.organisation_id, row.id)
    rows = [(gettext("Reference"), reference) for reference in found]
    return Section(gettext("Other trajectories with this organisation"), rows, gettext("Ask for these as well."))


def _said(rows: Rows) -> Rows:
    return [(what, words) for what, words in rows if words]


def _day(value: date | None) -> str:
    return day(value) if value is not None else ""
