"""The whistles of the sample city: a newcomer finds two that are open and one that is over."""

from collections import Counter
from uuid import UUID

import pytest

from domain.kernel.facts import Fact
from domain.whistle.states import BLOWN, CONFIRMED
from domain.whistle.whistle import Whistle
from ops.migrating import prepare
from ops.reading import catch_up
from ops.sample.people import sample_people
from tests.ops.sample.loaded import incidents
from web.app import create_app


@pytest.fixture(scope="module")
def whistles(sample):
    feed = sample.gridward.feed
    found: dict[UUID, list[Fact]] = {}
    for part in feed.heads():
        for row in feed.read(part, after=0, limit=1_000_000):
            if row.topic.startswith("whistle."):
                found.setdefault(row.stream, []).append(feed.fact(row))
    return [Whistle.rebuilt(stream, facts) for stream, facts in found.items()]


def test_two_whistles_are_open_and_one_was_solved(whistles):
    assert Counter(one.roll.state for one in whistles) == {BLOWN: 2, CONFIRMED: 1}


def test_clocks_of_open_whistles_run_and_none_has_run_out(sample, whistles):
    now, shelf = sample.gridward.now(), sample.gridward.shelf

    for one in whistles:
        clock = shelf.calendar(one.roll.calendar)
        due = [deadline.due_at for deadline in one.roll.deadlines(one.id, clock)]
        assert bool(due) == (one.roll.state == BLOWN)
        assert all(at > now for at in due)


def test_the_handler_a_visitor_may_be_is_summoned(sample, whistles):
    (handler,) = (one for one in sample_people(sample.gridward) if one.role == "handler")

    summoned = [one for one in whistles if handler.unit in one.roll.parties]
    assert len(summoned) == 2
    assert not any(one.roll.parties[handler.unit].over for one in summoned)


def test_the_first_page_offers_to_be_the_handler_who_is_summoned(sample):
    (handler,) = (one for one in sample_people(sample.gridward) if one.role == "handler")
    prepare(sample.gridward)
    catch_up(sample.gridward.readers)
    page = create_app(sample.gridward, sample=True).test_client().get("/")

    assert f'value="{handler.handle}"' in page.text


def test_each_whistle_is_blown_for_an_open_case_that_was_there_before(sample, whistles):
    cases = {case.id: case.course for case in incidents(sample.gridward)}

    for one in whistles:
        course = cases[one.roll.incident]
        assert not course.ended
        assert course.reported_at < one.roll.blown_at
