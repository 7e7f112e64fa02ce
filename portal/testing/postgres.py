"""A private PostgreSQL server for one test process, started from installed binaries.

No database of the machine is touched: the server listens on a Unix socket in a
folder of its own, and both are gone at the end. Nothing here knows the portal.
"""

from __future__ import annotations

import ctypes
import os
import pwd
import shutil
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

_FOLDERS = (
    "/usr/lib/postgresql/*/bin",
    "/usr/local/pgsql/bin",
    "/usr/local/bin",
    "/opt/homebrew/bin",
)


def find_binary(name: str) -> Path | None:
    """The program's path on PATH or where distributions put it; the newest version wins."""
    found = shutil.which(name)
    if found:
        return Path(found).resolve()
    for pattern in _FOLDERS:
        hits = sorted(Path("/").glob(f"{pattern[1:]}/{name}"), key=_version)
        if hits:
            return hits[-1]
    return None


def _version(path: Path) -> tuple[int, str]:
    folder = path.parent.parent.name
    return (int(folder) if folder.isdigit() else 0, str(path))


def missing() -> str | None:
    """Why no server can be started here, or None if one can."""
    lacking = [name for name in ("initdb", "postgres") if find_binary(name) is None]
    return f"PostgreSQL programs not found: {', '.join(lacking)}" if lacking else None


class Cluster:
    """One running server; ``url(name)`` addresses a database on it."""

    user = "portal"

    def __init__(self) -> None:
        # Not in pytest's own folder: that is closed to the account the server runs as, and
        # the path of a Unix socket may have 107 bytes at most.
        root = "/tmp" if os.geteuid() == 0 else None
        self.folder = Path(tempfile.mkdtemp(prefix="portal-pg-", dir=root))
        self._process: subprocess.Popen[bytes] | None = None
        self._admin: psycopg.Connection[Any] | None = None

    def start(self) -> None:
        """Make the data folder and start the server; raises RuntimeError with its log."""
        account = _unprivileged()
        if account is not None:
            os.chown(self.folder, account.pw_uid, account.pw_gid)
        self._run(
            "initdb",
            "-D",
            "data",
            "-U",
            self.user,
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--locale=C.UTF-8",
            "--no-sync",
            "--no-instructions",
        )
        options = {
            "listen_addresses": "",
            "unix_socket_directories": str(self.folder),
            "fsync": "off",
            "full_page_writes": "off",
            "max_connections": "120",
            "max_wal_size": "4GB",
            "shared_buffers": "64MB",
            "timezone": "UTC",
        }
        # In the file, not as arguments: those would overrule ``ALTER SYSTEM`` below.
        with (self.folder / "data" / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{key} = '{value}'\n" for key, value in options.items())
        with (self.folder / "log").open("wb") as log:
            self._process = subprocess.Popen(
                [str(find_binary("postgres")), "-D", str(self.folder / "data")],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                cwd=self.folder,
                preexec_fn=_die_with_parent,  # before any thread of ours exists
                **_as(account),
            )
        self._wait()

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [str(find_binary(program)), *arguments],
            cwd=self.folder,
            capture_output=True,
            text=True,
            check=False,
            **_as(_unprivileged()),
        )
        if done.returncode:
            raise RuntimeError(f"{program}: {done.stderr or done.stdout}")

    def _wait(self) -> None:
        """Until the server answers. ``postmaster.pid`` says ``ready`` in its last line."""
        assert self._process is not None
        pidfile = self.folder / "data" / "postmaster.pid"
        for _ in range(600):
            if self._process.poll() is not None:
                break
            try:
                if pidfile.read_text().rstrip().endswith("ready"):
                    return
            except OSError:
                pass
            try:
                self._process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
        raise RuntimeError((self.folder / "log").read_text(errors="replace"))

    def stop(self) -> None:
        """End the server at once and remove its folder."""
        if self._admin is not None:
            self._admin.close()
        if self._process is not None and self._process.poll() is None:
            self._process.send_signal(signal.SIGQUIT)
            self._process.wait(20)
        shutil.rmtree(self.folder, ignore_errors=True)

    def url(self, name: str) -> str:
        """The SQLAlchemy address of a database on this server."""
        return f"postgresql+psycopg://{self.user}@/{name}?host={self.folder}"

    def execute(self, statement: sql.SQL | sql.Composed) -> None:
        """Run a statement on the maintenance database, outside a transaction."""
        self._connection().execute(statement)

    def _connection(self) -> psycopg.Connection[Any]:
        if self._admin is None:
            self._admin = psycopg.connect(
                host=str(self.folder), user=self.user, dbname="postgres", autocommit=True
            )
        return self._admin

    def create(self, name: str, template: str | None = None) -> None:
        """Create a database, as a copy of ``template`` if given."""
        statement = sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(
            sql.Identifier(name), sql.Identifier(template or "template1")
        )
        if self._connection().info.server_version >= 150000:
            # 24 ms; the default, through the log, takes 53 ms.
            statement += sql.SQL(" STRATEGY file_copy")
        self.execute(statement)

    def drop(self, name: str) -> None:
        """Drop a database, ending whoever is still connected to it."""
        statement = sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)")
        self.execute(statement.format(sql.Identifier(name)))

    @contextmanager
    def durable(self) -> Iterator[None]:
        """Within the block commits reach the disk, for tests that kill processes."""
        self._set_fsync("on")
        try:
            yield
        finally:
            self._set_fsync("off")

    def _set_fsync(self, value: str) -> None:
        self.execute(sql.SQL("ALTER SYSTEM SET fsync = {}").format(sql.Literal(value)))
        self.execute(sql.SQL("SELECT pg_reload_conf()"))


def _unprivileged() -> pwd.struct_passwd | None:
    """Whom to run the server as: PostgreSQL refuses root; None means ourselves."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    raise RuntimeError("PostgreSQL refuses root, and there is no other account here")


def _as(account: pwd.struct_passwd | None) -> dict[str, Any]:
    if account is None:
        return {}
    return {"user": account.pw_uid, "group": account.pw_gid, "extra_groups": []}


def _die_with_parent() -> None:
    """A test run that is killed must not leave its server behind (Linux only)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGQUIT)
