"""Opens the house: reads the drawings against what the rules and actions know, looks at the templates, and says where
papers are kept."""

from __future__ import annotations

from pathlib import Path

from app import paper
from app.actions.deed import House
from app.actions.orders import ORDERS
from app.config import Config
from app.engine import library
from app.errors import Refused
from app.paper import apart
from app.post import Postman
from app.rules.chain import key_from
from app.rules.course import DEADLINES, FACTS
from app.rules.permissions import DOCUMENT_PARTS, LANES

MAIN_LANGUAGE = "nl"


def open_house(config: Config) -> House:
    """Raises library.BrokenDrawings with every fault in the folder of drawings."""
    drawings = library.read(config.workflows, lanes=LANES, facts=FACTS, deadlines=DEADLINES, orders=ORDERS)
    return House(drawings, config.documents, key_from(config.record_key), config.contract_templates, config.anchors)


def look_at_templates(folder: Path) -> list[str]:
    """What is wrong with the Word templates in this folder, each in one sentence; they are compiled on the way."""
    there = paper.documents(folder)
    faults = [
        f"{name}/{MAIN_LANGUAGE}.docx: the template is missing."
        for name in DOCUMENT_PARTS
        if MAIN_LANGUAGE not in there.get(name, ())
    ]
    for fault in apart.faults(folder):
        faults.append(f"{fault.params['document']}/{fault.params['language']}.docx: {_why(fault)}.")
    return faults


def _why(fault: Refused) -> str:
    if fault.code == "template_unknown_word":
        return f"it asks for “{fault.params['name']}”, which this document may not say"
    return str(fault.params.get("detail", fault.code.replace("_", " "))).rstrip(".")


def hire_postman(config: Config) -> Postman:
    """The one who takes mail out of the house."""
    return Postman(config.mail_from, config.smtp, config.mail)
