"""The content of rules: plain JSON values, read with refusals that name the key."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import date
from hashlib import sha256

from domain.kernel.refusals import Refused

Content = Mapping[str, object]
_INT64 = 2**63


def canonical(content: Content) -> str:
    """Write content as canonical JSON: sorted keys, no spaces, UTF-8; refuses ``not-canonical``."""
    _must_be_plain(content, "")
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def digest_of(content: Content) -> str:
    """Give the SHA-256 of the canonical JSON, in hex."""
    return sha256(canonical(content).encode()).hexdigest()


def frozen_copy(content: Content) -> dict[str, object]:
    """Copy content through its canonical JSON, so that later changes do not reach the copy."""
    copied: dict[str, object] = json.loads(canonical(content))
    return copied


def text(content: Content, key: str) -> str:
    """Read a text that must be given and not be empty."""
    value = content.get(key)
    if not isinstance(value, str) or not value:
        raise malformed(key, "a text")
    return value


def optional_text(content: Content, key: str) -> str | None:
    """Read a text that may be left out."""
    return text(content, key) if key in content else None


def texts(content: Content, key: str) -> tuple[str, ...]:
    """Read a list of texts; a list left out is empty."""
    values = _listed(content, key)
    found = tuple(value for value in values if isinstance(value, str))
    if len(found) < len(values):
        raise malformed(key, "a list of texts")
    return found


def table(content: Content, key: str) -> Content:
    """Read a table that must be given."""
    value = content.get(key)
    if not isinstance(value, Mapping):
        raise malformed(key, "a table")
    return value


def tables(content: Content, key: str) -> tuple[Content, ...]:
    """Read a list of tables; a list left out is empty."""
    values = _listed(content, key)
    found = tuple(value for value in values if isinstance(value, Mapping))
    if len(found) < len(values):
        raise malformed(key, "a list of tables")
    return found


def whole_number(content: Content, key: str) -> int:
    """Read a whole number that must be given."""
    value = content.get(key)
    if not isinstance(value, int) or isinstance(value, bool):
        raise malformed(key, "a whole number")
    return value


def iso_date(given: str, key: str) -> date:
    """Read a date written as 2026-02-17."""
    try:
        return date.fromisoformat(given)
    except ValueError:
        raise malformed(key, "a date like 2026-02-17", given) from None


def malformed(key: str, wanted: str, given: str | None = None) -> Refused:
    """Make the refusal for a key that does not hold what it must."""
    facts = {"key": key} if given is None else {"key": key, "given": given[:60]}
    return Refused(
        "rules-malformed", f"'{key}' must be {wanted}; correct it and publish again.", **facts
    )


def _listed(content: Content, key: str) -> Sequence[object]:
    values = content.get(key, ())
    if not isinstance(values, Sequence) or isinstance(values, str):
        raise malformed(key, "a list")
    return values


def _must_be_plain(value: object, path: str) -> None:
    match value:
        case str():
            _must_be_unicode(value, path)
        case int():
            if not -_INT64 <= value < _INT64:
                raise _not_canonical(path, "a number beyond 64 bits")
        case Mapping():
            for key, inner in value.items():
                if not isinstance(key, str):
                    raise _not_canonical(path, "a key that is no text")
                _must_be_unicode(key, path)
                _must_be_plain(inner, f"{path}.{key}" if path else key)
        case list() | tuple():
            for number, inner in enumerate(value):
                _must_be_plain(inner, f"{path}.{number}")
        case _:
            raise _not_canonical(path, type(value).__name__)


def _must_be_unicode(written: str, path: str) -> None:
    try:
        written.encode()
    except UnicodeEncodeError:
        raise _not_canonical(path, "half a character") from None


def _not_canonical(path: str, found: str) -> Refused:
    reason = (
        "Rules hold texts, whole numbers, truth values, lists and tables only; leave out the rest."
    )
    return Refused("not-canonical", reason, key=path, found=found)
