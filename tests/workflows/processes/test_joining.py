"""A case waits for its whistles, each effect once however often the process is killed."""

from collections.abc import Callable, Iterator
from contextlib import suppress

import pytest

from domain.kernel.facts import FACTS
from domain.kernel.refusals import Refused
from ledger.cursors import Cursors
from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.snags import WAITS
from ledger.store import Store
from tests.vaults import a_vault
from tests.workflows.whistle.ledgers import store_at
from tests.workflows.whistle.street import MONDAY_NINE, Street, a_street
from workflows.incident.whistling import EndWhistle, OpenWhistle
from workflows.processes.following import Follower
from workflows.processes.joining import Joining
from workflows.processes.process import Heard
from workflows.whistle import commands as ordered


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


class Stumbling(Joining):
    """Cannot follow up the facts of some whistles, for now."""

    def __init__(self) -> None:
        self.in_trouble: set = set()

    def follow(self, heard: Heard, send) -> None:
        if heard.stream in self.in_trouble:
            raise Refused("out-of-order", "Not now.")
        super().follow(heard, send)


@pytest.fixture
def follower(store, street) -> Follower:
    return a_follower(store, street)


def a_follower(store, street, process=None, desk=None) -> Follower:
    follower = Follower(
        process or Joining(), store, Feed(store), desk or street.desk, now=lambda: street.now
    )
    follower.prepare()
    return follower


def answered(street: Street, whistle, *parties: str) -> None:
    """Every party comes and does its part, and the street confirms."""
    street.sign_for(whistle, *parties)
    street.check_in(whistle, *parties)
    street.finish(whistle, *parties)
    street.confirm(whistle)


def code(wish: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def of_whistles(street: Street, incident) -> list[str]:
    return [told for told in street.told(incident) if told.startswith("whistle-")]


def test_a_case_closes_after_the_last_of_its_whistles(street, follower):
    incident = street.awaiting_closing()
    first = street.blow(incident, "urban", "police")
    second = street.blow(incident, "roads")
    follower.catch_up()

    assert code(lambda: street.close(incident)) == "needs-unmet"
    answered(street, first, "urban", "police")
    follower.catch_up()
    assert code(lambda: street.close(incident)) == "needs-unmet"
    answered(street, second, "roads")
    follower.catch_up()
    street.close(incident)

    assert street.incident(incident).course.final == "settled"
    assert of_whistles(street, incident) == [
        "whistle-opened",
        "whistle-opened",
        "whistle-over",
        "whistle-over",
    ]


def test_no_end_of_a_case_leaves_a_whistle_open(street, follower):
    incident = street.report()
    whistle = street.blow(incident, "urban")
    follower.catch_up()

    def refuse():
        street.step(incident, "refuse", "p-acceptor", reason="重复上报")

    assert code(refuse) == "needs-unmet"
    street.order(ordered.CallOffWhistle(whistle=whistle))
    follower.catch_up()
    refuse()
    assert street.incident(incident).course.final == "declined"


def test_a_case_goes_on_when_its_whistle_is_called_off(street, follower):
    incident = street.awaiting_closing()
    whistle = street.blow(incident, "urban")
    follower.catch_up()
    street.order(ordered.CallOffWhistle(whistle=whistle))
    follower.catch_up()

    street.close(incident)

    over = next(fact for fact in street.records.facts(incident) if "over" in fact.TOPIC)
    assert (over.whistle, over.result) == (whistle, "called-off")


def test_a_whistle_blown_while_its_case_was_being_closed_is_called_off(street, follower):
    incident = street.awaiting_closing()
    whistle = street.blow(incident, "urban")
    street.close(incident)

    follower.catch_up()

    off = street.records.facts(whistle)[-1]
    assert (off.TOPIC, off.cause, off.act.role) == ("whistle.called-off", "case-ended", "process")
    assert of_whistles(street, incident) == []
    assert follower.snags.count() == 0
    assert follower.catch_up() == 0


def test_only_a_process_tells_a_case_of_its_whistles(street):
    incident = street.report()
    whistle = street.blow(incident, "urban")

    opening = OpenWhistle(incident=incident, whistle=whistle)
    ending = EndWhistle(incident=incident, whistle=whistle, result="solved")
    assert code(lambda: street.order(opening)) == "wrong-role"
    assert code(lambda: street.order(ending)) == "wrong-role"


def a_busy_day(street: Street) -> list:
    """Cases with whistles of every ending, none of them followed up yet."""
    incidents = [street.awaiting_closing() for _ in range(3)]
    for incident in incidents[:2]:
        answered(street, street.blow(incident, "urban"), "urban")
    street.blow(incidents[1], "police")
    street.blow(incidents[2], "roads")
    street.close(incidents[2])
    return incidents


def all_told(street: Street, incidents: list) -> list[list[str]]:
    return [street.told(stream) for stream in (*incidents, *street.whistles)]


def test_killed_after_every_order_each_effect_is_there_once(street, store):
    incidents = a_busy_day(street)
    kills = 0
    for after in (1, 2, 3, 1, 2, 1, 1, 1, 99):
        falling = Falling(street.desk, after=after)
        try:
            while a_follower(store, street, desk=falling).catch_up(batch=5):
                pass
        except Killed:
            kills += 1

    assert kills > 5
    assert_each_once(street, incidents)


def test_killed_before_the_cursor_moves_each_effect_is_there_once(street, store, monkeypatch):
    incidents = a_busy_day(street)
    move, moves = Cursors.move, iter(range(1_000))

    def killed_every_other_time(self, held, to):
        if next(moves) % 2 == 0:
            raise Killed
        return move(self, held, to)

    monkeypatch.setattr(Cursors, "move", killed_every_other_time)
    for _ in range(200):
        follower = a_follower(store, street)
        if not follower.behind():
            break
        with suppress(Killed):
            follower.catch_up(batch=7)

    assert not follower.behind()
    assert next(moves) > 10
    assert_each_once(street, incidents)


def assert_each_once(street: Street, incidents: list) -> None:
    assert of_whistles(street, incidents[0]) == ["whistle-opened", "whistle-over"]
    assert sorted(of_whistles(street, incidents[1])) == [
        "whistle-opened",
        "whistle-opened",
        "whistle-over",
    ]
    assert of_whistles(street, incidents[2]) == []
    assert street.told(street.whistles[-1]).count("called-off") == 1
    assert len(street.incident(incidents[1]).course.whistles) == 1


def test_a_case_in_trouble_gets_a_snag_and_holds_up_nobody(street, store):
    process = Stumbling()
    follower = a_follower(store, street, process)
    bad, good = street.awaiting_closing(), street.awaiting_closing()
    trouble = street.blow(bad, "urban")
    fine = street.blow(good, "police")
    process.in_trouble = {trouble}
    follower.catch_up()
    answered(street, trouble, "urban")
    answered(street, fine, "police")
    follower.catch_up()

    assert of_whistles(street, good) == ["whistle-opened", "whistle-over"]
    assert of_whistles(street, bad) == []
    assert [(snag.stream, snag.code) for snag in follower.snags.all()] == [
        (trouble, "out-of-order"),
        (trouble, WAITS),
    ]


def test_snags_are_retried_singly_or_all_in_the_order_of_the_log(street, store):
    process = Stumbling()
    follower = a_follower(store, street, process)
    incidents = [street.awaiting_closing() for _ in range(2)]
    whistles = [street.blow(incident, "urban") for incident in incidents]
    process.in_trouble = set(whistles)
    for whistle in whistles:
        answered(street, whistle, "urban")
    follower.catch_up()

    assert not follower.retry(whistles[0])
    assert max(snag.times for snag in follower.snags.all()) == 2
    process.in_trouble = {whistles[1]}
    assert follower.retry_all() == 1
    process.in_trouble = set()
    assert follower.retry(whistles[1])

    assert follower.snags.count() == 0
    for incident in incidents:
        assert of_whistles(street, incident) == ["whistle-opened", "whistle-over"]


@pytest.fixture
def on_postgres(fresh_postgres) -> Iterator[Store]:
    """SQLite has one writer process, so there is nobody to share the parts with."""
    yield from store_at(fresh_postgres)


def test_a_part_that_another_follower_holds_is_left_to_it(on_postgres):
    street = a_street(Ledger(on_postgres, now=lambda: MONDAY_NINE, vault=a_vault()))
    street.blow(street.awaiting_closing(), "urban")
    one, other = a_follower(on_postgres, street), a_follower(on_postgres, street)
    cursors, (part, *_) = Cursors(on_postgres, one.name), other.behind()
    before = cursors.positions().get(part, 0)

    with cursors.hold(part):
        other.catch_up()

        assert cursors.positions().get(part, 0) == before
    while one.catch_up():
        pass
    assert not other.behind()


def test_a_cursor_moved_by_another_is_not_moved_again(store, street, follower):
    street.blow(street.awaiting_closing(), "urban")
    (part, *_) = follower.behind()
    cursors = Cursors(store, follower.name)
    with cursors.hold(part) as held:
        assert held
        assert cursors.move(held, 1)
        assert not cursors.move(held, 2)


def test_every_topic_that_joining_hears_is_a_fact():
    assert set(FACTS) >= Joining.topics
