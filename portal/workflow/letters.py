"""Numbers for the letters that steps have recorded; for effects of plugins."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.documents.registers import issue_number
from portal.errors import NotFound
from portal.org import service as org
from portal.workflow.behaviours import EffectContext
from portal.workflow.models import Case, Task, TaskStatus


def step_record(session: Session, case_id: int, step: str) -> dict[str, Any]:
    """What the current round of a finished step has recorded; empty if it is not done."""
    task = _done(session, case_id, step)
    return {} if task is None else dict(task.record)


def number_letter(
    context: EffectContext, step: str, field: str, *, register: str, pattern: str
) -> str:
    """Give a recorded letter of the case its number and date, in the act's transaction.

    The number stands in the record from then on; the register of a sealed case names only
    the case's neutral title. ``register`` is the register's key,
    ``pattern`` what its numbers look like until an administrator changes it.

    Raises:
        NotFound: the step has not recorded such a letter.
    """
    task = _done(context.session, context.case.id, step)
    letter = None if task is None else task.record.get(field)
    if task is None or not isinstance(letter, dict):
        raise NotFound(_("Surat pada langkah %(step)s tidak ditemukan.", step=step))
    if "number" in letter:
        return str(letter["number"])
    root = context.session.get_one(Case, context.case.root_id)
    entry = issue_number(
        context.session,
        register,
        on=org.today(),
        subject=letter["subject"] if not root.sealed else root.title,
        case_id=context.case.id,
        task_id=task.id,
        pattern=pattern,
    )
    stamped = {**letter, "number": entry.number, "date": entry.day.isoformat()}
    task.record = {**task.record, field: stamped}
    return entry.number


def _done(session: Session, case_id: int, step: str) -> Task | None:
    return session.scalar(
        select(Task).where(
            Task.case_id == case_id,
            Task.step == step,
            Task.current,
            Task.status == TaskStatus.DONE,
        )
    )
