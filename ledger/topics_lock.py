"""The lock of topics: what every fact ever recorded looks like, compared in the tests.

``python -m ledger.topics_lock docs/reference/topics.lock`` writes the file anew.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, fields, is_dataclass
from importlib import import_module
from pathlib import Path
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin, get_type_hints

import msgspec

import domain
from domain.kernel.facts import FACTS, Fact

_COLUMNS = {"originator_id", "originator_version"}
_ADVICE = "raise the version of the fact and add an upcast"

Lock = dict[str, dict[str, dict[str, str]]]
"""Topic -> version -> field -> type."""


def domain_facts() -> dict[str, type[Fact]]:
    """Give all facts of the domain; those of a module count once it is imported, so import all."""
    for root in domain.__path__:
        for module in sorted(Path(root).glob("*/[a-z]*.py")):
            import_module(f"domain.{module.parent.name}.{module.stem}")
    return {topic: cls for topic, cls in FACTS.items() if cls.__module__.startswith("domain.")}


def lock_of(facts: Mapping[str, type[Fact]], before: Lock | None = None) -> Lock:
    """Describe facts as they are now, beside the older versions that ``before`` knows."""
    lock: Lock = {topic: dict(versions) for topic, versions in (before or {}).items()}
    for topic, cls in facts.items():
        lock.setdefault(topic, {})[str(cls.class_version)] = described(cls)
    return lock


def described(cls: type[Fact]) -> dict[str, str]:
    """Give the fields of a fact with their types, as the body holds them."""
    hints = get_type_hints(cls)
    kept = [field.name for field in fields(cls) if field.name not in _COLUMNS]
    return {name: _type_name(hints[name]) for name in sorted(kept)}


def lock_text(facts: Mapping[str, type[Fact]], before: Lock | None = None) -> str:
    """Give the text of the lock file."""
    ordered = msgspec.json.encode(lock_of(facts, before), order="sorted")
    return msgspec.json.format(ordered, indent=1).decode() + "\n"


def read_lock(text: str) -> Lock:
    """Read a lock file."""
    return msgspec.json.decode(text, type=Lock)


def broken_promises(before: Lock, facts: Mapping[str, type[Fact]]) -> list[str]:
    """Tell what old logs hold that today's facts no longer read as they did."""
    found: list[str] = []
    for topic, versions in before.items():
        cls = facts.get(topic)
        if cls is None:
            found.append(f"{topic}: the fact is gone; keep its class, old logs hold it")
            continue
        found += _broken(cls, topic, versions)
    return found


def not_locked(before: Lock, facts: Mapping[str, type[Fact]]) -> list[str]:
    """Tell what is new and not in the lock yet."""
    return [
        f"{topic} version {cls.class_version}"
        for topic, cls in sorted(facts.items())
        if before.get(topic, {}).get(str(cls.class_version)) != described(cls)
    ]


def unreadable(facts: Mapping[str, type[Fact]]) -> list[str]:
    """Name fields that a body cannot give back: what is None is left out, so it needs a default."""
    return [
        f"{topic}: field {field.name} may be None and has no default; write = None"
        for topic, cls in facts.items()
        for kind in _with_fields(cls)
        for field in fields(kind)
        if _required(field) and NoneType in get_args(get_type_hints(kind)[field.name])
    ]


def _with_fields(kind: Any) -> Iterator[Any]:
    """Give a type, and those inside it, that have fields."""
    if is_dataclass(kind):
        yield kind
        for inner in get_type_hints(kind).values():
            yield from _with_fields(inner)
    for inner in get_args(kind):
        yield from _with_fields(inner)


def _broken(cls: type[Fact], topic: str, versions: dict[str, dict[str, str]]) -> Iterator[str]:
    now, locked = described(cls), versions.get(str(cls.class_version))
    if locked is not None:
        yield from _changed(topic, locked, now)
        added = {field.name for field in fields(cls) if _required(field)} & (now.keys() - locked)
        yield from (f"{topic}: field {name} is new without a default; {_ADVICE}" for name in added)
    for version in range(1, cls.class_version):
        if not hasattr(cls, f"upcast_v{version}_v{version + 1}"):
            yield f"{topic}: upcast_v{version}_v{version + 1} is missing"
    for newer in versions:
        if int(newer) > cls.class_version:
            yield f"{topic}: the lock knows version {newer}, the fact is at {cls.class_version}"


def _changed(topic: str, locked: dict[str, str], now: dict[str, str]) -> Iterator[str]:
    for name, kind in locked.items():
        if name not in now:
            yield f"{topic}: field {name} was removed; {_ADVICE}"
        elif now[name] != kind:
            yield f"{topic}: field {name} was {kind} and is {now[name]}; {_ADVICE}"


def _required(field: Field[Any]) -> bool:
    return field.default is MISSING and field.default_factory is MISSING


def _type_name(kind: object) -> str:
    """Name a type shortly; one with fields of its own is written out."""
    inner = get_args(kind)
    if isinstance(kind, UnionType) or get_origin(kind) is Union:
        return " | ".join(_type_name(one) for one in inner)
    if inner:
        origin = getattr(get_origin(kind), "__name__", str(get_origin(kind)))
        return f"{origin}[{', '.join(_type_name(one) for one in inner)}]"
    if isinstance(kind, type) and is_dataclass(kind):
        hints = get_type_hints(kind)
        named = ", ".join(f"{name}: {_type_name(hints[name])}" for name in sorted(hints))
        return f"{kind.__name__}({named})"
    if kind is Ellipsis or kind is NoneType:
        return "..." if kind is Ellipsis else "None"
    return kind.__name__ if isinstance(kind, type) else repr(kind)


def main() -> None:
    """Write the lock file that is named, unless an old log could not be read any more."""
    facts, path = domain_facts(), Path(sys.argv[1])
    before = read_lock(path.read_text("utf-8")) if path.exists() else {}
    if broken := unreadable(facts) + broken_promises(before, facts):
        raise SystemExit("\n".join(broken))
    path.write_text(lock_text(facts, before), "utf-8")


if __name__ == "__main__":
    main()
