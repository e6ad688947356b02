"""Holding back what would be removed, and removing what is past its day: proposed by one person, judged by another.

The record stays as it is: entries are about ids, and what those stood for is gone. Its own oldest entries go the same
way, five years after they were made, by a cut at a head that an anchor saw.
"""

from __future__ import annotations

from uuid import UUID, uuid4

from sqlalchemy import select

from app import files
from app.actions.cutting import Head, cut, find_head
from app.actions.deed import Deed, Desk, House
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady
from app.records import Hold, Removal, Trajectory
from app.records.database import let_go, reading
from app.records.erasing import content, remove, removed, still_needed
from app.records.ledger import Ledger
from app.records.retention import facts_of, find_held, holds_of, removals_of
from app.rules import retention as rules
from app.rules.dates import add_days
from app.rules.permissions import Viewer, may_keep_and_remove
from app.rules.typed import fault_in

LONGEST_REASON: int = Hold.__table__.c.reason.type.length  # type: ignore[attr-defined]
RECORD = "access_log"  # removed by cutting the chain, not by taking rows of a table


def left(ledger: Ledger) -> list[rules.Kept]:
    """The classes of this trajectory that are still there."""
    gone = {
        one.kept
        for one in removals_of(ledger.session, ledger.trajectory.id)
        if one.verdict == "approve" and one.kept != RECORD
    }
    return [one for one in rules.classes(facts_of(ledger)) if one.keeping.name not in gone]


def find_kept(ledger: Ledger, viewer: Viewer, name: str) -> rules.Kept:
    """A class that the viewer's organisation holds of this trajectory. Raises NotFound."""
    found = next((one for one in left(ledger) if one.keeping.name == name), None)
    if found is None or viewer.part not in found.keeping.parts or not may_keep_and_remove(viewer):
        raise NotFound("no_such_class")
    return found


def why_not(ledger: Ledger, kept: rules.Kept) -> str:
    """Why this class can't be removed now, as a code; "" when it can."""
    others = [one for one in left(ledger) if one.keeping.name != kept.keeping.name]
    if kept.keeping.name == RECORD and ledger.trajectory.closed_on is None:
        return "not_over_yet"
    held = {one.kept for one in holds_of(ledger.session, ledger.trajectory.id) if one.lifted_on is None}
    return rules.barred(kept, others, held, ledger.today)


def would_go(house: House, ledger: Ledger, name: str) -> dict[str, int]:
    """What removing this class takes away: how many of what. Nothing changes."""
    if name == RECORD:
        head = find_head(ledger.session, house, ledger.trajectory.id, ledger.today)
        return {"entries": head.entries} if head is not None else {}
    return removed(ledger.session, ledger.trajectory.id, content(name, _names(left(ledger))))


def hold_back(desk: Desk, trajectory_id: UUID, name: str, reason: str) -> UUID:
    """Say that a class may not be removed, and why. Raises NotFound, Invalid."""
    with desk.deed() as deed:
        ledger = _held(deed, trajectory_id)
        find_kept(ledger, deed.actor, name)
        row = Hold(
            id=uuid4(),
            trajectory_id=trajectory_id,
            organisation_id=deed.actor.organisation_id,
            kept=name,
            reason=_reason(reason),
            placed_on=deed.today,
            by_id=deed.actor.id,
            at=desk.now,
        )
        deed.session.add(row)
        deed.happened("hold_placed", ledger.trajectory, name)
        return row.id


def lift_hold(desk: Desk, trajectory_id: UUID, hold_id: UUID, reason: str) -> None:
    """Nothing holds it back any more, and why. Only of one's own organisation. Raises NotFound, NotReady, Invalid."""
    with desk.deed() as deed:
        ledger = _held(deed, trajectory_id)
        row = require_hold(ledger, deed.actor, hold_id)
        if row.lifted_on is not None:
            raise NotReady("hold_is_lifted")
        row.lifted_reason, row.lifted_on, row.lifted_by_id = _reason(reason), deed.today, deed.actor.id
        deed.happened("hold_lifted", ledger.trajectory, row.kept)


def require_hold(ledger: Ledger, viewer: Viewer, hold_id: UUID) -> Hold:
    """A hold of the viewer's own organisation on this trajectory. Raises NotFound."""
    row = ledger.session.get(Hold, hold_id)
    if row is None or (row.organisation_id, row.trajectory_id) != (viewer.organisation_id, ledger.trajectory.id):
        raise NotFound("no_such_hold")
    return row


def propose_removal(desk: Desk, trajectory_id: UUID, name: str) -> UUID:
    """Propose to remove a class that is past its day. Raises NotFound, NotReady with why it can't be now."""
    with desk.deed() as deed:
        ledger = _held(deed, trajectory_id)
        kept = find_kept(ledger, deed.actor, name)
        if code := why_not(ledger, kept):
            raise NotReady(code)
        if waiting(ledger, name) is not None:
            raise NotReady("removal_is_waiting")
        if name == RECORD:
            _head(deed, ledger)
        assert kept.until is not None  # it is past
        row = Removal(
            id=uuid4(),
            trajectory_id=trajectory_id,
            organisation_id=deed.actor.organisation_id,
            kept=name,
            kept_until=kept.until,
            proposed_on=deed.today,
            proposed_by_id=deed.actor.id,
            at=desk.now,
        )
        deed.session.add(row)
        deed.happened("removal_proposed", ledger.trajectory, name)
        return row.id


def judge_removal(desk: Desk, trajectory_id: UUID, name: str, verdict: str, reason: str = "") -> None:
    """The second person's word. Approved: it is gone when this returns, files too.

    Raises NotFound, NotAllowed for who proposed it or is of another organisation, NotReady, Invalid.
    """
    with desk.deed() as deed:
        ledger = _held(deed, trajectory_id)
        kept = find_kept(ledger, deed.actor, name)
        row = waiting(ledger, name)
        if row is None:
            raise NotReady("no_removal_waits")
        if row.organisation_id != deed.actor.organisation_id:
            raise NotAllowed("removal_is_of_another")
        if row.proposed_by_id == deed.actor.id:
            raise NotAllowed("own_removal")
        if verdict not in ("approve", "send_back"):
            raise Invalid(faults=[Fault("verdict", "not_a_choice")])
        row.verdict_reason = _reason(reason) if verdict == "send_back" else ""
        row.verdict, row.decided_on, row.decided_by_id = verdict, deed.today, deed.actor.id
        if verdict == "send_back":
            deed.happened("removal_sent_back", ledger.trajectory, name)
            return
        row.verdict = ""  # as long as it is there
        if code := why_not(ledger, kept):
            raise NotReady(code)
        if name == RECORD:
            head = _head(deed, ledger)
            row.verdict, row.went = "approve", {"entries": head.entries}
            cut(deed, ledger.trajectory, head)
        else:
            _take_away(deed, ledger, row)
    remove_files(desk)


def waiting(ledger: Ledger, name: str) -> Removal | None:
    """The proposal about this class that nobody has judged yet."""
    rows = removals_of(ledger.session, ledger.trajectory.id)
    return next((one for one in rows if one.kept == name and not one.verdict), None)


def remove_files(desk: Desk) -> int:
    """Take removed papers off the disk; how many. After a crash in between the worker does it.

    Whoever it is of: a paper that somebody else's dossier names as well stays.
    """
    let_go()
    rows = reading().execute(select(Removal.id, Removal.files).where(Removal.files.is_not(None))).all()
    found = [(removal_id, hashes or []) for removal_id, hashes in rows]
    let_go()
    for removal_id, hashes in found:
        with desk.deed() as deed:
            needed = still_needed(deed.session, hashes)
            for digest in sorted(set(hashes) - needed):
                files.remove(desk.house.cabinet, digest)
            deed.session.get_one(Removal, removal_id).files = None
    return sum(len(hashes) for _, hashes in found)


def _head(deed: Deed, ledger: Ledger) -> Head:
    """Raises NotReady where no anchor saw a head that is old enough."""
    head = find_head(deed.session, deed.house, ledger.trajectory.id, ledger.today)
    if head is None:
        raise NotReady("no_anchor_to_cut_at")
    return head


def _take_away(deed: Deed, ledger: Ledger, row: Removal) -> None:
    trajectory, remaining = ledger.trajectory, [one for one in left(ledger) if one.keeping.name != row.kept]
    parts = content(row.kept, _names(left(ledger)))
    went = removed(deed.session, trajectory.id, parts)
    hashes = remove(deed.session, trajectory.id, parts)
    row.verdict, row.went, row.files = "approve", went, hashes or None
    for part in Ledger(deed.session, trajectory, deed.today).parts:
        if rules.ends_part(part.part, remaining) and (part.until is None or part.until >= deed.today):
            part.until = add_days(deed.today, -1)  # nothing is left that it may look at
    deed.happened("removed", trajectory, row.kept, rows=sum(went.values()))


def _held(deed: Deed, trajectory_id: UUID) -> Ledger:
    """Held until the end of the deed: two people at once would be judged apart."""
    deed.session.execute(select(Trajectory.id).where(Trajectory.id == trajectory_id).with_for_update())
    row = find_held(deed.session, deed.actor, deed.today, trajectory_id)
    return Ledger(deed.session, row, deed.today)


def _names(kept: list[rules.Kept]) -> list[str]:
    return [one.keeping.name for one in kept]


def _reason(reason: str) -> str:
    if (wrong := fault_in("reason", reason, LONGEST_REASON)) is not None:
        raise Invalid(faults=[wrong])
    return reason.strip()
