"""Kinds of column that several tables use; never a table."""

from __future__ import annotations

from collections.abc import Callable
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


class Id(Uuid[UUID]):
    """A row's id: PostgreSQL has a type for it; on SQLite its 16 bytes, where SQLAlchemy would write 32 letters.

    Half of what a finished task takes is ids, and so is most of every index.
    """

    def bind_processor(self, dialect: Dialect) -> Callable[[UUID | None], Any] | None:
        if dialect.name != "sqlite":
            return super().bind_processor(dialect)
        return lambda value: None if value is None else value.bytes

    def result_processor(self, dialect: Dialect, coltype: object) -> Callable[[Any], UUID | None] | None:
        if dialect.name != "sqlite":
            return super().result_processor(dialect, coltype)  # type: ignore[no-any-return, no-untyped-call]
        return lambda value: None if value is None else UUID(bytes=value)


Key = Annotated[UUID, mapped_column(primary_key=True, default=uuid4)]
Code = Annotated[str, mapped_column(String(60))]
Line = Annotated[str, mapped_column(String(200))]
Words = Annotated[str, mapped_column(Text)]
Day = Annotated[date, mapped_column()]
Instant = Annotated[datetime, mapped_column(Moment)]
Json = Annotated[dict[str, Any], mapped_column(JSON(none_as_null=True))]
