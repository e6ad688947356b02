"""The page of a take-over: who may enter, a template, a dry run with each fault on its line, and how far it is."""

from __future__ import annotations

import io
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from flask.testing import FlaskClient
from openpyxl import load_workbook
from sqlalchemy import func, select

from app import clock
from app.actions.taking_over import files
from app.records import Event, TakeOver, Task, Trajectory
from app.records.database import let_go, reading
from app.rules.dates import add_months
from app.rules.take_over.columns import COLUMNS
from app.web.take_over_words import EXPLAINED
from tests import cast, sheet

START = "/trajectories/take-over"
TODAY = clock.today()


def put(browser: FlaskClient, content: bytes, name: str = "trajecten.xlsx") -> Any:
    return browser.post(START, data={"file": (io.BytesIO(content), name)}, content_type="multipart/form-data")


def text(browser: FlaskClient, address: str) -> str:
    answer = browser.get(address)
    assert answer.status_code == 200, answer.status
    return " ".join(unescape(answer.get_data(as_text=True)).replace("\u00a0", " ").split())


def work(region: cast.Stage) -> None:
    with region.app.app_context():
        while files.go_on(region.desk()):
            pass


@pytest.fixture
def lead(region: cast.Stage) -> FlaskClient:
    region.today = TODAY
    return region.browser("team_lead")


@pytest.mark.parametrize(
    "role", ["housing_officer", "support_worker", "municipal_officer", "urgency_officer", "application_manager"]
)
def test_it_is_for_the_team_lead_of_the_association_alone(region: cast.Stage, lead: FlaskClient, role: str) -> None:
    address = put(lead, sheet.as_xlsx(sheet.forty(TODAY))).location
    browser = region.browser(role)
    for one in (START, f"{START}/template.xlsx", f"{START}/template.csv", address, f"{address}/faults.csv"):
        assert browser.get(one).status_code == 404
    assert put(browser, b"A;B\n1;2\n").status_code == 404
    assert browser.post(address).status_code == 404
    if role != "application_manager":  # who has no list of trajectories at all
        assert START not in text(browser, "/trajectories")
    assert region.browser().get(START).status_code == 302


def test_a_team_lead_of_elsewhere_does_not_find_the_file(region: cast.Stage, lead: FlaskClient) -> None:
    address = put(lead, sheet.as_xlsx(sheet.forty(TODAY))).location
    stranger = region.browser("team_lead", elsewhere=True)
    assert [stranger.get(address).status_code, stranger.post(address).status_code] == [404, 404]
    assert "trajecten.xlsx" not in text(stranger, START)
    assert "trajecten.xlsx" in text(lead, START)


def test_the_template_has_every_heading_and_explains_each(lead: FlaskClient) -> None:
    book = load_workbook(io.BytesIO(lead.get(f"{START}/template.xlsx").data))
    head, explained = book.worksheets
    assert [cell.value for cell in head[1]] == [column.heading for column in COLUMNS]
    assert [row[0].value for row in explained.iter_rows(min_row=2)] == [column.heading for column in COLUMNS]
    assert all(cell.value for row in explained.iter_rows() for cell in row)
    csv = lead.get(f"{START}/template.csv").data.decode("utf-8-sig")
    assert csv.strip().split(";") == [column.heading for column in COLUMNS]


def test_the_examples_of_the_template_are_a_line_without_faults(region: cast.Stage, lead: FlaskClient) -> None:
    with region.app.app_context():
        said = {code: example for code, (_, example) in EXPLAINED.items()}
    mail = {role: f"{role}.{sheet.MAIL}" for role in said if role.endswith(("_officer", "_worker"))}
    first, said = add_months(TODAY, -8), {**said, **mail}
    moved = {"signed_on": first, "first_day": first, "keys_on": first, "last_day": add_months(first, 12), "reviews": "",
             "guidance_from": first, "cards": ""}  # fmt: skip
    page = text(lead, put(lead, sheet.as_xlsx([{**said, **moved}])).location)
    assert "1 is fine" in page and "What is wrong" not in page


def test_a_dry_run_lists_every_fault_and_takes_nothing_over(region: cast.Stage, lead: FlaskClient) -> None:
    answer = put(lead, sheet.as_xlsx(sheet.forty(TODAY)))
    assert answer.status_code == 303
    page = text(lead, answer.location)
    assert "40 lines looked through. 34 are fine, 6 have a fault. Nothing has been taken over yet." in page
    assert "Take over the 34 that are fine" in page
    assert "31-6-2025 does not exist: June has 30 days." in page
    assert "A fixed-term lease lasts two years at most." in page
    assert "Nobody with the address niemand@meerwijk.demo.invalid can sign in." in page
    assert "‘Grondslag’ says ‘urgentie’. It can say: c, d, and oud." in page
    assert "‘geestelijke gezondheid’ is a care goal." in page
    assert "This stands on line 2 of the same file already." in page
    assert "rust in het hoofd" not in page  # what a care goal says is repeated nowhere
    for line in (7, 12, 18, 23, 31, 38):
        assert f'data-label="Line">{line}</td>' in page
    with region.app.app_context():
        assert reading().scalar(select(func.count()).select_from(Trajectory)) == 0
        assert "rust in het hoofd" not in str(reading().scalar(select(TakeOver.faults)))


def test_every_fault_can_be_had_as_a_file_that_runs_nothing(lead: FlaskClient) -> None:
    lines = sheet.forty(TODAY)
    lines[3]["legal_ground"] = "=1+1"
    address = put(lead, sheet.as_csv(lines), "lijst.csv").location
    rows = lead.get(f"{address}/faults.csv").data.decode("utf-8-sig").splitlines()
    assert len(rows) == 8
    assert rows[1].startswith("5;Grondslag;'=1+1;")


def test_the_fine_ones_are_taken_over_and_stand_in_the_list(region: cast.Stage, lead: FlaskClient) -> None:
    address = put(lead, sheet.as_xlsx(sheet.forty(TODAY))).location
    assert lead.post(address).status_code == 303
    page = text(lead, address)
    assert "Being taken over: 0 of 34 lines." in page and "<progress" in page and 'hx-trigger="every 2s"' in page
    assert lead.post(address).status_code == 409
    work(region)
    page = text(lead, address)
    assert "34 trajectories were taken over, and stand at their step of today. 6 lines were not." in page
    assert "hx-trigger" not in page
    found = text(lead, "/trajectories?q=HOV-0004")
    assert "1 trajectory" in found and "Driss" not in found
    with region.app.app_context():
        let_go()
        row = reading().scalars(select(Trajectory).order_by(Trajectory.first_day).limit(1)).one()
        assert reading().scalar(select(func.count()).select_from(Event).where(Event.action == "taken_over")) == 34
    dossier = text(lead, f"/trajectories/{row.id}")
    assert "own reference HOV-" in dossier
    assert "Taken over from the file trajecten.xlsx, line" in dossier
    assert "Before the take-over; not recorded here" in dossier


def test_what_was_taken_over_reads_as_such_and_other_parties_see_it_too(region: cast.Stage, lead: FlaskClient) -> None:
    first = add_months(TODAY, -1)
    address = put(lead, sheet.as_xlsx([sheet.line(1, first)])).location
    lead.post(address)
    work(region)
    with region.app.app_context():
        let_go()
        row = reading().scalars(select(Trajectory)).one()
        task = reading().scalars(select(Task).where(Task.name == "sign_lease")).one()
    assert "Taken over from a file. What is not in the file was not asked." in text(lead, f"/tasks/{task.id}")
    for role in ("support_worker", "municipal_officer"):
        browser = region.browser(role)
        page = text(browser, f"/trajectories/{row.id}")
        assert "Taken over from the file trajecten.xlsx, line 2" in page
        assert "HOV-0001" not in page  # what the association calls it is its own
    assert region.browser("support_worker", elsewhere=True).get(f"/trajectories/{row.id}").status_code == 404


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "Fill in ‘The file’."),
        (b"PK nothing", "This is not a CSV or XLSX file that can be read."),
        (b"Naam;BSN\n", "There is no line below the headings of this file"),
    ],
)
def test_an_unreadable_file_is_refused_where_it_was_chosen(lead: FlaskClient, content: bytes, said: str) -> None:
    answer = put(lead, content)
    assert answer.status_code == 422
    assert said in unescape(answer.get_data(as_text=True))


def test_a_column_of_citizen_numbers_refuses_the_whole_file(region: cast.Stage, lead: FlaskClient) -> None:
    content = sheet.as_csv([{**one} for one in sheet.forty(TODAY)])
    head, _, rest = content.partition(b"\r\n")
    page = text(lead, put(lead, head + b";BSN\r\n" + rest.replace(b"\r\n", b";123456782\r\n")).location)
    assert "The headings have a fault, so no line was looked at yet." in page
    assert "A housing association may not process those." in page
    assert "Take over the" not in page
    with region.app.app_context():
        assert "123456782" not in str(reading().execute(select(TakeOver.lines, TakeOver.faults)).all())


def test_a_file_that_is_not_there_is_not_found(lead: FlaskClient) -> None:
    assert lead.get(f"{START}/{UUID(int=7)}").status_code == 404
    assert lead.post(f"{START}/{UUID(int=7)}").status_code == 404


def test_the_page_is_whole_in_dutch(lead: FlaskClient, region: cast.Stage) -> None:
    lead.post("/preferences/language", data={"language": "nl"})
    page = text(lead, put(lead, sheet.as_xlsx(sheet.forty(TODAY))).location)
    assert "40 regels bekeken. 34 zijn goed, 6 hebben een fout. Er is nog niets overgenomen." in page
    assert "Neem de 34 die goed zijn over" in page
    assert "31-6-2025 bestaat niet. De maand juni heeft 30 dagen." in page
    book = load_workbook(io.BytesIO(lead.get(f"{START}/template.xlsx").data))
    assert book.sheetnames == ["Trajecten", "Uitleg"]
