"""The feed: whoever follows it misses nothing, whatever writers do."""

import random
import time
from threading import Event, Thread
from uuid import UUID

from ledger.feed import Feed
from ledger.ledger import Ledger
from ledger.store import Store
from ledger.times import micros
from migrations import migrate
from tests.ledger.lamps import (
    NOON,
    Lamp,
    LampBroke,
    a_claim,
    a_lamp_id,
    an_act,
    mend,
    report,
)
from tests.vaults import a_vault

WRITERS = 8
SECONDS = 1.5


def test_a_row_has_the_hot_facts_beside_the_body(ledger, feed):
    lamp_id = report(ledger, "pole 7").stream

    (row,) = feed.read(ledger.part_of(lamp_id), after=0, limit=9)

    assert (row.stream, row.version, row.topic) == (lamp_id, 1, "lamp.broke")
    assert (row.happened_at, row.recorded_at) == (micros(NOON), micros(NOON))
    assert (row.area, row.actor, row.command_id) == (120101001003007, "p-7", "pole 7")
    assert feed.fact(row) == LampBroke(act=an_act("pole 7"), pole="pole 7")


def test_reading_goes_on_after_a_position(ledger, feed):
    lamp_id = report(ledger, "pole 7").stream
    part = ledger.part_of(lamp_id)
    mend(ledger, lamp_id, "c-2")
    mend(ledger, lamp_id, "c-3")

    assert [row.pos for row in feed.read(part, after=1, limit=1)] == [2]
    assert [row.pos for row in feed.read(part, after=2, limit=9)] == [3]
    assert feed.heads()[part] == 3


class Follower(Thread):
    """Reads all parts from the beginning to the end, noting where a position is not the next."""

    def __init__(self, feed):
        super().__init__()
        self.feed, self.reached, self.missed = feed, dict.fromkeys(feed.heads(), 0), []
        self.seen, self.polls, self.over = set(), 0, Event()

    def run(self):
        while not (self.over.is_set() and self.reached == self.feed.heads()):
            for part in self.reached:
                self.follow(part)
            self.polls += 1

    def follow(self, part):
        for row in self.feed.read(part, after=self.reached[part], limit=200):
            if row.pos != self.reached[part] + 1:
                self.missed.append((part, row.pos))
            self.reached[part] = row.pos
            self.seen.add((row.stream, row.version))


def writer(ledger, number, ends, written):
    chance = random.Random(number)
    for nth in range(1_000_000):
        if time.monotonic() > ends:
            return
        lamp = Lamp(a_lamp_id(f"{number}/{nth}"))
        for _ in range(chance.choice([1, 2, 5, 40])):
            lamp.tell(LampBroke(act=an_act("c"), pole="7"))
        ledger.save(lamp, claim=a_claim(f"{number}/{nth}"))
        written.update((lamp.id, version + 1) for version in range(lamp.version))


def test_a_follower_of_eight_writers_misses_nothing(store_url, clock):
    migrate(store_url, parts=3)
    store = Store(store_url, pool_size=WRITERS + 2)
    ledger, follower = Ledger(store, now=clock, vault=a_vault()), Follower(Feed(store))
    written: set[tuple[UUID, int]] = set()
    follower.start()
    ends = time.monotonic() + SECONDS
    writers = [
        Thread(target=writer, args=(ledger, number, ends, written)) for number in range(WRITERS)
    ]

    for one in writers:
        one.start()
    for one in writers:
        one.join()
    follower.over.set()
    follower.join(timeout=30)

    assert not follower.missed
    assert len(written) > WRITERS
    assert follower.seen == written
    assert sum(Feed(store).heads().values()) == len(written)
    store.close()
