"""Acts and questions that the engine's tests share."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.db import transaction
from portal.org.models import Position
from portal.testing.desk import Desk
from portal.testing.pytest_plugin import FrozenClock
from portal.workflow import control
from portal.workflow.models import Candidate, Case, StageClock


def wib(day: int, hour: int, minute: int = 0) -> datetime:
    """A moment of November 2026 in WIB."""
    return datetime(2026, 11, day, hour - 7, minute, tzinfo=UTC)


def claim(desk: Desk, username: str, step: str, version: int | None = None) -> None:
    with transaction() as session:
        task = desk.task(step)
        control.claim(
            session, task.id, desk.actor(username), desk.key(),
            task.version if version is None else version,
        )  # fmt: skip


def hand_over(desk: Desk, username: str, step: str, to: str, reason: str = "Cuti") -> None:
    with transaction() as session:
        task = desk.task(step)
        person = desk.world.person_id(to) if to else None
        actor = desk.actor(username)
        control.hand_over(session, task.id, actor, person, reason, desk.key(), task.version)


def withdraw(desk: Desk, username: str, step: str, key: str = "", reason: str = "Keliru") -> None:
    with transaction() as session:
        task = desk.task(step, status="done")
        control.withdraw(session, task.id, desk.actor(username), reason, key or desk.key())


def whole(
    desk: Desk, act: Callable[[Session, int, object, str, str], object],
    username: str = "karo-otlak", reason: str = "Menunggu DIPA", key: str = "",
) -> None:  # fmt: skip
    with transaction() as session:
        root = session.scalars(select(Case).where(Case.parent_id.is_(None))).one()
        act(session, root.id, desk.actor(username), reason, key or desk.key())


def move(
    desk: Desk, step: str, to: str = "", position: str = "", username: str = "admin",
    reason: str = "Pejabat kosong",
) -> None:  # fmt: skip
    with transaction() as session:
        target = desk.world.position_id(position) if position else None
        actor, task = desk.actor(username), desk.task(step)
        control.move(session, task.id, actor, target, to, reason, desk.key())


def log(session: Session, kind: str) -> list[audit.AuditEvent]:
    query = select(audit.AuditEvent).where(audit.AuditEvent.kind == kind)
    return list(session.scalars(query.order_by(audit.AuditEvent.id)))


def opened(desk: Desk, step: str) -> None:
    """The official whose turn it is has looked at the task."""
    with transaction():
        desk.task(step).seen_at = wib(23, 9)


def to_review(desk: Desk) -> None:
    desk.act("staf-akin-1", "a.I")


def to_approval(desk: Desk) -> None:
    to_review(desk)
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")


DRAFT = {"konsep": {"subject": "Undangan", "to": "Semua", "body": "Isi"}}


def at(clock: FrozenClock, day: int, hour: int, minute: int = 0) -> None:
    clock.set(wib(day, hour, minute))


def clock_row(session: Session, stage: str, turn: int = 1) -> StageClock:
    query = select(StageClock).where(StageClock.stage == stage, StageClock.round == turn)
    return session.scalars(query.execution_options(populate_existing=True)).one()


def drafts(desk: Desk) -> None:
    desk.act("staf-akin-1", "a.I", record=DRAFT)
    desk.act("kasubbag-ppk-1", "b.I")
    desk.act("staf-akin-2", "a.II")
    desk.act("kabag-akin-2", "b.II")


def people(session: Session, task_id: int) -> list[str]:

    query = (
        select(Position.code)
        .join(Candidate, Candidate.position_id == Position.id)
        .where(Candidate.task_id == task_id, Candidate.is_open)
        .order_by(Position.code)
    )
    return list(session.scalars(query))
