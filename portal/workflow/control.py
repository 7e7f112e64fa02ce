"""Acts beside the steps: claim, hand over, withdraw, suspend, cancel, move.

Each locks the root case, needs a reason where others are affected, and is logged.
"""

from __future__ import annotations

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from portal import audit
from portal.auth.rights import Actor, require
from portal.errors import Conflict, Forbidden, Invalid, MissingReason, NotFound
from portal.org.models import Position
from portal.workflow import timing
from portal.workflow.acting import moving, signature, take, taken_text
from portal.workflow.barring import is_barred
from portal.workflow.corebook import guarded
from portal.workflow.entry import ActRequest, enter, remember
from portal.workflow.models import Candidate, Case, CaseStatus, Task, TaskStatus
from portal.workflow.returning import close_inbox, send_back
from portal.workflow.routing import segment_of
from portal.workflow.run import Run, lock_run
from portal.workflow.settle import active_stages, settle, tell_end, tell_opened
from portal.workflow.starting import manages
from portal.workflow.turns import partners, right_to
from portal.workflow.waiting import waiting_at


def reason_of(text: str) -> str:
    """The reason without blanks around it; raises MissingReason."""
    if not text.strip():
        raise MissingReason(
            _("Tulis alasannya agar semua pihak memahami keputusan ini."),
            {"reason": _("Alasan wajib diisi.")},
        )
    return text.strip()


def sent_before(run: Run, actor: Actor, kind: str, form_key: str, task: Task | None = None) -> bool:
    """Whether this form was carried out before; a new one is let in and remembered."""
    case = run.root if task is None else run.cases[task.case_id]
    place = task or case
    request = ActRequest(kind, case.workflow, case, task)
    if enter(run.session, actor, request, form_key, place) is not None:
        return True
    remember(run.session, form_key, actor, place, kind)
    return False


def log_act(run: Run, kind: str, actor: Actor, name: str, data: dict[str, object]) -> None:
    """Write an act into the case's log, under the name it is signed with."""
    audit.append(
        run.session,
        run.chain,
        kind,
        data,
        actor=name,
        person_id=actor.person_id,
        case_id=run.root.id,
    )


def claim(session: Session, task_id: int, actor: Actor, form_key: str, version: int) -> Case:
    """Take a shared task for oneself; the others see who works on it.

    Raises:
        Forbidden: it is another official's, for whom the person may only record.
    """
    run, task, case, repeated = take(session, task_id, actor, form_key, version, "claim")
    if repeated is None:
        holding, proxied = right_to(session, task, actor)
        if proxied:
            raise Forbidden(
                _("Tugas ini tetap pada pejabat yang disebut; Anda hanya mencatat untuknya.")
            )
        task.claimed_by_id, task.claimed_by = actor.person_id, signature(actor, holding)
        task.version += 1
        log_act(run, "claimed", actor, task.claimed_by, {"step": task.step, "case": case.number})
    return case


def hand_over(
    session: Session,
    task_id: int,
    actor: Actor,
    person_id: int | None,
    reason: str,
    form_key: str,
    version: int,
) -> Case:
    """Give a task to another holder of a candidate position; None opens it to all again.

    Raises:
        Invalid: the person chosen holds none of the positions.
    """
    run, task, case, repeated = take(session, task_id, actor, form_key, version, "hand-over")
    if repeated is not None:
        return case
    text = reason_of(reason)
    holding, _proxy = right_to(session, task, actor)
    chosen = None
    if person_id is not None:
        chosen = next((v for v in partners(session, task_id) if v.person_id == person_id), None)
        if chosen is None:
            raise Invalid(_("Pilih pejabat atau staf yang berhak mengerjakan tugas ini."))
    task.claimed_by_id = None if chosen is None else chosen.person_id
    task.claimed_by = "" if chosen is None else chosen.label
    task.version += 1
    data: dict[str, object] = {
        "step": task.step,
        "case": case.number,
        "to": task.claimed_by,
        "reason": text,
    }
    log_act(run, "handed-over", actor, signature(actor, holding), data)
    tell_opened(run, case, task)
    return case


def withdraw(session: Session, task_id: int, actor: Actor, reason: str, form_key: str) -> Case:
    """Take back one's own act, as long as nobody has opened what came after it.

    A repeated ``form_key`` changes nothing more.

    Raises:
        Conflict: the next official has opened it, or the step had an effect.
    """
    root_id = session.scalar(select(Task.root_id).where(Task.id == task_id))
    if root_id is None:
        raise NotFound(_("Tugas tidak ditemukan."))
    run = lock_run(session, root_id)
    task = session.get_one(Task, task_id)
    case = run.cases[task.case_id]
    if sent_before(run, actor, "withdraw", form_key, task):
        return case
    text = reason_of(reason)
    problem = withdrawal_problem(run, task, actor)
    if problem:
        raise Conflict(problem)
    send_back(run, case, [(case, task.step)])
    data: dict[str, object] = {"step": task.step, "case": case.number, "reason": text}
    log_act(run, "withdrawn", actor, task.acted_by, data)
    settle(run, came_from=task.acted_by)  # without a reason: nobody has returned it
    return case


def withdrawal_problem(run: Run, task: Task, actor: Actor) -> str:
    """Why this act cannot be taken back; empty if it can."""
    if task.person_id != actor.person_id or task.status != TaskStatus.DONE or not task.current:
        return _("Hanya tindakan Anda sendiri yang masih berlaku yang dapat ditarik.")
    if run.root.status in (CaseStatus.SUSPENDED, CaseStatus.CANCELLED):
        return _("Kasus ini sedang ditunda atau sudah dibatalkan.")
    if run.plan.step(task.step).effect:
        return _(
            "Tindakan ini sudah berakibat (misalnya nomor surat) sehingga tidak dapat ditarik."
        )
    case = run.cases[task.case_id]
    tree = run.tree(case)
    later = tree.undone_by(task.step) - {task.step}
    if segment_of(tree.leaves[task.step]) in run.joined():
        return _("Kasus utama sudah berjalan lebih jauh.")
    if later & _entered_blocks(run):
        return _("Pekerjaan sudah dibagikan kepada satuan organisasi.")
    since = task.done_at
    opened = [
        row
        for step, row in run.rows[case.id].items()
        if step in later and since is not None and row.opened_at is not None
        if row.opened_at >= since
    ]
    if any(row.seen_at is not None or row.status != TaskStatus.OPEN for row in opened):
        return _("Pejabat berikutnya sudah membukanya. Mintalah pengembalian kepadanya.")
    return ""


def _entered_blocks(run: Run) -> set[str]:
    """The ``ForEachUnit`` blocks in which a lane has been given something to do."""
    return {
        segment_of(run.tree(lane).leaves[step])
        for lane in run.lanes()
        for step in run.rows[lane.id]
    }


def _managed(run: Run, actor: Actor) -> str:
    holding = manages(run.session, actor, run.root, run.plan.workflow)
    if holding is None:
        raise Forbidden(_("Hanya penanggung jawab pelayanan yang dapat melakukan ini."))
    return signature(actor, holding)


def may_suspend(run: Run, actor: Actor) -> str:
    """The name under which the person may suspend the case; raises Forbidden or Conflict."""
    name = _managed(run, actor)
    if run.root.status != CaseStatus.OPEN:
        raise Conflict(_("Hanya kasus yang berjalan yang dapat ditunda."))
    return name


def suspend(session: Session, root_id: int, actor: Actor, reason: str, form_key: str) -> None:
    """Stop every clock of the case until it is resumed."""
    run = lock_run(session, root_id)
    if sent_before(run, actor, "suspend", form_key):
        return
    name = may_suspend(run, actor)
    text = reason_of(reason)
    run.root.status, run.root.suspended_at = CaseStatus.SUSPENDED, run.now
    timing.pause_all(run)
    log_act(run, "suspended", actor, name, {"reason": text})


def may_resume(run: Run, actor: Actor) -> str:
    """The name under which the person may resume the case; raises Forbidden or Conflict."""
    name = _managed(run, actor)
    if run.root.status != CaseStatus.SUSPENDED:
        raise Conflict(_("Kasus ini tidak sedang ditunda."))
    return name


def resume(session: Session, root_id: int, actor: Actor, reason: str, form_key: str) -> None:
    """Let the case go on; deadlines move by the office time of the pause."""
    run = lock_run(session, root_id)
    if sent_before(run, actor, "resume", form_key):
        return
    name = may_resume(run, actor)
    text = reason_of(reason)
    run.root.status, run.root.suspended_at = CaseStatus.OPEN, None
    timing.resume_all(run, {key: active_stages(run, case) for key, case in run.cases.items()})
    log_act(run, "resumed", actor, name, {"reason": text})
    session.flush()


def may_cancel(run: Run, actor: Actor) -> str:
    """The name under which the person may cancel the case; raises Forbidden or Conflict."""
    own = run.root.started_by_id == actor.person_id and not any(
        row.status == TaskStatus.DONE for row in run.all_rows()
    )
    holding = manages(run.session, actor, run.root, run.plan.workflow)
    if not own and holding is None:
        raise Forbidden(_("Hanya penanggung jawab pelayanan yang dapat membatalkan kasus."))
    if run.root.status not in (CaseStatus.OPEN, CaseStatus.SUSPENDED):
        raise Conflict(_("Kasus ini sudah berakhir."))
    return actor.name if holding is None else signature(actor, holding)


def cancel(session: Session, root_id: int, actor: Actor, reason: str, form_key: str) -> None:
    """End the case and its lanes; what has been recorded stays readable.

    The one who manages the case may, and the one who began it while no step is done.
    """
    run = lock_run(session, root_id)
    if sent_before(run, actor, "cancel", form_key):
        return
    name = may_cancel(run, actor)
    text = reason_of(reason)
    end_unfinished(run)
    log_act(run, "cancelled", actor, name, {"reason": text})
    tell_end(run)


def end_unfinished(run: Run) -> None:
    """Close what is open and end the case and its lanes; who may has been decided before."""
    ids = [row.id for row in run.all_rows() if row.status == TaskStatus.OPEN]
    run.session.execute(
        update(Task)
        .where(Task.id.in_(ids))
        .values(status=TaskStatus.CANCELLED, current=False, version=Task.version + 1)
    )
    close_inbox(run.session, ids)
    timing.stop_all(run)
    for case in run.cases.values():
        if case.status != CaseStatus.DONE:
            case.status, case.ended_at = CaseStatus.CANCELLED, run.now
    run.root.unique_key = None
    run.root.version += 1


def move(
    session: Session,
    task_id: int,
    actor: Actor,
    position_id: int | None,
    step: str,
    reason: str,
    form_key: str,
) -> Case:
    """Administrator: give an open task to another position, or send it back to a step.

    Raises:
        Conflict: the task is not open any more, or the case rests.
        Invalid: the step is not an earlier one of this case, or there is no such position.
    """
    require(actor, "system.cases")
    root_id = session.scalar(select(Task.root_id).where(Task.id == task_id))
    if root_id is None or is_barred(session, actor, root_id):
        raise NotFound(_("Tugas tidak ditemukan."))
    run = lock_run(session, root_id)
    task = session.get_one(Task, task_id, populate_existing=True)
    case = run.cases[task.case_id]
    if sent_before(run, actor, "move", form_key, task):
        return case
    text = reason_of(reason)
    moving(run)
    if task.status != TaskStatus.OPEN:
        raise Conflict(taken_text(task))
    data: dict[str, object] = {"step": task.step, "case": case.number, "reason": text}
    if step:
        row = run.rows[case.id].get(step)
        done = row is not None and row.status == TaskStatus.DONE
        if not done or task.step not in run.tree(case).undone_by(step):
            raise Invalid(_("Pilih langkah sebelumnya dari kasus ini."))
        send_back(run, case, [(case, step)])
        data["to_step"] = step
        settle(run, came_from=_("Administrator"), reason=text)
    elif position_id is not None:
        if session.get(Position, position_id) is None:
            raise Invalid(_("Pilih jabatan dari daftar."))
        if position_id not in guarded(session, run.root, [position_id]):
            raise Invalid(_("Jabatan itu tidak boleh menangani kasus ini; pilih yang lain."))
        close_inbox(session, [task.id])
        at = select(Candidate).where(Candidate.position_id == position_id)
        known = session.scalar(at.where(Candidate.task_id == task.id))
        if known is None:
            session.add(Candidate(**waiting_at(case, task, position_id)))
        else:
            known.is_open = True
        task.claimed_by_id, task.claimed_by = None, ""
        task.version += 1
        timing.set_timers(run, case, [task.id], run.clocks.get((case.id, task.stage)))
        data["to_position"] = position_id
        tell_opened(run, case, task)
    else:
        raise Invalid(_("Pilih langkah tujuan atau jabatan pengganti."))
    log_act(run, "moved", actor, _("Administrator (%(name)s)", name=actor.name), data)
    return case
