"""The table of what each role may do and see. What is not written here is refused.

Steps of a case have one row: who may take which is written in its workflow, asked by the engine.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from domain.access.relation import Relation
from domain.kernel import offices
from domain.kernel.act import OPERATOR

Field: TypeAlias = Literal["place", "people", "reporter", "words"]

FIELDS: tuple[Field, ...] = ("place", "people", "reporter", "words")
"""Where exactly it is, names of people, who reported it, what was written."""

WITHIN = frozenset({Relation.OWN, Relation.BELOW})
NEAR = WITHIN | {Relation.ABOVE}
ANYWHERE = frozenset(Relation)
AT_UNIT = frozenset({Relation.UNIT})
NOT_BY_AREA: frozenset[Relation] = frozenset()

MEMBERS = frozenset({offices.GRID_MEMBER})
HANDLERS = frozenset({offices.HANDLER})
DESK = frozenset(
    {offices.ACCEPTOR, offices.DUTY_LEADER, offices.DISPATCHER, offices.COMMANDER, offices.HOTLINE}
)
WATCH = frozenset({offices.SUPERVISOR, offices.AUDITOR})
UNCOVERING = frozenset({offices.DUTY_LEADER, offices.AUDITOR})
"""Who may look at what was blurred."""
SEEKERS = frozenset({offices.HOTLINE, offices.ACCEPTOR, offices.DUTY_LEADER})
"""Who may look for a reporter by a phone number or a name."""
ORDERING = frozenset({offices.SUPERVISOR})
"""Who gives an order that a unit has to answer (督办)."""
ADMINISTRATORS = frozenset({offices.ADMINISTRATOR})
AUDITORS = frozenset({offices.AUDITOR})
OPERATORS = frozenset({OPERATOR})
"""Whoever runs the machine, at its command line; nobody of the roster can hold this role."""
SERVICE = MEMBERS | HANDLERS | DESK | WATCH
EVERYBODY = SERVICE | ADMINISTRATORS


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """Whom a row is for, how far it reaches, and what may be seen by it.

    ``owned``: it also holds wherever the matter is the person's own: reported by the person, or
    given to the person's unit. ``fields_after`` are those still seen when the case has ended.
    """

    roles: frozenset[str]
    reach: frozenset[Relation] = WITHIN
    owned: bool = False
    fields: frozenset[Field] = frozenset()
    fields_after: frozenset[Field] = frozenset()


_ALL: frozenset[Field] = frozenset(FIELDS)
_FOR_WORK: frozenset[Field] = frozenset({"place", "people", "words"})
_PLACE: frozenset[Field] = frozenset({"place"})
_PEOPLE: frozenset[Field] = frozenset({"people"})

_OPERATOR = Row(roles=OPERATORS, reach=ANYWHERE)
_OPERATOR_PEOPLE = Row(roles=OPERATORS, reach=ANYWHERE, fields=_PEOPLE, fields_after=_PEOPLE)

# Who works at a unit, at its desk or outside, sees what was given to the unit, and no longer than
# the work lasts what people wrote.
_CASES = (
    Row(roles=DESK, fields=_ALL, fields_after=_ALL),
    Row(roles=WATCH, fields=_ALL, fields_after=_ALL),
    Row(roles=DESK, reach=AT_UNIT, fields=_FOR_WORK, fields_after=_PLACE),
    Row(roles=WATCH, reach=AT_UNIT, fields=_FOR_WORK, fields_after=_PLACE),
    Row(roles=MEMBERS, reach=NOT_BY_AREA, owned=True, fields=_FOR_WORK, fields_after=_FOR_WORK),
    Row(roles=MEMBERS, fields=_FOR_WORK, fields_after=_PLACE),
    Row(roles=HANDLERS, reach=NOT_BY_AREA, owned=True, fields=_FOR_WORK, fields_after=_PLACE),
)
# The operator sees that a case stands and how long it takes: not who, where exactly, or what about.
_SHOWN_CASES = (*_CASES, _OPERATOR)
_HANDS = tuple(row for row in _CASES if row.roles != WATCH)
_WHISTLES = (
    Row(roles=DESK | WATCH, fields=_ALL, fields_after=_ALL),
    Row(roles=DESK | WATCH, reach=AT_UNIT, fields=_FOR_WORK, fields_after=_PLACE),
    Row(roles=HANDLERS, reach=NOT_BY_AREA, owned=True, fields=_FOR_WORK, fields_after=_PLACE),
)

TABLE: dict[str, tuple[Row, ...]] = {
    "report an incident": (Row(roles=MEMBERS | DESK | ORDERING),),
    "look at a case": _SHOWN_CASES,
    "look at the board": _SHOWN_CASES,
    "take a step": _CASES,
    "add a photo": _HANDS,
    "open a blurred photo": (Row(roles=UNCOVERING, fields=_ALL, fields_after=_ALL),),
    "unmerge a case": (Row(roles=DESK),),
    "join a call": (Row(roles=frozenset({offices.ACCEPTOR, offices.HOTLINE})),),
    "blow a whistle": (Row(roles=DESK),),
    "look at a whistle": (*_WHISTLES, _OPERATOR),
    "answer a whistle": (Row(roles=HANDLERS, reach=NOT_BY_AREA, owned=True),),
    "judge a whistle": (Row(roles=DESK),),
    "look at measures": (
        Row(roles=DESK | WATCH | ADMINISTRATORS, fields=_PEOPLE, fields_after=_PEOPLE),
        Row(roles=DESK | WATCH, reach=AT_UNIT, fields=_PEOPLE, fields_after=_PEOPLE),
        Row(roles=MEMBERS | HANDLERS),
        _OPERATOR,
    ),
    "look at areas": (Row(roles=EVERYBODY | OPERATORS, reach=ANYWHERE),),
    "look at rules": (Row(roles=EVERYBODY | OPERATORS, reach=ANYWHERE),),
    "look at people": (
        Row(roles=DESK | WATCH | ADMINISTRATORS, reach=NEAR, fields=frozenset({"people"})),
        Row(roles=MEMBERS | HANDLERS, reach=NEAR),
        _OPERATOR_PEOPLE,
    ),
    "look at units": (Row(roles=EVERYBODY | OPERATORS, reach=ANYWHERE),),
    "look at rights": (Row(roles=EVERYBODY | OPERATORS, reach=ANYWHERE),),
    "look at notices": (Row(roles=WATCH | ADMINISTRATORS), _OPERATOR),
    "look at snags": (Row(roles=ADMINISTRATORS | WATCH | OPERATORS, reach=ANYWHERE),),
    "reveal words": (
        Row(roles=DESK | WATCH),
        Row(roles=DESK | WATCH, reach=AT_UNIT),
        Row(roles=MEMBERS | HANDLERS, reach=NOT_BY_AREA, owned=True),
    ),
    "reveal a name": (
        Row(roles=DESK | WATCH | ADMINISTRATORS, reach=NEAR),
        Row(roles=MEMBERS | HANDLERS, reach=NEAR, owned=True),
        _OPERATOR,
    ),
    "look for a caller": (Row(roles=SEEKERS),),
    "look at changes": (Row(roles=AUDITORS | ADMINISTRATORS), _OPERATOR),
    "look at reveals": (Row(roles=WATCH | ADMINISTRATORS),),
    "keep accounts": (Row(roles=ADMINISTRATORS), _OPERATOR),
    "keep senders": (Row(roles=ADMINISTRATORS), _OPERATOR),
    "keep the roster": (Row(roles=ADMINISTRATORS), _OPERATOR),
    "change areas": (Row(roles=ADMINISTRATORS), _OPERATOR),
    "publish rules": (Row(roles=ADMINISTRATORS), _OPERATOR),
    "keep one's own account": (Row(roles=EVERYBODY, reach=ANYWHERE),),
    "hand out personal data": (
        Row(roles=EVERYBODY, reach=NOT_BY_AREA, owned=True),
        _OPERATOR,
    ),
    "keep personal data": (_OPERATOR,),
    "take in records": (_OPERATOR,),
    "move running cases": (_OPERATOR,),
    "try out rules": (_OPERATOR,),
    "export the ledger": (_OPERATOR,),
    "run the machine": (_OPERATOR,),
}
"""Every action by its name, as the page of who may do what shows it."""

MATTERS = frozenset(
    {
        "report an incident",
        "look at a case",
        "look at the board",
        "take a step",
        "add a photo",
        "open a blurred photo",
        "unmerge a case",
        "join a call",
        "blow a whistle",
        "look at a whistle",
        "answer a whistle",
        "judge a whistle",
        "reveal words",
        "look for a caller",
        "look at reveals",
    }
)
"""Of what people reported: who sits at a unit reaches what is the unit's, and not by its area."""
