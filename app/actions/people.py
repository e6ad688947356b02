"""Organisations, the people who sign in, and homes: kept by the application manager."""

from __future__ import annotations

import re
from collections.abc import Mapping
from uuid import UUID, uuid4

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.actions.deed import Deed, Desk
from app.actions.keeping import require_keeper
from app.actions.links import end_links, plan_link
from app.actions.passwords import hash_password, require_good
from app.actions.sessions import end_every
from app.errors import Fault, Invalid, NotAllowed, NotFound
from app.records import Home, Organisation, User
from app.rules.case import PARTS
from app.rules.permissions import PART_OF_ROLE, ROLES, may_manage

# One address and nothing beside it: what a mail header takes for more than that is refused.
EMAIL = re.compile(r"""[^@\s<>()\[\],;:"\\]+@[^@\s<>()\[\],;:"\\]+\.[^@\s<>()\[\],;:"\\]+""")


def save_organisation(desk: Desk, organisation_id: UUID | None, fields: Mapping[str, str]) -> UUID:
    with desk.deed() as deed:
        _require_manager(deed)
        faults = _missing(fields, "name", "kind")
        if fields.get("kind") and fields["kind"] not in PARTS:
            faults.append(Fault("kind", "not_a_choice"))
        row = deed.session.get(Organisation, organisation_id) if organisation_id else Organisation(id=uuid4())
        if row is None:
            raise NotFound("no_such_organisation")
        if organisation_id and row.kind != fields.get("kind"):
            faults.append(Fault("kind", "kind_stays"))
        if faults:
            raise Invalid(faults=faults)
        row.kind, row.name = fields["kind"], fields["name"].strip()
        for name in ("address", "postcode", "city", "phone", "email"):
            setattr(row, name, fields.get(name, "").strip())
        deed.session.add(row)
        deed.happened("organisation_saved", about=row.kind, id=str(row.id))
        return row.id


def save_user(desk: Desk, user_id: UUID | None, fields: Mapping[str, str]) -> UUID:
    """Add or change somebody who signs in; another role, address or block ends sign-ins and links there are.

    Whoever is new gets a link by mail to choose a password: nobody else ever knows it.
    """
    with desk.deed() as deed:
        _require_manager(deed)
        user = deed.session.get(User, user_id) if user_id else User(id=uuid4(), epoch=0, active=True, password_hash="")
        if user is None:
            raise NotFound("no_such_user")
        if user_id:
            require_keeper(deed, user.organisation_id)
        organisation = _organisation(deed.session, fields.get("organisation_id", ""))
        if organisation is not None:
            require_keeper(deed, organisation.id)
        _require_user(deed.session, user, fields, organisation)
        before = (user.role, user.active, user.email)
        user.name, user.email = fields["name"].strip(), fields["email"].strip().lower()
        user.role, user.phone = fields["role"], fields.get("phone", "").strip()
        user.language = "en" if fields.get("language") == "en" else "nl"
        user.bundle_mail = bool(fields.get("bundle_mail"))
        if user_id:
            user.active = bool(fields.get("active"))
        if organisation is not None:
            user.organisation_id, user.organisation = organisation.id, organisation
        if user_id and before != (user.role, user.active, user.email):
            user.epoch += 1
            end_every(deed, user.id)
            end_links(deed, user.id)
        deed.session.add(user)
        deed.happened("user_saved", about=user.role, id=str(user.id))
        if not user_id:
            plan_link(deed, user, "invited")
        return user.id


def add_first_manager(desk: Desk, name: str, email: str, organisation: str, password: str) -> UUID:
    """The first application manager, by command line; refused once there is one."""
    require_good(password, name, email, organisation)
    password_hash = hash_password(password)
    with desk.deed() as deed:
        if deed.session.scalar(
            select(User.id).where(User.role == "application_manager", User.active.is_(True)).limit(1)
        ):
            raise NotAllowed("there_is_a_manager")
        if not EMAIL.fullmatch(email):
            raise Invalid(faults=[Fault("email", "not_an_email")])
        home = Organisation(id=uuid4(), kind="association", name=organisation)
        user = User(
            id=uuid4(),
            organisation_id=home.id,
            organisation=home,
            role="application_manager",
            name=name,
            email=email.lower(),
            password_hash=password_hash,
        )
        deed.session.add_all([home, user])
        deed.happened("first_manager_added", about="application_manager", id=str(user.id))
        return user.id


def save_home(desk: Desk, home_id: UUID | None, fields: Mapping[str, str], rent_cents: int, service_cents: int) -> UUID:
    with desk.deed() as deed:
        _require_manager(deed)
        row = deed.session.get(Home, home_id) if home_id else Home(id=uuid4(), available=True)
        if row is None:
            raise NotFound("no_such_home")
        faults = _missing(fields, "street", "postcode", "city", "association_id")
        association = _organisation(deed.session, fields.get("association_id", ""))
        if fields.get("association_id") and (association is None or association.kind != "association"):
            faults.append(Fault("association_id", "not_a_choice"))
        if faults or association is None:
            raise Invalid(faults=faults)
        row.association_id = association.id
        row.street, row.postcode, row.city = (fields[name].strip() for name in ("street", "postcode", "city"))
        row.kind = fields.get("kind") or "apartment"
        row.rent_cents, row.service_cents = rent_cents, service_cents
        deed.session.add(row)
        deed.happened("home_saved", id=str(row.id))
        return row.id


def choose_language(desk: Desk, language: str) -> None:
    """Remember the language somebody chose."""
    with desk.deed() as deed:
        user = deed.session.get_one(User, deed.actor.id)
        user.language = language


def _require_manager(deed: Deed) -> None:
    if not may_manage(deed.actor):
        raise NotAllowed("only_the_application_manager")


def _require_user(session: Session, user: User, fields: Mapping[str, str], organisation: Organisation | None) -> None:
    faults = _missing(fields, "name", "email", "role", "organisation_id")
    email = fields.get("email", "").strip().lower()
    if email and not EMAIL.fullmatch(email):
        faults.append(Fault("email", "not_an_email"))
    elif email and session.scalar(select(User.id).where(User.email == email, User.id != user.id)):
        faults.append(Fault("email", "email_is_taken"))
    role = fields.get("role", "")
    if role and role not in ROLES:
        faults.append(Fault("role", "not_a_choice"))
    elif organisation is not None and role in PART_OF_ROLE and PART_OF_ROLE[role] != organisation.kind:
        faults.append(Fault("role", "role_does_not_fit_organisation"))
    if fields.get("organisation_id") and organisation is None:
        faults.append(Fault("organisation_id", "not_a_choice"))
    if faults:
        raise Invalid(faults=faults)


def _organisation(session: Session, given: str) -> Organisation | None:
    try:
        return session.get(Organisation, UUID(given)) if given else None
    except ValueError:
        return None


def _missing(fields: Mapping[str, str], *names: str) -> list[Fault]:
    return [Fault(name, "missing") for name in names if not fields.get(name, "").strip()]
