"""The story of a case: each fact told in a sentence, the names of people put in when shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from uuid import UUID

from domain.kernel.act import PROCESS
from domain.kernel.codes import AreaCode, Level
from domain.kernel.ids import incident_number
from domain.kernel.limits import Limit
from projections.incident.timeline import Entry
from web.clocks import exact, lasting, worked
from web.incident.aftermath import TELLS as AFTERMATH
from web.incident.aftermath import limit_step_name
from web.incident.case import Case
from web.languages import named, say, word
from web.naming import Naming, step_label
from web.whistle.call import Call
from web.whistle.story import told as whistles_told
from workflows.definition import Definition

Mark = Literal["step", "timer", "note"]
CLOCK = "clockwork"
AT_ONCE = timedelta(minutes=2)


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One fact in words."""

    entry: Entry
    text: str
    words: tuple[str, ...] = ()


@dataclass(slots=True, kw_only=True)
class Moment:
    """What one command brought about: who, when, how long after, and its facts."""

    who: str
    role: str
    at: datetime
    minutes: int
    over: int | None
    mark: Mark
    lines: list[Line] = field(default_factory=list)


def story(case: Case, naming: Naming, calls: Sequence[Call] = ()) -> list[Moment]:
    """Tell a case and its whistles, oldest first; the facts of one command stand together."""
    return in_moments([*_lines(case, naming), *whistle_lines(calls, naming)], naming)


def whistle_lines(calls: Sequence[Call], naming: Naming) -> list[Line]:
    """Tell the facts of whistles."""
    return [
        Line(entry=one.entry, text=one.text, words=one.words)
        for one in whistles_told(calls, naming)
    ]


def in_moments(lines: list[Line], naming: Naming) -> list[Moment]:
    """Put lines in order; what a process did at once stands with what it followed."""
    moments: list[Moment] = []
    command = None
    for line in sorted(lines, key=_place):
        entry = line.entry
        if command != (entry.command_id, entry.person) and not _followed_at_once(entry, moments):
            moments.append(_moment(entry, naming, moments))
            command = (entry.command_id, entry.person)
        moment = moments[-1]
        moment.over = moment.over or entry.over
        moment.lines.append(line)
    return moments


def _place(line: Line) -> tuple[datetime, bool, datetime]:
    """What a process did at the same instant came after what it heard."""
    entry = line.entry
    return entry.at, entry.role == PROCESS, entry.recorded_at


def _followed_at_once(entry: Entry, moments: list[Moment]) -> bool:
    return bool(moments) and entry.role == PROCESS and entry.at - moments[-1].at < AT_ONCE


def _lines(case: Case, naming: Naming) -> list[Line]:
    entries, words = case.entries, case.words
    naming.look_up(areas=[case.area], people=_people(entries))
    return [_line(entry, case, naming, words) for entry in entries]


def _people(entries: Iterable[Entry]) -> list[str | None]:
    return [
        handle
        for entry in entries
        for handle in (entry.person, entry.facts.get("handler"), entry.facts.get("reporter"))
    ]


def _moment(entry: Entry, naming: Naming, before: list[Moment]) -> Moment:
    by_clock, by_process = entry.person == CLOCK, entry.role == PROCESS
    since = before[-1].at if before else entry.at
    return Moment(
        who=say("The system") if by_process else naming.person(entry.person),
        role="" if by_clock or by_process else naming.role(entry.role),
        at=entry.at,
        minutes=int((entry.at - since) / timedelta(minutes=1)),
        over=entry.over,
        mark="timer" if by_clock else "note" if by_process else "step",
    )


def _line(entry: Entry, case: Case, naming: Naming, words: dict[tuple[int, str], str]) -> Line:
    tell = _TELLS.get(entry.topic)
    text = tell(entry, case, naming) if tell else entry.topic
    said = tuple(words.get((entry.version, name), say("(erased)")) for name in entry.confided)
    if entry.kept:
        text += f" {say('(kept for others)')}"
    return Line(entry=entry, text=text, words=said)


def _reported(entry: Entry, _case: Case, naming: Naming) -> str:
    facts = entry.facts
    return say(
        "reported “{what}” at {where} ({source})",
        what=naming.category(facts["category"]),
        where=naming.path(AreaCode(facts["area"]), below=Level.STREET)
        if AreaCode(facts["area"]).level > Level.STREET
        else naming.area(AreaCode(facts["area"])),
        source=word("source", facts["source"]),
    )


def _stage_changed(entry: Entry, case: Case, naming: Naming) -> str:
    definition, facts = case.definition, entry.facts
    told = named(step_label(definition, entry.step or ""), entry.step or "")
    text = f"{told}: {_stage(definition, facts['left'])} → {_stage(definition, facts['stage'])}"
    answers = _answers(facts.get("answers", {}), definition, naming)
    return f"{text} ({answers})" if answers else text


def _answers(answers: dict[str, Any], definition: Definition, naming: Naming) -> str:
    shown: list[str] = []
    for name, value in answers.items():
        asked = definition.fields.get(name)
        label = named(asked.label) if asked else name
        kind = "choice" if asked is None or name == "condition" else asked.kind
        shown.append(f"{label}: {_answer(kind, value, naming)}")
    return ", ".join(shown)


def _answer(kind: str, value: Any, naming: Naming) -> str:
    match kind:
        case "category":
            return naming.category(str(value))
        case "unit":
            return naming.unit(str(value))
        case "person":
            return naming.person(str(value))
        case "minutes":
            return worked(int(value))
        case "incident":
            return incident_number(UUID(str(value)))
        case "choice":
            return word("choice", str(value))
    return str(value)


def _filed(entry: Entry, _case: Case, naming: Naming) -> str:
    facts = entry.facts
    limit = facts.get("limit")
    what = naming.category(facts["category"])
    if limit is None:
        return say("filed as “{what}”", what=what)
    return say(
        "filed as “{what}”, to be handled within {limit} of the first dispatch",
        what=what,
        limit=limit_words(limit),
    )


def _assigned(entry: Entry, _case: Case, naming: Naming) -> str:
    unit, handler = naming.unit(entry.facts["unit"]), entry.facts.get("handler")
    if department := entry.facts.get("within"):
        text = say(
            "passed it on within {department} to {unit}",
            department=naming.unit(department),
            unit=unit,
        )
        return f"{text}: {naming.person(handler)}" if handler else text
    if handler:
        return say("made {unit} responsible, {who} in it", unit=unit, who=naming.person(handler))
    return say("made {unit} responsible", unit=unit)


def _request_made(entry: Entry, _case: Case, _naming: Naming) -> str:
    asked = word("request", entry.facts["kind"])
    if minutes := entry.facts.get("minutes"):
        return say("asked for {what}: {time}", what=asked, time=worked(minutes))
    return say("asked for {what}", what=asked)


def _request_decided(entry: Entry, _case: Case, _naming: Naming) -> str:
    asked, facts = word("request", entry.facts["kind"]), entry.facts
    if not facts["granted"]:
        return say("refused {what}", what=asked)
    if minutes := facts.get("minutes"):
        return say("granted {what}: {time} more", what=asked, time=worked(minutes))
    return say("granted {what}", what=asked)


def _deadline_missed(entry: Entry, case: Case, _naming: Naming) -> str:
    name = entry.facts["deadline"]
    what = limit_step_name(name, case) or deadline_name(name, case.definition)
    return say("{what}: the limit ended at {time}", what=what, time=exact(entry.facts["due_at"]))


def _escalated(entry: Entry, case: Case, naming: Naming) -> str:
    facts = entry.facts
    level = Level.named(facts["level"])
    area = naming.area(case.area.at(level)) if level <= case.area.level else ""
    text = say(
        "rose from {left} to {level}: now with the {owner} of {area}",
        left=word("level", facts["left"]),
        level=word("level", facts["level"]),
        owner=naming.role(facts["owner"]),
        area=area,
    )
    if grace := facts.get("grace"):
        text += say(", {limit} until the next rung", limit=limit_words(grace))
    if cause := facts.get("cause"):
        text += say(" ({cause})", cause=word("cause", cause))
    return text + _passed_over(entry.why)


def _passed_over(why: dict[str, Any]) -> str:
    skipped = why.get("skipped")
    if not skipped:
        return ""
    levels = ", ".join(word("level", level) for level in skipped)
    return say("; nobody sits at: {levels}", levels=levels)


def _lowered(entry: Entry, _case: Case, _naming: Naming) -> str:
    facts = entry.facts
    left, level = word("level", facts["left"]), word("level", facts["level"])
    return say("came down from {left} to {level}", left=left, level=level)


def _owner_called(entry: Entry, _case: Case, naming: Naming) -> str:
    facts = entry.facts
    return say(
        "called the {owner} at {level} ({cause})",
        owner=naming.role(facts["owner"]),
        level=word("level", facts["level"]),
        cause=word("cause", str(entry.why["cause"])),
    )


def _acknowledged(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("acknowledged the call at {level}", level=word("level", entry.facts["level"]))


def _settled(entry: Entry, _case: Case, _naming: Naming) -> str:
    facts = entry.facts
    judged = {True: say("on time"), False: say("late"), None: say("without a limit")}
    parts = [
        say("settled as {outcome}", outcome=word("choice", facts["outcome"])),
        judged[facts.get("on_time")],
    ]
    if reworks := facts.get("reworks"):
        parts.append(say("handled again {n}×", n=reworks))
    if wrong := facts.get("wrong_dispatches"):
        parts.append(say("dispatched wrongly {n}×", n=wrong))
    return ", ".join(parts)


def _marked_duplicate(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("took it for the same matter as {number}", number=_led_by(entry))


def _duplicate_unmarked(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("found it another matter than {number}", number=_led_by(entry))


def _unmerged(entry: Entry, case: Case, _naming: Naming) -> str:
    stage = _stage(case.definition, entry.facts["stage"])
    return say("took it out of {number} again: {stage}", number=_led_by(entry), stage=stage)


def _moved_to_version(entry: Entry, case: Case, _naming: Naming) -> str:
    facts = entry.facts
    name, _, version = facts["workflow"].partition("@")
    text = say("moved to version {version} of {name}", version=version, name=name)
    if facts["stage"] != facts["left_stage"]:
        text += say(", now in “{stage}”", stage=_stage(case.definition, facts["stage"]))
    fate = {
        "carried": say(", its deadlines run on"),
        "restarted": say(", its deadline begins anew"),
        "dropped": say(", without a deadline for this stage"),
    }
    return text + fate[facts["deadline"]]


def _sub_case_opened(entry: Entry, _case: Case, naming: Naming) -> str:
    number, unit = incident_number(entry.facts["sub_case"]), entry.facts.get("unit")
    what = naming.workflow(entry.facts["workflow"])
    if unit is None:
        return say("opened {what} {number}", what=what, number=number)
    return say(
        "opened {what} {number} for {unit}", what=what, number=number, unit=naming.unit(unit)
    )


def _sub_case_over(entry: Entry, _case: Case, _naming: Naming) -> str:
    number = incident_number(entry.facts["sub_case"])
    return say(
        "{number} is over: {final}", number=number, final=word("final", entry.facts["final"])
    )


def _sub_case_withdrawn(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("took {number} back", number=incident_number(entry.facts["sub_case"]))


def _began_as_sub_case(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("begun for {number}", number=incident_number(entry.facts["parent"]))


def _ended_as_sub_case(entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("{number} hears of it", number=incident_number(entry.facts["parent"]))


def _led_by(entry: Entry) -> str:
    return incident_number(entry.facts["leading"])


def _whistle_opened(_entry: Entry, _case: Case, _naming: Naming) -> str:
    return say("the case waits until the whistle is over")


def _whistle_over(entry: Entry, _case: Case, _naming: Naming) -> str:
    result = word("result", entry.facts["result"])
    return say("the case no longer waits for the whistle: {result}", result=result)


_TELLS: dict[str, Callable[[Entry, Case, Naming], str]] = {
    "incident.whistle-opened": _whistle_opened,
    "incident.whistle-over": _whistle_over,
    "incident.reported": _reported,
    "incident.stage-changed": _stage_changed,
    "incident.filed": _filed,
    "incident.assigned": _assigned,
    "incident.request-made": _request_made,
    "incident.request-decided": _request_decided,
    "incident.deadline-missed": _deadline_missed,
    "incident.escalated": _escalated,
    "incident.lowered": _lowered,
    "incident.owner-called": _owner_called,
    "incident.acknowledged": _acknowledged,
    "incident.settled": _settled,
    "incident.marked-duplicate": _marked_duplicate,
    "incident.duplicate-unmarked": _duplicate_unmarked,
    "incident.unmerged": _unmerged,
    "incident.moved-to-version": _moved_to_version,
    "incident.sub-case-opened": _sub_case_opened,
    "incident.sub-case-over": _sub_case_over,
    "incident.sub-case-withdrawn": _sub_case_withdrawn,
    "incident.began-as-sub-case": _began_as_sub_case,
    "incident.ended-as-sub-case": _ended_as_sub_case,
    **AFTERMATH,
}


def limit_words(limit: Limit) -> str:
    """Say a limit with its clock."""
    if limit.until is not None:
        return say("until {time}", time=exact(limit.until))
    minutes = limit.minutes or 0
    if limit.clock == "elapsed":
        return say("{time} by the clock", time=lasting(minutes))
    return say("{time} of working time", time=worked(minutes))


def deadline_name(name: str, definition: Definition) -> str:
    """Name a deadline: a stage, the whole handling, or a rung of the ladder."""
    stage = definition.stages.get(name)
    return named(stage.label) if stage else word("deadline", name)


def _stage(definition: Definition, name: str) -> str:
    stage = definition.stages.get(name)
    return named(stage.label) if stage else name
