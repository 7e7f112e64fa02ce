"""The sourced part of the organisation: the units and positions that the portal ships.

The data are the CSV files in ``data/``; each row names its source. Nothing is invented:
whatever the sources do not name is imported by the ministry.
"""

from __future__ import annotations

from importlib.resources import files

from sqlalchemy.orm import Session

from portal.org.csv_import import Plan, import_files
from portal.org.journal import SYSTEM, Editor

FILES = ("units.csv", "positions.csv")


def shipped_files() -> list[tuple[str, bytes]]:
    """The shipped files as (name, content)."""
    folder = files("portal.org") / "data"
    return [(name, (folder / name).read_bytes()) for name in FILES]


def ship_organisation(session: Session, *, by: Editor = SYSTEM) -> Plan:
    """Load the shipped units and positions; repeatable, people and holders are untouched."""
    plan = import_files(session, shipped_files(), by=by)
    if not plan.ok:
        raise RuntimeError("the shipped organisation is broken: " + str(plan.problems[0]))
    return plan
