"""Furnishing a whole region at once, and clearing it: for the demonstration and rehearsals, never for real data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import uuid4

from sqlalchemy import delete

from app.actions.deed import Desk
from app.actions.passwords import hash_password
from app.records import Home, Organisation, Setting, User, append_only, db

STANDING = "demo_region"  # the setting that says how far filling the database with an invented region came


DEMO_PASSWORD = "voorwaarts-demo"


@dataclass(frozen=True, slots=True)
class Staff:
    role: str
    name: str
    email: str
    phone: str = ""


@dataclass(frozen=True, slots=True)
class Dwelling:
    street: str
    postcode: str
    city: str
    rent_cents: int
    service_cents: int
    kind: str = "apartment"


@dataclass(frozen=True, slots=True)
class House:
    """An organisation with the people who work there and, for an association, its homes."""

    kind: str
    name: str
    address: str
    postcode: str
    city: str
    phone: str
    email: str
    staff: Sequence[Staff]
    homes: Sequence[Dwelling] = ()


def furnish_region(desk: Desk, houses: Sequence[House], password: str) -> dict[str, User]:
    """Add organisations, people and homes; all sign in with the same password. Returns users by e-mail."""
    password_hash = hash_password(password) if password else ""
    users: dict[str, User] = {}
    with desk.deed() as deed:
        for house in houses:
            organisation = Organisation(
                id=uuid4(),
                kind=house.kind,
                name=house.name,
                address=house.address,
                postcode=house.postcode,
                city=house.city,
                phone=house.phone,
                email=house.email,
            )
            deed.session.add(organisation)
            for one in house.staff:
                users[one.email] = User(
                    id=uuid4(),
                    organisation_id=organisation.id,
                    organisation=organisation,
                    role=one.role,
                    name=one.name,
                    email=one.email,
                    phone=one.phone or house.phone,
                    password_hash=password_hash,
                    language="nl",
                    active=True,
                    bundle_mail=False,
                    epoch=1,
                )
            deed.session.add_all(users.values())
            for home in house.homes:
                deed.session.add(
                    Home(
                        id=uuid4(),
                        association_id=organisation.id,
                        street=home.street,
                        postcode=home.postcode,
                        city=home.city,
                        kind=home.kind,
                        rent_cents=home.rent_cents,
                        service_cents=home.service_cents,
                        available=True,
                        note="",
                    )
                )
        deed.happened("region_furnished")
    return users


def note_standing(desk: Desk, standing: str) -> None:
    """Write down that filling the database has begun ("loading") or is done ("loaded")."""
    with desk.deed() as deed:
        deed.session.merge(Setting(name=STANDING, value=standing))


def clear_region(desk: Desk) -> None:
    """Take away every row. Only for what was being loaded when it stopped halfway: none of it was anybody's work."""
    with desk.deed() as deed, append_only.lifted(deed.session.connection()):
        for table in reversed(db.metadata.sorted_tables):
            deed.session.execute(delete(table))
