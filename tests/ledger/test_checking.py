"""Checking: a log that was touched by hand gives itself away."""

import pytest
import sqlalchemy as sa

from ledger.checking import differences
from ledger.tables import events, heads
from tests.ledger.lamps import a_lamp_id, mend, report


@pytest.fixture
def lamp(ledger):
    """A lamp with three events, and others on the same part and elsewhere."""
    for nth in range(6):
        report(ledger, f"other {nth}")
    lamp = report(ledger, "pole 7").stream
    mend(ledger, lamp, "c-2")
    mend(ledger, lamp, "c-3")
    return lamp


def test_a_log_as_we_wrote_it_agrees_with_itself(store, lamp):
    assert list(differences(store)) == []


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"happened_at": 1}, "column happened_at"),
        ({"area": None}, "column area"),
        ({"actor": "p-8"}, "column actor says 'p-8', the body 'p-7'"),
        ({"command_id": "c-9"}, "column command_id"),
        ({"recorded_at": 1}, "recorded before"),
        ({"stream": a_lamp_id("foreign"), "version": 1}, ""),
        ({"version": 5}, "has 3 events, its last version is 5"),
        ({"kind": 9}, ""),
        ({"body": "{}"}, "the body cannot be read"),
        ({"body": "?"}, "the body cannot be read"),
    ],
)
def test_an_event_touched_by_hand_is_found(store, lamp, values, said):
    with store.writing() as conn:
        last = sa.and_(events.c.stream == lamp, events.c.version == 3)
        conn.execute(sa.update(events).where(last).values(**values))

    found = [one.what for one in differences(store)]

    assert any(said in what for what in found), found


def test_a_body_spelled_otherwise_is_found(store, lamp):
    with store.writing() as conn:
        last = sa.and_(events.c.stream == lamp, events.c.version == 3)
        spaced = sa.func.replace(events.c.body, '"bulb":', '"bulb": ')
        conn.execute(sa.update(events).where(last).values(body=spaced))

    assert [one.what for one in differences(store)] == ["the body is not in its canonical form"]


@pytest.mark.parametrize("version", [1, 3])
def test_an_event_taken_out_is_found(store, lamp, version):
    with store.writing() as conn:
        conn.execute(sa.delete(events).where(events.c.stream == lamp, events.c.version == version))

    assert list(differences(store))


def test_a_head_that_does_not_fit_is_found(store, lamp):
    with store.writing() as conn:
        conn.execute(sa.update(heads).values(pos=heads.c.pos + 1))

    assert len(list(differences(store))) == 4
