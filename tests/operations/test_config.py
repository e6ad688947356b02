"""The environment is read once; everything wrong with it is told in one go."""

import json
import stat
from pathlib import Path
from uuid import UUID

import pytest

from app.config import Config, ConfigError, Smtp
from app.providers import Provider

SECRET = "0123456789abcdef-not-for-real-use-at-all"
RECORD = SECRET[::-1]


def faults(**env: str) -> list[str]:
    with pytest.raises(ConfigError) as raised:
        Config.from_environment({"SECRET_KEY": SECRET, "RECORD_KEY": RECORD, **env})
    return raised.value.sentences


def config(**env: str) -> Config:
    return Config.from_environment({"SECRET_KEY": SECRET, "RECORD_KEY": RECORD, **env})


def test_without_any_wish_it_is_this_machine_and_a_file() -> None:
    plain = config()
    assert (plain.host, plain.port, plain.base_url, plain.smtp) == ("127.0.0.1", 8000, "http://localhost:8000", None)
    assert plain.database_url == f"sqlite:///{plain.instance}/voorwaarts.db"
    assert plain.instance.is_absolute() and plain.workflows.is_dir()


def test_the_address_people_type_follows_the_port() -> None:
    assert config(PORT="8123").base_url == "http://localhost:8123"


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("PORT", "abc", "PORT must be a number from 1 to 65535, not 'abc'."),
        ("PORT", "0", "PORT must be a number from 1 to 65535, not '0'."),
        ("PORT", "65536", "PORT must be a number from 1 to 65535, not '65536'."),
        ("PORT", "٨٠٠٠", "PORT must be a number from 1 to 65535, not '٨٠٠٠'."),
        ("WEB_THREADS", "-1", "WEB_THREADS must be a number from 1 to 64, not '-1'."),
        ("DEMO", "perhaps", "DEMO must be 1 or 0, not 'perhaps'."),
        ("LOG_LEVEL", "loud", "LOG_LEVEL must be one of debug, info, warning, error, not 'loud'."),
        ("DATABASE_URL", "mysql://u:p@h/d", "DATABASE_URL must start with sqlite:/// or postgresql://, not 'mysql://'."),
        ("WORKFLOWS", "no/such/folder", "does not exist."),
        ("CONTRACT_TEMPLATES", "pyproject.toml", "is a file."),
        ("MAIL_FROM", "Voorwaarts", "MAIL_FROM must be one e-mail address, as in"),
        ("MAIL_FROM", "a@example.org\nBcc: b@example.org", "MAIL_FROM must be one e-mail address, as in"),
        ("BASE_URL", "voorwaarts.example.org", "BASE_URL must be the address people type"),
        ("BASE_URL", "https://voorwaarts.example.org/hov", "BASE_URL must be the address people type"),
        ("BASE_URL", "http://voorwaarts.example.org", "BASE_URL must start with https://, unless it is on localhost"),
        ("TRUSTED_HOSTS", "a.example.org, b/c", "TRUSTED_HOSTS must be host names with commas between them, and 'b/c'"),
        ("TRUSTED_HOSTS", ".", "TRUSTED_HOSTS must be host names with commas between them, and '.'"),
        ("TRUSTED_HOSTS", ".org", "TRUSTED_HOSTS must be host names with commas between them, and '.org'"),
        ("TRUSTED_HOSTS", "*", "TRUSTED_HOSTS must be host names with commas between them, and '*'"),
        ("SMTP_URL", "mail.example.org", "SMTP_URL must look like smtp://localhost:25"),
        ("SMTP_URL", "smtp://mail.example.org:port", "SMTP_URL can't be read as an address"),
        ("SMTP_URL", "smtp://u:p@mail.example.org", "SMTP_URL would send letters unprotected"),
        ("SMTP_URL", "smtp://mail.example.org:25", "SMTP_URL would send letters unprotected"),
        ("DATABASE_URL", "sqlite:///:memory:", "DATABASE_URL must name a file"),
        ("DATABASE_URL", "sqlite://", "DATABASE_URL must name a file"),
        ("DATABASE_URL", "postgresql://u@h/d", "DATABASE_URL must end in ?sslmode=verify-full"),
        ("DATABASE_URL", "postgresql://u@h/d?sslmode=require", "DATABASE_URL must end in ?sslmode=verify-full"),
        ("DATABASE_URL", "postgresql://u@localhost", "DATABASE_URL must end in the name of a database"),
        ("SECRET_KEY", "short", "SECRET_KEY must have at least 32 characters, and it has 5"),
        ("SECRET_KEY", "", "SECRET_KEY must have at least 32 characters, and it is not set"),
        ("RECORD_KEY", "short", "RECORD_KEY must have at least 32 characters, and it has 5"),
        ("RECORD_KEY", "", "RECORD_KEY must have at least 32 characters, and it is not set"),
        ("SECRET_KEY", "a" * 64, "SECRET_KEY can be guessed: it repeats itself"),
        ("SECRET_KEY", "changeme-now-" * 5, "SECRET_KEY can be guessed: it repeats itself"),
        ("RECORD_KEY", "0101" * 16, "RECORD_KEY can be guessed: it repeats itself"),
        ("RECORD_KEY", SECRET, "RECORD_KEY must be another one than SECRET_KEY"),
        ("ANCHORS", "pyproject.toml", "ANCHORS must be a folder"),
    ],
)
def test_a_wrong_value_is_one_sentence(name: str, value: str, sentence: str) -> None:
    (said,) = faults(**{name: value})
    assert sentence in said
    assert said.endswith(".")


ONE = {"organisation": "00000000-0000-4000-8000-000000000001", "issuer": "https://id.example.org",
       "client_id": "voorwaarts", "client_secret": "hunter2"}  # fmt: skip


def providers(folder: Path, given: object) -> str:
    file = folder / "providers.json"
    file.write_text(given if isinstance(given, str) else json.dumps(given))
    return str(file)


def test_providers_are_read_from_their_file(tmp_path: Path) -> None:
    (found,) = config(SIGN_IN_PROVIDERS=providers(tmp_path, [{**ONE, "only": True}])).providers
    assert found == Provider(UUID(ONE["organisation"]), ONE["issuer"], "voorwaarts", "hunter2", only=True)
    assert found.metadata == "https://id.example.org/.well-known/openid-configuration"
    here = {**ONE, "issuer": "http://localhost:8080/realm/"}
    (local,) = config(SIGN_IN_PROVIDERS=providers(tmp_path, [here])).providers
    assert local.metadata == "http://localhost:8080/realm/.well-known/openid-configuration"


@pytest.mark.parametrize(
    ("given", "sentence"),
    [
        ("{", "it is not JSON."),
        ({}, "must hold a list of providers."),
        ([1], "provider 1 is not an object with organisation, issuer, client_id, client_secret."),
        ([{**ONE, "secret": "x"}], "provider 1 has secret, which is not known here."),
        ([{**ONE, "issuer": " "}], "provider 1 lacks issuer."),
        ([{**ONE, "organisation": "Woonstichting"}], "organisation must be the id at the end of the address"),
        ([{**ONE, "issuer": "http://id.example.org"}], "issuer must start with https://"),
        ([{**ONE, "issuer": "https://id.example.org?x"}], "issuer must start with https://"),
        ([{**ONE, "only": "yes"}], "only must be true or false."),
        ([ONE, ONE], "organisation 00000000-0000-4000-8000-000000000001 has two providers"),
    ],
)
def test_a_fault_among_the_providers_is_one_sentence(tmp_path: Path, given: object, sentence: str) -> None:
    (said,) = faults(SIGN_IN_PROVIDERS=providers(tmp_path, given))
    assert said.startswith("SIGN_IN_PROVIDERS: ") and sentence in said and "hunter2" not in said


def test_a_file_of_providers_that_is_not_there_stops_the_start(tmp_path: Path) -> None:
    (said,) = faults(SIGN_IN_PROVIDERS=str(tmp_path / "none.json"))
    assert said.endswith("can't be read: No such file or directory.")


def test_all_faults_are_told_at_once() -> None:
    said = faults(PORT="abc", SMTP_URL="?", DEMO="?", WEB_PROCESSES="many")
    assert [sentence.split()[0] for sentence in said] == ["DEMO", "PORT", "SMTP_URL", "WEB_PROCESSES"]


@pytest.mark.parametrize(
    ("name", "value"),
    [("DATABASE_URL", "hunter2"), ("DATABASE_URL", "odbc://u:hunter2@h/d"), ("SMTP_URL", "smtp://u:hunter2@h:x")],
)
def test_a_fault_never_repeats_a_password(name: str, value: str) -> None:
    assert "hunter2" not in " ".join(faults(**{name: value}))


def test_a_printed_configuration_holds_no_secret() -> None:
    shown = repr(config(DATABASE_URL="postgresql://u:hunter2@localhost/d", SMTP_URL="smtps://u:hunter2@h"))
    assert "hunter2" not in shown and SECRET not in shown


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_every_way_of_writing_postgresql_is_one(scheme: str) -> None:
    url = "://u:p@h:5433/d?sslmode=verify-full"
    assert config(DATABASE_URL=scheme + url).database_url == "postgresql+psycopg" + url


def test_a_relative_database_is_the_same_wherever_one_stands(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = config(DATABASE_URL="sqlite:///instance/other.db").database_url
    monkeypatch.chdir(tmp_path)
    assert config(DATABASE_URL="sqlite:///instance/other.db").database_url == before
    assert before.startswith("sqlite:////")


def test_the_mail_server_is_read_into_its_parts() -> None:
    assert config(SMTP_URL="smtp+starttls://us%40er:p%3Aw@mail.example.org").smtp == Smtp(
        "smtp+starttls", "mail.example.org", 587, "us@er", "p:w"
    )
    assert config(SMTP_URL="smtp://localhost:1025").smtp == Smtp("smtp", "localhost", 1025)
    assert config(SMTP_URL=" ").smtp is None


def test_it_answers_to_what_people_type_and_to_this_machine() -> None:
    hosts = config(BASE_URL="https://voorwaarts.example.org:8443/", TRUSTED_HOSTS="hov.example.org").trusted_hosts
    assert hosts == ("voorwaarts.example.org", "hov.example.org", "localhost", "127.0.0.1", "[::1]")


def test_over_tls_it_is_secure_and_on_localhost_it_is_not() -> None:
    assert config(BASE_URL="https://voorwaarts.example.org").secure
    assert not config().secure


def test_the_demonstration_makes_its_secrets_and_keeps_them(tmp_path: Path) -> None:
    first, second = (Config.from_environment({"DEMO": "1", "INSTANCE": str(tmp_path / "new")}) for _ in range(2))
    assert first.secret_key == second.secret_key and len(first.secret_key) >= 32
    assert first.record_key == second.record_key != first.secret_key
    assert stat.S_IMODE((tmp_path / "new" / "secret_key").stat().st_mode) == 0o600
    assert sorted(path.name for path in (tmp_path / "new").iterdir()) == ["record_key", "secret_key"]


def test_real_use_makes_no_secret(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="SECRET_KEY"):
        Config.from_environment({"INSTANCE": str(tmp_path)})
    assert not list(tmp_path.iterdir())


def test_the_folders_of_an_instance_are_closed_to_strangers(tmp_path: Path) -> None:
    tmp_path.chmod(0o755)
    scratch = Config.scratch(tmp_path)
    scratch.prepare()
    assert {path.name for path in tmp_path.iterdir()} == {"documents", "mail"}
    assert stat.S_IMODE(tmp_path.stat().st_mode) == 0o750


def test_an_instance_that_cannot_be_made_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    scratch = Config.scratch(tmp_path / "file" / "below")
    with pytest.raises(ConfigError, match="INSTANCE must be a folder this user may write in"):
        scratch.prepare()


def test_secrets_may_come_in_files_that_the_system_hands_over(tmp_path: Path) -> None:
    handed = f"another {SECRET}"
    for name, value in {"SECRET_KEY": handed, "SMTP_URL": "smtps://u:p@mail.example.org", "HOST": "0.0.0.0"}.items():
        (tmp_path / name).write_text(f"{value}\n")
    found = config(CREDENTIALS_DIRECTORY=str(tmp_path))
    assert (found.secret_key, found.record_key, found.host) == (handed, SECRET[::-1], "127.0.0.1")
    assert found.smtp == Smtp("smtps", "mail.example.org", 465, "u", "p")
    (tmp_path / "SECRET_KEY").write_text("short")
    assert "SECRET_KEY must have at least 32 characters, and it has 5" in faults(CREDENTIALS_DIRECTORY=str(tmp_path))[0]
    (tmp_path / "SECRET_KEY").write_bytes(b"\xff\xfe")
    assert "can't be read" in faults(CREDENTIALS_DIRECTORY=str(tmp_path))[0]
