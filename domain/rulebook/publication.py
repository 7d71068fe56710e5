"""A publication: one set of rules under one name, in all its versions."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, ClassVar

from domain.kernel.facts import Fact
from domain.kernel.ids import named_id
from domain.kernel.record import Record
from domain.kernel.refusals import Refused
from domain.rulebook.content import digest_of, frozen_copy
from domain.rulebook.events import (
    RulebookPiloted,
    RulebookPilotEnded,
    RulebookPublished,
)
from domain.rulebook.pilots import Pilots

if TYPE_CHECKING:
    from datetime import date
    from uuid import UUID

    from domain.kernel.act import Act
    from domain.kernel.codes import AreaCode
    from domain.rulebook.content import Content

KINDS = ("workflow", "calendar", "categories", "limits", "whistles", "routing", "retention")
_NAME = re.compile(r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*", re.ASCII)
_REFERENCE = re.compile(r"([a-z0-9-]{1,80})@([1-9][0-9]{0,8})", re.ASCII)
_LONGEST_NAME = 80


class Publication(Record):
    """Versions are numbered from 1 and never change; a new one is made by other content only."""

    KIND: ClassVar[str] = "publication"

    def __init__(self, record_id: UUID) -> None:
        """Begin without a version."""
        super().__init__(record_id)
        self.kind = ""
        self.name = ""
        self._versions: list[RulebookPublished] = []
        self.pilots = Pilots()

    def publish(
        self,
        act: Act,
        *,
        kind: str,
        name: str,
        content: Content,
        valid_from: date | None = None,
        seen_by: str | None = None,
        warnings: tuple[str, ...] = (),
    ) -> None:
        """Publish content; the same content again records nothing, whoever saw its warnings.

        Refuses ``unknown-rule-kind``, ``invalid-rule-name``, ``not-canonical``, and
        ``valid-from-stands`` when the latest content is to begin on another day.
        """
        must_be_known_kind(kind)
        must_be_rule_name(name)
        digest = digest_of(content)
        wished = valid_from.isoformat() if valid_from else None
        if self._versions and self._versions[-1].digest == digest:
            self._must_not_move(wished)
            return
        self.tell(
            RulebookPublished(
                act=act,
                kind=kind,
                name=name,
                version=self.latest + 1,
                content=frozen_copy(content),
                digest=digest,
                valid_from=wished,
                seen_by=seen_by if warnings else None,
                warnings=warnings,
            )
        )

    @property
    def latest(self) -> int:
        """The highest version; 0 when nothing was published."""
        return len(self._versions)

    def content(self, version: int) -> Content:
        """Give the content of a version; refuses ``unknown-version``."""
        return self._published(version).content

    def digest(self, version: int) -> str:
        """Give the SHA-256 of a version's canonical JSON; refuses ``unknown-version``."""
        return self._published(version).digest

    def valid_from(self, version: int) -> str | None:
        """Give the first local date of a version as ISO text, None for at once."""
        return self._published(version).valid_from

    def in_force(self, on: date) -> int | None:
        """Give the highest version that has begun on a local date, or None."""
        day = on.isoformat()
        begun = (fact.version for fact in self._versions if (fact.valid_from or "") <= day)
        return max(begun, default=None)

    def begins_with(self, area: AreaCode, on: date) -> int | None:
        """Give the version of what begins in an area on a local date: piloted, or in force."""
        return self.pilots.version_for(area, on) or self.in_force(on)

    def when(self, fact: Fact) -> None:
        """Keep the version."""
        match fact:
            case RulebookPublished():
                self.kind, self.name = fact.kind, fact.name
                self._versions.append(fact)
            case RulebookPiloted() | RulebookPilotEnded():
                self.pilots.take(fact)

    def _published(self, version: int) -> RulebookPublished:
        if not 0 < version <= self.latest:
            reason = "This version was never published; ask for one that was."
            facts = {"kind": self.kind, "name": self.name, "latest": self.latest}
            raise Refused("unknown-version", reason, version=version, **facts)
        return self._versions[version - 1]

    def _must_not_move(self, wished: str | None) -> None:
        stands = self._versions[-1].valid_from
        if wished is not None and wished != stands:
            reason = "This content is published already, for another day; that day stays."
            raise Refused("valid-from-stands", reason, wished=wished, stands=stands)


def publication_id(kind: str, name: str) -> UUID:
    """Give the id of a publication's stream."""
    return named_id("publication", f"{kind}:{name}")


def reference_to(name: str, version: int) -> str:
    """Write the name of one version, as facts stamp it.

    >>> reference_to("tianjin-government", 3), read_reference("tianjin-government@3")
    ('tianjin-government@3', ('tianjin-government', 3))
    """
    return f"{name}@{version}"


def read_reference(reference: str) -> tuple[str, int]:
    """Take the name of a version apart; refuses ``invalid-reference``."""
    written = _REFERENCE.fullmatch(reference)
    if written is None:
        reason = "Write a version as name@number, such as tianjin-government@1."
        raise Refused("invalid-reference", reason, reference=reference[:100])
    return written[1], int(written[2])


def must_be_known_kind(kind: str) -> None:
    """Refuse ``unknown-rule-kind``."""
    if kind not in KINDS:
        reason = f"Rules are of one of these kinds: {', '.join(KINDS)}."
        raise Refused("unknown-rule-kind", reason, kind=kind)


def must_be_rule_name(name: str) -> None:
    """Refuse ``invalid-rule-name``."""
    if len(name) > _LONGEST_NAME or not _NAME.fullmatch(name):
        reason = "A name has small letters, digits and single hyphens, such as tianjin-government."
        raise Refused("invalid-rule-name", reason, name=name[:100])
