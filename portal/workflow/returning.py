"""Sending work back: which steps may be chosen, and what a return takes back.

Only the targets and what comes after them reopen; sibling branches and other
lanes stay untouched, and the join waits again.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from portal.errors import Invalid
from portal.workflow.definition import Task as Step
from portal.workflow.models import Candidate, Case, Task, TaskStatus, Timer
from portal.workflow.routing import segment_of
from portal.workflow.run import Run


def chosen_targets(run: Run, case: Case, step: Step, sent: Sequence[str]) -> list[tuple[Case, str]]:
    allowed = {
        f"{key}@{each.id}" if each is not case else key: (each, key)
        for each, key in return_targets(run, case, step)
    }
    chosen = list(dict.fromkeys(sent)) or (list(allowed) if len(allowed) == 1 else [])
    if not chosen or any(name not in allowed for name in chosen):
        raise Invalid(
            _("Pilih ke langkah mana pekerjaan dikembalikan."),
            {"targets": _("Pilih paling sedikit satu langkah.")},
        )
    return [allowed[name] for name in chosen]


def return_targets(run: Run, case: Case, step: Step) -> list[tuple[Case, str]]:
    """Where this step may send work back to: (case, step) pairs that are done."""
    result: list[tuple[Case, str]] = []
    for target in step.back_to:
        if target in run.tree(case).leaves:
            row = run.rows[case.id].get(target)
            if row is not None and row.status == TaskStatus.DONE:
                result.append((case, target))
            continue
        for lane in run.lanes():
            row = run.rows[lane.id].get(target)
            if row is not None and row.status == TaskStatus.DONE:
                result.append((lane, target))
    return result


def send_back(run: Run, case: Case, targets: Sequence[tuple[Case, str]], *, keep: int = 0) -> None:
    """Take back the targets and all that comes after them; siblings stay untouched."""
    gone: list[int] = []
    for other, target in targets:
        undone = [(other.id, key) for key in run.tree(other).undone_by(target)]
        if other is not case or other.parent_id is not None:
            segment = segment_of(run.tree(other).leaves[target])
            if other is not case and segment:
                # the main case has to wait for this lane again
                main = run.plan.main
                undone += [(run.root.id, key) for key in main.undone_by(segment)]
        gone += [run.rows[key].pop(step).id for key, step in undone if step in run.rows[key]]
    run.changed()
    run.session.flush()
    for task in run.session.scalars(select(Task).where(Task.id.in_(gone), Task.id != keep)):
        if task.status != TaskStatus.LAPSED:
            still_open = task.status == TaskStatus.OPEN
            task.status = TaskStatus.CANCELLED if still_open else TaskStatus.RETURNED
        task.current = False
        task.version += 1
    close_inbox(run.session, gone)


def close_inbox(session: Session, task_ids: Sequence[int]) -> None:
    """Take tasks out of every inbox and drop the reminders that have not fired."""
    apart = {"synchronize_session": False}  # nobody holds these rows as objects
    waiting = update(Candidate).where(Candidate.task_id.in_(task_ids)).values(is_open=False)
    session.execute(waiting, execution_options=apart)
    reminders = delete(Timer).where(Timer.task_id.in_(task_ids), Timer.fired_at.is_(None))
    session.execute(reminders, execution_options=apart)
