"""What programs send: plain fields of a form or a query, each checked and refused by its name."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta
from typing import NamedTuple
from urllib.parse import unquote_to_bytes

from flask import request

from domain.kernel.moments import in_utc
from domain.kernel.refusals import Refused
from web.city import city_zone, the_city, today
from web.people.api import city_code

LONGEST_FIELD = 4_000
MOST_FIELDS = 60
SPAN = timedelta(days=90)
MOST_ROWS = 1_000
_PLAIN_FORM = "application/x-www-form-urlencoded"
FORMS = frozenset({_PLAIN_FORM, "multipart/form-data"})
_LONGEST_NUMBER = 40
_NUMBER = re.compile(r"[+-]?[0-9]{1,3}(?:\.[0-9]{1,20})?", re.ASCII)
_LOST_PLUS = re.compile(r" (?=[0-9]{2}:?[0-9]{2}$)")


class Window(NamedTuple):
    """From when to when, both included."""

    first: datetime
    last: datetime


def invalid(reason: str, **facts: object) -> Refused:
    """Refuse a field; answered with 400."""
    return Refused("fields-invalid", reason, **facts)


def given_fields() -> Mapping[str, str]:
    """Give the fields of the form that was posted, each once; refuses ``fields-invalid``."""
    charset = request.mimetype_params.get("charset", "utf-8").casefold()
    if request.mimetype not in FORMS or charset not in {"utf-8", "utf8"}:
        raise invalid("Send a form in UTF-8: application/x-www-form-urlencoded or multipart.")
    # Before anything is parsed: the bytes are gone afterwards.
    if not _is_utf8(request.get_data() if request.mimetype == _PLAIN_FORM else b""):
        raise invalid("The form is not text in UTF-8. Encode it so and send it again.")
    if request.files:
        raise invalid("Send media_url, the address of the photo; files are not taken here.")
    given = request.form.to_dict()
    if None in given:  # werkzeug's, for a part whose name was never closed
        raise invalid("A part of the form has no name. Name it and send it again.")
    return _checked(given)


def given_query() -> Mapping[str, str]:
    """Give the query, checked in the same way."""
    return _checked(request.args.to_dict())


def required(fields: Mapping[str, str], name: str) -> str:
    """Give a field that must be there."""
    value = fields.get(name, "").strip()
    if not value:
        raise invalid(f"{name} required", field=name)
    return value


def words_in(fields: Mapping[str, str], name: str) -> list[str]:
    """Give what stands between the commas of a field."""
    return [part.strip() for part in fields.get(name, "").split(",") if part.strip()]


def degrees(fields: Mapping[str, str], name: str, bound: int) -> float | None:
    """Give a coordinate in degrees; refuses what is no plain number within its bound."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    if len(text) > _LONGEST_NUMBER or not _NUMBER.fullmatch(text):
        raise invalid(f"{name} is degrees of WGS 84, such as 39.1005.", field=name)
    number = float(text)
    if math.fabs(number) > bound:
        raise invalid(f"{name} lies between -{bound} and {bound}.", field=name)
    return number


def must_be_our_jurisdiction(fields: Mapping[str, str]) -> None:
    """Refuse ``no-such-jurisdiction``; it may be left out, as there is one only."""
    asked = fields.get("jurisdiction_id", "").strip()
    with the_city().store.reading() as conn:
        ours = city_code(conn, today())
    if asked and asked != str(ours):
        reason = "jurisdiction_id was not found. Leave it out: this server has one jurisdiction."
        raise Refused("no-such-jurisdiction", reason)


def window(fields: Mapping[str, str]) -> Window:
    """Give the time asked for: at most 90 days, those from ``start_date`` on, else the last 90."""
    first, last = _moment(fields, "start_date"), _moment(fields, "end_date", end_of_day=True)
    if first is None:
        last = last or the_city().now()
        return Window(last - SPAN, last)
    last = first + SPAN if last is None else min(last, first + SPAN)
    if last < first:
        raise invalid("end_date lies before start_date.", field="end_date")
    return Window(first, last)


def _moment(fields: Mapping[str, str], name: str, *, end_of_day: bool = False) -> datetime | None:
    """Read ISO 8601; a time without an offset, or a day alone, is that of the city."""
    text = fields.get(name, "").strip()
    if not text:
        return None
    try:
        # A plus sign that was not escaped in an address arrives as a blank.
        found = datetime.fromisoformat(_LOST_PLUS.sub("+", text))
    except ValueError:
        reason = f"{name} is a time in ISO 8601, such as 2026-11-16T09:00:00+08:00."
        raise invalid(reason, field=name) from None
    if end_of_day and "T" not in text.upper() and len(text) <= len("2026-11-16"):
        found = datetime.combine(found.date(), time.max)
    found = found if found.tzinfo else found.replace(tzinfo=city_zone())
    try:
        return in_utc(found)
    except Refused as refusal:
        raise invalid(f"{name}: {refusal.reason}", field=name) from None


def _is_utf8(body: bytes) -> bool:
    """Ask the bytes themselves: the parser would quietly keep an escape that it cannot decode."""
    try:
        unquote_to_bytes(body).decode()
    except UnicodeDecodeError:
        return False
    return True


def _checked(fields: Mapping[str, str]) -> Mapping[str, str]:
    if len(fields) > MOST_FIELDS:
        raise invalid(f"Send at most {MOST_FIELDS} fields.")
    for name, value in fields.items():
        if len(value) > LONGEST_FIELD or len(name) > LONGEST_FIELD:
            raise invalid(f"{name[:60]} is longer than {LONGEST_FIELD} characters.")
        # U+FFFD stands where bytes were that are no UTF-8.
        if any(bad in name + value for bad in ("\0", "\ufffd")):
            raise invalid("A field is not text in UTF-8. Encode it so and send it again.")
    return fields
