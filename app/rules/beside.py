"""The people around a tenant, and what the law makes of them; never who they are.

Whoever is married to the tenant or registered as a partner, and lives there, is a co-tenant by law: without a contract
and without being asked (BW 7:266). Every co-tenant gets each legal letter apart (domain 2), and goes on with the lease
after a death (BW 7:268(1)).

Who represents the tenant gets each legal letter as well, beside the tenant and never instead:

* a curator: the tenant is legally incapable (BW 1:381(2)), and the curator represents (BW 1:386(1) with 1:337). A
  declaration works once it has reached the one it is meant for (BW 3:37(3)), so an end notice counts only when the
  curator received it in time too. Cautious: the tenant's own receipt stays needed as well.
* an administrator: rights out of a lease are goods that may stand under administration (HR 7 March 2014,
  ECLI:NL:HR:2014:525), managed by the administrator (BW 1:438(1)), who represents in and out of court (BW 1:441(1)).
  The tenant stays legally capable, and whether the lease stands under this administration is not always known: the
  administrator gets a copy, of which receipt is recorded and does not decide [ours].

A mentor speaks for care and treatment (BW 1:453) and a budget manager is nobody's representative: no letters to them.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

KINDS = ("co_tenant", "partner", "administrator", "budget_manager", "curator", "mentor")
RENTS_AS_WELL = ("co_tenant", "partner")
MUST_RECEIVE = ("curator",)  # a notice counts only when these received it too
REPRESENTS = (*MUST_RECEIVE, "administrator")


def settled_on(recorded: Iterable[date | None]) -> date | None:
    """The day on which the last of the notices was written down as received or not; None while one is not."""
    days = list(recorded)
    known = [day for day in days if day is not None]
    return max(known) if known and len(known) == len(days) else None


def must_receive(added_on: date | None, sent: bool, settled: date | None) -> bool:
    """Whether a curator's receipt is needed: not of one who came on the file after all was settled.

    What reached a tenant who was capable stays received. `sent`: this curator has a notice of their own.
    """
    return sent or settled is None or (added_on is not None and added_on <= settled)
