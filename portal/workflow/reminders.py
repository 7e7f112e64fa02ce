"""Reminders: what the worker does when 75 % of a step's time is used, and when it is over.

The rows are written by ``timing``; here they are carried out: marked, logged in the
case's chain, and told to the plugins. Who then gets a message is a plugin's affair.
"""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.db import db, reading, transaction
from portal.events import TaskDue
from portal.jobs import every
from portal.workflow.behaviours import behaviours
from portal.workflow.models import Case, CaseStatus, Task, TaskStatus, Timer

BATCH = 200
"""How many reminders one turn carries out at most; the rest wait for the next turn."""

KINDS = {"warn": "due-soon", "late": "overdue"}
"""Kind of the log entry by kind of reminder."""


@every(60, "workflow.reminders")
def remind() -> None:
    """Carry out the reminders whose time has come."""
    fire_due(BATCH)


def fire_due(limit: int) -> int:
    """Carry out up to ``limit`` due reminders, the oldest first; returns how many.

    Each root case is locked and committed by itself. A reminder is carried out once; while
    a case is suspended its reminders wait, and resuming puts them off.
    """
    with reading():
        rows = db.session.execute(_due().limit(limit)).all()
        db.session.rollback()
    fired = 0
    for root_id in dict.fromkeys(root for _timer, root in rows):
        ids = [timer for timer, root in rows if root == root_id]
        with transaction() as session:
            fired += _fire(session, root_id, ids)
    return fired


def _due() -> Select[int, int]:
    root = Case.__table__.alias("root")
    return (
        select(Timer.id, Task.root_id)
        .join(Task, Task.id == Timer.task_id)
        .join(root, root.c.id == Task.root_id)
        .where(
            Timer.fired_at.is_(None),
            Timer.at <= clock.now(),
            Task.status == TaskStatus.OPEN,
            Task.paused_at.is_(None),
            root.c.status.in_([CaseStatus.OPEN, CaseStatus.DONE]),
        )
        .order_by(Timer.at, Timer.id)
    )


def _fire(session: Session, root_id: int, ids: list[int]) -> int:
    # acts and other workers wait here; then what was read before may hold no more
    root = session.scalars(select(Case).where(Case.id == root_id).with_for_update()).one()
    now = clock.now()
    due = {timer for timer, _root in session.execute(_due().where(Timer.id.in_(ids)))}
    timers = session.execute(
        select(Timer, Task, Case.number)
        .join(Task, Task.id == Timer.task_id)
        .join(Case, Case.id == Task.case_id)
        .where(Timer.id.in_(due))
        .order_by(Timer.at, Timer.id)
    ).all()
    late = {task.id for timer, task, _number in timers if timer.kind == "late"}
    for timer, task, number in timers:
        timer.fired_at = now
        if timer.kind == "warn" and task.id in late:
            continue  # a warning is of no use any more
        _tell(session, root, timer, task, number)
    return len(timers)


def _tell(session: Session, root: Case, timer: Timer, task: Task, number: str) -> None:
    due = task.due.isoformat() if task.due else ""
    audit.append(
        session,
        f"case:{root.id}",
        KINDS[timer.kind],
        {"step": task.step, "round": task.round, "case": number, "due": due},
        case_id=root.id,
        task_id=task.id,
    )
    behaviours().event(
        session,
        TaskDue(
            case_id=root.id,
            number=number,
            plugin=root.plugin,
            workflow=root.workflow,
            task_id=task.id,
            step=task.step,
            state=timer.kind,
            due=due,
        ),
    )
