"""How long a mailed link to choose a password may be used: long enough to find the mail, and no longer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta

# ASVS 5.0, 6.4.1: a short time, and once. The spans are ours.
LASTS: Mapping[str, timedelta] = {
    "invited": timedelta(days=7),  # somebody may be away
    "forgotten": timedelta(hours=1),  # somebody is waiting for it
}
