"""One act: a person finishes or returns a task, in one transaction.

Lock the root case, take the task, record, run the effect, settle, log. A repeated
``form_key`` gives the first answer; a stale version or a lost race is a conflict.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import bindparam, delete, select, update
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import set_committed_value
from wtforms import Form

from portal import audit
from portal.auth.rights import Actor, Holding
from portal.documents.files import attach
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound
from portal.events import TaskDone
from portal.org.models import HolderKind
from portal.workflow import timing
from portal.workflow.behaviours import EffectContext, behaviours
from portal.workflow.definition import RETURN
from portal.workflow.definition import Task as Step
from portal.workflow.entry import ActRequest, enter, remember
from portal.workflow.fields import Field, PerUnit
from portal.workflow.models import Candidate, Case, CaseStatus, Draft, Task, TaskStatus
from portal.workflow.own_work import own_work
from portal.workflow.recordform import file_tokens
from portal.workflow.returning import chosen_targets, close_inbox, send_back
from portal.workflow.run import Run, lock_run
from portal.workflow.settle import settle
from portal.workflow.turns import held_text, right_to

ACTING = {HolderKind.PLT: "Plt. ", HolderKind.PLH: "Plh. ", HolderKind.DELEGATE: "a.n. "}


@dataclass(frozen=True, slots=True)
class ActResult:
    """What the confirmation page tells: the case, what was done, and what waits now.

    ``repeated``: the same form was sent before; nothing was done again.
    """

    case_number: str
    root_number: str
    task_id: int
    outcome: str
    opened: tuple[int, ...] = ()
    repeated: bool = False
    warnings: tuple[str, ...] = ()


@dataclass(slots=True)
class ActInput:
    """What a person sends: ``targets`` of a return are ``step`` or ``step@lane-case-id``."""

    outcome: str
    form_key: str
    version: int
    note: str = ""
    record: dict[str, Any] = field(default_factory=dict)
    form: Form | None = None
    targets: Sequence[str] = ()


def act(session: Session, task_id: int, actor: Actor, sent: ActInput) -> ActResult:
    """Finish or return an open task in the caller's transaction.

    Raises:
        NotFound: no such task.
        Forbidden: it is not this person's turn, it is their own draft, or a plugin forbids it.
        Conflict: somebody else was first, the case rests, or the page is stale.
        MissingReason: a return without a note.
        Invalid: the outcome or a target does not exist, or a requirement is not met.
    """
    run, task, case, repeated = take(
        session, task_id, actor, sent.form_key, sent.version, "act", sent.outcome
    )
    if repeated is not None:
        return repeated
    step = run.plan.step(task.step)
    holding, proxied = right_to(session, task, actor)
    warnings = (
        *own_work(run, case, step, actor, holding),
        *(acting_warnings(step, holding) if sent.outcome != RETURN else ()),
    )
    if sent.outcome == RETURN:
        targets = chosen_targets(run, case, step, sent.targets)
        if not sent.note.strip():
            raise MissingReason(
                _("Tulis alasan pengembalian agar pelaksana tahu apa yang harus diperbaiki."),
                {"note": _("Alasan wajib diisi.")},
            )
    elif sent.outcome not in {each.key for each in step.outcomes}:
        raise Invalid(_("Pilih salah satu keputusan yang tersedia."))
    else:
        _requirements(run, case, step, actor)
    _finish(run, task, actor, holding, proxied, sent)
    if not run.calendar(case).is_open(run.now):
        run.root.out_of_hours = case.out_of_hours = True
    if sent.outcome == RETURN:
        send_back(run, case, targets, keep=task.id)
    else:
        _record(run, case, task, step, actor, sent)
        tokens = file_tokens(step.record, sent.record)
        attach(session, tokens, "task", task.id, run.root.id, actor=actor)
    audit.append(
        session,
        run.chain,
        "returned" if sent.outcome == RETURN else "done",
        {
            "step": task.step,
            "round": task.round,
            "outcome": sent.outcome,
            "note": sent.note,
            "case": case.number,
            "record": task.record,
            "targets": list(sent.targets),
            "proxied": proxied,
            "warnings": list(warnings),
        },
        actor=task.acted_by,
        person_id=actor.person_id,
        case_id=run.root.id,
        task_id=task.id,
    )
    reason = sent.note if sent.outcome == RETURN else ""
    event = TaskDone(
        case_id=run.root.id,
        number=case.number,
        plugin=case.plugin,
        workflow=case.workflow,
        task_id=task.id,
        step=task.step,
        outcome=sent.outcome,
    )
    behaviours().event(session, event)
    settle(run, came_from=holding.title, reason=reason)
    return ActResult(
        case.number,
        run.root.number,
        task.id,
        sent.outcome,
        tuple(each.id for each in run.opened),
        warnings=warnings,
    )


ROOT_OF = select(Task.root_id).where(Task.id == bindparam("task"))
TASK = select(Task).where(Task.id == bindparam("task")).execution_options(populate_existing=True)


def take(
    session: Session,
    task_id: int,
    actor: Actor,
    form_key: str,
    version: int,
    kind: str,
    outcome: str = "",
) -> tuple[Run, Task, Case, ActResult | None]:
    """Lock the root case of a task and check that the page the person saw still holds."""
    root_id = session.scalar(ROOT_OF, {"task": task_id})
    if root_id is None:
        raise NotFound(_("Tugas tidak ditemukan."))
    run = lock_run(session, root_id)
    task = session.scalar(TASK, {"task": task_id})
    assert task is not None
    case = run.cases[task.case_id]
    request = ActRequest(kind, case.workflow, case, task, outcome)
    if enter(session, actor, request, form_key, task) is not None:
        answer = ActResult(case.number, run.root.number, task.id, task.outcome, repeated=True)
        return run, task, case, answer
    # who was first is told to those alone
    stale = task.status != TaskStatus.OPEN or task.version != version
    if stale and not was_asked(session, task, actor):
        raise Forbidden(_("Tugas ini bukan giliran Anda."))
    moving(run)
    if task.status != TaskStatus.OPEN:
        raise Conflict(taken_text(task))
    if task.version != version:
        if task.claimed_by_id not in (None, actor.person_id):
            raise Conflict(held_text(task))
        raise Conflict(
            _("Tugas ini telah berubah sejak halaman dibuka. Periksa keadaan terbaru di bawah.")
        )
    remember(session, form_key, actor, task, kind)
    return run, task, case, None


def was_asked(session: Session, task: Task, actor: Actor) -> bool:
    """Whether the task has ever waited at a position of this person."""
    asked = select(Candidate.id).where(
        Candidate.task_id == task.id, Candidate.position_id.in_(actor.position_ids)
    )
    return session.scalar(asked.limit(1)) is not None


def moving(run: Run) -> None:
    """Refuse whatever would move a case that rests or was cancelled; raises Conflict."""
    if run.root.status == CaseStatus.SUSPENDED:
        raise Conflict(_("Kasus ini sedang ditunda. Tugas dapat dikerjakan setelah dilanjutkan."))
    if run.root.status == CaseStatus.CANCELLED:
        raise Conflict(_("Kasus ini telah dibatalkan."))


def taken_text(task: Task) -> str:
    """Who was first, in words."""
    if task.acted_by:
        return _("Tugas ini sudah diselesaikan oleh %(who)s.", who=task.acted_by)
    return _("Tugas ini sudah tidak terbuka karena kasus telah berpindah langkah.")


def acting_note(holding: Holding) -> str:
    """What a document says of who acts for the official: "Plt. (mandate)", "a.n. (…)".

    Empty for a definitive official.
    """
    prefix = ACTING.get(holding.kind, "").strip()
    return f"{prefix} ({holding.mandate})" if prefix and holding.mandate else prefix


def acting_as(holding: Holding) -> str:
    """In whose place somebody acts: "a.n. Kepala Biro …"; empty for a definitive official."""
    prefix = ACTING.get(holding.kind, "")
    return f"{prefix}{holding.title}" if prefix else ""


def signature(actor: Actor, holding: Holding) -> str:
    """How an act is signed in the log: "Plt. Kepala Biro … (nama)", "a.n. Kepala … (nama)"."""
    title = f"{ACTING.get(holding.kind, '')}{holding.title}"
    return title if actor.name == holding.title else f"{title} ({actor.name})"


def acting_warnings(step: Step, holding: Holding) -> tuple[str, ...]:
    """What somebody is told who signs in the place of the definitive official.

    Source: UU 30/2014 article 14 paragraph 7 (a mandate excludes strategic decisions).
    """
    if step.kind != "sign" or holding.kind == HolderKind.DEFINITIVE:
        return ()
    return (
        _(
            "Anda menandatangani sebagai %(who)s; hal ini tercantum pada dokumen dan dicatat. "
            "Pastikan penandatanganan ini termasuk mandat Anda: keputusan strategis menunggu "
            "pejabat definitif.",
            who=acting_as(holding),
        ),
    )


def _requirements(run: Run, case: Case, step: Step, actor: Actor) -> None:
    for name in step.requires:
        check = behaviours().check(case.plugin, name)
        problem = check(run.session, case, actor)
        if problem:
            raise Invalid(problem)


def _finish(
    run: Run, task: Task, actor: Actor, holding: Holding, proxied: bool, sent: ActInput
) -> None:
    returned = sent.outcome == RETURN
    status = TaskStatus.RETURNED if returned else TaskStatus.DONE
    values: dict[str, Any] = {
        "status": status,
        "done_at": run.now,
        "outcome": sent.outcome,
        "note": sent.note.strip(),
        "record": sent.record,
        "proxied": proxied,
        "person_id": actor.person_id,
        "position_id": holding.position_id,
        "acted_by": signature(actor, holding),
        "version": task.version + 1,
        "current": not returned,
    }
    won = run.session.execute(
        update(Task)
        .where(Task.id == task.id, Task.status == TaskStatus.OPEN)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    if won.rowcount != 1:  # type: ignore[attr-defined]  # CursorResult of an UPDATE
        raise Conflict(taken_text(task))
    for name, value in values.items():
        set_committed_value(task, name, value)
    row = run.rows[task.case_id][task.step]
    if returned:
        del run.rows[task.case_id][task.step]
    else:
        row.status, row.outcome, row.proxied = TaskStatus.DONE, sent.outcome, proxied
        row.person_id, row.position_id = actor.person_id, holding.position_id
        row.record = sent.record
    run.changed()
    close_inbox(run.session, [task.id])
    drafts = delete(Draft).where(Draft.task_id == task.id)
    run.session.execute(drafts, execution_options={"synchronize_session": False})


def _record(run: Run, case: Case, task: Task, step: Step, actor: Actor, sent: ActInput) -> None:
    for name, value in _facts(step.record, sent.record).items():
        if isinstance(value, dict):  # by unit: two steps may each record it for some units
            known = {unit: at for unit, at in value.items() if at}
            value = {**case.facts.get(name, {}), **known}
        case.facts = {**case.facts, name: value}
        run.session.flush()
        for each in run.cases.values() if case is run.root else (case,):
            timing.refresh_since(run, each, name)
    context = EffectContext(run.session, case, task, actor, sent.outcome, sent.record, sent.form)
    if step.form:
        if sent.form is None:
            raise Invalid(_("Isi dahulu formulir langkah ini."))
        save = behaviours().form(case.plugin, step.form).save
        save(run.session, case, task, sent.form, actor)
    if step.effect:
        behaviours().effect(case.plugin, step.effect)(context)


def _facts(fields: Sequence[Field], record: Mapping[str, Any]) -> dict[str, Any]:
    facts: dict[str, Any] = {}
    for each in fields:
        value = record.get(each.name)
        if each.fact and value:
            facts[each.fact] = value
        if isinstance(each, PerUnit) and each.of is not None and each.of.fact and value:
            facts[each.of.fact] = value
    return facts
