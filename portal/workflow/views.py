"""Pages of the daily work: inbox, case, task. Rights are decided by the services."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from flask import flash, g, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased
from werkzeug.wrappers import Response

from portal import clock
from portal.auth.kept import kept_fields, readable
from portal.auth.rights import Actor, current_actor
from portal.db import db, set_reading, transaction
from portal.documents.uploads import (
    accepts_files,
    readable_tokens,
    received_errors,
)
from portal.errors import Conflict, Invalid, NotFound
from portal.forms import change_rows
from portal.workflow import drafts
from portal.workflow.access import case_by_number, may_view
from portal.workflow.actform import act_form, own_form, own_part, zone_of
from portal.workflow.acting import ActInput, act, acting_as, acting_warnings, taken_text, was_asked
from portal.workflow.behaviours import behaviours
from portal.workflow.blueprint import bp
from portal.workflow.casepage import case_view
from portal.workflow.corebook import own_page
from portal.workflow.definition import RETURN
from portal.workflow.entry import ActRequest, permit
from portal.workflow.inbox import COUNTED, inbox
from portal.workflow.models import Case, Draft, Task, TaskStatus
from portal.workflow.questions import waiting_questions
from portal.workflow.recordform import record_of, takes_files
from portal.workflow.run import Run, load_run
from portal.workflow.starting import start_records
from portal.workflow.taskpage import (
    add_questions,
    case_url,
    conflict_view,
    held_page,
    task_view,
    waiting_now,
)
from portal.workflow.turns import Asked, asked_at, partners_at, right_to


@bp.get("/tugas")
def tasks() -> str:
    """The inbox."""
    actor, session = current_actor(), db.session()
    page = inbox(
        session,
        actor,
        only=request.args.get("saring", ""),
        cursor=request.args.get("setelah", ""),
    )
    setattr(g, COUNTED, (actor.person_id, page.counts["all"]))
    return render_template(
        "workflow/inbox.html",
        page=page,
        questions=waiting_questions(session, actor),
        start_url=url_for("workflow.starts"),
    )


@bp.get("/kasus/<number>")
def case(number: str) -> str | Response:
    """The case page, of a root case or a lane."""
    actor, session = current_actor(), db.session()
    row, root, plan = case_by_number(session, number, actor)
    if own_page(row):
        return redirect(url_for(own_page(row), number=number))
    view = case_view(session, actor, row, root, plan)
    if row is root:
        view.started_with = start_records(plan, row, zone_of(row))
    view.slots = behaviours().slot("case.page", {"case": row, "actor": actor})
    return render_template("workflow/case.html", view=view)


def _task(session: Session, number: str, task_id: int, actor: Actor) -> tuple[Run, Case, Task]:
    """The task with its run, if the person may act on it or may read its case."""
    main = aliased(Case)
    found = session.execute(
        select(Task, Case, main)
        .join(Case, Case.id == Task.case_id)
        .join(main, main.id == Case.root_id)
        .where(Task.id == task_id, Case.number == number)
    ).first()
    if found is None:
        raise NotFound(_("Tugas tidak ditemukan."))
    task, row, root = found
    run = load_run(session, root)
    run.private = root.sealed and may_view(session, actor, row, root, run.plan)
    return run, run.cases[row.id], task


def may_know(session: Session, number: str, item: Task, actor: Actor) -> None:
    """Raise NotFound, unless the task once waited for the person or its case is theirs to read."""
    if not was_asked(session, item, actor):
        case_by_number(session, number, actor)


def home_of(number: str, actor: Actor) -> str:
    """Where a task leads back to: its case, or the inbox of who may not read the case."""
    try:
        case_by_number(db.session(), number, actor)
    except NotFound:
        return url_for("workflow.tasks")
    return url_for("workflow.case", number=number)


@bp.route("/kasus/<number>/tugas/<int:task_id>", methods=["GET", "POST"])
@accepts_files
def task(number: str, task_id: int) -> str | Response | tuple[str, int]:
    """Show a task to the official whose turn it is, and take the decision."""
    actor = current_actor()
    if request.method == "POST":
        return _act(number, task_id, actor)
    session = db.session()
    run, row, item = _task(session, number, task_id, actor)
    if own_page(row):
        return redirect(url_for(own_page(row), number=number))
    if item.status != TaskStatus.OPEN:
        may_know(session, number, item, actor)
        flash(_("Tugas ini sudah tidak terbuka."), "info")
        return redirect(home_of(number, actor))
    asked = asked_at(session, item)
    right_to(session, item, actor, reading=True, asked=asked)
    permit(actor, ActRequest("act", row.workflow, row, item))  # nobody types what is refused then
    if item.claimed_by_id not in (None, actor.person_id):
        return held_page(run, row, item)
    kept = kept_fields(actor, request.path)
    draft = drafts.draft_of(session, item.id, actor) if kept is None else None
    formdata = kept if kept is not None else drafts.as_form(draft)
    page = _page(session, actor, run, row, item, asked, formdata, draft)
    _seen(item)
    return page


def _positions(asked: Asked) -> list[int]:
    return [each.position_id for each in asked]


def _page(
    session: Session,
    actor: Actor,
    run: Run,
    row: Case,
    item: Task,
    asked: Asked,
    formdata: Any,
    draft: Draft | None = None,
    form: Any = None,
) -> str:
    step = run.plan.step(item.step)
    view = task_view(run, row, item, step)
    if form is None:
        form, outcomes = act_form(run, row, item, step, _positions(asked), formdata)
    else:
        (form, outcomes), formdata = form, request.form
    view.multipart = takes_files(step.record)
    view.draft_at = draft.saved_at if draft is not None else None
    view.draft_version = drafts.opened_with(draft, formdata)
    holding, proxied = right_to(session, item, actor, asked=asked)
    view.acting_as = acting_as(holding)
    view.warnings += acting_warnings(step, holding)
    own = own_form(row, step)
    view.own_template = own.template if own is not None else ""
    view.mine = item.claimed_by_id == actor.person_id
    # who only records for another official does not take the task away from them
    view.shared = not proxied and len(partners_at(session, item, asked)) > 1
    add_questions(view, run, row, item, actor)
    return render_template("workflow/task.html", task=view, form=form, outcomes=outcomes)


def _seen(item: Task) -> None:
    """Note that the next official has opened the task; a write of its own."""
    if item.seen_at is not None:
        return
    task_id = item.id
    db.session.rollback()
    set_reading(False)
    with transaction() as session:
        session.execute(
            update(Task)
            .where(Task.id == task_id, Task.seen_at.is_(None))
            .values(seen_at=clock.now())
        )


def _act(number: str, task_id: int, actor: Actor) -> str | Response | tuple[str, int]:
    try:
        with transaction() as session:
            run, row, item = _task(session, number, task_id, actor)
            if own_page(row):
                return redirect(url_for(own_page(row), number=number), code=303)
            if item.status == TaskStatus.OPEN:
                asked = asked_at(session, item)
                right_to(session, item, actor, asked=asked)
                step = run.plan.step(item.step)
                form, outcomes = act_form(run, row, item, step, _positions(asked), request.form)
                shown = (form, outcomes)
                if change_rows(form, request.form):
                    return _page(session, actor, run, row, item, asked, None, form=shown)
                if not _check(form):
                    page = _page(session, actor, run, row, item, asked, None, form=shown)
                    session.rollback()
                    return page, 400
                draft = drafts.draft_of(session, item.id, actor)
                if draft is not None and drafts.overtaken(draft):
                    return drafts.conflict_page(row, item, draft)
                record = {}
                if request.form.get("outcome") != RETURN:
                    record = record_of(form, step.record, zone_of(row))
                sent = _sent(form, outcomes[0].key, record)
            else:
                may_know(session, number, item, actor)
                sent = ActInput("", sent_key(), -1)
            try:
                result = act(session, task_id, actor, sent)
            except Invalid as error:
                session.rollback()
                return _refused(number, task_id, actor, error)
    except Conflict as error:
        return _conflict(number, task_id, actor, error)
    return redirect(url_for("workflow.done", number=result.case_number, task_id=task_id), code=303)


def _check(form: Any) -> bool:
    """Whether what was sent is enough for the decision; a return needs no recorded fields."""
    outcome = request.form.get("outcome", "")
    if outcome == RETURN:
        if form.note.validate(form) and not (form.note.data or "").strip():
            form.note.errors = [_("Tulis alasan pengembalian.")]
        if "targets" in form and not form.targets.data:
            offered = [option.data for option in form.targets]
            if len(offered) == 1:
                form.targets.data = offered
            else:
                form.targets.errors = [_("Pilih paling sedikit satu tujuan pengembalian.")]
        return not (form.note.errors or ("targets" in form and form.targets.errors))
    valid: bool = form.validate()
    if "outcome" in form and not outcome:
        form.outcome.errors = [_("Pilih keputusan Anda.")]
        valid = False
    return valid


def _sent(form: Any, default: str, record: dict[str, Any]) -> ActInput:
    return ActInput(
        outcome=request.form.get("outcome") or default,
        form_key=sent_key(),
        version=sent_number("version"),
        note=form.note.data or "",
        record=record,
        form=own_part(form),
        targets=form.targets.data or () if "targets" in form else (),
    )


def sent_key() -> str:
    """The key of the form that was sent."""
    return request.form.get("form_key", "")[:64]


def sent_number(name: str) -> int:
    """A whole number of the form; -1 when it is none, which no row has."""
    text = request.form.get(name, "")
    return int(text) if text.isdecimal() and len(text) < 10 else -1


def _refused(number: str, task_id: int, actor: Actor, error: Invalid) -> tuple[str, int]:
    """Show the form again with what was typed and the reason why it was not taken."""
    session = db.session()
    run, row, item = _task(session, number, task_id, actor)
    step = run.plan.step(item.step)
    asked = asked_at(session, item)
    form, outcomes = act_form(run, row, item, step, _positions(asked), request.form)
    form.form_errors = [str(error)]
    for name, message in error.fields.items():
        if name in form:
            form[name].errors = [message]
    return _page(session, actor, run, row, item, asked, None, form=(form, outcomes)), 400


def _conflict(number: str, task_id: int, actor: Actor, error: Conflict) -> tuple[str, int]:
    run, row, item = _task(db.session(), number, task_id, actor)
    mine = readable(readable_tokens(request.form.items(multi=True)))
    conflict = conflict_view(run, row, item, str(error), mine)
    return render_template("workflow/conflict.html", conflict=conflict), 409


@bp.post("/kasus/<number>/tugas/<int:task_id>/draf")
@accepts_files
def save_draft(number: str, task_id: int) -> str | Response | tuple[str, int]:
    """Keep what has been typed, unchecked, for this person."""
    actor = current_actor()
    with transaction() as session:
        _run, row, item = _task(session, number, task_id, actor)
        if item.status != TaskStatus.OPEN:
            may_know(session, number, item, actor)
            return _conflict(number, task_id, actor, Conflict(taken_text(item)))
        try:
            right_to(session, item, actor)
        except Conflict as error:
            return _conflict(number, task_id, actor, error)
        later = drafts.save(session, task_id, actor)
        if later is not None:
            return drafts.conflict_page(row, item, later)
    for message in received_errors():
        flash(message, "warning")
    flash(_("Draf tersimpan. Anda dapat melanjutkannya kapan saja."), "success")
    return redirect(url_for("workflow.task", number=number, task_id=task_id), code=303)


@bp.get("/kasus/<number>/tugas/<int:task_id>/selesai")
def done(number: str, task_id: int) -> str:
    """What was done, what happens now, who has it and until when."""
    actor, session = current_actor(), db.session()
    run, row, item = _task(session, number, task_id, actor)
    if item.person_id != actor.person_id:
        raise NotFound(_("Tanda terima tidak ditemukan."))
    title = _("Keputusan Anda tercatat")
    if item.outcome == RETURN:
        title = _("Pekerjaan dikembalikan untuk perbaikan")
    facts = [
        (_("Kasus"), run.root.title),
        (_("Langkah"), f"{item.step}: {item.title}"),
        (_("Oleh"), item.acted_by),
    ]
    waiting = waiting_now(session, run, zone_of(row))
    view = SimpleNamespace(
        title=title,
        number=row.number,
        url=case_url(run, row),
        at=item.done_at,
        zone=zone_of(row),
        text="" if waiting or run.may_read else _("Tidak ada langkah lain yang menunggu."),
        facts=facts,
        next=waiting,
    )
    return render_template("workflow/confirm.html", done=view)
