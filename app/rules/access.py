"""What somebody may read of what is held about them: without the names of others or who reported; never rows."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable

REPORTERS = frozenset({"neighbours"})  # sources who may have to fear from being known
OWN_WORDS = frozenset({"tenant_view"})  # what the tenant said can't tell the tenant who reported
_SHORTEST = 4  # letters of a name; shorter ones are words as well


def tells_who_reported(sources: Iterable[str]) -> bool:
    """Whether free text about an incident may say, or let be guessed, who reported it."""
    return not REPORTERS.isdisjoint(sources)


def without_others(text: str, others: Collection[str], own: str, instead: str) -> str:
    """`text` with the names, numbers and addresses of other people replaced.

    A whole name goes, and so does each longer word of it that starts with a capital; not what is in one's own name.
    """
    kept = set(own.split())
    whole = sorted((one for one in others if one.strip() and one != own), key=len, reverse=True)
    words = {word for one in whole for word in one.split() if _is_name(word)} - kept
    for found in (*whole, *sorted(words, key=len, reverse=True)):
        text = re.sub(rf"(?<!\w){re.escape(found)}(?!\w)", instead.replace("\\", r"\\"), text, flags=re.IGNORECASE)
    return text


def _is_name(word: str) -> bool:
    return len(word) >= _SHORTEST and word[0].isupper() and word.replace("-", "").isalpha()
