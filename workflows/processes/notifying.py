"""Notifying: who reported a matter twice is told when the case that stands for both moves on."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol
from uuid import UUID

from domain.incident.events import Settled, StageChanged
from domain.incident.folding import MERGED
from workflows.incident.reporters import TellReporter
from workflows.processes.process import Heard, Send


class Following(Protocol):
    """Who follows whom; an answer may be some seconds old."""

    def merged_into(self, leading: UUID) -> Sequence[UUID]:
        """Give the cases merged into this one, directly or through one between."""
        ...


class Notifying:
    """Hears cases move and end, and tells the reporters of those that were merged into them.

    A merge is told with the stage in which the leading case stands by then: so what happened to
    it before the read model knew of the merge is told as well.
    """

    name = "notifying"
    topics = frozenset({StageChanged.TOPIC, Settled.TOPIC})

    def __init__(self, following: Following) -> None:
        self._following = following

    def follow(self, heard: Heard, send: Send) -> None:
        """Tell of a merge its own reporter, of anything else those who follow."""
        area = heard.fact.act.area
        match heard.fact:
            case StageChanged(final="merged"):
                send(TellReporter(incident=heard.stream, about=MERGED), area=area)
            case StageChanged(final=None, stage=stage):
                for incident in self._following.merged_into(heard.stream):
                    told = TellReporter(incident=incident, about="leading-moved", stage=stage)
                    send(told, area=area)
            case Settled(outcome=outcome):
                for incident in self._following.merged_into(heard.stream):
                    told = TellReporter(incident=incident, about="leading-ended", outcome=outcome)
                    send(told, area=area)
