"""Wherever chance leads a case: what is stored gives the same case again, and the rules hold."""

from collections.abc import Iterator
from contextlib import contextmanager

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.incident.incident import Incident
from domain.kernel.refusals import Refused
from tests.workflows.office import AT_STREET, MemoryRecords, StreetOffice, a_street_office
from workflows.definition import Definition, StepRule
from workflows.guards import Scene
from workflows.incident.commands import UnmergeIncident

MAY_BE_REFUSED = {
    "role-not-held",  # offers ask the workflow, not the roster
    "leading-is-itself",  # nor do they ask which case is to lead
    "leading-is-younger",
    "leading-is-duplicate",
    "leading-ended",
    "not-the-approver",  # offers know the role, the roster where it is held
    "unknown-limit-step",
}
ROLES = (*AT_STREET, "grid_member", "handler")
ANSWERS: dict[str, str | int] = {
    "category": "01-02",
    "condition": "ordinary",
    "unit": "u-sanitation",
    "handler": "p-handler",
    "reason": "because",
    "remark": "so it is",
    "minutes": 60,
    "outcome": "normal",
    "opinion": "答复太慢",
    "photo": "0" * 64,
    "contacted": "yes",
    "said": "so they say",
    "sub_unit": "u-sanitation-inner",
}


class RebuildingRecords(MemoryRecords):
    """Rebuilds each record from its stored bodies at each save: it equals the live one."""

    def save(self, record, **given):
        answer = super().save(record, **given)
        if isinstance(record, Incident):
            assert self.load(Incident, record.id).course == record.course
        return answer


def answers_to(office: StreetOffice, rule: StepRule, chance: st.DataObject) -> dict[str, str | int]:
    """Fill a form: what is asked, units by chance, and what is optional now and then."""
    drawn = {
        "unit": chance.draw(st.sampled_from(["u-sanitation", "u-roads"])),
        "category": chance.draw(st.sampled_from(["01-02", "01-01"])),  # one has limit steps
        "limit_step": chance.draw(st.sampled_from(["stop", "fine", "demolish"])),
        "service": chance.draw(st.sampled_from(["satisfied", "dissatisfied"])),
        "handling": chance.draw(st.sampled_from(["satisfied", "dissatisfied"])),
        "leading": str(chance.draw(st.sampled_from(office.incidents))),
    }
    return {name: drawn.get(name) or ANSWERS[name] for name in rule.asks}


def walk_on(office: StreetOffice, chance: st.DataObject) -> None:
    """Take one step that is open to somebody, or let time pass."""
    incident = chance.draw(st.sampled_from(office.incidents))
    office.forward(minutes=chance.draw(st.integers(0, 3000)))
    office.fire_due()
    course = office.records.load(Incident, incident).course
    role = chance.draw(st.sampled_from(ROLES))
    scene = Scene(incident=incident, course=course, act=office.act(role))
    engine = office.desk.office.engines.of(course.workflow)
    open_now = [offer.rule for offer in engine.offers(scene) if offer.allowed]
    if open_now:
        rule = chance.draw(st.sampled_from(open_now))
        with suppressed(MAY_BE_REFUSED):
            office.step(incident, rule.name, by=role, **answers_to(office, rule, chance))
    elif course.final == "merged" and course.leading:
        order = UnmergeIncident(incident=incident, reason="another matter")
        office.desk.do(order, office.act("acceptor"))


@contextmanager
def suppressed(codes: set[str]) -> Iterator[None]:
    try:
        yield
    except Refused as refusal:
        if refusal.code not in codes:
            raise


def must_be_lawful(office: StreetOffice, incident, definition: Definition) -> None:
    course = office.records.load(Incident, incident).course
    timers = {due.timer for due in office.records.due[incident]}

    assert course.stage in definition.stages
    assert course.ended == (definition.stages[course.stage].final is not None)
    assert not (course.ended and timers)
    assert timers.isdisjoint(course.missed)
    assert len(course.asked) == course.requests
    assert (course.backlog_at is None) or course.stage == "suspended"
    assert set(course.steps_done) <= {step.code for step in course.steps}
    assert course.reworks < max(1, course.marks.count("handled"))
    assert len(set(course.missed)) == len(course.missed)
    times = [fact.act.at for fact in office.facts(incident)]
    assert times == sorted(times)


@settings(max_examples=60)
@given(st.data())
def test_stored_cases_equal_live_ones_after_any_walk(chance):
    office = a_street_office(RebuildingRecords())
    office.report()
    office.forward(minutes=1)
    office.report()
    office.report(by="acceptor", source="public")
    office.checked(office.dispatched(), passed=True)  # near its end: it may be opened again

    for _ in range(chance.draw(st.integers(5, 40))):
        walk_on(office, chance)

    for incident in office.incidents:
        must_be_lawful(
            office, incident, office.desk.office.engines.latest("street-incident").definition
        )
