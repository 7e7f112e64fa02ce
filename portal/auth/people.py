"""The list of people with their accounts, for administrators: search and pages by cursor."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select, tuple_
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.org.models import Person

PAGE = 25


@dataclass(frozen=True, slots=True)
class PersonRow:
    """A person in the list; without an account ``username`` is empty."""

    person_id: int
    name: str
    username: str
    is_admin: bool
    must_change: bool
    disabled_at: datetime | None


@dataclass(frozen=True, slots=True)
class PeoplePage:
    """A page of people; ``following`` is the cursor of the next one, or None."""

    rows: list[PersonRow]
    following: int | None


def list_people(session: Session, words: str = "", after: int | None = None) -> PeoplePage:
    """People in the order of their names; ``words`` are looked for in name and user name.

    ``after`` is the id of the last person of the page before.
    """
    query = (
        select(
            Person.id,
            Person.name,
            Account.username,
            Account.is_admin,
            Account.must_change,
            Account.disabled_at,
        )
        .outerjoin(Account, Account.person_id == Person.id)
        .order_by(Person.name, Person.id)
        .limit(PAGE + 1)
    )
    for word in words.split()[:5]:
        query = query.where(
            or_(
                Person.name.icontains(word, autoescape=True),
                Account.username.icontains(word, autoescape=True),
            )
        )
    if after is not None:
        last = select(Person.name).where(Person.id == after).scalar_subquery()
        query = query.where(tuple_(Person.name, Person.id) > tuple_(last, after))
    rows = [
        PersonRow(
            row.id,
            row.name,
            row.username or "",
            bool(row.is_admin),
            bool(row.must_change),
            row.disabled_at,
        )
        for row in session.execute(query)
    ]
    return PeoplePage(rows[:PAGE], rows[PAGE - 1].person_id if len(rows) > PAGE else None)
