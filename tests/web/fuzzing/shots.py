"""A request by chance: from an operation of the document, then bent a little, or beyond it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from random import Random
from typing import Any
from urllib.parse import quote, quote_from_bytes

from tests.web.fuzzing.cooking import filled, signed
from tests.web.fuzzing.pictures import PICTURES
from tests.web.fuzzing.recipes import RECIPES, Recipe
from tests.web.fuzzing.values import NASTY_TEXTS, RAW_JSON, Chance, Pool, written
from web.document.completing import operations

_NOTHING = ("nothing",)
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS", "TRACE", "FOO", "post")
TYPES = (
    "application/json",
    "application/json; charset=utf-8",
    "application/json; charset=utf-7",
    "application/json; charset=\xff",
    "APPLICATION/JSON",
    "text/plain",
    "text/xml",
    "application/x-www-form-urlencoded",
    "application/x-www-form-urlencoded; charset=latin-1",
    "multipart/form-data",
    "multipart/form-data; boundary=",
    "multipart/form-data; boundary=x",
    "image/jpeg",
    "",
    ";",
    "x/" + "y" * 300,
)
HEADERS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("If-Match", ('"1"', '"5"', 'W/"2"', "*", "5", '"', '"99999999999"', "\xff", '"1", "2"')),
    ("If-None-Match", ('"1"', "*", '"', "\xff", 'W/"1"')),
    ("If-Modified-Since", ("Mon, 16 Nov 2026 01:00:00 GMT", "yesterday", "\xff")),
    ("Prefer", ("wait=0", "wait=999", "wait=-1", "respond-async", "wait=0, wait=0", "\xff")),
    ("Accept", ("text/html", "*/*", "application/xml;q=2", "\xff", ",,,", "a/b;q=nan")),
    ("Accept-Language", ("zh", "en", "zh-TW;q=0.3", "\xff", "x" * 300, ";q=")),
    ("Origin", ("https://evil.example", "null", "http://localhost", "\xff")),
    ("Sec-Fetch-Site", ("cross-site", "same-origin", "none", "x")),
    ("Host", ("localhost", "evil.example", "localhost:99999", "[::1", "", "\xff", "a b", "[x]:1")),
    ("Cookie", ("gridward-session=x", "gridward-session=\xff", "=;=;;", "a" * 4_000, "a=b; $V=1")),
    ("Range", ("bytes=0-1", "bytes=-1", "bytes=9-1", "x")),
    ("X-Forwarded-For", ("1.2.3.4", "\xff", "x" * 500)),
    ("Transfer-Encoding", ("chunked", "x")),
    ("Expect", ("100-continue",)),
    ("X-HTTP-Method-Override", ("DELETE",)),
    ("Content-Encoding", ("gzip", "br")),
)
KEYS = ("", "k", "x" * 200, "x" * 201, "\xff", "a b", "\t", "k1", "k2", "k3")
LENGTHS = ("", "-1", "abc", "0", "5", "99999999999999999999", "1048577", " 3", "+3", "٣")


@dataclass(slots=True, kw_only=True)
class Shot:
    """One request as a server gets it; all texts are latin-1, as WSGI has them."""

    method: str
    path: str
    query: str = ""
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""
    length: str | None = None
    sender: str = "nobody"
    keeps: str = ""
    opens: bool = False

    def __str__(self) -> str:
        """Write it short enough to read."""
        asked = f"{self.method} {self.path[:300]}?{self.query[:200]} by {self.sender}"
        return f"{asked}\n  {self.headers!r:.700}\n  {self.length} {self.body[:300]!r}"


class Shooter:
    """Draws requests of the document's operations."""

    def __init__(
        self,
        document: Mapping[str, Any],
        pages: Sequence[str],
        senders: Mapping[str, Any],
        now: Callable[[], datetime],
    ) -> None:
        self.schemas = document["components"]["schemas"]
        self.operations = [
            (path, method, operation, document["paths"][path].get("parameters", []))
            for path, method, operation in operations(dict(document))
        ]
        self.pages = pages
        self.senders = senders
        self.now = now

    def draw(self, random: Random, pool: Pool) -> Shot:
        """Draw one: most bent in one way at the most, some in several."""
        chance = Chance(random, pool)
        kinds = (self._of_operation, self._page, self._granted)
        shot = random.choices(kinds, (90, 4, 6))[0](chance)
        while random.random() < 0.25:
            random.choice(_BENDING)(shot, chance)
        return shot

    def opening(self, random: Random, pool: Pool) -> Iterator[Shot]:
        """Give every recipe once, in their order: each builds upon those before."""
        for recipe in RECIPES:
            shot = self._cooked(recipe, random, lambda name: (pool[name] or _NOTHING)[-1])
            shot.opens = True
            yield shot

    def _granted(self, chance: Chance) -> Shot:
        random, pool = chance.random, chance.pool
        return self._cooked(
            random.choice(RECIPES), random, lambda name: random.choice(pool[name] or _NOTHING)
        )

    def _cooked(self, recipe: Recipe, random: Random, known: Callable[[str], str]) -> Shot:
        path, query, body = filled(recipe, random, known)
        headers = dict(self.senders[recipe.who])
        if recipe.method == "POST":
            headers["Idempotency-Key"] = f"k-{random.getrandbits(60)}"
            headers["Content-Type"] = recipe.kind
        if recipe.signed:
            headers |= signed(body, random, self.now())
        return Shot(
            method=recipe.method,
            path=path,
            query=query,
            headers=headers,
            body=body,
            sender=recipe.who,
            keeps=recipe.keeps,
        )

    def _page(self, chance: Chance) -> Shot:
        path = chance.random.choice(self.pages)
        sender, headers = self._sender(chance)
        names = [part.partition(">")[0].rpartition(":")[2] for part in path.split("<")[1:]]
        for name in names:
            given = _quoted(chance.text({}, None, name))
            before, _, rest = path.partition("<")
            path = before + given + rest.partition(">")[2]
        headers["Accept"] = "text/html"
        return Shot(method="GET", path=path, headers=headers, sender=sender)

    def _of_operation(self, chance: Chance) -> Shot:
        pool = chance.pool
        path, method, operation, of_path = chance.random.choice(self.operations)
        query, sender, headers = [], *self._sender(chance, path)
        for parameter in [*of_path, *operation.get("parameters", ())]:
            name, schema = parameter["name"], parameter["schema"]
            if parameter["in"] == "path":
                # What administrators try out breaks: mostly what nobody else needs.
                spared = "/admin/" in path and chance.random.random() < 0.97
                known = f"spared {name}" if spared and f"spared {name}" in pool else name
                given = chance.of(schema, self.schemas, known)
                path = path.replace(f"{{{name}}}", _quoted(_text(given)))
            elif parameter["in"] == "query" and chance.random.random() < 0.2:
                given = chance.of(schema, self.schemas, name)
                query.append(f"{quote(name)}={_quoted(_text(given))}")
        if method == "post" and chance.random.random() < 0.97:
            headers["Idempotency-Key"] = f"k-{chance.random.getrandbits(60)}"
        kind, body = self._body(chance, operation)
        if kind:
            headers["Content-Type"] = kind
        return Shot(
            method=method.upper(),
            path=path,
            query="&".join(query),
            headers=headers,
            body=body,
            sender=sender,
        )

    def _sender(self, chance: Chance, path: str = "") -> tuple[str, dict[str, str]]:
        """Draw who sends it: often somebody whose business it is, so that much is granted."""
        apt = next((names for part, names in _APT.items() if part in path), ())
        names = apt if apt and chance.random.random() < 0.6 else list(self.senders)
        # Nobody is the cheapest to answer, and so may ask most.
        name = "nobody" if chance.random.random() < 0.45 else chance.random.choice(names)
        return name, dict(self.senders[name])

    def _body(self, chance: Chance, operation: Mapping[str, Any]) -> tuple[str, bytes]:
        content = operation.get("requestBody", {}).get("content", {})
        if not content:
            return "", b""
        kind = chance.random.choice(list(content))
        if kind.startswith("image/"):
            return kind, chance.random.choice(PICTURES)
        value = chance.of(content[kind]["schema"], self.schemas)
        if kind == "application/json":
            return kind, written(value)
        fields = value if isinstance(value, dict) else {"a": value}
        if kind == "multipart/form-data":
            return f"{kind}; boundary=x", _multipart(fields)
        pairs = (f"{_quoted(_text(name))}={_quoted(_text(one))}" for name, one in fields.items())
        return kind, "&".join(pairs).encode()


def _multipart(fields: Mapping[str, Any]) -> bytes:
    parts = [
        b'--x\r\nContent-Disposition: form-data; name="'
        + _text(name).encode("utf-8", "surrogatepass").replace(b'"', b"%22")
        + b'"\r\n\r\n'
        + _text(value).encode("utf-8", "surrogatepass")
        + b"\r\n"
        for name, value in fields.items()
    ]
    return b"".join([*parts, b"--x--\r\n"])


def _text(value: Any) -> str:
    return value if isinstance(value, str) else written(value).decode()


def _quoted(text: str) -> str:
    return quote_from_bytes(text.encode("utf-8", "surrogatepass"), safe="")


def _other_method(shot: Shot, chance: Chance) -> None:
    shot.method = chance.random.choice(METHODS)


def _other_type(shot: Shot, chance: Chance) -> None:
    shot.headers["Content-Type"] = chance.random.choice(TYPES)


def _other_header(shot: Shot, chance: Chance) -> None:
    name, values = chance.random.choice(HEADERS)
    shot.headers[name] = chance.random.choice(values)


def _other_key(shot: Shot, chance: Chance) -> None:
    shot.headers["Idempotency-Key"] = chance.random.choice(KEYS)


def _wrong_key(shot: Shot, chance: Chance) -> None:
    drawn = ("Bearer", "Bearer gw.", "Bearer gw.p-x.k.s", "Basic eDp5", "Bearer \xff", "bearer a.b")
    shot.headers["Authorization"] = chance.random.choice(drawn)


def _other_body(shot: Shot, chance: Chance) -> None:
    shot.body = chance.random.choice(RAW_JSON)


def _cut_body(shot: Shot, chance: Chance) -> None:
    shot.body = shot.body[: chance.random.randint(0, len(shot.body))]


def _flipped_body(shot: Shot, chance: Chance) -> None:
    if shot.body:
        bent = bytearray(shot.body)
        bent[chance.random.randrange(len(bent))] = chance.random.randrange(256)
        shot.body = bytes(bent)


def _other_length(shot: Shot, chance: Chance) -> None:
    shot.length = chance.random.choice(LENGTHS)


def _more_query(shot: Shot, chance: Chance) -> None:
    name = chance.random.choice(("after", "limit", "fields", "x", "", "area", "%ff", "day"))
    value = _quoted(chance.random.choice(NASTY_TEXTS))
    shot.query = f"{shot.query}&{name}={value}"


def _raw_query(shot: Shot, chance: Chance) -> None:
    shot.query = chance.random.choice(("%", "%ff=%fe", "&&&", "=", "\xff", "a=1" * 300, "?", "#"))


def _other_path(shot: Shot, chance: Chance) -> None:
    end = chance.random.choice(
        ("/", "//", "/..", "%00", "%ff", ".json", ".xml", ".csv", "/x", "%2f")
    )
    shot.path += end


_APT = {
    "/admin/": ("key of administrator",),
    "/parties/": ("key of handler", "key of commander"),
    "/whistles": ("key of commander",),
    "/steps/": tuple(f"key of {role}" for role in ("acceptor", "duty_leader", "dispatcher")),
    "/reveal": ("key of duty_leader", "key of auditor"),
    "/incidents": ("key of acceptor", "key of commander", "session of acceptor"),
}

_BENDING = (
    *(_other_method, _other_type, _other_header, _other_header, _other_key, _wrong_key),
    *(_other_body, _cut_body, _flipped_body, _other_length, _more_query, _raw_query, _other_path),
)
