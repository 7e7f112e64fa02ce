"""The page of one task and what follows an act, as data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import render_template, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.auth.rights import Actor
from portal.formats import tenggat
from portal.workflow.actform import zone_of
from portal.workflow.actors_text import actor_title
from portal.workflow.asking import asking_problem
from portal.workflow.behaviours import behaviours
from portal.workflow.definition import Task as Step
from portal.workflow.inbox import deadline_of
from portal.workflow.limits import parse_limit
from portal.workflow.models import Case, Task
from portal.workflow.questions import OPEN, QuestionView, questions_of
from portal.workflow.recordform import describe
from portal.workflow.run import Run
from portal.workflow.starting import start_records

Pairs = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """Who took the work of this step back, and why."""

    person_id: int | None
    who: str
    reason: str


@dataclass(slots=True)
class TaskView:
    """A task as its page shows it."""

    task_id: int
    title: str
    number: str
    case_title: str
    case_url: str
    step: str
    round: int
    version: int
    came_from: str
    return_reason: str
    state: str
    due: datetime | None
    zone: str
    due_text: str
    share: float
    limit_text: str
    clause: str
    standard_url: str
    draft_url: str
    draft_at: datetime | None = None
    draft_version: int = 0
    own_template: str = ""
    acting_as: str = ""
    claimed_by: str = ""
    mine: bool = False
    shared: bool = False
    warnings: list[str] = field(default_factory=list)
    facts: list[tuple[str, str]] = field(default_factory=list)
    records: list[tuple[str, list[tuple[str, Any]]]] = field(default_factory=list)
    next_text: str = ""
    multipart: bool = False
    withdrawn: Withdrawal | None = None
    questions: Sequence[QuestionView] = ()
    ask_url: str = ""


def task_view(run: Run, case: Case, task: Task, step: Step) -> TaskView:
    """The task with its limit and the documents it reviews or signs."""
    calendar = run.calendar(case)
    paused = task.paused_at is not None
    deadline = deadline_of(calendar, run.now, task.clock_from, task.due, paused, task.limit)
    facts = [(_("Satuan organisasi"), case.unit_name)] if case.unit_name else []
    active = behaviours().active(case.plugin)
    return TaskView(
        task_id=task.id,
        title=task.title,
        number=case.number,
        case_title=run.root.title,
        case_url=case_url(run, case),
        step=task.step,
        round=task.round,
        version=task.version,
        came_from=task.came_from,
        return_reason=task.return_reason,
        state=deadline.state,
        due=task.due,
        zone=zone_of(case),
        due_text=deadline.text,
        share=deadline.share,
        limit_text=parse_limit(task.limit).text() if task.limit else "",
        clause=_("Klausul II.B langkah %(n)s", n=task.stage) if task.stage else "",
        standard_url=(
            url_for("standards.show", slug=case.plugin.replace("_", "-")) if active else ""
        ),
        draft_url=url_for("workflow.save_draft", number=case.number, task_id=task.id),
        claimed_by=task.claimed_by,
        withdrawn=_withdrawal(run, case, task),
        facts=[*facts, (_("Dimulai oleh"), run.root.started_by)],
        records=_documents(run, case, step),
    )


def add_questions(view: TaskView, run: Run, case: Case, task: Task, actor: Actor) -> None:
    """The requester's questions: of a sealed case only this task's, unless its reader looks."""
    only = task.id if run.root.sealed and not run.private else 0
    view.questions = questions_of(run.session, actor, run.root, task_id=only)
    waiting = any(each.state == OPEN and each.task_id == task.id for each in view.questions)
    if not waiting and not asking_problem(run.root, task, actor):
        view.ask_url = url_for("workflow.ask", number=case.number, task_id=task.id)


def case_url(run: Run, case: Case) -> str:
    """Where the reader finds the case; empty when they may not read it."""
    return url_for("workflow.case", number=case.number) if run.may_read else ""


def held_page(run: Run, case: Case, task: Task) -> str:
    """A task that another person has claimed: to be read by those who share it."""
    view = task_view(run, case, task, run.plan.step(task.step))
    return render_template("workflow/held.html", task=view)


def conflict_view(run: Run, case: Case, task: Task, message: str, mine: Pairs) -> SimpleNamespace:
    """What somebody sent beside what stands already."""
    theirs = conflict_facts([(_("Keadaan"), message), (_("Catatan"), task.note)])
    return SimpleNamespace(
        title=_("Sudah diubah orang lain"),
        message=message,
        advice=_(
            "Kiriman Anda belum disimpan, tetapi masih tampil di bawah. Bandingkan, lalu "
            "buka keadaan terbaru."
        ),
        number=case.number,
        url=case_url(run, case),
        open_label=_("Buka keadaan terbaru"),
        who=task.acted_by,
        at=task.done_at,
        zone=zone_of(case),
        mine=mine,
        theirs=theirs if run.may_read else [],
    )


def _withdrawal(run: Run, case: Case, task: Task) -> Withdrawal | None:
    """The withdrawal that opened this round; a return has a reason of its own instead."""
    if task.round == 1 or task.return_reason:
        return None
    rows = run.session.execute(
        select(AuditEvent.person_id, AuditEvent.actor, AuditEvent.data)
        .where(AuditEvent.case_id == run.root.id, AuditEvent.kind == "withdrawn")
        .where(AuditEvent.at >= task.opened_at)
    )
    for person_id, who, data in rows:
        if (data["step"], data["case"]) == (task.step, case.number):
            return Withdrawal(person_id, who, data["reason"])
    return None


def _documents(run: Run, case: Case, step: Step) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What the official is to read: the records of the steps reviewed and signed."""
    wanted: dict[str, None] = {}
    for name in (*step.reviews, *step.signs):
        key = name
        while key and not _known(run, case, key):
            key = key.rpartition(".")[0]
        if key:
            wanted[key] = None
    ids = [
        row.id
        for key in wanted
        for row in (run.rows[case.id].get(key) or run.rows[run.root.id].get(key),)
        if row is not None
    ]
    read = run.session.scalars(select(Task).where(Task.id.in_(ids))) if ids else ()
    tasks = {task.step: task for task in read}
    documents = _begun_with(run)
    for key in wanted:
        task = tasks.get(key)
        if task is None:
            continue
        block = run.plan.step(key)
        owner = run.cases[task.case_id]
        rows = describe(run.shown(block.record), task.record, zone_of(case), {})
        if block.form:
            own = behaviours().form(case.plugin, block.form)
            rows += list(own.show(run.session, owner, task))
        documents.append((_("Langkah %(step)s: %(title)s", step=key, title=block.title), rows))
    return documents


def _begun_with(run: Run) -> list[tuple[str, list[tuple[str, Any]]]]:
    """What the case began with; of a sealed one its readers alone are shown it."""
    rows = start_records(run.plan, run.root, zone_of(run.root))
    return [(_("Isian permohonan"), rows)] if rows and run.may_read else []


def _known(run: Run, case: Case, key: str) -> bool:
    return key in run.rows[case.id] or key in run.rows[run.root.id]


def waiting_now(session: Session, run: Run, zone: str) -> list[tuple[str, str, str]]:
    """(step, who, until when) of what waits in the case now, for a confirmation in a zone."""
    rows = session.execute(
        select(Task, Case.unit_name)
        .join(Case, Case.id == Task.case_id)
        .where(Task.root_id == run.root.id, Task.status == "open")
        .order_by(Task.id)
    ).all()
    seen: dict[str, tuple[str, list[str], str]] = {}
    for task, unit in rows:
        step = run.plan.step(task.step)
        if step.detached and len(rows) > 1:
            continue
        due = tenggat(task.due, zone) if task.due else ""
        text = _("Langkah %(step)s: %(title)s", step=task.step, title=task.title)
        who = actor_title(run.plan.workflow, step.by)
        entry = seen.setdefault(task.step, (text, [], due))
        entry[1].append(f"{who} – {unit}" if unit and unit not in who else who)
    return [
        (text, names[0] if len(names) == 1 else _("%(n)s satuan organisasi", n=len(names)), due)
        for text, names, due in seen.values()
    ]


def conflict_facts(fields: Sequence[tuple[str, str]]) -> list[tuple[str, str]]:
    """What a person sent, readable: without hidden and empty fields."""
    hidden = {"csrf_token", "form_key", "version"}
    return [(name, value) for name, value in fields if value and name not in hidden]
