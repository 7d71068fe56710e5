"""Publishing rules and taking them from the shelf."""

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest

from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.rulebook.publication import Publication, publication_id
from ledger.records import Answer
from ledger.shelf import Shelf
from workflows.rulebook.commands import PublishRules
from workflows.rulebook.handlers import publish_rules
from workflows.rulebook.reading import read_book

OFFICE = {
    "title": {"zh": "名", "en": "Name"},
    "time_zone": "Asia/Shanghai",
    "week": ["mon", "tue", "wed", "thu", "fri"],
    "shifts": ["09:00-17:00"],
}
LONG_DAY = OFFICE | {"shifts": ["07:00-19:00"]}
MARCH = date(2026, 3, 1)


class FakeRecords:
    """A ledger in memory that counts how often it is asked."""

    def __init__(self):
        self.facts = {}
        self.claims = {}
        self.loads = 0

    def load(self, kind, record_id):
        self.loads += 1
        return kind.rebuilt(record_id, self.facts.get(record_id, []))

    def answered(self, stream, claim):
        digest, answer = self.claims.get(claim.key, (claim.digest, None))
        if digest != claim.digest:
            raise Refused("command-id-reused", "This command id was used for another wish.")
        return answer and replace(answer, repeated=True)

    def save(self, record, *, claim, due=None, notices=()):
        self.facts.setdefault(record.id, []).extend(record.collect_events())
        answer = Answer(stream=record.id, version=record.version)
        self.claims[claim.key] = (claim.digest, answer)
        return answer


def publish(records, content=OFFICE, *, command_id="c-1", minute=0, **given):
    act = Act(
        person="p-1",
        role="rule-keeper",
        area="120000000000",
        command_id=command_id,
        at=datetime(2026, 1, 5, 1, minute, tzinfo=UTC),
    )
    wish = {"kind": "calendar", "name": "office", "content": content}
    return publish_rules(PublishRules(**(wish | given)), records, act)


@pytest.fixture
def records():
    return FakeRecords()


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code


def test_rules_are_published_and_found_on_the_shelf(records):
    answer = publish(records)

    shelf = Shelf(records)
    assert answer == Answer(stream=publication_id("calendar", "office"), version=1)
    assert shelf.latest("calendar", "office") == "office@1"
    assert shelf.calendar("office@1").day_minutes == 480


def test_an_order_sent_again_is_answered_as_the_first_time(records):
    publish(records)

    again = publish(records, minute=5)

    assert (again.version, again.repeated) == (1, True)


def test_the_same_command_id_for_another_wish_is_refused(records):
    publish(records)

    assert refusal_of(lambda: publish(records, LONG_DAY)) == "command-id-reused"


def test_the_same_content_under_a_new_command_id_makes_no_version(records):
    publish(records)

    answer = publish(records, command_id="c-2")

    assert (answer.version, answer.repeated) == (1, False)


@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({}, "rules-malformed"),
        (OFFICE | {"colour": "red"}, "rules-malformed"),
        (OFFICE | {"time_zone": "Asia/Tientsin-New"}, "rules-malformed"),
        (OFFICE | {"shifts": ["09:00-12:00", "11:00-17:00"]}, "shifts-out-of-order"),
    ],
)
def test_rules_nobody_could_work_by_are_not_published(records, content, code):
    assert refusal_of(lambda: publish(records, content)) == code
    assert records.facts == {}


def test_a_workflow_that_is_unsound_is_not_published(records):
    order = lambda: publish(records, {"stage": []}, kind="workflow")  # noqa: E731  # one line

    assert refusal_of(order) == "definition-refused"


def test_the_whole_book_can_be_published_and_built(records):
    for rules in read_book():
        publish(records, rules.content, kind=rules.kind, name=rules.name)

    shelf = Shelf(records)
    assert shelf.calendar("tianjin-government@1").reference == "tianjin-government@1"
    assert shelf.categories("tianjin-grid@1").category("01-02").name.zh == "暴露垃圾"
    assert shelf.limits("tianjin-grid@1").rule("01-02").handling.minutes == 240


def test_a_version_is_built_once_and_stays(records):
    publish(records)
    shelf = Shelf(records)
    first = shelf.calendar("office@1")
    publish(records, LONG_DAY, command_id="c-2")
    shelf.refresh()

    assert shelf.calendar("office@1") is first
    assert shelf.calendar("office@2").day_minutes == 720


def test_the_latest_version_is_looked_up_at_most_once_a_second(records):
    seconds = [0.0]
    publish(records)
    shelf = Shelf(records, seconds=lambda: seconds[0])
    shelf.latest("calendar", "office")
    publish(records, LONG_DAY, command_id="c-2")
    asked = records.loads

    seconds[0] = 0.9
    assert shelf.latest("calendar", "office") == "office@1"
    assert records.loads == asked
    seconds[0] = 1.0
    assert shelf.latest("calendar", "office") == "office@2"


def test_a_refreshed_shelf_looks_at_once(records):
    publish(records)
    shelf = Shelf(records, seconds=lambda: 0.0)
    shelf.latest("calendar", "office")
    publish(records, LONG_DAY, command_id="c-2")

    shelf.refresh()

    assert shelf.latest("calendar", "office") == "office@2"


def test_a_version_that_another_process_published_is_found_without_waiting(records):
    publish(records)
    shelf = Shelf(records, seconds=lambda: 0.0)
    shelf.latest("calendar", "office")
    publish(records, LONG_DAY, command_id="c-2")

    assert shelf.calendar("office@2").day_minutes == 720
    assert shelf.digest("calendar", "office@2") == records.load(
        Publication, publication_id("calendar", "office")
    ).digest(2)


def test_what_is_in_force_depends_on_the_day(records):
    publish(records, valid_from=MARCH)
    shelf = Shelf(records)

    assert shelf.in_force("calendar", "office", MARCH) == "office@1"
    assert refusal_of(lambda: shelf.in_force("calendar", "office", date(2026, 2, 1))) == (
        "nothing-in-force"
    )


def test_what_was_never_published_is_refused(records):
    publish(records)
    shelf = Shelf(records)

    assert refusal_of(lambda: shelf.latest("calendar", "night")) == "unknown-publication"
    assert refusal_of(lambda: shelf.calendar("office@2")) == "unknown-version"
    assert refusal_of(lambda: shelf.calendar("office")) == "invalid-reference"
    assert refusal_of(lambda: shelf.limits("office@1")) == "unknown-publication"
