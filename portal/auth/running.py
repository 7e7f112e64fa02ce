"""All living sessions, for administrators: a page of them, and ending them with a log entry.

A person's own sessions are in ``portal.auth.tokens``. A token is never read here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from portal.auth import tokens
from portal.auth.accounts import account_of, record
from portal.auth.agents import describe
from portal.auth.models import Account, LoginSession
from portal.auth.rights import Actor
from portal.errors import NotFound
from portal.org.models import Person

PAGE = 25


@dataclass(frozen=True, slots=True)
class Running:
    """A living session with its person, as the list shows it."""

    id: int
    person_id: int
    name: str
    username: str
    since: datetime
    seen: datetime
    address: str
    device: str


def page_of(
    session: Session, words: str = "", before: int | None = None
) -> tuple[Sequence[Running], int | None]:
    """A page of living sessions, the newest first, and the cursor of the next one."""
    query = (
        select(
            LoginSession.id,
            LoginSession.person_id,
            Person.name,
            Account.username,
            LoginSession.created_at,
            LoginSession.seen_at,
            LoginSession.address,
            LoginSession.agent,
        )
        .join(Person, Person.id == LoginSession.person_id)
        .join(Account, Account.person_id == LoginSession.person_id)
        .where(*tokens.alive())
        .order_by(LoginSession.id.desc())
        .limit(PAGE + 1)
    )
    for word in words.split()[:5]:
        query = query.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Account.username.icontains(word, autoescape=True),
            )
        )
    if before is not None:
        query = query.where(LoginSession.id < before)
    rows = [
        Running(key, person, name, username, since, seen, address, describe(agent))
        for key, person, name, username, since, seen, address, agent in session.execute(query)
    ]
    return rows[:PAGE], rows[PAGE - 1].id if len(rows) > PAGE else None


def end_one(session: Session, session_id: int, *, by: Actor) -> str:
    """End one session of anybody; logged. Returns the person's name.

    Raises:
        NotFound: it has ended already.
    """
    person_id = session.scalar(
        select(LoginSession.person_id).where(LoginSession.id == session_id, *tokens.alive())
    )
    if person_id is None or not tokens.revoke(session, person_id, session_id):
        raise NotFound(_("Sesi itu sudah berakhir."))
    return _logged(session, person_id, 1, by)


def end_all(session: Session, person_id: int, *, by: Actor, but: int | None) -> tuple[str, int]:
    """End all sessions of a person except ``but``; logged. The name, and how many ended."""
    account_of(session, person_id)
    living = {row.id for row in tokens.living(session, person_id)} - {but}
    tokens.revoke_all(session, person_id, but=but)
    return _logged(session, person_id, len(living), by), len(living)


def _logged(session: Session, person_id: int, ended: int, by: Actor) -> str:
    account = account_of(session, person_id)
    if ended:
        record(session, "sessions-ended", account, by, sessions_ended=ended)
    return account.person.name
