"""Marks sentences for the catalogue where they are written down long before somebody reads them."""

from __future__ import annotations


def N_(message: str) -> str:
    """The sentence itself; it is translated only when somebody reads it."""
    return message
