"""Working days of definitions and books, against a slow model that lays out every minute."""

from datetime import UTC, datetime, timedelta
from random import Random

from domain.kernel.calendar import WorkingCalendar
from domain.rulebook.limits import limits_from
from domain.rulebook.whistles import whistles_from
from workflows.reading import BOOK, definition_from, read_content
from workflows.rulebook.reading import read_rules

MONDAY = datetime(2026, 3, 2, tzinfo=UTC)
MINUTE = timedelta(minutes=1)
CALENDARS, TRIES, LAST_DAY = 20, 25, 28


def a_calendar(chance: Random) -> WorkingCalendar:
    """Two shifts of a day, before and after noon, such as 07:40-11:05 and 13:20-16:00."""
    opens, closes = chance.randrange(360, 660), chance.randrange(660, 720)
    again, ends = chance.randrange(740, 900), chance.randrange(900, 1260)
    return WorkingCalendar(
        reference="own@1", time_zone="UTC", shifts=((opens, closes), (again, ends))
    )


def minutes_of(calendar: WorkingCalendar) -> list[datetime]:
    """Every minute that begins in a shift, one after the other."""
    found: list[datetime] = []
    for number in range(LAST_DAY):
        day = MONDAY + number * timedelta(days=1)
        for opens, closes in calendar.shifts if day.weekday() < 5 else ():
            found += [day + minute * MINUTE for minute in range(opens, closes)]
    return found


def street_by(day_minutes: int, within: str):
    """The street's workflow with a limit of so many working days for whoever accepts."""
    content, _ = read_content((BOOK / "street-incident.v1.toml").read_text(encoding="utf-8"))
    for stage in content["stage"]:
        if stage["name"] == "accepting":
            stage["deadline"]["within"] = within
    return definition_from(content, version=1, day_minutes=day_minutes)


def test_two_working_days_end_when_the_second_day_of_work_is_full(random_seed):
    chance = Random(random_seed)
    for _ in range(CALENDARS):
        calendar = a_calendar(chance)
        minutes = minutes_of(calendar)
        days = chance.randrange(1, 6)
        within = f"{days} working day{'s' * (days > 1)}"
        limit = street_by(calendar.day_minutes, within).stages["accepting"].deadline.within
        for _ in range(TRIES):
            begun = chance.randrange(5 * calendar.day_minutes)
            full = minutes[begun + days * calendar.day_minutes - 1] + MINUTE

            assert limit.due_at(minutes[begun], calendar) == full, (random_seed, calendar.shifts)


def test_a_calendar_of_420_minutes_gives_two_working_days_of_840():
    definition = street_by(420, "2 working days")

    assert definition.stages["accepting"].deadline.within.minutes == 840
    assert definition.stages["suspended"].deadline.within.minutes == 60 * 1440


def test_every_limit_of_a_definition_has_the_days_of_the_calendar():
    half, whole = street_by(240, "1 working day"), street_by(480, "1 working day")

    def days(definition):
        return [one.up_to for one in definition.requests["deferral"].approvers if one.up_to]

    assert half.climbing.repeat == whole.climbing.repeat  # hours stay hours
    assert days(half)
    assert [2 * minutes for minutes in days(half)] == days(whole)


def test_limits_and_whistles_have_the_days_of_the_calendar_as_well():
    limits, whistles = (
        read_rules(BOOK / kind / "tianjin-grid.toml").content for kind in ("limits", "whistles")
    )

    rule = limits_from("grid@1", limits, day_minutes=420).rule("01-01")
    kind = whistles_from("grid@1", whistles, day_minutes=420).kind("work")

    assert (rule.handling.minutes, kind.check_in.minutes) == (20 * 420, 3 * 420)


def test_limits_that_state_their_own_day_keep_it():
    content = dict(read_rules(BOOK / "limits" / "tianjin-grid.toml").content)

    book = limits_from("grid@1", {**content, "day_minutes": 480}, day_minutes=420)

    assert book.rule("01-01").handling.minutes == 20 * 480
