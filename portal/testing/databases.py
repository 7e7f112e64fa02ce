"""Fresh databases for tests: a template is built once per process, then copied.

A copy costs a few milliseconds on SQLite (a file) and about 30 on PostgreSQL
(``CREATE DATABASE … TEMPLATE``); building the schema each time would cost
hundreds. A template holds the tables of the core and of the settings' plugins,
and the rows that the seeds plant.
"""

from __future__ import annotations

import dataclasses
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import clock
from portal.auth import passwords
from portal.auth.passwords import Cost
from portal.config import Settings
from portal.testing.postgres import Cluster

#: A template must not depend on the clock of the test that happens to need it first.
PLANTED_AT = datetime(2026, 1, 5, 2, 0, tzinfo=UTC)

#: A password hash for tests: the real cost would take 130 ms at every log-in.
CHEAP = Cost(memory_kib=8, passes=1)

Seed = Callable[[Session], object]
Key = tuple[str, tuple[str, ...] | None, tuple[Seed, ...]]


class _Compiled(BytecodeCache):
    """Compiled page templates of all applications of one test process.

    Each test has an application of its own; compiling the frame of a page anew for each
    would cost more than most tests.
    """

    def __init__(self) -> None:
        self._code: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._code:
            bucket.bytecode_from_string(self._code[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._code[bucket.key] = bucket.bytecode_to_string()


COMPILED = _Compiled()


class Templates:
    """The templates of one test process; ``start_cluster`` is called on first need."""

    def __init__(self, folder: Path, start_cluster: Callable[[], Cluster]) -> None:
        self._folder = folder
        self._start_cluster = start_cluster
        self._made: dict[Key, str] = {}
        self._copies = 0

    @contextmanager
    def copy(self, backend: str, settings: Settings, seeds: tuple[Seed, ...]) -> Iterator[str]:
        """The address of a fresh copy, gone after the block.

        ``backend`` is ``sqlite`` (a file in the instance folder of ``settings``) or
        ``postgresql``; the database named in ``settings`` is left alone.
        """
        key = (backend, settings.plugins, seeds)
        if key not in self._made:
            self._made[key] = self._build(backend, settings, seeds)
        if backend == "sqlite":
            path = settings.instance / "portal.db"
            shutil.copyfile(self._made[key], path)
            yield f"sqlite:///{path}"
            return
        cluster = self._start_cluster()
        self._copies += 1
        name = f"copy_{self._copies}"
        cluster.create(name, template=self._made[key])
        try:
            yield cluster.url(name)
        finally:
            cluster.drop(name)

    def _build(self, backend: str, settings: Settings, seeds: tuple[Seed, ...]) -> str:
        number = len(self._made)
        if backend == "sqlite":
            place = str(self._folder / f"template-{number}.db")
            url = f"sqlite:///{place}"
        else:
            place = f"template_{number}"
            cluster = self._start_cluster()
            cluster.drop(place)  # left by a seed that failed
            cluster.create(place)
            url = cluster.url(place)
        populate(dataclasses.replace(settings, database_url=url), seeds)
        return place


def hasty(app: Flask) -> None:
    """Let SQLite not wait for the disk: what a test fills is thrown away anyway."""
    from portal.db import db

    def hurry(connection: Any, record: object) -> None:
        connection.execute("PRAGMA synchronous=OFF")

    with app.app_context():
        db.engine.dispose()  # connections that are open already would still wait
        if db.engine.dialect.name == "sqlite":
            event.listen(db.engine, "connect", hurry)


def populate(settings: Settings, seeds: tuple[Seed, ...] = ()) -> None:
    """Make all tables in the empty database of ``settings``, then plant the seeds."""
    from portal.app import create_app, init_database
    from portal.db import db, transaction
    from portal.migrate import create_all, owners

    bare = Flask("portal")
    bare.config.update(PORTAL=settings, SQLALCHEMY_DATABASE_URI=settings.database_url)
    init_database(bare)
    with clock.frozen(PLANTED_AT), bare.app_context():
        create_all(db.engine, owners(settings))
        db.engine.dispose()
    if not seeds:
        return
    passwords.set_cost(CHEAP)
    with clock.frozen(PLANTED_AT), create_app(settings).app_context():
        try:
            for seed in seeds:
                with transaction() as session:
                    seed(session)
        finally:
            db.session.remove()
            # The last connection to close folds SQLite's log into the file to be copied.
            db.engine.dispose()
