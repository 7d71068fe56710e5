"""Values by chance: such as a schema takes, at its edges, and such as nobody expects."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from random import Random
from typing import Any
from uuid import UUID

Pool = Mapping[str, Sequence[str]]

NASTY_TEXTS = (
    "",
    " ",
    "\0",
    "a\0b",
    "\ud800",
    "\udcff\udcfe",
    "\u202etxt.exe",
    "\ufeff",
    "\x1b[31m",
    "\r\nSet-Cookie: a=b",
    "😀" * 50,
    "é" * 300,
    "漢" * 700,
    "a\u0301" * 400,
    "x" * 5_000,
    "9" * 400,
    "-1",
    "1e400",
    "NaN",
    "٣٤",
    "²",
    "null",
    "true",
    "[]",
    "{}",
    "%00",
    "%",
    "%ff",
    "%c0%ae",
    "../../etc/passwd",
    "..%2f..",
    "'; DROP TABLE incident_board; --",
    '" OR 1=1 --',
    "<script>alert(1)</script>",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "=cmd|' /C calc'!A0",
    "gw.p-li-na.k1.wrong",
    "0001-01-01",
    "9999-12-31",
    "2026-02-30",
    "0001-01-01T00:00:00+14:00",
    "9999-12-31T23:59:59-14:00",
    "2026-11-16T09:00:00",
    "00000000-0000-0000-0000-000000000000",
    "ffffffff-ffff-ffff-ffff-ffffffffffff",
    "120101001001999",
    "000000000000",
    "street-incident@0",
    "street-incident@999999",
    "MQ",
    "LTF8LTF8LTE",
    "_" * 401,
)
NASTY_NUMBERS = (
    *(0, -1, 1, 2, 2**31 - 1, 2**31, -(2**31) - 1, 2**63 - 1, 2**63, 2**64, -(2**63) - 1, 10**30),
    *(0.5, -0.0, 1e308, -1e308, 5e-324, 90.0001, -180.0001, 1e-320),
)
NASTY_ANY: tuple[Any, ...] = (None, True, False, [], {}, [[]], [None], {"": ""}, {"a": {"b": []}})
RAW_JSON = (
    b"",
    b"{",
    b"}",
    b"null",
    b"[]",
    b'"text"',
    b"3",
    b"NaN",
    b"Infinity",
    b'{"a": NaN}',
    b'{"a": 1e999}',
    b'{"a": -Infinity}',
    b'{"a":1,"a":2}',
    b"\xff\xfe\x00",
    b'{"words": "\xff\xfe"}',
    b'{"words": "\\ud800"}',
    b"\xef\xbb\xbf{}",
    '{"a": "漢"}'.encode("utf-16"),
    b"[" * 20_000,
    b'{"a":' * 3_000,
    b"1" * 5_000,
    b'{"limit": ' + b"9" * 5_000 + b"}",
    b"{}" + b" " * 60_000,
    b"<?xml version='1.0'?><a/>",
    b"area=1&category=01-02",
)


class Chance:
    """Draws values; the same seed draws the same ones."""

    def __init__(self, random: Random, pool: Pool) -> None:
        self.random = random
        self.pool = pool

    def of(self, schema: Mapping[str, Any], schemas: Mapping[str, Any], field: str = "") -> Any:
        """Give a value for a field: mostly such as fits."""
        if self.random.random() < 0.03:
            return self.nasty()
        if "$ref" in schema:
            schema = schemas[schema["$ref"].rpartition("/")[2]]
        if "anyOf" in schema:
            schema = self.random.choice(schema["anyOf"])
            return self.of(schema, schemas, field)
        if "enum" in schema:
            return self.random.choice(schema["enum"])
        kind = schema.get("type", "object")
        kind = self.random.choice(kind) if isinstance(kind, list) else kind
        return self._kinds[kind](self, schema, schemas, field)

    def nasty(self) -> Any:
        """Give what nobody expects there."""
        return self.random.choice(self.random.choice((NASTY_TEXTS, NASTY_NUMBERS, NASTY_ANY)))

    def text(self, schema: Mapping[str, Any], _: object = None, field: str = "") -> str:
        """Give a text, mostly one that the city knows by this field."""
        drawn = self.random.random()
        known = self.pool.get(field)
        if known and drawn < 0.92:
            return self.random.choice(known)
        if schema.get("format") == "uuid":
            return str(UUID(int=self.random.getrandbits(128), version=4))
        if "date" in schema.get("format", ""):
            return self._time(schema["format"])
        if drawn < 0.96:
            return self._long_enough(schema)
        return self.random.choice(NASTY_TEXTS)

    def _time(self, form: str) -> str:
        day = f"2026-{self.random.randint(10, 12)}-{self.random.randint(1, 30):02}"
        return day if form == "date" else f"{day}T{self.random.randint(0, 23):02}:00:00+08:00"

    def _long_enough(self, schema: Mapping[str, Any]) -> str:
        least, most = schema.get("minLength", 0), schema.get("maxLength", 40)
        length = self.random.choice((least, most, most + 1, least + 1, 7))
        return (self.random.choice("aZ7漢é-_@ .") * length)[:2_100]

    def _integer(self, schema: Mapping[str, Any], *_: object) -> Any:
        least, most = schema.get("minimum", 0), schema.get("maximum", 50)
        return self.random.choice((least, most, least - 1, most + 1, least + 1, 3))

    def _number(self, schema: Mapping[str, Any], _: object, field: str) -> Any:
        if self.pool.get(field) and self.random.random() < 0.8:
            return float(self.random.choice(self.pool[field]))
        return self._integer(schema) * self.random.choice((1, 0.5, 0.999999))

    def _boolean(self, *_: object) -> bool:
        return self.random.random() < 0.5

    def _null(self, *_: object) -> None:
        return None

    def _array(self, schema: Mapping[str, Any], schemas: Any, field: str) -> list[Any]:
        most = schema.get("maxItems", 4)
        length = self.random.choice((0, 1, 1, 2, 2, 3, min(most + 1, 40)))
        return [self.of(schema["items"], schemas, field) for _ in range(length)]

    def _object(self, schema: Mapping[str, Any], schemas: Any, field: str) -> Any:
        properties = schema.get("properties")
        if properties is None:
            return self._answers() if field == "answers" else {"a": self.nasty()}
        required = schema.get("required", ())
        found = {
            name: self.of(inner, schemas, name)
            for name, inner in properties.items()
            if self.random.random() < (0.97 if name in required else 0.35)
        }
        if self.random.random() < 0.03:
            found[self.random.choice(NASTY_TEXTS)] = self.nasty()
        return found

    def _answers(self) -> dict[str, Any]:
        if self.random.random() < 0.7:
            return dict(self.random.choice(FIT_ANSWERS))
        names = self.random.sample(ANSWERS, self.random.randint(0, 3))
        return {
            name: self.random.choice(self.pool[name])
            if name in self.pool and self.random.random() < 0.8
            else self.nasty()
            for name in names
        }

    _kinds: Mapping[str, Callable[..., Any]] = {  # a table, never changed
        "string": text,
        "integer": _integer,
        "number": _number,
        "boolean": _boolean,
        "null": _null,
        "array": _array,
        "object": _object,
    }


ANSWERS = (
    *("category", "unit", "handler", "reason", "outcome", "minutes", "photo", "leading"),
    *("words", "result", "request", "satisfied", "contacted", "condition", "evidence"),
)
FIT_ANSWERS: tuple[dict[str, Any], ...] = (
    {},
    {"category": "01-02"},
    {"unit": "heping-sanitation"},
    {"reason": "no matter of ours"},
    {"outcome": "done"},
)


def written(value: Any) -> bytes:
    """Write JSON as a careless program would: half a surrogate pair is escaped."""
    return json.dumps(value).encode()
