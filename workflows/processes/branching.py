"""Branching: what a step opened begins, what was taken back is called off, what ended is told."""

from __future__ import annotations

from domain.incident.events_branching import EndedAsSubCase, SubCaseOpened, SubCaseWithdrawn
from workflows.incident.branching import BeginSubCase, CallOffSubCase, EndSubCase
from workflows.processes.process import Heard, Send


class Branching:
    """Hears cases and their sub-cases, and tells each of the other."""

    name = "branching"
    topics = frozenset({SubCaseOpened.TOPIC, SubCaseWithdrawn.TOPIC, EndedAsSubCase.TOPIC})

    def follow(self, heard: Heard, send: Send) -> None:
        """Give the one order that follows from the fact."""
        area = heard.fact.act.area
        match heard.fact:
            case SubCaseOpened(sub_case=sub_case) as fact:
                by = fact.act.person
                send(BeginSubCase(parent=heard.stream, sub_case=sub_case, by=by), area=area)
            case SubCaseWithdrawn(sub_case=sub_case):
                send(CallOffSubCase(sub_case=sub_case), area=area)
            case EndedAsSubCase(parent=parent, final=final, outcome=outcome):
                order = EndSubCase(
                    incident=parent, sub_case=heard.stream, final=final, outcome=outcome
                )
                send(order, area=area)
