"""Joining: a case waits for the whistles blown for it, and goes on when each is over."""

from __future__ import annotations

from domain.kernel.refusals import Refused
from domain.whistle.events import Blown, CalledOff, Confirmed
from domain.whistle.states import CALLED_OFF
from workflows.incident.whistling import EndWhistle, OpenWhistle
from workflows.processes.process import Heard, Send
from workflows.whistle.commands import CallOffWhistle


class Joining:
    """Hears whistles and tells their cases."""

    name = "joining"
    topics = frozenset({Blown.TOPIC, Confirmed.TOPIC, CalledOff.TOPIC})

    def follow(self, heard: Heard, send: Send) -> None:
        """Open the whistle at its case, or end it there."""
        match heard.fact:
            case Blown(terms=terms):
                self._open(heard, OpenWhistle(incident=terms.incident, whistle=heard.stream), send)
            case Confirmed(incident=incident, result=result) as fact:
                end = EndWhistle(incident=incident, whistle=heard.stream, result=result)
                send(end, area=fact.act.area)
            case CalledOff(incident=incident) as fact:
                end = EndWhistle(incident=incident, whistle=heard.stream, result=CALLED_OFF)
                send(end, area=fact.act.area)

    def _open(self, heard: Heard, order: OpenWhistle, send: Send) -> None:
        """A whistle blown while its case was being closed is called off: nobody has to come."""
        area = heard.fact.act.area
        try:
            send(order, area=area)
        except Refused as refusal:
            if refusal.code != "case-ended":
                raise
            send(CallOffWhistle(whistle=heard.stream), area=area)
