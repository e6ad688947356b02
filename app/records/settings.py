"""Settings that are data: how far the demo's business day runs ahead, and the worker's last round."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select

from app.records.database import reading
from app.records.events import Setting


def setting(name: str) -> str:
    """The value under this name, "" when it was never set."""
    return reading().scalar(select(Setting.value).where(Setting.name == name)) or ""


def days_ahead() -> int:
    return int(setting("days_ahead") or 0)


def last_round() -> datetime | None:
    """The moment of the worker's last whole round."""
    value = setting("worker_round")
    return datetime.fromisoformat(value) if value else None
