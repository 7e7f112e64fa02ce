"""The organisation as plain values by code: what the import compares with, what export writes.

References are codes here, as in the files, so that a row and the database are compared
value by value.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.org.csv_format import COLUMNS
from portal.org.csv_rows import Value
from portal.org.models import Holder, HolderKind, Person, Position, PositionKind, Unit

Values = dict[str, Value]

DEFAULTS: dict[str, Values] = {
    "units": {
        "name": "",
        "kind": "",
        "parent": "",
        "position": 0,
        "timezone": None,
        "valid_from": None,
        "valid_to": None,
        "source": "",
    },
    "positions": {
        "title": "",
        "unit": "",
        "kind": "",
        "supervisor": "",
        "valid_from": None,
        "valid_to": None,
        "source": "",
    },
    "people": {"name": "", "nip": None, "rank": "", "email": "", "active": True},
    "holders": {
        "position": "",
        "person": "",
        "kind": "",
        "mandate": "",
        "valid_from": None,
        "valid_to": None,
    },
}
"""The attributes of each kind with the value of a column that a new row leaves out."""

COLUMN_OF: dict[str, dict[str, str]] = {
    kind: dict(zip(names, COLUMNS[kind][-len(names) :], strict=True))
    for kind, names in DEFAULTS.items()
}
"""The column of each attribute, in the order of the columns; the key's column is left out."""


@dataclass(slots=True)
class State:
    """The four kinds, each from its key to its values, and the ids behind the keys."""

    tables: dict[str, dict[str, Values]] = field(
        default_factory=lambda: {kind: {} for kind in DEFAULTS}
    )
    ids: dict[str, dict[str, int]] = field(default_factory=lambda: {kind: {} for kind in DEFAULTS})

    def add(self, kind: str, key: str, row_id: int, values: Values) -> None:
        """Enter one row of the database."""
        self.tables[kind][key] = values
        self.ids[kind][key] = row_id


def holder_key(position: object, person: object, valid_from: object) -> str:
    """The key of a holding: one person begins to hold one position on a day only once."""
    return f"{position}/{person}/{valid_from}"


def load_state(session: Session, kinds: Collection[str] = tuple(DEFAULTS)) -> State:
    """Read these kinds and all that they refer to: one query for each."""
    state = State()
    if {"units", "positions", "holders"} & set(kinds):
        unit_codes = _load_units(session, state)
        if {"positions", "holders"} & set(kinds):
            _load_positions(session, state, unit_codes)
    if {"people", "holders"} & set(kinds):
        _load_people(session, state)
    if "holders" in kinds:
        _load_holders(session, state)
    return state


def fingerprint(values: Values) -> str:
    """A short mark of a row's values; a form carries it to find out that it is stale."""
    return hashlib.sha256(repr(sorted(values.items())).encode()).hexdigest()[:16]


def _load_units(session: Session, state: State) -> dict[int, str]:
    units = session.scalars(select(Unit).order_by(Unit.position, Unit.code)).all()
    unit_codes = {unit.id: unit.code for unit in units}
    for unit in units:
        values: Values = {
            "name": unit.name,
            "kind": unit.kind,
            "parent": unit_codes.get(unit.parent_id, "") if unit.parent_id else "",
            "position": unit.position,
            "timezone": unit.timezone,
            "valid_from": unit.valid_from,
            "valid_to": unit.valid_to,
            "source": unit.source,
        }
        state.add("units", unit.code, unit.id, values)
    return unit_codes


def _load_positions(session: Session, state: State, unit_codes: dict[int, str]) -> None:
    positions = session.scalars(select(Position).order_by(Position.code)).all()
    position_codes = {position.id: position.code for position in positions}
    for position in positions:
        above = position.supervisor_id
        values: Values = {
            "title": position.title,
            "unit": unit_codes[position.unit_id],
            "kind": PositionKind(position.kind),
            "supervisor": position_codes.get(above, "") if above else "",
            "valid_from": position.valid_from,
            "valid_to": position.valid_to,
            "source": position.source,
        }
        state.add("positions", position.code, position.id, values)


def _load_people(session: Session, state: State) -> None:
    for person in session.scalars(select(Person).order_by(Person.name, Person.id)):
        values: Values = {
            "name": person.name,
            "nip": person.nip,
            "rank": person.rank,
            "email": person.email,
            "active": person.active,
        }
        state.add("people", person.code, person.id, values)


def _load_holders(session: Session, state: State) -> None:
    rows = session.execute(
        select(Holder, Position.code, Person.code)
        .join(Position, Position.id == Holder.position_id)
        .join(Person, Person.id == Holder.person_id)
        .order_by(Position.code, Holder.valid_from, Holder.id)
    )
    for holder, position_code, person_code in rows:
        values: Values = {
            "position": position_code,
            "person": person_code,
            "kind": HolderKind(holder.kind),
            "mandate": holder.mandate,
            "valid_from": holder.valid_from,
            "valid_to": holder.valid_to,
        }
        key = holder_key(position_code, person_code, holder.valid_from)
        state.add("holders", key, holder.id, values)
