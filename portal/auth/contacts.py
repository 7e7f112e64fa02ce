"""To whom a message can go: people with an account that is open, and their mail address."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.models import Account
from portal.org.models import Person


@dataclass(frozen=True, slots=True)
class Contact:
    """A person who may be written to; without a mail address ``email`` is empty."""

    person_id: int
    name: str
    email: str


def contacts(session: Session, person_ids: Collection[int]) -> dict[int, Contact]:
    """Of these people, those who are active and whose account is open, by id; one query."""
    rows = session.execute(
        select(Person.id, Person.name, Person.email)
        .join(Account, Account.person_id == Person.id)
        .where(Person.id.in_(person_ids), Person.active, Account.disabled_at.is_(None))
    )
    return {key: Contact(key, name, email.strip()) for key, name, email in rows}
