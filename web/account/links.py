"""One-time links: made for a person, shown once to whoever made them."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from web.account.keys import new_secret
from workflows.account.commands import MakeLink

if TYPE_CHECKING:
    from domain.kernel.act import Act
    from workflows.desk import Desk

LASTS = timedelta(hours=48)


def make_link(desk: Desk, handle: str, purpose: str, act: Act) -> str:
    """Order a link and give its secret, which is kept nowhere."""
    secret, digest = new_secret()
    desk.do(MakeLink(handle=handle, purpose=purpose, digest=digest, lasts=LASTS), act)
    return secret


def link_path(handle: str, secret: str) -> str:
    """Write the path under which the link is opened."""
    return f"/link/{handle}/{secret}"
