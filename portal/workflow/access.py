"""Who may see a case; who may act is in ``acting.right_to``.

The root case: its performers (positions bound to the standard's roles), whoever a task
of the root case waited for, and who began it. A lane: these, its own candidates and
the unit's people. Being an administrator opens nothing.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import exists, select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor, policy
from portal.errors import NotFound
from portal.org import service as org
from portal.workflow.actors import Cast
from portal.workflow.definition import Fixed
from portal.workflow.models import Candidate, Case, Task
from portal.workflow.routing import Plan
from portal.workflow.run import plan_of
from portal.workflow.starting import NOWHERE

policy("system.cases")(lambda actor, obj: actor.is_admin)
policy("workflow.inbox")(lambda actor, obj: True)


def case_by_number(session: Session, number: str, actor: Actor) -> tuple[Case, Case, Plan]:
    """The case, its root and plan, if the person may see it.

    Raises:
        NotFound: no such case, or none that this person may know of.
    """
    case = session.scalar(select(Case).where(Case.number == number))
    if case is None:
        raise NotFound(_missing())
    root = case if case.parent_id is None else session.get_one(Case, case.root_id)
    plan = plan_of(session, root.definition_id)
    if not may_view(session, actor, case, root, plan):
        raise NotFound(_missing())
    return case, root, plan


def _missing() -> str:
    return _("Kasus tidak ditemukan, atau bukan kasus yang boleh Anda lihat.")


def may_view(session: Session, actor: Actor, case: Case, root: Case, plan: Plan) -> bool:
    """Whether the person may read this case."""
    if root.started_by_id == actor.person_id:
        return True
    mine = actor.position_ids
    if not mine:
        return False
    if mine & performers(session, plan):
        return True
    if case.unit_id is not None and any(h.unit_id == case.unit_id for h in actor.holdings):
        return True
    waited = select(Candidate.id).join(Task, Task.id == Candidate.task_id)
    waited = waited.where(Task.case_id == case.id, Candidate.position_id.in_(mine))
    return bool(session.scalar(select(exists(waited))))


def performers(session: Session, plan: Plan) -> set[int]:
    """Positions bound to the fixed roles of the standard (its performers, clause D)."""
    cast = Cast(session, plan.workflow, org.today())
    roles = [name for name, role in plan.workflow.roles if role.position]
    return {key for name in roles for key in cast.positions(Fixed(name), NOWHERE)}
