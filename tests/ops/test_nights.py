"""Who is on duty at night: the city is told which roles its workflows ask for, and no rota has."""

from datetime import date

from ops.nights import unguarded_nights
from tests.ops.town import STREET
from workflows.people.commands import GiveDuty

WANTED = ("acceptor", "commander", "dispatcher", "duty_leader", "grid_member", "handler")


def test_a_city_without_a_known_roster_is_not_warned(town):
    assert unguarded_nights(town.gridward, town.clock()) == ()


def test_roles_of_which_no_rota_has_anybody_at_night_are_named(town):
    on_duty(town, "dispatcher", "20:00-08:00")
    on_duty(town, "acceptor", "08:00-20:00")
    for reader in town.gridward.readers:
        reader.catch_up()

    unguarded = unguarded_nights(town.gridward, town.clock())

    assert unguarded == tuple(role for role in WANTED if role != "dispatcher")


def on_duty(town, role, hours):
    order = GiveDuty(
        handle=f"p-{role}",
        role=role,
        area=STREET,
        unit=None,
        hours=hours,
        weekdays=tuple(range(7)),
        from_day=date(2026, 11, 1),
        to_day=None,
    )
    town.gridward.desk.do(order, town.act("commander"))
