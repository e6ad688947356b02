"""Opens the house: reads the drawings against what the rules and actions know, and says where papers are kept."""

from __future__ import annotations

from app.actions.deed import House
from app.actions.orders import ORDERS
from app.config import Config
from app.engine import library
from app.post import Postman
from app.rules.course import DEADLINES, FACTS
from app.rules.permissions import LANES


def open_house(config: Config) -> House:
    """Raises library.BrokenDrawings with every fault in the folder of drawings."""
    drawings = library.read(config.workflows, lanes=LANES, facts=FACTS, deadlines=DEADLINES, orders=ORDERS)
    return House(drawings, config.documents)


def hire_postman(config: Config) -> Postman:
    """The one who takes mail out of the house."""
    return Postman(config.mail_from, config.smtp, config.mail)
