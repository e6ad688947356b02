"""The second step of signing in: set up, proved with a code that works once, begun anew, taken away when it is lost."""

from __future__ import annotations

import hashlib
import hmac
import secrets
from uuid import UUID

from sqlalchemy import delete, select, update

from app.actions import attempts
from app.actions.deed import Deed, Desk, House
from app.actions.keeping import require_keeper
from app.actions.links import plan_word
from app.actions.sessions import end_every
from app.errors import Fault, Invalid, NotAllowed, NotFound, NotReady
from app.records import RecoveryCode, SecondStep, User
from app.records.database import let_go
from app.records.second_steps import second_step_of
from app.rules.second_step import new_recovery_codes, plain, secret_of, step_of


def offer(desk: Desk, user_id: UUID) -> str:
    """The secret for the app of somebody who has none yet: the same until a code of it was right.

    Raises NotReady when there is one already: it is never shown again.
    """
    with desk.deed() as deed:
        row = deed.session.get(SecondStep, user_id, with_for_update=True)
        if row is None:
            row = SecondStep(user_id=user_id, salt=secrets.token_hex(32), made_at=desk.now, last_step=0)
            deed.session.add(row)
        if row.confirmed_at is not None:
            raise NotReady("second_step_is_there")
        return _secret(desk.house, row)


def confirm(desk: Desk, user_id: UUID, code: str) -> list[str]:
    """The first right code: from now on one is asked at each sign-in. Returns the recovery codes, for this once.

    Raises Invalid for a wrong code, TooOften after too many.
    """
    room = _spend_try(desk, user_id)
    with desk.deed() as deed:
        row = deed.session.get(SecondStep, user_id, with_for_update=True)
        if row is None or row.confirmed_at is not None:
            raise NotReady("second_step_is_there")
        step = step_of(_secret(desk.house, row), code, desk.now, row.last_step)
        if step is None:
            raise Invalid(faults=[Fault("code", "code_is_wrong")])
        row.confirmed_at, row.last_step = desk.now, step
        user = deed.session.get_one(User, user_id)
        plan_word(deed, user, "second_step_set_up")
        deed.happened("second_step_set_up", about=user.role, user=str(user_id))
        codes = _fresh_codes(deed, user_id)
    attempts.give_back(desk, room)
    return codes


def prove(desk: Desk, user_id: UUID, code: str) -> str:
    """With what somebody proved who they are: "app" or "recovery_code". A code works once.

    Raises Invalid for a code that is wrong, old or used, TooOften after too many.
    """
    room = _spend_try(desk, user_id)
    let_go()
    row = second_step_of(user_id)
    how = _use(desk, row, code) if row is not None else None
    if how is None:
        with desk.deed() as deed:
            attempts.record_failure(deed, "known", user_id, "code_failed")
        raise Invalid(faults=[Fault("code", "code_is_wrong")])
    attempts.give_back(desk, room)
    return how


def renew_codes(desk: Desk, code: str) -> list[str]:
    """Fresh recovery codes for the person at this desk, with a code; those of before work no more."""
    user_id = _person(desk)
    prove(desk, user_id, code)
    with desk.deed() as deed:
        deed.happened("recovery_codes_renewed", about=deed.actor.role, user=str(user_id))
        return _fresh_codes(deed, user_id)


def start_anew(desk: Desk, code: str) -> None:
    """The person at this desk goes over to another app or telephone: it is set up at the next sign-in."""
    user_id = _person(desk)
    prove(desk, user_id, code)
    with desk.deed() as deed:
        _take_away(deed, deed.session.get_one(User, user_id))


def take_away(desk: Desk, user_id: UUID) -> None:
    """The application manager lets somebody begin anew who lost app and recovery codes, and surely is this person.

    Raises NotAllowed for one's own: that would leave a password alone to change it with.
    """
    with desk.deed() as deed:
        if user_id == deed.actor.id:
            raise NotAllowed("not_ones_own_second_step")
        user = deed.session.get(User, user_id)
        if user is None:
            raise NotFound("no_such_user")
        require_keeper(deed, user.organisation_id)
        _take_away(deed, user)


def take_away_at_console(desk: Desk, email: str) -> None:
    """The same by hand, for an application manager without a colleague."""
    with desk.deed() as deed:
        user = deed.session.scalars(select(User).where(User.email == email.strip().lower())).one_or_none()
        if user is None:
            raise NotFound("no_such_user")
        _take_away(deed, user)


def _take_away(deed: Deed, user: User) -> None:
    deed.session.execute(delete(SecondStep).where(SecondStep.user_id == user.id))
    deed.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user.id))
    end_every(deed, user.id)
    plan_word(deed, user, "second_step_taken_away")
    deed.happened("second_step_taken_away", about=user.role, user=str(user.id))


def _use(desk: Desk, row: SecondStep, code: str) -> str | None:
    """Of two who come with the same code at once, one is right."""
    step = step_of(_secret(desk.house, row), code, desk.now, row.last_step)
    with desk.deed() as deed:
        if step is not None:
            mine = update(SecondStep).where(SecondStep.user_id == row.user_id, SecondStep.last_step < step)
            used = deed.session.execute(mine.values(last_step=step))
            return "app" if used.rowcount else None  # type: ignore[attr-defined]
        paper = update(RecoveryCode).where(
            RecoveryCode.code_hash == _hash(row.user_id, code), RecoveryCode.used_at.is_(None)
        )
        used = deed.session.execute(paper.values(used_at=desk.now))
        if not used.rowcount:  # type: ignore[attr-defined]
            return None
        user = deed.session.get_one(User, row.user_id)
        plan_word(deed, user, "recovery_code_used")
        deed.happened("recovery_code_used", about=user.role, user=str(user.id))
        return "recovery_code"


def _fresh_codes(deed: Deed, user_id: UUID) -> list[str]:
    deed.session.execute(delete(RecoveryCode).where(RecoveryCode.user_id == user_id))
    codes = new_recovery_codes()
    deed.session.add_all(RecoveryCode(code_hash=_hash(user_id, one), user_id=user_id) for one in codes)
    return codes


def _spend_try(desk: Desk, user_id: UUID) -> attempts.Room:
    return attempts.take(desk, [("code", f"code:{user_id.hex}")])


def _person(desk: Desk) -> UUID:
    if desk.actor is None:
        raise NotReady("needs_a_person")
    return desk.actor.id


def _secret(house: House, row: SecondStep) -> str:
    return secret_of(hmac.digest(house.record_key, f"second step:{row.salt}".encode(), "sha256"))


def _hash(user_id: UUID, code: str) -> str:
    """Bound to the person: somebody else's code is no code."""
    return hashlib.sha256(f"{user_id.hex}:{plain(code)}".encode()).hexdigest()
