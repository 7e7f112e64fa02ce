"""Administrators' pages: roles of the workflows, and moving a case by number and step only."""

from __future__ import annotations

from types import SimpleNamespace

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import DateField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from portal.auth.rights import Actor, administrators, current_actor, policy, require
from portal.db import db, transaction
from portal.errors import Invalid, NotFound
from portal.forms import BaseForm
from portal.org import service as org
from portal.org.models import Position, Unit
from portal.workflow import control
from portal.workflow.absence import PAGE, vacant_tasks
from portal.workflow.actors_text import actor_title
from portal.workflow.barring import barred_tasks, is_barred
from portal.workflow.behaviours import behaviours
from portal.workflow.bindings import bind, role_rows, unbind
from portal.workflow.corebook import CORE
from portal.workflow.definition import Workflow
from portal.workflow.inbox import read_cursor
from portal.workflow.models import Candidate, Case, Task, TaskStatus
from portal.workflow.run import load_run
from portal.workflow.views import sent_key

bp = Blueprint("workflow_admin", __name__)

policy("system.roles")(administrators)


class BindForm(BaseForm):
    """A position for a role, for one unit where the role depends on it."""

    role = SelectField(_l("Peran"), [InputRequired()])
    position = SelectField(_l("Jabatan"), [InputRequired()], validate_choice=False)
    unit = SelectField(_l("Unit (hanya bila peran bergantung pada unit)"), [Optional()])
    start = DateField(_l("Berlaku mulai"), [InputRequired()])


class MoveForm(BaseForm):
    """Where an administrator moves a task, and why."""

    step = SelectField(_l("Kembali ke langkah"), [Optional()], validate_choice=False)
    position = SelectField(_l("Atau serahkan kepada jabatan"), [Optional()], validate_choice=False)
    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=2000)])


class FindForm(BaseForm):
    """A case by its number."""

    class Meta:
        csrf = False

    nomor = StringField(_l("Nomor kasus"), [InputRequired(), Length(max=40)])


def _workflow(key: str) -> Workflow:
    found = behaviours().workflows().get(key)
    if found is None or found[0] == CORE:
        raise NotFound(_("Alur kerja tidak ditemukan."))
    return found[1]


@bp.get("/sistem/peran")
def roles() -> str:
    """Every role of every workflow and what plays it today."""
    require(current_actor(), "system.roles")
    session = db.session()
    flows = [
        (workflow, role_rows(session, workflow))
        for plugin, workflow in behaviours().workflows().values()
        if plugin != CORE  # the core's own find their officials by rule, not by binding
    ]
    return render_template("workflow/roles.html", flows=flows)


@bp.route("/sistem/peran/<key>/tetapkan", methods=["GET", "POST"])
def add_binding(key: str) -> str | Response | tuple[str, int]:
    """Bind a position to a role."""
    actor, session = current_actor(), db.session()
    require(actor, "system.roles")
    workflow = _workflow(key)
    form = BindForm(data={"role": request.args.get("peran", ""), "start": org.today()})
    form.role.choices = [(name, role.title) for name, role in workflow.roles]
    form.position.choices = [("", _("Pilih …")), *_positions(session)]
    units = session.execute(select(Unit.id, Unit.name, Unit.code).order_by(Unit.name, Unit.code))
    form.unit.choices = [("", _("Semua unit"))] + [
        (str(key_), f"{name} ({code})") for key_, name, code in units
    ]
    if form.validate_on_submit():
        session.rollback()
        chosen = form.position.data or ""
        try:
            with transaction() as writing:
                bind(
                    writing,
                    actor,
                    workflow,
                    form.role.data or "",
                    int(chosen) if chosen.isdigit() and len(chosen) < 10 else 0,
                    int(form.unit.data) if form.unit.data else None,
                    form.start.data or org.today(),
                )
        except Invalid as error:
            form.form_errors = [str(error)]
        else:
            flash(_("Peran ditetapkan. Tugas yang sudah terbuka tidak berubah."), "success")
            return redirect(url_for("workflow_admin.roles"), code=303)
    act = SimpleNamespace(
        title=_("Tetapkan peran"),
        text=workflow.title,
        button=_("Tetapkan"),
        danger=False,
        number=_("Peran"),
        url=url_for("workflow_admin.roles"),
        version=None,
        facts=[],
    )
    return render_template("workflow/reason.html", act=act, form=form), 400 if form.errors else 200


@bp.post("/sistem/peran/<int:binding_id>/akhiri")
def end_binding(binding_id: int) -> Response:
    """End a binding."""
    actor = current_actor()
    with transaction() as session:
        unbind(session, actor, binding_id)
    flash(_("Penetapan peran diakhiri."), "success")
    return redirect(url_for("workflow_admin.roles"), code=303)


@bp.get("/sistem/kasus")
def cases() -> str:
    """Open tasks of one case, by number, and those of vacant positions: step and official only."""
    actor, session = current_actor(), db.session()
    require(actor, "system.cases")
    number = request.args.get("nomor", "").strip()
    form = FindForm(request.args if number else None)
    rows: list[SimpleNamespace] = []
    if number:
        case = session.scalar(select(Case).where(Case.number == number))
        if case is None or is_barred(session, actor, case.root_id or 0):
            form.form_errors = [_("Tidak ada kasus bernomor %(n)s.", n=number)]
        else:
            rows = _open_tasks(session, case)
    vacant, next_cursor = _vacant(session, actor, request.args.get("setelah", ""))
    return render_template(
        "workflow/move_list.html",
        form=form,
        rows=rows,
        number=number,
        vacant=vacant,
        next_cursor=next_cursor,
        first_page=not request.args.get("setelah"),
    )


def _vacant(session: Session, actor: Actor, cursor: str) -> tuple[list[SimpleNamespace], str]:
    """A page of the tasks that nobody can do today, and the cursor of the next one."""
    after = read_cursor(cursor) if cursor else None
    found = vacant_tasks(session, org.today(), after, barred_tasks(actor))
    shown = found[:PAGE]
    rows = [
        SimpleNamespace(
            number=each.number,
            step=each.step,
            who=each.title,
            url=url_for("workflow_admin.move", task_id=each.task_id),
        )
        for each in shown
    ]
    last = shown[-1] if len(found) > PAGE else None
    return rows, "" if last is None else f"{last.due.isoformat()}~{last.task_id}"


def _open_tasks(session: Session, case: Case) -> list[SimpleNamespace]:
    found = session.execute(
        select(Task, Case.number)
        .join(Case, Case.id == Task.case_id)
        .where(Task.root_id == case.root_id, Task.status == TaskStatus.OPEN)
        .order_by(Task.id)
    ).all()
    if case.parent_id is not None:
        found = [row for row in found if row[0].case_id == case.id]
    held = session.execute(
        select(Candidate.task_id, Position.title)
        .join(Position, Position.id == Candidate.position_id)
        .where(Candidate.task_id.in_([task.id for task, _number in found]), Candidate.is_open)
        .order_by(Candidate.id)
    )
    who: dict[int, list[str]] = {}
    for task_id, title in held:
        who.setdefault(task_id, []).append(title)
    return [
        SimpleNamespace(
            number=number,
            step=task.step,
            who=", ".join(who.get(task.id, [])) or _("belum ada pejabat"),
            url=url_for("workflow_admin.move", task_id=task.id),
        )
        for task, number in found
    ]


@bp.route("/sistem/kasus/tugas/<int:task_id>", methods=["GET", "POST"])
def move(task_id: int) -> str | Response | tuple[str, int]:
    """Give a task to another position or send it back to an earlier step, with a reason."""
    actor, session = current_actor(), db.session()
    require(actor, "system.cases")
    task = session.get(Task, task_id)
    if task is None or is_barred(session, actor, task.root_id):
        raise NotFound(_("Tugas tidak ditemukan."))
    run = load_run(session, session.get_one(Case, task.root_id))
    case = run.cases[task.case_id]
    tree = run.tree(case)
    finished = run.done(case.id)
    earlier = [key for key in tree.leaves if key in finished and task.step in tree.undone_by(key)]
    form = MoveForm()
    form.step.choices = [("", "—")] + [(key, key) for key in earlier]
    form.position.choices = [("", "—"), *_positions(session)]
    step = run.plan.step(task.step)
    number, name = case.number, actor_title(run.plan.workflow, step.by)
    if form.validate_on_submit():
        session.rollback()
        chosen = form.position.data or ""
        try:
            with transaction() as writing:
                control.move(
                    writing,
                    task_id,
                    actor,
                    int(chosen) if chosen.isdigit() and len(chosen) < 10 else None,
                    form.step.data or "",
                    form.reason.data or "",
                    sent_key(),
                )
        except Invalid as error:
            form.form_errors = [str(error)]
        else:
            flash(_("Tugas dipindahkan dan dicatat."), "success")
            return redirect(url_for("workflow_admin.cases", nomor=number), code=303)
    act = SimpleNamespace(
        title=_("Pindahkan tugas"),
        text=_("Isi kasus tidak ditampilkan di sini. Pilih salah satu tujuan."),
        button=_("Pindahkan"),
        danger=False,
        number=number,
        url=url_for("workflow_admin.cases", nomor=number),
        version=None,
        facts=[(_("Langkah"), task.step), (_("Pejabat"), name)],
    )
    return render_template("workflow/reason.html", act=act, form=form), 400 if form.errors else 200


def _positions(session: Session) -> list[tuple[str, str]]:
    day = org.today()
    rows = session.execute(
        select(Position.id, Position.title, Unit.name)
        .join(Unit, Unit.id == Position.unit_id)
        .where((Position.valid_to.is_(None)) | (Position.valid_to >= day))
        .order_by(Position.title, Unit.name)
    )
    return [(str(key), f"{title} – {unit}") for key, title, unit in rows]
