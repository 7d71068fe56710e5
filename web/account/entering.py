"""Entering and leaving: which session a request belongs to, and what it may already do."""

from __future__ import annotations

import logging

from flask import g
from werkzeug import Response

from domain.account.account import Account, account_id
from domain.kernel.offices import WITH_SECOND_FACTOR
from domain.kernel.refusals import Refused
from domain.people.person import Person, person_id
from ledger.sessions import LONGEST, Session
from web.city import the_city, today
from web.cookies import forget_cookie, given_cookie, keep_cookie
from web.looking import look_at_sender

COOKIE = "gridward-session"
_log = logging.getLogger(__name__)
NO_ROLE = ""
"""A session whose second factor is still to be proved acts in no role."""


def session_now() -> Session | None:
    """Give the session of this request; None when it ran out or the account changed since."""
    if "session" not in g:
        g.session = _found(given_cookie(COOKIE))
    session: Session | None = g.session
    return session


def roles_of(handle: str) -> list[str]:
    """Give the roles a person holds today, in the order they were granted."""
    person, day = the_city().ledger.load(Person, person_id(handle)), today()
    return list(dict.fromkeys(one.post.role for one in person.grants if one.holds_on(day)))


def enter(answer: Response, account: Account, *, factor: bool, role: str | None = None) -> None:
    """Begin a session under a new id; whoever must prove a second factor acts in no role yet."""
    city = the_city()
    roles = roles_of(account.handle)
    chosen = role if role in roles else next(iter(roles), NO_ROLE)
    waits = not factor and (account.factors or WITH_SECOND_FACTOR.intersection(roles))
    if before := session_now():
        city.sessions.end(before)
    token = city.sessions.begin(
        handle=account.handle,
        role=NO_ROLE if waits else chosen,
        epoch=account.epoch,
        factor=factor,
        at=city.now(),
    )
    told = {"account": str(account.id), "role": chosen, "factor": factor, "waits": bool(waits)}
    _log.info("a session began", extra=told)
    _keep(answer, token)


def change_role(answer: Response, session: Session, role: str) -> None:
    """Act in another role from now on, under a new session id; refuses ``role-not-held``."""
    city = the_city()
    if role not in roles_of(session.handle):
        raise Refused("role-not-held", "You do not hold this role today. Choose one of yours.")
    token = city.sessions.renew(
        session, role=role, epoch=session.epoch, factor=session.factor, at=city.now()
    )
    _keep(answer, token)


def leave(answer: Response) -> None:
    """End the session, here and on the server."""
    if session := session_now():
        the_city().sessions.end(session)
    forget_cookie(answer, COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'  # not "storage": reports wait there unsent


def _found(token: str) -> Session | None:
    if not token:
        return None
    city = the_city()
    session = city.sessions.find(token, city.now())
    if session is None:
        return None
    account = look_at_sender(session.handle).load(Account, account_id(session.handle))
    return session if account.usable and account.epoch == session.epoch else None


def _keep(answer: Response, token: str) -> None:
    keep_cookie(answer, COOKIE, token, seconds=int(LONGEST.total_seconds()))
