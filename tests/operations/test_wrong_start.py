"""What is wrong is said at the start, in sentences and all at once; nothing starts half and nothing is changed."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from app.config import HOME
from app.migrations import upgrade
from tests.operations.installation import Installation, installed
from tests.operations.visitor import Visitor

pytestmark = pytest.mark.slow

MANAGER = ("--name", "Bea Beheer", "--email", "bea@deheuvel.demo.invalid", "--organisation", "Woonstichting Proef")
COMMANDS = {
    "serve": (),
    "worker": (),
    "demo": (),
    "migrate": (),
    "add-manager": (*MANAGER, "--password", "een heel lange zin"),
    "backup": ("/nowhere/one.zip",),
}
SERVING = ("serve", "worker", "demo", "add-manager")


@pytest.fixture
def site(tmp_path: Path) -> Iterator[Installation]:
    with installed(tmp_path) as installation:
        yield installation


def sentences(site: Installation, command: str, **env: str) -> list[str]:
    """What a command that may not start says; it says it on stderr, and only that."""
    ended = site.run(command, *COMMANDS[command], **env)
    assert ended.returncode == 2, (ended.returncode, ended.stdout, ended.stderr)
    assert ended.stdout == ""
    return ended.stderr.splitlines()


@pytest.mark.parametrize("command", COMMANDS)
def test_wrong_settings_stop_every_command(site: Installation, command: str) -> None:
    said = sentences(site, command, PORT="much", SMTP_URL="mail", TRUSTED_PROXIES="-1")
    assert [one.split()[0] for one in said] == ["PORT", "SMTP_URL", "TRUSTED_PROXIES"]
    assert all(one.endswith(".") for one in said)
    assert not (site.folder / "instance").exists() or command == "demo"


@pytest.mark.parametrize("command", COMMANDS)
def test_a_database_that_is_not_there_stops_every_command(site: Installation, command: str) -> None:
    (said,) = sentences(site, command, DATABASE_URL="postgresql://voorwaarts:geheim@127.0.0.1:1/voorwaarts")
    assert said.startswith("The database can't be reached: ") and said.endswith(".")
    assert "geheim" not in said


@pytest.mark.parametrize("command", COMMANDS)
def test_a_folder_that_can_not_be_written_stops_every_command(site: Installation, command: str) -> None:
    (site.folder / "file").touch()
    (said,) = sentences(site, command, INSTANCE=str(site.folder / "file" / "instance"))
    assert said.startswith("INSTANCE must be a folder this user may write in, and ")


def test_a_file_that_is_no_database_is_left_alone(site: Installation) -> None:
    note = site.folder / "note.db"
    note.write_text("a note to myself, longer than the header of a database, " * 9)
    for command in ("serve", "migrate"):
        (said,) = sentences(site, command, DATABASE_URL=f"sqlite:///{note}")
        assert said == f"The database can't be reached: file is not a database ({note})."
    assert note.read_text().startswith("a note to myself")


def test_a_database_that_was_not_made_yet_is_said_with_what_to_do(site: Installation) -> None:
    for command in ("serve", "worker", "add-manager"):
        assert sentences(site, command) == ["The database is not up to date; run: voorwaarts migrate"]


def _no_xml(folder: Path) -> str:
    (folder / "workflows" / "intake.bpmn").write_text("<bpmn:definitions>")
    return "intake.bpmn: the file is not well-formed XML"


def _script(folder: Path) -> str:
    drawing = folder / "workflows" / "tenancy.bpmn"
    text = drawing.read_text()
    drawing.write_text(text.replace("<bpmn:serviceTask ", "<bpmn:scriptTask ").replace("</bpmn:serviceTask", "</bpmn:scriptTask"))  # noqa: E501
    return "tenancy.bpmn, "


def _doctype(folder: Path) -> str:
    table = folder / "workflows" / "conversion_advice.dmn"
    text = table.read_text()
    table.write_text(text.replace("?>", '?><!DOCTYPE d [<!ENTITY x SYSTEM "file:///etc/passwd">]>', 1))
    return "conversion_advice.dmn: a document type or entity declaration is not allowed."


def _no_json(folder: Path) -> str:
    (folder / "workflows" / "forms" / "match_home.json").write_text('{"type": ')
    return "forms/match_home.json: the form is not JSON"


def _no_docx(folder: Path) -> str:
    (folder / "contract_templates" / "rejection" / "nl.docx").write_bytes(b"PK but not really")
    return "rejection/nl.docx: the file is no package."


def _no_lease(folder: Path) -> str:
    (folder / "contract_templates" / "fixed_term_lease" / "nl.docx").unlink()
    return "fixed_term_lease/nl.docx: the template is missing."


@pytest.mark.parametrize("spoil", [_no_xml, _script, _doctype, _no_json, _no_docx, _no_lease])
def test_a_broken_file_in_the_folders_stops_the_start_with_its_name(
    site: Installation, spoil: Callable[[Path], str]
) -> None:
    for name in ("workflows", "contract_templates"):
        shutil.copytree(HOME / name, site.folder / name)
    named = spoil(site.folder)
    folders = {name.upper(): str(site.folder / name) for name in ("workflows", "contract_templates")}
    upgrade(f"sqlite:///{site.folder / 'made.db'}")
    said = sentences(site, "serve", DATABASE_URL=f"sqlite:///{site.folder / 'made.db'}", **folders)
    assert any(one.startswith(named) for one in said), said
    assert all(one.endswith(".") and "Traceback" not in one for one in said)


def test_the_first_manager_signs_in_and_there_is_no_second_first(site: Installation) -> None:
    assert site.run("migrate").stdout == "The database is brought up to date.\n"
    assert site.run("migrate").stdout == "The database was up to date already.\n"
    short = site.run("add-manager", *MANAGER, said="kort\nkort\n")
    assert short.returncode == 2
    assert short.stderr.splitlines()[-1].startswith("A password has at least 15 characters.")
    added = site.run("add-manager", *MANAGER, said="een heel lange zin\neen heel lange zin\n")
    assert added.returncode == 0 and "een heel lange zin" not in added.stdout + added.stderr
    again = site.run("add-manager", *MANAGER, "--password", "een heel lange zin")
    assert (again.returncode, again.stderr) == (2, "There already is an application manager.\n")

    web, visitor = site.start_web(), Visitor()
    refused = visitor.sign_in(web.port, "bea@deheuvel.demo.invalid", "een heel korte zin")
    assert refused.status == 422
    page = visitor.sign_in(web.port, "BEA@deheuvel.demo.invalid", "een heel lange zin")
    assert page.status == 200 and not page.address.endswith("/sign-in")
    assert "Bea Beheer" in page.text
    assert web.ask_to_stop() == 0


def test_a_rehearsal_cares_for_no_setting_at_all(site: Installation) -> None:
    wrong = {"DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none", "INSTANCE": "/proc", "PORT": "much", "DEMO": "?"}
    ended = site.run("rehearse", "not-eligible", **wrong)
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout and ended.stderr == ""
