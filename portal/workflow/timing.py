"""Stage clocks: when a stage's time starts, pauses, goes on and ends.

One rule for every case and stage: while the stage holds an open step of the case its
clock runs; if the case leaves the stage unfinished (a return) it pauses; if the
stage is finished it ends, and coming back begins a new round with its own limit.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, select, update

from portal.workflow.clock import OfficeCalendar
from portal.workflow.definition import Since
from portal.workflow.limits import parse_limit
from portal.workflow.models import Candidate, Case, StageClock, Task, TaskStatus, Timer
from portal.workflow.run import Run

WARN_AT = 0.75
NO_LIMIT = datetime.fromisoformat("9999-12-31T00:00:00+00:00")


def clock_of(run: Run, case: Case, stage: str) -> StageClock | None:
    """The clock that a step opening now in this stage runs by; None outside any stage."""
    if not stage:
        return None
    known = run.clocks.get((case.id, stage))
    if known is not None and known.ended_at is None:
        if known.paused_at is not None:
            _resume(run, case, known)
        return known
    block = run.plan.stages[stage]
    limit = block.limit or str(run.root.data.get(block.limit_field) or "")
    started = run.now
    if known is None and block.since is not None:
        started = started_at(run, case, block.since)
    row = StageClock(
        case_id=case.id,
        root_id=run.root.id,
        stage=stage,
        round=1 if known is None else known.round + 1,
        limit=limit,
        clock_from=started,
        due=deadline(run.calendar(case), started, limit),
    )
    run.session.add(row)
    run.clocks[case.id, stage] = row
    return row


def deadline(calendar: OfficeCalendar, start: datetime, limit: str) -> datetime | None:
    """The end of a printed limit; None if the source prints none."""
    return calendar.deadline(start, parse_limit(limit)) if limit else None


def started_at(run: Run, case: Case, since: Since) -> datetime:
    """Where a clock with ``since`` starts, from what has been recorded up to now.

    The fact, unless it came later than ``wait`` after the fallback: then the fallback,
    which also holds while nothing is recorded yet.
    """
    fact, fallback = fact_of(run, case, since.fact), fact_of(run, case, since.fallback)
    if fallback is None:
        return fact or run.now
    if fact is None:
        return fallback
    last = deadline(run.calendar(case), fallback, since.wait)
    return fact if last is None or fact <= last else fallback


def fact_of(run: Run, case: Case, name: str) -> datetime | None:
    """A recorded instant: of the case itself, else of its unit in the root case."""
    value = case.facts.get(name)
    if value is None and case.parent_id is not None:
        by_unit = run.root.facts.get(name)
        value = by_unit.get(str(case.unit_id)) if isinstance(by_unit, dict) else None
    return datetime.fromisoformat(value) if isinstance(value, str) else None


def refresh_since(run: Run, case: Case, fact: str) -> None:
    """A fact has been recorded: clocks that wait for it are counted anew (first round)."""
    for (case_id, stage), row in run.clocks.items():
        since = run.plan.stages[stage].since
        if case_id != case.id or since is None or row.ended_at is not None or row.round > 1:
            continue
        if fact in (since.fact, since.fallback):
            row.clock_from = started_at(run, case, since)
            row.due = deadline(run.calendar(case), row.clock_from, row.limit)
            _spread(run, case, row)


def tend(run: Run, case: Case, active: set[str]) -> None:
    """After an act: pause or end the clocks of stages that hold no open step any more."""
    progress = run.progress(case)
    tree = run.tree(case)
    for stage in tree.stages:
        row = run.clocks.get((case.id, stage))
        if row is None or row.ended_at is not None or stage in active:
            continue
        if tree.stage_complete(stage, progress):
            row.ended_at, row.paused_at = run.now, None
        elif row.paused_at is None:
            row.paused_at = run.now


def pause_all(run: Run) -> None:
    """Suspend: every running clock of the case and its lanes stops, nothing becomes late."""
    for row in run.clocks.values():
        if row.ended_at is None and row.paused_at is None:
            row.paused_at = run.now
    tasks = _open_tasks(run)
    for task in tasks:
        task.paused_at = run.now
    run.session.execute(
        update(Candidate)
        .where(Candidate.task_id.in_([task.id for task in tasks]))
        .values(due=NO_LIMIT)
    )


def resume_all(run: Run, active: dict[int, set[str]]) -> None:
    """Resume: the clocks of active stages go on, put off by the pause.

    Detached tasks whose stage has ended have only a deadline of their own: it moves too.
    """
    for (case_id, stage), row in run.clocks.items():
        if row.paused_at is not None and stage in active.get(case_id, set()):
            _resume(run, run.cases[case_id], row)
    run.session.flush()
    for task in _open_tasks(run):
        if task.paused_at is None:
            continue
        case = run.cases[task.case_id]
        if task.due is not None:
            task.due = run.calendar(case).shift(task.due, task.paused_at, run.now)
        task.paused_at = None
        run.session.execute(
            update(Candidate).where(Candidate.task_id == task.id).values(due=task.due or NO_LIMIT)
        )
        if task.due is not None and task.clock_from is not None:
            _write_timers(run, case, [task.id], task.clock_from, task.limit, task.due)


def stop_all(run: Run) -> None:
    """Cancel: no clock of the case goes on."""
    for row in run.clocks.values():
        if row.ended_at is None:
            row.ended_at, row.paused_at = run.now, None


def _open_tasks(run: Run) -> Sequence[Task]:
    return run.session.scalars(
        select(Task)
        .where(Task.root_id == run.root.id, Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    ).all()


def _resume(run: Run, case: Case, row: StageClock) -> None:
    assert row.paused_at is not None
    if row.due is not None:
        row.due = run.calendar(case).shift(row.due, row.paused_at, run.now)
    row.paused_at = None
    _spread(run, case, row)


def _spread(run: Run, case: Case, row: StageClock) -> None:
    """Give the clock's new deadline to the open steps of its stage."""
    tasks = run.session.scalars(
        select(Task).where(
            Task.case_id == case.id,
            Task.stage == row.stage,
            Task.status == TaskStatus.OPEN,
        )
    ).all()
    for task in tasks:
        task.clock_from, task.due, task.paused_at = row.clock_from, row.due, None
    ids = [task.id for task in tasks]
    if not ids:
        return
    run.session.execute(
        update(Candidate).where(Candidate.task_id.in_(ids)).values(due=row.due or NO_LIMIT)
    )
    run.session.flush()
    set_timers(run, case, ids, row)


def first_timers(
    run: Run, case: Case, task: Task, row: StageClock | None
) -> list[dict[str, object]]:
    """The reminders of a task that has none yet: at 75 % of the time and at its end."""
    if row is None or row.due is None:
        return []
    instants = _instants(run, case, row.clock_from, row.limit, row.due)
    return [{"task_id": task.id, "kind": kind, "at": at} for kind, at in instants.items()]


def set_timers(run: Run, case: Case, task_ids: list[int], row: StageClock | None) -> None:
    """Write the reminders of tasks anew, by the clock of their stage."""
    if row is not None and row.due is not None:
        _write_timers(run, case, task_ids, row.clock_from, row.limit, row.due)


def _instants(
    run: Run, case: Case, start: datetime, limit: str, due: datetime
) -> dict[str, datetime]:
    calendar = run.calendar(case)
    since = calendar.net_start(start, due, parse_limit(limit)) if limit else start
    return {"warn": calendar.point(since, due, WARN_AT), "late": due}


def _write_timers(
    run: Run, case: Case, task_ids: list[int], start: datetime, limit: str, due: datetime
) -> None:
    instants = _instants(run, case, start, limit, due)
    rows = run.session.scalars(select(Timer).where(Timer.task_id.in_(task_ids)))
    known = {(timer.task_id, timer.kind): timer for timer in rows}
    fresh: list[dict[str, object]] = []
    for task_id in task_ids:
        for kind, at in instants.items():
            timer = known.get((task_id, kind))
            if timer is None:
                fresh.append({"task_id": task_id, "kind": kind, "at": at})
            elif timer.at != at:
                timer.at, timer.fired_at = at, None
    if fresh:
        run.session.execute(insert(Timer), fresh)
