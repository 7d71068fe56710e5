"""Rights of whoever sends a request: asked again when the order is recorded, as they may end.

A role that ended or moved, an account that was disabled and a key that was taken back while a
request was on its way are honoured: nothing is recorded by it.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from flask import g

from domain.account.account import Account, account_id
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from ledger.looking import Look
from ledger.records import Seen
from web.city import the_city, today
from web.looking import the_look
from workflows.desk import Rights

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from domain.kernel.act import Act
    from domain.people.roles import Post
    from ledger.sessions import Session
    from web.account.keys import Presented


@dataclass(frozen=True, slots=True, kw_only=True)
class Acting:
    """What a request was decided by: a person in a role, and the posts it was held at."""

    handle: str
    role: str
    posts: tuple[Post, ...]


def posts_of(person: Person, role: str, day: date) -> tuple[Post, ...]:
    """Give the posts at which somebody holds a role on a day."""
    return tuple(one.post for one in person.grants if one.post.role == role and one.holds_on(day))


def rights_of(act: Act) -> Rights | None:
    """Give what asks again for the rights of an act; None for residents, who hold no role."""
    acting: Acting | None = g.get("acting")
    if acting is None or acting.handle != act.person:
        return None
    return Rights(partial(_still_standing, acting), the_look())


def own_rights(session: Session, *, role: str | None = None) -> Rights:
    """Give what asks again whether a session stands, for changes of one's own account.

    With a ``role`` also whether it is still held: a key acts in it.
    """
    return Rights(partial(_session_standing, session, role), Look(the_city().ledger))


def _session_standing(session: Session, role: str | None, look: Look) -> Sequence[Seen]:
    """Refuse ``sign-in-missing`` and ``role-not-held``, or say what stands."""
    person, account = _person_and_account(session.handle, look)
    if not (account.usable and account.epoch == session.epoch):
        raise _ended()
    if role is not None and not posts_of(person, role, today()):
        reason = "You do not hold this role any more. Nothing was recorded."
        raise Refused("role-not-held", reason, role=role)
    return [Seen(stream=one.id, version=one.version) for one in (person, account)]


def _ended() -> Refused:
    reason = "This session ended meanwhile. Nothing was recorded: sign in again."
    return Refused("sign-in-missing", reason)


def _person_and_account(handle: str, look: Look) -> tuple[Person, Account]:
    look.ahead((person_id(handle), account_id(handle)))
    return look.load(Person, person_id(handle)), look.load(Account, account_id(handle))


def _still_standing(acting: Acting, look: Look) -> Sequence[Seen]:
    """Refuse ``role-not-held``, ``sign-in-missing`` and ``key-not-good``, or say what stands."""
    person, account = _person_and_account(acting.handle, look)
    if posts_of(person, acting.role, today()) != acting.posts:
        reason = "What you hold changed meanwhile. Nothing was recorded: load it again and see."
        raise Refused("role-not-held", reason, role=acting.role)
    _must_be_open(account)
    return [Seen(stream=one.id, version=one.version) for one in (person, account)]


def _must_be_open(account: Account) -> None:
    session: Session | None = g.get("session")
    presented: Presented | None = g.get("presented")
    if presented is not None:
        key = account.key(presented.key.name)
        if not account.usable or key is None or key.revoked:
            reason = "This key was taken back meanwhile. Nothing was recorded: ask its owner."
            raise Refused("key-not-good", reason)
    elif session is not None and not (account.usable and account.epoch == session.epoch):
        raise _ended()
