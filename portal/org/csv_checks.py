"""Checks of an import that need more than one row: references, cycles, heads, overlaps.

Each works on the merged values (database and files) and reports only lines of the files.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

from flask_babel import gettext as _

from portal.org.csv_rows import Record
from portal.org.csv_state import Values
from portal.org.dates import overlap
from portal.org.holding_rules import Spell, cautions, refusals
from portal.org.models import HolderKind, PositionKind

Report = Callable[[Record, str, str], None]
"""(record, column, sentence): notes a problem at the record's line."""

Merged = dict[str, dict[str, Values]]


def find_cycle(start: str, above: Mapping[str, str]) -> list[str]:
    """The way from ``start`` up and back to itself, empty when there is none."""
    way, seen = [start], {start}
    while current := above.get(way[-1], ""):
        way.append(current)
        if current == start:
            return way
        if current in seen:
            return []  # a cycle further up; it is reported at its own members
        seen.add(current)
    return []


def check_units(records: Sequence[Record], merged: Merged, report: Report) -> None:
    """Known parents and no cycle."""
    units = merged["units"]
    above = {code: str(values["parent"]) for code, values in units.items()}
    for record in records:
        parent = above[record.key]
        if parent and parent not in units:
            report(record, "induk", _("unit induk %(code)s tidak ada.", code=parent))
        elif way := find_cycle(record.key, above):
            report(
                record,
                "induk",
                _("susunan unit berputar: %(way)s.", way=" → ".join(way)),
            )


def check_positions(records: Sequence[Record], merged: Merged, report: Report) -> None:
    """Known units and superiors, no circle of superiors, one head of a unit at a time."""
    positions = merged["positions"]
    above = {code: str(values["supervisor"]) for code, values in positions.items()}
    heads: dict[str, list[str]] = {}
    for code, values in positions.items():
        if values["kind"] == PositionKind.HEAD:
            heads.setdefault(str(values["unit"]), []).append(code)
    for record in records:
        values = positions[record.key]
        unit, superior = str(values["unit"]), above[record.key]
        if unit and unit not in merged["units"]:
            report(record, "unit", _("unit %(code)s tidak ada.", code=unit))
        if superior and superior not in positions:
            report(record, "atasan", _("jabatan atasan %(code)s tidak ada.", code=superior))
        elif way := find_cycle(record.key, above):
            report(record, "atasan", _("atasan berputar: %(way)s.", way=" → ".join(way)))
        if values["kind"] != PositionKind.HEAD or not record.ok:
            continue
        for other in heads.get(unit, []):
            if other != record.key and _periods_overlap(values, positions[other]):
                report(
                    record,
                    "jenis",
                    _(
                        "unit %(unit)s sudah mempunyai kepala pada masa itu: %(code)s.",
                        unit=unit,
                        code=other,
                    ),
                )


def check_people(records: Sequence[Record], merged: Merged, report: Report) -> None:
    """One NIP, one person."""
    owners: dict[str, list[str]] = {}
    for code, values in merged["people"].items():
        if values["nip"]:
            owners.setdefault(str(values["nip"]), []).append(code)
    for record in records:
        nip = merged["people"][record.key]["nip"]
        others = [code for code in owners.get(str(nip), []) if code != record.key]
        if nip and others:
            report(
                record,
                "nip",
                _("NIP ini sudah tercatat pada orang dengan kode %(code)s.", code=others[0]),
            )


def check_holders(records: Sequence[Record], merged: Merged, report: Report, warn: Report) -> None:
    """Known positions and people, and the rules of holding a position."""
    by_position: dict[str, list[str]] = {}
    for key, values in merged["holders"].items():
        by_position.setdefault(str(values["position"]), []).append(key)
    columns = {
        "valid_to": "berlaku_sampai",
        "valid_from": "berlaku_dari",
        "mandate": "mandat",
        "person": "orang",
    }
    for record in records:
        values = merged["holders"][record.key]
        position = merged["positions"].get(str(values["position"]))
        if position is None:
            report(record, "jabatan", _("jabatan %(code)s tidak ada.", code=values["position"]))
        if values["person"] not in merged["people"]:
            report(record, "orang", _("orang %(code)s tidak ada.", code=values["person"]))
            continue
        if position is None:
            continue
        new = _spell(values, merged)
        others = [
            _spell(merged["holders"][key], merged)
            for key in by_position[str(values["position"])]
            if key != record.key
        ]
        for field, message in refusals(PositionKind(str(position["kind"] or "other")), others, new):
            report(record, columns[field], message)
        if not _within(position, new.start):
            report(record, "berlaku_dari", _("jabatan itu tidak berlaku pada hari pertama."))
        for message in cautions(others, new):
            warn(record, "jenis", message)


def _spell(values: Values, merged: Merged) -> Spell:
    start, end = values["valid_from"], values["valid_to"]
    assert isinstance(start, date)
    return Spell(
        values["person"],
        str(merged["people"].get(str(values["person"]), {}).get("name", values["person"])),
        HolderKind(str(values["kind"])),
        str(values["mandate"]),
        start,
        end if isinstance(end, date) else None,
    )


def _bounds(values: Values) -> tuple[date, date | None]:
    start, end = values["valid_from"], values["valid_to"]
    assert isinstance(start, date)
    return start, end if isinstance(end, date) else None


def _periods_overlap(one: Values, other: Values) -> bool:
    return overlap(*_bounds(one), *_bounds(other))


def _within(values: Values, day: date) -> bool:
    start, end = _bounds(values)
    return start <= day and (end is None or day <= end)
