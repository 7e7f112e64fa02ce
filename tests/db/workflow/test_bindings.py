"""Roles are bound to positions from a day on."""

from __future__ import annotations

from datetime import date

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.db import transaction
from portal.errors import Forbidden, Invalid, NotFound
from portal.org.models import HolderKind, Position
from portal.org.service import assign_holder
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, UNITS
from portal.workflow import bindings
from portal.workflow.models import Binding, Candidate
from tests.db.workflow.hands import wib


def bind(desk: Desk, role: str, position: str, start: date, unit: str = "") -> None:
    with transaction() as session:
        unit_id = desk.world.unit_id(unit) if unit else None
        where = desk.world.position_id(position)
        flow = UNITS if role in ("writer", "chief") else LETTER
        bindings.bind(session, desk.actor("admin"), flow, role, where, unit_id, start)


def who(desk: Desk, step: str, number: str = "") -> list[str]:
    query = select(Position.code).join(Candidate, Candidate.position_id == Position.id)
    found = desk.world.session.scalars(query.where(Candidate.task_id == desk.task(step, number).id))
    return sorted(found)


def test_a_binding_counts_from_its_day_on(desk: Desk, frozen_clock: FrozenClock) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 24))
    first = desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I", first) == ["staf-akin-1"]
    frozen_clock.set(wib(24, 9))
    second = desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I", second) == ["staf-tu-menteri"]
    assert who(desk, "a.I", first) == ["staf-akin-1"]


def test_a_later_binding_takes_over_and_the_earlier_ends(desk: Desk, session: Session) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 1))
    bind(desk, "staff_1", "staf-tu-setmen", date(2026, 12, 1))
    # put in between: it holds until the later one begins
    bind(desk, "staff_1", "staf-akin-2", date(2026, 11, 20))
    rows = session.execute(
        select(Position.code, Binding.valid_from, Binding.valid_to)
        .join(Position, Position.id == Binding.position_id)
        .order_by(Binding.valid_from)
    ).all()
    assert [tuple(row) for row in rows] == [
        ("staf-tu-menteri", date(2026, 11, 1), date(2026, 11, 19)),
        ("staf-akin-2", date(2026, 11, 20), date(2026, 11, 30)),
        ("staf-tu-setmen", date(2026, 12, 1), None),
    ]


def test_a_binding_of_the_same_day_is_replaced(desk: Desk) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 1))
    bind(desk, "staff_1", "staf-tu-setmen", date(2026, 11, 1))
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I") == ["staf-tu-setmen"]


def test_a_binding_for_one_unit_wins_over_one_for_all(desk: Desk) -> None:
    bind(desk, "writer", "staf-tu-menteri", date(2026, 11, 1))
    bind(desk, "writer", "staf-tu-setmen", date(2026, 11, 1), unit="setmen")
    desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    assert who(desk, "isi", "UNT-2026-0001-01") == ["staf-tu-menteri"]
    assert who(desk, "isi", "UNT-2026-0001-04") == ["staf-tu-setmen"]


def test_a_binding_is_ended(desk: Desk, session: Session) -> None:
    bind(desk, "staff_1", "staf-tu-menteri", date(2026, 11, 1))
    row = session.scalars(select(Binding)).one()
    key = row.id
    session.rollback()
    with transaction() as writing:
        bindings.unbind(writing, desk.actor("admin"), key)
    desk.start("letter.new", "karo-otlak", {"hal": "x"})
    assert who(desk, "a.I") == ["staf-akin-1"]
    with pytest.raises(NotFound), transaction() as writing:
        bindings.unbind(writing, desk.actor("admin"), 999)


def test_only_administrators_bind_known_roles_and_positions(desk: Desk) -> None:
    with pytest.raises(Invalid):
        bind(desk, "nobody", "menteri", date(2026, 11, 1))
    with pytest.raises(Invalid), transaction() as session:
        day = date(2026, 11, 1)
        bindings.bind(session, desk.actor("admin"), LETTER, "staff_1", 99999, None, day)
    with pytest.raises(Forbidden), transaction() as session:
        where = desk.world.position_id("menteri")
        actor = desk.actor("karo-otlak")
        bindings.bind(session, actor, LETTER, "staff_1", where, None, date(2026, 11, 1))


def test_a_vacant_position_waits_for_its_next_holder(
    desk: Desk, number: str, session: Session
) -> None:
    """Positions own tasks: who comes to hold one finds the work that waits."""
    with transaction() as writing:
        assign_holder(
            writing,
            position_id=desk.world.position_id("staf-akin-1"),
            person_id=desk.world.person_id("staf-setmen"),
            kind=HolderKind.PLT,
            mandate="SK-3/2026",
            valid_from=date(2026, 11, 1),
        )
    desk.act("staf-setmen", "a.I")
    assert desk.task("a.I", status="done").acted_by.startswith("Plt. ")
