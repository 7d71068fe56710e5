"""Wherever chance leads cases before and after a move: what is stored gives the same case again."""

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.incident.incident import Incident
from domain.moving.plan import WISHES
from tests.workflows.incident.test_random_walks import (
    RebuildingRecords,
    must_be_lawful,
    suppressed,
    walk_on,
)
from tests.workflows.moving.street import NEW, OLD, RENAMED, a_plan, begin, move, publish, without
from tests.workflows.office import StreetOffice, a_street_office
from workflows.moving.handlers import ways
from workflows.moving.judging import Moves

MAPPED = {"awaiting_check": "check_queue"}


def move_all(office: StreetOffice, chance: st.DataObject) -> None:
    """Move every case that can move; a case stays exactly where the dry run says so."""
    plan = a_plan(stages=MAPPED, open_deadlines=chance.draw(st.sampled_from(WISHES)))
    begin(office, plan)
    for incident in office.incidents:
        course = office.incident(incident).course
        verdict = ways(plan, office.desk.office).judge(course)
        movable = isinstance(verdict, Moves) and not course.ended
        with suppressed({"case-cannot-move"}):
            move(office, incident, plan)
        assert office.incident(incident).course.workflow == (NEW if movable else OLD)


@settings(max_examples=40)
@given(st.data())
def test_stored_cases_equal_live_ones_after_walks_with_a_move_between(chance):
    office = a_street_office(RebuildingRecords())
    for _ in range(3):
        office.report()
        office.forward(minutes=1)
    for _ in range(chance.draw(st.integers(3, 25))):
        walk_on(office, chance)

    publish(office, RENAMED, *without("void"))
    move_all(office, chance)
    for _ in range(chance.draw(st.integers(0, 15))):
        walk_on(office, chance)

    for incident in office.incidents:
        course = office.records.load(Incident, incident).course
        engine = office.desk.office.engines.of(course.workflow)
        must_be_lawful(office, incident, engine.definition)
