"""How often somebody may be wrong when signing in: a bucket that fills with each failure and empties by itself.

What is kept of it is one moment, at which all failures are forgotten. Nobody is locked out for good: each time a step
has gone by there is room for one more try, and a try that succeeds does not count.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address


@dataclass(frozen=True, slots=True)
class Limit:
    """So many failures in a row, and one more each time `step` has gone by."""

    failures: int
    step: timedelta

    def again_at(self, forgotten_at: datetime | None, now: datetime) -> datetime | None:
        """From when there is room for a try; None when there is room now."""
        if forgotten_at is None:
            return None
        room = forgotten_at - self.step * (self.failures - 1)
        return room if room > now else None

    def after_one(self, forgotten_at: datetime | None, now: datetime) -> datetime:
        """When all is forgotten after one failure more."""
        return max(forgotten_at or now, now) + self.step


# The numbers are ours. NIST SP 800-63B-4 3.2.2 allows an account at most a hundred failures in a row; ten and then one
# each 20 minutes take more than a day to come to that, and each success begins anew.
LIMITS: Mapping[str, Limit] = {
    "account": Limit(10, timedelta(minutes=20)),
    "address": Limit(50, timedelta(minutes=1)),  # a whole office may come from one address
    "code": Limit(5, timedelta(minutes=20)),  # of the second step: who comes so far has the password
    "link": Limit(3, timedelta(minutes=20)),  # mails with a link for who forgot a password, to one address
    "links": Limit(20, timedelta(minutes=5)),  # and asked for from one place
    "recorded": Limit(500, timedelta(minutes=1)),  # of the whole house: what goes beyond is refused, not written down
}


def network(origin: str) -> str:
    """What counts as one address: an IPv6 connection has as many as it likes within its /64."""
    try:
        address = ip_address(origin)
    except ValueError:
        return origin
    if not isinstance(address, IPv6Address):
        return origin
    return str(address.ipv4_mapped or IPv6Address(int(address) >> 64 << 64))
