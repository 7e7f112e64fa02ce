"""The organisation as CSV files that ``portal.org.csv_import`` reads back unchanged."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from portal.org.csv_format import COLUMNS, write_table
from portal.org.csv_rows import POSITION_KINDS, Value
from portal.org.csv_state import COLUMN_OF, State, load_state
from portal.org.models import HolderKind

_WORDS: dict[Value, str] = {
    **{kind: word for word, kind in POSITION_KINDS.items()},
    HolderKind.DEFINITIVE: "definitif",
    HolderKind.PLT: "plt",
    HolderKind.PLH: "plh",
}


def export_table(session: Session, kind: str, state: State | None = None) -> str:
    """The CSV text of one kind (units, positions, people, holders)."""
    tables = (state or load_state(session)).tables[kind]
    names = COLUMN_OF[kind]
    keyed = len(COLUMNS[kind]) > len(names)
    return write_table(
        kind,
        (
            [*([key] if keyed else []), *(cell_text(values[name]) for name in names)]
            for key, values in tables.items()
        ),
    )


def export_all(session: Session) -> dict[str, str]:
    """All four files by name (``units.csv`` …), read in four queries."""
    state = load_state(session)
    return {f"{kind}.csv": export_table(session, kind, state) for kind in COLUMNS}


def cell_text(value: Value) -> str:
    """A stored value as it stands in a file: ``kepala``, ``ya``, ``2016-01-31``."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "ya" if value else "tidak"
    if isinstance(value, date):
        return value.isoformat()
    return _WORDS.get(value, str(value))
