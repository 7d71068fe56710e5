"""No command of the command line stands outside the account that was written by hand."""

from importlib import import_module

import click
import pytest

from domain.access.deciding import has_row
from domain.access.relation import Relation
from domain.access.table import OPERATORS, TABLE
from domain.people.roles import ROLES
from ops.cli import PLACES
from ops.cli.asking import ROWS, for_operator
from ops.cli.telling import Told, telling
from ops.cli.whistles import ORDERS
from tests.ops.access.expected import ANSWERS, COMMANDS, DESK, JUDGES
from web.routes import ROUTES

EVERY_ROLE = (*ROLES, "operator")


def commands(named, command):
    if not isinstance(command, click.Group):
        yield named, command
        return
    for name, one in command.commands.items():
        yield from commands(f"{named} {name}", one)


def every_command():
    for name, place in PLACES.items():
        yield from commands(name, getattr(import_module(f"ops.cli.{place.module}"), place.name))


def row(command):
    return ROWS[command.callback]


def test_every_command_is_written_down_once():
    assert sorted(name for name, _ in every_command()) == sorted(COMMANDS)


def test_a_command_without_a_row_cannot_be_made():
    with pytest.raises(KeyError):
        telling(to="do as one likes")(lambda _city: Told(data=None, lines=[]))
    with pytest.raises(KeyError):
        for_operator("do as one likes")


def test_every_command_is_for_whom_it_was_written_for():
    wrong, cells = [], 0
    for name, command in every_command():
        written = COMMANDS[name][0].split()
        for role in EVERY_ROLE:
            cells += 1
            may = any(has_row(action, role) for action in row(command).actions)
            if may != (role in written):
                wrong.append((name, role))
    print(f"{cells} cells of the command line")
    assert not wrong


def test_every_command_asks_of_the_place_that_was_written_down():
    wrong = []
    for name, command in every_command():
        asked, where = row(command), COMMANDS[name][1]
        anywhere = {
            frozenset(Relation) == one.reach
            for action in asked.actions
            for one in TABLE[action]
            if one.roles - OPERATORS
        }
        is_any = anywhere <= {True}
        if asked.whole != (where == "city") or is_any != (where == "any"):
            wrong.append((name, where))
    assert not wrong


def test_of_a_whistle_parties_answer_and_those_who_summoned_them_judge():
    assert sorted(ORDERS) == sorted(f"{ANSWERS} {JUDGES}".split())
    assert {ORDERS[one] for one in ANSWERS.split()} == {"answer a whistle"}
    judging = {role for one in TABLE[ORDERS["rate"]] for role in one.roles}
    assert judging == set(DESK.split())
    assert {ORDERS[one] for one in JUDGES.split()} == {"judge a whistle"}


def test_every_action_of_the_table_is_done_by_a_route_or_a_command():
    done = {action for _, command in every_command() for action in row(command).actions}

    # names are revealed by `people show` and notices stand on the page of their case
    assert set(TABLE) - done - set(ROUTES.values()) == set()


def test_only_commands_for_people_let_somebody_be_named():
    for name, command in every_command():
        names = {option for one in command.params for option in one.opts}
        for_people = COMMANDS[name][0] != "operator"
        opens = row(command).opens
        assert ("--as" in names) == (for_people and opens != "nothing"), name
