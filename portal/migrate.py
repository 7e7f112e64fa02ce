"""Schema migrations: Alembic used directly, one version table per owner.

An *owner* is the core or one plugin. Each has its own revisions and its own
table ``alembic_version_<key>``, so that a plugin that is gone cannot break the
core's upgrade. There is no ``env.py``: the environment is the few functions here.

SQLite alters a table by copying it. Foreign keys are switched off before the
transaction, else dropping the old table would delete its children silently, and
``foreign_key_check`` runs before the commit.

A server only asks whether its database is up to date; that is answered without Alembic,
which takes a tenth of a second and 11 MB to import, so it is imported where it is used.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnClause, MetaData, Table, column, inspect, select, table, text
from sqlalchemy.engine import Connection, Engine

from portal.config import Settings
from portal.db import Base, UtcDateTime, db
from portal.errors import ConfigurationError

if TYPE_CHECKING:
    from alembic.migration import MigrationContext
    from alembic.operations.ops import MigrationScript
    from alembic.script import ScriptDirectory

_HERE = Path(__file__).parent / "migrations"
_NAMES = re.compile(r"""^(revision|down_revision)\b[^=\n]*=\s*(?:None|["'](\w+)["'])\s*$""", re.M)

CORE_MODELS = (
    "portal.audit",
    "portal.jobs.models",
    "portal.org.models",
    "portal.auth.models",
    "portal.documents.models",
    "portal.workflow.models",
    "portal.workflow.questions",
    "portal.complaints.models",
    "portal.publishing.models",
)


@dataclass(frozen=True, slots=True)
class Owner:
    """Who owns tables: the core (no prefix) or a plugin, with its folder of revisions."""

    key: str
    folder: Path
    prefix: str = ""

    @property
    def version_table(self) -> str:
        """The table that holds this owner's revision."""
        return f"alembic_version_{self.key}"

    def owns(self, name: str) -> bool:
        """Whether a table of that name is this owner's."""
        if self.prefix:
            return name.startswith(f"{self.prefix}_")
        return name in _core_tables()

    def tables(self) -> list[Table]:
        """This owner's tables in the metadata."""
        return [table for table in _metadata().sorted_tables if self.owns(table.name)]


CORE = Owner("core", _HERE)


def _metadata() -> MetaData:
    for name in CORE_MODELS:
        import_module(name)
    metadata: MetaData = db.metadata
    return metadata


def _core_tables() -> frozenset[str]:
    """Names of the core's tables: those of its own base, not whatever was registered."""
    _metadata()
    return frozenset(
        mapper.local_table.name
        for mapper in Base.registry.mappers
        if isinstance(mapper.local_table, Table)
    )


def owners(settings: Settings) -> list[Owner]:
    """The core, then every installed plugin that has tables, in name order."""
    if settings.plugins == ():
        return [CORE]
    discovery = import_module("portal.plugins.discovery")
    return [CORE, *discovery.owners(settings)]


# -- state ---------------------------------------------------------------------------------


def pending(engine: Engine, owner: Owner) -> list[str]:
    """The revisions that the database lacks, oldest first; empty when up to date.

    Raises:
        ConfigurationError: the database has a revision that this release does not know.
    """
    newest = _newest(owner)
    if newest is not None and _stored(engine, owner) == newest:
        return []
    with engine.connect() as connection:
        done = set(_context(connection, owner).get_current_heads())
    script = _script(owner)
    if done - known(owner):
        raise ConfigurationError(
            f"Basis data ({owner.key}) berasal dari rilis yang lebih baru; "
            "pasang rilis itu atau pulihkan cadangan."
        )
    applied: set[str] = set()
    for head in done:
        applied |= {revision.revision for revision in script.iterate_revisions(head, "base")}
    return [
        r.revision for r in reversed(list(script.walk_revisions())) if r.revision not in applied
    ]


def _newest(owner: Owner) -> set[str] | None:
    """The owner's newest revisions, read from its files; None if they need Alembic to read."""
    known: set[str] = set()
    passed: set[str] = set()
    for path in (owner.folder / "versions").glob("*.py"):
        found = dict(_NAMES.findall(path.read_text(encoding="utf-8")))
        if not found.get("revision") or "down_revision" not in found:
            return None
        known.add(found["revision"])
        passed.add(found["down_revision"])
    return known - passed


def _stored(engine: Engine, owner: Owner) -> set[str]:
    with engine.connect() as connection:
        if not inspect(connection).has_table(owner.version_table):
            return set()
        number: ColumnClause[str] = column("version_num")
        return set(connection.scalars(select(number).select_from(table(owner.version_table))))


def known(owner: Owner) -> set[str]:
    """All revisions that this release has for an owner."""
    return {revision.revision for revision in _script(owner).walk_revisions()}


def current(engine: Engine, owner: Owner) -> str | None:
    """The revision the database is at, or None before the first."""
    with engine.connect() as connection:
        return _context(connection, owner).get_current_revision()


def require_current(engine: Engine, owner: Owner = CORE) -> None:
    """Raise ConfigurationError if the database lacks revisions of this owner."""
    if lacking := pending(engine, owner):
        raise ConfigurationError(
            f"Basis data belum mutakhir ({len(lacking)} migrasi {owner.key} tertunda); "
            "jalankan `portal db upgrade`."
        )


# -- change --------------------------------------------------------------------------------


def upgrade(engine: Engine, owner: Owner, target: str = "head") -> list[str]:
    """Run the pending revisions in one transaction; returns those that were run."""
    script = _script(owner)

    def steps(revision: Any, _context: Any) -> Any:
        return script._upgrade_revs(target, revision)  # as Alembic's own command does

    return _run(engine, owner, steps)


def downgrade(engine: Engine, owner: Owner, target: str = "base") -> list[str]:
    """Undo revisions down to ``target``, all in one transaction; returns those undone."""
    script = _script(owner)

    def steps(revision: Any, _context: Any) -> Any:
        return script._downgrade_revs(target, revision)

    return _run(engine, owner, steps)


def stamp(engine: Engine, owner: Owner) -> None:
    """Record the newest revision without running anything."""
    script = _script(owner)
    with _changing(engine) as connection:
        context = _context(connection, owner)
        context.stamp(script, "head")


def create_all(engine: Engine, which: Iterable[Owner]) -> None:
    """Make all tables at once from the models and stamp them, for tests and throw-away bases."""
    which = list(which)
    tables = [table for owner in which for table in owner.tables()]
    with _changing(engine) as connection:
        _metadata().create_all(connection, tables=tables)
    for owner in which:
        stamp(engine, owner)


def rebuild(engine: Engine, names: Iterable[str]) -> None:
    """Copy tables of the core into new ones of the same form, as SQLite's migrations do."""
    from alembic.operations import Operations

    with _changing(engine) as connection:
        operations = Operations(_context(connection, CORE))
        for name in names:
            with operations.batch_alter_table(name, recreate="always"):
                pass


def differences(engine: Engine, owner: Owner) -> list[Any]:
    """What autogenerate would still change: empty when migrations and models agree."""
    from alembic.autogenerate import compare_metadata

    with engine.connect() as connection:
        found: list[Any] = compare_metadata(_context(connection, owner), _metadata())
        return found


def write_revision(engine: Engine, owner: Owner, message: str) -> Path | None:
    """Write the next revision from the difference to the models; None if there is none.

    ``engine`` must be at the owner's head.
    """
    from alembic.autogenerate import produce_migrations, render_python_code
    from alembic.util import rev_id

    script = _script(owner)
    with engine.connect() as connection:
        context = _context(connection, owner)
        produced: MigrationScript = produce_migrations(context, _metadata())
        up, down = produced.upgrade_ops, produced.downgrade_ops
        if up is None or down is None or up.is_empty():
            return None
        options: dict[str, Any] = {
            "render_as_batch": True,
            "render_item": partial(_render_item, "portal.api" if owner.prefix else "portal.db"),
            "migration_context": context,
        }
        written = script.generate_revision(
            rev_id(),
            message,
            refresh=False,
            upgrades=_plain(render_python_code(up, **options)),
            downgrades=_plain(render_python_code(down, **options)),
        )
    return None if written is None else Path(written.path)


# -- Alembic's environment -----------------------------------------------------------------


def _script(owner: Owner) -> ScriptDirectory:
    from alembic.script import ScriptDirectory

    return ScriptDirectory(
        str(_HERE),
        version_locations=[str(owner.folder / "versions")],
        messaging_opts={"quiet": True},
    )


def _context(
    connection: Connection, owner: Owner, steps: Callable[..., Any] | None = None
) -> MigrationContext:
    from alembic.migration import MigrationContext

    def include_name(name: str | None, kind: str, parents: Any) -> bool:
        # Tables of others are not even reflected: a foreign table may be unreadable.
        return kind != "table" or (name is not None and owner.owns(name))

    def include_object(item: Any, name: str | None, kind: str, reflected: bool, to: Any) -> bool:
        return kind != "table" or (name is not None and owner.owns(name))

    return MigrationContext.configure(
        connection,
        opts={
            "target_metadata": db.metadata,
            "version_table": owner.version_table,
            "include_name": include_name,
            "include_object": include_object,
            "render_as_batch": connection.dialect.name == "sqlite",
            "transactional_ddl": True,
            "compare_type": True,
            "fn": steps,
        },
    )


def _run(engine: Engine, owner: Owner, steps: Callable[..., Any]) -> list[str]:
    from alembic.operations import Operations

    run: list[str] = []
    with _changing(engine) as connection:
        context = _context(connection, owner, steps)
        before = set(context.get_current_heads())
        with Operations.context(context):
            context.run_migrations()
        after = set(context.get_current_heads())
        run = _between(owner, before, after)
    return run


def _between(owner: Owner, before: set[str], after: set[str]) -> list[str]:
    """The revisions that lie between two states, oldest first."""
    script = _script(owner)

    def applied(heads: set[str]) -> set[str]:
        return {r.revision for head in heads for r in script.iterate_revisions(head, "base")}

    changed = applied(before) ^ applied(after)
    return [r.revision for r in reversed(list(script.walk_revisions())) if r.revision in changed]


@contextmanager
def _changing(engine: Engine) -> Iterator[Connection]:
    """One transaction for DDL; on SQLite with the foreign keys off and checked at the end."""
    with engine.connect() as connection:
        if engine.dialect.name != "sqlite":
            with connection.begin():
                # Two hosts that start at once must not both migrate.
                connection.execute(text("SELECT pg_advisory_xact_lock(7201401)"))
                yield connection
            return
        driver: Any = connection.connection.driver_connection
        driver.execute("PRAGMA foreign_keys=OFF")
        try:
            with connection.begin():
                yield connection
                broken = connection.exec_driver_sql("PRAGMA foreign_key_check").fetchall()
                if broken:
                    tables = ", ".join(sorted({row[0] for row in broken}))
                    raise ConfigurationError(
                        f"Migrasi dibatalkan: {len(broken)} baris di {tables} kehilangan induknya."
                    )
        finally:
            driver.execute("PRAGMA foreign_keys=ON")


def _plain(code: str) -> str:
    """Without Alembic's own comments; whoever commits a revision has read it."""
    lines = [line for line in code.splitlines() if not line.strip().startswith("# ###")]
    return "\n".join(lines).strip()  # the template indents the first line


def _render_item(home: str, kind: str, item: Any, context: Any) -> str | bool:
    """Write our type by its name, so that a revision does not depend on how it is built."""
    if kind == "type" and isinstance(item, UtcDateTime):
        context.imports.add(f"from {home} import UtcDateTime")
        return "UtcDateTime()"
    return False


__all__: Sequence[str] = (
    "CORE",
    "Owner",
    "create_all",
    "current",
    "differences",
    "downgrade",
    "known",
    "owners",
    "pending",
    "require_current",
    "stamp",
    "upgrade",
    "write_revision",
)
