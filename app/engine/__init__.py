"""The engine room, the only one that knows SpiffWorkflow: it says what comes next, never what a date or a fact is."""

import logging

# Informational records are formatted for every token that moves; nobody reads them.
logging.getLogger("spiff").setLevel(logging.WARNING)
for _name in ("task", "workflow", "dmn"):
    logging.getLogger(f"spiff.{_name}").setLevel(logging.WARNING)
