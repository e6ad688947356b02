"""Says what a database or a disk refuses in one sentence, never with the rows that such a fault may quote."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError

from app.backup.archive import Refusal
from app.records.database import sqlite_driver


@contextmanager
def in_words(what: str) -> Iterator[None]:
    """`what`: the sentence's beginning, as "The backup could not be made". Whatever is open takes its work back."""
    try:
        yield
    except (psycopg.Error, sqlite_driver.Error, OSError) as fault:
        raise Refusal([f"{what}: {reason(fault)}."]) from fault
    except DBAPIError as fault:
        raise Refusal([f"{what}: {reason(fault.orig)}."]) from fault


def reason(fault: BaseException | None) -> str:
    """Why, in the words of the database or the machine."""
    said = ""
    if isinstance(fault, psycopg.Error):  # its other lines quote the row
        said = fault.diag.message_primary or (str(fault).splitlines()[0] if fault.sqlstate is None else "")
    elif isinstance(fault, OSError):
        said = fault.strerror or ""
    elif isinstance(fault, sqlite_driver.Error):
        said = str(fault)
    return (said or type(fault).__name__).rstrip(".")
