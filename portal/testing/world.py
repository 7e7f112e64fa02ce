"""The shipped organisation with people, as tests use it; written through the services.

Every position gets one person, named after it, and an account whose log-in name
is the position's code.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

PASSWORD = "kata sandi uji portal"
SINCE = date(2020, 1, 1)


@dataclass(frozen=True, slots=True)
class World:
    """What is in the database after :func:`plant`, found by the organisation's codes."""

    session: Session
    password: str = PASSWORD

    def position_id(self, code: str) -> int:
        """The id of a position."""
        from portal.org.service import position_by_code

        return position_by_code(self.session, code).id

    def unit_id(self, code: str) -> int:
        """The id of a unit."""
        from portal.org.service import unit_by_code

        return unit_by_code(self.session, code).id

    def person_id(self, username: str) -> int:
        """The id of the person with that log-in name (the position's code, or ``admin``)."""
        from portal.auth.models import Account

        return self.session.scalars(
            select(Account.person_id).where(Account.username == username)
        ).one()


def plant(session: Session) -> None:
    """What ``portal init`` ships; then a person, a holding and an account per position."""
    from portal.auth import passwords
    from portal.commands.setup import furnish, populate

    furnish(session, current_app.extensions["portal_host"])
    populate(session, passwords.hash_password(PASSWORD), SINCE)
