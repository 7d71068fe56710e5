"""Every route of a whistle, by every role from everywhere."""

import pytest

from domain.kernel.act import PROCESS
from tests.web.access.expected_cases import ROLES
from tests.web.access.expected_whistles import LOOK, WHISTLES
from tests.web.access.hall import POSTS, STREET, handle_of, unit_at
from tests.web.access.judging import Ledger, as_unknown, code_of, everybody, is_open
from workflows.incident.whistling import OpenWhistle
from workflows.whistle import commands as ordered

PARTIES = tuple(unit_at(relation) for relation in ("own", "below"))
WAYS = {
    "summoned": (),
    "signed": (ordered.SignFor,),
    "on site": (ordered.SignFor, ordered.CheckIn),
    "working": (ordered.SignFor, ordered.CheckIn, ordered.BeginWork),
    "done": (ordered.SignFor, ordered.CheckIn, ordered.BeginWork, ordered.FinishWork),
}
SPOT = {"lon": 117.2, "lat": 39.1}
SENT = {
    "check-in": {"place": SPOT, "photo": "0" * 64},
    "substitute": {"by": "heping-roads", "reason": "写明理由"},
    "withdraw": {"reason": "写明理由"},
    "rate": {"stars": 4},
    "confirm": {"result": "solved"},
}


@pytest.fixture(scope="module")
def whistles(hall):
    return {stage: blown(hall, stage) for stage in ("asked for", *WAYS)}


def blown(hall, stage):
    kind = "hard-case" if stage == "asked for" else "work"
    cause = "unclear-ownership" if kind == "hard-case" else "joint-enforcement"
    case = hall.case("accepting", STREET, stage)
    blow = ordered.BlowWhistle(
        incident=case, kind=kind, cause=cause, parties=PARTIES, place=hall.spot
    )
    whistle = hall.order(blow, handle_of("commander", "own"), "commander", STREET)
    if kind == "work":
        hall.order(OpenWhistle(incident=case, whistle=whistle), PROCESS, PROCESS, STREET)
    for order in WAYS.get(stage, ()):
        for relation in ("own", "below"):
            given = {"place": hall.spot, "photo": "0" * 64} if order is ordered.CheckIn else {}
            command = order(whistle=whistle, party=unit_at(relation), **given)
            hall.order(command, handle_of("handler", relation), "handler", STREET)
    return whistle


def asked(hall, route, whistle, role, relation):
    method, _, path = route.partition(" ")
    is_party = role == "handler" and unit_at(relation) in PARTIES
    word = "sign-for" if "<party>" in path else "call-off"
    for name, value in (("<uuid:whistle>", whistle), ("<word>", word),
                        ("<party>", unit_at(relation) if is_party else PARTIES[0])):  # fmt: skip
        path = path.replace(name, str(value))
    sent = SENT.get(path.rpartition("/")[2], {})
    who = (handle_of(role, relation), role)
    if method == "GET":
        return hall.ask(method, path, who)
    return hall.ask(method, path, who, **({"json": sent} if "/api/" in path else {"data": {}}))


@pytest.mark.parametrize("route", WHISTLES)
def test_every_route_of_a_whistle_is_open_to_whom_it_was_written_for(hall, whistles, route):
    ledger, (stage, cells) = Ledger(), WHISTLES[route]
    for role, relation in everybody():
        own = role == "handler" and unit_at(relation) in PARTIES
        answer = asked(hall, route, whistles[stage], role, relation)
        expected = is_open(cells[ROLES.index(role)], relation, own=own)
        ledger.note((route, role, relation), expected, answer)
    ledger.must_be_as_written()


@pytest.mark.parametrize("route", WHISTLES)
def test_a_whistle_out_of_reach_is_answered_as_one_that_is_not_there(hall, whistles, route):
    told, stage = [], WHISTLES[route][0]
    for role, relation in everybody():
        own = role == "handler" and unit_at(relation) in PARTIES
        if is_open(LOOK[ROLES.index(role)], relation, own=own):
            continue

        def ask(one, role=role, relation=relation):
            return asked(hall, route, one, role, relation)

        answer = ask(whistles[stage])
        if not as_unknown(answer, whistles[stage], ask):
            told.append((route, role, relation, answer.status_code, code_of(answer)))
    assert not told


def test_the_parties_lie_in_and_above_the_street_that_blew():
    assert [POSTS["own"], POSTS["below"]] == [STREET, STREET.path[1]]
