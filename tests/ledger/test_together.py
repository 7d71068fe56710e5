"""Group commit: what waits for SQLite's one writer is written at once, and fails alone."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from threading import Event, Thread

import pytest
from eventsourcing.persistence import IntegrityError, OperationalError

from ledger import together
from ledger.errors import StaleRecord
from ledger.ledger import Ledger
from ledger.store import Store
from ledger.together import Together
from migrations import migrate
from tests.ledger.lamps import Clock, Lamp, a_lamp_id, mend, report
from tests.vaults import a_vault

PATIENCE = 10.0
POLES = [f"pole {number}" for number in range(6)]


@pytest.fixture
def sqlite(tmp_path) -> Iterator[Store]:
    url = f"sqlite:///{tmp_path / 'city.sqlite'}"
    migrate(url, parts=1)
    store = Store(url)
    yield store
    store.close()


@pytest.fixture
def sizes(monkeypatch) -> list[int]:
    """How many changes each commit held."""
    found: list[int] = []
    write = together._write

    def counted(driver, those):
        found.append(len(those))
        write(driver, those)

    monkeypatch.setattr(together, "_write", counted)
    return found


@contextmanager
def all_at_once(store: Store, group: Together, orders) -> Iterator[None]:
    """Keep the disk busy until every order waits for it."""
    waiting = [Thread(target=order) for order in orders]
    with store.recording():
        for one in waiting:
            one.start()
        tick, left = Event(), PATIENCE
        while len(group._queue) < len(waiting):
            assert left > 0, "the orders never came to wait"
            tick.wait(0.005)
            left -= 0.005
    for one in waiting:
        one.join(PATIENCE)
    yield


def test_orders_that_wait_share_one_commit(sqlite, sizes):
    ledger = Ledger(sqlite, now=Clock(), vault=a_vault())
    report(ledger, "the first")
    sizes.clear()

    with all_at_once(
        sqlite,
        ledger.writer._together,
        [lambda pole=pole: report(ledger, pole) for pole in POLES],
    ):
        assert sizes == [len(POLES)]

    histories = [ledger.history(a_lamp_id(pole)) for pole in POLES]
    assert sorted(one.position for history in histories for one in history) == [2, 3, 4, 5, 6, 7]


def test_of_two_that_saw_the_same_lamp_one_is_too_late_and_all_others_stand(sqlite, sizes):
    ledger = Ledger(sqlite, now=Clock(), vault=a_vault())
    mend(ledger, report(ledger, "another").stream, "c-0")  # a topic is numbered by a commit too
    lamp = report(ledger, "pole 7").stream
    late: list[StaleRecord] = []

    def mend_once(command_id: str) -> None:
        try:
            mend(ledger, lamp, command_id)
        except StaleRecord as stale:
            late.append(stale)

    orders: list[Callable[[], object]] = [partial(report, ledger, pole) for pole in POLES]
    orders += [partial(mend_once, "c-1"), partial(mend_once, "c-2")]
    with all_at_once(sqlite, ledger.writer._together, orders):
        assert sizes[-1] == len(orders)

    assert len(late) == 1
    assert ledger.load(Lamp, lamp).version == 2
    assert all(ledger.load(Lamp, a_lamp_id(pole)).exists for pole in POLES)


def test_a_disk_that_fails_fails_every_order_of_the_commit(sqlite):
    group = Together(sqlite)
    failures: list[Exception] = []

    def order(statement: str) -> None:
        try:
            group.commit(lambda driver: driver.execute(statement))
        except (IntegrityError, OperationalError) as error:
            failures.append(error)

    begun = "INSERT INTO claims VALUES (0, '{}', 'd', 'a')"
    breaks = [lambda: order("ROLLBACK"), *[lambda n=n: order(begun.format(n)) for n in range(3)]]
    with all_at_once(sqlite, group, breaks):
        assert len(failures) == len(breaks)

    with sqlite.asking() as driver:
        assert driver.execute("SELECT count(*) FROM claims").fetchone() == (0,)
    group.commit(lambda driver: driver.execute(begun.format("later")))
