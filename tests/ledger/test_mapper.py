"""Bodies: canonical JSON that anybody can read, and old ones lifted to today's facts."""

from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

import pytest
from eventsourcing.persistence import StoredEvent

from domain.kernel.codes import AreaCode
from domain.kernel.facts import FACTS, Fact
from domain.kernel.refusals import Refused
from ledger.envelope import NOTHING, envelope
from ledger.mapper import FactMapper, canonical, canonical_body
from tests.ledger.lamps import NOON, LampBroke, LampMended, an_act

LAMP = UUID(int=7)
ACT = (
    '{"area":"120101001003007","at":"2026-03-02T04:00:00Z","command_id":"c-1",'
    '"person":"p-7","role":"member"}'
)


def stored(topic, body):
    return StoredEvent(LAMP, 1, topic, body.encode())


def test_a_body_is_canonical_json_without_what_is_not_given():
    fact = LampBroke(act=an_act("c-1"), pole="灯 7")

    assert canonical_body(fact).decode() == f'{{"act":{ACT},"pole":"灯 7"}}'


def test_a_body_of_a_later_version_says_so():
    fact = LampMended(act=an_act("c-1"), bulb="led", watts=12)

    assert canonical_body(fact).decode().endswith('"bulb":"led","v":3,"watts":12}')


def test_a_fact_comes_back_with_its_place():
    mapper, fact = FactMapper(), LampBroke(act=an_act("c-1"), pole="7")

    back = mapper.to_domain_event(stored("lamp.broke", canonical_body(fact).decode()))

    assert back == fact
    assert (back.originator_id, back.originator_version) == (LAMP, 1)


@pytest.mark.parametrize(
    ("state", "watts"),
    [
        ('"bulb":"old"', 40),
        ('"bulb":"old","v":2,"watt":"60"', 60),
        ('"bulb":"old","v":3,"watts":9', 9),
    ],
)
def test_older_bodies_are_lifted_step_by_step(state, watts):
    fact = FactMapper().to_domain_event(stored("lamp.mended", f'{{"act":{ACT},{state}}}'))

    assert fact == LampMended(act=an_act("c-1"), bulb="old", watts=watts)


@pytest.mark.parametrize(
    ("topic", "body", "code"),
    [
        ("lamp.stolen", "{}", "unknown-topic"),
        ("lamp.mended", f'{{"act":{ACT},"bulb":"b","v":4}}', "fact-too-new"),
    ],
)
def test_what_this_release_cannot_know_is_refused(topic, body, code):
    with pytest.raises(Refused) as refusal:
        FactMapper().to_domain_event(stored(topic, body))

    assert refusal.value.code == code


def test_a_float_is_a_mistake():
    with pytest.raises(TypeError, match="no float"):
        canonical({"grade": 0.1})


def test_small_types_of_the_kernel_are_kept(monkeypatch):
    @dataclass(frozen=True, slots=True, kw_only=True)
    class LampMoved(Fact):
        TOPIC = "lamp.moved"
        to: AreaCode

    monkeypatch.setitem(FACTS, "lamp.moved", LampMoved)
    mapper, fact = FactMapper(), LampMoved(act=an_act("c-1"), to=AreaCode("120101001003"))

    back = mapper.to_domain_event(mapper.to_stored_event(fact))

    assert back == fact


def test_the_columns_come_from_the_body():
    at = datetime(2026, 3, 2, 4, 0, 0, 250_001, tzinfo=UTC)

    told = envelope(canonical_body(LampBroke(act=an_act("c-1", at=at), pole="7")))

    assert told == (1_772_424_000_250_001, 120101001003007, "p-7", "c-1")
    assert (at - NOON).microseconds == 250_001


@pytest.mark.parametrize("body", [b"state1", b"{}", b'{"act":7}', b"\xff"])
def test_a_body_that_is_not_ours_gives_no_columns(body):
    assert envelope(body) == NOTHING


def test_an_area_that_is_none_gives_no_number():
    assert envelope(f'{{"act":{ACT}}}'.replace("120101001003007", "moon")).area is None
