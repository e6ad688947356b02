"""Keep organisations apart in PostgreSQL itself: each row is only there for whom the transaction is.

The program says so at the beginning of each transaction (app/records/database.py, TELL), and what it said goes with it.
Whoever says nothing sees nothing, the owner of the tables too. A later migration that makes a table says here what it
hangs on (a test names a table that does not), in policies of its own. SQLite knows no policies.
"""

from __future__ import annotations

from alembic import op

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None

FUNCTIONS = (
    "CREATE FUNCTION acting_organisation() RETURNS uuid LANGUAGE sql STABLE AS "
    "$$ SELECT NULLIF(current_setting('voorwaarts.organisation', true), '')::uuid $$",
    "CREATE FUNCTION acting_day() RETURNS date LANGUAGE sql STABLE AS "
    "$$ SELECT NULLIF(current_setting('voorwaarts.day', true), '')::date $$",
    "CREATE FUNCTION acting_for_all() RETURNS boolean LANGUAGE sql STABLE AS "
    "$$ SELECT coalesce(current_setting('voorwaarts.whole', true), '') = 'on' $$",
)
ALL = "(SELECT acting_for_all())"
ME = "(SELECT acting_organisation())"
DAY = "(SELECT acting_day())"


def live(dossier: str) -> str:
    """The organisation has a part in it that began and has not ended; or it is asked to take over care there."""
    return (
        f"(EXISTS (SELECT 1 FROM parts AS p WHERE p.trajectory_id = {dossier} AND p.organisation_id = {ME} "
        f"AND p.since <= {DAY} AND (p.until IS NULL OR p.until >= {DAY})) "
        f"OR EXISTS (SELECT 1 FROM tasks AS q WHERE q.trajectory_id = {dossier} AND q.organisation_id = {ME} "
        f"AND q.name = 'take_over_care' AND q.status = 'open' AND {DAY} IS NOT NULL))"
    )


# What a policy on `parts` asks of `parts` is asked inside a function, or PostgreSQL refuses to go round in circles.
# Nor does it go round: rows of the own organisation, all that is asked for here, are let through before the function is
# called again, which is dear.
IN_SIGHT = (
    "CREATE FUNCTION is_in_sight(dossier uuid) RETURNS boolean LANGUAGE plpgsql STABLE COST 10000 AS "
    f"$$ BEGIN RETURN {live('dossier')}; END $$"
)
OF_DOSSIER = (
    "advices", "agreements", "answers", "besides", "care_ends", "care_pauses", "conditions", "contacts", "decisions",
    "documents", "early_ends", "end_notices", "endings", "goals", "hearings", "holds", "incidents", "joint_meetings",
    "key_returns", "lease_corrections", "leaving_plans", "legal_dates", "letters", "measures", "removals",
    "reschedulings", "reviews", "revisions", "runs", "told_leases",
)  # fmt: skip
ABOVE = (  # of a dossier through another row, which has a policy of its own
    ("confirmations", "reviews", "review_id"),
    ("moves", "reviews", "review_id"),
    ("notice_proofs", "end_notices", "notice_id"),
    ("person_corrections", "persons", "person_id"),
    ("signed_copies", "documents", "document_id"),
)
NO_CHAIN_OF_ANYBODY = "'00000000-0000-0000-0000-000000000000'::uuid"


def upgrade() -> None:
    if op.get_bind().dialect.name != "postgresql":
        return
    for text in (*FUNCTIONS, IN_SIGHT):
        op.execute(text)
    for table in OF_DOSSIER:
        _wall(table, live(f"{table}.trajectory_id"))
    _wall("trajectories", live("trajectories.id"))
    asked = f"(organisation_id = {ME} AND name = 'take_over_care' AND status = 'open' AND {DAY} IS NOT NULL)"
    part = (
        f"EXISTS (SELECT 1 FROM parts AS p WHERE p.trajectory_id = tasks.trajectory_id AND p.organisation_id = {ME} "
        f"AND p.since <= {DAY} AND (p.until IS NULL OR p.until >= {DAY}))"
    )
    _wall("tasks", f"{asked} OR {part}", writing=part)
    # Nobody gives itself a part: a first one is given by whoever starts the trajectory, for all.
    _wall(
        "parts", f"organisation_id = {ME} OR is_in_sight(trajectory_id)", writing="is_in_sight(parts.trajectory_id)"
    )
    for table, above, key in ABOVE:
        _wall(table, f"EXISTS (SELECT 1 FROM {above} AS a WHERE a.id = {table}.{key})")
    # Of a person there is no row before somebody writes it, and only after that one can be in a dossier.
    _wall(
        "persons",
        "EXISTS (SELECT 1 FROM trajectories AS t WHERE t.tenant_id = persons.id) "
        "OR EXISTS (SELECT 1 FROM besides AS b WHERE b.person_id = persons.id)",
        writing=f"{ME} IS NOT NULL",
    )
    own = f"organisation_id IS NOT DISTINCT FROM {ME}"
    _wall(
        "events",
        f"(trajectory_id IS NULL AND organisation_id = {ME}) OR {live('events.trajectory_id')}",
        writing=f"{own} AND (trajectory_id IS NULL OR {live('events.trajectory_id')})",
    )
    _wall("chains", f"id = {ME} OR id = {NO_CHAIN_OF_ANYBODY} OR {live('chains.id')}")
    _wall("cuts", f"chain = {ME} OR {live('cuts.chain')}")
    _wall("take_overs", f"organisation_id = {ME}")
    _wall("schedules", f"{ME} IS NOT NULL", writing=f"organisation_id = {ME}")


def _wall(table: str, seen: str, writing: str = "") -> None:
    op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
    op.execute(f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY")
    check = f" WITH CHECK ({ALL} OR {writing})" if writing else ""
    op.execute(f"CREATE POLICY apart ON {table} USING ({ALL} OR {seen}){check}")


def downgrade() -> None:
    """There is no way back but the backup."""
    raise NotImplementedError
