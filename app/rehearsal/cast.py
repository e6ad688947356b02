"""The people of a rehearsal: one organisation of each kind, one person per role, and a care provider for when the
first one stops; all of them invented."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from uuid import UUID

from app.actions.deed import Desk
from app.actions.region import Dwelling, House, Staff, furnish_region
from app.records.viewers import viewer_of
from app.rules.permissions import ROLE_OF_PART, Viewer

REGION = (
    House(
        "association", "Woonstichting De Heuvel", "Heuvelplein 1", "0000 AA", "Meerwijk", "035 000 01 00",
        "wonen@deheuvel.demo.invalid",
        (
            Staff("housing_officer", "Jeroen Bakker", "jeroen.bakker@deheuvel.demo.invalid", "035 000 01 11"),
            Staff("team_lead", "Noor Jansen", "noor.jansen@deheuvel.demo.invalid", "035 000 01 12"),
        ),
        (Dwelling("Kastanjelaan 12-B", "0000 AB", "Meerwijk", 64250, 3875),),
    ),
    House(
        "care_provider", "De Brug", "Brugstraat 8", "0000 BA", "Oostdorp", "035 000 02 00", "info@debrug.demo.invalid",
        (Staff("support_worker", "Ana Đorđević", "ana@debrug.demo.invalid", "035 000 02 11"),),
    ),
    House(
        "municipality", "Gemeente Meerwijk", "Raadhuisplein 3", "0000 CA", "Meerwijk", "035 000 03 00",
        "uitvoering@meerwijk.demo.invalid",
        (Staff("municipal_officer", "Mehmet Yılmaz", "mehmet@meerwijk.demo.invalid", "035 000 03 11"),),
    ),
    House(
        "urgency_office", "Urgentiebureau Heide en Meer", "Stationsweg 20", "0000 DA", "Heidebos", "035 000 04 00",
        "bureau@urgentie.demo.invalid",
        (Staff("urgency_officer", "Sanne de Wit", "sanne@urgentie.demo.invalid", "035 000 04 11"),),
    ),
)  # fmt: skip
BESIDE = (
    House(
        "care_provider", "Zorggroep De Kade", "Kade 40", "0000 BC", "Oostdorp", "035 000 02 50",
        "info@dekade.demo.invalid",
        (Staff("support_worker", "Ilse Vermeer", "ilse@dekade.demo.invalid", "035 000 02 51"),),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays: a viewer per role, the contact of each party, and by organisation who waits beside the stage."""

    players: Mapping[str, Viewer]
    contacts: Mapping[str, UUID]
    beside: Mapping[UUID, Viewer] = field(default_factory=dict)

    def who(self, role: str, organisation_id: UUID) -> Viewer:
        """Who does a task of this role at this organisation."""
        player = self.players[role]
        return player if player.organisation_id == organisation_id else self.beside[organisation_id]


def hire(desk: Desk) -> Cast:
    """Furnish an empty scratch database with the region above."""
    users = furnish_region(desk, REGION, password="")
    players = {user.role: viewer_of(user) for user in users.values()}
    others = [viewer_of(user) for user in furnish_region(desk, BESIDE, password="").values()]
    contacts = {part: players[role].id for part, role in ROLE_OF_PART.items()}
    return Cast(players, contacts, {one.organisation_id: one for one in others})
