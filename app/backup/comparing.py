"""Compares what was copied with what it is a copy of, table by table; a sentence for each difference."""

from __future__ import annotations

from collections.abc import Mapping

from app.records.whole import Counted


def differences(wanted: Mapping[str, Counted], found: Mapping[str, Counted]) -> list[str]:
    """What is not the same, none when all is."""
    return [
        _said(name, wanted.get(name), found.get(name))
        for name in sorted({*wanted, *found})
        if wanted.get(name) != found.get(name)
    ]


def _said(name: str, wanted: Counted | None, found: Counted | None) -> str:
    if wanted is None or found is None:
        return f"{name}: this table is {'not expected' if wanted is None else 'missing'}."
    if wanted.rows != found.rows:
        rows = "1 row" if found.rows == 1 else f"{found.rows:,} rows"
        return f"{name}: {rows}, where {wanted.rows:,} {'is' if wanted.rows == 1 else 'are'} expected."
    return f"{name}: as many rows as expected, {found.rows:,}, but not the same ones."
