"""Whistles in the city's words: blown, signed for, answered on site, judged, over."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from domain.kernel.codes import Level
from domain.kernel.refusals import Refused
from tests.workflows.whistle.street import (
    DISTRICT,
    FAR_AWAY,
    GRID,
    MONDAY_NINE,
    NEARBY,
    WALL,
    Street,
    a_street,
)
from workflows.whistle import commands as ordered
from workflows.whistle.standing import must_be_summonable

ABOUT = "whistle.party-escalated"


@pytest.fixture
def street() -> Street:
    return a_street()


def refused(wish) -> Refused:
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value


def code(wish) -> str:
    return refused(wish).code


def test_a_blown_whistle_stamps_who_must_come_where_and_by_when(street):
    whistle = street.blow(street.report(), "urban", "police")

    roll = street.whistle(whistle).roll
    assert (list(roll.parties), roll.place, roll.radius_m) == (["urban", "police"], WALL, 500)
    assert roll.rules == "tianjin-grid@1"
    due = {due.timer.split("/", 1)[1]: due.due_at for due in street.records.due[whistle]}
    assert due["urban/sign-for"] == MONDAY_NINE + timedelta(hours=1)
    assert due["urban/contact"] == MONDAY_NINE + timedelta(hours=24)
    # Thursday 09:00 in the city: three working days of eight hours.
    assert due["urban/check-in"] == datetime(2026, 11, 19, 1, tzinfo=UTC)


def test_each_party_hears_of_it(street):
    street.blow(street.report(), "urban", "police")

    assert [note.to for note in street.records.notices if note.about == "whistle.blown"] == [
        "handler@urban",
        "handler@police",
    ]


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"by": "p-dispatcher"}, "wrong-role"),
        ({"by": "p-district"}, "role-not-held"),
        ({"kind": "concert"}, "unknown-whistle"),
        ({"cause": "emergency"}, "unknown-cause"),
        ({"parties": ()}, "parties-out-of-range"),
        ({"parties": ("urban", "urban")}, "already-summoned"),
        ({"parties": ("nobody",)}, "unknown-unit"),
        ({"parties": ("elsewhere",)}, "unit-serves-elsewhere"),
    ],
)
def test_a_whistle_is_refused(street, given, expected):
    incident = street.report()

    assert code(lambda: street.blow(incident, *given.pop("parties", ("urban",)), **given)) == (
        expected
    )


def test_a_case_without_a_place_needs_one_to_come_to(street):
    incident = street.report(place=None)

    assert code(lambda: street.blow(incident, "urban")) == "place-missing"
    assert street.whistle(street.blow(incident, "urban", place=WALL)).roll.place == WALL


def test_nobody_is_summoned_to_a_case_that_ended(street):
    incident = street.awaiting_closing()
    street.close(incident)

    assert code(lambda: street.blow(incident, "urban")) == "case-ended"


def test_a_whistle_blown_twice_by_one_command_is_one_whistle(street):
    incident = street.report()
    order = ordered.BlowWhistle(
        incident=incident, kind="work", cause="pressing-matter", parties=("urban",)
    )

    first = street.desk.do(order, street.act("p-commander", command_id="blow-1"))
    street.forward(minutes=5)
    again = street.desk.do(order, street.act("p-commander", command_id="blow-1"))

    assert first.stream == again.stream
    assert again.repeated


def test_a_hard_case_waits_for_the_district_leader(street):
    whistle = street.blow(street.report(), "urban", kind="hard-case")

    assert street.records.due[whistle] == []
    assert code(lambda: street.sign_for(whistle, "urban")) == "whistle-not-approved"
    approve = ordered.ApproveWhistle(whistle=whistle)
    assert code(lambda: street.order(approve)) == "role-not-held"
    street.forward(hours=3)
    street.order(approve, "p-district", area=DISTRICT)

    assert street.told(whistle) == ["asked-for", "blown"]
    assert street.whistle(whistle).roll.parties["urban"].summoned_at == street.now
    assert code(lambda: street.order(approve, "p-district")) == "no-approval-waiting"


def test_a_declined_hard_case_summons_nobody(street):
    whistle = street.blow(street.report(), "urban", kind="hard-case")

    street.order(ordered.DeclineWhistle(whistle=whistle, reason="街道自行解决"), "p-district")

    assert street.told(whistle) == ["asked-for", "declined"]
    assert code(lambda: street.sign_for(whistle, "urban")) == "whistle-over"


def test_work_whistles_need_no_approval(street):
    whistle = street.blow(street.report(), "urban")

    approve = ordered.ApproveWhistle(whistle=whistle)
    assert code(lambda: street.order(approve, "p-district")) == "no-approval-waiting"


def test_too_far_is_refused_with_the_distance(street):
    whistle = street.blow(street.report(), "urban")
    street.sign_for(whistle, "urban")

    refusal = refused(lambda: street.check_in(whistle, "urban", place=FAR_AWAY))

    assert refusal.code == "too-far"
    assert refusal.facts == {"distance_m": 2588, "radius_m": 500}
    assert street.state(whistle, "urban") == "signed-for"


def test_a_check_in_keeps_place_distance_and_photo(street):
    whistle = street.blow(street.report(), "urban")
    street.sign_for(whistle, "urban")

    street.check_in(whistle, "urban", place=NEARBY)

    party = street.whistle(whistle).roll.parties["urban"]
    assert (party.state, party.distance_m, party.photo) == ("checked-in", 103, "ab" * 32)


def test_check_ins_are_refused_by_code(street):
    whistle = street.blow(street.report(), "urban", "police")
    assert code(lambda: street.check_in(whistle, "urban")) == "wrong-stage"
    assert code(lambda: street.check_in(whistle, "roads")) == "not-summoned"
    street.sign_for(whistle, "urban")

    assert code(lambda: street.check_in(whistle, "urban", photo=None)) == "photo-missing"
    assert code(lambda: street.check_in(whistle, "urban", photo="me.jpg")) == "photo-hash-invalid"
    assert code(lambda: street.check_in(whistle, "urban", place=None)) == "place-missing"


def test_a_party_answers_for_itself_only(street):
    whistle = street.blow(street.report(), "urban", "police")

    for by in ("p-police", "p-commander"):
        wish = ordered.SignFor(whistle=whistle, party="urban")
        assert code(lambda wish=wish, by=by: street.order(wish, by)) == "not-your-party"


def test_answering_twice_is_told_once(street):
    whistle = street.blow(street.report(), "urban")
    for _ in range(2):
        street.sign_for(whistle, "urban")
        street.answer(whistle, ordered.MakeContact, "urban")
        street.check_in(whistle, "urban")
        street.answer(whistle, ordered.BeginWork, "urban")

    assert street.told(whistle) == [
        "blown",
        "party-signed-for",
        "party-contacted",
        "party-checked-in",
        "party-began-work",
    ]
    assert street.state(whistle, "urban") == "working"


def test_nothing_is_done_by_who_is_not_there(street):
    whistle = street.blow(street.report(), "urban")
    street.sign_for(whistle, "urban")

    assert code(lambda: street.finish(whistle, "urban")) == "not-checked-in"
    assert code(lambda: street.answer(whistle, ordered.BeginWork, "urban")) == "not-checked-in"


def substituted(street, whistle, party, by, *, person):
    order = ordered.SubstituteParty(whistle=whistle, party=party, by=by, reason="无执法权")
    street.order(order, person)


def test_a_party_sends_another_unit_in_its_place(street):
    whistle = street.blow(street.report(), "urban", "police")
    street.sign_for(whistle, "urban")
    street.forward(minutes=30)

    substituted(street, whistle, "urban", "squad", person="p-urban")

    roll = street.whistle(whistle).roll
    assert roll.parties["urban"].state == "substituted"
    squad = roll.parties["squad"]
    assert (squad.state, squad.stands_for) == ("summoned", "urban")
    assert (squad.summoned_at, squad.counted_from) == (street.now, MONDAY_NINE)
    assert code(lambda: street.sign_for(whistle, "urban")) == "party-over"


def test_who_missed_the_check_in_keeps_it_and_the_substitute_begins_anew(street):
    whistle = street.blow(street.report(), "urban")
    street.fire_due(until=MONDAY_NINE + timedelta(days=4))

    substituted(street, whistle, "urban", "squad", person="p-commander")

    roll = street.whistle(whistle).roll
    assert "check-in" in roll.parties["urban"].missed
    assert roll.parties["squad"].counted_from == street.now


def test_substitutes_are_refused_by_code(street):
    whistle = street.blow(street.report(), "urban", "police")
    street.sign_for(whistle, "urban")

    def wish(by, person="p-urban"):
        return code(lambda: substituted(street, whistle, "urban", by, person=person))

    assert wish("police") == "already-summoned"
    assert wish("elsewhere") == "unit-serves-elsewhere"
    assert wish("squad", "p-police") == "not-your-party"
    street.check_in(whistle, "urban")
    assert wish("squad") == "party-on-site"


def test_the_street_withdraws_a_party_that_is_not_there_yet(street):
    whistle = street.blow(street.report(), "urban", "police")
    street.sign_for(whistle, "urban")
    street.check_in(whistle, "urban")

    def withdraw(party, by="p-commander"):
        street.order(ordered.WithdrawParty(whistle=whistle, party=party, reason="无关"), by)

    assert code(lambda: withdraw("urban")) == "party-on-site"
    assert code(lambda: withdraw("police", "p-police")) == "wrong-role"
    withdraw("police")
    assert street.state(whistle, "police") == "withdrawn"
    assert code(lambda: withdraw("police")) == "party-over"


def test_a_whistle_is_over_when_every_party_is_and_the_street_confirms(street):
    whistle = street.blow(street.report(), "urban", "police")
    street.sign_for(whistle, "urban")
    street.check_in(whistle, "urban")
    street.finish(whistle, "urban")

    refusal = refused(lambda: street.confirm(whistle))
    assert (refusal.code, refusal.facts["parties"]) == ("parties-still-open", ["police"])
    street.order(ordered.WithdrawParty(whistle=whistle, party="police", reason="无关"))
    assert code(lambda: street.confirm(whistle, "splendid")) == "unknown-result"
    street.confirm(whistle)

    assert street.records.due[whistle] == []
    assert street.whistle(whistle).roll.result == "solved"
    assert code(lambda: street.confirm(whistle)) == "whistle-over"


def test_only_the_blowing_street_rates_and_only_what_is_done(street):
    whistle = street.blow(street.report(), "urban")
    street.sign_for(whistle, "urban")
    assert code(lambda: street.rate(whistle, "urban", 5)) == "not-done-yet"
    street.check_in(whistle, "urban")
    street.finish(whistle, "urban")

    rating = ordered.RateParty(whistle=whistle, party="urban", stars=5)
    assert code(lambda: street.order(rating, "p-district", area=DISTRICT)) == "role-not-held"
    assert code(lambda: street.order(rating, area=DISTRICT)) == "not-your-whistle"
    assert code(lambda: street.rate(whistle, "urban", 6)) == "stars-out-of-range"
    street.confirm(whistle)
    street.rate(whistle, "urban", 4)
    assert code(lambda: street.rate(whistle, "urban", 5)) == "already-rated"
    assert street.whistle(whistle).roll.parties["urban"].stars == 4


def test_a_whistle_is_called_off_while_nobody_is_there(street):
    whistle = street.blow(street.report(), "urban")
    other = street.blow(street.report(), "urban")
    street.sign_for(other, "urban")
    street.check_in(other, "urban")

    street.order(ordered.CallOffWhistle(whistle=whistle, reason="误吹"))

    assert street.whistle(whistle).roll.state == "called-off"
    assert street.records.due[whistle] == []
    calling = ordered.CallOffWhistle(whistle=other)
    assert code(lambda: street.order(calling)) == "party-on-site"
    assert code(lambda: street.order(ordered.CallOffWhistle(whistle=whistle))) == "whistle-over"


def test_there_is_no_whistle_that_nobody_blew(street):
    incident = street.report()

    assert code(lambda: street.sign_for(incident, "urban")) == "no-such-whistle"


def test_free_words_go_to_the_vault(street):
    whistle = street.blow(street.report(), "urban", words="李家外墙松动")
    street.sign_for(whistle, "urban")
    street.check_in(whistle, "urban")
    street.finish(whistle, "urban")

    assert street.records.words[whistle, 1, "words"] == "李家外墙松动"
    assert street.records.words[whistle, 4, "result"] == "拆除完毕"
    assert "李家" not in repr(street.records.facts(whistle))


def test_a_party_that_does_not_sign_rises_to_the_district_and_on_to_the_city(street):
    whistle = street.blow(street.report(), "urban", "police")
    street.sign_for(whistle, "police")

    fired = street.fire_due(until=MONDAY_NINE + timedelta(days=1, minutes=1))

    # The case itself is late as well, on a ladder of its own.
    mine = [one for one in fired if one.startswith("urban")]
    assert mine == ["urban/sign-for", "urban/contact"]
    party = street.whistle(whistle).roll.parties["urban"]
    assert (party.overdue, party.level) == (True, "city")
    notices = [note for note in street.records.notices if note.about == ABOUT]
    urban = [note.to for note in notices if note.facts["party"] == "urban"]
    assert urban == [f"commander@{DISTRICT}", "commander@120000000000"]


def test_a_late_party_may_still_come_and_is_judged_late(street):
    whistle = street.blow(street.report(), "urban")
    street.fire_due(until=MONDAY_NINE + timedelta(days=4))
    street.sign_for(whistle, "urban")
    street.check_in(whistle, "urban")

    roll = street.whistle(whistle).roll
    party = roll.parties["urban"]
    calendar = street.desk.office.shelf.calendar(roll.calendar)
    assert (party.state, party.overdue) == ("checked-in", False)
    assert [roll.on_time(party, duty, calendar) for duty in ("sign-for", "check-in")] == [
        False,
        False,
    ]


def test_who_answers_stops_climbing(street):
    whistle = street.blow(street.report(), "urban")
    street.fire_due(until=MONDAY_NINE + timedelta(hours=1))
    street.sign_for(whistle, "urban")

    waiting = {due.timer.split("/", 1)[1] for due in street.records.due[whistle]}

    assert waiting == {"urban/contact", "urban/check-in"}


@pytest.mark.parametrize("hour", [9, 23])
def test_an_emergency_counts_thirty_minutes_day_and_night(street, hour):
    street.now = datetime(2026, 11, 21, hour - 8, tzinfo=UTC)  # a Saturday
    whistle = street.blow(street.report(), "urban", kind="emergency", by="p-dispatcher")

    fired = street.fire_due(until=street.now + timedelta(minutes=30))

    # Ten minutes to sign, fifteen on the district's rung, thirty to be there.
    assert fired == ["urban/sign-for", "urban/rung:1", "urban/check-in"]
    assert street.whistle(whistle).roll.parties["urban"].level == "city"


def test_an_emergency_that_is_answered_in_time_wakes_nobody(street):
    whistle = street.blow(street.report(), "urban", kind="emergency")
    street.forward(minutes=9)
    street.sign_for(whistle, "urban")
    street.forward(minutes=20)
    street.check_in(whistle, "urban", photo=None)

    assert street.fire_due(until=street.now + timedelta(minutes=29)) == []
    assert street.whistle(whistle).roll.parties["urban"].missed == []


def test_a_deadline_fires_once(street):
    whistle = street.blow(street.report(), "urban")
    timer = street.records.due[whistle][0].timer
    street.forward(hours=2)
    order = ordered.FirePartyDeadline(whistle=whistle, timer=timer)

    first = street.desk.do(order, street.act("p-commander", command_id=timer))
    again = street.desk.do(order, street.act("p-commander", command_id=timer))

    assert again.repeated
    assert first.version == again.version
    assert street.told(whistle) == ["blown", "party-overdue", "party-escalated"]


@pytest.mark.parametrize(
    ("allowed", "expected"),
    [
        ({"unit_levels": (Level.CITY,)}, "unit-not-summonable"),
        ({"unit_kinds": ("fire",)}, "unit-not-summonable"),
        ({"unit_kinds": ("fire", "squad")}, None),
    ],
)
def test_a_kind_says_which_units_it_summons(street, allowed, expected):
    book = street.desk.office.shelf.whistles("tianjin-grid@1")
    kind = replace(book.kind("work"), **allowed)

    def summon():
        must_be_summonable(street.records, "urban", kind=kind, area=GRID, day=date(2026, 11, 16))

    if expected is None:
        summon()
    else:
        assert code(summon) == expected
