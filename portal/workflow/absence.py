"""What an absence leaves behind in the cases: claims of those who lost their right, tasks of
vacant positions. Who may act for whom is decided in ``portal.org`` and ``portal.auth``.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session, aliased

from portal import audit
from portal.db import db, reading, transaction
from portal.jobs import every
from portal.org import service as org
from portal.org.dates import in_force
from portal.org.delegations import counts_on, end_over
from portal.org.models import Delegation, Holder, Position
from portal.workflow.models import Candidate, Case, Task, TaskStatus
from portal.workflow.run import lock_run

BATCH = 200
"""How many claims one turn releases at most; the rest wait for the next turn."""
PAGE = 25


@dataclass(frozen=True, slots=True)
class VacantTask:
    """A task that nobody can do today: number, step and official, nothing of the content."""

    task_id: int
    number: str
    step: str
    title: str
    due: datetime


@every(60, "workflow.absence")
def tidy() -> None:
    """End the delegations that are over, and give back what nobody may finish any more."""
    with transaction() as session:
        end_over(session)
    release_claims()


def release_claims(limit: int = BATCH) -> int:
    """Open the tasks again whose claimer lost the right to them; returns how many.

    A delegation that ended, a Plt. or Plh. whose period is over, an official who moved on.
    Each root case is locked and committed by itself.
    """
    with reading():
        rows = db.session.execute(_orphaned().limit(limit)).all()
        db.session.rollback()
    released = 0
    for root_id in dict.fromkeys(root for _task, root in rows):
        with transaction() as session:
            released += _release(session, root_id)
    return released


def give_back(session: Session, person_id: int) -> int:
    """The same for what one person has claimed, in the caller's transaction."""
    rows = session.execute(_orphaned().where(Task.claimed_by_id == person_id)).all()
    return sum(_release(session, root) for root in sorted({root for _task, root in rows}))


def _orphaned() -> Select[int, int]:
    """Ids of claimed tasks, with their root cases, that the claimer has no right to today."""
    day = org.today()
    held = (
        select(Candidate.id)
        .join(Holder, Holder.position_id == Candidate.position_id)
        .where(
            Candidate.task_id == Task.id,
            Candidate.is_open,
            Holder.person_id == Task.claimed_by_id,
            in_force(Holder, day),
        )
    )
    delegated = (
        select(Candidate.id)
        .join(Delegation, Delegation.position_id == Candidate.position_id)
        .where(
            Candidate.task_id == Task.id,
            Candidate.is_open,
            Delegation.to_person_id == Task.claimed_by_id,
            counts_on(day),
        )
    )
    return (
        select(Task.id, Task.root_id)
        .where(
            Task.status == TaskStatus.OPEN,
            Task.claimed_by_id.is_not(None),
            ~held.exists(),
            ~delegated.exists(),
        )
        .order_by(Task.root_id, Task.id)
    )


def _release(session: Session, root_id: int) -> int:
    # acts wait here; then what was read before may hold no more
    run = lock_run(session, root_id)
    ids = [
        task_id for task_id, _root in session.execute(_orphaned().where(Task.root_id == root_id))
    ]
    tasks = session.scalars(
        select(Task).where(Task.id.in_(ids)).execution_options(populate_existing=True)
    ).all()
    for task in tasks:
        before, task.claimed_by_id, task.claimed_by = task.claimed_by, None, ""
        task.version += 1
        audit.append(
            session,
            run.chain,
            "handed-over",
            {
                "step": task.step,
                "case": run.cases[task.case_id].number,
                "to": "",
                "reason": _("%(who)s tidak lagi berwenang atas tugas ini.", who=before),
            },
            case_id=run.root.id,
            task_id=task.id,
        )
    return len(tasks)


def vacant_tasks(
    session: Session,
    day: date,
    after: tuple[datetime, int] | None = None,
    kept: Select[int] | None = None,
) -> list[VacantTask]:
    """The open tasks that wait only at positions without a holder, by deadline.

    At most a page and one more; ``after`` is deadline and id of the last one before;
    ``kept`` selects the ids of tasks that are kept from the reader. The
    vacant positions are found first: only their part of the inbox's index is read.
    """
    here, other = Candidate, aliased(Candidate)
    somebody = select(other.id).where(
        other.task_id == here.task_id, other.is_open, ~_vacant(other.position_id, day)
    )
    query = (
        select(here.task_id, Case.number, Task.step, Position.title, here.due)
        .join(Task, Task.id == here.task_id)
        .join(Case, Case.id == Task.case_id)
        .join(Position, Position.id == here.position_id)
        .where(here.is_open, _vacant(here.position_id, day), ~somebody.exists())
        .order_by(here.due, here.task_id, here.id)
        .limit(2 * (PAGE + 1))
    )
    if kept is not None:
        query = query.where(here.task_id.not_in(kept))
    if after is not None:
        due, task_id = after
        later = and_(here.due == due, here.task_id > task_id)
        query = query.where(or_(here.due > due, later))
    return _one_each(session.execute(query).all())


def _one_each(rows: Sequence[tuple[int, str, str, str, datetime]]) -> list[VacantTask]:
    """One line a task, with all the officials it waits for."""
    found: dict[int, VacantTask] = {}
    for task_id, number, step, title, due in rows:
        known = found.get(task_id)
        if known is not None:
            title = f"{known.title}, {title}"
        found[task_id] = VacantTask(task_id, number, step, title, due)
    return list(found.values())[: PAGE + 1]


def _vacant(position: InstrumentedAttribute[int], day: date) -> ColumnElement[bool]:
    taken = (
        select(Holder.position_id)
        .join(Position, Position.id == Holder.position_id)
        .where(in_force(Holder, day), in_force(Position, day))
    )
    return position.not_in(taken)
