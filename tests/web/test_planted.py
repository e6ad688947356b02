"""A sentence is planted in every field that people write in, and looked for in every byte that each part can get.

Which part may read a field is what its form says (`x-sees`). Every page, paper, drawing, refusal, mail and log is gone
through for what a part may not read; the process's own state, the record and the ledger of letters hold none of it.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from html import unescape
from uuid import UUID
from zipfile import BadZipFile, ZipFile

import pytest
from pypdf import PdfReader
from sqlalchemy import LargeBinary, cast, select, union_all

from app import pdf
from app.actions.documents import file_ordered
from app.actions.incidents import report_incident
from app.actions.letters import post_due
from app.actions.tasks import correct_task, hand_over_task, keep_draft
from app.config import HOME
from app.house import hire_postman
from app.records import (
    Document,
    EndNotice,
    Event,
    Incident,
    LegalDate,
    Letter,
    Review,
    Run,
    SignedCopy,
    Task,
    User,
    db,
)
from app.records.database import let_go, reading
from app.rules.escalation import Report
from app.rules.fields import Field, outline
from app.rules.permissions import ROLE_OF_PART
from app.web.mail_texts import write
from tests.cast import Stage, furnish
from tests.web.test_every_door import tries

PLANTED = re.compile(r"PLANT[0-9]{3}Q")
PARTS = tuple(ROLE_OF_PART)
# What no form asks for and people still write: in which task's name it is said, and who may read it.
PROVIDER_ONLY = frozenset({"care_provider"})
BESIDE = {
    "hand-over within the provider": PROVIDER_ONLY,
    "why the provider corrected itself": frozenset({"care_provider", "municipality"}),  # who read all its answers
}


@dataclass
class Planted:
    """A region with a sentence in every field; `sees`: sentence -> where it was planted, and who may read it."""

    region: Stage
    trajectory: UUID
    sees: Mapping[str, tuple[str, frozenset[str]]]
    logged: list[str] = field(default_factory=list)

    def not_for(self, part: str, said: str) -> set[str]:
        """Where the sentences in this were planted that this part may not read."""
        found = (self.sees[one] for one in PLANTED.findall(said))
        return {where for where, parts in found if part not in parts}


def leaves(fields: tuple[Field, ...], before: str = "") -> Iterator[tuple[str, Field]]:
    """Dotted name, as a form is filled in by (`goals.*.remark`), and field."""
    for one in fields:
        if one.kind == "group":
            for name, part in leaves(one.parts[0].parts if one.parts[0].kind == "item" else one.parts):
                yield f"{before}{one.name}.*.{name.rpartition('.')[2]}", part
        elif one.parts:
            yield from leaves(one.parts, before)
        elif one.kind in ("text", "textarea") and not one.code:
            yield f"{before}{one.name}", one


def seeds(region: Stage) -> tuple[dict[str, dict[str, str]], dict[str, tuple[str, frozenset[str]]]]:
    """Task -> field -> a sentence of its own; and sentence -> where, and who may read it."""
    answers: dict[str, dict[str, str]] = {}
    sees: dict[str, tuple[str, frozenset[str]]] = {}
    library = region.app.extensions["voorwaarts.house"].library
    for name, form in sorted(library.forms.items()):
        task = name.removeprefix("forms/").removesuffix(".json")
        for asked, one in leaves(outline(form)):
            token = f"PLANT{len(sees):03d}Q"
            answers.setdefault(task, {})[asked] = f"Zin {token}"
            sees[token] = f"{task}: {asked}", frozenset(one.sees)
    for where, parts in BESIDE.items():
        sees[f"PLANT{len(sees):03d}Q"] = where, parts
    return answers, sees


class Kept(logging.Handler):
    """Every line that is logged, with all that hangs on it."""

    def __init__(self, lines: list[str]) -> None:
        super().__init__(logging.DEBUG)
        self.lines = lines

    def emit(self, record: logging.LogRecord) -> None:
        self.lines.append(f"{record.getMessage()} {record.__dict__}")


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Planted]:
    """Two years that end with a notice, with an incident on the way and care refused; all papers and mail are out."""
    region = furnish(tmp_path_factory.mktemp("planted"))
    answers, sees = seeds(region)
    by_place = {where: f"Zin {token}" for token, (where, _) in sees.items()}
    beside = {
        "decide_conversion": {"outcome": "do_not_convert"},
        "hold_conversation": {"recover_by": "today + 6 weeks"},
    }
    region.answers = {task: {**said, **beside.get(task, {})} for task, said in answers.items()}
    logged: list[str] = []
    kept, root = Kept(logged), logging.getLogger()
    root.addHandler(kept)
    try:
        trajectory = region.start()
        region.play(trajectory, until="agree_as_provider")
        region.do(region.open_tasks(trajectory)["agree_as_provider"], agreed="no")
        region.play(trajectory, until="confirm_goals")
        _write_beside(region, trajectory, by_place)
        region.play(trajectory, until="hold_review_meeting")
        _report(region, trajectory)
        region.play(trajectory, until="return_keys")
        region.set_day(region.today)
        with region.app.app_context():
            _work(region)
        yield Planted(region, trajectory, sees, logged)
    finally:
        root.removeHandler(kept)


def _write_beside(region: Stage, trajectory: UUID, by_place: Mapping[str, str]) -> None:
    """What a provider writes where no form asks: a hand-over, and why it corrects itself."""
    with region.app.app_context():
        worker = region.desk("support_worker")
        goals = region.open_tasks(trajectory)["confirm_goals"]
        started = reading().scalar(select(Task.id).where(Task.name == "check_startup_care", Task.status == "done"))
        assert started is not None
        correct_task(worker, started, region.typed(started), by_place["why the provider corrected itself"])
        colleague = region.user("support_worker", number="2")
        hand_over_task(worker, goals, colleague, by_place["hand-over within the provider"])


def _report(region: Stage, trajectory: UUID) -> None:
    with region.app.app_context():
        report = Report(region.today, "no_nuisance", "Muziek.", "Melding.", ("neighbours",), "conversation", "")
        report_incident(region.desk("housing_officer"), trajectory, report)


def _work(region: Stage) -> None:
    config = region.app.extensions["voorwaarts.config"]
    postman = hire_postman(config)
    desk = region.desk()
    while file_ordered(desk) + post_due(desk, postman, write):
        pass
    let_go()


def everything_in(content: bytes) -> str:
    """The words of an answer, whatever it is: as it is, without entities, and out of what is packed in it."""
    said = content.decode(errors="replace")
    try:
        with ZipFile(io.BytesIO(content)) as parts:
            for name in parts.namelist():
                said += re.sub(r"<[^>]+>", "", parts.read(name).decode(errors="replace"))
    except BadZipFile:
        pass
    return unescape(said)


def rows(*queries: object) -> list[UUID]:
    return [one for query in queries for one in reading().scalars(query)]  # type: ignore[call-overload]


def addresses(planted: Planted, method: str) -> list[str]:
    """Every route with every id of this dossier there is to put in it."""
    region = planted.region
    with region.app.app_context():
        let_go()
        several: dict[str, list[object]] = {
            "task_id": [*rows(select(Task.id))],
            "document_id": [*rows(select(Document.id))],
            "copy_id": [*rows(select(SignedCopy.id))],
            "review_id": [*rows(select(Review.id))],
            "incident_id": [*rows(select(Incident.id))],
            "notice_id": [*rows(select(EndNotice.id))],
            "drawing": sorted(path.stem for path in (HOME / "workflows").glob("*.bpmn")),
        }
        mail = region.app.extensions["voorwaarts.config"].mail
        one = planted.trajectory
        usual: dict[str, object] = {
            "trajectory_id": one, "proof_id": one, "take_over_id": one, "session_id": one, "row_id": one,
            "copy_id": one, "kind": "people", "name": "none", "filename": "mark.svg",
        }  # fmt: skip
        several["name"] = [path.stem for path in mail.glob("*.eml")]
        first = {name: values[0] for name, values in several.items() if values}
        found: dict[str, None] = {}
        for name, values in several.items():
            for value in values:
                for attempt in tries(region.app, {**usual, **first, name: value}):
                    if attempt.method == method and not attempt.address.endswith(".pdf"):
                        found.setdefault(attempt.address)
    return [address for address in found if not re.search(r"^/(static|health|sign-|time-machine)|/mail", address)]


def test_every_field_was_written_in_that_could_be(planted: Planted) -> None:
    """That the sentences are there to be found at all, those of care first."""
    with planted.region.app.app_context():
        let_go()
        kept = " ".join(str(one) for one in reading().execute(_all_text()).all())
    care = {token: where for token, (where, parts) in planted.sees.items() if "association" not in parts}
    missing = {where.split(":")[0] for token, where in care.items() if token not in kept}
    assert missing <= {"check_eligibility", "check_aftercare"}  # another road than this one
    assert len(set(PLANTED.findall(kept))) > 25


def _all_text() -> object:
    tables = db.metadata.tables
    columns = [("answers", "data"), ("answers", "reason"), ("goals", "words"), ("tasks", "handed_over_because")]
    return union_all(*(select(cast(tables[table].c[column], LargeBinary)) for table, column in columns))


@pytest.mark.parametrize("part", PARTS)
def test_no_page_paper_or_drawing_says_it_to_who_may_not_read_it(planted: Planted, part: str) -> None:
    browser = planted.region.browser(ROLE_OF_PART[part])
    leaks, read, looked = set(), set(), 0
    for address in addresses(planted, "GET"):
        answer = browser.get(address)
        assert answer.status_code < 500, (address, answer.status_code)
        said = everything_in(answer.data)
        looked += answer.status_code == 200
        leaks |= {(where, re.sub(r"[0-9a-f-]{36}", "…", address)) for where in planted.not_for(part, said)}
        read |= set(PLANTED.findall(said))
    assert leaks == set()
    assert looked > 15 and (read or part == "urgency_office")


@pytest.mark.parametrize("role", ["team_lead", "application_manager"])
def test_nor_to_the_others_who_sign_in_at_the_association(planted: Planted, role: str) -> None:
    browser, leaks = planted.region.browser(role), set()
    part = "association" if role == "team_lead" else "nobody"
    for address in addresses(planted, "GET"):
        answer = browser.get(address)
        leaks |= {(where, address) for where in planted.not_for(part, everything_in(answer.data))}
    assert leaks == set()


@pytest.mark.parametrize("part", ["association", "urgency_office"])
def test_no_mail_says_it(planted: Planted, part: str) -> None:
    with planted.region.app.app_context():
        let_go()
        kinds = {user.email: user.organisation.kind for user in reading().scalars(select(User))}
    folder = planted.region.app.extensions["voorwaarts.config"].mail
    mails = [message_from_bytes(path.read_bytes(), policy=policy.default) for path in folder.glob("*.eml")]
    theirs = [one for one in mails if any(kinds.get(address.strip()) == part for address in str(one["To"]).split(","))]
    assert theirs or part == "urgency_office"
    for mail in theirs:
        said = str(mail["Subject"]) + "".join(
            everything_in(piece.get_payload(decode=True) or b"") for piece in mail.walk() if not piece.is_multipart()
        )
        assert planted.not_for(part, said) == set(), mail["Subject"]


def test_the_state_of_the_process_the_record_and_the_ledger_hold_none_of_it(planted: Planted) -> None:
    with planted.region.app.app_context():
        let_go()
        for table in (Run, Event, Letter, LegalDate, Document):
            for row in reading().scalars(select(table)):
                values = {column.name: getattr(row, column.name) for column in table.__table__.columns}
                assert PLANTED.findall(str(values)) == [], (table.__tablename__, values)


def test_no_line_of_the_log_says_it(planted: Planted) -> None:
    for line in planted.logged:
        assert PLANTED.findall(line) == [], line[:300]


@pytest.mark.parametrize("part", ["association", "urgency_office"])
def test_no_refusal_says_it(planted: Planted, part: str) -> None:
    """Whatever is sent with nothing in it, by whoever may and may not: the answer is made of faults and clashes."""
    browser, leaks = planted.region.browser(ROLE_OF_PART[part]), set()
    for address in addresses(planted, "POST"):
        answer = browser.post(address, data={})
        assert answer.status_code < 500, address
        leaks |= {(where, address) for where in planted.not_for(part, everything_in(answer.data))}
    assert leaks == set()


@pytest.mark.slow
@pytest.mark.skipif(not pdf.available(), reason="LibreOffice is not installed here")
@pytest.mark.parametrize("part", ["association", "urgency_office"])
def test_no_pdf_says_it(planted: Planted, part: str) -> None:
    browser, printed = planted.region.browser(ROLE_OF_PART[part]), 0
    with planted.region.app.app_context():
        papers = rows(select(Document.id).where(Document.state == "filed"))
    for paper in papers:
        answer = browser.get(f"/documents/{paper}.pdf")
        if answer.status_code == 200:
            said = "".join(page.extract_text() for page in PdfReader(io.BytesIO(answer.data)).pages)
            assert planted.not_for(part, said) == set()
            printed += 1
    assert printed or part == "urgency_office"



def test_what_a_provider_typed_so_far_is_its_own(region: Stage) -> None:
    trajectory = region.at("confirm_goals")
    task = region.open_tasks(trajectory)["confirm_goals"]
    said = "Zin PLANT999Q"
    with region.app.app_context():
        typed = {name: [said] for name in region.typed(task) if name.endswith(".remark")}
        keep_draft(region.desk("support_worker"), task, typed)
    pages = ("/", f"/tasks/{task}", *(f"/trajectories/{trajectory}{one}" for one in ("", "/history", "/documents")))
    for role in ("housing_officer", "team_lead", "municipal_officer", "urgency_officer"):
        browser = region.browser(role)
        assert [one for one in pages if "PLANT999Q" in browser.get(one).text] == [], role
    assert "PLANT999Q" in region.browser("support_worker").get(f"/tasks/{task}").text
