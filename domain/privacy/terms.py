"""Terms: what somebody may be looked for by, written one way however it was said."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import NamedTuple
from unicodedata import normalize

from domain.kernel.refusals import Refused

PHONE, NAME, EMAIL = "phone", "name", "email"
KINDS = (PHONE, NAME, EMAIL)
LONGEST = 100
_SHORTEST_PHONE, _LONGEST_PHONE = 7, 15
_CHINA = re.compile(r"(?:00)?86(?=1\d{10}$)")
_DIGITS = re.compile(r"(?<!\d)\+?\d(?:[ \-()]{0,2}\d)*")
_RUN = re.compile(r"\d+")
_EMAIL = re.compile(r"[^\s@,;:<>]{1,64}@[^\s@,;:<>]{1,64}")
_PARTS = re.compile(r"[\n,;，；、]")
_LONGEST_PLAIN_NAME = 30


class Term(NamedTuple):
    """A kind and a value that two ways of writing share."""

    kind: str
    value: str


def term(kind: str, said: str) -> Term:
    """Give the term for what is looked for; refuses ``invalid-search``.

    >>> term("phone", "+86 139-0000-1111")
    Term(kind='phone', value='13900001111')
    >>> term("name", "Ｗａｎｇ  Xiaoming")
    Term(kind='name', value='wangxiaoming')
    """
    text = normalize("NFKC", said).strip()
    value = {PHONE: _phone, NAME: _name, EMAIL: str.casefold}[kind](text) if kind in KINDS else ""
    if not value or len(text) > LONGEST:
        reason = "Look for a phone number of 7 to 15 digits, a whole name, or an e-mail address."
        raise Refused("invalid-search", reason, kinds=list(KINDS))
    return Term(kind, value)


def terms_in(field: str, words: str) -> set[Term]:
    """Give what words can be found by: of a contact all three kinds, of free text no names.

    >>> sorted(terms_in("words", "路灯不亮，回电 139 0000 1111"))
    [Term(kind='phone', value='13900001111')]
    """
    text = normalize("NFKC", words)
    if field == "contact":
        return {*_numbers(text), *_emails(text), *_names(text)}
    return {*_numbers(text), *_emails(text)} if field == "words" else set()


def _phone(text: str) -> str:
    digits = _CHINA.sub("", "".join(_RUN.findall(text)))
    return digits if _SHORTEST_PHONE <= len(digits) <= _LONGEST_PHONE else ""


def _name(text: str) -> str:
    return "".join(text.casefold().split())


def _numbers(text: str) -> Iterator[Term]:
    """Take each row of digits as it stands, and joined with those that only spaces part from it."""
    for found in _DIGITS.findall(text):
        for candidate in (found, *_RUN.findall(found)):
            if value := _phone(candidate):
                yield Term(PHONE, value)


def _emails(text: str) -> Iterator[Term]:
    for found in _EMAIL.findall(text):
        yield Term(EMAIL, found.casefold())


def _names(text: str) -> Iterator[Term]:
    labelled: dict[str, str] = {}
    for part in _PARTS.split(text):
        label, colon, value = part.partition(":")
        if colon:
            labelled[label.strip()] = value
        elif (plain := _without_numbers(part)) and len(plain) <= _LONGEST_PLAIN_NAME:
            yield Term(NAME, plain)
    for written in _written(labelled):
        if value := _name(written):
            yield Term(NAME, value)


def _written(labelled: Mapping[str, str]) -> Iterator[str]:
    """A name of two parts is said in either order."""
    first, last = labelled.get("first_name", ""), labelled.get("last_name", "")
    yield from (first + last, last + first, labelled.get("name", ""))


def _without_numbers(part: str) -> str:
    return _name(_EMAIL.sub("", _DIGITS.sub("", part)))
