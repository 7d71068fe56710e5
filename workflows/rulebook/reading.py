"""Reading the book: TOML into canonical content, or a refusal with file, line and key."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from domain.kernel.refusals import Refused
from domain.rulebook.content import Content, canonical
from domain.rulebook.publication import must_be_rule_name
from workflows.reading import definition_files, rules_of
from workflows.rulebook.handlers import CHECKS
from workflows.rulebook.places import line_of
from workflows.rulebook.schemas import must_fit_schema

BOOK = Path(__file__).parent.parent / "book"
FOLDERS = {
    "calendars": "calendar",
    "categories": "categories",
    "limits": "limits",
    "whistles": "whistles",
    "routing": "routing",
    "retention": "retention",
}
_SYNTAX_LINE = re.compile(r"at line ([0-9]+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class WrittenRules:
    """Rules as the book has them, ready to be published."""

    kind: str
    name: str
    content: Content


def read_book(book: Path = BOOK) -> Iterator[WrittenRules]:
    """Read all rules in the folders and all workflows, in the order of their names."""
    for folder in FOLDERS:
        for path in sorted((book / folder).glob("*.toml")):
            yield read_rules(path)
    for path in definition_files(book):
        yield read_workflow(path)


def read_workflow(path: Path) -> WrittenRules:
    """Read one definition; its number stays in the file name, a publication counts its own."""
    text = ""
    try:
        text = _text_of(path)
        content = rules_of(dict(content_from(text)))
    except Refused as refusal:
        raise _placed(refusal, path, text) from None
    return WrittenRules(kind="workflow", name=str(content.get("workflow")), content=content)


def read_rules(path: Path) -> WrittenRules:
    """Read one file: its folder tells the kind, its name is the rules' name.

    Every refusal carries ``file``, and ``line`` and ``key`` where they can be known.
    """
    text = ""
    try:
        kind = _kind_of(path)
        must_be_rule_name(path.stem)
        text = _text_of(path)
        content = content_from(text)
        must_fit_schema(kind, content)
        CHECKS[kind](path.stem, content)
    except Refused as refusal:
        raise _placed(refusal, path, text) from None
    return WrittenRules(kind=kind, name=path.stem, content=content)


def content_from(text: str) -> Content:
    """Take TOML in; dates become ISO texts, and floats and times of day are refused."""
    try:
        written = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = _SYNTAX_LINE.search(str(error))
        facts = {"line": int(found[1])} if found else {}
        raise Refused("not-toml", f"This is not TOML: {error}.", **facts) from None
    content = {key: _plain(value) for key, value in written.items()}
    canonical(content)
    return content


def _kind_of(path: Path) -> str:
    if path.parent.name not in FOLDERS or path.suffix != ".toml":
        reason = f"Put rules into one of the folders {', '.join(FOLDERS)}, as NAME.toml."
        raise Refused("misplaced-rules", reason, folder=path.parent.name)
    return FOLDERS[path.parent.name]


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise Refused("not-readable", f"The file cannot be read: {error}.") from None


def _plain(value: object) -> object:
    match value:
        case dict():
            return {key: _plain(inner) for key, inner in value.items()}
        case list():
            return [_plain(inner) for inner in value]
        case date() if not isinstance(value, datetime):
            return value.isoformat()
    return value


def _placed(refusal: Refused, path: Path, text: str) -> Refused:
    """Add the file, and the line of what the refusal names."""
    facts = {**refusal.facts, "file": path.name}
    line = facts.get("line") or line_of(text, _key_of(refusal), refusal.facts.get("given"))
    if line:
        facts["line"] = line
    place = f"{path.name}, line {line}" if line else path.name
    return Refused(refusal.code, f"{place}: {refusal.reason}", **facts)


def _key_of(refusal: Refused) -> str:
    findings = refusal.facts.get("findings")
    if isinstance(findings, list) and findings:
        return str(findings[0]["key"])
    return str(refusal.facts.get("key", ""))
