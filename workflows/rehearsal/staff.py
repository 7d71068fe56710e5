"""The people of a town: who holds what, who is away and who is on duty."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date

from domain.kernel.codes import AreaCode
from domain.people.events import DutyGiven, PersonEnrolled
from domain.people.person import Person
from domain.people.roles import Held, Post
from domain.people.rota import Duty, Rota, rota_id
from workflows.rehearsal.ground import Ground


class TownStaff:
    """Gives the same answers as the read models, from the records themselves."""

    def __init__(self, records: Ground) -> None:
        """Look into these records."""
        self._records = records

    def is_known(self) -> bool:
        """A town is read from its records at once."""
        return True

    def holding(
        self, role: str, area: AreaCode, day: date, *, unit: str | None = None
    ) -> Sequence[Held]:
        """Give the nearest posts first, then by handle."""
        held = [
            Held(handle=person.handle, post=grant.post, deputy_for=grant.deputy_for)
            for person in self._people()
            for grant in person.grants
            if grant.post.role == role and grant.holds_on(day) and grant.post.reaches(area, unit)
        ]
        return sorted(held, key=lambda one: (-_number(one.post), one.handle))

    def away(self, handles: Collection[str], day: date) -> Collection[str]:
        """Give those who are absent on a day."""
        return {
            person.handle
            for person in self._people()
            if person.handle in handles and person.is_absent_on(day)
        }

    def duties(self, posts: Collection[Post]) -> Sequence[tuple[Post, Duty]]:
        """Give the rotas of posts."""
        begun = set(self._records.begun(DutyGiven.TOPIC))
        return [
            (post, duty)
            for post in posts
            if rota_id(post) in begun
            for duty in self._records.load(Rota, rota_id(post)).duties
        ]

    def _people(self) -> Iterator[Person]:
        for stream in self._records.begun(PersonEnrolled.TOPIC):
            yield self._records.load(Person, stream)


def _number(post: Post) -> int:
    return post.area.number if post.area else 0
