"""What a look at the whole record came to, in sentences for the console."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from app.actions.audit import UNMET, Flaw, PutBack, Verdict

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
    yield from map(_put_back, verdict.put_back)
    if any(flaw.code in UNMET for flaw in verdict.flaws):
        yield (
            "When a backup was put back by hand, this is what was lost with it; `voorwaarts restore` writes down that "
            "it was, and then this is told as lost and not as changed."
        )
    if not verdict.flaws:
        yield "Nothing was changed."


def _about_anchors(verdict: Verdict) -> str:
    if not verdict.anchors:
        return "There are no anchors, so what was taken off an end can't be seen."
    return f"Anchors held against it: {verdict.anchors:,}, the last of {verdict.anchored_until}."


def _put_back(one: PutBack) -> str:
    when = f"On {one.at:%Y-%m-%d at %H:%M} UTC the backup of {one.made_at:%Y-%m-%d, %H:%M} UTC was put back"
    if not one.entries:
        return f"{when}; the anchors saw nothing that it does not have."
    entries = "1 entry" if one.entries == 1 else f"{one.entries:,} entries"
    return f"{when}: {entries} that the anchors of then saw, in {one.chains:,} of the chains, were lost with it."


def _said(flaw: Flaw) -> str:
    return SAID[flaw.code].format(where=flaw.where, **flaw.params)
