"""What an instance needs before the first log-in; shared by ``init``, ``demo`` and tests."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import date
from typing import TYPE_CHECKING

from flask import Flask
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from portal import migrate
from portal.config import Settings
from portal.serve import open_engine

if TYPE_CHECKING:
    from portal.plugins.host import PluginHost


def upgrade_all(settings: Settings) -> dict[str, list[str]]:
    """Bring the core's and every plugin's tables up to date; what was run, by owner."""
    _make_private(settings)
    engine = open_engine(settings)
    try:
        return {owner.key: migrate.upgrade(engine, owner) for owner in migrate.owners(settings)}
    finally:
        engine.dispose()


def _make_private(settings: Settings) -> None:
    """Make SQLite's file for its owner alone; its journals take over these rights.

    Whatever is wrong with the place is told by the database itself afterwards.
    """
    path = make_url(settings.database_url).database
    if settings.sqlite and path and path != ":memory:":
        with suppress(OSError):
            os.close(os.open(path, os.O_CREAT | os.O_EXCL, 0o600))


@contextmanager
def opened(app: Flask) -> Iterator[PluginHost]:
    """An application context whose connections are closed at its end; gives the plugin host."""
    from portal.db import db

    with app.app_context():
        try:
            yield app.extensions["portal_host"]
        finally:
            db.session.remove()
            db.engine.dispose()


def furnish(session: Session, host: PluginHost) -> None:
    """Ship organisation and office hours, and the unit sets that plugins need; repeatable."""
    from portal.org.service import ship_organisation
    from portal.workflow.calendar import ship_calendar

    ship_organisation(session)
    ship_calendar(session)
    add_unit_sets(session, host)


def add_unit_sets(session: Session, host: PluginHost) -> None:
    """Store the plugins' unit sets; what administrators changed since is left alone."""
    from portal.org.service import ensure_unit_set

    for unit_set in host.unit_sets():
        ensure_unit_set(session, unit_set.key, unit_set.title, unit_set.members)


def populate(session: Session, password_hash: str, since: date) -> None:
    """A person, a holding and an account for every position, named after it; and ``admin``.

    For demo, benchmarks and tests only: all accounts share one password.
    """
    from sqlalchemy import select

    from portal.auth.accounts import create_account
    from portal.org.models import HolderKind, Position
    from portal.org.service import assign_holder

    for position in session.scalars(select(Position).order_by(Position.code)).all():
        account = create_account(
            session, name=position.title, username=position.code, password_hash=password_hash
        )
        assign_holder(
            session,
            position_id=position.id,
            person_id=account.person_id,
            kind=HolderKind.DEFINITIVE,
            valid_from=since,
        )
    create_account(
        session,
        name="Administrator",
        username="admin",
        password_hash=password_hash,
        is_admin=True,
    )
