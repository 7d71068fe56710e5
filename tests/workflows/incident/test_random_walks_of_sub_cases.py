"""Wherever chance leads a case with sub-cases: what is stored stands, and it closes last."""

from uuid import UUID

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.codes import Level
from tests.workflows.incident.test_random_walks import RebuildingRecords, suppressed
from tests.workflows.office import MONDAY_NINE, StreetOffice
from workflows.guards import Scene
from workflows.incident.commands import ReportIncident
from workflows.rehearsal.office import desk_over
from workflows.rehearsal.town import GRID, UNITS, Roster, found
from workflows.rulebook.reading import read_book

ROLES = ("hotline", "acceptor", "dispatcher", "commander", "supervisor", "handler")
ANSWERS = {"category": "01-02", "condition": "hard", "handler": "p-handler"}
SPLITS = (" ".join(UNITS), UNITS[0])


def a_hotline() -> StreetOffice:
    records = RebuildingRecords()
    roster = Roster().and_one_for_each(ROLES)
    found(read_book(), roster, records=records)
    return StreetOffice(records=records, desk=desk_over(records), now=MONDAY_NINE)


def cases(office: StreetOffice, case: UUID) -> list[UUID]:
    """A case and all below it."""
    below = [one for one in office.incident(case).course.branches if office.incident(one).exists]
    return [case, *(deeper for one in below for deeper in cases(office, one))]


def walk_on(office: StreetOffice, top: UUID, chance: st.DataObject) -> None:
    """Take one step that is open to somebody somewhere, or let time pass."""
    case = chance.draw(st.sampled_from(cases(office, top)))
    office.forward(minutes=chance.draw(st.integers(0, 2000)))
    office.fire_due()
    course = office.incident(case).course
    role = chance.draw(st.sampled_from(ROLES))
    scene = Scene(incident=case, course=course, act=office.act(role))
    engine = office.desk.office.engines.of(course.workflow)
    allowed = [offer.rule for offer in engine.offers(scene) if offer.allowed]
    if not allowed:
        return
    rule = chance.draw(st.sampled_from(allowed))
    given = {
        **ANSWERS,
        "unit": chance.draw(st.sampled_from(UNITS)),
        "units": chance.draw(st.sampled_from(SPLITS)),
    }
    asked: dict[str, str | int] = {name: given.get(name, "so it is") for name in rule.asks}
    with suppressed({"role-not-held"}):
        office.order(case, rule.name, office.act(role), asked)


def must_agree(office: StreetOffice, case: UUID) -> None:
    """Parent and sub-case say the same of each other."""
    course = office.incident(case).course
    for below, branch in course.branches.items():
        part = office.incident(below).course
        if branch.is_open:
            assert not part.ended
            assert part.parent == case
        elif office.incident(below).exists:
            assert part.ended
        if part.parent is not None:
            assert part.depth == course.depth + 1
    if course.final == "settled":
        assert not course.open_branches
    if course.ended:
        assert not office.records.due.get(case)


@settings(max_examples=25)
@given(st.data())
def test_parents_and_sub_cases_agree_after_any_walk(chance):
    office = a_hotline()
    order = ReportIncident(area=GRID, category="01-02", source="hotline", workflow="hotline-case")
    top = office.take_in(order, office.act("hotline"))
    office.step(top, "classify", by="hotline", category="01-02")

    for _ in range(chance.draw(st.integers(5, 40))):
        walk_on(office, top, chance)
        for case in cases(office, top):
            must_agree(office, case)

    assert Level.named(office.incident(top).course.level) <= Level.STREET
