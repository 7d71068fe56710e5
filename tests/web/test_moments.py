"""Moments and days that are sent: one way to read them, which knows where the calendars end."""

from datetime import UTC, date, datetime

import pytest
from marshmallow import ValidationError, fields

from tests.house import as_
from web.moments import Day, Moment
from web.openapi import Asked

BEYOND = (
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "1969-12-31T23:59:59+00:00",
    "2200-01-01T00:00:00+00:00",
)


def asked(schema=Asked):
    """Every schema of what is sent."""
    for one in schema.__subclasses__():
        yield one
        yield from asked(one)


def test_a_moment_is_brought_to_utc():
    assert Moment().deserialize("2026-11-16T09:00:00+08:00") == datetime(
        2026, 11, 16, 1, tzinfo=UTC
    )
    assert Moment().deserialize("2026-11-16T09:00:00+08:00").tzinfo is UTC
    assert Day().deserialize("2026-11-16") == date(2026, 11, 16)


@pytest.mark.parametrize("written", BEYOND)
def test_what_lies_beyond_the_calendars_is_refused_with_the_years(written):
    for field, text in ((Moment(), written), (Day(), written[:10])):
        with pytest.raises(ValidationError, match="between 1970-01-02 and 2199-12-30"):
            field.deserialize(text)


@pytest.mark.parametrize("written", ["2026-11-16T09:00:00", "yesterday", "", 5, None, [], "²"])
def test_what_is_no_moment_is_refused(written):
    with pytest.raises(ValidationError):
        Moment().deserialize(written)


def test_every_moment_and_day_that_is_sent_is_read_by_these_fields(still_house):
    assert still_house.app
    taken = [
        (schema.__name__, name, field)
        for schema in asked()
        for name, field in schema._declared_fields.items()
        if isinstance(field, fields.DateTime | fields.Date)
    ]

    assert {name for _, name, _ in taken} >= {"expires_at", "happened_at", "from_day", "first"}
    assert [one for one in taken if not isinstance(one[2], Moment | Day)] == []


@pytest.mark.parametrize("written", BEYOND[:2])
def test_a_sender_cannot_be_good_until_a_moment_beyond_the_calendars(still_house, written):
    body = {"area": "120101000000", "categories": ["04"], "expires_at": written}
    headers = as_(still_house.city.who("acceptor")) | {"Idempotency-Key": "k1"}
    answer = still_house.client().post(
        "/api/v1/admin/senders/lamps/revise", json=body, headers=headers
    )

    assert answer.status_code == 422
    assert "between 1970" in answer.json["facts"]["fields"]["json"]["expires_at"][0]
