"""What a step does to sub-cases: opens one for each unit, or takes back those another opened."""

from __future__ import annotations

from collections.abc import Iterator

from domain.incident import branching
from domain.incident.incident import Incident
from domain.kernel.act import PROCESS, Act
from domain.kernel.ids import ordered_id
from domain.kernel.refusals import Refused
from workflows.definition import Definition, StepRule
from workflows.incident import city
from workflows.incident.loading import words_of
from workflows.incident.move import Move
from workflows.office import Office

CALLED_OFF = "void"


def branch(
    move: Move, incident: Incident, office: Office, act: Act, definition: Definition
) -> None:
    """Open what the step opens, and withdraw what the steps it undoes have opened."""
    undone = definition.undone_by(move.rule.name)
    if undone:
        _take_back(undone, move, incident, office, act)
    if move.rule.opens is not None:
        _open(move, incident, office, act, definition)


def calls_off(definition: Definition, stage: str) -> StepRule | None:
    """Give the step by which the process calls a case off where it stands, if there is one."""
    return next(
        (
            rule
            for rule in definition.steps_from(stage)
            if PROCESS in rule.by and definition.stages[rule.leads_to(stage)].final == CALLED_OFF
        ),
        None,
    )


def _open(move: Move, incident: Incident, office: Office, act: Act, definition: Definition) -> None:
    opens = move.rule.opens
    assert opens is not None  # noqa: S101  # asked before
    below = office.engines.latest(opens.workflow).definition
    if not opens.independent:
        _must_be_called_off(below)
    units = _units(move, incident, definition)
    for number, unit in enumerate(units, start=1):
        if unit is not None:
            _must_work(incident, unit, office, act)
        branching.open_sub_case(
            incident,
            act,
            sub_case=ordered_id(act.at, f"{incident.id}/{act.command_id}/{number}"),
            workflow=opens.workflow,
            step=move.rule.name,
            unit=unit,
            limit=incident.course.bundled if opens.by_case_limit else opens.within,
            independent=opens.independent,
            words=words_of(office, move.answers.words),
            why=move.step.why,
        )


def _take_back(
    undone: frozenset[str], move: Move, incident: Incident, office: Office, act: Act
) -> None:
    course = incident.course
    for opened in course.open_branches:
        if course.branches[opened].step in undone:
            words = words_of(office, move.answers.words)
            branching.withdraw(incident, act, sub_case=opened, words=words, why=move.step.why)


def _units(move: Move, incident: Incident, definition: Definition) -> list[str | None]:
    """Name the units asked for, each once; the case's own where the step asks for none."""
    named = list(_named(move, definition))
    if named:
        return list(dict.fromkeys(named))
    asks_units = any(definition.fields[name].kind in ("unit", "units") for name in move.rule.asks)
    return [None if asks_units else incident.course.unit]


def _named(move: Move, definition: Definition) -> Iterator[str]:
    for name in move.rule.asks:
        if definition.fields[name].kind in ("unit", "units"):
            yield from (move.answers.text(name) or "").replace(",", " ").split()


def _must_work(incident: Incident, unit: str, office: Office, act: Act) -> None:
    calendar = office.shelf.calendar(incident.course.calendar)
    city.must_work(office.records, unit, city.city_day(act, calendar.time_zone))


def _must_be_called_off(definition: Definition) -> None:
    """Refuse ``cannot-be-called-off``: a case that ended would leave it open for ever."""
    stuck = [
        stage.name
        for stage in definition.stages.values()
        if stage.final is None and calls_off(definition, stage.name) is None
    ]
    if stuck:
        reason = (
            f"A {definition.name} cannot be called off in '{stuck[0]}'. Let a step by '{PROCESS}' "
            "lead from there to an end of the kind 'void', and publish it."
        )
        raise Refused("cannot-be-called-off", reason, workflow=definition.name, stages=stuck)
