"""How long a sign-in lasts: as long as somebody works, and never longer than a working day."""

from __future__ import annotations

from datetime import datetime, timedelta

IDLE = timedelta(hours=1)  # without a request [ours; NIST SP 800-63B-4 2.2.3: at most one hour]
ABSOLUTE = timedelta(hours=12)  # however busy somebody is [ours; NIST SP 800-63B-4 2.2.3: at most 24 hours]
SEEN_EVERY = timedelta(minutes=1)  # so often is written down that somebody is still there
KEPT = timedelta(days=90)  # after which nobody needs to know of it any more [ours]


def lasts_since(now: datetime) -> tuple[datetime, datetime]:
    """A sign-in lasts while it was begun after the first moment and seen after the second."""
    return now - ABSOLUTE, now - IDLE
