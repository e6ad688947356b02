"""Kinds of column that several tables use; never a table."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any
from uuid import UUID, uuid4

from sqlalchemy import JSON, DateTime, String, Text, TypeDecorator, Uuid
from sqlalchemy.engine import Dialect
from sqlalchemy.orm import mapped_column


class Moment(TypeDecorator[datetime]):
    """A real moment in UTC; SQLite forgets the zone, so it is put back on reading."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.astimezone(UTC) if value is not None else None

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Key = Annotated[UUID, mapped_column(Uuid, primary_key=True, default=uuid4)]
Code = Annotated[str, mapped_column(String(60))]
Line = Annotated[str, mapped_column(String(200))]
Words = Annotated[str, mapped_column(Text)]
Day = Annotated[date, mapped_column()]
Instant = Annotated[datetime, mapped_column(Moment)]
Json = Annotated[dict[str, Any], mapped_column(JSON)]
