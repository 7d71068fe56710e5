"""Calls about a case that is known already: each caller follows it, and is kept apart from it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from domain.incident.duplicates import must_be_open, must_not_follow
from domain.kernel.facts import Confided, Fact, fact
from domain.kernel.record import caller_subject

if TYPE_CHECKING:
    from domain.incident.incident import Incident, Resident
    from domain.kernel.act import Act
    from domain.kernel.confiding import Words


@fact("incident.call-joined")
@dataclass(frozen=True, slots=True, kw_only=True)
class CallJoined(Fact):
    """Somebody else called about the matter; the case stays where it is.

    What was said and how the caller can be reached are the caller's own, under ``call:`` and this
    fact. ``follow`` is the SHA-256 of the secret that opens the caller's page of the case.
    """

    words: Confided | None = None
    contact: Confided | None = None
    follow: str | None = None


class Call(NamedTuple):
    """One call: its fact, who took it, when, and what its caller's link is known by."""

    version: int
    taken_by: str
    at: datetime
    follow: str | None


def join(incident: Incident, act: Act, *, words: Words | None, caller: Resident) -> None:
    """Add a call; refuses ``leading-ended`` and ``leading-is-duplicate``, as another case would."""
    must_be_open(incident, incident)
    must_not_follow(incident, incident)
    subject = caller_subject(incident.id, incident.version + 1)
    incident.tell(
        CallJoined(
            act=act,
            words=incident.confide(words, field="words", subject=subject),
            contact=incident.confide(caller.contact, field="contact", subject=subject),
            follow=caller.follow,
        )
    )


def note(calls: list[Call], fact: Fact) -> None:
    """Keep a call that was joined."""
    if isinstance(fact, CallJoined):
        act = fact.act
        calls.append(Call(fact.originator_version, act.person, act.at, fact.follow))
