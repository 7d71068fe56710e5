"""The roll of a whistle: states, deadlines and judgements follow from its facts alone."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import pytest

from domain.kernel.act import Act
from domain.kernel.calendar import WorkingCalendar
from domain.kernel.limits import parse_limit
from domain.kernel.places import Place
from domain.kernel.refusals import Refused
from domain.whistle.events import PartyLimits, PartyOverdue, Terms
from domain.whistle.whistle import Whistle

CASE, ID = UUID(int=7), UUID(int=8)
STREET = "120101001000"
HERE = Place(lon_e6=0, lat_e6=0)
MONDAY = datetime(2026, 11, 16, 1, tzinfo=UTC)
OFFICE = WorkingCalendar(reference="office@1")
LIMITS = PartyLimits(
    sign_for=parse_limit("1 clock hour"),
    contact=parse_limit("24 clock hours"),
    check_in=parse_limit("3 working days"),
    done=parse_limit("10 working days"),
)


def act(minutes: int = 0) -> Act:
    at = MONDAY + timedelta(minutes=minutes)
    return Act(person="p-1", role="commander", area=STREET, command_id=f"c-{minutes}", at=at)


def a_whistle(
    *parties: str,
    limits: PartyLimits = LIMITS,
    radius_m: int | None = 100,
    place: Place | None = HERE,
) -> Whistle:
    whistle = Whistle(ID)
    terms = Terms(
        incident=CASE,
        kind="work",
        cause="pressing-matter",
        rules="r@1",
        calendar="office@1",
        area=STREET,
        parties=parties or ("urban",),
        limits=limits,
        radius_m=radius_m,
        place=place,
    )
    whistle.blow(act(), terms)
    return whistle


def due(whistle: Whistle) -> dict[str, datetime]:
    found = whistle.roll.deadlines(ID, OFFICE)
    return {f"{deadline.party}/{deadline.what}": deadline.due_at for deadline in found}


def here(whistle: Whistle, minutes: int, party: str = "urban") -> None:
    whistle.check_in(act(minutes), party=party, place=Place(lon_e6=0, lat_e6=100))


def test_each_duty_has_its_deadline_until_it_is_met():
    whistle = a_whistle()
    assert list(due(whistle)) == ["urban/sign-for", "urban/contact", "urban/check-in", "urban/done"]

    whistle.sign_for(act(5), party="urban")
    assert list(due(whistle)) == ["urban/contact", "urban/check-in", "urban/done"]
    here(whistle, 10)
    assert list(due(whistle)) == ["urban/done"]
    whistle.finish(act(20), party="urban", result=None)
    assert due(whistle) == {}


def test_who_checks_in_has_signed_and_made_contact():
    whistle = a_whistle(limits=PartyLimits(contact=LIMITS.contact, check_in=LIMITS.check_in))

    here(whistle, 30)

    roll = whistle.roll
    party = roll.parties["urban"]
    assert [roll.on_time(party, duty, OFFICE) for duty in ("sign-for", "contact", "check-in")] == [
        None,  # nothing was owed
        True,
        True,
    ]


def test_without_a_radius_nobody_has_to_come_on_site():
    whistle = a_whistle(radius_m=None, place=None, limits=PartyLimits(check_in=LIMITS.check_in))

    whistle.check_in(act(10), party="urban")

    party = whistle.roll.parties["urban"]
    assert (party.state, party.distance_m) == ("checked-in", None)


@pytest.mark.parametrize(("metres_e6", "expected"), [(899, None), (909, "too-far")])
def test_the_radius_is_held_to_the_metre(metres_e6, expected):
    whistle = a_whistle()
    whistle.sign_for(act(1), party="urban")
    place = Place(lon_e6=0, lat_e6=metres_e6)  # 100 m and 101 m

    if expected is None:
        whistle.check_in(act(2), party="urban", place=place)
        assert whistle.roll.parties["urban"].distance_m == 100
        return
    with pytest.raises(Refused) as refusal:
        whistle.check_in(act(2), party="urban", place=place)
    assert refusal.value.facts == {"distance_m": 101, "radius_m": 100}


def test_what_was_answered_at_the_last_instant_is_in_time():
    whistle = a_whistle("urban", "police")
    whistle.sign_for(act(60), party="urban")
    whistle.sign_for(act(61), party="police")

    roll = whistle.roll
    judged = [roll.on_time(party, "sign-for", OFFICE) for party in roll.parties.values()]
    assert judged == [True, False]


def test_missing_twice_is_told_once():
    whistle = a_whistle()
    deadline = whistle.roll.deadlines(ID, OFFICE)[0]

    whistle.miss(deadline, act(61))
    whistle.miss(deadline, act(62))

    told = [fact.TOPIC for fact in whistle.collect_events()]
    assert told == ["whistle.blown", "whistle.party-overdue"]
    overdue = whistle.roll.parties["urban"]
    assert (overdue.overdue, overdue.missed) == (True, ["sign-for"])


def test_a_missed_deadline_says_why():
    whistle = a_whistle()
    whistle.miss(whistle.roll.deadlines(ID, OFFICE)[0], act(61))

    overdue = whistle.collect_events()[-1]
    assert isinstance(overdue, PartyOverdue)
    assert overdue.why == {
        "rule": "party-deadline",
        "clock": "elapsed",
        "calendar": "office@1",
        "began_at": MONDAY.isoformat(),
        "minutes": 60,
    }


def test_rebuilt_from_its_facts_it_is_the_same():
    whistle = a_whistle("urban", "police")
    whistle.sign_for(act(1), party="urban")
    here(whistle, 2)
    whistle.substitute(act(3), party="police", by="roads", reason=None)
    whistle.withdraw(act(4), party="roads", reason=None)
    whistle.finish(act(5), party="urban", result=None)
    whistle.rate(act(6), party="urban", stars=5)
    whistle.confirm(act(7), result="solved")

    rebuilt = Whistle.rebuilt(ID, whistle.collect_events())

    assert rebuilt.roll == whistle.roll
    states = {unit: party.state for unit, party in rebuilt.roll.parties.items()}
    assert states == {"urban": "done", "police": "substituted", "roads": "withdrawn"}


def test_losing_its_case_ends_an_open_whistle_once():
    whistle = a_whistle()
    whistle.lose_its_case(act(1))
    whistle.lose_its_case(act(2))

    assert [fact.TOPIC for fact in whistle.collect_events()] == [
        "whistle.blown",
        "whistle.called-off",
    ]
