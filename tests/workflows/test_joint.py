"""Joint handling in definitions: what can be wrong with it, and when a whistle is over by it."""

from collections.abc import Callable

import pytest

from domain.kernel.refusals import Refused
from tests.workflows.test_checking import CALENDARS, added, codes, street, swapped, without
from tests.workflows.whistle.street import STREET, Street, a_street
from workflows.checking import check_text
from workflows.differ import differences
from workflows.incident.commands import ReportIncident
from workflows.reading import BOOK, definition_from
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.reading import content_from, read_rules
from workflows.simulation.assumptions import assumed
from workflows.simulation.gathering import published_setting, written_setting
from workflows.whistle import commands as ordered

Edit = Callable[[str], str]


def party_way() -> str:
    """The definition of a party's way that ships, to be broken in one place."""
    return (BOOK / "whistle.v1.toml").read_text(encoding="utf-8")


def both(first: Edit, second: Edit) -> Edit:
    return lambda text: second(first(text))


LADDER = '[ladder]\nat_top = "stay_and_alarm"\nrungs = [{ level = "city", owner = "commander" }]\n'
BROKEN: dict[str, Edit] = {
    "joint-never-done": both(
        swapped("parties = 30", "parties = 2"), swapped('done_when = "all"', "done_when = 3")
    ),
    "joint-without-done": without("step finish_work"),
    "party-step-unmarked": swapped('marks = ["contacted"]\n', ""),
    "never-answered": swapped('asks = ["result"]', 'asks = ["reason"]'),
    "not-for-parties": swapped(
        'owner = "handler"\n', 'owner = "handler"\ndeadline = { within = "1 clock hour" }\n'
    ),
    "mark-of-others": swapped('marks = ["working"]', 'marks = ["working", "dispatched"]'),
    "ending-of-others": swapped('final = "withdrawn"', 'final = "void"'),
    "unknown-guard": swapped('"near_enough"', '"own_report"'),
    "leaves-final-stage": swapped('from = ["done"]\nto = "="', 'from = ["done"]\nto = "working"'),
    "party-step-shadowed": added(
        '[[step]]\nname = "go_home"\nlabel = { zh = "回", en = "Go home" }\n'
        'from = ["working"]\nto = "done"\nby = ["handler"]\nmarks = ["done"]\n'
    ),
    "wrong-shape": swapped('done_when = "all"', 'done_when = "some"'),
}


@pytest.mark.parametrize("code", BROKEN)
def test_each_way_to_break_joint_handling_is_found(code):
    assert code in codes(BROKEN[code](party_way()))


def test_a_party_step_that_no_order_means_is_named_with_what_there_is():
    text = BROKEN["party-step-unmarked"](party_way())

    found = check_text(text, calendars=CALENDARS)[1].found
    finding = next(one for one in found if one.code == "party-step-unmarked")

    assert text.splitlines()[finding.line or 0] == 'name = "make_contact"'
    assert "signed-for, substituted, withdrawn, working" in finding.hint


@pytest.mark.parametrize(
    "edit",
    [added(LADDER), swapped('marks = ["done"]', 'marks = ["done"]\nraises_level = true')],
    ids=["ladder", "raises-level"],
)
def test_a_party_has_no_level_of_its_own(edit):
    assert "not-for-parties" in codes(edit(party_way()))


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (swapped('marks = ["accepted"]', 'marks = ["signed-for"]'), "mark-of-others"),
        (swapped('final = "settled"', 'final = "done"'), "ending-of-others"),
        (swapped('needs = ["own_report"]', 'needs = ["near_enough"]'), "unknown-guard"),
    ],
)
def test_a_case_has_no_words_of_parties(edit, code):
    assert code in codes(edit(street()))


def test_another_end_of_a_whistle_is_a_difference():
    old = definition_from(dict(content_from(party_way())), version=1)
    any_party = swapped('done_when = "all"', 'done_when = "any"')(party_way())
    new = definition_from(dict(content_from(any_party)), version=2)

    (difference,) = differences(old, new).found
    assert difference.aspect == "the joint handling"
    assert difference.after == "tianjin-grid, at most 30 parties, done when any"


def a_street_where(*edits: Edit) -> Street:
    """A street whose city published another way of parties."""
    here, text = a_street(), party_way()
    for edit in edits:
        text = edit(text)
    content = {key: value for key, value in content_from(text).items() if key != "version"}
    publish(here, "workflow", "whistle", content)
    return here


def publish(here: Street, kind: str, name: str, content) -> None:
    order = PublishRules(kind=kind, name=name, content=content)
    here.desk.do(order, here.act("p-commander"))
    here.desk.office.shelf.refresh()


def code(wish: Callable[[], object]) -> str:
    with pytest.raises(Refused) as refusal:
        wish()
    return refusal.value.code


def done(here: Street, whistle, *parties: str) -> None:
    here.sign_for(whistle, *parties)
    here.check_in(whistle, *parties)
    here.finish(whistle, *parties)


@pytest.mark.parametrize(("wanted", "enough"), [('"any"', 1), ("2", 2)])
def test_a_whistle_may_be_over_when_enough_parties_are_done(wanted, enough):
    here = a_street_where(swapped('done_when = "all"', f"done_when = {wanted}"))
    whistle = here.blow(here.report(), "urban", "police", "roads")
    parties = ["urban", "police", "roads"][:enough]
    done(here, whistle, *parties[1:])
    assert code(lambda: here.confirm(whistle)) == "parties-still-open"

    done(here, whistle, parties[0])
    here.confirm(whistle)

    assert here.whistle(whistle).roll.state == "confirmed"
    assert here.records.due[whistle] == []
    told = [note.to for note in here.records.notices if note.about == "whistle.confirmed"]
    assert told == [f"handler@{unit}" for unit in ["urban", "police", "roads"][enough:]]


def test_who_left_has_done_nothing_but_is_waited_for_no_longer():
    here = a_street_where(swapped('done_when = "all"', 'done_when = "any"'))
    whistle = here.blow(here.report(), "urban", "police")
    for party, open_still in (("urban", True), ("police", False)):
        here.order(ordered.WithdrawParty(whistle=whistle, party=party, reason="无关"))
        if open_still:
            assert code(lambda: here.confirm(whistle)) == "parties-still-open"

    here.confirm(whistle, "not-solved")

    assert here.whistle(whistle).roll.state == "confirmed"


def test_as_many_are_summoned_as_must_be_done_and_no_more_than_may_be():
    here = a_street_where(
        swapped('done_when = "all"', "done_when = 2"), swapped("parties = 30", "parties = 2")
    )
    incident = here.report()

    assert code(lambda: here.blow(incident, "urban")) == "parties-out-of-range"
    assert code(lambda: here.blow(incident, *["urban", "police", "roads"])) == (
        "parties-out-of-range"
    )
    here.blow(incident, "urban", "police")


def test_a_whistle_keeps_the_definition_it_was_blown_with():
    here = a_street()
    old = here.blow(here.report(), "urban")
    text = swapped('from = ["signed_for", "contacted"]', 'from = ["contacted"]')(party_way())
    content = {key: value for key, value in content_from(text).items() if key != "version"}
    publish(here, "workflow", "whistle", content)
    new = here.blow(here.report(), "urban")
    here.sign_for(old, "urban")
    here.sign_for(new, "urban")

    here.check_in(old, "urban")

    assert here.whistle(old).roll.way.definition == "whistle@1"
    assert here.whistle(new).roll.way.definition == "whistle@2"
    assert code(lambda: here.check_in(new, "urban")) == "wrong-stage"
    here.answer(new, ordered.MakeContact, "urban")
    here.check_in(new, "urban")


def test_a_city_names_stages_and_steps_as_it_likes():
    here = a_street_where(lambda text: text.replace('"checked_in"', '"here"'))
    whistle = here.blow(here.report(), "urban")
    here.sign_for(whistle, "urban")

    here.check_in(whistle, "urban")

    party = here.whistle(whistle).roll.parties["urban"]
    assert (party.stage, party.state) == ("here", "checked-in")
    here.finish(whistle, "urban")


def test_an_order_that_no_step_means_is_refused():
    here = a_street_where(
        without("step make_contact"),
        swapped('from = ["signed_for", "contacted"]', 'from = ["signed_for"]'),
        without("stage contacted"),
        lambda text: text.replace('"signed_for", "contacted"]', '"signed_for"]'),
    )
    whistle = here.blow(here.report(), "urban")
    here.sign_for(whistle, "urban")

    assert code(lambda: here.answer(whistle, ordered.MakeContact, "urban")) == "unknown-step"


def test_everything_that_keeps_a_party_from_checking_in_is_said_at_once():
    here = a_street()
    whistle = here.blow(here.report(), "urban")
    here.sign_for(whistle, "urban")

    with pytest.raises(Refused) as refusal:
        here.answer(whistle, ordered.CheckIn, "urban")

    assert refusal.value.code == "needs-unmet"
    assert len(refusal.value.facts["unmet"]) == 2


def test_nobody_is_let_go_without_a_reason():
    here = a_street()
    whistle = here.blow(here.report(), "urban")

    wish = ordered.WithdrawParty(whistle=whistle, party="urban")
    assert code(lambda: here.order(wish)) == "answers-invalid"


def test_no_case_begins_on_the_way_of_a_party():
    here = a_street()
    order = ReportIncident(workflow="whistle", area=STREET, category="01-02", source="phone")

    assert code(lambda: here.order(order)) == "not-for-cases"


def test_no_party_goes_the_way_of_a_case():
    here = a_street()
    book = read_rules(BOOK / "whistles" / "tianjin-grid.toml")
    publish(here, "whistles", book.name, {**book.content, "definition": "street-incident"})
    incident = here.report()

    assert code(lambda: here.blow(incident, "urban")) == "not-for-parties"


def test_who_may_blow_stands_in_the_definition_too():
    here = a_street_where(
        swapped(
            'reported_by = ["commander", "duty_leader", "dispatcher"]',
            'reported_by = ["duty_leader"]',
        )
    )
    incident = here.report()

    assert code(lambda: here.blow(incident, "urban")) == "wrong-role"
    here.blow(incident, "urban", by="p-duty-leader")


@pytest.mark.parametrize("find", ["written", "published"])
def test_only_cases_are_simulated(find):
    shelf = a_street().desk.office.shelf

    def wish():
        if find == "written":
            return written_setting(BOOK / "whistle.v1.toml", assumed(None))
        return published_setting(shelf, "whistle", assumed(None))

    assert code(wish) == "not-for-cases"
