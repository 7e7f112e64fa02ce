"""The calendar in the database: caching, importing, and what a changed day does to deadlines."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from flask import Flask
from flask_babel import Babel
from sqlalchemy import event, select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.app import init_database
from portal.config import Settings
from portal.db import db, transaction
from portal.errors import Conflict
from portal.org.models import Position, PositionKind, Unit
from portal.testing.pytest_plugin import FrozenClock
from portal.workflow.calendar import (
    CalendarChange,
    apply_change,
    known_years,
    load_calendar,
    load_rows,
    plan_import,
    preview_change,
    ship_calendar,
    ship_proposal,
)
from portal.workflow.calendar_csv import NATIONAL, SHARED, Fast, FreeDay, read_calendar
from portal.workflow.limits import parse_limit
from portal.workflow.models import (
    Candidate,
    Case,
    CaseStatus,
    Definition,
    Holiday,
    OfficeHours,
    StageClock,
    Task,
    TaskStatus,
    Timer,
)
from portal.workflow.timing import NO_LIMIT

WIB = "Asia/Jakarta"
TUESDAY = date(2026, 11, 24)
DECREE = CalendarChange(added=(FreeDay(TUESDAY, "Libur nasional", NATIONAL),))


@pytest.fixture
def app(settings: Settings) -> Iterator[Flask]:
    """Only the database and the language."""
    bare = Flask("portal")
    bare.config.update(PORTAL=settings, SQLALCHEMY_DATABASE_URI=settings.database_url)
    Babel(bare, default_locale="id")
    init_database(bare)
    with bare.app_context(), transaction() as session:
        ship_calendar(session)
    yield bare
    with bare.app_context():
        db.engine.dispose()


def local(text: str, zone: str = WIB) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


# -- loading ----------------------------------------------------------------------------------


def test_the_shipped_hours_are_stored_once(session: Session) -> None:
    ship_calendar(session)
    assert len(session.scalars(select(OfficeHours)).all()) == 10
    assert load_calendar(session, WIB).hours_on(date(2026, 11, 23)) is not None


def test_an_unchanged_calendar_costs_one_query_a_transaction(session: Session) -> None:
    first = load_calendar(session, WIB)
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    for _transaction in range(2):
        session.commit()
        for _row in range(25):
            assert load_calendar(session, WIB) is first
    assert len([each for each in statements if each.startswith("SELECT")]) == 2


def test_another_process_s_change_is_seen_at_once(app: Flask, session: Session) -> None:
    before = load_calendar(session, WIB)
    session.rollback()
    with app.app_context(), transaction() as other:
        apply_change(other, DECREE)
    assert before.is_working_day(TUESDAY)
    assert not load_calendar(session, WIB).is_working_day(TUESDAY)


def test_a_rolled_back_change_leaves_no_trace_in_the_cache(session: Session) -> None:
    apply_change(session, DECREE)
    assert not load_calendar(session, WIB).is_working_day(TUESDAY)
    session.rollback()
    assert load_calendar(session, WIB).is_working_day(TUESDAY)


# -- importing --------------------------------------------------------------------------------


def imported(session: Session, rows: str, *, whole_years: bool = False) -> CalendarChange:
    file = read_calendar(f"tanggal,sampai,jenis,nama\n{rows}".encode())
    assert file.problems == []
    change = plan_import(session, file, whole_years=whole_years)
    apply_change(session, change)
    return change


def test_importing_twice_changes_nothing_the_second_time(session: Session) -> None:
    rows = "2026-08-17,,libur,Kemerdekaan\n2026-02-18,2026-03-19,ramadan,\n"
    assert imported(session, rows)
    token = load_rows(session).token
    assert not imported(session, rows)
    assert load_rows(session).token == token
    assert known_years(session) == [2026]


def test_a_corrected_ramadan_takes_the_place_of_the_estimate(session: Session) -> None:
    imported(session, "2026-02-18,2026-03-19,ramadan,\n")
    imported(session, "2026-02-19,2026-03-20,ramadan,\n")
    assert list(load_rows(session).fasts.values()) == [Fast(date(2026, 2, 19), date(2026, 3, 20))]


def test_a_whole_year_can_be_replaced_and_other_years_stay(session: Session) -> None:
    imported(session, "2026-08-17,,libur,A\n2026-12-24,,cuti bersama,B\n2025-08-17,,libur,C\n")
    imported(session, "2026-08-17,,libur,A baru\n", whole_years=True)
    stored = session.execute(select(Holiday.day, Holiday.name).order_by(Holiday.day)).all()
    assert [tuple(row) for row in stored] == [
        (date(2025, 8, 17), "C"),
        (date(2026, 8, 17), "A baru"),
    ]


def test_the_proposal_keeps_what_is_known(session: Session) -> None:
    imported(session, "2026-08-17,,libur,Menurut keputusan\n")
    ship_proposal(session, 2026)
    names = {row.day: row.name for row in load_rows(session).days.values()}
    assert len(names) == 5
    assert names[date(2026, 8, 17)] == "Menurut keputusan"


# -- open deadlines ---------------------------------------------------------------------------


@pytest.fixture
def desk(session: Session, frozen_clock: FrozenClock) -> Position:
    unit = Unit(
        code="u", name="Unit", kind="biro", valid_from=date(2020, 1, 1), position=0, source=""
    )
    session.add(unit)
    session.flush()
    position = Position(
        code="p",
        title="Kepala Unit",
        unit_id=unit.id,
        kind=PositionKind.HEAD,
        valid_from=date(2020, 1, 1),
    )
    definition = Definition(
        plugin="x",
        workflow="w",
        digest="d",
        version=1,
        body={},
        published_at=frozen_clock.now,
    )
    session.add_all([position, definition])
    session.flush()
    return position


def open_task(
    session: Session,
    desk: Position,
    number: str,
    limit: str,
    *,
    start: str = "2026-11-23 09:00",
    zone: str = "",
    pause: int = 0,
) -> Task:
    calendar = load_calendar(session, zone or WIB)
    began = local(start, zone or WIB)
    due = calendar.add_office_minutes(calendar.deadline(began, parse_limit(limit)), pause)
    case = Case(
        number=number,
        definition_id=session.scalars(select(Definition.id)).one(),
        plugin="x",
        workflow="w",
        title="Kasus",
        status=CaseStatus.OPEN,
        data={},
        facts={},
        timezone=zone,
        started_by="Kepala Unit",
        started_at=began,
    )
    session.add(case)
    session.flush()
    case.root_id = case.id
    task = Task(
        case_id=case.id,
        root_id=case.id,
        step="1a",
        stage="1",
        title="Menyusun konsep",
        status=TaskStatus.OPEN,
        opened_at=began,
        clock_from=began,
        limit=limit,
        due=due,
        record={},
    )
    session.add(task)
    session.flush()
    session.add_all(
        [
            StageClock(
                case_id=case.id, root_id=case.id, stage="1", limit=limit, clock_from=began, due=due
            ),
            Candidate(task_id=task.id, position_id=desk.id, due=due),
            Timer(task_id=task.id, kind="warn", at=calendar.point(began, due, 0.75)),
            Timer(task_id=task.id, kind="late", at=due),
        ]
    )
    session.commit()
    return task


def test_a_preview_shows_what_moves_and_writes_nothing(session: Session, desk: Position) -> None:
    moved = open_task(session, desk, "K-1", "1 hari")
    open_task(session, desk, "K-2", "30 menit")
    changes = preview_change(session, DECREE)
    assert [(change.task_id, change.case_number) for change in changes] == [(moved.id, "K-1")]
    assert changes[0].before == local("2026-11-24 16:00")
    assert changes[0].after == local("2026-11-25 16:00")
    assert load_calendar(session, WIB).is_working_day(TUESDAY)
    assert session.scalars(select(Task.due).where(Task.id == moved.id)).one() == changes[0].before


def test_saving_moves_task_stage_inbox_and_reminders(session: Session, desk: Position) -> None:
    task = open_task(session, desk, "K-1", "1 hari")
    assert len(apply_change(session, DECREE, actor="Administrator")) == 1
    new = local("2026-11-25 16:00")
    assert task.due == new
    assert session.scalars(select(StageClock.due)).one() == new
    assert session.scalars(select(Candidate.due)).one() == new
    at = dict(session.execute(select(Timer.kind, Timer.at)).all())
    calendar = load_calendar(session, WIB)
    assert at == {"late": new, "warn": calendar.point(local("2026-11-23 09:00"), new, 0.75)}


def test_what_rests_does_not_become_late_in_the_inbox(session: Session, desk: Position) -> None:
    task = open_task(session, desk, "K-1", "1 hari")
    task.paused_at = local("2026-11-23 10:00")
    session.execute(update(Candidate).values(due=NO_LIMIT))
    session.commit()
    apply_change(session, DECREE, actor="Administrator")
    assert task.due == local("2026-11-25 16:00")
    assert session.scalars(select(Candidate.due)).one() == NO_LIMIT


def test_a_day_taken_back_brings_the_old_deadline_back(session: Session, desk: Position) -> None:
    task = open_task(session, desk, "K-1", "20 hari", pause=95)
    before = task.due
    apply_change(session, DECREE)
    assert task.due != before
    apply_change(session, CalendarChange(removed=(TUESDAY,)))
    assert task.due == before


def test_a_ramadan_moves_limits_in_hours(session: Session, desk: Position) -> None:
    task = open_task(session, desk, "K-1", "2 jam", start="2026-11-23 14:30")
    assert task.due == local("2026-11-24 08:00")
    fast = Fast(date(2026, 11, 23), date(2026, 12, 21))
    apply_change(session, CalendarChange(fasts_added=(fast,)))
    assert task.due == local("2026-11-24 09:30")


def test_each_case_moves_in_its_own_zone(session: Session, desk: Position) -> None:
    bali = open_task(session, desk, "K-1", "1 hari", zone="Asia/Makassar")
    apply_change(session, DECREE)
    assert bali.due == local("2026-11-25 16:00", "Asia/Makassar")


def test_finished_steps_and_hand_set_deadlines_stay(session: Session, desk: Position) -> None:
    done, by_hand = (
        open_task(session, desk, "K-1", "1 hari"),
        open_task(session, desk, "K-2", "1 hari"),
    )
    done.status = TaskStatus.DONE
    by_hand.due = local("2026-11-24 10:00")
    session.flush()
    kept = done.due, by_hand.due
    assert apply_change(session, DECREE) == []
    assert (done.due, by_hand.due) == kept


def test_a_reminder_that_was_sent_comes_again_only_if_its_time_is_ahead(
    session: Session, desk: Position, frozen_clock: FrozenClock
) -> None:
    open_task(session, desk, "K-1", "1 hari")
    for timer in session.scalars(select(Timer)):
        timer.fired_at = timer.at
    frozen_clock.set(local("2026-11-24 16:30"))
    session.commit()
    apply_change(session, DECREE)
    fired = dict(session.execute(select(Timer.kind, Timer.fired_at)).all())
    assert fired["late"] is None
    assert fired["warn"] is None
    frozen_clock.forward(days=10)
    for timer in session.scalars(select(Timer)):
        timer.fired_at = timer.at
    session.commit()
    apply_change(session, CalendarChange(removed=(TUESDAY,)))
    assert None not in session.scalars(select(Timer.fired_at)).all()


def test_the_change_is_in_each_case_s_log_and_in_the_system_s(
    session: Session, desk: Position
) -> None:
    first = open_task(session, desk, "K-1", "1 hari")
    second = open_task(session, desk, "K-2", "2 hari")
    open_task(session, desk, "K-3", "30 menit")
    apply_change(session, DECREE, actor="Administrator")
    entries = session.scalars(select(audit.AuditEvent).order_by(audit.AuditEvent.id)).all()
    assert [(entry.chain, entry.kind, entry.actor) for entry in entries] == [
        (f"case:{first.root_id}", "calendar.changed", "Administrator"),
        (f"case:{second.root_id}", "calendar.changed", "Administrator"),
        ("system", "calendar.changed", "Administrator"),
    ]
    assert entries[0].data["tasks"][0][0] == first.id
    assert entries[2].data["moved"] == 2
    assert entries[2].data["added"] == [["2026-11-24", NATIONAL, "Libur nasional"]]
    assert list(audit.verify(session)) == []


def test_who_decided_on_an_older_calendar_is_told(session: Session) -> None:
    seen = load_rows(session).token
    apply_change(session, DECREE, seen=seen)
    later = CalendarChange(added=(FreeDay(date(2026, 12, 24), "Cuti bersama", SHARED),))
    with pytest.raises(Conflict, match="diubah orang lain"):
        apply_change(session, later, seen=seen)
    assert apply_change(session, DECREE, seen=seen) == [], "a second click is no conflict"


def test_a_thousand_open_tasks_move_without_a_query_each(session: Session, desk: Position) -> None:
    task = open_task(session, desk, "K-1", "1 hari")
    columns = ("case_id", "root_id", "stage", "title", "status", "opened_at", "clock_from", "limit")
    values = {name: getattr(task, name) for name in (*columns, "due", "record")}
    session.add_all(Task(**values, step=f"s{n}", round=1) for n in range(1000))
    session.commit()
    statements: list[str] = []
    event.listen(db.engine, "before_cursor_execute", lambda *args: statements.append(args[2]))
    assert len(apply_change(session, DECREE)) == 1001
    assert len(statements) < 60
    assert {due - timedelta(days=1) for due in session.scalars(select(Task.due))} == {
        local("2026-11-24 16:00")
    }
