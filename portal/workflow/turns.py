"""Whose turn it is: where an open task waits, and who may act there.

What an act does is in ``acting``, who may read a case in ``access``.
"""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from sqlalchemy import Row, bindparam, select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor, Holding
from portal.errors import Conflict, Forbidden
from portal.org import service as org
from portal.org.models import HolderKind
from portal.workflow.barring import is_barred, without_barred
from portal.workflow.models import Barred, Candidate, Task

BARRING = select(Barred.id).where(Barred.case_id == bindparam("root")).limit(1).scalar_subquery()
CANDIDATES = (
    select(Candidate.position_id, Candidate.proxy, BARRING.label("barring"))
    .where(Candidate.task_id == bindparam("task"), Candidate.is_open)
    .order_by(Candidate.proxy, Candidate.id)
)
Asked = Sequence[Row[tuple[int, bool, int | None]]]
"""Where a task waits, as :func:`asked_at` reads it."""


def asked_at(session: Session, task: Task) -> Asked:
    """Where an open task waits: position, as a proxy or not, ``barring`` if kept from some."""
    return session.execute(CANDIDATES, {"task": task.id, "root": task.root_id}).all()


def right_to(
    session: Session,
    task: Task,
    actor: Actor,
    *,
    reading: bool = False,
    asked: Asked | None = None,
) -> tuple[Holding, bool]:
    """The holding under which the person acts (or only reads), and whether as a proxy.

    ``asked`` is what :func:`asked_at` gave, if it was read already.

    Raises:
        Forbidden: no position of theirs is a candidate.
        Conflict: another person has claimed it, unless it is only read.
    """
    found = asked_at(session, task) if asked is None else asked
    rows = [(row.position_id, row.proxy) for row in found]
    kept = any(row.barring for row in found) and is_barred(session, actor, task.root_id)
    if kept or not any(position_id in actor.position_ids for position_id, _proxy in rows):
        raise Forbidden(_("Tugas ini bukan giliran Anda."))
    if not reading and task.claimed_by_id not in (None, actor.person_id):
        raise Conflict(held_text(task))
    # in one's own position before a.n. somebody, and as the one named before as a proxy
    seats = {holding.position_id: holding for holding in reversed(actor.holdings)}
    mine = [(seats[key], proxy) for key, proxy in rows if key in seats]
    return min(mine, key=lambda each: (each[1], each[0].kind == HolderKind.DELEGATE))


def held_text(task: Task) -> str:
    """Who has claimed a task, in words."""
    return _("Tugas ini sedang dikerjakan oleh %(who)s.", who=task.claimed_by)


def partners(session: Session, task_id: int) -> list[org.HolderView]:
    """Everybody who may act for a position at which the task waits, each once."""
    task = session.get(Task, task_id)
    return [] if task is None else partners_at(session, task, asked_at(session, task))


def partners_at(session: Session, task: Task, asked: Asked) -> list[org.HolderView]:
    """The same of a task of which it is read where it waits (:func:`asked_at`)."""
    ids, day = [row.position_id for row in asked], org.today()
    held, delegated = org.holders_on(session, ids, day), org.delegates_on(session, ids, day)
    views = [view for each in (*held.values(), *delegated.values()) for view in each]
    once = list({view.person_id: view for view in reversed(views)}.values())[::-1]
    kept = any(row.barring for row in asked)
    return without_barred(session, task.root_id, once) if kept else once
