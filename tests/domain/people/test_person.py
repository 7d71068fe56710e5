"""People hold roles at areas and units for a time; their names stay out of the facts."""

import hmac
from datetime import UTC, date, datetime, timedelta
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import ROLES, Post

CITY = AreaCode("120000000000")
DISTRICT = AreaCode("120101000000")
STREET = AreaCode("120101001000")
COMMUNITY = AreaCode("120101001001")
GRID = AreaCode("120101001001007")
OTHER_GRID = AreaCode("120101001001008")
SIBLING = AreaCode("120101002000")
MONDAY = date(2026, 3, 2)
A_DAY = timedelta(days=1)
KEY = bytes(range(32))
ACT = Act(
    person="p-office",
    role="commander",
    area=CITY,
    command_id="c-1",
    at=datetime(2026, 3, 2, 4, tzinfo=UTC),
)


def a_person(handle="p-wang", *posts):
    person = Person(person_id(handle))
    person.enrol(ACT, handle=handle, name="王秀兰", key=KEY)
    for post in posts:
        person.grant_role(ACT, post=post, from_day=MONDAY)
    return person


def refused(wish):
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def test_the_name_goes_to_the_vault_and_its_commitment_to_the_fact():
    person = a_person()

    (enrolled,) = person.collect_events()
    (entrusted,) = person.collect_entrusted()
    assert "王" not in repr(enrolled)
    assert enrolled.name.commitment == hmac.new(KEY, "王秀兰".encode(), sha256).hexdigest()
    assert (entrusted.version, entrusted.field, entrusted.words) == (1, "name", "王秀兰")


@pytest.mark.parametrize(
    ("post", "area", "held"),
    [
        (Post(role="commander", area=DISTRICT), GRID, True),
        (Post(role="commander", area=DISTRICT), DISTRICT, True),
        (Post(role="commander", area=DISTRICT), CITY, False),
        (Post(role="dispatcher", area=STREET), SIBLING, False),
        (Post(role="grid_member", area=GRID), GRID, True),
        (Post(role="grid_member", area=GRID), OTHER_GRID, False),
        (Post(role="grid_member", area=GRID), COMMUNITY, False),
        (Post(role="grid_member", area=COMMUNITY), OTHER_GRID, True),
    ],
)
def test_a_role_reaches_its_area_and_all_below(post, area, held):
    person = a_person("p-wang", post)

    assert person.holds(post.role, area, MONDAY) is held


@pytest.mark.parametrize(
    ("unit", "area", "held"),
    [
        ("traffic", STREET, True),
        ("traffic", SIBLING, False),
        ("parks", STREET, False),
        (None, STREET, False),
    ],
)
def test_a_handler_acts_for_the_unit_in_its_area(unit, area, held):
    person = a_person("p-wang", Post(role="handler", area=STREET, unit="traffic"))

    assert person.holds("handler", area, MONDAY, unit) is held


def test_a_role_is_held_from_its_first_day_until_the_day_it_ends():
    post = Post(role="auditor", area=CITY)
    person = a_person("p-wang", post)

    person.end_role(ACT, post=post, to_day=MONDAY + 7 * A_DAY)

    assert not person.holds("auditor", CITY, MONDAY - A_DAY)
    assert person.holds("auditor", CITY, MONDAY + 6 * A_DAY)
    assert not person.holds("auditor", CITY, MONDAY + 7 * A_DAY)


def test_who_leaves_holds_nothing_from_that_day_on():
    person = a_person("p-wang", Post(role="commander", area=CITY))

    person.leave(ACT, from_day=MONDAY + A_DAY)
    person.leave(ACT, from_day=MONDAY + 2 * A_DAY)

    assert person.holds("commander", CITY, MONDAY)
    assert not person.holds("commander", CITY, MONDAY + A_DAY)
    assert person.version == 3


def test_the_same_grant_again_records_nothing():
    post = Post(role="commander", area=CITY)
    person = a_person("p-wang", post)

    person.grant_role(ACT, post=post, from_day=MONDAY)

    assert person.version == 2


@pytest.mark.parametrize(
    ("post", "code"),
    [
        (Post(role="mayor", area=CITY), "unknown-role"),
        (Post(role="handler", area=STREET), "role-needs-unit"),
        (Post(role="commander"), "role-needs-place"),
        (Post(role="grid_member", area=STREET), "role-not-at-level"),
        (Post(role="grid_member", area=GRID, unit="parks"), "role-not-at-units"),
        (Post(role="commander", area=GRID), "role-not-at-level"),
    ],
)
def test_where_a_role_cannot_be_held(post, code):
    assert refused(lambda: a_person("p-wang", post)) == code


def test_what_the_roster_refuses():
    post = Post(role="commander", area=CITY)
    person = a_person("p-wang", post)
    gone = a_person()
    gone.leave(ACT, from_day=MONDAY)
    nobody = Person(person_id("p-x"))

    def granted(somebody, to_day=None):
        return refused(
            lambda: somebody.grant_role(ACT, post=post, from_day=MONDAY + A_DAY, to_day=to_day)
        )

    assert granted(person) == "role-already-held"
    assert granted(gone) == "person-left"
    assert granted(nobody) == "no-such-person"
    assert granted(person, to_day=MONDAY) == "days-out-of-order"
    assert refused(lambda: nobody.leave(ACT, from_day=MONDAY)) == "no-such-person"
    assert refused(lambda: person.enrol(ACT, handle="p-wang", name="王", key=KEY)) == (
        "person-exists"
    )
    assert refused(lambda: nobody.enrol(ACT, handle="王秀兰", name="王", key=KEY)) == (
        "invalid-handle"
    )
    assert refused(lambda: nobody.enrol(ACT, handle="p-x", name=" ", key=KEY)) == "invalid-name"
    elsewhere = Post(role="commander", area=DISTRICT)
    assert refused(lambda: person.end_role(ACT, post=elsewhere, to_day=MONDAY)) == "role-not-held"


AREAS = st.sampled_from([CITY, DISTRICT, STREET, COMMUNITY, GRID, OTHER_GRID, SIBLING])
UNITS = st.sampled_from([None, "traffic", "parks"])
POSTS = st.builds(Post, role=st.sampled_from(sorted(ROLES)), area=st.none() | AREAS, unit=UNITS)


@given(
    st.lists(st.tuples(POSTS, st.integers(0, 9), st.none() | st.integers(1, 9)), max_size=8),
    st.sampled_from(sorted(ROLES)),
    AREAS,
    UNITS,
    st.integers(0, 12),
)
def test_holding_means_some_granted_post_reaches_there_on_that_day(grants, role, area, unit, day):
    person = a_person()
    granted = []
    for post, begins, lasts in grants:
        from_day = MONDAY + begins * A_DAY
        to_day = from_day + lasts * A_DAY if lasts else None
        try:
            person.grant_role(ACT, post=post, from_day=from_day, to_day=to_day)
        except Refused:
            continue
        granted.append((post, from_day, to_day))

    on = MONDAY + day * A_DAY
    expected = any(
        post.role == role
        and since <= on
        and (until is None or on < until)
        and (post.area is None or post.area in area.path)
        and (post.unit is None or post.unit == unit)
        for post, since, until in granted
    )
    assert person.holds(role, area, on, unit) is expected
