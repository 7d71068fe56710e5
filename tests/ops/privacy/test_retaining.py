"""Retention: what was kept long enough is erased by the clock, and a legal hold stops it."""

import pytest

from domain.kernel.record import caller_subject
from domain.kernel.refusals import Refused
from domain.people.person import person_id
from domain.privacy.dossier import dossier_id
from ops.retaining import retain
from tests.ops.privacy.test_restoring import with_photo
from tests.ops.town import a_town
from workflows.incident.calling import JoinCall
from workflows.people.commands import EnrolPerson, LeaveService
from workflows.privacy.commands import RestrictPerson
from workflows.rulebook.reading import content_from
from workflows.rulebook.schemas import must_fit_schema

LONG = 1_096


@pytest.fixture
def town(store_url, tmp_path):
    with a_town(store_url, tmp_path, parts=2) as town:
        yield town


def ended(town, words="我姓王"):
    incident = town.report(words=words)
    town.step(incident, "refuse", by="acceptor", reason="不属实")
    return incident


def words_of(town, incident):
    return town.gridward.ledger.words_of([incident])


def test_what_people_wrote_is_erased_three_years_after_the_end(town):
    old, still_open = ended(town), town.report(words="路灯不亮")
    photos = {one: with_photo(town, one) for one in (old, still_open)}
    town.clock.forward(days=LONG)
    new = ended(town)
    before = len(words_of(town, old))
    kept = town.gridward.photos

    erased, again = retain(town.gridward), retain(town.gridward)

    assert (before, erased, again) == (2, 1, 0)
    assert words_of(town, old) == {}
    assert words_of(town, still_open)
    assert words_of(town, new)
    assert [kept.has(photo, of=f"case:{one}") for one, photo in photos.items()] == [False, True]
    [told] = town.gridward.ledger.facts(dossier_id(f"case:{old}"))
    assert (told.basis, told.act.role) == ("retention-case-words", "clockwork")


def test_what_callers_said_about_a_known_case_is_erased_with_it(town):
    old = town.report(words="我姓王")
    call = JoinCall(incident=old, words="还没有水", contact="phone: 13800138000")
    joined = town.gridward.desk.do(call, town.act("acceptor")).version
    town.step(old, "refuse", by="acceptor", reason="不属实")
    town.clock.forward(days=LONG)

    assert retain(town.gridward) == 2

    assert words_of(town, old) == {}
    subject = caller_subject(old, joined)
    [told] = town.gridward.ledger.facts(dossier_id(subject))
    assert (told.subject, told.basis) == (subject, "retention-case-words")


def test_a_legal_hold_of_a_case_keeps_its_callers_too(town):
    held = town.report(words="我姓王")
    town.gridward.desk.do(JoinCall(incident=held, words="还没有水"), town.act("acceptor"))
    town.step(held, "refuse", by="acceptor", reason="不属实")
    order = RestrictPerson(subject=f"case:{held}", basis="court-order", hold=True)
    town.gridward.desk.do(order, town.act("administrator"))
    town.clock.forward(days=LONG)

    assert retain(town.gridward) == 0
    assert "还没有水" in words_of(town, held).values()


def test_a_legal_hold_keeps_what_would_be_erased(town):
    held = ended(town)
    order = RestrictPerson(subject=f"case:{held}", basis="court-order", hold=True)
    town.gridward.desk.do(order, town.act("administrator"))
    town.clock.forward(days=LONG)

    assert retain(town.gridward) == 0
    assert words_of(town, held)


def test_the_name_of_somebody_who_left_is_erased_two_years_later(town):
    desk = town.gridward.desk
    for handle in ("p-gone", "p-serving"):
        order = EnrolPerson(handle=handle, name="王小明", key=bytes(32))
        desk.do(order, town.act("administrator"))
    day = town.clock().date()
    desk.do(LeaveService(handle="p-gone", from_day=day), town.act("administrator"))
    town.clock.forward(days=729)
    early = retain(town.gridward)
    town.clock.forward(days=2)

    assert (early, retain(town.gridward)) == (0, 1)
    assert not words_of(town, person_id("p-gone"))
    assert words_of(town, person_id("p-serving"))


@pytest.mark.parametrize(
    "wrong", ['of = "photos"', "after_days = 0", 'basis = "Wang"', 'colour = "red"']
)
def test_a_class_that_makes_no_sense_is_not_published(wrong):
    lines = {"name": '"x"', "of": '"cases"', "after_days": "9", "basis": '"pipl-19"'}
    key, _, value = wrong.partition(" = ")
    written = "\n".join(f"{name} = {one}" for name, one in (lines | {key: value}).items())
    content = content_from(f'title = {{ zh = "保存", en = "Kept" }}\n[[class]]\n{written}\n')

    with pytest.raises(Refused) as refusal:
        must_fit_schema("retention", content)

    assert refusal.value.code == "rules-malformed"
