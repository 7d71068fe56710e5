"""A party that lets a limit pass is taken up a rung; at the top the alarm is sounded."""

from __future__ import annotations

from domain.kernel.act import Act
from domain.kernel.codes import Level
from domain.rulebook.whistles import WhistleKind
from domain.whistle.roll import Deadline
from domain.whistle.whistle import Whistle
from ledger.ledger import Notice
from workflows.whistle.notices import of_late_party


def climb(whistle: Whistle, deadline: Deadline, act: Act, kind: WhistleKind) -> list[Notice]:
    """Take the party up from where it stands; each party climbs by itself.

    The time on the new rung counts from the missed deadline, not from now: a city whose clock
    stood still catches up as if it had not.
    """
    level = whistle.roll.parties[deadline.party].level
    left = Level.named(level) if level else kind.blown_by.level
    rung = kind.rung_above(left)
    if rung is None:
        return of_late_party(whistle, deadline, kind.rungs[-1], "late-at-the-top")
    whistle.escalate(
        act,
        deadline=deadline,
        left=left.word,
        level=rung.level.word,
        owner=rung.owner,
        grace=rung.grace,
        why={"rule": f"{whistle.roll.rules}/{kind.code}/rung", "deadline": deadline.what},
    )
    return of_late_party(whistle, deadline, rung, "party-escalated")
