"""The city is counted exactly, drawn from its seed, and has everybody its workflow needs."""

from collections import Counter, defaultdict

import pytest
from shapely.geometry import Polygon

from domain.area.boundary import Boundary
from domain.kernel.codes import AreaCode, Level
from domain.rulebook.categories import categories_from
from ops.sample.city import planned_city, sample_city
from workflows.area.commands import AddArea, BoundArea
from workflows.people.commands import AnswerFor, EnrolPerson, FoundUnit, GrantRole
from workflows.rulebook.reading import read_book

TRUE_AREAS = {"city": 1, "district": 16, "street": 275, "community": 5_841, "grid": 22_301}
SMALL_AREAS = {"city": 1, "district": 2, "street": 6, "community": 24, "grid": 96}


@pytest.mark.parametrize(
    ("scale", "areas", "members", "staff"),
    [("true", TRUE_AREAS, 35_000, 7_600), ("small", SMALL_AREAS, 150, 120)],
)
def test_the_city_has_exactly_its_counts(scale, areas, members, staff):
    orders = list(sample_city(scale))

    codes = [order.code for order in orders if isinstance(order, AddArea)]
    roles = Counter(order.role for order in orders if isinstance(order, GrantRole))
    handles = {order.handle for order in orders if isinstance(order, EnrolPerson)}
    assert len(set(codes)) == len(codes)
    assert Counter(code.level.word for code in codes) == areas
    assert roles["grid_member"] == members
    assert roles.total() - roles["grid_member"] == staff
    assert len(handles) == members + staff


def test_the_same_seed_gives_the_same_city_and_another_seed_another():
    assert list(sample_city("small", 7)) == list(sample_city("small", 7))
    assert list(sample_city("small", 7)) != list(sample_city("small", 8))


def test_every_community_has_members_of_both_kinds_and_every_office_its_roles():
    held = defaultdict(set)
    for order in sample_city("true"):
        if isinstance(order, GrantRole) and order.area is not None:
            held[order.area].add(order.role)

    for code in planned_city("true").spots:
        match code.level:
            case Level.STREET:
                assert held[code] == {"commander", "acceptor", "duty_leader", "dispatcher"}
            case Level.COMMUNITY:
                assert held[code] == {"commander", "grid_member"}
            case Level.GRID:
                assert held[code] == {"grid_member"}


def test_every_category_has_a_unit_with_a_handler_in_every_street():
    answers = {o.code: o.categories for o in sample_city("true") if isinstance(o, AnswerFor)}
    city = planned_city("true")
    (book,) = [rules for rules in read_book() if rules.kind == "categories"]
    categories = categories_from(book.name, book.content).by_code.values()
    codes = [category.code for category in categories if not category.is_class]

    assert codes
    for street in (code for code in city.spots if code.level is Level.STREET):
        for category in codes:
            crew = city.crew_for(category, street)
            assert crew.handlers
            assert crew.area.covers(street)
            assert category in answers[crew.code]


def test_second_level_units_stand_after_their_department():
    founded = set()
    for order in sample_city("small"):
        if isinstance(order, FoundUnit):
            assert order.parent is None or order.parent in founded
            founded.add(order.code)


def test_names_of_siblings_differ():
    names = [
        (order.code.parent, order.name)
        for order in sample_city("true")
        if isinstance(order, AddArea)
    ]

    assert len(set(names)) == len(names)


def test_areas_lie_in_their_parents_and_beside_their_siblings():
    shapes = {
        order.code: polygon(order.boundary)
        for order in sample_city("small")
        if isinstance(order, BoundArea)
    }

    children = defaultdict(list)
    for code, shape in shapes.items():
        assert shape.is_valid
        if code.parent is not None:
            children[code.parent].append(shape)
    for parent, inside in children.items():
        whole = shapes[parent].area
        assert sum(shape.area for shape in inside) == pytest.approx(whole, rel=0.02)
        assert sum(shape.difference(shapes[parent]).area for shape in inside) < 0.02 * whole


def polygon(boundary: Boundary) -> Polygon:
    ((ring,),) = boundary.polygons
    return Polygon(zip(ring[::2], ring[1::2], strict=True))


def test_codes_are_those_of_areas():
    for code in planned_city("true").spots:
        assert code.parent is None or code.parent in planned_city("true").spots
        assert isinstance(code, AreaCode)
