"""The desk: takes any order, finds who carries it out, and tries again when two were at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple, TypeAlias

from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from ledger.errors import StaleRecord, StaleRight
from ledger.ledger import Answer, Ledger, Records, Seen
from ledger.looking import Look
from ledger.under import Under
from workflows.account.handlers import HANDLERS as ACCOUNT
from workflows.account.identities import HANDLERS as IDENTITY
from workflows.area.handlers import HANDLERS as AREA
from workflows.evidence.handlers import HANDLERS as EVIDENCE
from workflows.incident.branching import (
    BeginSubCase,
    CallOffSubCase,
    EndSubCase,
    begin_sub_case,
    call_off_sub_case,
    end_sub_case,
)
from workflows.incident.calling import JoinCall, join_call
from workflows.incident.commands import FireDeadline, ReportIncident, TakeStep, UnmergeIncident
from workflows.incident.duplicates import unmerge_incident
from workflows.incident.handlers import fire_deadline, report_incident, take_step
from workflows.incident.reporters import TellReporter, tell_reporter
from workflows.incident.residents import (
    AddPublicNote,
    AskErasure,
    add_public_note,
    ask_erasure,
)
from workflows.incident.whistling import EndWhistle, OpenWhistle, tell_of_whistle
from workflows.moving.handlers import HANDLERS as MOVING
from workflows.office import Office
from workflows.people.handlers import HANDLERS as PEOPLE
from workflows.privacy.handlers import HANDLERS as PRIVACY
from workflows.reasons import Explained, explaining
from workflows.rulebook.handlers import HANDLERS as RULEBOOK
from workflows.sender.handlers import HANDLERS as SENDER
from workflows.whistle.handlers import HANDLERS as WHISTLE

TRIES = 8

# A command's class is the key, so each handler may ask for its own kind.
ByOffice: TypeAlias = Callable[..., Answer | None]
ByRecords: TypeAlias = Callable[..., Answer]


class Rights(NamedTuple):
    """What an order is allowed by: it is asked of what was looked at already, or of a new look."""

    ask: Callable[[Look], Sequence[Seen]]
    look: Look


BY_OFFICE: Mapping[type, ByOffice] = {
    ReportIncident: report_incident,
    TakeStep: take_step,
    FireDeadline: fire_deadline,
    UnmergeIncident: unmerge_incident,
    OpenWhistle: tell_of_whistle,
    EndWhistle: tell_of_whistle,
    **MOVING,
    TellReporter: tell_reporter,
    AddPublicNote: add_public_note,
    AskErasure: ask_erasure,
    JoinCall: join_call,
    BeginSubCase: begin_sub_case,
    EndSubCase: end_sub_case,
    CallOffSubCase: call_off_sub_case,
    **WHISTLE,
    **EVIDENCE,
    **ACCOUNT,
    **IDENTITY,
    **PRIVACY,
    **SENDER,
}
BY_RECORDS: Mapping[type, ByRecords] = {**AREA, **PEOPLE, **RULEBOOK}


class Desk:
    """One per process; thread-safe, as it keeps nothing between orders."""

    def __init__(self, office: Office) -> None:
        self.office = office

    @property
    def records(self) -> Records:
        """What orders are loaded from and saved to."""
        return self.office.records

    def do(self, command: object, act: Act, *, rights: Rights | None = None) -> Answer | None:
        """Carry out an order; None means that there was nothing to do.

        When another order was recorded first, this one is decided anew on what stands now. An
        order that names the version it saw is refused instead (``stale-version``). ``rights`` is
        asked before each try: it refuses, or gives the records that the order is allowed by, which
        still stand as they were when it is recorded.
        """
        try:
            return self._done(command, act, rights)
        finally:
            if rights is not None:
                rights.look.forget()

    def _done(self, command: object, act: Act, rights: Rights | None) -> Answer | None:
        for _ in range(TRIES):
            office = self._office(rights)
            try:
                return self._despite_a_twin(command, act, office)
            except (StaleRecord, StaleRight):
                _look_again(office)
        reason = "Many orders to this record arrived at once. Nothing was recorded: send it again."
        raise Refused("too-busy", reason)

    def _office(self, rights: Rights | None) -> Office:
        """Give the office; with rights one whose records are saved only while these stand."""
        records = self.office.records
        if rights is None or not isinstance(records, Ledger):
            return self.office
        return replace(self.office, records=Under(records, rights.ask(rights.look), rights.look))

    def _despite_a_twin(self, command: object, act: Act, office: Office) -> Answer | None:
        """Decide a refused order once more: it may have been refused by what it did itself.

        Between asking for an earlier answer and loading the record, the same order sent twice at
        once may have been recorded; asked again, its answer is found.
        """
        try:
            return _once(command, office, act)
        except Refused:
            _look_again(office)
            return _once(command, office, act)


def _look_again(office: Office) -> None:
    if isinstance(office.records, Under):
        office.records.look_again()


def _once(command: object, office: Office, act: Act) -> Answer | None:
    if isinstance(command, Explained):
        return _once(command.order, explaining(office, command.reason), act)
    if by_office := BY_OFFICE.get(type(command)):
        return by_office(command, office, act)
    return BY_RECORDS[type(command)](command, office.records, act)
