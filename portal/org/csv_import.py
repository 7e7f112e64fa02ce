"""Importing the organisation: plan first, then apply; the only way units and positions change.

The pages' forms come through here as files of one row, so that there is one set of rules.
An import adds and changes by code and deletes nothing; a second import of the same files
changes nothing. A column that a file leaves out keeps what is stored.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.org import csv_checks
from portal.org.csv_format import COLUMNS, Problem, Table, read_table
from portal.org.csv_rows import (
    Record,
    Value,
    parse_holder,
    parse_person,
    parse_position,
    parse_unit,
)
from portal.org.csv_state import DEFAULTS, State, load_state
from portal.org.journal import SYSTEM, Editor, lock, record
from portal.org.models import Holder, Person, Position, Unit

_CHANGES_PER_ENTRY = 200
_MODELS: dict[str, Any] = {
    "units": Unit,
    "positions": Position,
    "people": Person,
    "holders": Holder,
}


@dataclass(frozen=True, slots=True)
class Change:
    """What one line does: ``action`` is added, changed or unchanged."""

    kind: str
    key: str
    label: str
    action: str
    file: str
    line: int
    fields: tuple[tuple[str, Value, Value], ...] = ()


@dataclass(slots=True)
class Plan:
    """What an import would do, or did; nothing is written while there are problems."""

    changes: list[Change] = field(default_factory=list)
    problems: list[Problem] = field(default_factory=list)
    warnings: list[Problem] = field(default_factory=list)
    applied: bool = False

    @property
    def ok(self) -> bool:
        """True when the import may be applied."""
        return not self.problems

    def count(self, action: str) -> int:
        """How many lines add, change or leave unchanged."""
        return sum(change.action == action for change in self.changes)


def import_files(
    session: Session,
    files: Sequence[tuple[str, bytes | str]],
    *,
    by: Editor = SYSTEM,
    dry_run: bool = False,
) -> Plan:
    """Plan the import of (name, content) pairs of any kinds; apply it unless ``dry_run``.

    All problems of all files are collected; with any, nothing is changed.
    """
    return import_tables(
        session, [read_table(name, content) for name, content in files], by=by, dry_run=dry_run
    )


def import_tables(
    session: Session, tables: Sequence[Table], *, by: Editor = SYSTEM, dry_run: bool = False
) -> Plan:
    """As :func:`import_files`, for files that are read already."""
    if not dry_run:
        lock(session)
    state = load_state(session, {table.kind for table in tables})
    plan = Plan()
    records, whole = _parse(tables, plan)
    merged = _merge(records, state, plan)
    if whole:
        _check(records, merged, plan)
    plan.problems.sort(key=lambda problem: (problem.file, problem.line))
    if plan.ok and not dry_run:
        _apply(session, plan, state, merged)
        _log(session, plan, by)
        plan.applied = True
    return plan


def _parse(tables: Sequence[Table], plan: Plan) -> tuple[dict[str, list[Record]], bool]:
    """The records by kind, and whether every file could be read.

    When a file could not be read, references to it would all be reported as unknown;
    the checks between rows are then left out.
    """
    records: dict[str, list[Record]] = {kind: [] for kind in COLUMNS}
    for table in tables:
        doubts = Table(table.file)
        for row in table.rows:
            if table.kind == "units":
                records["units"].append(parse_unit(table, row))
            elif table.kind == "positions":
                records["positions"].append(parse_position(table, row))
            elif table.kind == "people":
                records["people"].append(parse_person(table, row, doubts))
            elif table.kind == "holders":
                records["holders"].append(parse_holder(table, row))
        plan.problems += table.problems
        plan.warnings += doubts.problems
    return records, all(table.kind for table in tables)


def _merge(records: dict[str, list[Record]], state: State, plan: Plan) -> csv_checks.Merged:
    merged: csv_checks.Merged = {kind: dict(rows) for kind, rows in state.tables.items()}
    for kind, rows in records.items():
        first: dict[str, Record] = {}
        for row in rows:
            if not row.key:
                continue
            if row.key in first:
                _note(plan.problems, row, "kode", _twice(row, first[row.key]))
                row.ok = False
                continue
            first[row.key] = row
            old = state.tables[kind].get(row.key)
            new = {**(old or DEFAULTS[kind]), **row.values}
            # A row with a wrong cell still exists for those that refer to it.
            merged[kind][row.key] = new if row.ok else {**new, "valid_from": date.min}
            if row.ok:
                plan.changes.append(_change(kind, row, old, new))
    return merged


def _twice(row: Record, first: Record) -> str:
    where = str(first.line) if first.file == row.file else f"{first.line} ({first.file})"
    message: str = _("%(key)s sudah ada di baris %(where)s.", key=row.key, where=where)
    return message


def _change(
    kind: str, row: Record, old: Mapping[str, Value] | None, new: Mapping[str, Value]
) -> Change:
    label = str(new.get("name") or new.get("title") or row.key)
    if old is None:
        return Change(kind, row.key, label, "added", row.file, row.line)
    fields = tuple((name, old[name], value) for name, value in new.items() if old[name] != value)
    action = "changed" if fields else "unchanged"
    return Change(kind, row.key, label, action, row.file, row.line, fields)


def _note(problems: list[Problem], row: Record, column: str, message: str) -> None:
    problems.append(Problem(row.file, row.line, column, message))


def _check(records: dict[str, list[Record]], merged: csv_checks.Merged, plan: Plan) -> None:
    def report(row: Record, column: str, message: str) -> None:
        _note(plan.problems, row, column, message)

    def warn(row: Record, column: str, message: str) -> None:
        _note(plan.warnings, row, column, message)

    keyed = {
        kind: [row for row in rows if row.key in merged[kind]] for kind, rows in records.items()
    }
    csv_checks.check_units(keyed["units"], merged, report)
    csv_checks.check_positions(keyed["positions"], merged, report)
    csv_checks.check_people(keyed["people"], merged, report)
    csv_checks.check_holders(keyed["holders"], merged, report, warn)


def _apply(session: Session, plan: Plan, state: State, merged: csv_checks.Merged) -> None:
    for kind, model in _MODELS.items():
        todo = [c for c in plan.changes if c.kind == kind and c.action != "unchanged"]
        if not todo:
            continue
        known = {
            row.id: row
            for row in session.scalars(
                select(model).where(
                    model.id.in_([state.ids[kind][c.key] for c in todo if c.action == "changed"])
                )
            )
        }
        rows: dict[str, Any] = {}
        for change in todo:
            row_id = state.ids[kind].get(change.key)
            row = model() if row_id is None else known[row_id]
            rows[change.key] = row
            if kind != "holders":
                row.code = change.key
            for name, value in _plain_values(kind, merged[kind][change.key], state).items():
                setattr(row, name, value)
            if row_id is None:
                session.add(row)
        session.flush()
        state.ids[kind].update({key: row.id for key, row in rows.items()})
        _link_within(kind, rows, merged, state)
        session.flush()


def _plain_values(kind: str, values: Mapping[str, Value], state: State) -> dict[str, Any]:
    """The attributes of a row; references to its own kind follow when all rows have ids."""
    plain: dict[str, Any] = dict(values)
    if kind == "units":
        del plain["parent"]
    elif kind == "positions":
        del plain["supervisor"]
        plain["unit_id"] = state.ids["units"][plain.pop("unit")]
    elif kind == "holders":
        plain["position_id"] = state.ids["positions"][plain.pop("position")]
        plain["person_id"] = state.ids["people"][plain.pop("person")]
    return plain


def _link_within(
    kind: str, rows: Mapping[str, Any], merged: csv_checks.Merged, state: State
) -> None:
    links = {"units": ("parent", "parent_id"), "positions": ("supervisor", "supervisor_id")}
    if kind not in links:
        return
    name, attribute = links[kind]
    for key, row in rows.items():
        target = str(merged[kind][key][name])
        setattr(row, attribute, state.ids[kind][target] if target else None)


def _log(session: Session, plan: Plan, by: Editor) -> None:
    done = [change for change in plan.changes if change.action != "unchanged"]
    for start in range(0, len(done), _CHANGES_PER_ENTRY):
        part = done[start : start + _CHANGES_PER_ENTRY]
        record(session, "structure.changed", {"changes": [_entry(c) for c in part]}, by)


def _entry(change: Change) -> dict[str, Any]:
    entry: dict[str, Any] = {"kind": change.kind, "key": change.key, "action": change.action}
    if change.fields:
        # A NIP is personal data and stays out of a log that is never erased.
        entry["fields"] = {
            name: ["…", "…"] if name == "nip" else [_text(old), _text(new)]
            for name, old, new in change.fields
        }
    return entry


def _text(value: Value) -> str | int | bool | None:
    return value.isoformat() if isinstance(value, date) else value
