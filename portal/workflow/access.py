"""Who may see a case; who may act is in ``acting.right_to``.

The root case: its performers (positions bound to the standard's roles, for roles by a
field those of its value), whoever a task of it waited for, and who began it. A lane:
these, its own candidates and the unit's people. Being an administrator opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.auth.rights import Actor, policy
from portal.errors import NotFound
from portal.org import service as org
from portal.workflow.actors import Cast, Place
from portal.workflow.barring import barred_cases
from portal.workflow.behaviours import behaviours
from portal.workflow.definition import ByField, Fixed, Workflow
from portal.workflow.models import Candidate, Case, SealedReader, Task
from portal.workflow.routing import Plan, build
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
    """Whether the person may read this case; of a sealed one only its readers may."""
    if root.sealed:
        readers = select(SealedReader.case_id).where(
            SealedReader.case_id == root.id,
            SealedReader.position_id.in_(actor.own_position_ids),
            SealedReader.case_id.not_in(barred_cases(actor)),
        )
        return bool(session.scalar(select(exists(readers))))
    if root.started_by_id == actor.person_id:
        return True
    mine = actor.position_ids
    if not mine:
        return False
    if mine & performers(session, plan):
        return True
    if any(root.data.get(field) in values for field, values in _served(session, plan, mine)):
        return True
    if case.unit_id is not None and any(h.unit_id == case.unit_id for h in actor.holdings):
        return True
    waited = select(Candidate.id).join(Task, Task.id == Candidate.task_id)
    waited = waited.where(Task.case_id == case.id, Candidate.position_id.in_(mine))
    return bool(session.scalar(select(exists(waited))))


def performers(session: Session, plan: Plan) -> set[int]:
    """Positions bound to the fixed roles of the standard (its performers, clause D)."""
    return _performers(session, plan.workflow)


def _performers(session: Session, workflow: Workflow) -> set[int]:
    cast = Cast(session, workflow, org.today())
    roles = [name for name, role in workflow.roles if role.position]
    return {key for name in roles for key in cast.positions(Fixed(name), NOWHERE)}


def _served(
    session: Session, plan: Plan, mine: frozenset[int]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Fields of the start, with the values for which the person's positions perform.

    An office serves its own leader: the roles that depend on the field ``pimpinan`` are
    performers of the cases of that leader, and of no other.
    """
    actors = {
        single
        for _node, task in plan.tasks()
        for single in (getattr(task.by, "actors", (task.by,)))
        if isinstance(single, ByField)
    }
    if not actors:
        return
    cast = Cast(session, plan.workflow, org.today())
    for each in sorted(actors, key=lambda one: (one.field, one.role)):
        keys = [key for key, _code in plan.workflow.role(each.role).positions]
        places = {key: Place(None, None, {each.field: key}, {}) for key in keys}
        values = {key for key in keys if mine & set(cast.positions(each, places[key]))}
        if values:
            yield each.field, frozenset(values)


def visible_cases(session: Session, actor: Actor, workflow: str = "") -> ColumnElement[bool]:
    """The condition on ``Case`` that :func:`may_view` decides, for lists and searches.

    Root cases and lanes, of one ``workflow`` or of all; a definition whose workflow is
    not running any more counts by its candidates only.
    """
    mine = actor.position_ids
    root = aliased(Case)
    waited = select(Task.case_id).join(Candidate, Candidate.task_id == Task.id)
    waited = waited.where(Candidate.position_id.in_(mine))
    units = {holding.unit_id for holding in actor.holdings}
    performing = [
        each.key
        for _plugin, each in behaviours().workflows().values()
        if workflow in ("", each.key) and mine & _performers(session, each)
    ]
    served = [
        and_(Case.workflow == each.key, Case.data[field].as_string().in_(values))
        for _plugin, each in behaviours().workflows().values()
        if workflow in ("", each.key)
        for field, values in _served(session, build(each), mine)
    ]
    begun = select(root.id).where(root.started_by_id == actor.person_id)
    sealed = select(root.id).where(root.sealed)
    readers = select(SealedReader.case_id).where(
        SealedReader.position_id.in_(actor.own_position_ids)
    )
    return and_(
        Case.workflow == workflow if workflow else true(),
        or_(
            Case.root_id.in_(begun),
            Case.workflow.in_(performing),
            *served,
            Case.unit_id.in_(units),
            Case.id.in_(waited),
            Case.root_id.in_(readers),
        ),
        or_(Case.root_id.not_in(sealed), Case.root_id.in_(readers)),
        Case.root_id.not_in(barred_cases(actor)),
    )
