"""Steps of a party: who answers for it, what its definition grants, and the fact that tells it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.offices import HANDLER
from domain.kernel.refusals import Refused
from domain.whistle import party as marks
from domain.whistle import rules
from domain.whistle.events import PartyWay
from domain.whistle.rules import Rule, Wish, ask
from ledger.records import Notice
from workflows.definition import Definition, StepRule
from workflows.engine import Engine
from workflows.incident.answers import Answers, read_answers
from workflows.incident.commands import Given
from workflows.office import Office
from workflows.whistle import commands as ordered
from workflows.whistle import notices
from workflows.whistle.guards import PartyScene
from workflows.whistle.matter import Matter

MARKS: Mapping[type, str] = {
    ordered.SignFor: marks.SIGNED_FOR,
    ordered.MakeContact: marks.CONTACTED,
    ordered.CheckIn: marks.CHECKED_IN,
    ordered.BeginWork: marks.WORKING,
    ordered.FinishWork: marks.DONE,
    ordered.SubstituteParty: marks.SUBSTITUTED,
    ordered.WithdrawParty: marks.WITHDRAWN,
    ordered.RateParty: marks.RATED,
}
"""What each order means, whatever the definition calls the step."""

EVER: Mapping[str, tuple[Rule, ...]] = {
    marks.WORKING: rules.WORK_RULES,
    marks.DONE: rules.WORK_RULES,
    marks.SUBSTITUTED: (*rules.OF_A_PARTY, rules.must_not_be_on_site),
    marks.WITHDRAWN: rules.WITHDRAW_RULES,
    marks.RATED: (*rules.OF_THE_STREET, rules.must_be_summoned, rules.must_be_done),
}
"""What holds whatever a city writes into its definition; heard before the definition is asked."""


def party_engine(office: Office, name: str, *, area: AreaCode, at: datetime) -> Engine:
    """Give the definition a whistle begins with in an area; refuses ``not-for-parties``."""
    engine = office.engines.for_new(name, area=area, at=at)
    if engine.definition.joint is None:
        reason = f"'{name}' is the way of cases. Give the book of whistles one with [joint]."
        raise Refused("not-for-parties", reason, workflow=name)
    return engine


def way_of(engine: Engine) -> PartyWay:
    """Give what is stamped of a definition."""
    definition = engine.definition
    enough = definition.joint.enough if definition.joint else None
    return PartyWay(definition=definition.reference, starts_in=definition.starts_in, enough=enough)


def must_fit(definition: Definition, parties: Sequence[str], act: Act) -> None:
    """Refuse ``wrong-role`` and ``parties-out-of-range`` as the definition says."""
    if act.role not in definition.reported_by:
        by = list(definition.reported_by)
        reason = f"A whistle is blown by: {', '.join(by)}; you act as {act.role}."
        raise Refused("wrong-role", reason, role=act.role, by=by)
    if definition.joint is not None and len(parties) > definition.joint.parties:
        reason = f"A whistle summons at most {definition.joint.parties} units."
        raise Refused("parties-out-of-range", reason, parties=len(parties))


def take_party_step(command: ordered.StepOrder, matter: Matter) -> list[Notice]:
    """Take the step that an order means, if the party's definition grants it now.

    What was done already is done: a repeated wish records nothing and tells nobody.
    """
    mark, roll = MARKS[type(command)], matter.whistle.roll
    _must_stand_for(command, matter)
    wish = _wish(command, matter)
    ask(EVER.get(mark, rules.OF_A_PARTY), roll, wish)
    if roll.parties[command.party].took(mark):
        return []
    definition = matter.engine.definition
    name = _step_named(definition, mark, roll.parties[command.party].stage)
    rule, step = matter.engine.grant(name, PartyScene(roll=roll, wish=wish))
    answers = read_answers(definition, rule, _given(command, rule))
    _TELLING[type(command)](command, matter, answers, step.stage)
    told = notices.of_step(matter.whistle, rule, party=command.party)
    if isinstance(command, ordered.SubstituteParty):
        told += notices.to_parties(matter.whistle, (command.by,), "blown")
    return told


def _must_stand_for(command: ordered.StepOrder, matter: Matter) -> None:
    """A party answers for itself, the street judges, and both may send a substitute."""
    if isinstance(command, ordered.WithdrawParty | ordered.RateParty):
        matter.must_lead(matter.kind.blown_by)
    elif isinstance(command, ordered.SubstituteParty):
        if matter.act.role == HANDLER:
            matter.must_answer_for(command.party)
        else:
            matter.must_lead(matter.kind.blown_by)
        matter.must_be_summonable(command.by)
    else:
        matter.must_answer_for(command.party)


def _wish(command: ordered.StepOrder, matter: Matter) -> Wish:
    given = {name: getattr(command, name) for name in _OF_WISHES if hasattr(command, name)}
    return Wish(act=matter.act, **given)


def _given(command: ordered.StepOrder, rule: StepRule) -> Given:
    """Give the free text of an order, asked or not, and what else its step asks."""
    names = {*_FREE_TEXTS, *rule.asks}
    given = {name: getattr(command, name, None) for name in names}
    return {name: one for name, one in given.items() if one}


def _step_named(definition: Definition, mark: str, stage: str) -> str:
    """Find the step of this meaning, from here if there are several; refuses ``unknown-step``."""
    steps = [rule for rule in definition.steps if mark in rule.marks]
    if not steps:
        reason = f"{definition.reference} has no step that means '{mark}'. Choose an open one."
        raise Refused("unknown-step", reason, step=mark)
    return next((rule.name for rule in steps if stage in rule.sources), steps[0].name)


def _sign_for(command: ordered.SignFor, matter: Matter, _: Answers, stage: str) -> None:
    matter.whistle.sign_for(matter.act, party=command.party, stage=stage)


def _contact(command: ordered.MakeContact, matter: Matter, _: Answers, stage: str) -> None:
    matter.whistle.contact(matter.act, party=command.party, stage=stage)


def _check_in(command: ordered.CheckIn, matter: Matter, _: Answers, stage: str) -> None:
    matter.whistle.check_in(
        matter.act,
        party=command.party,
        place=command.place,
        photo=command.photo,
        stage=stage,
    )


def _begin_work(command: ordered.BeginWork, matter: Matter, _: Answers, stage: str) -> None:
    matter.whistle.begin_work(matter.act, party=command.party, stage=stage)


def _finish(command: ordered.FinishWork, matter: Matter, answers: Answers, stage: str) -> None:
    result = matter.words(answers.words)
    matter.whistle.finish(matter.act, party=command.party, result=result, stage=stage)


def _substitute(
    command: ordered.SubstituteParty, matter: Matter, answers: Answers, stage: str
) -> None:
    reason = matter.words(answers.words)
    matter.whistle.substitute(
        matter.act, party=command.party, by=command.by, reason=reason, stage=stage
    )


def _withdraw(command: ordered.WithdrawParty, matter: Matter, answers: Answers, stage: str) -> None:
    reason = matter.words(answers.words)
    matter.whistle.withdraw(matter.act, party=command.party, reason=reason, stage=stage)


def _rate(command: ordered.RateParty, matter: Matter, answers: Answers, _: str) -> None:
    remark = matter.words(answers.words)
    matter.whistle.rate(matter.act, party=command.party, stars=command.stars, remark=remark)


_FREE_TEXTS = ("reason", "result", "remark")
_OF_WISHES = ("party", "by", "place", "photo", "stars")

# Any: each function takes its own order, which the key says
_TELLING: Mapping[type, Callable[[Any, Matter, Answers, str], None]] = {
    ordered.SignFor: _sign_for,
    ordered.MakeContact: _contact,
    ordered.CheckIn: _check_in,
    ordered.BeginWork: _begin_work,
    ordered.FinishWork: _finish,
    ordered.SubstituteParty: _substitute,
    ordered.WithdrawParty: _withdraw,
    ordered.RateParty: _rate,
}
