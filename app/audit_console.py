"""What a look at the whole record came to, in sentences for the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.actions.audit import Flaw, Verdict

MOST = 100
SAID: Mapping[str, str] = {
    "entry_changed": "{where}: entry {number} was changed.",
    "entries_missing": "{where}: entries {first} to {last} are missing.",
    "entry_unlike_anchor": "{where}: entry {number} is not the one that the anchor of {day} saw.",
    "shorter_than_anchor": "{where}: entry {number}, which the anchor of {day} saw, is missing.",
    "end_unlike_chain": "{where}: after entry {number} something was taken away or added.",
    "entries_without_seal": "{count} entries were added without a seal.",
    "anchor_changed": "{where}: this anchor was changed.",
    "anchor_before_missing": "{where}: the anchor before this one is missing or was changed.",
}


def told(verdict: Verdict) -> Iterator[str]:
    """What is wrong, one sentence each, and then how much was looked at."""
    yield from map(_said, verdict.flaws[:MOST])
    if len(verdict.flaws) > MOST:
        yield f"And {len(verdict.flaws) - MOST:,} more."
    yield f"{verdict.entries:,} entries in {verdict.chains:,} chains were held against their seals."
    if verdict.cut:
        yield f"{verdict.cut:,} entries were cut off after their time, and the record says so."
    if verdict.unsealed:
        yield f"{verdict.unsealed:,} entries are from before there were seals; nobody can vouch for those."
    yield _about_anchors(verdict)
    if not verdict.flaws:
        yield "Nothing was changed."


def _about_anchors(verdict: Verdict) -> str:
    if not verdict.anchors:
        return "There are no anchors, so what was taken off an end can't be seen."
    return f"Anchors held against it: {verdict.anchors:,}, the last of {verdict.anchored_until}."


def _said(flaw: Flaw) -> str:
    return SAID[flaw.code].format(where=flaw.where, **flaw.params)
