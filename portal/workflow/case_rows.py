"""What a list shows of a case: its step, who has it now, until when. No right is asked here.

Five queries at most, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import current_app, url_for
from flask_babel import gettext as _
from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from portal import clock
from portal.org.models import Position
from portal.workflow.calendar import load_calendar
from portal.workflow.inbox import Deadline, deadline_of
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus
from portal.workflow.run import plan_of

STATUS = {
    CaseStatus.OPEN: "Berjalan",
    CaseStatus.SUSPENDED: "Ditunda",
    CaseStatus.DONE: "Selesai",
    CaseStatus.CANCELLED: "Dibatalkan",
}


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One case of a list; ``unit`` is that of a lane, ``more`` says what else is waited for."""

    number: str
    title: str
    url: str
    standard: str
    unit: str
    step: str
    who: str
    more: str
    status: str
    status_text: str
    due: datetime | None
    due_state: str
    due_text: str
    zone: str
    started_at: datetime
    ended_at: datetime | None


@dataclass(slots=True)
class Waited:
    """What a case waits for: the task due first, how many others, in how many lanes."""

    task: Task
    others: int = 0
    lanes: int = 0


def case_rows(session: Session, ids: Sequence[int]) -> list[CaseRow]:
    """The rows of these cases, in this order."""
    root = aliased(Case)
    found = session.execute(
        select(Case, root.title, root.status).join(root, root.id == Case.root_id)
        .where(Case.id.in_(ids))
    ).all()  # fmt: skip
    by_id = {case.id: (case, title, status) for case, title, status in found}
    cases = [by_id[key][0] for key in ids]
    waited = _waited(session, cases)
    officials = officials_at(session, [each.task.id for each in waited.values()])
    lanes = _lane_counts(session, [key for key, each in waited.items() if each.lanes])
    return [
        _row(session, *by_id[key], waited.get(key), officials, lanes.get(key, 0)) for key in ids
    ]


def _row(
    session: Session,
    case: Case,
    title: str,
    root_status: CaseStatus,
    waited: Waited | None,
    officials: dict[int, str],
    lanes: int,
) -> CaseRow:
    zone = case.timezone or current_app.config["PORTAL"].timezone
    status = CaseStatus(case.status)
    if status == CaseStatus.OPEN and root_status == CaseStatus.SUSPENDED:
        status = CaseStatus.SUSPENDED
    deadline, step, who, more = Deadline("none", "", 0.0), "", "", ""
    if waited is not None:
        task = waited.task
        paused = task.paused_at is not None or status == CaseStatus.SUSPENDED
        calendar = load_calendar(session, zone)
        deadline = deadline_of(calendar, clock.now(), task.clock_from, task.due, paused, task.limit)
        step = _("Langkah %(step)s: %(title)s", step=task.step, title=task.title)
        who = officials.get(task.id, "")
        if waited.lanes:
            more = _("menunggu %(n)s dari %(all)s satuan organisasi", n=waited.lanes, all=lanes)
        elif waited.others:
            more = _("dan %(n)s langkah lain", n=waited.others)
    return CaseRow(
        number=case.number,
        title=title,
        url=url_for("workflow.case", number=case.number),
        standard=case.standard,
        unit=case.unit_name,
        step=step,
        who=who,
        more=more,
        status=str(status),
        status_text=_(STATUS[status]),
        due=waited.task.due if waited is not None else None,
        due_state=deadline.state,
        due_text=deadline.text,
        zone=zone,
        started_at=case.started_at,
        ended_at=case.ended_at,
    )


def _waited(session: Session, cases: Sequence[Case]) -> dict[int, Waited]:
    """What each case waits for; a main case without steps of its own waits for its lanes.

    Where it has both, its own may be detached ones that nothing waits for: only then the
    definition is read.
    """
    running = [c for c in cases if c.status in (CaseStatus.OPEN, CaseStatus.SUSPENDED)]
    if not running:
        return {}
    rows = session.execute(
        select(Task, Case.released)
        .join(Case, Case.id == Task.case_id)
        .where(Task.root_id.in_({case.root_id for case in running}), Task.status == TaskStatus.OPEN)
        .order_by(Task.due.is_(None), Task.due, Task.id)
    ).all()
    own: dict[int, list[Task]] = {}
    below: dict[int, list[Task]] = {}
    for task, released in rows:
        own.setdefault(task.case_id, []).append(task)
        if task.case_id != task.root_id and not released:
            below.setdefault(task.root_id, []).append(task)
    found = {}
    for case in running:
        mine, theirs = own.get(case.id, []), below.get(case.id, [])
        if mine and theirs:
            plan = plan_of(session, case.definition_id)
            mine = [task for task in mine if not plan.step(task.step).detached]
        if mine:
            found[case.id] = Waited(mine[0], others=len(mine) - 1)
        elif theirs:
            found[case.id] = Waited(theirs[0], lanes=len({task.case_id for task in theirs}))
    return found


def officials_at(session: Session, task_ids: Sequence[int]) -> dict[int, str]:
    """Titles of the positions at which open tasks wait, by task; not of those who only record."""
    if not task_ids:
        return {}
    rows = session.execute(
        select(Candidate.task_id, Position.title)
        .join(Position, Position.id == Candidate.position_id)
        .where(Candidate.task_id.in_(task_ids), Candidate.is_open, Candidate.proxy.is_(False))
        .order_by(Candidate.id)
    )
    found: dict[int, list[str]] = {}
    for task_id, title in rows:
        found.setdefault(task_id, []).append(title)
    return {task_id: str(_(" atau ")).join(each) for task_id, each in found.items()}


def _lane_counts(session: Session, roots: Sequence[int]) -> dict[int, int]:
    if not roots:
        return {}
    query = select(Case.parent_id, func.count()).where(Case.parent_id.in_(roots))
    rows = session.execute(query.group_by(Case.parent_id))
    return {key: number for key, number in rows if key is not None}
