"""Throttling of log-ins: a growing delay per account and per address, never for ever.

Keys are digests: a password typed into the wrong field must not end up in a table.
An unknown user name is counted like a known one, so that answers tell nothing.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from portal import clock
from portal.auth.models import LoginFailure

LONGEST = timedelta(minutes=10)
FORGET_AFTER = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class Key:
    """What is counted, and how many failures are free before delays begin."""

    text: str
    free: int


def keys_of(username: str, address: str) -> tuple[Key, Key]:
    """The keys of one attempt; an address serves a whole office, so more is free there."""
    return (
        Key("account:" + _digest(username.strip().casefold()), free=4),
        Key("address:" + _digest(address), free=30),
    )


def address_key(purpose: str, address: str, free: int) -> Key:
    """The key of attempts of another kind from one address, such as guessing codes."""
    return Key(f"{purpose}:" + _digest(address), free)


def forgive(session: Session, key: Key) -> None:
    """The attempt just counted under this key was right: it does not count."""
    session.execute(
        update(LoginFailure)
        .where(LoginFailure.key == key.text)
        .values(count=LoginFailure.count - 1, blocked_until=None)
    )


def attempt(session: Session, keys: tuple[Key, ...]) -> timedelta:
    """Count an attempt before it is checked; must run in a writing transaction.

    Returns how long the person must still wait; zero when the attempt may be made.
    An attempt that must wait is not counted, so nobody is kept out for ever. Counting
    first means that many attempts at once cannot all slip in.
    """
    now = clock.now()
    rows = _rows(session, keys, now)
    waiting = [row.blocked_until - now for row in rows.values() if row.blocked_until]
    longest = max(waiting, default=timedelta())
    if longest > timedelta():
        return longest
    for key in keys:
        row = rows[key.text]
        if now - row.last_at > FORGET_AFTER:
            row.count = 0
        row.count += 1
        row.last_at = now
        row.blocked_until = _until(now, row.count - key.free)
    return timedelta()


def succeeded(session: Session, keys: tuple[Key, ...]) -> None:
    """The attempt just counted was right: forget the account's failures.

    Those of the address stay: whoever knows one password may still be guessing others.
    """
    account, address = keys
    session.execute(delete(LoginFailure).where(LoginFailure.key == account.text))
    session.execute(
        update(LoginFailure)
        .where(LoginFailure.key == address.text)
        .values(count=LoginFailure.count - 1, blocked_until=None)
    )


def purge(session: Session) -> None:
    """Drop counters that no longer count."""
    session.execute(delete(LoginFailure).where(LoginFailure.last_at < clock.now() - FORGET_AFTER))


def _rows(session: Session, keys: tuple[Key, ...], now: datetime) -> dict[str, LoginFailure]:
    """The rows of the keys, made if missing and locked, in one order for all."""
    texts = sorted(key.text for key in keys)
    insert = postgresql.insert if session.get_bind().dialect.name == "postgresql" else sqlite.insert
    session.execute(
        insert(LoginFailure)
        .values([{"key": text, "count": 0, "last_at": now} for text in texts])
        .on_conflict_do_nothing()
    )
    query = select(LoginFailure).where(LoginFailure.key.in_(texts)).order_by(LoginFailure.key)
    fresh = query.with_for_update().execution_options(populate_existing=True)
    return {row.key: row for row in session.scalars(fresh)}


def _until(now: datetime, beyond: int) -> datetime | None:
    if beyond <= 0:
        return None
    return now + min(timedelta(seconds=2 ** min(beyond, 20)), LONGEST)


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:48]
