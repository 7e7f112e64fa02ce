"""Lists of complaints: what a person filed, what a person's positions handle.

A page is read position by position from the index of readers, newest first, so that it
costs the same with many complaints; what is still open is read from an index of its own.
Nothing is counted. A search of the text reads on until the page is full.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import ColumnElement, Select, and_, exists, not_, or_, select, union_all
from sqlalchemy.orm import InstrumentedAttribute, Session

from portal import clock
from portal.auth.rights import Actor
from portal.complaints.definition import RECEIVE
from portal.complaints.gate import kept_from, read_by
from portal.complaints.models import Complaint, ComplaintIdentity
from portal.complaints.reading import (
    LOOKS,
    deadline_now,
    kind_name,
    officials_of,
    state_of,
    state_words,
)
from portal.errors import Invalid
from portal.workflow.inbox import Deadline
from portal.workflow.models import Case, SealedReader, Task, TaskStatus

PAGE = 25
NUMBER = re.compile(r"pgd-\d{4}-\d{4,}", re.IGNORECASE)
STATES = ("received", "handled", "answered", "closed", "withdrawn")


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a list is narrowed to; empty fields narrow nothing. ``before``: up to its end."""

    kind: str = ""
    standard: str = ""
    state: str = ""
    late: bool = False
    since: datetime | None = None
    before: datetime | None = None
    words: str = ""


ALL = Wanted()


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint in a list; ``reporter`` as the log knows it, never a hidden name."""

    number: str
    kind: str
    standard: str
    about: str
    state: str
    state_text: str
    official: str
    deadline: Deadline
    due: datetime | None
    filed_at: datetime
    answered_at: datetime | None
    closed_at: datetime | None
    reporter: str

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon of the state's badge."""
        return LOOKS[self.state]


def filed_by(
    session: Session, actor: Actor, before: str = "", wanted: Wanted = ALL, size: int = PAGE
) -> tuple[list[Line], str]:
    """A page of what the person filed, newest first, and the cursor of the next page."""
    query = select(Complaint).where(*_conditions(wanted)).limit(size + 1)
    if _few(wanted):
        own = exists().where(
            ComplaintIdentity.complaint_id == Complaint.id,
            ComplaintIdentity.person_id == actor.person_id,
        )
        query = query.where(own).order_by(Complaint.case_id.desc())
        at: InstrumentedAttribute[int] = Complaint.id
    else:
        at = ComplaintIdentity.complaint_id
        query = query.join(ComplaintIdentity, ComplaintIdentity.complaint_id == Complaint.id)
        query = query.where(ComplaintIdentity.person_id == actor.person_id).order_by(at.desc())
    if before:
        query = query.where(at < _cursor(before))
    rows = session.scalars(query).all()
    return _lines(session, rows[:size]), str(rows[size - 1].id) if len(rows) > size else ""


def handled_by(
    session: Session, actor: Actor, before: str = "", wanted: Wanted = ALL, size: int = PAGE
) -> tuple[list[Line], str]:
    """A page of what the person's positions handle or may read, newest first."""
    if not actor.position_ids:
        return [], ""
    last = _cursor(before) if before else None
    ids = session.scalars(_handled(actor, wanted, size + 1, last)).all()
    query = select(Complaint).where(Complaint.case_id.in_(ids[:size]))
    rows = session.scalars(query.order_by(Complaint.case_id.desc())).all()
    return _lines(session, rows), str(ids[size - 1]) if len(ids) > size else ""


def handles(session: Session, actor: Actor) -> bool:
    """Whether the person's positions handle any complaint."""
    if not actor.position_ids:
        return False
    return bool(session.scalars(_handled(actor, ALL, 1, None)).all())


def everything(
    session: Session, actor: Actor, *, handled: bool, wanted: Wanted, most: int
) -> Iterator[Line]:
    """All lines of a list, up to ``most``, in portions; for a download."""
    read, cursor, given = handled_by if handled else filed_by, "", 0
    while given < most:
        lines, cursor = read(session, actor, cursor, wanted, min(500, most - given))
        yield from lines
        given += len(lines)
        if not cursor:
            return


def _handled(actor: Actor, wanted: Wanted, limit: int, last: int | None) -> Select[int]:
    """Ids of the newest cases; ``last`` is the last one of the page before."""
    conditions = [*_conditions(wanted), not_(kept_from(actor))]
    if _few(wanted):
        query = select(Complaint.case_id).where(read_by(actor), *conditions)
        if last is not None:
            query = query.where(Complaint.case_id < last)
        return query.order_by(Complaint.case_id.desc()).limit(limit)
    parts = []
    for position in sorted(actor.position_ids):
        part = (
            select(SealedReader.case_id)
            .join(Complaint, Complaint.case_id == SealedReader.case_id)
            .where(SealedReader.position_id == position, *conditions)
        )
        if last is not None:
            part = part.where(SealedReader.case_id < last)
        parts.append(part.order_by(SealedReader.case_id.desc()).limit(limit))
    if len(parts) == 1:
        return parts[0]
    nested = [part.subquery() for part in parts]
    joined = union_all(*(select(each.c.case_id) for each in nested)).subquery()
    found = select(joined.c.case_id).distinct()
    return found.order_by(joined.c.case_id.desc()).limit(limit)


def _few(wanted: Wanted) -> bool:
    """Whether few of all complaints are meant: an index names them, and reading begins there."""
    return wanted.late or wanted.state in ("received", "handled", "answered", "withdrawn")


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.kind:
        found.append(Complaint.kind == wanted.kind)
    if wanted.standard:
        found.append(Complaint.standard == wanted.standard)
    if wanted.state:
        found.append(_in_state(wanted.state))
    if wanted.late:
        found += [_is_open(), _step(Task.due < clock.now(), Task.paused_at.is_(None))]
    if wanted.since is not None:
        found.append(Complaint.filed_at >= wanted.since)
    if wanted.before is not None:
        found.append(Complaint.filed_at < wanted.before)
    if wanted.words:
        found += [_has_word(word) for word in wanted.words.split()]
    return found


def _has_word(word: str) -> ColumnElement[bool]:
    if NUMBER.fullmatch(word):
        return Complaint.number == word.upper()
    fields = (Complaint.number, Complaint.text, Complaint.about, Complaint.case_number)
    return or_(*(field.icontains(word, autoescape=True) for field in fields))


def _in_state(state: str) -> ColumnElement[bool]:
    """The condition that ``reading.state_of`` decides."""
    now = clock.now()
    if state == "withdrawn":
        return Complaint.withdrawn_at.is_not(None)
    if state == "closed":
        over = or_(Complaint.closed_at.is_not(None), Complaint.reopen_until < now)
        return and_(over, Complaint.withdrawn_at.is_(None))
    if state == "answered":
        return and_(Complaint.closed_at.is_(None), Complaint.reopen_until >= now)
    received = _step(Task.step == RECEIVE)
    return and_(_is_open(), received if state == "received" else not_(received))


def _is_open() -> ColumnElement[bool]:
    return and_(Complaint.closed_at.is_(None), Complaint.reopen_until.is_(None))


def _step(*conditions: ColumnElement[bool]) -> ColumnElement[bool]:
    """The step that waits is of that kind."""
    query = select(Task.id).where(Task.root_id == Complaint.case_id)
    return exists(query.where(Task.status == TaskStatus.OPEN, *conditions).correlate(Complaint))


def _cursor(text: str) -> int:
    if not text.isdecimal() or not 0 < len(text) < 10:
        raise Invalid(_("Alamat halaman ini tidak lengkap. Mulailah dari awal daftar."))
    return int(text)


def _lines(session: Session, rows: Sequence[Complaint]) -> list[Line]:
    cases = [row.case_id for row in rows]
    tasks = session.scalars(
        select(Task).where(Task.root_id.in_(cases), Task.status == TaskStatus.OPEN)
    )
    opened = {task.case_id: task for task in tasks}
    officials = officials_of(session, [task.id for task in opened.values()])
    names = dict(session.execute(select(Case.id, Case.started_by).where(Case.id.in_(cases))).all())
    words = state_words()
    lines = []
    for row in rows:
        task = opened.get(row.case_id)
        state = state_of(row, task)
        lines.append(
            Line(
                number=row.number,
                kind=kind_name(row.kind),
                standard=row.standard_title,
                about=row.about,
                state=state,
                state_text=words[state],
                official=officials.get(task.id, "") if task is not None else "",
                deadline=deadline_now(session, task),
                due=task.due if task is not None else None,
                filed_at=row.filed_at,
                answered_at=row.answered_at,
                closed_at=row.closed_at,
                reporter=names[row.case_id],
            )
        )
    return lines
