"""Rows of server-side sessions: issue, find, touch, list, revoke.

The cookie holds a random token, the row its SHA-256. Cookies and requests are in
``portal.auth.session``.
"""

from __future__ import annotations

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from portal import clock
from portal.auth.models import Account, LoginSession
from portal.org.models import Person

IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
TOUCH_EVERY = timedelta(minutes=1)
KEEP_ROWS = timedelta(days=30)
"""Ended sessions stay this long: a form sent late still tells whose it is."""


@dataclass(frozen=True, slots=True)
class Found:
    """A living session; ``stale`` says that its last use should be written."""

    session_id: int
    person_id: int
    username: str
    language: str
    must_change: bool
    stale: bool


def issue(session: Session, person_id: int, *, address: str = "", agent: str = "") -> str:
    """Begin a session and return its token; rows long ended are dropped."""
    now, token = clock.now(), secrets.token_urlsafe(32)
    session.execute(
        delete(LoginSession).where(
            LoginSession.person_id == person_id, LoginSession.expires_at < now - KEEP_ROWS
        )
    )
    session.add(
        LoginSession(
            token_hash=digest(token),
            person_id=person_id,
            created_at=now,
            seen_at=now,
            expires_at=now + ABSOLUTE,
            revoked_at=None,
            address=address[:60],
            agent=agent[:200],
        )
    )
    session.flush()
    return token


def find(session: Session, token: str) -> Found | None:
    """The living session of a token of an enabled account and an active person, or None."""
    now = clock.now()
    row = session.execute(
        select(
            LoginSession.id,
            LoginSession.person_id,
            LoginSession.seen_at,
            Account.username,
            Account.language,
            Account.must_change,
        )
        .join(Account, Account.person_id == LoginSession.person_id)
        .join(Person, Person.id == LoginSession.person_id)
        .where(
            LoginSession.token_hash == digest(token),
            Account.disabled_at.is_(None),
            Person.active,
            *alive(),
        )
    ).first()
    if row is None:
        return None
    return Found(
        row.id,
        row.person_id,
        row.username,
        row.language,
        row.must_change,
        now - row.seen_at >= TOUCH_EVERY,
    )


def owner_of(session: Session, token: str) -> int | None:
    """Whose session this is or was, also when it has ended."""
    return session.scalar(
        select(LoginSession.person_id).where(LoginSession.token_hash == digest(token))
    )


def touch(session: Session, session_id: int) -> None:
    """Write the last use."""
    session.execute(
        update(LoginSession)
        .where(LoginSession.id == session_id, LoginSession.revoked_at.is_(None))
        .values(seen_at=clock.now())
    )


def living(session: Session, person_id: int) -> Sequence[LoginSession]:
    """The living sessions of a person, last used first."""
    return session.scalars(
        select(LoginSession)
        .where(LoginSession.person_id == person_id, *alive())
        .order_by(LoginSession.seen_at.desc(), LoginSession.id.desc())
        .limit(100)
    ).all()


def revoke(session: Session, person_id: int, session_id: int) -> bool:
    """End one session of a person; False when there is no such living session."""
    done = session.scalars(
        update(LoginSession)
        .where(
            LoginSession.id == session_id,
            LoginSession.person_id == person_id,
            LoginSession.revoked_at.is_(None),
        )
        .values(revoked_at=clock.now())
        .returning(LoginSession.id)
    ).all()
    return bool(done)


def revoke_all(session: Session, person_id: int, *, but: int | None = None) -> int:
    """End all sessions of a person except ``but``; returns how many ended."""
    query = update(LoginSession).where(
        LoginSession.person_id == person_id, LoginSession.revoked_at.is_(None)
    )
    if but is not None:
        query = query.where(LoginSession.id != but)
    ended = query.values(revoked_at=clock.now()).returning(LoginSession.id)
    return len(session.scalars(ended).all())


def digest(token: str) -> str:
    """What is stored of a token."""
    return hashlib.sha256(token.encode()).hexdigest()


def alive() -> tuple[ColumnElement[bool], ...]:
    """The conditions on a session that still lets its person in."""
    now = clock.now()
    return (
        LoginSession.revoked_at.is_(None),
        LoginSession.expires_at > now,
        LoginSession.seen_at > now - IDLE,
    )
