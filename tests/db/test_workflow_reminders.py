"""Reminders: at 75 % of the time and at its end, once, not while a case rests."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.db import transaction
from portal.events import TaskDue, from_json, to_json
from portal.jobs import queue, run_schedules
from portal.testing.databases import Seed
from portal.testing.desk import Desk, SampleHost
from portal.testing.pytest_plugin import FrozenClock
from portal.testing.workflows import LETTER, UNITS, plant_units
from portal.testing.world import World, plant
from portal.workflow import control, reminders
from portal.workflow.access import case_by_number
from portal.workflow.casepage import case_view
from portal.workflow.models import Timer
from portal.workflow.reminders import fire_due


@pytest.fixture
def seeds() -> tuple[Seed, ...]:
    return (plant, plant_units)


@pytest.fixture
def host(app: Flask) -> SampleHost:
    return SampleHost(LETTER, UNITS).install(app)


@pytest.fixture
def desk(host: SampleHost, world: World, frozen_clock: FrozenClock) -> Iterator[Desk]:
    yield Desk(world)
    world.session.rollback()
    assert list(audit.verify(world.session)) == []


@pytest.fixture
def number(desk: Desk) -> str:
    """A case whose first stage has two hours from 9.00: 75 % is 10.30, the end 11.00."""
    return desk.start("letter.new", "karo-otlak", {"hal": "undangan"})


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def told(host: SampleHost) -> list[tuple[str, str]]:
    return sorted((e.step, e.state) for e in host.events if isinstance(e, TaskDue))


def test_nothing_is_said_before_three_quarters(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock
) -> None:
    frozen_clock.set(wib(23, 10, 29))
    assert fire_due(100) == 0
    assert told(host) == []


def test_at_three_quarters_the_plugins_are_told_and_the_log_says_so(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    frozen_clock.set(wib(23, 10, 30))
    assert fire_due(100) == 2
    assert told(host) == [("a.I", "warn"), ("a.II", "warn")]
    entries = session.scalars(select(AuditEvent).where(AuditEvent.kind == "due-soon")).all()
    assert {entry.data["step"] for entry in entries} == {"a.I", "a.II"}
    assert {entry.chain for entry in entries} == {f"case:{desk.case(number).id}"}
    fired = session.scalars(select(Timer.fired_at).where(Timer.kind == "warn")).all()
    assert set(fired) == {wib(23, 10, 30)}


def test_a_reminder_is_carried_out_once(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock
) -> None:
    frozen_clock.set(wib(23, 10, 30))
    fire_due(100)
    assert fire_due(100) == 0
    frozen_clock.set(wib(23, 11, 1))
    assert fire_due(100) == 2
    assert fire_due(100) == 0
    assert told(host) == [("a.I", "late"), ("a.I", "warn"), ("a.II", "late"), ("a.II", "warn")]


def test_after_a_pause_of_the_worker_only_the_end_is_told(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock, session: Session
) -> None:
    frozen_clock.set(wib(24, 9))
    assert fire_due(100) == 4
    assert told(host) == [("a.I", "late"), ("a.II", "late")]
    assert not session.scalars(select(Timer).where(Timer.fired_at.is_(None))).all()


def test_a_finished_step_is_not_reminded_of(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock
) -> None:
    desk.act("staf-akin-1", "a.I")
    frozen_clock.set(wib(23, 11))
    fire_due(100)
    assert told(host) == [("a.II", "late"), ("b.I", "late")]


def test_a_suspended_case_is_left_in_peace_and_put_off(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock
) -> None:
    root = desk.case(number).id
    with transaction() as session:
        control.suspend(session, root, desk.actor("karo-otlak"), "Menunggu", desk.key())
    frozen_clock.set(wib(24, 9))
    assert fire_due(100) == 0
    with transaction() as session:
        control.resume(session, root, desk.actor("karo-otlak"), "Lanjut", desk.key())
    assert fire_due(100) == 0
    frozen_clock.set(wib(24, 10, 30))
    assert fire_due(100) == 2
    assert told(host) == [("a.I", "warn"), ("a.II", "warn")]


def test_a_batch_has_a_limit_and_the_oldest_come_first(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock
) -> None:
    frozen_clock.set(wib(23, 10))
    desk.start("letter.new", "karo-otlak", {"hal": "kedua"})
    frozen_clock.set(wib(23, 11, 30))
    assert fire_due(2) == 2
    assert {e.number for e in host.events if isinstance(e, TaskDue)} <= {number}
    assert fire_due(3) == 3
    assert fire_due(3) == 1


def test_the_reminder_names_the_lane_and_knows_its_end(
    desk: Desk, host: SampleHost, frozen_clock: FrozenClock
) -> None:
    number = desk.start("units.new", "karo-otlak")
    desk.act("staf-akin-1", "kirim.1")
    desk.act("staf-akin-2", "kirim.2")
    frozen_clock.set(datetime(2026, 12, 21, 8, 30, tzinfo=UTC))
    fire_due(100)
    due = [e for e in host.events if isinstance(e, TaskDue) and e.step == "isi"]
    # the office at Tampaksiring closes an hour earlier
    assert [e.number for e in due if e.state == "late"] == [f"{number}-03"]
    assert {e.case_id for e in due} == {desk.case(number).id}
    assert due[-1].due


def test_a_late_lane_of_a_finished_case_is_still_reminded_of(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock
) -> None:
    with transaction():
        desk.case(number).status = "done"  # type: ignore[assignment]  # the stored value
    frozen_clock.set(wib(23, 11))
    assert fire_due(100) == 4


def test_the_timeline_shows_it(
    desk: Desk, number: str, frozen_clock: FrozenClock, app: Flask, session: Session
) -> None:
    frozen_clock.set(wib(23, 11))
    fire_due(100)
    actor = desk.actor("karo-otlak")
    with app.test_request_context():
        view = case_view(session, actor, *case_by_number(session, number, actor))
    texts = [text for _at, _who, text, _note in view.timeline]
    assert "Batas waktu langkah a.I terlewati" in texts


def test_two_workers_tell_once(
    desk: Desk, host: SampleHost, number: str, frozen_clock: FrozenClock, app: Flask
) -> None:
    frozen_clock.set(wib(23, 11))
    desk.world.session.rollback()

    def work(_n: int) -> int:
        with app.app_context():
            return fire_due(100)

    with ThreadPoolExecutor(4) as pool:
        assert sum(pool.map(work, range(4))) == 4
    assert told(host) == [("a.I", "late"), ("a.II", "late")]


def test_the_worker_carries_them_out_by_itself(
    desk: Desk,
    host: SampleHost,
    number: str,
    frozen_clock: FrozenClock,
    app: Flask,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    name = "workflow.reminders"
    seconds, tick = queue.SCHEDULES[name]
    assert (seconds, tick) == (60, reminders.remind)
    monkeypatch.setattr("portal.jobs.runner.SCHEDULES", {name: (seconds, tick)})
    frozen_clock.set(wib(23, 10, 30))
    desk.world.session.rollback()
    assert run_schedules(app) == 1
    assert told(host) == [("a.I", "warn"), ("a.II", "warn")]
    assert run_schedules(app) == 0


def test_the_event_survives_the_queue() -> None:
    event = TaskDue(
        case_id=1, number="A-1", plugin="p", workflow="w", task_id=2, step="a", state="late",
        due="2026-11-23T04:00:00+00:00",
    )  # fmt: skip
    assert from_json(to_json(event)) == event
