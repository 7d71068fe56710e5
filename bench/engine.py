"""What the engine costs: a granted step, a check, deadlines, a simulation, what-if over many cases.

    python -m bench.engine --cases 100000

Cases are made by the simulation, from a seed; what-if replays each twice from its JSON bodies, as
they come from the log. A seconds column is the wall, CPU that of this process and its workers.
"""

from __future__ import annotations

import argparse
import cProfile
import pstats
import random
import resource
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import cycle, islice
from typing import NamedTuple
from uuid import UUID

from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.facts import Fact
from domain.kernel.limits import Limit, parse_limit
from ledger.mapper import FactMapper, canonical_body
from ledger.streams import Event
from workflows.checking import check_text
from workflows.engine import Engine
from workflows.reading import BOOK
from workflows.simulation.assumptions import assumed
from workflows.simulation.case import RunningCase
from workflows.simulation.city import simulate
from workflows.simulation.gathering import written_setting
from workflows.simulation.recorded import Bodies, decoded, read_case
from workflows.simulation.replaying import replay
from workflows.simulation.reporting import deed_of, report
from workflows.simulation.rules import Book, Draft, Rules
from workflows.simulation.setting import Setting, SettingRules
from workflows.simulation.what_if import Asking, Question, WhatIf, what_if

FILE = BOOK / "street-incident.v1.toml"
MONDAY = datetime(2026, 3, 2, 1, 0, tzinfo=UTC)
DISTINCT = 10_000
SEED = 7
FIVE_YEARS_ON = MONDAY + timedelta(days=5 * 365)  # by then every case has ended


class Measured(NamedTuple):
    """One line of the table."""

    what: str
    times: int
    seconds: float
    cpu_seconds: float


def main() -> None:
    """Measure and print one table; with --profile also where what-if spends its time."""
    given = argparse.ArgumentParser()
    given.add_argument("--cases", type=int, default=100_000)
    given.add_argument("--deadlines", type=int, default=100_000)
    given.add_argument("--profile", action="store_true")
    asked = given.parse_args()
    setting = written_setting(FILE, assumed())
    cases: list[Bodies] = []
    print("| what | count | seconds | a second | CPU us each |\n|---|---|---|---|---|")
    for one in _all(setting, cases, asked):
        rate, cpu = one.times / one.seconds, one.cpu_seconds / one.times * 1e6
        print(
            f"| {one.what} | {one.times:,} | {one.seconds:.2f} | {rate:,.0f} | {cpu:,.1f} |",
            flush=True,
        )
    facts = sum(len(one.events) for one in cases)
    print(f"\n{facts / len(cases):.1f} facts a case")
    if asked.profile:
        _profile(cases[:1000], setting)


def _all(setting: Setting, cases: list[Bodies], asked: argparse.Namespace) -> Iterator[Measured]:
    yield from _steps(setting)
    text = FILE.read_text(encoding="utf-8")
    calendars = {setting.definition.calendar}
    yield _timed("definition read and checked", 50, lambda: check_text(text, calendars=calendars))
    yield from _deadlines(setting, asked.deadlines)
    yield from _simulations(setting, cases)
    yield from _replays(cases, setting)
    few, halved = min(asked.cases, DISTINCT), ("limits halved", _halved(setting))
    yield _what_if(cases, setting, ("no change", _unchanged(setting)), processes=1, count=few)
    yield _what_if(cases, setting, halved, processes=1, count=few)
    yield _what_if(cases, setting, halved, processes=2, count=asked.cases)


def _timed(what: str, count: int, do: Callable[[], object]) -> Measured:
    return _once(what, count, lambda: [do() for _ in range(count)])


def _once(what: str, count: int, do: Callable[[], object]) -> Measured:
    wall, cpu = time.perf_counter(), _cpu()
    do()
    return Measured(what, count, time.perf_counter() - wall, _cpu() - cpu)


def _cpu() -> float:
    """CPU seconds of this process and of workers that have ended."""
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)


def _steps(setting: Setting) -> Iterator[Measured]:
    """A step granted, and granted and carried out with its facts and deadlines."""
    engine, rules = Engine(setting.definition), SettingRules(setting)
    act = Act(person="p-a", role="acceptor", area="1", command_id="c", at=MONDAY)
    running = _reported(setting, rules, 0)
    scene = running.scene(act)
    yield _timed("step granted", 20_000, lambda: engine.grant("refuse", scene))
    (rule,) = setting.definition.steps_named("refuse")
    fresh = iter([_reported(setting, rules, number) for number in range(5_000)])

    chance = random.Random(SEED)

    def carried() -> None:
        case = next(fresh)
        case.take(deed_of(rule, act, case, setting, chance))
        case.next_due()

    yield _timed("step granted, carried out, deadlines", 5_000, carried)


def _reported(setting: Setting, rules: SettingRules, number: int) -> RunningCase:
    running = RunningCase(Incident(UUID(int=number)), rules)
    report(running, setting, MONDAY, random.Random(number))
    return running


def _deadlines(setting: Setting, count: int) -> Iterator[Measured]:
    """Limits laid over a working calendar, at instants all over a year."""
    chance = random.Random(SEED)
    instants = [MONDAY + timedelta(seconds=chance.randrange(365 * 86_400)) for _ in range(count)]
    setting.calendar.minutes_between(MONDAY, FIVE_YEARS_ON)  # lay the table once
    for text in ("30 working minutes", "7 working days", "2 clock hours"):
        limit = parse_limit(text)
        yield _once(f"deadline of {text}", count, partial(_due, limit, instants, setting))


def _due(limit: Limit, instants: Sequence[datetime], setting: Setting) -> None:
    for at in instants:
        limit.due_at(at, setting.calendar)


def _simulations(setting: Setting, cases: list[Bodies]) -> Iterator[Measured]:
    """A street for a long time, or a hundred streets at once; its cases are kept for what-if."""
    yield _once(
        "case simulated, one street",
        DISTINCT,
        lambda: simulate(
            setting, cases=DISTINCT, seed=SEED, keep=lambda facts: cases.append(_bodies(facts))
        ),
    )
    crowd = replace(setting.assumptions, per_day=4_500).with_staff(
        {role: 100 * people for role, people in setting.assumptions.staff.items()}
    )
    busy = replace(setting, assumptions=crowd)
    yield _once(
        "case simulated, a hundred streets",
        DISTINCT,
        lambda: simulate(busy, cases=DISTINCT, seed=SEED),
    )


def _bodies(facts: Sequence[Fact]) -> Bodies:
    events = [
        Event(one.originator_version, one.TOPIC, canonical_body(one).decode()) for one in facts
    ]
    return Bodies(facts[0].originator_id, events)


def _replays(cases: list[Bodies], setting: Setting) -> Iterator[Measured]:
    """What one replay is made of."""
    mapper, book, few = FactMapper(), Book(_rules(setting)), cases[:2_000]
    facts = [decoded(one, mapper) for one in few]
    yield _once("case decoded", len(few), lambda: [decoded(one, mapper) for one in few])
    read = [read_case(told[0].originator_id, told) for told in facts]
    yield _once(
        "case read", len(few), lambda: [read_case(told[0].originator_id, told) for told in facts]
    )
    yield _once(
        "case replayed", len(few), lambda: [replay(one, book, until=FIVE_YEARS_ON) for one in read]
    )


def _what_if(
    cases: list[Bodies], setting: Setting, asked: tuple[str, Draft], *, processes: int, count: int
) -> Measured:
    name, draft = asked
    question = Question(rules=_rules(setting), draft=draft, until=FIVE_YEARS_ON)
    answers: list[WhatIf] = []
    measured = _once(
        f"case in what-if, {name}, {processes} process{'es' * (processes > 1)}",
        count,
        lambda: answers.append(what_if(islice(cycle(cases), count), question, processes=processes)),
    )
    if answers[0].before.cases != count or bool(answers[0].differences) == (name == "no change"):
        sys.exit(f"what-if, {name}: an answer that cannot be")
    return measured


def _rules(setting: Setting) -> Rules:
    return Rules(
        definitions={setting.definition.reference: setting.definition},
        calendars={one.reference: one for one in (setting.calendar, setting.emergency) if one},
    )


def _unchanged(setting: Setting) -> Draft:
    return Draft(definition=setting.definition, limits=setting.limits, calendar=setting.calendar)


def _halved(setting: Setting) -> Draft:
    limits = setting.limits
    if limits is None:
        sys.exit("the workflow of the book files by limits")
    rules = {
        key: replace(
            rule, handling=replace(rule.handling, minutes=(rule.handling.minutes or 2) // 2)
        )
        for key, rule in limits.rules.items()
    }
    return Draft(limits=replace(limits, reference="halved@draft", rules=rules))


def _profile(cases: list[Bodies], setting: Setting) -> None:
    question = Question(rules=_rules(setting), draft=_halved(setting), until=FIVE_YEARS_ON)
    asking = Asking(question)
    profile = cProfile.Profile()
    profile.runcall(asking.all_of, cases)
    pstats.Stats(profile).sort_stats("cumulative").print_stats(45)


if __name__ == "__main__":
    main()
