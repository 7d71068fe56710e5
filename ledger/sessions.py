"""Sessions: kept by the server, known to the browser by a random token alone.

The table holds the SHA-256 of a token, so that whoever reads the database can take no session over.
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING

import sqlalchemy as sa

from ledger.tables import sessions
from ledger.times import instant, micros

if TYPE_CHECKING:
    from ledger.store import Store

IDLE = timedelta(minutes=30)
LONGEST = timedelta(hours=12)
SEEN_EVERY = timedelta(minutes=1)
TOKEN_BYTES = 32
MOST = 10
"""Sessions of a person at once; one more ends the one that rested longest."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """An open session; ``epoch`` is the account's at sign-in, ``factor`` that a second one was."""

    number: str
    handle: str
    role: str
    epoch: int
    factor: bool
    begun_at: datetime
    seen_at: datetime

    def is_open(self, at: datetime) -> bool:
        """Tell whether neither the idle nor the absolute limit has passed."""
        return at < self.seen_at + IDLE and at < self.begun_at + LONGEST


class Sessions:
    """All open sessions of an installation, shared by its processes."""

    def __init__(self, store: Store) -> None:
        """Keep them in this store."""
        self._store = store

    def begin(self, *, handle: str, role: str, epoch: int, factor: bool, at: datetime) -> str:
        """Open a session and give its token, which is kept nowhere here."""
        token = self._insert(handle, role, epoch, factor=factor, begun_at=at, at=at)
        others = sa.and_(sessions.c.handle == handle, sessions.c.number != _number(token))
        newest = sa.select(sessions.c.number).where(others).order_by(sessions.c.seen_at.desc())
        if handle:  # visits to providers are in nobody's name
            self._delete(sa.and_(others, sessions.c.number.not_in(newest.limit(MOST - 1))))
        return token

    def renew(self, session: Session, *, role: str, epoch: int, factor: bool, at: datetime) -> str:
        """Give a session another id, as whenever what it may do changes; it ends no later."""
        token = self._insert(
            session.handle, role, epoch, factor=factor, begun_at=session.begun_at, at=at
        )
        self.end(session)
        return token

    def find(self, token: str, at: datetime) -> Session | None:
        """Give the open session of a token, and note that it was used."""
        number = _number(token)
        with self._store.reading() as conn:
            row = conn.execute(sa.select(sessions).where(sessions.c.number == number)).first()
        if row is None:
            return None
        session = Session(
            number=row.number,
            handle=row.handle,
            role=row.role,
            epoch=row.epoch,
            factor=bool(row.factor),
            begun_at=instant(row.begun_at),
            seen_at=instant(row.seen_at),
        )
        if not session.is_open(at):
            return None
        if at >= session.seen_at + SEEN_EVERY:
            self._note(number, at)
        return session

    def challenge(self, session: Session, challenge: bytes) -> None:
        """Keep what a passkey has to sign next; an earlier challenge is void."""
        self._set(session, challenge)

    def take_challenge(self, session: Session) -> bytes | None:
        """Give the challenge once."""
        asked = sa.select(sessions.c.challenge).where(sessions.c.number == session.number)
        with self._store.reading() as conn:
            found = conn.scalar(asked)
        if found is not None:
            self._set(session, None)
        return found

    def end(self, session: Session) -> None:
        """Close one session."""
        self._delete(sessions.c.number == session.number)

    def end_all(self, handle: str) -> None:
        """Close every session of a person."""
        self._delete(sessions.c.handle == handle)

    def count(self, handle: str, at: datetime) -> int:
        """Count the open sessions of a person."""
        asked = sa.select(sa.func.count()).where(
            sessions.c.handle == handle,
            sessions.c.seen_at > micros(at - IDLE),
            sessions.c.begun_at > micros(at - LONGEST),
        )
        with self._store.reading() as conn:
            return conn.scalar(asked) or 0

    def forget(self, at: datetime) -> None:
        """Delete what ran out."""
        self._delete(
            sa.or_(
                sessions.c.seen_at <= micros(at - IDLE),
                sessions.c.begun_at <= micros(at - LONGEST),
            )
        )

    def _insert(
        self, handle: str, role: str, epoch: int, *, factor: bool, begun_at: datetime, at: datetime
    ) -> str:
        token = secrets.token_urlsafe(TOKEN_BYTES)
        row = {
            "number": _number(token),
            "handle": handle,
            "role": role,
            "epoch": epoch,
            "factor": int(factor),
            "begun_at": micros(begun_at),
            "seen_at": micros(at),
        }
        with self._store.writing() as conn:
            conn.execute(sessions.insert().values(row))
        return token

    def _set(self, session: Session, challenge: bytes | None) -> None:
        changed = sessions.update().where(sessions.c.number == session.number)
        with self._store.writing() as conn:
            conn.execute(changed.values(challenge=challenge))

    def _note(self, number: str, at: datetime) -> None:
        changed = sessions.update().where(sessions.c.number == number)
        with self._store.writing() as conn:
            conn.execute(changed.values(seen_at=micros(at)))

    def _delete(self, condition: sa.ColumnElement[bool]) -> None:
        with self._store.writing() as conn:
            conn.execute(sessions.delete().where(condition))


def _number(token: str) -> str:
    return sha256(token.encode()).hexdigest()
