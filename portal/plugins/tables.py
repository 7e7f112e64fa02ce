"""The tables and mapped classes of one plugin: finding, checking and forgetting them.

Every plugin has a declarative base of its own over the shared metadata. Its mappers
are configured by themselves here, never with all others: a bad relationship then
stays its own plugin's trouble.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator

from sqlalchemy import Table
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import DeclarativeBase, Mapper, registry

from portal.db import Base, db


class BadTables(Exception):
    """What is wrong with a plugin's tables or models, for its author."""


def check(package: str, prefix: str) -> None:
    """Configure the package's mappers and hold its tables to the prefix.

    Raises:
        BadTables: a mapper fails, a table has another prefix, or the base is the core's.
    """
    registries = {mapper.registry for mapper in _mappers(package)}
    if Base.registry in registries:
        raise BadTables("models must derive from a declarative base of the plugin's own")
    for each in registries:
        _configure(each)
    names = sorted(table.name for table in of(package))
    if names and not prefix:
        raise BadTables(f"table_prefix is not set, but there are tables: {', '.join(names)}")
    if wrong := [name for name in names if not name.startswith(f"{prefix}_")]:
        raise BadTables(f"tables without the prefix {prefix}_: {', '.join(wrong)}")
    core = [
        table.name for table in _core_tables() if prefix and table.name.startswith(f"{prefix}_")
    ]
    if core:
        raise BadTables(f"the prefix {prefix}_ is that of the core's {', '.join(sorted(core))}")


def of(package: str) -> set[Table]:
    """The tables that the package's modules define."""
    mapped = {
        mapper.local_table for mapper in _mappers(package) if isinstance(mapper.local_table, Table)
    }
    plain = {
        value
        for name, module in list(sys.modules.items())
        if _within(name, package)
        for value in list(vars(module).values())
        if isinstance(value, Table)
    }
    return mapped | (plain - set(_core_tables()))


def forget(package: str) -> None:
    """Take the tables of a refused plugin out of the metadata.

    A foreign key of theirs that leads nowhere would break every sorting of the tables,
    so every migration and every new database.
    """
    for table in of(package):
        if db.metadata.tables.get(table.key) is table:
            db.metadata.remove(table)


def _configure(each: registry) -> None:
    try:
        each.configure(cascade=True)
    except SQLAlchemyError as error:
        raise BadTables(str(error)) from error


def _core_tables() -> Iterator[Table]:
    for mapper in Base.registry.mappers:
        if isinstance(mapper.local_table, Table):
            yield mapper.local_table


def _mappers(package: str) -> Iterator[Mapper[object]]:
    for base in DeclarativeBase.__subclasses__():
        for mapper in base.registry.mappers:
            if _within(mapper.class_.__module__, package):
                yield mapper


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")
