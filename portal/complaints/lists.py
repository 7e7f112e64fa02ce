"""Lists of complaints: what a person filed, what a person's positions handle."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.auth.rights import Actor
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
from portal.workflow.barring import barred_cases
from portal.workflow.inbox import Deadline
from portal.workflow.models import SealedReader, Task, TaskStatus

PAGE = 25


@dataclass(frozen=True, slots=True)
class Line:
    """A complaint in a list."""

    number: str
    kind: str
    standard: str
    state: str
    state_text: str
    official: str
    deadline: Deadline
    filed_at: datetime

    @property
    def look(self) -> tuple[str, str]:
        """Colour and icon of the state's badge."""
        return LOOKS[self.state]


def filed_by(session: Session, actor: Actor, before: str = "") -> tuple[list[Line], str]:
    """A page of what the person filed, newest first, and the cursor of the next page."""
    query = (
        select(Complaint)
        .join(ComplaintIdentity, ComplaintIdentity.complaint_id == Complaint.id)
        .where(ComplaintIdentity.person_id == actor.person_id)
        .order_by(ComplaintIdentity.complaint_id.desc())
        .limit(PAGE + 1)
    )
    if before:
        query = query.where(ComplaintIdentity.complaint_id < _cursor(before))
    return _lines(session, session.scalars(query).all())


def handled_by(session: Session, actor: Actor, before: str = "") -> tuple[list[Line], str]:
    """A page of what the person's positions handle or may read, newest first."""
    if not actor.position_ids:
        return [], ""
    ids = (
        select(Complaint.id)
        .join(SealedReader, SealedReader.case_id == Complaint.case_id)
        .where(
            SealedReader.position_id.in_(actor.position_ids),
            Complaint.case_id.not_in(barred_cases(actor)),
        )
        .group_by(Complaint.id)
        .order_by(Complaint.id.desc())
        .limit(PAGE + 1)
    )
    if before:
        ids = ids.where(Complaint.id < _cursor(before))
    found = session.scalars(ids).all()
    query = select(Complaint).where(Complaint.id.in_(found)).order_by(Complaint.id.desc())
    return _lines(session, session.scalars(query).all())


def handles(session: Session, actor: Actor) -> bool:
    """Whether the person's positions handle any complaint."""
    query = select(Complaint.id).join(SealedReader, SealedReader.case_id == Complaint.case_id)
    query = query.where(
        SealedReader.position_id.in_(actor.position_ids),
        Complaint.case_id.not_in(barred_cases(actor)),
    )
    return session.scalar(query.limit(1)) is not None


def _cursor(text: str) -> int:
    if not text.isdecimal() or not 0 < len(text) < 10:
        raise Invalid(_("Alamat halaman ini tidak lengkap. Mulailah dari awal daftar."))
    return int(text)


def _lines(session: Session, rows: Sequence[Complaint]) -> tuple[list[Line], str]:
    more, rows = len(rows) > PAGE, rows[:PAGE]
    tasks = session.scalars(
        select(Task).where(
            Task.case_id.in_([row.case_id for row in rows]), Task.status == TaskStatus.OPEN
        )
    )
    opened = {task.case_id: task for task in tasks}
    officials = officials_of(session, [task.id for task in opened.values()])
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
                state=state,
                state_text=words[state],
                official=officials.get(task.id, "") if task is not None else "",
                deadline=deadline_now(session, task),
                filed_at=row.filed_at,
            )
        )
    return lines, str(rows[-1].id) if more else ""
