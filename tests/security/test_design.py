"""What the program is made of, read from its source: what is not in it, and how what is dangerous is kept in one place.

These hold us to the facts in the table of requirements: whoever brings in what a fact says is not there, meets the
requirement here.
"""

from __future__ import annotations

import ast
import re

import pytest
from flask import Flask

from app.records.database import Base
from tests.cast import Stage
from tests.security import reading

# What is not in the program -> how a package, an import, a route or a header of it would be called.
ABSENT = {
    "an authorization server": r"\bsaml|keycloak|auth0|\bauthorize|introspect|\bjwks|oauth2_?provider",
    "websockets": r"websocket|socketio|socket\.io|\bws\b|wsproto|flask-sock\b|simple-websocket",
    "graphql": r"graphql|graphene|strawberry|ariadne",
    "ldap": r"ldap",
    "latex": r"latex|\btex\b|pdflatex",
    "webrtc": r"webrtc|aiortc|\bturn\b|\bstun\b|\bsrtp\b|\bdtls\b|coturn",
    "jndi or another naming service": r"jndi|\bjava\b|py4j|jpype",
    "memcache or another cache outside": r"memcache|redis|\bvalkey\b|flask-caching",
    "messages by telephone": r"twilio|\bsms\b|messagebird|vonage|phone-?verif",
    "encryption of our own": r"pycryptodome|pynacl|^nacl|^crypto\b|m2crypto|fernet",
    "outgoing http but to providers": r"^httpx|^aiohttp|urllib\.request|pycurl",
    "a document store": r"mongo|couch|elastic|opensearch|cassandra|neo4j",
    "a place for rich text": r"tinymce|ckeditor|quill|prosemirror|bleach|nh3|\bmarkdown\b|bbcode|\bxslt?\b",
}


@pytest.mark.parametrize("what", ABSENT)
def test_what_is_not_in_the_program(region: Stage, what: str) -> None:
    name = re.compile(ABSENT[what], re.I)
    dev_only = {"markdown-it-py"}  # of the tests' own tools
    assert [one for one in reading.locked() - dev_only if name.search(one)] == []
    assert [one for one in reading.imports() if name.search(one)] == []
    assert [rule.rule for rule in region.app.url_map.iter_rules() if name.search(rule.rule.replace("/", " "))] == []
    assert [file for file, text in reading.scripts().items() if name.search(text)] == []


def test_there_is_no_hint_no_question_and_no_expiry_with_a_password(region: Stage) -> None:
    columns = {column.name for column in Base.metadata.tables["users"].columns}
    assert not [one for one in columns if re.search(r"hint|question|answer|expir|changed|valid|until|_on$|_at$", one)]
    page = region.browser("application_manager").get("/management/people/new").text
    assert not re.search(r'name="[^"]*(hint|question|expir)', page)


def test_nobody_signs_in_by_another_way_than_the_documented_ones(region: Stage) -> None:
    """Where a sign-in begins: in one function, after what was proved; and anew after a change of one's own password."""
    assert {one.file for one in reading.called("login_user")} == {"web/halfway.py", "web/own_password.py"}
    assert {one.file for one in reading.called("let_in")} == {
        "web/own_account.py", "web/passkeys.py", "web/second_step.py", "web/signing.py",
    }  # fmt: skip
    began = {one.file for one in reading.called("begin") if one.file in reading.importing("app.actions.sessions")}
    assert began == {"web/halfway.py"}
    assert {one.file for one in reading.called("start") if "credentials" in one.file} == {"actions/credentials.py"}
    assert reading.called("request_loader", "set_login_view", "login_fresh") == []
    assert region.app.config.get("REMEMBER_COOKIE_NAME") is None


# ---- what runs code or leaves the program


def test_nothing_that_is_typed_is_ever_run() -> None:
    runs = {"eval", "exec", "compile", "__import__", "runpy.run_path", "import_string"}
    assert [one for one in reading.calls() if one.name in runs] == []
    assert reading.called("render_template_string") == []
    assert {one.file for one in reading.called("import_module")} == {"web/rooms.py"}, "of a list that stands there"


def test_nothing_is_unpacked_that_can_bring_its_own_code() -> None:
    # A child that fills strange templates is handed its jobs so by the process that made it; it answers in JSON.
    assert reading.importing("pickle", "marshal", "shelve", "dill", "jsonpickle", "xmlrpc") == {"paper/apart.py"}
    unpacked = [ast.unparse(one.node) for one in reading.calls() if one.name.startswith("pickle.load")]
    assert unpacked == ["pickle.loads(sys.stdin.buffer.read())"]
    read = {one.name for one in reading.calls() if one.name.startswith("yaml.")}
    assert read <= {"yaml.safe_load", "yaml.parse", "yaml.compose"}, "these make no objects"


def test_no_command_goes_through_a_shell_and_none_holds_what_somebody_typed() -> None:
    assert reading.called("os.system", "os.popen", "getoutput", "getstatusoutput", "os.execl", "os.spawnl") == []
    run = reading.called("subprocess.run", "subprocess.Popen", "subprocess.call", "subprocess.check_output")
    assert {one.file for one in run} == {"apart.py", "backup/postgres.py", "serving.py"}
    assert [one for one in run if any(word.arg == "shell" for word in one.node.keywords)] == []


def test_no_query_is_put_together_from_text() -> None:
    """What goes to a driver as it is, is written in the program; values go beside it."""
    for one in reading.called("text", "exec_driver_sql", "DDL"):
        if one.name in ("text", "sqlalchemy.text") or not one.name.endswith(".text"):
            loose = one.node.args and not reading.is_constant(one.node.args[0])
            assert not loose or one.file in STATEMENTS_IN_A_ROW, (one.file, one.node.lineno)
    for file, module in reading.modules().items():
        for node in ast.walk(module):
            if isinstance(node, ast.JoinedStr):
                said = "".join(str(part.value) for part in node.values if isinstance(part, ast.Constant))
                sql = re.match(r"\s*(SELECT|INSERT INTO|UPDATE \w+ SET|DELETE FROM|DROP|ALTER|CREATE)\b", said)
                assert not sql or file in STATEMENTS_IN_A_ROW or file.startswith("migrations/"), (file, node.lineno)


# A loop over statements that are written above it; and over tables by the names that the database itself gives them.
STATEMENTS_IN_A_ROW = {"records/append_only.py", "backup/postgres.py"}


def test_no_pattern_is_made_from_what_somebody_typed() -> None:
    for name in ("compile", "match", "fullmatch", "search", "sub", "findall", "finditer", "split"):
        for one in reading.called(f"re.{name}"):
            pattern = one.node.args[0]
            escaped = any(made in ast.unparse(pattern) for made in ("re.escape", ".join(MARKS)", ".join(_SPELT)"))
            assert reading.is_constant(pattern) or escaped, (one.file, one.node.lineno)


def test_no_path_through_xml_is_made_from_what_somebody_typed() -> None:
    for one in reading.called("xpath", "XPath", "etree.XPath"):
        assert reading.is_constant(one.node.args[0]), (one.file, one.node.lineno)


def test_every_reader_of_xml_leaves_entities_alone() -> None:
    """lxml's own readers are made without entities; the standard library's are never used."""
    assert reading.importing("xml.sax", "xml.dom", "xml.parsers") == set()
    for one in reading.called("XMLParser"):
        assert "resolve_entities=False" in ast.unparse(one.node), one.file
    for one in reading.called("etree.fromstring", "etree.parse", "ElementTree.fromstring"):
        own_parser = len(one.node.args) > 1 or one.node.keywords
        assert own_parser or one.file in reading.importing("defusedxml"), (one.file, one.node.lineno)


def test_what_goes_out_goes_out_in_four_places() -> None:
    """Letters over SMTP, the database, our own health page on loopback, and the providers that a file of the settings
    names; no address in them comes from a form."""
    assert reading.importing("requests", "urllib3") == {"web/own_account.py"}, "for the names of its faults"
    assert reading.importing("authlib") == {"web/own_account.py"}
    assert reading.importing("smtplib") == {"post.py"}
    assert reading.importing("socket", "http.client") <= {"serving.py"}
    assert reading.importing("ftplib", "telnetlib", "poplib", "imaplib", "urllib.request", "asyncio") == set()
    assert reading.called("smtplib.SMTP", "smtplib.SMTP_SSL") != []
    for one in reading.called("smtplib.SMTP", "smtplib.SMTP_SSL"):
        assert ast.unparse(one.node.args[0]) == "server.host"


def test_a_request_is_read_from_the_place_it_belongs_in() -> None:
    """Never from address and form at once, where one could take the other's place."""
    nodes = [one for module in reading.modules().values() for one in ast.walk(module) if isinstance(one, ast.Attribute)]
    read = {said for one in nodes if (said := ast.unparse(one)).startswith("request.")}
    assert not read & {"request.values", "request.json", "request.data", "request.get_json"}
    assert {"request.args", "request.form", "request.files"} <= read


# ---- secrets and seals


def test_only_known_algorithms_are_used() -> None:
    used = {one.name for one in reading.calls() if re.match(r"(hashlib|hmac)\.", one.name)} - {"hashlib.sha256"}
    assert used <= {"hmac.digest", "hmac.compare_digest"}
    for one in reading.called("hmac.digest"):
        assert ast.unparse(one.node.args[2]) == "'sha256'"
    others = reading.importing("hashlib") - {one.file for one in reading.calls() if one.name == "hashlib.sha256"}
    assert others <= {"web/csrf.py", "web/session.py", "rules/reminders.py"}
    assert reading.importing("crypt", "md5", "passlib", "bcrypt") == set()


def test_what_must_not_be_guessed_comes_from_the_systems_own_source() -> None:
    assert reading.importing("random", "numpy") == set()
    tokens = [one for one in reading.calls() if re.match(r"secrets\.|os\.urandom", one.name)]
    assert {one.file for one in tokens} == {
        "actions/second_step.py", "actions/sessions.py", "config.py", "engine/run.py", "passkeys.py",
        "rules/second_step.py", "web/csrf.py", "web/mishaps.py",
    }  # fmt: skip


def test_every_cipher_is_the_tls_librarys_own_and_looks_at_certificates() -> None:
    made = [one for one in reading.calls() if one.name.startswith("ssl.")]
    assert {one.name for one in made} == {"ssl.create_default_context"}
    assert {one.file for one in made} == {"post.py"}


# ---- pages and scripts


def test_what_is_typed_is_marked_as_safe_nowhere() -> None:
    """`safe` stands at two places: the demonstration's own password, and JSON that was made harmless."""
    safe = {(file, line.strip()) for file, text in reading.templates() for line in text.splitlines() if "|safe" in line}
    assert {file for file, _ in safe} == {"signing/page.html", "diagram/page.html"}
    assert not [file for file, text in reading.templates() if "autoescape" in text]
    for one in reading.called("Markup"):
        printed = one.node.args and not reading.is_constant(one.node.args[0])
        # What a Word template says beside its fields, and a style sheet of our own.
        assert not printed or one.file in {"paper/press.py", "web/access.py"}, (one.file, one.node.lineno)


def test_our_scripts_put_text_in_a_page_and_never_html() -> None:
    html = re.compile(r"(inner|outer)HTML|insertAdjacentHTML|document\.write|ContextualFragment|\beval\(|Function\(")
    assert [name for name, text in reading.scripts().items() if html.search(text)] == []
    assert "textContent" in reading.scripts()["diagram.js"]


def test_our_scripts_keep_nothing_in_the_browser_and_hear_no_other_window() -> None:
    storage = r"localStorage|sessionStorage|indexedDB|document\.cookie|caches\.|serviceWorker"
    kept = re.compile(storage + r"|postMessage|\"message\"")
    assert [name for name, text in reading.scripts().items() if kept.search(text)] == []
    built = (reading.APP / "static" / "built").glob("*.js")
    assert [path.name for path in built if kept.search(path.read_text())] == []
    assert '"history": "reload"' in dict(reading.templates())["base.html"], "htmx keeps no copy of a page"


def test_our_scripts_change_no_prototype() -> None:
    """Nothing that came from outside names a property that is written to."""
    written = re.compile(r"__proto__|\.prototype|constructor\[|Object\.assign|\w\[\w+\]\s*=[^=]|setPrototypeOf")
    assert [name for name, text in reading.scripts().items() if written.search(text)] == []


# ---- the application as it is put together


def test_only_the_program_is_in_what_is_installed() -> None:
    project = (reading.HOME / "pyproject.toml").read_text()
    assert 'packages = ["app"]' in project
    runs = project.partition("[dependency-groups]")[0]
    assert not re.search(r"pytest|playwright|hypothesis|aiosmtpd|mypy", runs)
    assert reading.importing("tests", "pytest", "hypothesis", "aiosmtpd") == set()


def test_every_view_reads_what_it_may_change_by_name(region: Stage) -> None:
    """No row is filled from a whole form: what is written is named one by one, or by the fields of a form's schema."""
    spread = [one for one in reading.calls() if any(word.arg is None and "request." in ast.unparse(word.value)
                                                    for word in one.node.keywords)]  # fmt: skip
    assert [(one.file, one.node.lineno) for one in spread] == []
    assert isinstance(region.app, Flask)
    # Of names that stand in the program.
    by_list = {"actions/people.py", "actions/lease_corrections.py", "actions/rectification.py"}
    assert {one.file for one in reading.called("setattr") if one.file.startswith(("web/", "actions/"))} == by_list


def test_nothing_of_ours_manages_memory() -> None:
    """Python only, and ctypes for the one call that lets a child end with its parent."""
    other = {path.suffix for path in reading.APP.rglob("*") if path.is_file()}
    assert not other & {".c", ".cc", ".cpp", ".h", ".pyx", ".so", ".rs", ".go"}
    assert reading.importing("ctypes", "cffi", "mmap") == {"serving.py"}
    assert [one.name for one in reading.calls() if one.name.startswith(("ctypes.", "LIBC."))] == [
        "ctypes.CDLL", "LIBC.prctl",
    ]  # fmt: skip
