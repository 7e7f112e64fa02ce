"""What an act asks of the database: nothing in a loop over units, nothing twice."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from sqlalchemy import event
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.db import db, transaction
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.workflows import HEADS, LETTER, UNITS, UNITS_OF_1, UNITS_OF_2, plant_units
from portal.testing.world import World, plant

ALL = (*UNITS_OF_1, *UNITS_OF_2)


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def desk(app: Flask, world: World) -> Iterator[Desk]:
    SampleHost(LETTER, UNITS).install(app)
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@contextmanager
def statements() -> Iterator[list[str]]:
    """Every statement of the block."""
    seen: list[str] = []

    def note(connection: object, cursor: object, text: str, *rest: object) -> None:
        seen.append(" ".join(text.split()))

    event.listen(db.engine, "before_cursor_execute", note)
    try:
        yield seen
    finally:
        event.remove(db.engine, "before_cursor_execute", note)


def count(seen: list[str], start: str, within: str) -> int:
    return sum(each.startswith(start) and within in each for each in seen)


def to_the_units(desk: Desk) -> None:
    desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")


def test_the_log_is_asked_once_where_it_ends(desk: Desk) -> None:
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    with statements() as seen:
        desk.act("staf-akin-1", "a.I")
    assert count(seen, "INSERT", "audit_event") == 2
    assert count(seen, "SELECT audit_event.seq", "audit_event") == 1


def test_what_a_savepoint_took_back_is_not_what_the_log_goes_on_from(
    desk: Desk, session: Session
) -> None:
    with transaction() as writing:
        audit.append(writing, "system", "one", {})
        inner = writing.begin_nested()
        audit.append(writing, "system", "taken back", {})
        inner.rollback()
        audit.append(writing, "system", "two", {})
    with transaction() as writing:
        audit.append(writing, "system", "three", {})
    found = session.query(AuditEvent.seq, AuditEvent.kind).filter_by(chain="system")
    assert [tuple(row) for row in found.order_by(AuditEvent.seq)] == [
        (1, "one"),
        (2, "two"),
        (3, "three"),
    ]


def test_a_task_is_written_once_by_its_act(desk: Desk) -> None:
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    with statements() as seen:
        desk.act("staf-akin-1", "a.I")
    assert count(seen, "UPDATE", "wf_task") == 1


def test_the_officials_of_all_units_are_found_together(desk: Desk) -> None:
    to_the_units(desk)
    with statements() as seen:
        desk.act("staf-akin-2", "kirim.2")
    # those named by the workflow, the staff and the heads
    assert count(seen, "SELECT org_position", "FROM org_position") <= 3


def test_the_superiors_of_all_units_are_found_together(desk: Desk) -> None:
    to_the_units(desk)
    desk.act("staf-akin-2", "kirim.2")
    for n, unit in enumerate(ALL, start=1):
        lane = f"UNT-2026-0001-{n:02}"
        desk.act(f"staf-{unit}", "isi", number=lane)
        desk.act(HEADS[unit], "ttd", number=lane)
    for n, unit in enumerate(ALL, start=1):
        analyst = "staf-akin-1" if unit in UNITS_OF_1 else "staf-akin-2"
        desk.act(analyst, "analisis", number=f"UNT-2026-0001-{n:02}")
    desk.act("staf-akin-1", "rekap")
    with statements() as seen:
        desk.act("kabag-akin-1", "periksa")
    assert count(seen, "WITH RECURSIVE", "org_unit") == 1


def test_where_the_steps_of_all_units_wait_is_written_together(desk: Desk) -> None:
    to_the_units(desk)
    with statements() as seen:
        desk.act("staf-akin-2", "kirim.2")
    assert count(seen, "INSERT", "wf_candidate") == 1
    assert count(seen, "INSERT", "wf_timer") == 1
