"""A script: the scenarios written for one workflow, read with the line of each sentence."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from workflows.rehearsal.town import Roster

Given = Mapping[str, str | int | bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Expected:
    """What must be so; only what was written is looked at. Its keys are those of the checks."""

    line: int
    wanted: Mapping[str, Any]  # Any: each key has its own kind, checked by the script's schema


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """One line of ``when``: time that passes, and perhaps a step that somebody takes.

    ``stopped`` lets the city's clock stand while time passes; what fell due fires at its end.
    ``party`` takes a step of that party of a ``whistle``. What is ``unheard`` reaches the
    processes only after the next line. ``facts`` are some that the refusal must carry.
    ``on`` is the number of the sub-case that it is about, from 1.
    """

    line: int
    at: str | None = None
    after: str | None = None
    stopped: bool = False
    by: str | None = None
    person: str | None = None
    on: int | None = None
    do: str | None = None
    whistle: str | None = None
    party: str | None = None
    unheard: bool = False
    answers: dict[str, Any] = field(default_factory=dict)  # Any: as TOML has it
    refused: str | None = None
    facts: Mapping[str, Any] = field(default_factory=dict)
    then: Expected | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was reported, by whom, where and when; ``drawn`` wants it in the audit's sample.

    ``earlier`` is another case, reported first; answers name it ``earlier``. ``absent`` are away
    all the time, and ``deputies`` stand in for them: who stands in, and for whom.
    """

    line: int
    by: str
    person: str | None = None
    at: str | None = None
    source: str = "grid-member"
    category: str = "01-02"
    area: str | None = None
    limit: str | None = None
    unit: str | None = None
    drawn: bool | None = None
    beginning: str | None = None
    refused: str | None = None
    earlier: Report | None = None
    absent: Sequence[str] = ()
    deputies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Scenario:
    """One scenario: given a report, when this is done, then that is so."""

    name: str
    line: int
    given: Report
    when: tuple[Deed, ...]
    then: Expected


@dataclass(frozen=True, slots=True, kw_only=True)
class Script:
    """All scenarios of one workflow; ``beginnings`` are deeds that several begin with.

    ``case`` is the workflow of the cases reported, where the rehearsed one is that of parties.
    """

    workflow: str
    case: str | None
    begins: str
    roster: Roster
    beginnings: Mapping[str, tuple[Deed, ...]]
    scenarios: tuple[Scenario, ...]

    def deeds(self, scenario: Scenario) -> Iterator[Deed]:
        """Give the deeds of a scenario after those it begins with."""
        if scenario.given.beginning is not None:
            yield from self.beginnings[scenario.given.beginning]
        yield from scenario.when
