"""Looking at words that are masked: whether it may be done, and each look on record first."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING
from uuid import UUID

from domain.people.events import PersonEnrolled
from domain.people.person import Person, person_id
from web.access import must_reach_case, must_see, viewer
from web.admin.places import place
from web.city import the_city, today
from web.rights import rights_of
from workflows.privacy.commands import Reveal

if TYPE_CHECKING:
    from collections.abc import Iterable

    from domain.kernel.act import Act
    from domain.kernel.codes import AreaCode

Field = tuple[int, str]
"""The version of a record and the name of a field that has words."""
WORDS, NAME = "reveal words", "reveal a name"


def must_reveal(stream: UUID) -> None:
    """Refuse a look at words of a case, or at the name of a person, that the viewer may not take.

    Of any other record nothing is revealed: it is refused as a case that is not there.
    """
    first = next(iter(the_city().ledger.facts(stream)), None)
    if isinstance(first, PersonEnrolled):
        must_reveal_name(first.handle)
    else:
        must_reach_case(WORDS, stream)


def must_reveal_name(handle: str) -> AreaCode | None:
    """Give where a person serves whose name the viewer may learn; refuses what the table does."""
    person = the_city().ledger.load(Person, person_id(handle))
    posts = [grant.post for grant in person.grants if grant.holds_on(today())]
    area = next((where for post in posts for where in place(post.area, post.unit)), None)
    must_see(NAME, area, owned=viewer().handle == handle)
    return area


def open_words(stream: UUID, fields: Iterable[Field], *, why: str, act: Act) -> dict[Field, str]:
    """Record a look at each field, then give the words that are still kept there.

    Refuses ``not-for-your-role``, ``reason-missing`` and what a dossier refuses. A field that was
    erased is left out.
    """
    must_reveal(stream)
    city, kept = the_city(), the_city().ledger.words_of([stream])
    asked = [one for one in fields if (stream, *one) in kept]
    for version, field in asked:
        order = Reveal(stream=stream, version=version, field=field, reason=why)
        named = replace(act, command_id=f"{act.command_id}/{version}/{field}")
        city.desk.do(order, named, rights=rights_of(named))
    return {one: kept[stream, *one] for one in asked}
