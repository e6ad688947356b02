"""What isn't ours runs in a process of its own: no network, none of our secrets, so much time and memory."""

from __future__ import annotations

import shutil
import socket
import sys
from pathlib import Path

import pytest

from app import apart, cli, paper
from app.errors import Refused
from app.house import look_at_templates
from app.paper.apart import TOO_HEAVY, fill
from app.rules import facts
from tests import hostile
from tests.paper import samples

LIMITS = apart.Limits(seconds=60, processor=20, memory=500_000_000, file=1000)
KNOWN = facts.for_document("rejection", samples.WHOLE)


def said(program: str, folder: Path, limits: apart.Limits = LIMITS) -> str:
    """What a program of ours prints when it runs apart."""
    return apart.run([sys.executable, "-c", program], folder, limits, b"").decode().strip()


@pytest.fixture
def theirs(tmp_path: Path) -> Path:
    """Templates that did not come along: one document of them."""
    for name in ("rejection", paper.WORDS):
        shutil.copytree(paper.FOLDER / name, tmp_path / name)
    return tmp_path


def put(theirs: Path, content: bytes) -> Path:
    (theirs / "rejection" / "nl.docx").write_bytes(content)
    return theirs


def test_a_template_that_is_not_ours_is_filled_all_the_same(theirs: Path) -> None:
    assert fill("rejection", "nl", KNOWN, theirs) == fill("rejection", "nl", KNOWN)


def test_what_is_wrong_with_it_is_told_all_the_same(theirs: Path) -> None:
    with pytest.raises(Refused) as refused:
        fill("rejection", "nl", KNOWN, put(theirs, hostile.saying("{{ bsn }}")))
    assert refused.value.code == "template_unknown_word" and refused.value.params["name"] == "bsn"


def test_one_that_goes_round_too_often_is_stopped(theirs: Path) -> None:
    loops = "".join(f"{{% for a{number} in tenants %}}" for number in range(3))
    put(theirs, hostile.saying(f"{loops}x{'{% endfor %}' * 3}"))
    assert fill("rejection", "nl", KNOWN, theirs).content
    many = {**KNOWN, "tenants": list(KNOWN["tenants"]) * 1000}
    with pytest.raises(Refused) as refused:
        fill("rejection", "nl", many, theirs)
    assert refused.value.params["detail"] in (TOO_HEAVY, "it is nested too deeply, or far too large")


def test_at_the_start_each_that_is_broken_is_named_and_the_others_are_fine(theirs: Path) -> None:
    faults = look_at_templates(put(theirs, hostile.OF_TEMPLATES["a macro"]()))
    named = [fault for fault in faults if "missing" not in fault]
    assert named == ["rejection/nl.docx: an active part: word/vbaProject.bin."]


def test_the_console_says_what_is_wrong_with_a_folder_before_it_is_used(
    theirs: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    put(theirs, hostile.OF_TEMPLATES["a bomb"]())
    monkeypatch.setattr("sys.argv", ["voorwaarts", "check-templates", str(theirs)])
    with pytest.raises(SystemExit) as stopped:
        cli.main()
    said = capsys.readouterr().out.splitlines()
    assert stopped.value.code == 1
    assert "rejection/nl.docx: larger than 20971520 bytes unpacked." in said
    assert "fixed_term_lease/nl.docx: the template is missing." in said


def test_it_sees_none_of_our_secrets(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("SECRET_KEY", "a secret of ours")
    assert "a secret" not in said("import os; print(dict(os.environ))", tmp_path)
    assert said("import os; print(os.getcwd())", tmp_path) == str(tmp_path)


@pytest.mark.skipif(not apart.without_network(), reason="this machine lets nobody take the network away")
def test_it_has_no_network(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        call = f"import socket; socket.create_connection(('127.0.0.1', {server.getsockname()[1]}), 5); print('there')"
        assert said(call, tmp_path) == ""


@pytest.mark.parametrize(
    "program",
    [
        "bytes(600_000_000); print('done')",
        "open('much', 'wb').write(bytes(50_000)); print('done')",
        "open('/dev/null').close()\nwhile True: pass",
    ],
    ids=["memory", "a file", "the processor"],
)
def test_its_memory_its_files_and_its_time_have_an_end(program: str, tmp_path: Path) -> None:
    assert said(program, tmp_path, apart.Limits(60, 1, 500_000_000, 1000)) == ""


def test_what_it_started_ends_with_it(tmp_path: Path) -> None:
    with pytest.raises(apart.TooLong):
        said("import subprocess, sys; subprocess.run(['sleep', '600'])", tmp_path, apart.Limits(0.5, 5, 500_000_000, 1))
