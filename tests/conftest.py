"""What every test may ask for; the things themselves are made in the modules beside this one."""

import pytest

from tests.cast import furnished, region
from tests.postgres import postgres, postgres_url
from tests.security import table

__all__ = ["furnished", "postgres", "postgres_url", "region"]


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """How much of what is asked of the program is shown, where the run looked at that."""
    told = [one for several in terminalreporter.stats.values() for one in several]
    if any("tests/security/test_tables.py" in getattr(one, "nodeid", "") for one in told):
        for line in table.summary():
            terminalreporter.write_line(line)
