"""Pages of lists that are made whole: how far a caller got is told by the last row's own name."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

from marshmallow import fields, validate

from web.cursors import bad_cursor, cursor, read_cursor
from web.openapi import Asked

Row = TypeVar("Row")
PAGE, LONGEST_PAGE = 100, 1_000


class PageQuery(Asked):
    """The next rows."""

    after = fields.String(
        validate=validate.Length(1, 400), metadata={"description": "`next` of a page"}
    )
    limit = fields.Integer(load_default=PAGE, validate=validate.Range(1, LONGEST_PAGE))


def page_of(
    found: Sequence[Row], query: Mapping[str, Any], named: Callable[[Row], str]
) -> dict[str, Any]:
    """Give the rows after the last one seen; refuses ``bad-cursor`` where it is gone."""
    begin, limit = 0, query["limit"]
    if "after" in query:
        last = read_cursor(query["after"], words=1)[0]
        names = [named(one) for one in found]
        if last not in names:
            raise bad_cursor(query["after"])
        begin = names.index(last) + 1
    shown = found[begin : begin + limit]
    more = len(found) > begin + limit
    return {"items": shown, "next": cursor(named(shown[-1])) if more else None}
