"""Which cases a person's list shows, newest first: one entry of an index for each line.

A list shows main cases, and of their lanes those that are the person's own affair (of the
person's unit, or once waiting at a position). Each ground to see a case is a branch with
an index in the order of the list; the first lines of every branch are merged (UNION ALL),
so that neither many cases nor few visible ones make it slow. ``access.is_visible`` asks
the same grounds of one row; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.auth.rights import Actor
from portal.workflow.access import (
    Standing,
    is_open_to,
    is_served,
    is_visible,
    may_read_sealed,
)
from portal.workflow.corebook import CORE
from portal.workflow.models import Candidate, Case, Definition

Place = tuple[datetime, int]
"""Where a page ends: when its last case began, and its id."""
Conditions = Sequence[ColumnElement[bool]]
Ids = Select[Any, Any]
Ground = ColumnElement[bool] | InstrumentedAttribute[bool]


def newest(
    session: Session,
    actor: Actor,
    standing: Standing,
    wanted: Conditions,
    limit: int,
    *,
    after: Place | None = None,
    units: Sequence[int] = (),
) -> Ids:
    """(id, at) of the first cases behind ``after`` that meet ``wanted``, newest first.

    With ``units`` the cases of these units, lanes included.
    """
    parts = _of_units(actor, standing, units) if units else _of_person(session, actor, standing)
    ordered = [
        part.where(*wanted, *_behind(at, key, after))
        .order_by(at.desc(), key.desc())
        .limit(limit)
        .subquery()
        for part, at, key in parts
    ]
    merged = union_all(*(select(each.c.id, each.c.at) for each in ordered)).subquery()
    return (
        select(merged.c.id, merged.c.at)
        .distinct()
        .order_by(merged.c.at.desc(), merged.c.id.desc())
        .limit(limit)
    )


def within(window: Ids, wanted: Conditions, limit: int) -> Ids:
    """Of a window of :func:`newest` the first that also meet what no index knows (words)."""
    some = window.subquery()
    return (
        select(some.c.id, some.c.at)
        .join(Case, Case.id == some.c.id)
        .where(*wanted)
        .order_by(some.c.at.desc(), some.c.id.desc())
        .limit(limit)
    )


def end_of(session: Session, window: Ids) -> tuple[int, Place | None]:
    """How many cases a window has, and the place of its last one; one query."""
    some = window.subquery()
    total = select(func.count()).select_from(some).scalar_subquery()
    last = select(some.c.at, some.c.id, total).order_by(some.c.at, some.c.id).limit(1)
    row = session.execute(last).one_or_none()
    return (0, None) if row is None else (row[2], (row[0], row[1]))


Part = tuple[Ids, Any, Any]
"""A branch, with the columns of its order."""


def _of_person(session: Session, actor: Actor, standing: Standing) -> Iterator[Part]:
    free = is_open_to(actor)
    main = Case.parent_id.is_(None)
    yield _cases(Case.started_by_id == actor.person_id, main, Case.plugin != CORE, free)
    for key in standing.performing:
        yield _cases(Case.workflow == key, main, Case.plugin != CORE, free)
    for workflow, field, values in standing.served:
        if workflow not in standing.performing:
            yield _cases(is_served(workflow, field, values), main, Case.plugin != CORE, free)
    for unit in sorted({holding.unit_id for holding in actor.holdings}):
        yield _cases(Case.unit_id == unit, Case.plugin != CORE, free)
    for position in sorted(actor.position_ids):
        yield _waited(position, free)
    if actor.own_position_ids:
        for plugin in _plugins(session):
            yield _cases(Case.plugin == plugin, Case.sealed, may_read_sealed(actor), free)


def _of_units(actor: Actor, standing: Standing, units: Sequence[int]) -> Iterator[Part]:
    seen = is_visible(actor, standing)
    for unit in units:
        yield _cases(Case.unit_id == unit, Case.plugin != CORE, seen)


def _cases(*grounds: Ground) -> Part:
    query = select(Case.id.label("id"), Case.started_at.label("at")).where(*grounds)
    return query, Case.started_at, Case.id


def _waited(position: int, free: ColumnElement[bool]) -> Part:
    """The cases that once waited at a position, by the index of the waiting rows."""
    key, at = Candidate.listed_case_id, Candidate.listed_at
    query = (
        select(key.label("id"), at.label("at"))
        .join(Case, Case.id == key)
        .where(Candidate.position_id == position, key.is_not(None), free)
        .distinct()
    )
    return query, at, key


def _plugins(session: Session) -> list[str]:
    """The owners of all procedures there ever were, without the core."""
    rows = session.scalars(select(Definition.plugin).where(Definition.plugin != CORE).distinct())
    return sorted(rows)


def _behind(at: Any, key: Any, after: Place | None) -> list[ColumnElement[bool]]:
    if after is None:
        return []
    instant, number = after
    # the first condition alone lets the index start at the cursor
    return [at <= instant, or_(at < instant, and_(at == instant, key < number))]
