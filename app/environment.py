"""Reads values of one kind each out of the environment and collects what is wrong; it knows no setting by name."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from urllib.parse import SplitResult, urlsplit

YES, NO = ("1", "true", "yes", "on"), ("", "0", "false", "no", "off")


class Environment:
    """One pass over the environment: a wrong value becomes a sentence in `faults`, and reading goes on."""

    def __init__(self, values: Mapping[str, str], home: Path) -> None:
        self.values = {name: value.strip() for name, value in values.items()}
        self.home = home
        self.faults: list[str] = []

    def fault(self, sentence: str) -> None:
        self.faults.append(sentence)

    def text(self, name: str, default: str = "") -> str:
        """An empty value is no value: a unit file may well say `SMTP_URL=`."""
        return self.values.get(name) or default

    def flag(self, name: str) -> bool:
        raw = self.text(name).lower()
        if raw not in YES + NO:
            self.fault(f"{name} must be 1 or 0, not '{raw}'.")
        return raw in YES

    def number(self, name: str, default: int, least: int, most: int) -> int:
        raw = self.text(name, str(default))
        # isdecimal alone would let the digits of other scripts through
        if not (raw.isascii() and raw.isdecimal() and len(raw) < 10 and least <= int(raw) <= most):
            self.fault(f"{name} must be a number from {least} to {most}, not '{raw}'.")
            return default
        return int(raw)

    def choice(self, name: str, allowed: tuple[str, ...], default: str) -> str:
        raw = self.text(name, default).lower()
        if raw not in allowed:
            self.fault(f"{name} must be one of {', '.join(allowed)}, not '{raw}'.")
        return raw

    def folder(self, name: str, default: Path, *, must_exist: bool = False) -> Path:
        """Absolute; a relative one counts from the project's folder, so that it never depends on where one stands."""
        folder = (self.home / Path(self.text(name, str(default))).expanduser()).resolve()
        if folder.exists() and not folder.is_dir():
            self.fault(f"{name} must be a folder, but '{folder}' is a file.")
        elif must_exist and self.text(name) and not folder.exists():
            self.fault(f"{name} must be a folder, but '{folder}' does not exist.")
        return folder

    def address(self, name: str, default: str = "") -> SplitResult | None:
        """The parts of an address, or None when it is empty or unreadable. It may hold a password: never repeat it."""
        raw = self.text(name, default)
        if not raw:
            return None
        try:
            parts = urlsplit(raw)
            _ = parts.port, parts.hostname
        except ValueError:
            self.fault(f"{name} can't be read as an address; check its brackets and its port.")
            return None
        return parts
