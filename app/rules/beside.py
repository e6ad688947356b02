"""The people around a tenant, and what the law makes of them; never who they are.

Whoever is married to the tenant or registered as a partner, and lives there, is a co-tenant by law: without a contract
and without being asked (BW 7:266). Every co-tenant gets each legal letter apart (domain 2), and goes on with the lease
after a death (BW 7:268(1)).
"""

from __future__ import annotations

KINDS = ("co_tenant", "partner", "administrator", "budget_manager", "guardian")
RENTS_AS_WELL = ("co_tenant", "partner")
