"""Who acts. Until sign-in exists, requests say it themselves and the server stays on loopback."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import g, request
from werkzeug import Response

from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from web.city import the_city, today

PERSON, ROLE = "Gridward-Person", "Gridward-Role"
COOKIE = "gridward-who"
_YEAR = 365 * 24 * 3600


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person in one of the roles held today; ``posts`` are where it is held."""

    handle: str
    role: str
    posts: tuple[Post, ...]

    @property
    def area(self) -> AreaCode:
        """The area the role is held at; that of its unit where it is held at a unit alone."""
        return next((post.area for post in self.posts if post.area), None) or self._unit_area()

    @property
    def unit(self) -> str | None:
        """The unit the role is held at."""
        return next((post.unit for post in self.posts if post.unit), None)

    def act(self, *, area: str, command_id: str, at: datetime) -> Act:
        """Give the act of a command."""
        return Act(person=self.handle, role=self.role, area=area, command_id=command_id, at=at)

    def _unit_area(self) -> AreaCode:
        unit = the_city().ledger.load(Unit, unit_id(self.unit or ""))
        if unit.area is None:
            raise Refused("no-such-unit", "The unit of this role is not known.", unit=self.unit)
        return unit.area


def actor_of(handle: str, role: str) -> Actor:
    """Give the person in the role; refuses ``person-unknown`` and ``role-not-held``.

    Asked of the ledger and not of a read model, so that a role that ended ends at once.
    """
    person = the_city().ledger.load(Person, person_id(handle))
    if not person.exists:
        reason = f"Nobody is on the roster as '{handle[:60]}'. GET /api/v1/people lists who is."
        raise Refused("person-unknown", reason)
    day = today()
    posts = tuple(
        grant.post for grant in person.grants if grant.post.role == role and grant.holds_on(day)
    )
    if not posts:
        held = sorted({grant.post.role for grant in person.grants if grant.holds_on(day)})
        reason = f"{handle} does not hold the role '{role[:60]}' today."
        raise Refused("role-not-held", reason, held=held)
    return Actor(handle=handle, role=role, posts=posts)


def api_actor() -> Actor:
    """Give who sends this request to the API; refuses ``person-missing``."""
    handle, role = request.headers.get(PERSON, ""), request.headers.get(ROLE, "")
    if not handle or not role:
        reason = f"Say who acts: send the headers {PERSON} (p-…) and {ROLE} (such as dispatcher)."
        raise Refused("person-missing", reason)
    return actor_of(handle, role)


def page_actor() -> Actor | None:
    """Give who this browser chose to be, or None; asked once per request."""
    if "actor" not in g:
        handle, _, role = request.cookies.get(COOKIE, "").partition(":")
        try:
            g.actor = actor_of(handle, role) if handle and role else None
        except Refused:  # whoever it was has left: choose again
            g.actor = None
    actor: Actor | None = g.actor
    return actor


def become(answer: Response, actor: Actor) -> None:
    """Keep the choice in the browser."""
    value = f"{actor.handle}:{actor.role}"
    answer.set_cookie(COOKIE, value, max_age=_YEAR, httponly=True, samesite="Lax", path="/")
