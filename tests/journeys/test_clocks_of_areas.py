"""Two districts, each by its own hours, and an emergency by none: on both databases."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from domain.incident.events import DeadlineMissed
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from ops.scheduling import fire_due
from tests.city import CITY, HEXI, JIANSHAN, KAIFENG, Someone, add_units, grid
from workflows.incident.commands import ReportIncident
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import read_book

TUESDAY_NINE = datetime(2026, 11, 17, 1, 0, tzinfo=UTC)
FRIDAY_NIGHT = datetime(2026, 11, 20, 14, 0, tzinfo=UTC)
WANG = Someone(handle="p-wang-fang", name="王芳", role="grid_member", area=grid(KAIFENG))
GAO = Someone(handle="p-gao-shan", name="高山", role="grid_member", area=grid(JIANSHAN))
HEXI_HOURS = {
    "title": {"zh": "河西区工作日历", "en": "Working calendar of Hexi"},
    "time_zone": "Asia/Shanghai",
    "week": ["mon", "tue", "wed", "thu", "fri"],
    "shifts": ["08:00-12:00", "14:00-17:00"],
    "special": [{"date": "2026-11-17", "shifts": []}],
}


def street(**given):
    """The street's workflow; whoever accepts has two working days."""
    content: dict[str, Any] = dict(
        next(one for one in read_book() if one.name == "street-incident").content
    )
    stages = [
        {**one, "deadline": {"within": "2 working days", "then": "escalate"}}
        if one["name"] == "accepting"
        else one
        for one in content["stage"]
    ]
    return {**content, "stage": stages, **given}


def order(house, command, who=None, *, key):
    role, area = (who.role, who.area) if who else ("commander", CITY)
    act = Act(
        person=who.handle if who else "p-admin",
        role=role,
        area=str(area),
        command_id=key,
        at=house.clock(),
    )
    return house.gridward.desk.do(command, act)


def publish(house, kind, name, content, *, key):
    order(house, PublishRules(kind=kind, name=name, content=content), key=key)
    house.gridward.shelf.refresh()


@pytest.fixture
def districts(house):
    """A city in which Hexi has hours, and a holiday, of its own; Tuesday at nine."""
    add_units(house.gridward.desk, [], [GAO], at=house.clock())
    publish(house, "calendar", "hexi", HEXI_HOURS, key="calendar-1")
    content = street(calendar_areas={str(HEXI): "hexi"})
    publish(house, "workflow", "street-incident", content, key="workflow-2")
    house.clock.at = TUESDAY_NINE
    return house


def report(house, who, category="01-02"):
    wanted = ReportIncident(area=who.area, category=category, source="grid-member")
    return order(house, wanted, who, key=f"report-{who.handle}-{house.clock()}").stream


def course_of(house, incident):
    return house.gridward.ledger.load(Incident, incident).course


def due(house, incident):
    """By which calendar a case counts, and the length and end of its one deadline."""
    course = course_of(house, incident)
    (open_,) = course.timers(incident, house.gridward.shelf.calendar(course.calendar))
    return course.calendar, open_.limit.minutes, open_.due_at


def test_a_district_counts_by_its_own_hours_and_its_own_holiday(districts):
    heping, hexi = report(districts, WANG), report(districts, GAO)

    thursday_nine = datetime(2026, 11, 19, 1, 0, tzinfo=UTC)
    thursday_five = datetime(2026, 11, 19, 9, 0, tzinfo=UTC)
    assert due(districts, heping) == ("tianjin-government@1", 960, thursday_nine)
    assert due(districts, hexi) == ("hexi@1", 840, thursday_five)


def late(house, incident):
    return any(isinstance(one, DeadlineMissed) for one in house.gridward.ledger.facts(incident))


def test_each_district_is_late_by_its_own_clock(districts):
    heping, hexi = report(districts, WANG), report(districts, GAO)
    first, second = (due(districts, one)[2] for one in (heping, hexi))
    seen = []
    for at in (first - timedelta(seconds=1), first, second - timedelta(seconds=1), second):
        fire_due(districts.gridward, at)
        seen.append((late(districts, heping), late(districts, hexi)))

    assert seen == [(False, False), (True, False), (True, False), (True, True)]


def test_a_later_change_of_hours_rewrites_no_case(districts):
    before = report(districts, GAO)
    longer = {**HEXI_HOURS, "shifts": ["08:00-12:00", "13:00-18:00"]}
    publish(districts, "calendar", "hexi", longer, key="calendar-2")
    districts.clock.forward(hours=1)
    after = report(districts, GAO)

    assert due(districts, before)[:2] == ("hexi@1", 840)
    assert due(districts, after)[:2] == ("hexi@2", 1080)


def test_an_emergency_of_any_district_counts_day_and_night(districts):
    districts.clock.at = FRIDAY_NIGHT
    incident = report(districts, GAO, category="04-01")

    sixteen_hours_later = FRIDAY_NIGHT + timedelta(hours=16)  # two days of eight hours, no rest
    assert due(districts, incident) == ("tianjin-always@1", 960, sixteen_hours_later)


def test_an_area_that_the_city_does_not_have_is_refused(districts):
    content = street(calendar_areas={"120199000000": "hexi"})

    with pytest.raises(Refused) as refusal:
        publish(districts, "workflow", "street-incident", content, key="workflow-3")

    assert refusal.value.code == "no-such-area"
