"""Which cases a person's list shows, newest first: one entry of an index for each line.

A list shows main cases, and of their lanes those that are the person's own affair (of the
person's unit, or once waiting at a position). Each ground to see a case is a branch with
an index in the order of the list; the first lines of every branch are merged (UNION ALL),
so that neither many cases nor few visible ones make it slow. ``access.is_visible`` asks
the same grounds of one row; a test holds both together.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from flask import current_app
from sqlalchemy import ColumnElement, Select, and_, exists, func, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal.auth.rights import Actor
from portal.workflow.access import (
    Standing,
    is_open_to,
    is_served,
    is_visible,
    may_read_sealed,
)
from portal.workflow.behaviours import behaviours
from portal.workflow.corebook import CORE
from portal.workflow.models import Candidate, Case, CaseStatus, Definition

Place = tuple[datetime, int]
"""Where a page ends: when its last case began, and its id."""
Conditions = Sequence[ColumnElement[bool]]
Ids = Select[Any, Any]
Ground = ColumnElement[bool] | InstrumentedAttribute[bool]
OWNERS = "portal_case_owners"
MANY = 10_000
"""Who has been waited for in more cases, or has begun more, is not looked up by these."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to, apart from words.

    ``units``: only cases of these units, lanes included. ``statuses``: only these few, while
    most cases are of others. ``since`` and ``until`` (excluded) bound when a case began.
    """

    conditions: Conditions = ()
    units: Sequence[int] = ()
    statuses: Sequence[CaseStatus] = ()
    since: datetime | None = None
    until: datetime | None = None


def newest(
    session: Session,
    actor: Actor,
    standing: Standing,
    wanted: Wanted,
    limit: int,
    *,
    after: Place | None = None,
    window: bool = False,
) -> Ids:
    """(id, at) of the first cases behind ``after``, newest first.

    A ``window`` may hold cases that are closed to the person: :func:`within` leaves them out.
    """
    parts, seen = _parts(session, actor, standing, wanted)
    if window and seen is None:
        gate: tuple[ColumnElement[bool], ...] = ()
    else:
        gate = _gate(actor) if seen is None else (Case.plugin != CORE, seen)
    ordered = [
        part.where(*wanted.conditions, *_bounds(at, key, wanted, after), *gate)
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


def within(actor: Actor, window: Ids, words: Conditions, limit: int) -> Ids:
    """Of a window of :func:`newest` the first that also meet what no index knows."""
    some = window.subquery()
    return (
        select(some.c.id, some.c.at)
        .join(Case, Case.id == some.c.id)
        .where(*words, *_gate(actor))
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


def _parts(
    session: Session, actor: Actor, standing: Standing, wanted: Wanted
) -> tuple[list[Part], ColumnElement[bool] | None]:
    """The branches; and where they are no grounds to see a case, what asks that of a row."""
    if wanted.units:
        return [_cases(Case.unit_id == each) for each in wanted.units], is_visible(actor, standing)
    if wanted.statuses and _is_busy(session, actor):
        parts = [_cases(Case.status == each) for each in wanted.statuses]
        return parts, _is_listed(actor, standing)
    return list(_of_person(session, actor, standing)), None


def _of_person(session: Session, actor: Actor, standing: Standing) -> Iterator[Part]:
    main = Case.parent_id.is_(None)
    yield _cases(Case.started_by_id == actor.person_id, main)
    for key in standing.performing:
        yield _cases(Case.workflow == key, main)
    for workflow, field, values in standing.served:
        if workflow not in standing.performing:
            yield _cases(is_served(workflow, field, values), main)
    for unit in sorted({holding.unit_id for holding in actor.holdings}):
        yield _cases(Case.unit_id == unit)
    for position in sorted(actor.position_ids):
        yield _waited(position)
    if actor.own_position_ids:
        for plugin in _plugins(session):
            yield _cases(Case.plugin == plugin, Case.sealed, may_read_sealed(actor))


def _gate(actor: Actor) -> tuple[ColumnElement[bool], ...]:
    """No complaint, whose own domain lists it, and nothing that is closed to the person."""
    return Case.plugin != CORE, is_open_to(actor)


def _is_listed(actor: Actor, standing: Standing) -> ColumnElement[bool]:
    """The condition of all branches of a person's list together, asked row by row."""
    waited = select(Candidate.id).where(
        Candidate.position_id.in_(actor.position_ids),
        Candidate.listed_at == Case.started_at,  # so that the index leads there
        Candidate.listed_case_id == Case.id,
    )
    units = {holding.unit_id for holding in actor.holdings}
    own = or_(Case.unit_id.in_(units), exists(waited.correlate(Case)))
    return and_(or_(Case.parent_id.is_(None), own), is_visible(actor, standing))


def _is_busy(session: Session, actor: Actor) -> bool:
    """Whether the person's own cases are so many that those of a rare state are fewer."""
    begun = select(Case.id).where(Case.started_by_id == actor.person_id).limit(1).offset(MANY)
    waited = (
        select(Candidate.id)
        .where(Candidate.position_id.in_(actor.position_ids), Candidate.listed_case_id.is_not(None))
        .limit(1)
        .offset(MANY)
    )
    query = select(begun.scalar_subquery(), waited.scalar_subquery())
    return any(value is not None for value in session.execute(query).one())


def _cases(*grounds: Ground) -> Part:
    query = select(Case.id.label("id"), Case.started_at.label("at")).where(*grounds)
    return query, Case.started_at, Case.id


def _waited(position: int) -> Part:
    """The cases that once waited at a position, by the index of the waiting rows."""
    key, at = Candidate.listed_case_id, Candidate.listed_at
    query = (
        select(key.label("id"), at.label("at"))
        .join(Case, Case.id == key)
        .where(Candidate.position_id == position, key.is_not(None))
        .distinct()
    )
    return query, at, key


def _plugins(session: Session) -> list[str]:
    """The owners of all cases there can be, without the core.

    Which plugins began cases before this process is read once; what begins some later runs.
    """
    known: set[str] | None = current_app.extensions.get(OWNERS)
    if known is None:
        known = set(session.scalars(select(Definition.plugin).distinct()))
        current_app.extensions[OWNERS] = known
    running = {plugin for plugin, _workflow in behaviours().workflows().values()}
    return sorted((known | running) - {CORE})


def _bounds(at: Any, key: Any, wanted: Wanted, after: Place | None) -> list[ColumnElement[bool]]:
    """The part of a branch's index that is read."""
    found: list[ColumnElement[bool]] = []
    if wanted.since is not None:
        found.append(at >= wanted.since)
    if wanted.until is not None:
        found.append(at < wanted.until)
    if after is not None:
        instant, number = after
        # the first condition alone lets the index start at the cursor
        found += [at <= instant, or_(at < instant, and_(at == instant, key < number))]
    return found
