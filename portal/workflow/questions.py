"""Questions to the requester of a case: their table, and reading them for pages.

A question belongs to an open task; once the task is not open any more nobody waits for
the answer. Of a sealed case a question is shown to its requester, to the readers of the
case, and to those whose turn that very task is. Asking and answering is in ``asking``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from flask import url_for
from sqlalchemy import ForeignKey, Index, Select, String, Text, func, select, text
from sqlalchemy.orm import Mapped, Session, mapped_column

from portal.auth.rights import Actor
from portal.db import Base
from portal.documents.files import FileRef, files_of, register_owner
from portal.errors import Forbidden
from portal.workflow.access import may_view
from portal.workflow.models import Case, CaseStatus, Task, TaskStatus
from portal.workflow.run import plan_of
from portal.workflow.turns import right_to

OPEN, ANSWERED, WITHDRAWN = "open", "answered", "withdrawn"
OWNER = "question"
"""Owner of the files that come with an answer."""
SHOWN_WAITING = 5


class Question(Base):
    """What the performer of a task asks the requester; ``person_id`` is the requester.

    ``root_id`` is the main case, ``case_id`` that of the task. ``closed_at`` is when it was
    answered or withdrawn, ``reason`` why it was withdrawn.
    """

    __tablename__ = "wf_question"
    __table_args__ = (
        Index("ix_wf_question_root", "root_id", "id"),
        # One question at a time: the next is asked when this one is answered or withdrawn.
        Index(
            "uq_wf_question_open",
            "task_id",
            unique=True,
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
        Index(
            "ix_wf_question_waiting",
            "person_id",
            "id",
            sqlite_where=text("state = 'open'"),
            postgresql_where=text("state = 'open'"),
        ),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    root_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    case_id: Mapped[int] = mapped_column(ForeignKey("wf_case.id"))
    task_id: Mapped[int] = mapped_column(ForeignKey("wf_task.id"), index=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    asked_by_id: Mapped[int] = mapped_column(ForeignKey("org_person.id"))
    asked_by: Mapped[str] = mapped_column(String(400))
    asked_at: Mapped[datetime]
    text: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(10), default=OPEN)
    answer: Mapped[str] = mapped_column(Text, default="")
    reason: Mapped[str] = mapped_column(Text, default="")
    closed_at: Mapped[datetime | None]


@dataclass(frozen=True, slots=True)
class QuestionView:
    """A question as pages show it; ``state`` is also ``late``: nobody waits for it any more.

    ``mine``: the reader is the one asked; ``may_withdraw``: the one who may take it back.
    """

    id: int
    task_id: int
    step: str
    title: str
    asked_by: str
    asked_at: datetime
    text: str
    state: str
    answer: str
    reason: str
    closed_at: datetime | None
    files: Sequence[FileRef]
    url: str
    withdraw_url: str
    mine: bool
    may_withdraw: bool


@dataclass(frozen=True, slots=True)
class Waiting:
    """An open question to the reader, as the inbox and the list of requests show it."""

    case_id: int
    number: str
    title: str
    asked_by: str
    asked_at: datetime
    url: str


def questions_of(
    session: Session, actor: Actor, root: Case, *, case: Case | None = None, task_id: int = 0
) -> list[QuestionView]:
    """The questions of a case (of one lane, or of one task), oldest first; at most two queries.

    It asks nobody's right: the caller shows only what the person may see.
    """
    query = select(Question, Task.step, Task.title, Task.status)
    query = query.join(Task, Task.id == Question.task_id).where(Question.root_id == root.id)
    if case is not None and case is not root:
        query = query.where(Question.case_id == case.id)
    if task_id:
        query = query.where(Question.task_id == task_id)
    rows = session.execute(query.order_by(Question.id)).all()
    answered = [row[0].id for row in rows if row[0].state == ANSWERED]
    files = files_of(session, OWNER, answered) if answered else {}
    running = root.status in (CaseStatus.OPEN, CaseStatus.SUSPENDED)
    number = case.number if case is not None else root.number
    return [
        view(each, number, step, title, actor, files, waits=running and status == TaskStatus.OPEN)
        for each, step, title, status in rows
    ]


def view(
    each: Question,
    number: str,
    step: str,
    title: str,
    actor: Actor,
    files: Mapping[int, Sequence[object]],
    *,
    waits: bool,
) -> QuestionView:
    """One question for a page; ``waits``: its task is still open."""
    is_open = each.state == OPEN
    return QuestionView(
        id=each.id,
        task_id=each.task_id,
        step=step,
        title=title,
        asked_by=each.asked_by,
        asked_at=each.asked_at,
        text=each.text,
        state="late" if is_open and not waits else each.state,
        answer=each.answer,
        reason=each.reason,
        closed_at=each.closed_at,
        files=[FileRef.of(row) for row in files.get(each.id, ())],
        url=url_for("workflow.question", number=number, question_id=each.id),
        withdraw_url=url_for("workflow.withdraw_question", number=number, question_id=each.id),
        mine=each.person_id == actor.person_id,
        may_withdraw=is_open and waits and each.asked_by_id == actor.person_id,
    )


def _waiting(actor: Actor) -> Select[Question, str, str]:
    running = (CaseStatus.OPEN, CaseStatus.SUSPENDED)
    return (
        select(Question, Case.number, Case.title)
        .join(Task, Task.id == Question.task_id)
        .join(Case, Case.id == Question.root_id)
        .where(
            Question.person_id == actor.person_id,
            Question.state == OPEN,
            Task.status == TaskStatus.OPEN,
            Case.status.in_(running),
        )
    )


def waiting_questions(
    session: Session, actor: Actor, *, limit: int = SHOWN_WAITING
) -> list[Waiting]:
    """The first open questions to this person, oldest first; one query."""
    rows = session.execute(_waiting(actor).order_by(Question.id).limit(limit))
    return [
        Waiting(
            case_id=each.root_id,
            number=number,
            title=title,
            asked_by=each.asked_by,
            asked_at=each.asked_at,
            url=url_for("workflow.question", number=number, question_id=each.id),
        )
        for each, number, title in rows
    ]


def waiting_question_count(session: Session, actor: Actor) -> int:
    """How many open questions wait for this person's answer."""
    rows = _waiting(actor).with_only_columns(Question.id).subquery()
    return session.scalar(select(func.count()).select_from(rows)) or 0


def may_read_question(session: Session, actor: Actor, each: Question) -> bool:
    """The requester, readers of the case, and those whose turn the very task is."""
    if each.person_id == actor.person_id:
        return True
    case, root = session.get_one(Case, each.case_id), session.get_one(Case, each.root_id)
    if may_view(session, actor, case, root, plan_of(session, root.definition_id)):
        return True
    task = session.get_one(Task, each.task_id)
    try:
        right_to(session, task, actor, reading=True)
    except Forbidden:
        return False
    return task.status == TaskStatus.OPEN


def _files_readable(session: Session, actor: Actor, question_id: int) -> bool:
    each = session.get(Question, question_id)
    return each is not None and may_read_question(session, actor, each)


def _lock(session: Session, case_id: int) -> object:
    return session.scalar(select(Case.id).where(Case.id == case_id).with_for_update())


register_owner(OWNER, _files_readable, _lock)
