"""The lock of topics: what every fact ever recorded looks like, compared in the tests.

``python -m ledger.topics_lock docs/reference/topics.lock`` writes the file anew.
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import msgspec

import domain
from domain.kernel.facts import FACTS, Fact

_COLUMNS = {"originator_id", "originator_version"}

Lock = dict[str, dict[str, dict[str, str]]]
"""Topic -> version -> field -> type."""


def import_facts() -> None:
    """Import every ``domain.<capability>.events``, so that all facts have named themselves."""
    for root in domain.__path__:
        for module in sorted(Path(root).glob("*/events*")):
            import_module(f"domain.{module.parent.name}.{module.stem}")


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


def _broken(cls: type[Fact], topic: str, versions: dict[str, dict[str, str]]) -> list[str]:
    advice = "raise the version of the fact and add an upcast"
    now, found = described(cls), []
    for name, kind in versions.get(str(cls.class_version), {}).items():
        if name not in now:
            found.append(f"{topic}: field {name} was removed; {advice}")
        elif now[name] != kind:
            found.append(f"{topic}: field {name} was {kind} and is {now[name]}; {advice}")
    for version in range(1, cls.class_version):
        if not hasattr(cls, f"upcast_v{version}_v{version + 1}"):
            found.append(f"{topic}: upcast_v{version}_v{version + 1} is missing")
    found += [
        f"{topic}: the lock knows version {version}, the fact is at {cls.class_version}"
        for version in versions
        if int(version) > cls.class_version
    ]
    return found


def _type_name(kind: object) -> str:
    """Name a type shortly; a type with fields of its own is written out."""
    if isinstance(kind, type) and hasattr(kind, "__dataclass_fields__"):
        hints = get_type_hints(kind)
        inner = ", ".join(f"{name}: {_type_name(hints[name])}" for name in sorted(hints))
        return f"{kind.__name__}({inner})"
    if isinstance(kind, type) and not getattr(kind, "__args__", None):
        return kind.__name__
    return str(kind).replace("typing.", "").replace("datetime.", "")


def main() -> None:
    """Write the lock file that is named; fields that old logs hold stop it."""
    import_facts()
    path = Path(sys.argv[1])
    before = read_lock(path.read_text("utf-8")) if path.exists() else {}
    if broken := broken_promises(before, FACTS):
        raise SystemExit("\n".join(broken))
    path.write_text(lock_text(FACTS, before), "utf-8")


if __name__ == "__main__":
    main()
