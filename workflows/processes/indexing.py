"""Indexing: what reporters say of themselves becomes something they can be found by."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING
from uuid import UUID

from domain.incident.calls import CallJoined
from domain.incident.events import Reported
from domain.incident.public_note import NotedByPublic
from domain.kernel.record import caller_subject, case_in, case_subject
from domain.privacy.terms import Term, terms_in
from workflows.processes.process import Heard, Send

if TYPE_CHECKING:
    from ledger.blind_index import BlindIndex
    from ledger.ledger import Ledger


class Indexing:
    """Hears reports and what residents add; orders nothing, for the log tells nothing of it.

    What was erased before it was heard is not there any more, so there is nothing to find.
    """

    name = "indexing"
    topics = frozenset({Reported.TOPIC, NotedByPublic.TOPIC, CallJoined.TOPIC})

    def __init__(self, ledger: Ledger, index: BlindIndex) -> None:
        self._ledger = ledger
        self._index = index

    def follow(self, heard: Heard, send: Send) -> None:  # noqa: ARG002  # nothing is ordered
        """Let the case be found by what was said in it."""
        fact = heard.fact
        if getattr(fact, "words", None) is None and getattr(fact, "contact", None) is None:
            return
        said = self._ledger.words_of([heard.stream])
        told = [
            (field, words)
            for (_, version, field), words in said.items()
            if version == fact.originator_version
        ]
        self._index.add(_subject_of(fact, heard.stream), written_all(told))


def terms_of(ledger: Ledger, subject: str) -> set[str]:
    """Give all that a case, or who called about it, is found by, from their words."""
    stream = case_in(subject)
    if stream is None:
        return set()
    heard = {
        fact.originator_version
        for fact in ledger.facts(stream)
        if isinstance(fact, Reported | NotedByPublic | CallJoined)
        and _subject_of(fact, stream) == subject
    }
    said = ledger.words_of([stream])
    return written_all(
        (field, words) for (_, version, field), words in said.items() if version in heard
    )


def _subject_of(fact: object, stream: UUID) -> str:
    """Say whose words a fact carries: what a caller said is the caller's own."""
    if isinstance(fact, CallJoined):
        return caller_subject(stream, fact.originator_version)
    return case_subject(stream)


def written(term: Term) -> str:
    """Write a term as the index takes it."""
    return f"{term.kind}|{term.value}"


def written_all(said: Iterable[tuple[str, str]]) -> set[str]:
    """Write the terms of words by their fields."""
    return {written(one) for field, words in said for one in terms_in(field, words)}
