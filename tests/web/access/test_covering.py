"""No route and no command stands outside the account that was written by hand."""

from tests.web.access.expected_cases import CASES, ELSEWHERE, IN_STAGE
from tests.web.access.expected_commands import BY_CLOCK, BY_HOUSE, BY_ROUTES
from tests.web.access.expected_lists import LISTS, OPEN, ORDERS
from tests.web.access.expected_whistles import WHISTLES
from tests.web.access.judging import is_sent_to_choose
from web.routes import OPEN as OPEN_ACTION
from web.routes import ROUTES
from workflows.desk import BY_OFFICE, BY_RECORDS

WRITTEN = (*CASES, *IN_STAGE, *ELSEWHERE, *WHISTLES, *LISTS, *ORDERS, *OPEN)
UNASKED = {"HEAD", "OPTIONS"}


def routes_of(app):
    return {
        f"{method} {rule}": rule.endpoint
        for rule in app.url_map.iter_rules()
        for method in (rule.methods or set()) - UNASKED
    }


def test_every_route_of_the_application_is_written_down_once(hall):
    assert sorted(WRITTEN) == sorted(routes_of(hall.app))


def test_what_is_open_to_everybody_is_so_by_the_table_too(hall):
    by_table = {
        route for route, endpoint in routes_of(hall.app).items() if ROUTES[endpoint] == OPEN_ACTION
    }

    assert by_table == set(OPEN)


def test_every_command_is_written_down_once():
    known = {kind.__name__ for kind in (*BY_OFFICE, *BY_RECORDS)}

    assert sorted((*BY_ROUTES, *BY_CLOCK, *BY_HOUSE)) == sorted(known)
    assert {route for routes in BY_ROUTES.values() for route in routes} <= set(WRITTEN)


def test_a_stranger_is_sent_away_from_all_that_is_not_open(hall):
    cells, let_in = 0, []
    for route in sorted(set(WRITTEN) - set(OPEN)):
        method, _, path = route.partition(" ")
        filled = hall.filled(path)
        answer = hall.ask_as_stranger(method, filled)
        cells += 1
        # a body or a query that lacks a word is told so before anybody is asked for
        unread = filled.startswith("/api/") and answer.status_code in (415, 422)
        if not (unread or answer.status_code == 401 or is_sent_to_choose(answer)):
            let_in.append((route, answer.status_code))
    print(f"{cells} routes sent a stranger away")
    assert not let_in
