"""Chat services by the apprise library, where the extra ``notices`` is installed."""

from __future__ import annotations

from dataclasses import dataclass, field
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from domain.kernel.refusals import Refused
from ledger.posting import Letter
from ops.notices.channel import Undelivered
from ops.notices.mail import words


@dataclass(frozen=True, slots=True)
class ChatChannel:
    """One address of apprise, which names service and room and holds its secrets."""

    told: Any = field(repr=False)  # an apprise.Apprise, which has no types

    @classmethod
    def at(cls, url: str) -> ChatChannel:
        """Open an address; refuses ``apprise-missing`` and ``apprise-address-unknown``."""
        if find_spec("apprise") is None:
            reason = "Channels of kind 'apprise' need its library: pip install 'gridward[notices]'."
            raise Refused("apprise-missing", reason)
        told = import_module("apprise").Apprise()
        if not told.add(url):
            reason = "apprise does not know this address. Its documentation lists the forms."
            raise Refused("apprise-address-unknown", reason)
        return cls(told)

    def send(self, letter: Letter) -> None:
        """Send it; apprise says only whether it could."""
        if not self.told.notify(title=letter.notice.about, body=words(letter)):
            raise Undelivered("apprise-failed")
