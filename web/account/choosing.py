"""What a new password may be: long, not among those guessed first, and more than names and years.

Length counts, kinds of characters do not (ASVS 5.0, 6.2; NIST SP 800-63B-4, 3.1.1.2).
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import ROLES
from projections.area.queries import areas_on
from projections.people.queries import unit_on
from web.account.breached import must_not_be_breached
from web.city import the_city, today

if TYPE_CHECKING:
    from domain.people.roles import Post
    from projections.area.queries import AreaRow
    from projections.people.queries import UnitRow

SHORTEST = 12
LONGEST = 128
_LEFT = 8  # as many letters as the standard asks of a whole password
_SHORTEST_WORD = {True: 4, False: 2}  # whether it is ASCII: two Chinese characters are a name
_SUFFIXES = ("街道", "社区", "市", "区", "县", "镇", "乡")
_COMMON = Path(__file__).parent / "common-passwords.txt"


def must_be_good(password: str, *, handle: str) -> None:
    """Refuse a new password by what is known of the person and the city.

    Refuses ``password-too-weak`` (length), ``password-common``, ``password-telling`` and
    ``password-breached``.
    """
    must_be_strong(password, handle=handle)
    must_not_tell(password, [*_words_of_the_service(), *_words_about(handle)])
    must_not_be_breached(password)


def must_be_strong(password: str, *, handle: str) -> None:
    """Refuse ``password-too-weak`` (length), ``password-common`` and ``password-telling``."""
    if not SHORTEST <= len(password) <= LONGEST:
        reason = f"A password has {SHORTEST} to {LONGEST} characters; four words are good ones."
        raise Refused("password-too-weak", reason)
    plain = password.casefold()
    if plain in common() or len(set(plain)) < SHORTEST // 3:
        reason = "This password is among those guessed first. Take another one."
        raise Refused("password-common", reason)
    if handle.casefold() in plain:
        raise _telling()


def must_not_tell(password: str, words: Iterable[str]) -> None:
    """Refuse ``password-telling`` where little is left without such words, figures and signs.

    >>> must_not_tell("four words of Tianjin people", ["Tianjin"])
    """
    plain = left = _squeezed(password)
    for word in sorted({_squeezed(word) for word in words}, key=len, reverse=True):
        if len(word) >= _SHORTEST_WORD[word.isascii()]:
            left = left.replace(word, " ")
    if left != plain and sum(letter.isalpha() for letter in left) < _LEFT:
        raise _telling()


@cache
def common() -> frozenset[str]:
    """Give the passwords guessed first, in small letters; lines that begin with # tell of them."""
    lines = _COMMON.read_text("utf-8").splitlines()
    return frozenset(line for line in lines if line != "#" and not line.startswith("# "))


def _squeezed(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())


def _words_of_the_service() -> list[str]:
    return ["gridward", *ROLES]


def _words_about(handle: str) -> list[str]:
    """Give handle and name of a person, and the names of units and areas up to the city."""
    person = the_city().ledger.load(Person, person_id(handle))
    names = the_city().ledger.words_of([person.id]).values()
    return [
        handle,
        handle.removeprefix("p-"),
        *names,
        *_names_at([one.post for one in person.grants]),
    ]


def _names_at(posts: Sequence[Post]) -> list[str]:
    with the_city().store.reading() as conn:
        units = [
            unit for post in posts if post.unit and (unit := unit_on(conn, post.unit, today()))
        ]
        served = [post.area for post in posts if post.area] + [unit.area for unit in units]
        areas = areas_on(conn, {above for area in served for above in area.path}, today())
    rows: list[AreaRow | UnitRow] = [*units, *areas.values()]
    return [name for row in rows for name in _short_and_long(row)]


def _short_and_long(row: AreaRow | UnitRow) -> list[str]:
    short = next((row.name.removesuffix(one) for one in _SUFFIXES if row.name.endswith(one)), "")
    return [row.name, short, row.name_en or ""]


def _telling() -> Refused:
    reason = "Apart from Gridward, places, roles and your own name little is left. Add other words."
    return Refused("password-telling", reason)
