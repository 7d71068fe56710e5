"""An area is added, renamed, moved, merged and closed, each from a day on."""

from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.area.area import Area, area_id
from domain.area.boundary import MAX_POINTS, Boundary
from domain.area.events import AreaAdded, AreaClosed, AreaRenamed
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused

CITY = AreaCode("120000000000")
DISTRICT = AreaCode("120101000000")
STREET = AreaCode("120101001000")
OTHER_STREET = AreaCode("120101002000")
FOUNDED = date(2021, 1, 1)
LATER = date(2023, 7, 1)
A_DAY = timedelta(days=1)
ACT = Act(
    person="p-office",
    role="commander",
    area=CITY,
    command_id="c-1",
    at=datetime(2026, 3, 2, 4, tzinfo=UTC),
)
SQUARE = (0, 0, 10, 0, 10, 10, 0, 10, 0, 0)


def an_area(code=STREET, *, name="劝业场街道", since=FOUNDED):
    area = Area(area_id(code))
    parent = an_area(code.parent, name="上级", since=since) if code.parent else None
    area.add(ACT, code=code, name=name, kind=code.level.word, from_day=since, parent=parent)
    return area


def refused(wish):
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def test_an_area_stands_from_its_first_day():
    street = an_area()

    assert street.on(FOUNDED).name == "劝业场街道"
    assert street.on(FOUNDED - A_DAY) is None


def test_a_renamed_area_keeps_its_old_name_for_the_days_before():
    street = an_area()

    street.rename(ACT, name="新街道", from_day=LATER)

    assert street.on(LATER - A_DAY).name == "劝业场街道"
    assert street.on(LATER).name == "新街道"


def test_the_same_name_again_records_nothing():
    street = an_area()

    street.rename(ACT, name="劝业场街道", from_day=LATER)

    assert [type(fact) for fact in street.collect_events()] == [AreaAdded]


def test_a_township_may_become_a_town_under_its_name():
    area = an_area()

    area.rename(ACT, name="劝业场街道", kind="town", from_day=LATER)

    assert (area.on(FOUNDED).kind, area.on(LATER).kind) == ("street", "town")


def test_a_closed_area_ends_on_its_day():
    street = an_area()

    street.close(ACT, from_day=LATER)

    assert street.on(LATER - A_DAY) is not None
    assert street.on(LATER) is None
    assert isinstance(street.collect_events()[-1], AreaClosed)


def test_a_closed_area_can_begin_again():
    street = an_area()
    street.close(ACT, from_day=LATER)

    again = LATER + 30 * A_DAY
    street.add(
        ACT, code=STREET, name="又一街道", kind="street", from_day=again, parent=an_area(DISTRICT)
    )

    assert street.on(LATER) is None
    assert street.on(again).name == "又一街道"
    assert street.on(FOUNDED).name == "劝业场街道"


def test_a_moved_area_goes_on_as_its_successor():
    street, successor = an_area(), an_area(OTHER_STREET, since=LATER)

    street.move(ACT, successor=successor, from_day=LATER)

    assert street.on(LATER) is None
    assert street.collect_events()[-1].to_code == OTHER_STREET


def test_a_merged_area_becomes_part_of_another():
    street = an_area()

    street.merge(ACT, into=an_area(OTHER_STREET), from_day=LATER)

    assert street.on(LATER) is None
    assert street.collect_events()[-1].into_code == OTHER_STREET


def test_a_change_on_the_day_of_the_last_one_replaces_it():
    street = an_area()

    street.rename(ACT, name="更正街道", from_day=FOUNDED)

    assert street.on(FOUNDED).name == "更正街道"
    assert len(street.spans) == 1


def test_the_digest_of_a_boundary_is_known_from_its_day_on():
    street = an_area()
    boundary = Boundary(lon_e6=5, lat_e6=5, polygons=((SQUARE,),))

    street.bound(ACT, boundary=boundary, from_day=LATER)
    street.bound(ACT, boundary=boundary, from_day=LATER + A_DAY)

    assert street.on(FOUNDED).boundary is None
    assert street.on(LATER).boundary == boundary.digest
    assert len(street.collect_events()) == 2


def test_what_the_area_refuses():
    street, district = an_area(), an_area(DISTRICT)
    before = FOUNDED - A_DAY
    add = {"code": STREET, "name": "名", "kind": "street", "parent": district}
    ended = an_area()
    ended.close(ACT, from_day=LATER)
    empty = Area(area_id(STREET))

    assert refused(lambda: street.add(ACT, **add, from_day=LATER)) == "area-exists"
    assert refused(lambda: street.rename(ACT, name="名", from_day=before)) == (
        "day-before-last-change"
    )
    assert refused(lambda: ended.add(ACT, **add, from_day=FOUNDED)) == "day-before-last-change"
    assert refused(lambda: ended.rename(ACT, name="名", from_day=LATER)) == "area-ended"
    assert refused(lambda: empty.close(ACT, from_day=LATER)) == "no-such-area"
    assert refused(lambda: empty.add(ACT, **add, from_day=before)) == "no-parent"
    assert refused(lambda: empty.add(ACT, **add | {"parent": None}, from_day=LATER)) == "no-parent"
    assert refused(lambda: street.rename(ACT, name=" ", from_day=LATER)) == "invalid-name"
    assert refused(lambda: street.rename(ACT, name="a\nb", from_day=LATER)) == "invalid-name"
    assert refused(lambda: street.merge(ACT, into=street, from_day=LATER)) == "own-successor"
    assert refused(lambda: street.merge(ACT, into=district, from_day=LATER)) == "level-differs"
    assert refused(lambda: street.move(ACT, successor=ended, from_day=LATER)) == "no-successor"


def test_a_boundary_needs_an_area_that_stands():
    boundary = Boundary(lon_e6=5, lat_e6=5)

    assert refused(lambda: an_area().bound(ACT, boundary=boundary, from_day=FOUNDED - A_DAY)) == (
        "area-not-standing"
    )


@pytest.mark.parametrize(
    "ring",
    [
        (0, 0, 10, 0, 10, 10, 0, 10),
        (0, 0, 10, 0, 0, 0),
        (0, 0, 10, 0, 10, 10, 0),
        (0, 0, 10, 0, 10, 91_000_000, 0, 0),
    ],
)
def test_an_open_short_or_unearthly_ring_is_no_boundary(ring):
    assert refused(lambda: Boundary(lon_e6=5, lat_e6=5, polygons=((ring,),))) == "invalid-boundary"


def test_an_outline_must_fit_one_event():
    ring = (0, 0) * (MAX_POINTS + 1)

    assert refused(lambda: Boundary(lon_e6=0, lat_e6=0, polygons=((ring,),))) == "boundary-too-long"


WISHES = {
    "rename": lambda area, day: area.rename(ACT, name=f"名{area.version}", from_day=day),
    "close": lambda area, day: area.close(ACT, from_day=day),
    "add": lambda area, day: area.add(
        ACT, code=STREET, name="再", kind="street", from_day=day, parent=an_area(DISTRICT)
    ),
}


@given(st.lists(st.tuples(st.sampled_from(sorted(WISHES)), st.integers(0, 400)), max_size=12))
def test_after_any_walk_at_most_one_name_holds_on_a_day_and_the_facts_rebuild_it(walk):
    street = an_area()
    for wish, offset in walk:
        with suppress(Refused):
            WISHES[wish](street, FOUNDED + offset * A_DAY)

    facts = street.collect_events()
    assert Area.rebuilt(street.id, facts).spans == street.spans
    for offset in range(-1, 402):
        assert sum(span.holds(FOUNDED + offset * A_DAY) for span in street.spans) <= 1
    last = facts[-1]
    if isinstance(last, AreaRenamed):
        assert street.on(last.from_day).name == last.name
