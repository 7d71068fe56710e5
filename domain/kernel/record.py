"""Records: what the facts of one stream add up to."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Self
from uuid import UUID

from domain.kernel.reasons import ReasonGiven
from domain.kernel.refusals import Refused

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.kernel.confiding import Words
    from domain.kernel.facts import Confided, Fact


def case_subject(record_id: UUID) -> str:
    """Name a case as the one whose data its free text is."""
    return f"case:{record_id}"


def caller_subject(record_id: UUID, version: int) -> str:
    """Name whoever called about a known case, by that case and the fact of the call."""
    return f"call:{record_id}.{version}"


def case_in(subject: str) -> UUID | None:
    """Give the case that a subject is of, or called about; None for a person of the roster."""
    kind, _, name = subject.partition(":")
    return UUID(name.partition(".")[0]) if kind in ("case", "call") else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrusted:
    """Words on their way to the vault: ``key`` is the random key of the commitment, 32 bytes.

    ``subject`` says whose data they are: a handle (``p-7``) or a case (``case:<id>``). The vault
    seals them with that person's key, so that they can be erased with it.
    """

    version: int
    field: str
    subject: str
    words: str
    key: bytes
    confided: Confided


class Record:
    """The base of all records (aggregates).

    Commands are methods that may refuse and then ``tell`` facts; ``when`` takes a fact in and may
    only assign. The library's aggregate protocol (``id``, ``version``, ``collect_events``) is kept.
    """

    KIND: ClassVar[str] = ""
    GRANTS: ClassVar[bool] = False
    """Whether orders are allowed by it: it does not change while one is recorded under it."""

    def __init__(self, record_id: UUID) -> None:
        """Begin empty, before the first fact."""
        self.id = record_id
        self.version = 0
        self._told: list[Fact] = []
        self._entrusted: list[Entrusted] = []

    @classmethod
    def rebuilt(cls, record_id: UUID, facts: Iterable[Fact]) -> Self:
        """Rebuild from facts in order; no rule is asked again."""
        record = cls(record_id)
        for fact in facts:
            record.take(fact)
        return record

    @property
    def exists(self) -> bool:
        """Whether anything was ever recorded of it."""
        return self.version > 0

    def tell(self, fact: Fact) -> None:
        """Record a new fact: number it, take it in, and keep it until the ledger collects it."""
        object.__setattr__(fact, "originator_id", self.id)
        object.__setattr__(fact, "originator_version", self.version + 1)
        self.take(fact)
        self._told.append(fact)

    @property
    def subject(self) -> str:
        """Whose data its words are where nobody is named: those of the case itself."""
        return case_subject(self.id)

    def entrust(
        self, words: str, *, field: str, key: bytes, confided: Confided, subject: str | None = None
    ) -> None:
        """Hand words to the vault together with the next fact, which carries only ``confided``."""
        self._entrusted.append(
            Entrusted(
                version=self.version + 1,
                field=field,
                subject=subject or self.subject,
                words=words,
                key=key,
                confided=confided,
            )
        )

    def confide(
        self, words: Words | None, *, field: str, subject: str | None = None
    ) -> Confided | None:
        """Entrust words, if there are any, with the next fact and give what that fact may carry.

        ``subject`` says whose data they are, where they are not the record's own.
        """
        if words is None:
            return None
        commitment = words.confided
        self.entrust(words.text, field=field, key=words.key, confided=commitment, subject=subject)
        return commitment

    def explain(self, reason: Words) -> None:
        """Say why what is about to be recorded was ordered; where nothing is, say nothing."""
        if self._told:
            act = self._told[-1].act
            kept = self.confide(reason, field="reason") or reason.confided
            self.tell(ReasonGiven(act=act, reason=kept))

    def take(self, fact: Fact) -> None:
        """Move the state by one fact; a gap in the versions means the stream is damaged."""
        if fact.originator_version != self.version + 1:
            reason = (
                "The history of this record has a gap; run `gridward status` and tell the operator."
            )
            raise Refused("history-broken", reason, at=fact.originator_version, after=self.version)
        self.when(fact)
        self.version = fact.originator_version

    def when(self, fact: Fact) -> None:
        """Assign what the fact says; each record has its own."""
        raise NotImplementedError

    def collect_events(self) -> list[Fact]:
        """Give the facts told since the last call, oldest first."""
        told, self._told = self._told, []
        return told

    def collect_entrusted(self) -> list[Entrusted]:
        """Give the words for the vault that belong to those facts."""
        entrusted, self._entrusted = self._entrusted, []
        return entrusted
