"""Conflicts of interest: from whom a case is kept, whatever position would open it to them.

The rows are written by the domain that knows the conflict (complaints). Here they become
conditions: every reading, acting, listing and telling of a case asks one of these.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy import ColumnElement, Select, or_, select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor, actor_of
from portal.org.holders import HolderView
from portal.workflow.models import Barred, Task, TaskStatus


def applies_to(actor: Actor) -> ColumnElement[bool]:
    """The condition on ``Barred`` that the person, or a position of theirs, is meant."""
    units = {holding.unit_id for holding in actor.holdings}
    return or_(
        Barred.person_id == actor.person_id,
        Barred.position_id.in_(actor.position_ids),
        Barred.unit_id.in_(units),
    )


def barred_cases(actor: Actor) -> Select[int]:
    """Ids of the root cases that are kept from the person."""
    return select(Barred.case_id).where(applies_to(actor))


def barred_tasks(actor: Actor) -> Select[int]:
    """Ids of the open tasks that are kept from the person."""
    return (
        select(Task.id)
        .join(Barred, Barred.case_id == Task.root_id)
        .where(Task.status == TaskStatus.OPEN, applies_to(actor))
    )


def is_barred(session: Session, actor: Actor, root_id: int) -> bool:
    """Whether the case is kept from the person."""
    query = barred_cases(actor).where(Barred.case_id == root_id).limit(1)
    return session.scalar(query) is not None


def without_barred(session: Session, root_id: int, views: Iterable[HolderView]) -> list[HolderView]:
    """Of these people, those from whom the case is not kept."""
    found = list(views)
    if session.scalar(select(Barred.id).where(Barred.case_id == root_id).limit(1)) is None:
        return found
    return [
        each for each in found if not is_barred(session, actor_of(session, each.person_id), root_id)
    ]
