"""The engine: grants a step, or refuses it and names everything that is missing.

One flat `transitions` machine per definition, shared by all cases and threads: it holds no case,
a token carries the stage through it. Replay never comes here: the events say where a case went.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any

from transitions import EventData, Machine

from domain.kernel.act import CLOCKWORK
from domain.kernel.codes import Level
from domain.kernel.refusals import Refused
from domain.kernel.steps import Step, Why
from workflows.definition import Definition, StepRule
from workflows.guards import Scene
from workflows.scene import NEEDS_UNMET, Standing, needs_unmet


@dataclass(slots=True)
class Token:
    """What the machine moves: a stage, and the one rule whose guards were met."""

    state: str
    rule: StepRule


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A step as a page shows it: allowed now, or closed with the reasons."""

    rule: StepRule
    refusal: Refused | None

    @property
    def allowed(self) -> bool:
        return self.refusal is None


class Engine:
    """Runs one definition version. Thread-safe: it keeps no state between calls."""

    def __init__(self, definition: Definition) -> None:
        self.definition = definition
        self._machine = _machine(definition)
        self._named = {
            name: definition.steps_named(name) for name in {rule.name for rule in definition.steps}
        }

    def grant(self, name: str, scene: Standing) -> tuple[StepRule, Step]:
        """Grant the step; refuses unknown-step, wrong-stage, wrong-role or needs-unmet.

        A request is refused also to those who may not decide it.
        """
        rules = self._rules_from_here(name, scene)
        allowed = [rule for rule in rules if scene.act.role in rule.by]
        if not allowed:
            raise _wrong_role(name, rules, scene)
        unmet: list[Refused] = []
        for rule in allowed:
            missing = [*scene.missing(rule), *self.nowhere_to_rise(rule, scene)]
            if not missing:
                return rule, self._fire(rule, scene)
            unmet.extend(missing)
        raise needs_unmet(name, unmet)

    def offers(self, scene: Standing) -> list[Offer]:
        """Give every step from here that a person may take, with the reason where it is closed.

        Of several rules with one name the one that would be granted is given, or else the first.
        """
        roles = self.definition.roles
        rules = [
            rule
            for rule in self.definition.steps_from(scene.stage)
            if not all(roles[role].system for role in rule.by)
        ]
        first = {rule.name: rule for rule in reversed(rules)}
        return [self._offer(first[name], scene) for name in dict.fromkeys(r.name for r in rules)]

    def _offer(self, rule: StepRule, scene: Standing) -> Offer:
        try:
            granted, _ = self.grant(rule.name, scene)
        except Refused as refusal:
            return Offer(rule=rule, refusal=refusal)
        return Offer(rule=granted, refusal=None)

    def nowhere_to_rise(self, rule: StepRule, scene: Standing) -> list[Refused]:
        """Say that the level a person would raise to is reached; the clock sounds the alarm."""
        ladder = self.definition.ladder
        if not rule.raises_level or not ladder or scene.act.role == CLOCKWORK:
            return []
        if not isinstance(scene, Scene):
            return []  # a party of a whistle climbs the rungs of its own kind
        if Level.named(scene.course.level) > (rule.raises_to or ladder[-1].level):
            return []
        reason = "The case stands as high as that already; its owner there decides."
        return [Refused(NEEDS_UNMET, reason)]

    def _rules_from_here(self, name: str, scene: Standing) -> list[StepRule]:
        stage = scene.stage
        rules = self._named.get(name, ())
        here = [rule for rule in rules if stage in rule.sources]
        if here:
            return here
        open_now = sorted({rule.name for rule in self.definition.steps_from(stage)})
        if not rules:
            reason = f"'{name}' is not a step of {self.definition.reference}. Choose an open one."
            raise Refused("unknown-step", reason, step=name, open=open_now)
        reason = f"'{name}' cannot be taken in stage '{stage}'. Load it again and choose."
        raise Refused("wrong-stage", reason, step=name, stage=stage, open=open_now)

    def _fire(self, rule: StepRule, scene: Standing) -> Step:
        token = Token(scene.stage, rule)
        self._machine.events[rule.name].trigger(token)
        stage = self.definition.stages[token.state]
        stays = token.state == scene.stage
        return Step(
            name=rule.name,
            left=scene.stage,
            stage=token.state,
            marks=rule.marks,
            limit=stage.deadline.within if stage.deadline and not stays else None,
            stops_clock=stage.stops_clock,
            final=stage.final,
            asks_for=rule.asks_for,
            decides=rule.decides,
            granted=rule.grants is not None,
            clock=self._clock(rule),
            why=self._why(rule, scene),
        )

    def _clock(self, rule: StepRule) -> str | None:
        """Say what the decision of a request does to the clock."""
        if rule.decides is None:
            return None
        request = self.definition.request_rule(rule.decides)
        return request.on_grant if rule.grants is not None else request.on_refusal

    def _why(self, rule: StepRule, scene: Standing) -> Why:
        why: Why = {"rule": f"{self.definition.reference}/{rule.name}", "role": scene.act.role}
        if rule.needs:
            why["met"] = list(rule.needs)
        return why


def _machine(definition: Definition) -> Machine:
    machine = Machine(
        model=None,
        states=list(definition.stages),
        initial=definition.starts_in,
        auto_transitions=False,
        send_event=True,
        queued=False,
    )
    for rule in definition.steps:
        for source in rule.sources:
            machine.add_transition(
                rule.name, source, rule.leads_to(source), conditions=partial(_is_of, rule)
            )
    return machine


def _is_of(rule: StepRule, event: EventData) -> bool:
    """Choose among transitions of one name: the rule whose guards were met."""
    model: Any = event.model  # Any: the library does not type its model
    return model.rule is rule


def _wrong_role(name: str, rules: list[StepRule], scene: Standing) -> Refused:
    by = sorted({role for rule in rules for role in rule.by if role != CLOCKWORK})
    reason = f"'{name}' is for {' or '.join(by) or 'the clock'}; you act as {scene.act.role}."
    return Refused("wrong-role", reason, step=name, role=scene.act.role, by=by)


EngineOf = Callable[[str], Engine]
