"""Playing one scenario: report, let time pass, take steps, look at what came of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from domain.incident.backlog import BecameBacklog
from domain.incident.events import Escalated, StageChanged
from domain.kernel.act import PROCESS, Act
from domain.kernel.codes import AreaCode
from domain.kernel.facts import Fact
from domain.kernel.ids import ordered_id
from domain.kernel.limits import Limit, parse_limit
from domain.kernel.refusals import Refused
from ledger.shelf import Shelf
from workflows.definition import Definition
from workflows.guards import sampled_for_audit
from workflows.incident.commands import ReportIncident
from workflows.office import Engines
from workflows.rehearsal.away import send_away
from workflows.rehearsal.coverage import Move
from workflows.rehearsal.expecting import Found, unmet
from workflows.rehearsal.expecting_whistles import Whistles
from workflows.rehearsal.ground import Ground
from workflows.rehearsal.office import Fired, HandClockOffice, desk_over
from workflows.rehearsal.saying import differs
from workflows.rehearsal.script import Deed, Expected, Report, Scenario, Script
from workflows.rehearsal.times import CityTimes
from workflows.rehearsal.town import GRID, handle_of
from workflows.rehearsal.whistling import SQUARE, Whistling, is_of_whistles

DRAWS = 10_000
_INSTANT = timedelta(microseconds=1)


@dataclass(frozen=True, slots=True, kw_only=True)
class Failure:
    """What was not as written: the line of the script and a sentence."""

    line: int
    sentence: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.sentence}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """One entry of the trail: when, who, what, and the stage after it."""

    at: datetime
    by: str
    what: str
    stage: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Played:
    """How a scenario went."""

    name: str
    line: int
    failures: tuple[Failure, ...]
    trail: tuple[Moment, ...]
    taken: frozenset[Move]

    @property
    def passed(self) -> bool:
        return not self.failures


@dataclass(frozen=True, slots=True, kw_only=True)
class Stage:
    """Where scenarios are played: the definition, that of its cases, a founded town, its rules.

    The definition of a party's way has cases of another; any other has its own. ``ground`` gives
    each scenario records that begin with the founding.
    """

    definition: Definition
    cases: Definition
    ground: Callable[[], Ground]
    shelf: Shelf
    engines: Engines

    @property
    def times(self) -> CityTimes:
        reference = self.shelf.latest("calendar", self.definition.calendar)
        return CityTimes(calendar=self.shelf.calendar(reference))


def play(scenario: Scenario, script: Script, stage: Stage) -> Played:
    """Play a scenario in a copy of the town; it stops at the first line that goes wrong."""
    player = Player(stage=stage, script=script)
    failures = player.play(scenario)
    return Played(
        name=scenario.name,
        line=scenario.line,
        failures=tuple(failures),
        trail=tuple(player.trail),
        taken=frozenset(player.taken | player.followed()),
    )


@dataclass(kw_only=True)
class Player:
    """Plays one scenario and notes what happened."""

    stage: Stage
    script: Script
    trail: list[Moment] = field(default_factory=list)
    taken: set[Move] = field(default_factory=set)
    fired: list[Fired] = field(default_factory=list)

    def __post_init__(self) -> None:
        records = self.stage.ground()
        self.times = self.stage.times
        self.begins_at = self.times.moment(
            self.script.begins, not_before=datetime.fromtimestamp(0, tz=self.times.zone)
        )
        desk = desk_over(records, shelf=self.stage.shelf, engines=self.stage.engines)
        self.office = HandClockOffice(records=records, desk=desk, now=self.begins_at)
        self.whistling = Whistling(self.office)
        self.incident = UUID(int=0)
        self.named: dict[str | int, str] = {}

    def play(self, scenario: Scenario) -> list[Failure]:
        """Play it up to the first line that goes wrong; all that is wrong with it is said."""
        sentence = self._begin(scenario.given)
        if sentence is not None:
            return [Failure(line=scenario.given.line, sentence=sentence)]
        if scenario.given.refused is not None:
            return []
        for deed in self.script.deeds(scenario):
            if failures := list(self._failures_of(deed)):
                return failures
        everything = self._found(facts_before=0, notices_before=0, fired_before=0)
        return [
            Failure(line=scenario.then.line, sentence=sentence)
            for sentence in self._unmet(scenario.then, everything)
        ]

    def followed(self) -> set[Move]:
        """Give the steps that processes took, of a case that is rehearsed."""
        if self.stage.definition.joint is not None:
            return set()
        return {
            Move(stage=fact.left, step=fact.step)
            for fact in self.office.facts(self.incident)
            if isinstance(fact, StageChanged) and fact.act.role == PROCESS
        }

    def _begin(self, given: Report) -> str | None:
        """Report; gives a sentence when it went otherwise than written."""
        try:
            self._report(given)
        except Refused as refusal:
            return _unlike(f"{given.by} could not report", refusal, given)
        if given.refused is not None:
            return f"the report should be refused '{given.refused}' but was taken in."
        return None

    def _report(self, given: Report) -> None:
        if given.at is not None:
            self.office.now = self.times.moment(given.at, not_before=self.begins_at)
        send_away(self.office, given)
        if given.earlier is not None:
            self._report_before(given.earlier)
        self.begins_at = self.office.now
        act = self._drawn(self._act(given.by, given.person), given)
        self.incident = self.office.take_in(self._order(given), act)
        self._note(given.by, "report", [])

    def _report_before(self, earlier: Report) -> None:
        """Report another case a minute before; nobody does anything about it."""
        self.office.forward(minutes=-1)
        case = self.office.take_in(self._order(earlier), self._act(earlier.by, earlier.person))
        self.office.forward(minutes=1)
        self.office.records.stop_clocks(case)
        self.named["earlier"] = str(case)

    def _order(self, given: Report) -> ReportIncident:
        return ReportIncident(
            workflow=self.stage.cases.name,
            place=SQUARE,
            area=AreaCode(given.area or GRID),
            category=given.category,
            source=given.source,
            limit=self._limit(given.limit),
            unit=given.unit,
        )

    def _limit(self, text: str | None) -> Limit | None:
        """Read a limit of a record of another system: a span or the moment it is due."""
        if text is None:
            return None
        try:
            return parse_limit(text)
        except Refused:
            until = self.times.moment(text, not_before=self.office.now)
            return Limit(clock="elapsed", until=until)

    def _act(self, role: str, person: str | None) -> Act:
        known = self.stage.cases.roles.get(role)
        handle = role if known is not None and known.system else handle_of(role)
        return self.office.act(role, person or handle)

    def _drawn(self, act: Act, given: Report) -> Act:
        """Choose the command's id so that the audit draws the case, or leaves it out."""
        for _ in range(DRAWS):
            drawn = sampled_for_audit(ordered_id(act.at, act.command_id))
            if given.drawn in (None, drawn):
                return act
            act = self.office.act(act.role, act.person)
        raise Refused("nothing-drawn", "No report came out of the draw as it was wanted.")

    def _failures_of(self, deed: Deed) -> Iterator[Failure]:
        facts_before = len(self.office.facts(self._case(deed)))
        notices_before, fired_before = len(self.office.records.notices), len(self.fired)
        since = self.office.now
        try:
            self._wait(deed)
        except Refused as refusal:
            yield Failure(line=deed.line, sentence=str(refusal))
            return
        take = self._take_of_whistle if is_of_whistles(deed) else self._take
        if deed.do is not None and (sentence := take(deed, deed.do)):
            yield Failure(line=deed.line, sentence=sentence)
            return
        if deed.then is not None:
            found = self._found(
                deed=deed,
                facts_before=facts_before,
                notices_before=notices_before,
                fired_before=fired_before,
                since=since,
            )
            for sentence in self._unmet(deed.then, found):
                yield Failure(line=deed.line, sentence=sentence)

    def _wait(self, deed: Deed) -> None:
        """Let time pass; deadlines fire on the way, or at its end where the clock stood."""
        moment = self.office.now
        if deed.after is not None:
            moment = self.times.later(deed.after, moment)
        elif deed.at is not None:
            moment = self.times.moment(deed.at, not_before=moment)
            if moment < self.office.now:
                reason = f"{deed.at} is past; it is {self.times.written(self.office.now)} already."
                raise Refused("time-runs-forward", reason)
        if deed.stopped:
            self.office.now = moment
        # At the very instant it is due a deadline can still be met, so whoever acts comes first.
        self._let_fire(moment if deed.do is None else moment - _INSTANT)
        self.office.now = max(self.office.now, moment)

    def _let_fire(self, moment: datetime) -> None:
        while self.office.next_due(moment):
            before = self.office.incident(self.incident).course.stage
            known = len(self.office.facts(self.incident))
            fired = self.office.fire_next(moment)
            self.fired.append(fired)
            told = self.office.facts(self.incident)[known:]
            self._note_fired(before, fired, told)
        self.office.now = max(self.office.now, moment)

    def _note_fired(self, stage: str, fired: Fired, told: Sequence[Fact]) -> None:
        deadline = self.stage.cases.stages[stage].deadline
        for fact in told:
            if isinstance(fact, StageChanged):
                self._has_taken(Move(stage=stage, step=fact.step))
            elif isinstance(fact, BecameBacklog) and deadline and deadline.then:
                self._has_taken(Move(stage=stage, step=deadline.then))
            elif isinstance(fact, Escalated) and deadline and deadline.then:
                self._take_if_it_rises(stage, deadline.then)
        self._note("clockwork", f"{fired.name} was due", told)

    def _take_if_it_rises(self, stage: str, step: str) -> None:
        if any(rule.raises_level for rule in self.stage.cases.steps_named(step)):
            self._has_taken(Move(stage=stage, step=step))

    def _has_taken(self, move: Move) -> None:
        """Note a step of a case, unless it is the way of parties that is rehearsed."""
        if self.stage.definition.joint is None:
            self.taken.add(move)

    def _take_of_whistle(self, deed: Deed, step: str) -> str | None:
        """Give an order to a whistle or for a party of it."""
        act = self._act(deed.by or "", deed.person)
        try:
            move = self.whistling.take(deed, self.incident, act)
        except Refused as refusal:
            return _unlike(f"{deed.by} could not '{step}'", refusal, deed)
        if deed.refused is not None:
            return f"'{step}' by {deed.by} should be refused '{deed.refused}' but was granted."
        if self.stage.definition.joint is not None:
            self.taken.add(move)
        self._note(deed.by or "", f"{step} {deed.party or ''}".rstrip(), [])
        return None

    def _case(self, deed: Deed | None) -> UUID:
        """Give the case that a line is about: the one reported, or a sub-case of it."""
        if deed is None or deed.on is None:
            return self.incident
        opened = list(self.office.incident(self.incident).course.branches)
        return opened[deed.on - 1] if deed.on <= len(opened) else UUID(int=0)

    def _take(self, deed: Deed, step: str) -> str | None:
        """Take a step; gives a sentence when it went otherwise than written."""
        case = self._case(deed)
        before = self.office.incident(case).course.stage
        act = self._act(deed.by or "", deed.person)
        try:
            answers = {key: self.named.get(said, said) for key, said in deed.answers.items()}
            self.office.order(case, step, act, answers)
        except Refused as refusal:
            return _unlike(f"{deed.by} could not '{step}'", refusal, deed)
        if deed.refused is not None:
            return f"'{step}' by {deed.by} should be refused '{deed.refused}' but was granted."
        if case == self.incident:
            self._has_taken(Move(stage=before, step=step))
        self._note(deed.by or "", step, [])
        return None

    def _note(self, by: str, what: str, told: Sequence[Fact]) -> None:
        course = self.office.incident(self.incident).course
        rises = [fact.level for fact in told if isinstance(fact, Escalated)]
        what = f"{what}; it rose to the {rises[-1]}" if rises else what
        self.trail.append(Moment(at=self.office.now, by=by, what=what, stage=course.stage))

    def _found(
        self,
        *,
        facts_before: int,
        notices_before: int,
        fired_before: int,
        since: datetime | None = None,
        deed: Deed | None = None,
    ) -> Found:
        """Gather what came of it; of a party's way all but its case is about whistles."""
        records, case = self.office.records, self._case(deed)
        joint = self.stage.definition.joint is not None
        notices, fired = records.notices[notices_before:], self.fired[fired_before:]
        return Found(
            incident=self.office.incident(case),
            facts=self.office.facts(case)[facts_before:],
            due=records.due.get(case, []),
            fired=[one for one in fired if one.of_whistle or not joint],
            notices=[one for one in notices if "whistle" in one.about or not joint],
            times=self.times,
            since=since or self.begins_at,
            now=self.office.now,
            whistles=self._whistles(deed),
        )

    def _whistles(self, deed: Deed | None) -> Whistles:
        whistling = self.whistling
        last = whistling.blown[-1] if whistling.blown else None
        about = whistling.meant_by(deed) if deed else last
        return Whistles(
            whistles=[self.office.whistle(one) for one in whistling.blown],
            about=self.office.whistle(about) if about else None,
            due=self.office.records.due.get(about, []) if about else [],
            calendar=self.times.calendar,
            times=self.times,
            now=self.office.now,
        )

    def _unmet(self, expected: Expected, found: Found) -> list[str]:
        try:
            return list(unmet(expected, found))
        except Refused as refusal:
            return [str(refusal)]


def _unlike(what: str, refusal: Refused, wanted: Deed | Report) -> str | None:
    """Say what was refused, unless it was refused as written and for these facts."""
    if refusal.code != wanted.refused:
        return f"{what}: {refusal}" + (f", not [{wanted.refused}]." if wanted.refused else "")
    facts = wanted.facts if isinstance(wanted, Deed) else {}
    return differs(
        "the facts of the refusal", facts, {key: refusal.facts.get(key) for key in facts}
    )
