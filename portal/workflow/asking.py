"""Asking the requester of a case for more, answering, and taking a question back.

The performer of an open task asks; whoever began the case answers. The service's clock
runs on: the standards know no stop for it. Each act locks the root case and is logged.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit, clock
from portal.auth.rights import Actor
from portal.documents.files import attach
from portal.errors import Conflict, Forbidden, Invalid, NotFound
from portal.events import InformationAsked, InformationGiven
from portal.workflow.acting import moving, signature, taken_text
from portal.workflow.behaviours import behaviours
from portal.workflow.control import sent_before
from portal.workflow.corebook import CORE
from portal.workflow.models import Case, CaseStatus, Task, TaskStatus
from portal.workflow.questions import ANSWERED, OPEN, OWNER, WITHDRAWN, Question
from portal.workflow.run import Run, lock_run
from portal.workflow.turns import right_to


def asking_problem(root: Case, task: Task, actor: Actor) -> str:
    """Why the requester of this case cannot be asked now; empty if so."""
    if root.plugin == CORE or root.started_by_id is None:
        return _("Pemohon kasus ini tidak dapat ditanyai di sini.")
    if root.started_by_id == actor.person_id:
        return _("Anda sendiri yang mengajukan permohonan ini.")
    if task.status != TaskStatus.OPEN:
        return taken_text(task)
    return ""


def ask(session: Session, task_id: int, actor: Actor, question: str, form_key: str) -> Question:
    """Ask the requester; a repeated ``form_key`` gives the first question.

    Raises:
        Forbidden: the task is not this person's turn.
        Conflict: the task is not open any more, or a question is waiting already.
        Invalid: no question was written.
    """
    root_id = session.scalar(select(Task.root_id).where(Task.id == task_id))
    if root_id is None:
        raise NotFound(_("Tugas tidak ditemukan."))
    run = lock_run(session, root_id)
    task = session.get_one(Task, task_id, populate_existing=True)
    if sent_before(run, actor, "ask", form_key, task):
        newest = select(Question).where(Question.task_id == task_id).order_by(Question.id.desc())
        return session.scalars(newest.limit(1)).one()
    moving(run)
    holding, _proxy = right_to(session, task, actor)
    problem = asking_problem(run.root, task, actor)
    if problem:
        raise Conflict(problem)
    if open_question(session, task_id) is not None:
        raise Conflict(_("Pertanyaan sebelumnya masih menunggu jawaban pemohon."))
    text = _written(question, "text", _("Tulis keterangan apa yang Anda perlukan."))
    assert run.root.started_by_id is not None
    row = Question(
        root_id=run.root.id,
        case_id=task.case_id,
        task_id=task.id,
        person_id=run.root.started_by_id,
        asked_by_id=actor.person_id,
        asked_by=signature(actor, holding),
        asked_at=clock.now(),
        text=text,
    )
    session.add(row)
    session.flush()
    _log(run, "asked", row, task, actor, row.asked_by, {"text": text})
    behaviours().event(session, InformationAsked(**_about(run, row, row.person_id)))
    return row


def answer(
    session: Session,
    question_id: int,
    actor: Actor,
    text: str,
    tokens: Sequence[str],
    form_key: str,
) -> Question:
    """Answer a question with text and uploaded files; a second click changes nothing more.

    Raises:
        Forbidden: somebody else was asked.
        Conflict: it was withdrawn or answered, or its step is finished.
        Invalid: no answer was written.
    """
    run, row, task = _held(session, question_id)
    if row.person_id != actor.person_id:
        raise Forbidden(_("Hanya pemohon yang dapat menjawab pertanyaan ini."))
    if sent_before(run, actor, "answer", form_key, task):
        return row
    problem = answering_problem(run.root, row, task)
    if problem:
        raise Conflict(problem)
    written = _written(text, "answer", _("Tulis keterangan Anda."))
    row.answer, row.state, row.closed_at = written, ANSWERED, clock.now()
    attach(session, tokens, OWNER, row.id, run.root.id, actor=actor)
    _log(run, "informed", row, task, actor, run.root.started_by, {"text": written})
    behaviours().event(session, InformationGiven(**_about(run, row, row.asked_by_id)))
    return row


def answering_problem(root: Case, row: Question, task: Task) -> str:
    """Why a question needs no answer any more; empty while it does."""
    if row.state == ANSWERED:
        return _("Pertanyaan ini sudah dijawab.")
    if row.state == WITHDRAWN:
        return _("Pertanyaan ini sudah ditarik; Anda tidak perlu menjawab.")
    if task.status != TaskStatus.OPEN or root.status in (CaseStatus.DONE, CaseStatus.CANCELLED):
        return _("Langkah ini sudah selesai; keterangan tidak diperlukan lagi.")
    return ""


def withdraw_question(
    session: Session, question_id: int, actor: Actor, reason: str, form_key: str
) -> Question:
    """Take one's own question back while it waits; the requester sees that and why.

    Raises:
        Forbidden: somebody else asked it.
        Conflict: it has been answered meanwhile.
        Invalid: no reason was written.
    """
    run, row, task = _held(session, question_id)
    if row.asked_by_id != actor.person_id:
        raise Forbidden(_("Pertanyaan hanya dapat ditarik oleh yang mengajukannya."))
    if sent_before(run, actor, "withdraw-question", form_key, task):
        return row
    if row.state != OPEN:
        raise Conflict(_("Pertanyaan ini sudah dijawab atau ditarik."))
    row.reason = _written(reason, "reason", _("Tulis alasannya agar pemohon memahaminya."))
    row.state, row.closed_at = WITHDRAWN, clock.now()
    _log(run, "question.withdrawn", row, task, actor, row.asked_by, {"reason": row.reason})
    return row


def open_question(session: Session, task_id: int) -> Question | None:
    """The question of this task that waits for an answer."""
    query = select(Question).where(Question.task_id == task_id, Question.state == OPEN)
    return session.scalar(query)


def _held(session: Session, question_id: int) -> tuple[Run, Question, Task]:
    root_id = session.scalar(select(Question.root_id).where(Question.id == question_id))
    if root_id is None:
        raise NotFound(_("Pertanyaan tidak ditemukan."))
    run = lock_run(session, root_id)
    row = session.get_one(Question, question_id, populate_existing=True)
    return run, row, session.get_one(Task, row.task_id, populate_existing=True)


def _written(text: str, field: str, message: str) -> str:
    if not text.strip():
        raise Invalid(message, {field: message})
    return text.strip()


def _log(
    run: Run,
    kind: str,
    row: Question,
    task: Task,
    actor: Actor,
    name: str,
    data: dict[str, object],
) -> None:
    number = run.cases[row.case_id].number
    audit.append(
        run.session,
        run.chain,
        kind,
        {"step": task.step, "case": number, "question": row.id, **data},
        actor=name,
        person_id=actor.person_id,
        case_id=run.root.id,
        task_id=task.id,
    )


def _about(run: Run, row: Question, person_id: int) -> dict[str, Any]:
    root = run.root
    return {
        "case_id": root.id,
        "number": run.cases[row.case_id].number,
        "plugin": root.plugin,
        "workflow": root.workflow,
        "task_id": row.task_id,
        "question_id": row.id,
        "person_id": person_id,
    }
