"""The database: one engine, one metadata, the core's declarative base, UTC times.

Every plugin has a base of its own over the same ``metadata``: a bad relationship in
a plugin then breaks that plugin's queries only.

On SQLite, ``SELECT … FOR UPDATE`` is dropped silently, so whoever will write
must own the write lock before the first read: a transaction begins with
``BEGIN IMMEDIATE`` unless :func:`reading` says that it only reads.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, datetime
from typing import Any

from flask_sqlalchemy import SQLAlchemy
from sqlalchemy import DateTime, MetaData, TypeDecorator, event
from sqlalchemy.engine import Connection, Dialect, Engine
from sqlalchemy.orm import DeclarativeBase, Session

NAMING = {
    "ix": "ix_%(column_0_label)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

db = SQLAlchemy(metadata=MetaData(naming_convention=NAMING))

_reading: ContextVar[bool] = ContextVar("portal_reading", default=False)


class UtcDateTime(TypeDecorator[datetime]):
    """An instant: aware UTC in Python; naive UTC text on SQLite, timestamptz on PostgreSQL."""

    impl = DateTime
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> Any:
        return dialect.type_descriptor(DateTime(timezone=dialect.name == "postgresql"))

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError("naive datetime: instants are stored in UTC and must be aware")
        value = value.astimezone(UTC)
        return value if dialect.name == "postgresql" else value.replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


metadata = db.metadata
"""The one metadata of the core and all plugins."""

COLUMN_TYPES = {datetime: UtcDateTime}
"""How annotated columns are stored: the ``type_annotation_map`` of every base."""


class Base(DeclarativeBase):
    """Base of the core's models."""

    metadata = metadata
    type_annotation_map = COLUMN_TYPES


@contextmanager
def reading() -> Iterator[None]:
    """Within this block transactions only read: a plain ``BEGIN`` on SQLite."""
    token = _reading.set(True)
    try:
        yield
    finally:
        _reading.reset(token)


def set_reading(value: bool) -> None:
    """Say whether the present context (a request) only reads."""
    _reading.set(value)


@contextmanager
def transaction() -> Iterator[Session]:
    """One transaction on the scoped session: commit at the end, roll back on any error."""
    session: Session = db.session()
    try:
        yield session
        session.commit()
    except BaseException:  # also what ends the process: nothing of it may stand
        session.rollback()
        raise


def prepare_engine(engine: Engine) -> None:
    """Install the SQLite rules (WAL, FULL, foreign keys, explicit BEGIN) on an engine."""
    if engine.dialect.name != "sqlite":
        return

    @event.listens_for(engine, "connect")
    def _connect(connection: Any, record: Any) -> None:
        connection.isolation_level = None  # the driver must not begin by itself
        cursor = connection.cursor()
        cursor.execute("PRAGMA journal_mode=WAL")
        cursor.execute("PRAGMA synchronous=FULL")
        cursor.execute("PRAGMA foreign_keys=ON")
        cursor.execute("PRAGMA busy_timeout=30000")
        cursor.close()

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        connection.exec_driver_sql("BEGIN" if _reading.get() else "BEGIN IMMEDIATE")
