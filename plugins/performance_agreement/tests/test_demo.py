"""The sample years: played at any time of the year, complete, and marked as samples."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from plugins.performance_agreement import samples
from plugins.performance_agreement.demo import demo
from plugins.performance_agreement.models import Agreement, Budget, Measure
from portal.api import Case, CaseTask, Player, RegisterEntry
from portal.testing.inside import Register
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.world import World


@pytest.fixture
def plugins() -> tuple[str, ...]:
    return ("performance_agreement",)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_the_samples_are_played_on_new_years_day(
    session: Session, world: World, frozen_clock: FrozenClock
) -> None:
    now = datetime(2027, 1, 1, 3, tzinfo=UTC)
    demo(Player(), now)
    frozen_clock.set(now)
    roots = session.scalars(select(Case).where(Case.parent_id.is_(None))).all()
    assert sorted((row.data["tahun"], str(row.status)) for row in roots) == [
        (2025, "done"),
        (2026, "done"),
        (2027, "done"),
        (2028, "cancelled"),
        (2028, "open"),
        (2029, "open"),
        (2030, "suspended"),
    ]
    open_tasks = session.scalars(select(CaseTask).where(CaseTask.status == "open")).all()
    assert any(task.due is not None and task.due < now for task in open_tasks)
    assert all(task.opened_at < now for task in open_tasks)
    _marked_as_samples(session)
    _registers_follow_time(session)


def _marked_as_samples(session: Session) -> None:
    assert all(samples.MARK in unit for unit in session.scalars(select(Measure.unit)))
    assert all(samples.MARK in name for name in session.scalars(select(Budget.name)))
    assert session.scalar(select(Agreement.id).where(Agreement.year == 2027)) is not None


def _registers_follow_time(session: Session) -> None:
    rows = session.execute(
        select(Register.id, RegisterEntry.seq, RegisterEntry.day)
        .join(Register, Register.id == RegisterEntry.register_id)
        .order_by(Register.id, RegisterEntry.seq)
    ).all()
    days: dict[int, list[object]] = {}
    for register, _seq, day in rows:
        days.setdefault(register, []).append(day)
    assert all(each == sorted(each) for each in days.values())  # type: ignore[type-var]
