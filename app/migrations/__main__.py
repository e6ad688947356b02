"""For whoever changed the models: `python -m app.migrations "add the phone of a home"` writes the migration."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from app.migrations import upgrade, write_revision


def main() -> None:
    if len(sys.argv) != 2:
        sys.exit('Say what changes, in one sentence: python -m app.migrations "add the phone of a home"')
    with tempfile.TemporaryDirectory(prefix="voorwaarts-") as folder:
        address = f"sqlite:///{Path(folder) / 'scratch.db'}"
        upgrade(address)
        write_revision(address, sys.argv[1])


if __name__ == "__main__":
    main()
