"""Whole streams of a period are read from the key, on both databases, however the log is split."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest

from domain.kernel.ids import ordered_id
from ledger import streams as module
from ledger.ledger import Ledger
from ledger.streams import Streams
from tests.ledger.lamps import NOON, Lamp, LampBroke, LampMended, a_claim, an_act

LAMPS = 12


def broke(ledger: Ledger, name: str, at: datetime) -> UUID:
    lamp = ledger.load(Lamp, ordered_id(at, name))
    lamp.tell(LampBroke(act=an_act(name, at=at), pole=name))
    lamp.tell(LampMended(act=an_act(f"{name}/2", at=at), bulb="led", watts=12))
    ledger.save(lamp, claim=a_claim(name))
    return lamp.id


@pytest.fixture
def lamps(ledger) -> list[UUID]:
    """One lamp an hour from noon on."""
    return [broke(ledger, f"pole {n}", NOON + timedelta(hours=n)) for n in range(LAMPS)]


def test_streams_begun_in_a_period_come_whole(store, lamps):
    first, end = NOON + timedelta(hours=2), NOON + timedelta(hours=5)

    found = dict(Streams(store).begun("lamp.broke", first, end))

    assert set(found) == set(lamps[2:5])
    for events in found.values():
        assert [one.version for one in events] == [1, 2]
        assert [one.topic for one in events] == ["lamp.broke", "lamp.mended"]
    assert Streams(store).count("lamp.broke", first, end) == 3


def test_paging_splits_no_stream(store, lamps, monkeypatch):
    monkeypatch.setattr(module, "AT_ONCE", 1)

    found = dict(Streams(store).begun("lamp.broke", NOON, NOON + timedelta(days=1)))

    assert set(found) == set(lamps)
    assert {len(events) for events in found.values()} == {2}


def test_streams_that_began_otherwise_are_left_out(store, lamps):
    day = NOON + timedelta(days=1)

    assert list(Streams(store).begun("lamp.mended", NOON, day)) == []
    assert Streams(store).count("lamp.mended", NOON, day) == 0


def test_the_log_reaches_to_its_last_record(store, ledger, clock):
    assert Streams(store).last_recorded_at() is None
    clock.forward(hours=3)

    broke(ledger, "pole 7", NOON)

    assert Streams(store).last_recorded_at() == NOON + timedelta(hours=3)
