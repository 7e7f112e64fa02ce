"""One attempt to log in: throttle, password, new session, each in a short transaction.

Hashing takes over a tenth of a second, so no transaction is open meanwhile. An unknown
name, a disabled account and a wrong password get the same answer after the same work.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth import accounts, passwords, session, throttle
from portal.auth.models import Account
from portal.db import db, reading, transaction
from portal.org.models import Person


@dataclass(frozen=True, slots=True)
class Attempt:
    """``token`` of the new session, or None; ``wait`` is how long to wait if throttled."""

    token: str | None = None
    wait: timedelta = timedelta()


def log_in(username: str, password: str, *, address: str) -> Attempt:
    """Try to log in; the caller puts the token into the cookie (``session.enter``)."""
    keys = throttle.keys_of(username, address)
    with transaction() as writing:
        wait = throttle.attempt(writing, keys)
    if wait:
        return Attempt(wait=wait)
    with reading(), Session(db.engine) as looking:
        row = looking.execute(
            select(
                Account.person_id,
                Account.username,
                Account.password_hash,
                Account.language,
                Account.disabled_at,
                Person.name,
                Person.active,
            )
            .join(Person, Person.id == Account.person_id)
            .where(Account.username == username.strip().casefold())
        ).first()
    usable = row is not None and row.disabled_at is None and row.active
    known_hash: str | None = row.password_hash if row is not None and usable else None
    right = passwords.verify(known_hash, password)
    if not right or row is None or known_hash is None:
        # The account meant, for the log; what was typed for an unknown one stays unwritten.
        meant = "" if row is None else row.username
        with transaction() as writing:
            throttle.purge(writing)
            accounts.record_log_in(writing, None, meant, address)
        return Attempt()
    renewed = passwords.hash_password(password) if passwords.needs_rehash(known_hash) else None
    with transaction() as writing:
        throttle.succeeded(writing, keys)
        if renewed is not None:
            accounts.renew_hash(writing, row.person_id, known_hash, renewed)
        token = session.begin(writing, row.person_id)
        accounts.record_log_in(writing, row.person_id, row.name, address)
    return Attempt(token=token)
