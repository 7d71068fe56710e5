"""Orders of people to their own accounts."""

from __future__ import annotations

from uuid import uuid4

from domain.kernel.act import Act
from domain.kernel.confiding import Words
from web.account import passwords
from web.city import the_city
from workflows.account.commands import SetPassword


def set_password(handle: str, password: str, *, how: str, digest: str | None = None) -> None:
    """Order a new password; every session of before is over."""
    city = the_city()
    hashed = Words(text=passwords.hashed(password), key=city.desk.office.random_key())
    act = own_act(handle)
    city.desk.do(SetPassword(handle=handle, how=how, hashed=hashed, link=digest), act)


def own_act(handle: str, *, role: str = "account") -> Act:
    """Give the act of a person who keeps the own account."""
    return Act(person=handle, role=role, area="", command_id=str(uuid4()), at=the_city().now())
