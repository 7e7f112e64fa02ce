"""Checks of the conformance kit about a plugin's rows: migrations with data, rebuilt core tables.

Each returns what is wrong, in English. Rows are made up from the columns' types; on SQLite, as
the kit runs.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import Column, MetaData, Table, insert, inspect, select, text
from sqlalchemy.engine import Connection, Engine
from sqlalchemy.exc import SQLAlchemyError

from portal import migrate
from portal.plugins.discovery import Candidate

LONGEST = 30
"""More revisions than any plugin has; an upgrade that never ends is stopped."""


def lost_in_migrations(engine: Engine, candidate: Candidate) -> list[str]:
    """What goes wrong when every revision is run up and down again over rows.

    The database has the core's tables and none of the plugin's.
    """
    owner = candidate.owner
    if owner is None:
        return []
    steps = 0
    while migrate.pending(engine, owner) and steps < LONGEST:
        try:
            migrate.upgrade(engine, owner, "+1")
        except SQLAlchemyError as error:
            return [f"revision {steps + 1} does not run over rows: {_first_line(error)}"]
        steps += 1
        _fill(engine, owner)
    before = _counts(engine, owner)
    try:
        for _step in range(steps):
            migrate.downgrade(engine, owner, "-1")
        migrate.upgrade(engine, owner)
    except SQLAlchemyError as error:
        return [f"the way down and up again does not run over rows: {_first_line(error)}"]
    gone = sorted(set(before) - set(_counts(engine, owner)))
    return [f"table {name} does not come back" for name in gone]


def lost_in_rebuild(engine: Engine, candidate: Candidate) -> list[str]:
    """Rows that are gone after every table of the core was copied into a new one.

    SQLite changes a column only so; the database has the core's and the plugin's tables.
    """
    owner = candidate.owner
    if owner is None:
        return []
    _fill(engine, owner)
    before = _rows(engine, owner)
    try:
        migrate.rebuild(engine, [table.name for table in migrate.CORE.tables()])
    except SQLAlchemyError as error:
        return [f"a table of the core cannot be rebuilt: {_first_line(error)}"]
    after = _rows(engine, owner)
    return [
        f"table {name} has other rows" for name in sorted(before) if before[name] != after[name]
    ]


def _first_line(error: SQLAlchemyError) -> str:
    return str(getattr(error, "orig", None) or error).splitlines()[0]


def _tables(connection: Connection, owner: migrate.Owner) -> list[Table]:
    """The plugin's tables as they are in the database, parents first."""
    names = [name for name in inspect(connection).get_table_names() if owner.owns(name)]
    found = MetaData()
    found.reflect(connection, only=names)  # and what they point to
    return [table for table in found.sorted_tables if table.name in names]


def _fill(engine: Engine, owner: migrate.Owner) -> None:
    """One row in every table of the plugin that has none."""
    with engine.begin() as connection:
        connection.execute(text("PRAGMA defer_foreign_keys=ON"))
        for table in _tables(connection, owner):
            if connection.execute(select(table).limit(1)).first() is None:
                _row(connection, table, set())


def _row(connection: Connection, table: Table, open_tables: set[str]) -> dict[str, Any]:
    """A made-up row of a table, with the rows of other tables that it points to."""
    known = connection.execute(select(table).limit(1)).mappings().first()
    if known is not None:
        return dict(known)
    values = {
        column.name: _value(connection, column, open_tables | {table.name})
        for column in table.columns
        if not column.nullable
    }
    connection.execute(insert(table), values)
    return dict(connection.execute(select(table).limit(1)).mappings().one())


def _value(connection: Connection, column: Column[Any], open_tables: set[str]) -> Any:
    for key in column.foreign_keys:
        if key.column.table.name not in open_tables:
            return _row(connection, key.column.table, open_tables)[key.column.name]
    kind = column.type.python_type
    samples: dict[type, Any] = {
        int: 1, float: 1.0, bool: True, bytes: b"x", dict: {}, list: [],
        date: date(2026, 1, 5), datetime: datetime(2026, 1, 5, tzinfo=UTC),
    }  # fmt: skip
    return samples.get(kind, "x")


def _rows(engine: Engine, owner: migrate.Owner) -> dict[str, list[Any]]:
    with engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table))))
            for table in _tables(connection, owner)
        }


def _counts(engine: Engine, owner: migrate.Owner) -> dict[str, int]:
    return {name: len(rows) for name, rows in _rows(engine, owner).items()}
