"""Files of cases: whoever may view a case may read the files of its steps and its start.

Each reading is written into the chain of the root case, whose row is locked first.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
from portal.documents.files import register_owner
from portal.workflow.access import may_view
from portal.workflow.models import Case, Task
from portal.workflow.run import plan_of


def _case_readable(session: Session, actor: Actor, case_id: int) -> bool:
    case = session.get(Case, case_id)
    if case is None:
        return False
    root = case if case.parent_id is None else session.get_one(Case, case.root_id)
    return may_view(session, actor, case, root, plan_of(session, root.definition_id))


def _task_readable(session: Session, actor: Actor, task_id: int) -> bool:
    case_id = session.scalar(select(Task.case_id).where(Task.id == task_id))
    return case_id is not None and _case_readable(session, actor, case_id)


def _lock(session: Session, case_id: int) -> object:
    return session.scalar(select(Case.id).where(Case.id == case_id).with_for_update())


register_owner("task", _task_readable, _lock)
register_owner("case", _case_readable, _lock)
