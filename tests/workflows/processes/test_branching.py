"""A case and its sub-cases tell each other, each effect once however often that is killed."""

from contextlib import suppress
from typing import Any
from uuid import UUID

import pytest

from domain.incident.branch import WITHDRAWN
from domain.incident.incident import Incident
from domain.kernel.act import Act
from domain.kernel.codes import Level
from domain.kernel.facts import FACTS
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from ledger.cursors import Cursors
from ledger.feed import Feed
from ledger.ledger import Claim
from tests.workflows.whistle.street import GRID, SINCE, STREET, Street
from workflows.incident.branching import BeginSubCase, CallOffSubCase, EndSubCase
from workflows.incident.commands import ReportIncident, TakeStep
from workflows.processes.branching import Branching
from workflows.processes.following import Follower
from workflows.reading import BOOK
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import read_workflow

ROLES = {"p-hotline": "hotline", "p-supervisor": "supervisor"}
TWENTY = [f"unit-{number}" for number in range(20)]


class Killed(BaseException):
    """The process is gone: nothing catches this."""


class Falling:
    """A desk whose process dies right after its nth order was recorded."""

    def __init__(self, desk, *, after: int) -> None:
        self._desk, self._left = desk, after

    def do(self, command, act):
        answer = self._desk.do(command, act)
        self._left -= 1
        if self._left == 0:
            raise Killed
        return answer


class Hotline:
    """The street, with a hotline, a supervisor, and twenty units more."""

    def __init__(self, street: Street, store) -> None:
        self.street, self.store = street, store
        for handle, role in ROLES.items():
            self._enrol(handle, Post(role=role, area=GRID.at(Level.DISTRICT)))
        for unit in TWENTY:
            self._found(unit)

    def _found(self, name: str) -> None:
        unit = self.street.records.load(Unit, unit_id(name))
        founding = self._founding(name)
        unit.found(founding, code=name, name=name, kind="squad", area=STREET, from_day=SINCE)
        self._save(unit)
        self._enrol(f"p-{name}", Post(role="handler", unit=name))

    def _enrol(self, handle: str, post: Post) -> None:
        person = self.street.records.load(Person, person_id(handle))
        founding = self._founding(handle)
        person.enrol(founding, handle=handle, name="王小明", key=b"n" * 32)
        person.grant_role(founding, post=post, from_day=SINCE)
        self._save(person)

    def _founding(self, name: str) -> Act:
        act = self.street.act("p-commander", command_id=f"founding {name}")
        return Act(person=act.person, role="commander", area=STREET, command_id=name, at=act.at)

    def _save(self, record) -> None:
        self.street.records.save(record, claim=Claim(key=f"founded:{record.id}", digest=""))

    def publish_without(
        self, *, needs: str = "", process: str = "", workflow: str = "street-incident"
    ) -> None:
        """Publish a workflow again without the needs of one step, or the process in another."""
        content: dict[str, Any] = dict(read_workflow(BOOK / f"{workflow}.v1.toml").content)
        steps = [dict(one) for one in content["step"]]
        for one in steps:
            if one["name"] == needs:
                one.pop("needs")
            if one["name"] == process:
                one["by"] = ["supervisor"]
                content["roles"] = {
                    name: role for name, role in content["roles"].items() if name != "process"
                }
        order = PublishRules(kind="workflow", name=workflow, content={**content, "step": steps})
        self.street.desk.do(order, self.act("p-commander"))
        self.street.desk.office.shelf.refresh()

    def act(self, person: str) -> Act:
        act = self.street.act(person)
        role = ROLES.get(person, act.role)
        return Act(person=person, role=role, area=STREET, command_id=act.command_id, at=act.at)

    def call(self) -> UUID:
        order = ReportIncident(
            area=GRID, category="01-02", source="hotline", workflow="hotline-case"
        )
        answer = self.street.desk.do(order, self.act("p-hotline"))
        assert answer is not None
        self.step(answer.stream, "classify", "p-hotline", category="01-02")
        return answer.stream

    def split(self, *units: str) -> UUID:
        case = self.call()
        self.step(case, "split", "p-dispatcher", units=", ".join(units), task="each its part")
        return case

    def step(self, case: UUID, step: str, person: str, **answers: str | int) -> None:
        self.street.forward(minutes=1)
        self.street.desk.do(TakeStep(incident=case, step=step, answers=answers), self.act(person))

    def supervise(self, case: UUID, unit: str = "squad") -> UUID:
        self.step(case, "supervise", "p-supervisor", unit=unit, opinion="why so late?")
        return self.parts(case)[-1]

    def finish(self, *parts: UUID) -> None:
        for part in parts:
            unit = self.case(part).course.unit
            self.step(part, "finish", f"p-{unit}")

    def case(self, case: UUID) -> Incident:
        return self.street.incident(case)

    def parts(self, case: UUID) -> list[UUID]:
        return list(self.case(case).course.branches)

    def told(self, case: UUID) -> list[str]:
        return [told for told in self.street.told(case) if "sub-case" in told]

    def follower(self, desk=None) -> Follower:
        follower = Follower(
            Branching(),
            self.store,
            Feed(self.store),
            desk or self.street.desk,
            now=lambda: self.street.now,
        )
        follower.prepare()
        return follower

    def follow(self) -> None:
        """Follow until nothing is left; no snag may arise."""
        follower = self.follower()
        while follower.catch_up():
            pass
        assert [(snag.code, snag.stream) for snag in follower.snags.all()] == []


@pytest.fixture
def hotline(street, store) -> Hotline:
    return Hotline(street, store)


def code(wish) -> str:
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def test_a_case_split_among_twenty_units_goes_on_after_the_last(hotline):
    case = hotline.split(*TWENTY)
    hotline.follow()
    first, *others = hotline.parts(case)
    assert [hotline.case(part).course.unit for part in (first, *others)] == TWENTY

    hotline.finish(*others)
    hotline.follow()
    assert hotline.case(case).course.stage == "joint_handling"
    hotline.finish(first)
    hotline.follow()

    course = hotline.case(case).course
    assert (course.stage, course.open_branches) == ("answering", [])
    assert hotline.told(case) == ["sub-case-opened"] * 20 + ["sub-case-over"] * 20
    assert hotline.told(first) == ["began-as-sub-case", "ended-as-sub-case"]


def test_a_sub_case_has_the_place_the_unit_and_the_limit_of_its_parent(hotline):
    case = hotline.split("squad")
    hotline.follow()

    (part,) = hotline.parts(case)
    above, below = hotline.case(case).course, hotline.case(part).course

    assert (below.parent, below.depth, below.unit) == (case, 1, "squad")
    assert (below.area, below.category, below.bundled) == (
        above.area,
        above.category,
        above.bundled,
    )
    assert below.reporter == "p-dispatcher"


def test_a_case_closes_after_the_orders_upon_it(hotline):
    case = hotline.street.awaiting_closing()
    order = hotline.supervise(case)

    assert code(lambda: hotline.street.close(case)) == "needs-unmet"  # before anybody heard of it
    hotline.follow()
    hotline.step(order, "answer", "p-squad", reply="the truck had broken down")
    assert code(lambda: hotline.street.close(case)) == "needs-unmet"
    hotline.step(order, "accept", "p-supervisor")
    hotline.follow()
    hotline.street.close(case)

    assert hotline.case(case).course.final == "settled"


def test_only_the_unit_that_was_ordered_answers(hotline):
    order = hotline.supervise(hotline.street.awaiting_closing(), unit="roads")
    hotline.follow()

    def answer(person):
        hotline.step(order, "answer", person, reply="it is not ours")

    assert code(lambda: answer("p-squad")) == "role-not-held"
    answer("p-roads")
    assert hotline.case(order).course.stage == "answered"


def test_orders_taken_back_are_called_off_wherever_they_stand(hotline):
    case = hotline.street.awaiting_closing()
    orders = [hotline.supervise(case) for _ in range(3)]
    hotline.follow()
    hotline.step(orders[0], "answer", "p-squad", reply="here it is")
    hotline.step(orders[1], "answer", "p-squad", reply="and here")
    hotline.step(orders[1], "send_back", "p-supervisor", reason="by when?")

    hotline.step(case, "withdraw_orders", "p-supervisor", reason="in error")
    hotline.follow()

    assert {hotline.case(order).course.stage for order in orders} == {"called_off"}
    assert {branch.over for branch in hotline.case(case).course.branches.values()} == {WITHDRAWN}


def test_what_is_taken_back_before_it_began_never_begins(hotline):
    case = hotline.street.awaiting_closing()
    order = hotline.supervise(case)
    hotline.step(case, "withdraw_orders", "p-supervisor", reason="in error")

    hotline.follow()

    assert not hotline.case(order).exists


def test_a_case_that_ends_otherwise_calls_its_sub_cases_off(hotline):
    """The workflows that ship let no case end before its orders; a city may write one that does."""
    hotline.publish_without(needs="refuse")
    case = hotline.street.report()
    order = hotline.supervise(case)
    hotline.follow()

    hotline.step(case, "refuse", "p-acceptor", reason="a private dispute")
    hotline.follow()

    assert hotline.case(case).course.final == "declined"
    assert hotline.case(order).course.stage == "called_off"
    assert hotline.told(case) == ["sub-case-opened", "sub-case-withdrawn"]


def test_a_case_that_could_not_be_called_off_is_not_opened(hotline):
    hotline.publish_without(process="call_off", workflow="supervision-order")

    assert code(lambda: hotline.supervise(hotline.street.report())) == "cannot-be-called-off"


def test_only_a_process_tells_a_case_of_its_sub_cases(hotline):
    case = hotline.split("squad")
    (part,) = hotline.parts(case)
    orders = (
        BeginSubCase(parent=case, sub_case=part, by="p-dispatcher"),
        EndSubCase(incident=case, sub_case=part, final="settled"),
        CallOffSubCase(sub_case=part),
    )

    for order in orders:
        assert code(lambda order=order: hotline.street.order(order)) == "wrong-role"


def a_busy_day(hotline: Hotline) -> list[UUID]:
    """Cases split, supervised, recalled; none of it followed up yet."""
    cases = [hotline.split("squad", "urban", "police"), hotline.split("roads", "squad")]
    cases.append(hotline.street.awaiting_closing())
    hotline.supervise(cases[2])
    hotline.supervise(cases[0])
    hotline.step(cases[1], "recall_parts", "p-dispatcher", reason="one is enough")
    return cases


def the_evening(hotline: Hotline, cases: list[UUID]) -> None:
    """What began is brought to an end."""
    hotline.finish(*hotline.parts(cases[0])[:3])
    hotline.step(cases[2], "withdraw_orders", "p-supervisor", reason="in error")


def assert_each_once(hotline: Hotline, cases: list[UUID]) -> None:
    split, recalled, ordered = cases
    assert hotline.case(split).course.stage == "answering"
    assert hotline.told(split) == ["sub-case-opened"] * 4 + ["sub-case-over"] * 3
    assert hotline.told(recalled) == ["sub-case-opened"] * 2 + ["sub-case-withdrawn"] * 2
    assert hotline.told(ordered) == ["sub-case-opened", "sub-case-withdrawn"]
    for part in hotline.parts(split)[:3]:
        assert hotline.told(part) == ["began-as-sub-case", "ended-as-sub-case"]
    (order,) = hotline.parts(ordered)
    assert hotline.street.told(order).count("reported") == 1
    assert hotline.street.told(order).count("stage-changed") == 1
    assert not any(hotline.case(part).exists for part in hotline.parts(recalled))


def test_killed_after_every_order_each_effect_is_there_once(hotline):
    cases = a_busy_day(hotline)
    kills = 0
    for again in range(2):
        for after in (1, 2, 1, 3, 1, 1, 2, 1, 1, 99, 99, 99):
            try:
                hotline.follower(Falling(hotline.street.desk, after=after)).catch_up(batch=5)
            except Killed:
                kills += 1
        if not again:
            the_evening(hotline, cases)

    assert kills > 6
    assert_each_once(hotline, cases)


def test_killed_before_the_cursor_moves_each_effect_is_there_once(hotline, monkeypatch):
    cases = a_busy_day(hotline)
    move, moves = Cursors.move, iter(range(10_000))

    def killed_every_other_time(self, held, to):
        if next(moves) % 2 == 0:
            raise Killed
        return move(self, held, to)

    monkeypatch.setattr(Cursors, "move", killed_every_other_time)
    for again in range(2):
        for _ in range(300):
            follower = hotline.follower()
            if not follower.behind():
                break
            with suppress(Killed):
                follower.catch_up(batch=7)
        if not again:
            the_evening(hotline, cases)

    assert next(moves) > 10
    assert_each_once(hotline, cases)


def test_every_topic_that_branching_hears_is_a_fact():
    assert set(FACTS) >= Branching.topics
