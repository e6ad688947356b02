"""What the documents say of security is what the program does: each table is held against the code."""

from __future__ import annotations

import ast
import re
from datetime import timedelta
from importlib import import_module
from typing import get_args

import pytest

from app import logs, scans, sheets
from app.config import CREDENTIALS, SECRETS
from app.records.database import Base
from app.rules.fields import Kind
from app.rules.permissions import DOCUMENT_PARTS, PART_OF_ROLE, SECTIONS
from app.web.doors import anyone
from tests.cast import Stage
from tests.security import reading
from tests.web.test_every_door import FOR_ANYONE

PAGE = (reading.HOME / "docs" / "security.md").read_text()
DEPLOYMENT = (reading.HOME / "docs" / "deployment.md").read_text()
FLAT = re.sub(r"\s+", " ", PAGE)
PARTS = sorted(set(PART_OF_ROLE.values()))


def section(title: str) -> str:
    return PAGE.partition(f"\n## {title}\n")[2].partition("\n## ")[0]


def rows(title: str, heading: str) -> list[list[str]]:
    """The cells of the table in this section whose first heading is this one."""
    lines = section(title).splitlines()
    starts = [number for number, line in enumerate(lines) if line.startswith(f"| {heading} |")]
    assert starts, f"no table {heading} under {title}"
    found = []
    for start in starts:
        for line in lines[start + 2 :]:
            if not line.startswith("|"):
                break
            found.append([cell.strip() for cell in line.strip("|").split("|")])
    return found


def coded(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def value(name: str) -> object:
    room, _, constant = name.rpartition(".")
    return getattr(import_module(room), constant)


def said(cell: str) -> float:
    """The number in a cell, in bytes, lines or seconds."""
    number = float(re.sub(r"\s", "", re.match(r"[\d\s]+", cell)[0]))  # type: ignore[index]
    units = {"hour": 3600, "day": 24 * 3600}
    return number * next((seconds for unit, seconds in units.items() if unit in cell), 1)


# ---- ways in and sign-ins


def test_how_long_a_sign_in_lasts_is_as_documented() -> None:
    table = rows("Sign-ins", "what")
    assert len(table) == 3
    for _, limit, (name) in table:
        real = value(coded(name)[0])
        assert isinstance(real, timedelta) and real.total_seconds() == said(limit), name
    assert "no deviation to justify" in FLAT and "NIST SP 800-63B-4" in FLAT


def test_how_many_sign_ins_may_last_beside_each_other_is_documented() -> None:
    assert "There is no maximum, so nothing happens at one" in FLAT


def test_what_answers_to_anybody_is_what_the_page_lists(region: Stage) -> None:
    listed = {name for name in coded(section("Ways in")) if name in region.app.view_functions}
    assert listed == FOR_ANYONE
    open_to_all = {name for name, view in region.app.view_functions.items() if anyone in view.__dict__["door"]}
    assert open_to_all == listed


# ---- who may see what


def test_which_part_sees_which_section_and_paper_is_as_documented() -> None:
    table = {coded(name)[0]: {part for part, cell in zip(PARTS, cells, strict=True) if cell == "sees"}
             for name, *cells in rows("Who may do and see what", "what")}  # fmt: skip
    sections = {name for several in SECTIONS.values() for name in several}
    wanted = {name: {part for part in PARTS if name in SECTIONS[part]} for name in sections}
    assert table == {**wanted, **DOCUMENT_PARTS}


# ---- what may be filled in, and limits


def test_every_kind_of_field_and_what_it_takes_is_documented() -> None:
    table = {coded(kind)[0]: takes for kind, takes in rows("What may be filled in", "kind of field")}
    assert set(table) == set(get_args(Kind))
    assert all(table.values())


def test_every_documented_rule_about_what_must_fit_together_refuses_by_that_code() -> None:
    raised = "".join(ast.unparse(module) for file, module in reading.modules().items() if file.startswith("rules/")
                     or file.startswith("actions/"))  # fmt: skip
    table = rows("What may be filled in", "refusal")
    assert len(table) >= 8
    for code, why in table:
        assert f"'{coded(code)[0]}'" in raised, code
        assert why


def test_every_limit_is_as_documented(region: Stage) -> None:
    table = rows("Limits", "what")
    for what, limit, (name), why in table:
        assert why, what
        named = coded(name)[0]
        if named == "MAX_CONTENT_LENGTH":
            assert region.app.config[named] == said(limit)
        elif named == "timeout":
            assert f"'timeout': {said(limit):.0f}" in ast.unparse(reading.modules()["serving.py"])
        else:
            assert value(named) == said(limit), what
    assert len(table) >= 12


def test_what_takes_long_or_much_is_documented_with_what_keeps_it_small() -> None:
    said_so = section("Limits")
    for word in ("PDF", "password", "worker", "taken over line by line", "transaction"):
        assert word in re.sub(r"\s+", " ", said_so)


def test_what_may_be_put_in_is_as_documented(region: Stage) -> None:
    table = rows("Files that people put in", "where")
    takes = {view: (set(kinds.split(", ")), said(largest), unpacked) for where, kinds, largest, unpacked in table
             for view in coded(where)}  # fmt: skip
    reads_files = {one.file for one in reading.calls() if "request.files" in ast.unparse(one.node)}
    assert {f"web/{view.partition('.')[0]}.py" for view in takes} == reads_files
    assert set(takes) <= set(region.app.view_functions)
    kept = {kind.ending for kind in scans.KINDS}
    assert takes["documents.add_signed_copy"][:2] == (kept, value("app.web.documents.LARGEST_COPY"))
    assert takes["notices.add_proof"][:2] == (kept, value("app.web.notices.LARGEST"))
    kinds, largest, unpacked = takes["take_over.put_in"]
    assert (kinds, largest) == ({"csv", "xlsx"}, value("app.sheets.LARGEST_FILE"))
    assert said(unpacked) == sheets.LIMITS.unpacked
    assert f"{sheets.LIMITS.members} members" in unpacked


# ---- data


def test_every_table_is_in_one_class_and_every_class_has_its_rules() -> None:
    classes = {name: coded(tables) for name, tables in
               (row for row in rows("Data and how it is protected", "class") if len(row) == 2)}  # fmt: skip
    listed = [table for tables in classes.values() for table in tables]
    assert sorted(listed) == sorted(Base.metadata.tables), "each table once, also a new one"
    rules = {row[0]: row[1:] for row in rows("Data and how it is protected", "class") if len(row) == 5}
    assert set(rules) == set(classes)
    assert all(all(cells) for cells in rules.values())


# ---- keys, algorithms, connections


def test_every_key_is_in_the_list_with_how_it_is_made_and_replaced() -> None:
    table = rows("Keys and algorithms", "key")
    of_providers = {"SIGN_IN_PROVIDERS", "client_secret"}
    assert {name for key, *_ in table for name in coded(key)} == {*SECRETS, *CREDENTIALS, *of_providers}
    assert all(all(row) for row in table)
    assert "A key that may have been seen is replaced the same day" in FLAT


def test_every_algorithm_in_the_program_is_in_the_list() -> None:
    listed = " ".join(name for name, *_ in rows("Keys and algorithms", "algorithm"))
    used = {"hashlib": "SHA-256", "hmac": "HMAC-SHA-256", "argon2": "argon2id", "secrets": "random source"}
    assert all(name in listed for module, name in used.items() if reading.importing(module))
    blake = {file for file, module in reading.modules().items() if "blake2s" in ast.unparse(module)}
    assert blake == {"rules/reminders.py"} and "BLAKE2s" in listed


def test_every_connection_is_in_the_list() -> None:
    table = " ".join(" ".join(row) for row in rows("Connections", "from"))
    leaves = reading.importing("smtplib", "subprocess", "authlib") | {"records/database.py"}
    leaves -= {"serving.py"}  # the program's own processes, on its own machine
    assert set(re.findall(r"app/([\w/]+\.py)", table)) == leaves


def test_the_web_server_in_front_speaks_new_tls_only_with_the_best_first() -> None:
    found = re.search(r"ssl_protocols\s+([^;]+);", DEPLOYMENT)
    assert found and found[1].split() == ["TLSv1.3", "TLSv1.2"]
    ciphers = re.search(r"ssl_ciphers\s+([^;]+);", DEPLOYMENT)
    assert ciphers and all(re.match(r"ECDHE-(ECDSA|RSA)-(AES(256|128)-GCM|CHACHA20-POLY1305)", one) for one in
                           ciphers[1].split(":"))  # fmt: skip
    assert "AES256" in ciphers[1].split(":")[0] and "ssl_prefer_server_ciphers on;" in DEPLOYMENT
    assert "public authority" in DEPLOYMENT


def test_over_plain_http_people_are_sent_on_and_nothing_else_is_answered() -> None:
    plain = DEPLOYMENT.partition("listen 80;")[2].partition("listen 443")[0]
    assert "location / { return 301 https://voorwaarts.example.org$request_uri; }" in plain
    assert "location = /health { return 404; }" in plain and "proxy_pass" not in plain


def test_no_part_of_the_way_through_the_house_is_unprotected() -> None:
    assert "proxy_pass http://127.0.0.1:8000;" in DEPLOYMENT, "plain on loopback only"
    assert "Leave `HOST` on loopback" in DEPLOYMENT and "speaks TLS to it and checks that certificate" in re.sub(
        r"\s+", " ", DEPLOYMENT
    )
    assert "sslmode=verify-full" in DEPLOYMENT


def test_the_services_may_speak_to_named_machines_only_and_change_nothing_of_the_program() -> None:
    unit = DEPLOYMENT.partition("[Service]")[2].partition("[Install]")[0]
    for line in ("IPAddressDeny=any", "ProtectSystem=strict", "ReadWritePaths=/var/lib/voorwaarts", "UMask=0077",
                 "User=voorwaarts", "CapabilityBoundingSet=", "NoNewPrivileges=yes"):  # fmt: skip
        assert line in unit.splitlines(), line
    assert re.search(r"IPAddressAllow=localhost \S+", unit)
    assert "LoadCredentialEncrypted=SECRET_KEY" in DEPLOYMENT and "chmod 777" not in DEPLOYMENT


def test_between_programs_each_has_an_account_of_its_own_and_can_do_without_a_fixed_password() -> None:
    flat = re.sub(r"\s+", " ", DEPLOYMENT)
    assert "createuser voorwaarts --pwprompt --no-superuser --no-createdb --no-createrole" in flat
    assert "postgresql:///voorwaarts?host=/run/postgresql` (peer)" in flat and "&sslcert=" in flat


# ---- what is written down


def test_what_is_logged_where_how_and_how_long_is_in_the_list() -> None:
    table = rows("What is written down", "where")
    assert len(table) == 5 and all(all(row) for row in table)
    assert "source of time" in FLAT and "systemd-journal-upload" in DEPLOYMENT
    assert reading.importing("logging.handlers", "syslog", "logging.config") == set()
    handlers = [one for one in reading.calls() if one.name.endswith("Handler")]
    assert [(one.file, one.name) for one in handlers] == [("logs.py", "logging.StreamHandler")]
    assert {"method", "route", "status"} <= logs.FACTS


def test_every_event_that_matters_is_written_under_its_action() -> None:
    written = "".join(ast.unparse(module) for module in reading.modules().values())
    actions = {name for _, cell in rows("What is written down", "event") for name in coded(cell)}
    assert len(actions) > 10
    for one in actions:
        assert f"'{one}'" in written, one
    lines = coded(section("What is written down").rpartition("In the log:")[2])
    for line in lines:
        assert f"'{line}'" in written, line


# ---- parts of others


def test_how_soon_a_weak_part_is_replaced_is_documented() -> None:
    table = rows("Parts of others", "a known weakness that is")
    days = [int(re.search(r"(\d+) (working )?days", within)[1]) for _, within in table]  # type: ignore[index]
    assert days == sorted(days) and len(days) == 4 and days[0] <= 2
    assert "at least every three months" in FLAT


def test_the_page_is_reached_from_where_people_look() -> None:
    assert "docs/security.md" in (reading.HOME / "README.md").read_text()
    for title in re.findall(r"^- \[(.+)\]\(#", PAGE, flags=re.M):
        assert f"\n## {title}\n" in PAGE


@pytest.mark.parametrize("name", ["security.md", "deployment.md"])
def test_links_lead_somewhere(name: str) -> None:
    text = (reading.HOME / "docs" / name).read_text()
    for link in re.findall(r"\]\(([^)#]+)", text):
        assert (reading.HOME / "docs" / link).is_file(), link
