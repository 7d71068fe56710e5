"""Recorded cases with all that the office does are replayed fact by fact, and tried on drafts."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from random import Random
from uuid import UUID

import pytest

from domain.incident.events import Escalated
from domain.incident.events_branching import SubCaseOver
from domain.kernel.codes import Level
from domain.kernel.limits import parse_limit
from domain.kernel.refusals import Refused
from domain.people.absence import Absence
from tests.workflows.incident.test_random_walks_of_sub_cases import ANSWERS, ROLES, a_hotline, cases
from tests.workflows.office import GRID, StreetOffice
from tests.workflows.simulation.walking import an_office, bare, bodies_of
from workflows.guards import Scene
from workflows.incident.commands import ReportIncident
from workflows.people.commands import BeAbsent
from workflows.reading import BOOK
from workflows.rehearsal.town import UNITS
from workflows.rulebook.commands import PublishRules
from workflows.simulation.gathering import drafted_calendar, rules_drafted, rules_in_force
from workflows.simulation.recorded import Bodies, read_case
from workflows.simulation.replaying import replay
from workflows.simulation.rules import Book, Draft, Rules
from workflows.simulation.seats import Seat, Seats, seats_from, seats_of
from workflows.simulation.what_if import Question, WhatIf, what_if

STEPS = 30
STREET = Level.STREET


@cache
def walked(seed: int) -> tuple[StreetOffice, UUID]:
    """A hotline case with its parts and the orders upon it, led through the office by chance."""
    chance, office = Random(seed), a_hotline()
    order = ReportIncident(area=GRID, category="01-02", source="hotline", workflow="hotline-case")
    top = office.take_in(order, office.act("hotline"))
    office.step(top, "classify", by="hotline", category="01-02")
    if chance.random() < 0.8:
        pass_time(office, minutes=chance.randint(0, 60))
        office.step(top, "split", by="dispatcher", units=" ".join(UNITS), task="so it is")
    for _ in range(STEPS):
        walk_on(office, top, chance)
    pass_time(office, days=30)
    return office, top


def walk_on(office: StreetOffice, top: UUID, chance: Random) -> None:
    """Take a step open to somebody at the case or below it; few of them end the whole."""
    pass_time(office, minutes=chance.choice((3, 90, 1500)))
    case = chance.choice(cases(office, top))
    course = office.incident(case).course
    role = chance.choice(ROLES)
    scene = Scene(incident=case, course=course, act=office.act(role))
    engine = office.desk.office.engines.of(course.workflow)
    allowed = [offer.rule for offer in engine.offers(scene) if offer.allowed]
    if not allowed:
        return
    rule = chance.choice(allowed)
    given: dict[str, str | int] = {
        **ANSWERS,
        "unit": chance.choice(UNITS),
        "units": " ".join(UNITS),
    }
    asked = {name: given.get(name, "so it is") for name in rule.asks}
    try:
        office.order(case, rule.name, office.act(role), asked)
    except Refused as refused:
        if refused.code != "role-not-held":
            raise


def pass_time(office: StreetOffice, **time: int) -> None:
    """Let deadlines fire when they are due."""
    until = office.now + timedelta(**time)
    while office.next_due(until):
        office.fire_next(until)
    office.now = until


def rules_of(office: StreetOffice, workflow: str, seats: Seats | None = None) -> Rules:
    return rules_in_force(office.desk.office.shelf, workflow, seats=seats)


def again(office: StreetOffice, case: UUID, draft: Draft | None = None, seats: Seats | None = None):
    """Replay a case as it was recorded."""
    name = office.incident(case).course.workflow.partition("@")[0]
    book = Book(rules_of(office, name, seats), draft)
    return replay(read_case(case, office.facts(case)), book, until=office.now)


@pytest.mark.parametrize("seed", range(10))
def test_a_case_and_all_its_parts_are_replayed_fact_by_fact(seed):
    office, top = walked(seed)

    for case in cases(office, top):
        replayed = again(office, case)

        assert replayed.refused is None
        assert bare(list(replayed.incident.collect_events())) == bare(office.facts(case))


def test_the_walks_meet_parts_that_end_and_cases_that_go_on_by_themselves():
    facts = [fact for seed in range(10) for fact in walked(seed)[0].facts(walked(seed)[1])]

    assert sum(isinstance(fact, SubCaseOver) for fact in facts) > 5
    assert any(getattr(fact, "step", "") == "all_parts_over" for fact in facts)


def test_a_draft_that_waits_for_one_part_only_lets_the_case_go_on_earlier():
    office = a_hotline()
    top = split(office)
    for part in office.incident(top).course.open_branches:
        pass_time(office, hours=3)
        office.step(part, "finish", by="handler", remark="so it is")
    rules = rules_of(office, "hotline-case")
    (definition,) = rules.definitions.values()
    waiting = definition.stages["joint_handling"]
    assert waiting.waits_for
    stage = replace(waiting, waits_for=replace(waiting.waits_for, done_when="any"))
    draft = Draft(definition=replace(definition, stages=definition.stages | {stage.name: stage}))

    before = again(office, top).incident.course.entered_at
    after = again(office, top, draft).incident.course.entered_at

    assert before - after == timedelta(hours=3)


def split(office: StreetOffice) -> UUID:
    order = ReportIncident(area=GRID, category="01-02", source="hotline", workflow="hotline-case")
    top = office.take_in(order, office.act("hotline"))
    office.step(top, "classify", by="hotline", category="01-02")
    office.step(top, "split", by="dispatcher", units=" ".join(UNITS), task="so it is")
    return top


def away(office: StreetOffice, level: str, **days: int) -> None:
    """The commander of a level is away from Monday on."""
    monday = office.now.date()
    order = BeAbsent(
        handle=f"p-commander-{level}", from_day=monday, to_day=monday + timedelta(**days)
    )
    office.desk.do(order, office.act("commander"))


def late(office: StreetOffice) -> UUID:
    """A case that nobody accepts."""
    incident = office.report()
    pass_time(office, days=4)
    return incident


def levels(facts) -> list[str]:
    return [fact.level for fact in facts if isinstance(fact, Escalated)]


def a_roster(*rows: str) -> bytes:
    return "\n".join(("handle,name,role,area,unit,from,to", *rows, "")).encode()


def on_every_rung(but: str = "") -> bytes:
    """A sheet with a commander at each level of the grid's path, but one."""
    rungs = ("city", "district", "street", "community")
    return a_roster(
        *(
            f"p-{level},Somebody,commander,{GRID.at(Level.named(level))},,2020-01-01,"
            for level in rungs
            if level != but
        )
    )


def test_a_rung_that_was_empty_is_passed_over_in_the_replay_too():
    office = an_office()
    away(office, "district", days=30)
    incident = late(office)

    replayed = again(office, incident)

    assert levels(office.facts(incident)) == ["street", "city"]
    assert bare(list(replayed.incident.collect_events())) == bare(office.facts(incident))


def asked(office: StreetOffice, draft: Draft, rules: Rules | None = None) -> WhatIf:
    bodies: list[Bodies] = [bodies_of(office, one) for one in office.incidents]
    rules = rules or rules_of(office, "street-incident")
    return what_if(bodies, Question(rules=rules, draft=draft, until=office.now))


def test_a_draft_roster_with_a_deputy_lets_the_case_stop_at_the_district():
    office = an_office()
    away(office, "district", days=30)
    incident = late(office)

    found = asked(office, Draft(seats=seats_from(on_every_rung())))

    (difference,) = found.differences
    assert difference.incident == incident
    assert difference.before is not None
    assert difference.after is not None
    assert difference.before.levels == ("street", "city")
    assert difference.after.levels == ("street", "district", "city")
    assert "rises: street, city -> street, district, city" in difference.why


def test_a_draft_roster_with_an_empty_rung_passes_it_over():
    office = an_office()
    late(office)

    found = asked(office, Draft(seats=seats_from(on_every_rung(but="district"))))

    assert found.before.rises["district"] == 1
    assert found.after.rises["district"] == 0


def test_a_roster_that_cannot_be_read_names_its_rows():
    with pytest.raises(Refused) as refused:
        seats_from(a_roster("p-x,X,king,120101,,2020-01-01,"))

    assert refused.value.code == "roster-not-understood"
    assert "line 2" in refused.value.facts["findings"][0]


def test_nobody_sits_where_all_are_away_or_not_yet_there():
    street = GRID.at(STREET)
    seat = Seat(handle="p-a", role="commander", area=street, from_day=date(2026, 1, 2))
    seats = seats_of([seat], [("p-a", Absence(date(2026, 2, 1), date(2026, 2, 3)))])

    found = [seats.sits("commander", street, date(2026, 1, 1) + timedelta(n)) for n in range(34)]

    assert found == [False, *[True] * 30, False, False, True]


def shorten_the_day(office: StreetOffice) -> None:
    """From now on new cases count by a calendar of seven hours a day."""
    shelf = office.desk.office.shelf
    name = "tianjin-government"
    content = {
        **shelf.content("calendar", shelf.latest("calendar", name)),
        "shifts": ["08:00-12:00", "14:00-17:00"],
    }
    order = PublishRules(kind="calendar", name=name, content=content, seen_by="p-commander")
    office.desk.do(order, office.act("commander"))
    shelf.refresh()


def demolition(office: StreetOffice) -> UUID:
    """A case that a unit has twenty working days for."""
    incident = office.report(category="01-01")
    office.step(incident, "pass_on", by="acceptor")
    office.step(incident, "file", by="duty_leader", category="01-01")
    office.step(incident, "dispatch", by="dispatcher", unit="u-sanitation")
    return incident


def test_cases_of_calendars_with_other_days_are_replayed_each_by_its_own():
    office = an_office()
    whole = demolition(office)
    office.step(whole, "ask_deferral", by="handler", minutes=60, reason="rain")
    shorten_the_day(office)
    short = demolition(office)
    pass_time(office, days=40)

    for case in (whole, short):
        replayed = again(office, case)
        assert bare(list(replayed.incident.collect_events())) == bare(office.facts(case))
    limits = [office.incident(one).course.bundled for one in (whole, short)]
    assert [limit and limit.minutes for limit in limits] == [9600, 8400]


def test_a_draft_calendar_with_a_shorter_day_makes_limits_in_days_shorter(tmp_path):
    office = an_office()
    demolition(office)
    pass_time(office, days=1)
    path = tmp_path / "early.toml"
    text = (BOOK / "calendars" / "tianjin-government.toml").read_text(encoding="utf-8")
    path.write_text(text.replace("14:00-18:00", "14:00-17:00"), encoding="utf-8")
    tried = drafted_calendar(path)
    rules = rules_in_force(office.desk.office.shelf, "street-incident", tried=tried)
    (incident,) = office.incidents

    book = Book(rules, rules_drafted(rules, calendar=tried))
    replayed = replay(read_case(incident, office.facts(incident)), book, until=office.now)

    assert replayed.refused is None
    assert replayed.incident.course.bundled
    assert replayed.incident.course.bundled.minutes == 20 * 420


def test_draft_limits_that_call_a_matter_an_emergency_let_it_run_day_and_night():
    office = an_office()
    friday = datetime(2026, 11, 20, 9, 0, tzinfo=UTC)
    office.now = friday  # 17:00 in the city
    incident = office.dispatched()
    pass_time(office, days=2)
    shelf = office.desk.office.shelf
    limits = shelf.limits(shelf.latest("limits", "tianjin-grid"))
    key = ("01-02", "ordinary")
    urgent = replace(limits.rules[key], emergency=True, handling=parse_limit("4 working hours"))
    draft = Draft(limits=replace(limits, rules={**limits.rules, key: urgent}))

    course = again(office, incident, draft).incident.course

    assert course.calendar.startswith("tianjin-always@")
    assert course.bundled_missed_at == friday + timedelta(hours=4)


def test_a_case_that_was_reopened_is_replayed_with_its_new_clock():
    office = an_office()
    incident = office.dispatched()
    office.checked(incident, passed=True)
    office.step(incident, "close", by="duty_leader", outcome="normal")
    office.step(incident, "rate", by="grid_member", service="satisfied", handling="dissatisfied")
    office.step(incident, "ask_reopening", by="grid_member", reason="it is back")
    office.step(incident, "grant_reopening", by="duty_leader")
    office.step(incident, "dispatch", by="dispatcher", unit="u-roads")
    pass_time(office, days=3)

    replayed = again(office, incident)

    assert replayed.incident.course.round == 2
    assert bare(list(replayed.incident.collect_events())) == bare(office.facts(incident))


def test_nobody_answers_a_call_that_a_draft_spares():
    office = an_office()
    incident = office.report()
    pass_time(office, hours=2)
    office.order(incident, "acknowledge", office.act("commander", "p-commander-street"), {})
    office.step(incident, "pass_on", by="acceptor")
    (definition,) = rules_of(office, "street-incident").definitions.values()
    accepting = definition.stages["accepting"]
    assert accepting.deadline
    patient = replace(accepting.deadline, within=parse_limit("2 working days"))
    stages = definition.stages | {"accepting": replace(accepting, deadline=patient)}

    found = asked(office, Draft(definition=replace(definition, stages=stages)))

    assert found.refused == 0
    assert (found.before.risen, found.after.risen) == (1, 0)
