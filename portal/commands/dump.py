"""The database as one file, at one moment, while others write; and back into an empty one.

SQLite: the online backup of a reading transaction. PostgreSQL: ``pg_dump`` on an exported
snapshot. So what is read through :attr:`Snapshot.connection` is what the file holds.
"""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import column, inspect, select, table, text
from sqlalchemy.engine import Connection, Engine, make_url

from portal.config import Settings, environment
from portal.db import reading
from portal.errors import ConfigurationError, Invalid
from portal.serve import open_engine

_PLACES = ("usr/lib/postgresql/*/bin", "usr/pgsql-*/bin", "usr/local/pgsql/bin")
_VERSIONS = "alembic_version_"
_FILES = table("doc_file", column("token"), column("size"), column("sha256"))


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One state of the database; ``exported`` is PostgreSQL's name for it."""

    settings: Settings
    connection: Connection
    exported: str = ""

    def write(self, path: Path) -> None:
        """Write the database into a file."""
        os.close(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
        if self.settings.sqlite:
            _copy_sqlite(self.connection, path)
        else:
            _run(
                self.settings,
                "pg_dump",
                *("--format=custom", "--no-owner", "--no-privileges", "--no-password"),
                f"--snapshot={self.exported}",
                f"--file={path}",
            )

    def revisions(self) -> dict[str, str]:
        """The schema's revision by owner, also of plugins that are not installed."""
        found: dict[str, str] = {}
        for name in inspect(self.connection).get_table_names():
            if name.startswith(_VERSIONS):
                number: Any = column("version_num")
                for value in self.connection.scalars(select(number).select_from(table(name))):
                    found[name.removeprefix(_VERSIONS)] = str(value)
        return found

    def files(self) -> Iterator[tuple[str, int, str]]:
        """Token, size and SHA-256 of every uploaded file; none before there were files."""
        if inspect(self.connection).has_table(_FILES.name):
            for row in self.connection.execute(select(_FILES)):
                yield row.token, row.size, row.sha256


@contextmanager
def snapshot(settings: Settings) -> Iterator[Snapshot]:
    """Hold one state of the database; nobody waits for it."""
    engine = open_engine(settings)
    try:
        if settings.sqlite:
            _require_file(settings)
            with reading(), engine.connect() as connection, connection.begin():
                connection.execute(text("SELECT count(*) FROM sqlite_master"))  # begins to read
                yield Snapshot(settings, connection)
            return
        program("pg_dump")
        options: Any = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        with engine.connect().execution_options(**options) as connection, connection.begin():
            name = str(connection.scalar(text("SELECT pg_export_snapshot()")))
            yield Snapshot(settings, connection, name)
    finally:
        engine.dispose()


def sqlite_file(settings: Settings) -> Path:
    """The file of the embedded database."""
    return Path(make_url(settings.database_url).database or "").absolute()


def _require_file(settings: Settings) -> None:
    """Connecting would make an empty database where there is none."""
    path = sqlite_file(settings)
    if not path.is_file() or not path.stat().st_size:
        raise ConfigurationError(f"Basis data {path} tidak ada; jalankan `portal init` dahulu.")


def _copy_sqlite(connection: Connection, path: Path) -> None:
    driver: Any = connection.connection.driver_connection
    try:
        with closing(sqlite3.connect(path)) as copy:
            driver.backup(copy)
            # One plain file, without a journal beside it; whoever opens it makes a new one.
            copy.execute("PRAGMA journal_mode=DELETE")
            (said,) = copy.execute("PRAGMA quick_check(1)").fetchone()
    except sqlite3.Error as error:
        raise ConfigurationError(
            f"Basis data tidak dapat disalin ({error}); periksa ruang dan izin di folder tujuan."
        ) from error
    if said != "ok":
        raise Invalid(f"Salinan basis data rusak ({said}); periksa disk, lalu ulangi.")


# -- back ----------------------------------------------------------------------------------


def is_empty(settings: Settings) -> bool:
    """Whether the database holds no table; a missing SQLite file is empty."""
    if settings.sqlite:
        path = sqlite_file(settings)
        if not path.exists() or not path.stat().st_size:
            return True
    engine = open_engine(settings)
    try:
        return not tables_of(engine)
    finally:
        engine.dispose()


def tables_of(engine: Engine) -> list[str]:
    """The tables of a database."""
    with reading(), engine.connect() as connection:
        return inspect(connection).get_table_names()


def load(settings: Settings, path: Path) -> None:
    """Fill the empty database from the file; wholly or not at all.

    Raises:
        ConfigurationError: a program is missing or the database refused.
    """
    if not settings.sqlite:
        _run(
            settings,
            "pg_restore",
            *("--no-owner", "--no-privileges", "--no-password", "--exit-on-error"),
            "--single-transaction",
            str(path),
        )
        return
    target = sqlite_file(settings)
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.with_name(f".{target.name}.restoring")
    temporary.unlink(missing_ok=True)
    os.close(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600))
    shutil.copyfile(path, temporary)
    for journal in ("-wal", "-shm"):  # of an empty database that was there before
        target.with_name(target.name + journal).unlink(missing_ok=True)
    with temporary.open("rb") as stream:
        os.fsync(stream.fileno())
    temporary.replace(target)


# -- PostgreSQL's programs -----------------------------------------------------------------


def program(name: str) -> str:
    """The path of a client program of PostgreSQL, on PATH or where it is usually installed.

    Raises:
        ConfigurationError: it is not there; the text says what to install.
    """
    found = shutil.which(name)
    if found:
        return found  # not resolved: Debian's is one script with many names
    hits = [hit for place in _PLACES for hit in Path("/").glob(f"{place}/{name}")]
    if not hits:
        raise ConfigurationError(
            f"Program {name} tidak ditemukan; pasang klien PostgreSQL (paket postgresql-client)"
            " dengan versi yang sama dengan server atau lebih baru."
        )
    return str(max(hits, key=_version))


def _version(path: Path) -> int:
    digits = "".join(filter(str.isdigit, path.parent.parent.name))
    return int(digits or 0)


def _run(settings: Settings, name: str, *arguments: str) -> None:
    """Run a client program on the database of the settings; the password is not an argument."""
    from psycopg import pq
    from psycopg.conninfo import make_conninfo

    engine = open_engine(settings)
    _, everything = engine.dialect.create_connect_args(engine.url)
    engine.dispose()
    known = {option.keyword.decode() for option in pq.Conninfo.get_defaults()}
    options = {name: value for name, value in everything.items() if name in known}
    secret = options.pop("password", None)
    surroundings = environment(instance=str(settings.instance))
    if secret:
        surroundings["PGPASSWORD"] = str(secret)
    done = subprocess.run(
        [program(name), f"--dbname={make_conninfo(**options)}", *arguments],
        env=surroundings,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        lines = (done.stderr or done.stdout).strip().splitlines()
        said = next((line for line in lines if "error" in line.lower()), "".join(lines[:1]))
        raise ConfigurationError(f"{name} gagal: {said.removeprefix(f'{name}: ')[:300]}")
