"""Many cases at once: real ones, played by the samples, are copied row by row.

A *bundle* is everything that hangs on one root case, in whatever table of the core or of a
plugin: found by foreign keys, and by the names ``case_id`` and ``task_id`` where a plugin has
none. A copy gets ids and numbers of its own, and other times: one in twenty is of an open case
and began within the last three weeks, the others ended within the last three years. The log,
reminders and files are left out: no list reads them.
"""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from random import Random
from typing import Any

from sqlalchemy import Table, UniqueConstraint, func, insert, inspect, select, text, update
from sqlalchemy.orm import Session

from portal.db import db
from portal.documents.models import EntryStatus, Register, RegisterEntry
from portal.workflow.models import Case, CaseStatus
from portal.workflow.timing import NO_LIMIT

OPEN_SHARE = 20
"""One copy in so many is of an open case."""
OPEN_DAYS, ENDED_DAYS = 21, 3 * 365
CHUNK = 20_000
ROOT, ENTRY = "wf_case", "doc_register_entry"
SOFT = {"case_id": ROOT, "task_id": "wf_task"}
"""What a column without a foreign key refers to, by its name."""
LEFT_OUT = frozenset({"audit_event", "doc_file", "publication", "wf_act", "wf_draft", "wf_timer"})
RARE = 0.1
"""Weight of cancelled and suspended cases among those that are not open."""

Row = dict[str, Any]
Vary = Mapping[str, Mapping[str, Callable[[Random], object]]]
"""Other values for some columns of the copies: by table, then by column."""


@dataclass(frozen=True)
class Part:
    """The rows of a bundle in one table; ``links`` are columns with the table they point to.

    ``alone`` are columns whose value no other row may have.
    """

    table: Table
    links: Mapping[str, str]
    alone: frozenset[str]
    rows: Sequence[Row]


@dataclass(frozen=True)
class Bundle:
    """The rows of one root case, parents first."""

    number: str
    status: CaseStatus
    parts: Sequence[Part]

    @property
    def is_open(self) -> bool:
        """Whether it waits for somebody."""
        return self.status == CaseStatus.OPEN

    @property
    def weight(self) -> float:
        """How often it is copied: large ones less often, or they would be most of the data."""
        common = self.status in (CaseStatus.OPEN, CaseStatus.DONE)
        return (1 if common else RARE) / sum(len(part.rows) for part in self.parts)


def bundles(session: Session, roots: Sequence[Case]) -> list[Bundle]:
    """What hangs on these root cases."""
    return [
        Bundle(
            root.number,
            CaseStatus(root.status),
            [part for part in _parts(session, root.id) if part.rows],
        )
        for root in roots
    ]


def _parts(session: Session, root: int) -> list[Part]:
    known: dict[str, list[int]] = {}
    parts = []
    for table in _order(session):
        links = _links(table, known)
        if table.name == ROOT:
            which = table.c.root_id == root
            links = {"root_id": ROOT, "parent_id": ROOT}
        elif not links or table.name in LEFT_OUT:
            continue
        else:
            column, target = next(iter(links.items()))
            which = table.c[column].in_(known[target])
        query = select(table).where(which).order_by(*table.primary_key)
        rows = [dict(row) for row in session.execute(query).mappings()]
        if "id" in table.c:
            known[table.name] = [row["id"] for row in rows]
        parts.append(Part(table, links, _alone(table), rows))
    return parts


def _order(session: Session) -> list[Table]:
    """The root's table, then those that foreign keys tie to it, then all others.

    Those of this database: a plugin whose tables are not in it may be loaded all the same.
    """
    there = set(inspect(session.connection()).get_table_names())
    tables = [table for table in db.metadata.sorted_tables if table.name in there]
    tied: set[str] = set()
    for table in tables:
        targets = {key.column.table.name for key in table.foreign_keys}
        if table.name == ROOT or targets & tied:
            tied.add(table.name)
    return sorted(tables, key=lambda each: (each.name != ROOT, each.name not in tied))


def _alone(table: Table) -> frozenset[str]:
    rules = [each for each in table.constraints if isinstance(each, UniqueConstraint)]
    unique = [[column.name for column in each.columns] for each in rules]
    unique += [[column.name for column in each.columns] for each in table.indexes if each.unique]
    return frozenset(names[0] for names in unique if len(names) == 1)


def _links(table: Table, known: Mapping[str, Sequence[int]]) -> dict[str, str]:
    """The columns that point into the bundle, required ones first."""
    found = {}
    for column in sorted(table.c, key=lambda each: bool(each.nullable)):
        targets = [key.column.table.name for key in column.foreign_keys]
        target = targets[0] if targets else SOFT.get(column.name, "")
        if target in known:
            found[column.name] = target
    return found


@dataclass
class Press:
    """Makes copies; ids and numbers go on where those of the samples end."""

    session: Session
    random: Random
    now: datetime
    vary: Vary = field(default_factory=dict)
    made: int = 0
    _ids: dict[str, int] = field(default_factory=dict)
    _registers: dict[str, int] = field(default_factory=dict)
    _seqs: dict[int, int] = field(default_factory=dict)
    _waiting: dict[str, list[Row]] = field(default_factory=lambda: defaultdict(list))

    def copy(self, bundle: Bundle) -> None:
        """One more case like this one."""
        days = OPEN_DAYS if bundle.is_open else ENDED_DAYS
        back = timedelta(minutes=self.random.randrange(days * 24 * 60))
        number = self._number(bundle.number)
        ids: dict[str, dict[int, int]] = {}
        for part in bundle.parts:
            name = part.table.name
            own = ids[name] = {}
            if "id" in part.table.c:
                for row in part.rows:
                    own[row["id"]] = self._id(name)
            for row in part.rows:
                made = self._moved(part, row, bundle.number, number, back)
                if own:
                    made["id"] = own[row["id"]]
                for column, target in part.links.items():
                    made[column] = ids.get(target, {}).get(row[column])
                if name == ENTRY:
                    made["seq"] = self._seq(row["register_id"])
                self._waiting[name].append(made)
        self.made += 1
        if sum(map(len, self._waiting.values())) > CHUNK:
            self.write()

    def write(self) -> None:
        """Insert what has been made, and let the registers go on behind it."""
        for table in db.metadata.sorted_tables:
            if rows := self._waiting.pop(table.name, None):
                self.session.execute(insert(table), rows)
        for register, seq in self._seqs.items():
            self.session.execute(
                update(Register).where(Register.id == register).values(next_seq=seq + 1)
            )
        self.session.commit()

    def finish(self) -> None:
        """Write the rest; on PostgreSQL also what autovacuum and sequences need."""
        self.write()
        if self.session.get_bind().dialect.name != "postgresql":
            return
        for name in self._ids:
            last = f"pg_get_serial_sequence('{name}', 'id'), (SELECT max(id) FROM {name})"
            self.session.execute(text(f"SELECT setval({last})"))
        self.session.execute(text("ANALYZE"))
        self.session.commit()

    def _moved(self, part: Part, row: Row, old: str, new: str, back: timedelta) -> Row:
        made = dict(row)
        for name, value in row.items():
            if isinstance(value, datetime):
                if value != NO_LIMIT:
                    made[name] = value - back
            elif isinstance(value, date):
                made[name] = value - timedelta(days=back.days)
            elif isinstance(value, str):
                if value.startswith(old):
                    made[name] = new + value.removeprefix(old)
                elif name in part.alone:
                    made[name] = secrets.token_hex(32)[: len(value)]
        for name, choose in self.vary.get(part.table.name, {}).items():
            made[name] = choose(self.random)
        return made

    def _number(self, old: str) -> str:
        """The next number of the same register, with its entry."""
        prefix, year, _seq = old.split("-")
        if prefix not in self._registers:
            query = select(Register.id).where(Register.key == f"case.{prefix}")
            self._registers[prefix] = self.session.scalars(
                query.where(Register.year == int(year))
            ).one()
        register = self._registers[prefix]
        seq = self._seq(register)
        number = f"{prefix}-{year}-{seq:04}"
        self._waiting[ENTRY].append(
            {
                "id": self._id(ENTRY),
                "register_id": register,
                "seq": seq,
                "number": number,
                "day": self.now.date(),
                "subject": number,
                "case_id": None,
                "task_id": None,
                "status": EntryStatus.ISSUED,
                "reason": "",
                "issued_at": self.now,
            }
        )
        return number

    def _id(self, table: str) -> int:
        if table not in self._ids:
            column = db.metadata.tables[table].c.id
            self._ids[table] = self.session.scalar(select(func.max(column))) or 0
        self._ids[table] += 1
        return self._ids[table]

    def _seq(self, register: int) -> int:
        if register not in self._seqs:
            query = select(func.max(RegisterEntry.seq)).where(RegisterEntry.register_id == register)
            self._seqs[register] = self.session.scalar(query) or 0
        self._seqs[register] += 1
        return self._seqs[register]


def multiply(
    session: Session,
    roots: Sequence[Case],
    rows: int,
    now: datetime,
    progress: Callable[[str], None],
    vary: Vary | None = None,
) -> None:
    """Copy these cases until there are so many more; large ones are copied less often."""
    found = bundles(session, roots)
    press = Press(session, Random(rows), now, vary or {})
    waiting = [each for each in found if each.is_open]
    ended = [each for each in found if not each.is_open] or waiting
    for number in range(1, rows + 1):
        choice = waiting if waiting and number % OPEN_SHARE == 0 else ended
        press.copy(press.random.choices(choice, [each.weight for each in choice])[0])
        if number % 20_000 == 0:
            progress(f"{rows} baris: {number} ditulis")
    press.finish()
