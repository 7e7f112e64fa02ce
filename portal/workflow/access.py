"""Who may see a case; who may act is in ``turns.right_to``.

The root case: its performers (positions bound to the standard's roles, for roles by a
field those of its value), whoever a task of it waited for, and who began it. A lane:
these, its own candidates and the unit's people. Being an administrator opens nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, exists, not_, or_, select, true
from sqlalchemy.orm import Session, aliased

from portal.auth.rights import Actor, policy
from portal.errors import NotFound
from portal.org import service as org
from portal.workflow.actors import Cast, Place, cast_of, known_of
from portal.workflow.actors_text import walk_tasks
from portal.workflow.barring import barred_cases
from portal.workflow.behaviours import behaviours
from portal.workflow.definition import ByField, Fixed, Workflow
from portal.workflow.models import Barred, Candidate, Case, SealedReader, Task
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
    main = aliased(Case)
    barred = exists(barred_cases(actor).where(Barred.case_id == Case.root_id).correlate(Case))
    found = session.execute(
        select(Case, main, and_(may_read_sealed(actor), not_(barred)))
        .join(main, main.id == Case.root_id)
        .where(Case.number == number)
    ).first()
    if found is None:
        raise NotFound(_missing())
    case, root, reads = found
    plan = plan_of(session, root.definition_id)
    if not (reads if root.sealed else may_view(session, actor, case, root, plan)):
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
    return _performers(plan.workflow, cast_of(session, plan.workflow))


def _performers(workflow: Workflow, cast: Cast) -> set[int]:
    roles = [name for name, role in workflow.roles if role.position]
    return {key for name in roles for key in cast.positions(Fixed(name), NOWHERE)}


def _served(
    session: Session, plan: Plan, mine: frozenset[int]
) -> Iterator[tuple[str, frozenset[str]]]:
    """Fields of the start, with the values for which the person's positions perform.

    An office serves its own leader: the roles that depend on the field ``pimpinan`` are
    performers of the cases of that leader, and of no other.
    """
    actors = _by_field(plan.workflow)
    if not actors:
        return iter(())
    return _serving(plan.workflow, actors, cast_of(session, plan.workflow), mine)


def _by_field(workflow: Workflow) -> list[ByField]:
    actors = {
        single
        for task in walk_tasks(workflow.steps)
        for single in (getattr(task.by, "actors", (task.by,)))
        if isinstance(single, ByField)
    }
    return sorted(actors, key=lambda one: (one.field, one.role))


def _serving(
    workflow: Workflow, actors: Sequence[ByField], cast: Cast, mine: frozenset[int]
) -> Iterator[tuple[str, frozenset[str]]]:
    for each in actors:
        keys = [key for key, _code in workflow.role(each.role).positions]
        places = {key: Place(None, None, {each.field: key}, {}) for key in keys}
        values = {key for key in keys if mine & set(cast.positions(each, places[key]))}
        if values:
            yield each.field, frozenset(values)


# -- lists ---------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Standing:
    """What a person's positions open on this day besides single cases.

    ``performing``: workflows of which every case is open to the person. ``served``:
    (workflow, field of the start, values) of which those with such a value are.
    """

    performing: tuple[str, ...]
    served: tuple[tuple[str, str, frozenset[str]], ...]


def standing_of(session: Session, actor: Actor, workflow: str = "") -> Standing:
    """The standing in one running workflow or in all; two queries."""
    mine = actor.position_ids
    if not mine:
        return Standing((), ())
    workflows = [
        each for _plugin, each in behaviours().workflows().values() if workflow in ("", each.key)
    ]
    fields = {each.key: _by_field(each) for each in workflows}
    known = known_of(session, workflows, org.today())
    casts = {each.key: Cast(session, each, org.today(), known) for each in workflows}
    return Standing(
        tuple(each.key for each in workflows if mine & _performers(each, casts[each.key])),
        tuple(
            (each.key, field, values)
            for each in workflows
            for field, values in _serving(each, fields[each.key], casts[each.key], mine)
        ),
    )


def visible_cases(session: Session, actor: Actor, workflow: str = "") -> ColumnElement[bool]:
    """The condition on ``Case`` that :func:`may_view` decides, for lists and searches.

    Root cases and lanes, of one ``workflow`` or of all; a definition whose workflow is
    not running any more counts by its candidates only. It is asked row by row: a list of
    many cases goes by ``case_index`` instead, which names the same ones.
    """
    return and_(
        Case.workflow == workflow if workflow else true(),
        is_visible(actor, standing_of(session, actor, workflow)),
    )


def is_visible(actor: Actor, standing: Standing) -> ColumnElement[bool]:
    """The condition of :func:`visible_cases` for a standing that is known."""
    mine = actor.position_ids
    waited = select(Candidate.id).join(Task, Candidate.task_id == Task.id)
    waited = waited.where(Task.case_id == Case.id, Candidate.position_id.in_(mine))
    grounds: list[ColumnElement[bool]] = [_is_begun(actor)]
    if standing.performing:
        grounds.append(Case.workflow.in_(standing.performing))
    if actor.holdings:
        grounds.append(Case.unit_id.in_({holding.unit_id for holding in actor.holdings}))
    grounds += [is_served(*each) for each in standing.served]
    grounds += [exists(waited.correlate(Case)), may_read_sealed(actor)]
    return and_(or_(*grounds), is_open_to(actor))


def is_served(workflow: str, field: str, values: frozenset[str]) -> ColumnElement[bool]:
    """The case is of a value that the person's positions serve."""
    return and_(Case.workflow == workflow, Case.data[field].as_string().in_(sorted(values)))


def is_open_to(actor: Actor) -> ColumnElement[bool]:
    """Nothing closes the case to the person: it is not sealed, or for them; nor are they barred."""
    root = aliased(Case)
    sealed = exists(select(root.id).where(root.id == Case.root_id, root.sealed).correlate(Case))
    barred = barred_cases(actor).where(Barred.case_id == Case.root_id).correlate(Case)
    return and_(or_(not_(sealed), may_read_sealed(actor)), not_(exists(barred)))


def may_read_sealed(actor: Actor) -> ColumnElement[bool]:
    """The person is a reader of the sealed case; a delegate is not."""
    return exists(
        select(SealedReader.case_id)
        .where(
            SealedReader.case_id == Case.root_id,
            SealedReader.position_id.in_(actor.own_position_ids),
        )
        .correlate(Case)
    )


def _is_begun(actor: Actor) -> ColumnElement[bool]:
    root = aliased(Case)
    begun = select(root.id).where(root.id == Case.root_id, root.started_by_id == actor.person_id)
    return exists(begun.correlate(Case))
