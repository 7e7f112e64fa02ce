"""Checking the stored organisation: what an import would refuse, and what has run out."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.org import csv_checks
from portal.org.csv_rows import Record
from portal.org.csv_state import State, Values, load_state
from portal.org.models import PositionKind
from portal.org.nip import check_nip


@dataclass(frozen=True, slots=True)
class Finding:
    """Something to look at: ``serious`` ones must be repaired."""

    serious: bool
    kind: str
    key: str
    message: str


def check_organisation(session: Session, day: date) -> list[Finding]:
    """Everything that is wrong or doubtful on a day; serious findings first."""
    state = load_state(session)
    found: list[Finding] = []
    records = {
        kind: [Record(kind, 0, key, values) for key, values in rows.items()]
        for kind, rows in state.tables.items()
    }

    def refuse(record: Record, column: str, message: str) -> None:
        found.append(Finding(True, record.file, record.key, message))

    def warn(record: Record, column: str, message: str) -> None:
        found.append(Finding(False, record.file, record.key, message))

    csv_checks.check_units(records["units"], state.tables, refuse)
    csv_checks.check_positions(records["positions"], state.tables, refuse)
    current = [r for r in records["holders"] if not _ended(r.values, day)]
    csv_checks.check_holders(current, state.tables, refuse, warn)
    found += _out_of_force(state, day)
    found += _headless(state, day)
    found += _numbers(state, day)
    return sorted(found, key=lambda finding: not finding.serious)


def _out_of_force(state: State, day: date) -> list[Finding]:
    """Things in force below a unit, or in a position, that is not."""
    found = []
    units = state.tables["units"]
    for code, values in units.items():
        parent = str(values["parent"])
        if parent and _valid(values, day) and not _valid(units[parent], day):
            message = _("unit induk %(code)s tidak berlaku lagi.", code=parent)
            found.append(Finding(True, "units", code, message))
    for code, values in state.tables["positions"].items():
        unit = str(values["unit"])
        if _valid(values, day) and not _valid(units[unit], day):
            message = _("unit %(code)s tidak berlaku lagi.", code=unit)
            found.append(Finding(True, "positions", code, message))
    for key, values in state.tables["holders"].items():
        position = state.tables["positions"][str(values["position"])]
        if _valid(values, day) and not _valid(position, day):
            found.append(Finding(True, "holders", key, _("jabatan itu tidak berlaku lagi.")))
    return found


def _headless(state: State, day: date) -> list[Finding]:
    headed = {
        values["unit"]
        for values in state.tables["positions"].values()
        if values["kind"] == PositionKind.HEAD and _valid(values, day)
    }
    return [
        Finding(False, "units", code, _("unit tidak mempunyai jabatan kepala."))
        for code, values in state.tables["units"].items()
        if _valid(values, day) and code not in headed
    ]


def _numbers(state: State, day: date) -> list[Finding]:
    found = []
    for code, values in state.tables["people"].items():
        if values["nip"]:
            checked = check_nip(str(values["nip"]), day)
            found += [Finding(True, "people", code, message) for message in checked.errors]
            found += [Finding(False, "people", code, message) for message in checked.warnings]
    return found


def _valid(values: Values, day: date) -> bool:
    start = values["valid_from"]
    return isinstance(start, date) and start <= day and not _ended(values, day)


def _ended(values: Values, day: date) -> bool:
    end = values["valid_to"]
    return isinstance(end, date) and end < day
