"""The simulator lives on from what the log says, by a clock that is moved by hand."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from threading import Event, Thread

import pytest

from domain.kernel.act import clockwork
from ops.bootstrap import Gridward
from ops.sample.arrivals import arrivals
from ops.sample.city import planned_city
from ops.sample.shape import sample_shape
from ops.sample.simulating import Simulator
from tests.ops.sample.loaded import a_city, bodies, incidents, load
from tests.ops.town import Clock
from workflows.firing import firing
from workflows.incident.commands import ReportIncident, TakeStep

TUESDAY_NINE = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)  # 09:00 in the city
GRID = planned_city("small").grids[0]


@pytest.fixture
def clock():
    return Clock(TUESDAY_NINE)


@pytest.fixture
def city(tmp_path, clock):
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    with a_city(url, tmp_path, clock) as gridward:
        load(gridward, until=TUESDAY_NINE)
        yield gridward


def live(simulator: Simulator, city: Gridward, clock: Clock, *, minutes: int) -> None:
    """Tick every two minutes, with the city's clock beside."""
    for _ in range(minutes // 2):
        clock.forward(minutes=2)
        for due in city.ledger.claim_due(now=clock(), limit=50, lease=timedelta(seconds=30)):
            order, act = firing(due, city.ledger, at=clock())
            city.desk.do(order, act)
        simulator.tick()


def reported_between(city: Gridward, first: datetime, last: datetime) -> list[str]:
    return [
        str(case.course.area)
        for case in incidents(city)
        if case.course.reported_at and first < case.course.reported_at <= last
    ]


def test_a_day_passes_with_its_reports_and_steps(city, clock):
    simulator = Simulator(city, at_least=0)
    before = Counter(case.course.stage for case in incidents(city))

    live(simulator, city, clock, minutes=480)

    zone = simulator._zone
    expected = [
        str(one.command.area)
        for one in arrivals(planned_city("small"), sample_shape(), clock().date(), zone=zone)
        if TUESDAY_NINE < one.at <= clock()
    ]
    after = Counter(case.course.stage for case in incidents(city))
    assert sorted(reported_between(city, TUESDAY_NINE, clock())) == sorted(expected)
    assert after["closed"] > before["closed"]
    assert after["awaiting_audit"] > 0


def test_a_simulator_started_anew_goes_on_without_reporting_twice(city, clock):
    live(Simulator(city), city, clock, minutes=60)
    before = len(bodies(city))
    reports = len(incidents(city))

    Simulator(city).tick()
    assert len(incidents(city)) == reports

    live(Simulator(city), city, clock, minutes=60)
    assert len(bodies(city)) > before


def test_something_is_reported_at_night_too(city, clock):
    simulator = Simulator(city, at_least=6)
    clock.forward(hours=18)  # three in the morning
    simulator.tick()
    night = clock()

    live(simulator, city, clock, minutes=60)

    assert len(reported_between(city, night, clock())) >= 6


def test_somebody_on_the_pages_may_act_first(city, clock):
    simulator = Simulator(city)
    simulator.tick()
    planned = [one for one in simulator._planned.values() if one.move.at > clock()]
    first = min(planned, key=lambda one: one.move.at)
    clock.at = first.move.at
    command = TakeStep(incident=first.case.id, step=first.move.step, answers=first.move.answers)
    act = clockwork(command_id="by-hand", area=GRID, at=clock())
    person = {"person": first.move.person, "role": first.move.role}
    city.desk.do(command, type(act)(**person, area=GRID, command_id="by-hand", at=clock()))
    taken = city.ledger.load(type(first.case), first.case.id).version

    simulator._act(clock())  # it has not read the log yet: refused, and nobody minds

    assert city.ledger.load(type(first.case), first.case.id).version == taken


def test_a_visitors_report_is_taken_up_by_the_city(city, clock):
    simulator = Simulator(city)
    simulator.tick()
    act = clockwork(command_id="visitor", area=GRID, at=clock())
    visitor = type(act)(
        person=f"p-member-{GRID}", role="grid_member", area=GRID, command_id="visitor", at=clock()
    )
    report = ReportIncident(area=GRID, category="01-02", source="grid-member", words="门口有垃圾")
    answer = city.desk.do(report, visitor)
    assert answer is not None

    live(simulator, city, clock, minutes=180)

    facts = city.ledger.facts(answer.stream)
    assert len(facts) > 2
    assert "handle_on_spot" not in {getattr(fact, "step", "") for fact in facts}


def test_it_stops_when_told(city):
    stop = Event()
    running = Thread(target=Simulator(city).run, args=(stop,))
    running.start()
    stop.set()
    running.join(timeout=5)

    assert not running.is_alive()
