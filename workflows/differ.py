"""Differences of two definitions, as data and as sentences a clerk can read."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

from domain.kernel.codes import Level
from domain.kernel.limits import Limit
from workflows.definition import (
    Climbing,
    Definition,
    Field,
    Joint,
    Label,
    Opening,
    Role,
    Rung,
    Stage,
    StageDeadline,
    StepRule,
    WaitsFor,
)
from workflows.request_rules import Approver, RequestRule

Sort = Literal["added", "removed", "changed"]
Aspects = dict[str, str]
NOTHING = "nothing"
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One thing that is not the same: ``what`` and ``name`` say where, ``aspect`` which part."""

    sort: Sort
    what: str
    name: str
    aspect: str | None = None
    before: str | None = None
    after: str | None = None

    @property
    def sentence(self) -> str:
        """Say it in English, with the names as the definition has them."""
        subject = f"{self.what} '{self.name}'" if self.name else self.what
        if self.sort != "changed":
            return f"{subject} was {self.sort}: {self.after or self.before}."
        return f"{subject}: {self.aspect} changed from {self.before} to {self.after}."


@dataclass(frozen=True, slots=True, kw_only=True)
class Differences:
    """All differences of two definitions, in the order of the definition."""

    old: str
    new: str
    found: tuple[Difference, ...]

    @property
    def stages_removed(self) -> tuple[str, ...]:
        """Stages that running cases may still stand in, and that the new definition has not."""
        return self._named("removed", "stage")

    @property
    def steps_removed(self) -> tuple[str, ...]:
        return self._named("removed", "step")

    @property
    def sentences(self) -> list[str]:
        return [one.sentence for one in self.found]

    def _named(self, sort: Sort, what: str) -> tuple[str, ...]:
        return tuple(one.name for one in self.found if (one.sort, one.what) == (sort, what))


def differences(old: Definition, new: Definition) -> Differences:
    """Compare two definitions; the same rules in another order are no difference."""
    found = [
        *_compared("workflow", {"": _workflow(old)}, {"": _workflow(new)}),
        *_compared("role", _each(old.roles, _role), _each(new.roles, _role)),
        *_compared("stage", _each(old.stages, _stage), _each(new.stages, _stage)),
        *_compared("step", _steps(old.steps), _steps(new.steps)),
        *_compared("field", _each(old.fields, _field), _each(new.fields, _field)),
        *_compared("rung", _ladder(old.ladder), _ladder(new.ladder)),
        *_compared("request", _each(old.requests, _request), _each(new.requests, _request)),
        *_compared("ladder", {"": _climbing(old.climbing)}, {"": _climbing(new.climbing)}),
    ]
    return Differences(old=old.reference, new=new.reference, found=tuple(found))


def _compared(
    what: str, old: Mapping[str, Aspects], new: Mapping[str, Aspects]
) -> Iterator[Difference]:
    for name, before in old.items():
        after = new.get(name)
        if after is None:
            yield Difference(sort="removed", what=what, name=name, before=_in_short(before))
            continue
        for aspect in before:
            if before[aspect] != after[aspect]:
                yield Difference(
                    sort="changed",
                    what=what,
                    name=name,
                    aspect=aspect,
                    before=before[aspect],
                    after=after[aspect],
                )
    for name, after in new.items():
        if name not in old:
            yield Difference(sort="added", what=what, name=name, after=_in_short(after))


def _in_short(aspects: Aspects) -> str:
    told = {key: value for key, value in aspects.items() if value not in (NOTHING, "no")}
    return "; ".join(f"{key} {value}" for key, value in told.items())


def _each(things: Mapping[str, T], told: Callable[[T], Aspects]) -> dict[str, Aspects]:
    return {name: told(one) for name, one in things.items()}


def _workflow(definition: Definition) -> Aspects:
    return {
        "the name": definition.name,
        "the title": _label(definition.title),
        "the start": definition.starts_in,
        "the marks at the start": _set(definition.starts_with),
        "who may report": _set(definition.reported_by),
        "the calendar": definition.calendar,
        "the calendars of areas": _calendars(definition),
        "the calendar of emergencies": definition.emergency_calendar or NOTHING,
        "the categories": definition.categories or NOTHING,
        "the limits": definition.limits or NOTHING,
        "the routing": definition.routing or NOTHING,
        "the levels": _levels(definition.levels),
        "the joint handling": _joint(definition.joint),
    }


def _calendars(definition: Definition) -> str:
    told = ", ".join(f"{area} by {name}" for area, name in definition.calendar_areas)
    return told or NOTHING


def _joint(joint: Joint | None) -> str:
    if joint is None:
        return NOTHING
    return f"{joint.kinds}, at most {joint.parties} parties, done when {joint.done_when}"


def _role(role: Role) -> Aspects:
    return {
        "the label": _label(role.label),
        "the level": role.level.word if role.level else NOTHING,
        "being the system": _yes(given=role.system),
        "only reading": _yes(given=role.reads_only),
        "being on duty at night": _yes(given=role.nights),
    }


def _stage(stage: Stage) -> Aspects:
    return {
        "the label": _label(stage.label),
        "the owner": stage.owner or NOTHING,
        "the deadline": _deadline(stage.deadline),
        "the warning": _warning(stage.deadline),
        "what the clock does then": (stage.deadline and stage.deadline.then) or NOTHING,
        "stopping the clock": _yes(given=stage.stops_clock),
        "the kind of end": stage.final or NOTHING,
        "what it waits for": _waits_for(stage.waits_for),
    }


def _steps(rules: Sequence[StepRule]) -> dict[str, Aspects]:
    """Name each step; of several with one name, the second and later carry their number."""
    told: dict[str, Aspects] = {}
    seen: dict[str, int] = defaultdict(int)
    for rule in rules:
        seen[rule.name] += 1
        number = seen[rule.name]
        told[rule.name if number == 1 else f"{rule.name} ({number})"] = _step(rule)
    return told


def _step(rule: StepRule) -> Aspects:
    return {
        "the label": _label(rule.label),
        "the stages it starts from": _set(rule.sources),
        "the target": rule.target,
        "who may take it": _set(rule.by),
        "what it needs": _set(rule.needs),
        "what it asks": _listed(rule.asks),
        "who is told": _set(rule.tells),
        "the marks": _set(rule.marks),
        "the request it makes": rule.asks_for or NOTHING,
        "the request it grants": rule.grants or NOTHING,
        "the request it refuses": rule.refuses or NOTHING,
        "raising the level": _yes(given=rule.raises_level),
        "the sub-case it opens": _opening(rule.opens),
        "the step that takes it back": rule.undo or NOTHING,
        "why nothing does": _label(rule.because) if rule.because else NOTHING,
        "the level it raises to": rule.raises_to.word if rule.raises_to else NOTHING,
        "the cause of the rise": rule.cause or NOTHING,
        "acknowledging the call": _yes(given=rule.acknowledges),
        "passing within the department": _yes(given=rule.passes_within),
    }


def _field(field: Field) -> Aspects:
    return {
        "the label": _label(field.label),
        "the kind": field.kind,
        "having to be answered": _yes(given=field.required),
        "the choices": _listed(field.choices),
        "who may read it": _set(field.read_by) if field.read_by else "all",
    }


def _request(rule: RequestRule) -> Aspects:
    return {
        "what a grant does to the clock": rule.on_grant,
        "what a refusal does to the clock": rule.on_refusal,
        "the evidence": _yes(given=rule.evidence),
        "the most minutes": str(rule.most_minutes or NOTHING),
        "how long after the closing": limit_in_words(rule.within) if rule.within else NOTHING,
        "who decides": ", then ".join(map(_approver, rule.approvers)) or NOTHING,
    }


def _approver(one: Approver) -> str:
    up_to = f" up to {one.up_to} minutes" if one.up_to else ""
    times = f" while fewer than {one.times} were granted" if one.times else ""
    return f"{one.words}{up_to}{times}"


def _ladder(rungs: Sequence[Rung]) -> dict[str, Aspects]:
    return {
        rung.level.word: {
            "the owner": rung.owner,
            "the grace": limit_in_words(rung.grace) if rung.grace else NOTHING,
        }
        for rung in rungs
    }


def _opening(opens: Opening | None) -> str:
    if opens is None:
        return NOTHING
    within = f" within {limit_in_words(opens.within)}" if opens.within else ""
    within = " within the case's limit" if opens.by_case_limit else within
    return f"{opens.workflow}{within}{' that lives by itself' if opens.independent else ''}"


def _waits_for(waits: WaitsFor | None) -> str:
    return f"{waits.done_when} of {waits.workflow}, then {waits.then}" if waits else NOTHING


def _climbing(climbing: Climbing) -> Aspects:
    important = [f"{level.word}: {_set(codes)}" for level, codes in climbing.important]
    return {
        "skipping empty rungs": _yes(given=climbing.skips_empty),
        "the stages it comes down in": _set(climbing.way_down),
        "the repeated call": limit_in_words(climbing.repeat) if climbing.repeat else NOTHING,
        "what is important": "; ".join(sorted(important)) or NOTHING,
    }


def _deadline(deadline: StageDeadline | None) -> str:
    if deadline is None:
        return NOTHING
    return limit_in_words(deadline.within) if deadline.within else "the case's limit"


def _warning(deadline: StageDeadline | None) -> str:
    within = deadline.within if deadline else None
    return f"at {within.warn_percent} %" if within else NOTHING


def limit_in_words(limit: Limit) -> str:
    """Write a limit as a definition has it.

    >>> limit_in_words(Limit(minutes=960)), limit_in_words(Limit(clock="elapsed", minutes=90))
    ('16 working hours', '90 clock minutes')
    """
    clock = "clock" if limit.clock == "elapsed" else "working"
    minutes = limit.minutes or 0
    number, unit = (minutes, "minute") if minutes % 60 else (minutes // 60, "hour")
    if limit.clock == "elapsed" and minutes and minutes % 1440 == 0:
        number, unit = minutes // 1440, "day"
    return f"{number} {clock} {unit}" + ("" if number == 1 else "s")


def _label(label: Label) -> str:
    return f"{label.zh} / {label.en}"


def _levels(levels: Sequence[Level]) -> str:
    return ", ".join(level.word for level in sorted(levels)) or NOTHING


def _set(names: Sequence[str]) -> str:
    return ", ".join(sorted(names)) or NOTHING


def _listed(names: Sequence[str]) -> str:
    return ", ".join(names) or NOTHING


def _yes(*, given: bool) -> str:
    return "yes" if given else "no"
