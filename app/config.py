"""The settings, read once from the environment and typed; a wrong one stops the start, and none ever changes."""

from __future__ import annotations

import contextlib
import os
import re
import secrets
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import unquote

from app import providers
from app.environment import Environment
from app.providers import Provider, is_here

HOME = Path(__file__).resolve().parent.parent
LOG_LEVELS = ("debug", "info", "warning", "error")
SHORTEST_SECRET = 32
FEWEST_SIGNS = 8  # different ones; what was drawn has fewer once in ten million times
SECRETS = ("SECRET_KEY", "RECORD_KEY")
# With a dot in front it is every name below that one, which must be more than all names of a country.
HOST_NAME = re.compile(r"[\w-]+(\.[\w-]+)*|(\.[\w-]+){2,}|\[[0-9A-Fa-f:]+\]", re.ASCII)
CREDENTIALS = (*SECRETS, "DATABASE_URL", "SMTP_URL")
SMTP_PORTS = {"smtp": 25, "smtp+starttls": 587, "smtps": 465}


class ConfigError(Exception):
    """The environment is not right; `sentences` says everything that is wrong with it, at once."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


@dataclass(frozen=True, slots=True)
class Smtp:
    """The mail server. `scheme`: smtp (plain), smtp+starttls (must upgrade), smtps (TLS from the first byte)."""

    scheme: str
    host: str
    port: int
    user: str | None = None
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class Config:
    """How this installation is set up. `smtp` None means: letters are files in the folder `mail`."""

    database_url: str = field(repr=False)
    secret_key: str = field(repr=False)
    record_key: str = field(repr=False)
    smtp: Smtp | None
    mail_from: str
    host: str
    port: int
    base_url: str
    instance: Path
    workflows: Path
    contract_templates: Path
    anchors: Path
    demo: bool
    web_processes: int
    web_threads: int
    log_level: str
    trusted_proxies: int
    trusted_hosts: tuple[str, ...]
    providers: tuple[Provider, ...] = ()

    @classmethod
    def from_environment(cls, env: Mapping[str, str] | None = None) -> Config:
        """Everything from `env` (this process's own when not given); raises ConfigError with one sentence per fault."""
        given = os.environ if env is None else env
        seen = Environment({**given, **_credentials(given)}, HOME)
        demo = seen.flag("DEMO")
        port = seen.number("PORT", 8000, 1, 65535)
        base_url = _base_url(seen, port)
        instance = seen.folder("INSTANCE", HOME / "instance")
        config = cls(
            database_url=_database_url(seen, instance),
            secret_key=_secret(seen, "SECRET_KEY", instance, demo),
            record_key=_secret(seen, "RECORD_KEY", instance, demo),
            smtp=_smtp(seen),
            mail_from=_mail_from(seen),
            host=seen.text("HOST", "127.0.0.1"),
            port=port,
            base_url=base_url,
            instance=instance,
            workflows=seen.folder("WORKFLOWS", HOME / "workflows", must_exist=True),
            contract_templates=seen.folder("CONTRACT_TEMPLATES", HOME / "contract_templates", must_exist=True),
            anchors=seen.folder("ANCHORS", instance / "anchors"),
            demo=demo,
            web_processes=seen.number("WEB_PROCESSES", 2, 1, 64),
            web_threads=seen.number("WEB_THREADS", 4, 1, 64),
            log_level=seen.choice("LOG_LEVEL", LOG_LEVELS, "warning" if demo else "info"),
            trusted_proxies=seen.number("TRUSTED_PROXIES", 0, 0, 5),
            trusted_hosts=_trusted_hosts(seen, base_url),
            providers=_providers(seen),
        )
        if config.secret_key and config.secret_key == config.record_key:
            seen.fault("RECORD_KEY must be another one than SECRET_KEY: who has one of them should not have both.")
        if seen.faults:
            raise ConfigError(seen.faults)
        return config

    @classmethod
    def scratch(cls, folder: Path, **settings: str) -> Config:
        """A throw-away installation in `folder`, for rehearsals and tests; `settings` are values of the environment."""
        made = {name: secrets.token_hex(32) for name in SECRETS}
        return cls.from_environment({"INSTANCE": str(folder), **made, **settings})

    @property
    def mail(self) -> Path:
        """Outgoing letters as .eml files, when there is no mail server."""
        return self.instance / "mail"

    @property
    def documents(self) -> Path:
        """The filed documents, by the hash of what they hold."""
        return self.instance / "documents"

    @property
    def secure(self) -> bool:
        """Whether people reach it over TLS: decides the cookie's name and the HSTS header."""
        return self.base_url.startswith("https://")

    def prepare(self) -> None:
        """Make the instance's folders, closed to strangers; raises ConfigError when that can't be."""
        try:
            for folder in (self.instance, self.mail, self.documents):
                folder.mkdir(mode=0o700, parents=True, exist_ok=True)
                folder.chmod(folder.stat().st_mode & 0o770)  # a clone brings the folder along, open to everyone
            with tempfile.TemporaryFile(dir=self.instance):
                pass
        except OSError as error:
            raise ConfigError([_unwritable(self.instance, error)]) from error


def _credentials(env: Mapping[str, str]) -> dict[str, str]:
    """What systemd hands over in files that only this service may read, in place of variables."""
    folder = env.get("CREDENTIALS_DIRECTORY", "")
    found = {name: Path(folder) / name for name in CREDENTIALS} if folder else {}
    try:
        return {name: path.read_text() for name, path in found.items() if path.is_file()}
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError([f"A credential in '{folder}' can't be read: {type(error).__name__}."]) from error


def _database_url(seen: Environment, instance: Path) -> str:
    raw = seen.text("DATABASE_URL")
    if not raw:
        return f"sqlite:///{instance / 'voorwaarts.db'}"
    scheme, colon, rest = raw.partition("://")
    if scheme in ("sqlite", "sqlite+pysqlite"):
        path = unquote(rest.removeprefix("/").partition("?")[0])
        if not rest.startswith("/") or not path or path == ":memory:":
            seen.fault("DATABASE_URL must name a file, as in sqlite:////var/lib/voorwaarts/voorwaarts.db.")
        return f"sqlite:///{(HOME / path).resolve()}"
    if scheme in ("postgresql", "postgres", "postgresql+psycopg"):
        parts = seen.address("DATABASE_URL")
        if parts and not parts.path.strip("/"):
            seen.fault("DATABASE_URL must end in the name of a database, as in postgresql://user@host/voorwaarts.")
        if parts and parts.hostname and not is_here(parts.hostname) and "sslmode=verify-full" not in parts.query:
            seen.fault("DATABASE_URL must end in ?sslmode=verify-full, unless the database is on this machine.")
        return f"postgresql+psycopg://{rest}"
    # What has no scheme may be a bare password: never repeat it.
    said = f"'{scheme}://'" if colon else "a value without '://'"
    seen.fault(f"DATABASE_URL must start with sqlite:/// or postgresql://, not {said}.")
    return ""


def _secret(seen: Environment, name: str, instance: Path, demo: bool) -> str:
    raw = seen.text(name)
    if not raw and demo:
        try:
            return _kept_secret(instance / name.lower())
        except OSError as error:
            seen.fault(_unwritable(instance, error))
    elif len(raw) < SHORTEST_SECRET:
        had = f"it has {len(raw)}" if raw else "it is not set"
        seen.fault(
            f"{name} must have at least {SHORTEST_SECRET} characters, and {had}; "
            "make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'."
        )
    elif len(set(raw)) < FEWEST_SIGNS or _repeats(raw):
        seen.fault(
            f"{name} can be guessed: it repeats itself, or has few different characters; "
            "make one with: python3 -c 'import secrets; print(secrets.token_hex(32))'."
        )
    return raw


def _repeats(text: str) -> bool:
    """Whether it is one thing written several times, such as changeme-changeme-changeme-."""
    return text in (text + text)[1:-1]


def _kept_secret(path: Path) -> str:
    """The demonstration's own secret, made at the first start and kept: people stay signed in after the second."""
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    if not path.exists():
        with tempfile.NamedTemporaryFile("w", dir=path.parent, prefix="secret_") as made:  # mode 600
            made.write(secrets.token_hex(32))
            made.flush()
            with contextlib.suppress(FileExistsError):
                os.link(made.name, path)  # whole or not at all, and the first of two processes wins
    secret = path.read_text(errors="replace").strip()
    if len(secret) < SHORTEST_SECRET:
        raise ConfigError([f"The secret in '{path}' is too short; remove that file and start again."])
    return secret


def _smtp(seen: Environment) -> Smtp | None:
    parts = seen.address("SMTP_URL")
    if parts is None:
        return None
    if parts.scheme not in SMTP_PORTS or not parts.hostname:
        forms = "smtp://localhost:25, smtp+starttls://user:password@host:587 or smtps://user:password@host:465"
        seen.fault(f"SMTP_URL must look like {forms}.")
        return None
    if parts.path.strip("/") or parts.query or parts.fragment:
        seen.fault("SMTP_URL must end after the host and the port.")
    if parts.scheme == "smtp" and not is_here(parts.hostname):
        seen.fault("SMTP_URL would send letters unprotected; use smtp+starttls:// or smtps://.")
    user, password = (unquote(part) if part else None for part in (parts.username, parts.password))
    return Smtp(parts.scheme, parts.hostname, parts.port or SMTP_PORTS[parts.scheme], user, password)


def _mail_from(seen: Environment) -> str:
    raw = seen.text("MAIL_FROM", "voorwaarts@localhost")
    if not re.fullmatch(r"[^\s@<>,;:\"]+@[A-Za-z0-9.-]+", raw):
        seen.fault(f"MAIL_FROM must be one e-mail address, as in voorwaarts@example.org, not '{raw}'.")
    return raw


def _base_url(seen: Environment, port: int) -> str:
    default = f"http://localhost:{port}"
    parts = seen.address("BASE_URL", default)
    if parts is None:
        return default
    bare = not (parts.path.strip("/") or parts.query or parts.fragment or parts.username)
    if parts.scheme not in ("http", "https") or not parts.hostname or not bare:
        seen.fault("BASE_URL must be the address people type, with nothing behind it: https://voorwaarts.example.org.")
    elif parts.scheme == "http" and not is_here(parts.hostname):
        seen.fault("BASE_URL must start with https://, unless it is on localhost: people sign in over it.")
    return f"{parts.scheme}://{parts.netloc}"


def _trusted_hosts(seen: Environment, base_url: str) -> tuple[str, ...]:
    """The names it answers to: what people type, what is added, and this machine itself for health checks."""
    named = [name for name in re.split(r"[,\s]+", seen.text("TRUSTED_HOSTS")) if name]
    for name in named:
        if not HOST_NAME.fullmatch(name):
            seen.fault(f"TRUSTED_HOSTS must be host names with commas between them, and '{name}' is not one.")
    typed = base_url.partition("://")[2].rpartition("@")[2]
    return tuple(dict.fromkeys([re.sub(r":\d*$", "", typed), *named, "localhost", "127.0.0.1", "[::1]"]))


def _providers(seen: Environment) -> tuple[Provider, ...]:
    """Where people sign in with the account they have at their own organisation."""
    named = seen.text("SIGN_IN_PROVIDERS")
    if not named:
        return ()
    found, faults = providers.read((HOME / Path(named).expanduser()).resolve())
    for fault in faults:
        seen.fault(f"SIGN_IN_PROVIDERS: {fault}")
    return tuple(found)


def _unwritable(folder: Path, error: OSError) -> str:
    return f"INSTANCE must be a folder this user may write in, and '{folder}' is not: {error.strerror}."
