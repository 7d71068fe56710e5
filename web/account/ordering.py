"""Orders of people to their own accounts."""

from __future__ import annotations

from typing import TYPE_CHECKING
from uuid import uuid4

from domain.kernel.act import Act
from domain.kernel.confiding import Words
from web.account import passwords
from web.city import the_city
from web.rights import own_rights
from workflows.account.commands import SetPassword

if TYPE_CHECKING:
    from ledger.sessions import Session
    from workflows.account.commands import OwnOrder
    from workflows.desk import Rights


def change_own(session: Session, order: OwnOrder, *, role: str | None = None) -> None:
    """Change one's own account; nothing is recorded when the session ended meanwhile.

    With a ``role`` it must still be held, too. Refuses ``sign-in-missing`` and ``role-not-held``.
    """
    rights = own_rights(session, role=role)
    the_city().desk.do(order, own_act(session.handle), rights=rights)


def set_password(
    handle: str,
    password: str,
    *,
    how: str,
    digest: str | None = None,
    rights: Rights | None = None,
) -> None:
    """Order a new password; every session of before is over."""
    city = the_city()
    hashed = Words(text=passwords.hashed(password), key=city.desk.office.random_key())
    act = own_act(handle)
    order = SetPassword(handle=handle, how=how, hashed=hashed, link=digest)
    city.desk.do(order, act, rights=rights)


def own_act(handle: str, *, role: str = "account") -> Act:
    """Give the act of a person who keeps the own account."""
    return Act(person=handle, role=role, area="", command_id=str(uuid4()), at=the_city().now())
