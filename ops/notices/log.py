"""The log as a channel: one structured line for each notice. It takes what no other one does."""

from __future__ import annotations

import structlog

from ledger.posting import Letter

log = structlog.get_logger("gridward.notices")


class LogChannel:
    """Writes to the log of the process."""

    def send(self, letter: Letter) -> None:
        """Write the line; the log drops whatever is about a person by its name."""
        notice = letter.notice
        log.info(
            "notice",
            id=letter.id,
            to=notice.to,
            people=list(letter.people),
            about=notice.about,
            facts=notice.facts,
        )
