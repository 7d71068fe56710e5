"""Keys of machines for tests: everybody of a city has one for each role, known beforehand."""

from __future__ import annotations

from datetime import datetime, timedelta
from uuid import uuid4

from domain.account.credentials import SCOPES
from domain.kernel.act import OPERATOR, Act
from domain.kernel.codes import AreaCode
from web.account.keys import digest_of, written
from workflows.account.commands import IssueKey, OpenAccount
from workflows.desk import Desk


def header_of(handle: str, role: str, key: str = "k1") -> dict[str, str]:
    """The header that says who acts; the first key is that of the first role."""
    return {"Authorization": f"Bearer {written(handle, key, secret_of(handle, role))}"}


def secret_of(handle: str, role: str) -> str:
    return f"secret-of-{handle}-as-{role}"


def give_key(
    desk: Desk,
    handle: str,
    role: str,
    *,
    area: AreaCode,
    at: datetime,
    scopes: tuple[str, ...] = tuple(SCOPES),
) -> None:
    """Open an account and issue a key for a role, as the operator."""

    def act() -> Act:
        command_id = str(uuid4())
        return Act(person=OPERATOR, role=OPERATOR, area=area, command_id=command_id, at=at)

    desk.do(OpenAccount(handle=handle), act())
    order = IssueKey(
        handle=handle,
        label=f"tests as {role}",
        role=role,
        area=area,
        scopes=scopes,
        digest=digest_of(secret_of(handle, role)),
        expires_at=at + timedelta(days=366),
    )
    desk.do(order, act())
