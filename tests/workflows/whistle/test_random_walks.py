"""Wherever chance leads whistles: what is stored gives the same roll again, and the rules hold."""

from contextlib import suppress
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from domain.kernel.refusals import Refused
from domain.whistle.party import DUTIES, STATES
from domain.whistle.whistle import Whistle
from tests.workflows.whistle.street import (
    DISTRICT,
    FAR_AWAY,
    NEARBY,
    PHOTO,
    STREET,
    UNITS,
    Street,
    a_street,
)
from workflows.rehearsal.records import MemoryRecords
from workflows.whistle import commands as ordered

FOUNDED = MemoryRecords()
a_street(FOUNDED)  # found the town once; each walk begins with a copy of it
WAITS = [timedelta(minutes=minutes) for minutes in (0, 5, 20, 90, 1500, 6000)]
OF_PARTIES = (
    ordered.SignFor,
    ordered.MakeContact,
    ordered.CheckIn,
    ordered.BeginWork,
    ordered.FinishWork,
)
PEOPLE = ("p-commander", "p-duty-leader", "p-district", *(f"p-{unit}" for unit in UNITS))


class RebuildingRecords(MemoryRecords):
    """Rebuilds each whistle from its stored bodies at each save: it equals the live one."""

    def save(self, record, **given):
        answer = super().save(record, **given)
        if isinstance(record, Whistle):
            assert self.load(Whistle, record.id).roll == record.roll
        return answer


def a_walk() -> Street:
    records = RebuildingRecords()
    records.stored = {stream: list(events) for stream, events in FOUNDED.stored.items()}
    records.claims = dict(FOUNDED.claims)
    return a_street(records, settled=True)


def some_order(draw, whistle) -> object:
    party = draw(st.sampled_from([*UNITS]))
    of_party = {"whistle": whistle, "party": party}
    place = draw(st.sampled_from([NEARBY, FAR_AWAY, None]))
    by = draw(st.sampled_from([*UNITS]))
    return draw(
        st.sampled_from(
            [
                ordered.SignFor(**of_party),
                ordered.MakeContact(**of_party),
                ordered.CheckIn(**of_party, place=place, photo=PHOTO),
                ordered.CheckIn(**of_party, place=NEARBY, photo=PHOTO),
                ordered.BeginWork(**of_party),
                ordered.FinishWork(**of_party, result="好了"),
                ordered.SubstituteParty(**of_party, by=by, reason="换人"),
                ordered.WithdrawParty(**of_party, reason="无关"),
                ordered.RateParty(**of_party, stars=draw(st.integers(0, 6))),
                ordered.ConfirmWhistle(whistle=whistle, result="solved"),
                ordered.CallOffWhistle(whistle=whistle, reason="误吹"),
                ordered.ApproveWhistle(whistle=whistle),
                ordered.DeclineWhistle(whistle=whistle),
            ]
        )
    )


def walk_on(street: Street, draw) -> None:
    """Give some order by somebody: mostly by who may, so that walks lead somewhere."""
    street.fire_due(until=street.now + draw(st.sampled_from(WAITS)))
    order = some_order(draw, draw(st.sampled_from(street.whistles)))
    party = getattr(order, "party", None)
    likely = [f"p-{party}"] if isinstance(order, OF_PARTIES) else ["p-commander", "p-district"]
    person = draw(st.sampled_from(likely * 4 + [*PEOPLE]))
    with suppress(Refused):
        street.order(order, person, area=DISTRICT if person == "p-district" else STREET)


def must_be_lawful(street: Street, whistle) -> None:
    roll = street.whistle(whistle).roll
    due = [one.timer.split("/")[1:] for one in street.records.due[whistle]]
    assert roll.open or not due
    for party in roll.parties.values():
        assert party.state in STATES
        assert set(party.missed_duties) <= set(DUTIES)
        assert len(set(party.missed)) == len(party.missed)
        assert party.distance_m is None or party.distance_m <= (roll.radius_m or 0)
        assert party.stars is None or party.done_at is not None
        assert (party.done_at is None) or (party.arrived_at is not None)
        assert not (party.done_at and party.left_at)
        if party.over:
            assert party.unit not in {unit for unit, _ in due}
    if roll.state == "confirmed":
        assert not roll.open_parties
    times = [fact.act.at for fact in street.records.facts(whistle)]
    assert times == sorted(times)


@settings(max_examples=60)
@given(st.data())
def test_stored_whistles_equal_live_ones_after_any_walk(chance):
    street = a_walk()
    incident = street.report()
    street.blow(incident, "urban", "police")
    street.blow(incident, "roads", kind="hard-case")
    street.blow(incident, "urban", "squad", kind="emergency")

    for _ in range(chance.draw(st.integers(5, 40))):
        walk_on(street, chance.draw)

    for whistle in street.whistles:
        must_be_lawful(street, whistle)
