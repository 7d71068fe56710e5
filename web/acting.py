"""Who acts: the person of a session, or the machine whose key a request carries."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from flask import g, request

from domain.access.relation import Seat
from domain.kernel.act import Act
from domain.kernel.codes import AreaCode
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from domain.people.roles import Post
from domain.people.unit import Unit, unit_id
from web.account.entering import session_now
from web.account.keys import Presented, presented
from web.city import today
from web.looking import the_look
from web.rights import Acting, posts_of

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Actor:
    """A person in one of the roles held today; ``posts`` are where it is held.

    ``bound`` is the area that a key is limited to.
    """

    handle: str
    role: str
    posts: tuple[Post, ...]
    bound: AreaCode | None = None

    @property
    def area(self) -> AreaCode:
        """The area the role is held at; that of its unit where it is held at a unit alone."""
        return next((post.area for post in self.posts if post.area), None) or _area_of(self.unit)

    @property
    def places(self) -> tuple[AreaCode, ...]:
        """The areas the role is held at, those of units among them."""
        return tuple(post.area or _area_of(post.unit) for post in self.posts)

    @property
    def seats(self) -> tuple[Seat, ...]:
        """Where the role is held, as the table of access looks at it."""
        return tuple(Seat(area=post.area, unit=post.unit) for post in self.posts)

    @property
    def unit(self) -> str | None:
        """The unit the role is held at."""
        return next(iter(self.units), None)

    @property
    def units(self) -> tuple[str, ...]:
        """All units the role is held at."""
        return tuple(post.unit for post in self.posts if post.unit)

    def act(self, *, area: str, command_id: str, at: datetime) -> Act:
        """Give the act of a command; refuses ``outside-key`` where a key does not reach."""
        if self.bound is not None and not self.bound.covers(AreaCode(area)):
            reason = f"This key reaches {self.bound} and below, not {area}."
            raise Refused("outside-key", reason, area=area)
        return Act(person=self.handle, role=self.role, area=area, command_id=command_id, at=at)


def actor_of(handle: str, role: str) -> Actor:
    """Give the person in the role; refuses ``person-unknown`` and ``role-not-held``.

    Asked of the ledger and not of a read model, so that a role that ended ends at once.
    """
    person = the_look().load(Person, person_id(handle))
    if not person.exists:
        reason = f"Nobody is on the roster as '{handle[:60]}'. GET /api/v1/people lists who is."
        raise Refused("person-unknown", reason)
    day = today()
    posts = posts_of(person, role, day)
    if not posts:
        held = sorted({grant.post.role for grant in person.grants if grant.holds_on(day)})
        reason = f"{handle} does not hold the role '{role[:60]}' today."
        raise Refused("role-not-held", reason, held=held)
    g.acting = Acting(handle=handle, role=role, posts=posts)
    return Actor(handle=handle, role=role, posts=posts)


def api_actor(scope: str = "act") -> Actor:
    """Give who sends this request to the API; ``scope`` is what a key needs to order it.

    Refuses ``sign-in-missing``, ``key-not-good``, ``scope-missing`` and what ``actor_of`` refuses.
    """
    g.viewer = actor = _sender(scope)
    return actor


def _sender(scope: str) -> Actor:
    found = presented()
    if found is None:
        actor = page_actor()
        if actor is None:
            reason = "Sign in first, or send a key: Authorization: Bearer gw.…"
            raise Refused("sign-in-missing", reason)
        return actor
    return machine_actor(found, "read" if request.method in _SAFE else scope)


def machine_actor(found: Presented, needed: str) -> Actor:
    """Give whom a key stands for; refuses ``scope-missing`` and what ``actor_of`` refuses."""
    key = found.key
    if needed not in key.scopes:
        reason = f"This key does not open this: it lacks the scope '{needed}'."
        raise Refused("scope-missing", reason, scopes=list(key.scopes))
    return within(actor_of(found.handle, key.role), key.area)


def within(actor: Actor, area: AreaCode) -> Actor:
    """Narrow where somebody acts to an area and below; refuses ``role-not-held``."""
    posts = tuple(narrowed for post in actor.posts if (narrowed := _narrowed(post, area)))
    if not posts:
        reason = f"The role '{actor.role}' is not held within {area} today."
        raise Refused("role-not-held", reason, area=str(area))
    return replace(actor, posts=posts, bound=area)


def _narrowed(post: Post, area: AreaCode) -> Post | None:
    reaches = post.area or _area_of(post.unit)
    if area.covers(reaches):
        return post
    return replace(post, area=area) if reaches.covers(area) else None


def _area_of(unit: str | None) -> AreaCode:
    found = the_look().load(Unit, unit_id(unit or "")).area
    if found is None:
        raise Refused("no-such-unit", "The unit of this role is not known.", unit=unit)
    return found


def page_actor() -> Actor | None:
    """Give who is signed in here, in the role chosen, or None; asked once per request."""
    if "actor" not in g:
        session = session_now()
        try:
            g.actor = actor_of(session.handle, session.role) if session and session.role else None
        except Refused:  # the role ended meanwhile
            g.actor = None
    actor: Actor | None = g.actor
    return actor
