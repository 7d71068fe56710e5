"""Who may do what: what I may, what a role may, and who may do one thing; by the table itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from flask import Blueprint, jsonify, render_template, request

from domain.access.table import TABLE
from domain.kernel.act import OPERATOR
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import ROLES
from web.access import must_see
from web.city import the_city, today
from web.languages import say, word
from web.naming import Naming, current_definition
from web.pages import Form, in_forms, must_be_somebody
from web.sheets import sheet
from web.who_may.lines import (
    COLUMNS,
    STEP,
    Held,
    Line,
    StepLine,
    closed_to,
    lines_of_action,
    lines_of_role,
    steps_of,
)

if TYPE_CHECKING:
    from web.acting import Actor

blueprint = Blueprint("rights", __name__)
LOOK = "look at rights"
KNOWN = (*ROLES, OPERATOR)
"""Roles of the city, and whoever runs the machine."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked: of oneself where neither a role nor an action is named."""

    role: str
    action: str | None
    own: bool


@in_forms(blueprint, "/rights", "json", "csv")
def show(form: Form) -> Any:
    """Show what I may do; or what a role may; or who may do one thing."""
    actor = must_be_somebody()
    must_see(LOOK, None)
    wanted = _asked(actor)
    lines, steps = _lines(wanted, actor), _steps(wanted)
    if form == "json":
        return jsonify(_told(wanted, actor, lines, steps))
    if form == "csv":
        return _sheet(lines)
    with the_city().store.reading() as conn:
        naming = Naming(conn)
        held = held_by(actor.handle)
        naming.look_up(
            areas=[one.grant.post.area for one in held if one.grant.post.area],
            people=[one.grant.deputy_for for one in held],
        )
        return render_template(
            "rights.html",
            wanted=wanted,
            held=held,
            lines=lines,
            steps=steps,
            closed=closed_to(lines) if wanted.action is None else [],
            definition=current_definition(),
            columns=COLUMNS,
            roles=KNOWN,
            actions=tuple(TABLE),
            naming=naming,
        )


def _asked(actor: Actor) -> Asked:
    """Read the query; refuses ``fields-invalid`` for a role or an action that is none."""
    role, action = request.args.get("role") or None, request.args.get("action") or None
    if role is not None and role not in KNOWN:
        reason = "There is no such role. Choose one of those shown."
        raise Refused("fields-invalid", reason, fields={"role": [reason]})
    if action is not None and action not in TABLE:
        reason = "There is no such action. Choose one of those shown."
        raise Refused("fields-invalid", reason, fields={"action": [reason]})
    return Asked(role=role or actor.role, action=action, own=role is None and action is None)


def _lines(wanted: Asked, actor: Actor) -> list[Line]:
    if wanted.action is not None:
        return lines_of_action(wanted.action, KNOWN)
    return lines_of_role(wanted.role, actor.seats if wanted.own else None)


def _steps(wanted: Asked) -> list[StepLine]:
    if wanted.action not in (None, STEP):
        return []
    return steps_of(current_definition(), role=None if wanted.action else wanted.role)


def held_by(handle: str) -> list[Held]:
    """Give the posts somebody holds today or will hold, as the record of the roster has them."""
    day = today()
    grants = the_city().ledger.load(Person, person_id(handle)).grants
    return [Held(grant=one, begun=one.from_day <= day) for one in grants if one.overlaps(day, None)]


def _told(
    wanted: Asked, actor: Actor, lines: list[Line], steps: list[StepLine]
) -> dict[str, object]:
    return {
        "role": None if wanted.action else wanted.role,
        "action": wanted.action,
        "held": [_post(one) for one in held_by(actor.handle)],
        "rows": [
            {
                "action": line.action,
                "roles": line.roles,
                "where": [name for name in COLUMNS if name in line.where],
                "fields": line.fields,
                "fields_after": line.fields_after,
            }
            for line in lines
        ],
        "workflow": current_definition().reference,
        "steps": [
            {"step": one.rule.name, "stages": one.stages, "roles": one.roles} for one in steps
        ],
    }


def _post(one: Held) -> dict[str, object]:
    grant = one.grant
    return {
        "role": grant.post.role,
        "area": grant.post.area,
        "unit": grant.post.unit,
        "from_day": grant.from_day.isoformat(),
        "to_day": grant.to_day.isoformat() if grant.to_day else None,
        "deputy_for": grant.deputy_for,
        "begun": one.begun,
    }


def _sheet(lines: list[Line]) -> Any:
    head = [say("What"), say("Roles"), *(word("reach", name) for name in COLUMNS)]
    head += [say("Reads while it is open"), say("Reads once it has ended")]
    rows = [
        (
            word("action", line.action),
            ", ".join(line.roles),
            *(say("yes") if name in line.where else "" for name in COLUMNS),
            ", ".join(word("field", one) for one in line.fields),
            ", ".join(word("field", one) for one in line.fields_after),
        )
        for line in lines
    ]
    return sheet("rights", head, rows)
