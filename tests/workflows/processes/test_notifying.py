"""Whoever reported a matter twice hears what becomes of the case that stands for both, once."""

import json

import pytest
import sqlalchemy as sa

from domain.kernel.refusals import Refused
from ledger.cursors import Cursors
from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.tables import outbox
from projections.incident.duplicates import MergedCases
from projections.incident.telling import Incidents
from projections.reading import Reader
from tests.workflows.processes.test_joining import Falling, Killed
from workflows.incident.commands import UnmergeIncident
from workflows.incident.reporters import TellReporter
from workflows.processes.following import Follower
from workflows.processes.notifying import Notifying


class City:
    """A street, its read model of incidents, and the process."""

    def __init__(self, store, street) -> None:
        self.store, self.street = store, street
        self.feed = Feed(store)
        shelf = street.desk.office.shelf
        self.reader = Reader(Incidents(shelf), store, self.feed, now=lambda: street.now)
        self.reader.prepare()

    def follower(self, desk=None, **given) -> Follower:
        follower = Follower(
            Notifying(MergedCases(self.store)),
            self.store,
            self.feed,
            desk or self.street.desk,
            now=lambda: self.street.now,
            **given,
        )
        follower.prepare()
        return follower

    def catch_up(self) -> None:
        self.reader.catch_up()
        self.follower().catch_up()

    def two(self):
        """Two reports of one matter, the second merged into the first."""
        leading = self.street.report()
        self.street.forward(minutes=1)
        return leading, self.merged(leading)

    def merged(self, leading):
        follower = self.street.report()
        self.street.step(follower, "merge", "p-acceptor", leading=str(leading))
        return follower

    def told(self) -> list[tuple[str, ...]]:
        """What reporters were told: case, about, stage and outcome."""
        with self.store.reading() as conn:
            rows = conn.execute(sa.select(outbox.c.stream, outbox.c.notice)).all()
        notices = [(row.stream, json.loads(row.notice)) for row in rows]
        return sorted(
            (
                str(stream),
                told["about"].removeprefix("incident."),
                told["facts"]["stage"],
                told["facts"].get("outcome", ""),
            )
            for stream, told in notices
            if told["to"] == "reporter@p-grid-member"
        )


@pytest.fixture
def city(store, street) -> City:
    return City(store, street)


def test_who_reported_it_again_hears_of_the_merge_the_moves_and_the_end(city, street):
    leading, follower = city.two()
    city.catch_up()
    street.step(leading, "refuse", "p-acceptor", reason="no such wall")

    city.catch_up()

    ended = street.incident(leading).course
    assert city.told() == [
        (str(follower), "leading-ended", ended.stage, ended.outcome),
        (str(follower), "merged", "accepting", ""),
    ]


def test_every_step_of_the_leading_case_is_told_to_all_who_follow_it(city, street):
    leading, first = city.two()
    second = city.merged(leading)
    city.catch_up()
    street.step(leading, "pass_on", "p-acceptor")
    city.catch_up()
    street.step(leading, "file", "p-duty-leader", category="01-02")

    city.catch_up()

    moved = [(stream, stage) for stream, about, stage, _ in city.told() if about == "leading-moved"]
    stages = ("awaiting_dispatch", "awaiting_filing")
    assert moved == sorted((str(one), stage) for one in (first, second) for stage in stages)


def test_a_case_that_only_bears_the_mark_of_a_duplicate_is_told_nothing(city, street):
    leading = street.report()
    street.forward(minutes=1)
    marked = street.report()
    street.step(marked, "mark_duplicate", "p-grid-member", leading=str(leading))
    street.step(leading, "pass_on", "p-acceptor")

    city.catch_up()

    assert city.told() == []


def test_a_case_taken_out_again_is_told_nothing_more(city, street):
    leading, follower = city.two()
    city.catch_up()
    unmerge = UnmergeIncident(incident=follower, reason="another wall")
    street.desk.do(unmerge, street.act("p-acceptor"))
    street.step(leading, "pass_on", "p-acceptor")

    # The read model is a little behind, as it may be: the record itself decides.
    city.follower().catch_up()

    assert [about for _, about, _, _ in city.told()] == ["merged"]


def test_a_move_before_the_read_model_knew_of_the_merge_is_told_with_the_merge(city, street):
    leading, follower = city.two()
    street.step(leading, "pass_on", "p-acceptor")

    city.follower().catch_up()

    assert city.told() == [(str(follower), "merged", "awaiting_filing", "")]


def test_nothing_is_recorded_in_the_case_itself(city, street):
    _, follower = city.two()
    before = street.told(follower)

    city.catch_up()

    assert street.told(follower) == before
    assert city.told()


def test_killed_after_every_order_each_reporter_is_told_once(city, street):
    leading, _ = city.two()
    city.merged(leading)
    city.catch_up()
    street.step(leading, "pass_on", "p-acceptor")
    city.reader.catch_up()
    kills = 0
    for after in (1, 1, 1, 2, 1, 99):
        try:
            city.follower(desk=Falling(street.desk, after=after)).catch_up()
        except Killed:
            kills += 1

    assert kills > 2
    moved = [stream for stream, about, _, _ in city.told() if about == "leading-moved"]
    assert len(moved) == len(set(moved)) == 2


def test_old_news_is_told_to_nobody(city, street):
    leading, _ = city.two()
    city.reader.catch_up()

    follower = city.follower(news_only=True)

    assert follower.behind() == {}
    assert Cursors(city.store, follower.name).positions() == city.feed.heads()
    street.step(leading, "pass_on", "p-acceptor")
    follower.catch_up()
    assert [about for _, about, _, _ in city.told()] == ["leading-moved"]


def test_only_the_process_tells_reporters(city, street):
    _, follower = city.two()

    with pytest.raises(Refused) as refused:
        street.desk.do(TellReporter(incident=follower, about="merged"), street.act("p-acceptor"))

    assert refused.value.code == "wrong-role"


def test_the_same_notice_twice_is_one(city, store, street):
    city.two()

    city.catch_up()
    while city.follower().retry_all():
        pass
    city.catch_up()

    assert len(city.told()) == 1
    assert isinstance(street.records, Ledger)
