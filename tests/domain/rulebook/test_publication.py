"""Publications: numbered versions that never change."""

from datetime import UTC, date, datetime
from hashlib import sha256

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.kernel.act import Act
from domain.kernel.refusals import Refused
from domain.rulebook.content import canonical
from domain.rulebook.events import RulebookPublished
from domain.rulebook.publication import (
    Publication,
    publication_id,
    read_reference,
    reference_to,
)

MARCH = date(2026, 3, 1)


def an_act():
    return Act(
        person="p-1",
        role="rule-keeper",
        area="120000000000",
        command_id="c-1",
        at=datetime(2026, 1, 5, tzinfo=UTC),
    )


def a_publication():
    return Publication(publication_id("calendar", "office"))


def publish(publication, content, **given):
    wish = {"kind": "calendar", "name": "office", "content": content, **given}
    publication.publish(an_act(), **wish)


def refusal_of(order):
    with pytest.raises(Refused) as refused:
        order()
    return refused.value.code


def test_the_first_content_is_version_one():
    publication = a_publication()

    publish(publication, {"b": 1, "a": "天津"})

    assert publication.collect_events() == [
        RulebookPublished(
            act=an_act(),
            kind="calendar",
            name="office",
            version=1,
            content={"b": 1, "a": "天津"},
            digest=sha256('{"a":"天津","b":1}'.encode()).hexdigest(),
        )
    ]


def test_the_same_content_again_records_nothing_in_whatever_order_it_is_written():
    publication = a_publication()

    publish(publication, {"a": 1, "b": [{"c": 2, "d": 3}]})
    publish(publication, {"b": [{"d": 3, "c": 2}], "a": 1})

    assert publication.latest == 1
    assert len(publication.collect_events()) == 1


def test_other_content_raises_the_version_by_one_and_keeps_the_first():
    publication = a_publication()

    publish(publication, {"a": 1})
    publish(publication, {"a": 2})
    publish(publication, {"a": 1})

    assert [publication.content(version)["a"] for version in (1, 2, 3)] == [1, 2, 1]
    assert publication.digest(1) == publication.digest(3)


def test_a_version_is_in_force_from_its_day():
    publication = a_publication()
    publish(publication, {"a": 1}, valid_from=MARCH)
    publish(publication, {"a": 2}, valid_from=date(2026, 6, 1))

    assert publication.in_force(date(2026, 2, 28)) is None
    assert publication.in_force(MARCH) == 1
    assert publication.in_force(date(2026, 6, 1)) == 2
    assert publication.latest == 2


def test_a_version_without_a_day_is_in_force_at_once():
    publication = a_publication()
    publish(publication, {"a": 1}, valid_from=MARCH)
    publish(publication, {"a": 2})

    assert publication.in_force(date(2026, 1, 1)) == 2
    assert (publication.valid_from(1), publication.valid_from(2)) == ("2026-03-01", None)


def test_the_day_of_a_version_stands():
    publication = a_publication()
    publish(publication, {"a": 1}, valid_from=MARCH)

    publish(publication, {"a": 1})
    publish(publication, {"a": 1}, valid_from=MARCH)

    later = date(2026, 4, 1)
    assert publication.latest == 1
    assert refusal_of(lambda: publish(publication, {"a": 1}, valid_from=later)) == (
        "valid-from-stands"
    )


def test_a_rebuilt_publication_says_the_same():
    publication = a_publication()
    publish(publication, {"a": [1, True, "x"]})
    publish(publication, {"a": []}, valid_from=MARCH)

    rebuilt = Publication.rebuilt(publication.id, publication.collect_events())

    assert rebuilt.content(1) == publication.content(1)
    assert rebuilt.in_force(MARCH) == publication.in_force(MARCH)


def test_a_published_content_does_not_change_with_the_object_it_came_from():
    publication = a_publication()
    written = {"shifts": ["08:00-12:00"]}
    publish(publication, written)

    written["shifts"].append("14:00-18:00")

    assert publication.content(1) == {"shifts": ["08:00-12:00"]}


@pytest.mark.parametrize("version", [0, 2, -1])
def test_a_version_never_published_is_refused(version):
    publication = a_publication()
    publish(publication, {"a": 1})

    assert refusal_of(lambda: publication.content(version)) == "unknown-version"


@pytest.mark.parametrize(
    "content",
    [
        {"a": 0.5},
        {"a": [{"b": None}]},
        {"a": date(2026, 1, 1)},
        {"a": 2**63},
        {"a": "\ud800"},
        {"\ud800": 1},
    ],
)
def test_content_with_floats_or_what_json_does_not_know_is_refused(content):
    assert refusal_of(lambda: publish(a_publication(), content)) == "not-canonical"


def test_a_key_that_is_no_text_is_refused():
    assert refusal_of(lambda: publish(a_publication(), {"a": {1: 2}})) == "not-canonical"


@pytest.mark.parametrize("name", ["", "Office", "a--b", "-a", "a@1", "天津", "a" * 81, "1a"])
def test_a_name_that_fits_no_reference_is_refused(name):
    assert refusal_of(lambda: publish(a_publication(), {}, name=name)) == "invalid-rule-name"


def test_an_unknown_kind_of_rules_is_refused():
    assert refusal_of(lambda: publish(a_publication(), {}, kind="law")) == "unknown-rule-kind"


@pytest.mark.parametrize("reference", ["", "office", "office@", "office@0", "office@1.5", "@1"])
def test_a_reference_names_one_version(reference):
    assert refusal_of(lambda: read_reference(reference)) == "invalid-reference"


def test_a_reference_is_read_as_it_was_written():
    assert read_reference(reference_to("tianjin-grid", 12)) == ("tianjin-grid", 12)


plain = st.recursive(
    st.text() | st.booleans() | st.integers(-(2**63), 2**63 - 1),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=10,
)


@given(st.dictionaries(st.text(), plain, max_size=4))
def test_the_canonical_text_is_the_one_of_the_ledger(content):
    assert canonical(content).encode() == msgspec.json.encode(content, order="sorted")
