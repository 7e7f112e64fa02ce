"""Pages of the acts beside the steps: claim, hand over, withdraw, suspend, cancel, release."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import SelectField, TextAreaField
from wtforms.validators import InputRequired, Length

from portal.auth.kept import kept_fields
from portal.auth.rights import Actor, current_actor
from portal.db import db, transaction
from portal.errors import Conflict, NotFound
from portal.forms import BaseForm
from portal.workflow import control, releasing
from portal.workflow.access import case_by_number
from portal.workflow.acting import moving, taken_text
from portal.workflow.blueprint import bp
from portal.workflow.models import Case, Task, TaskStatus
from portal.workflow.run import Run, load_run
from portal.workflow.turns import partners, right_to
from portal.workflow.views import home_of, may_know, sent_key, sent_number


class ReasonForm(BaseForm):
    """An act that needs a reason."""

    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=2000)])


class HandOverForm(ReasonForm):
    """To whom a task is given."""

    person = SelectField(_l("Diserahkan kepada"), validate_choice=False)


@dataclass(frozen=True, slots=True)
class ControlAct:
    """An act on a whole case: its words, the service that does it, and what that asks first."""

    title: str
    text: str
    done: str
    run: Callable[[Session, int, Actor, str, str], object]
    check: Callable[[Run, Actor], object]
    danger: bool = False


ACTS = {
    "tunda": ControlAct(
        "Tunda kasus",
        "Semua batas waktu berhenti sampai kasus dilanjutkan.",
        "Kasus ditunda; batas waktu berhenti.",
        control.suspend,
        control.may_suspend,
    ),
    "lanjutkan": ControlAct(
        "Lanjutkan kasus",
        "Batas waktu berjalan lagi, diperpanjang selama penundaan.",
        "Kasus dilanjutkan.",
        control.resume,
        control.may_resume,
    ),
    "batalkan": ControlAct(
        "Batalkan kasus",
        "Kasus berakhir dan tidak dapat dilanjutkan. Catatannya tetap dapat dibaca.",
        "Kasus dibatalkan.",
        control.cancel,
        control.may_cancel,
        danger=True,
    ),
    "tarik-permohonan": ControlAct(
        "Tarik permohonan",
        "Permohonan berakhir dan tidak dapat dilanjutkan. Catatannya tetap dapat dibaca.",
        "Permohonan ditarik.",
        control.cancel,
        control.may_cancel,
        danger=True,
    ),
    "tanpa-menunggu": ControlAct(
        "Lanjutkan tanpa yang terlambat",
        "Kasus utama berjalan terus. Satuan organisasi yang belum selesai tetap dapat menyusul.",
        "Kasus dilanjutkan tanpa menunggu yang terlambat.",
        releasing.release,
        releasing.may_release,
    ),
}


@bp.route("/kasus/<number>/kelola/<act>", methods=["GET", "POST"])
def control_case(number: str, act: str) -> str | Response | tuple[str, int]:
    """Ask for the reason, then do it."""
    chosen = ACTS.get(act)
    if chosen is None:
        raise NotFound(_("Halaman tidak ditemukan."))
    actor = current_actor()
    _row, root, _plan = case_by_number(db.session(), number, actor)
    if root.number != number:
        return redirect(url_for("workflow.control_case", number=root.number, act=act))
    form = ReasonForm(formdata=kept_fields(actor, request.path) if _is_get() else request.form)
    if request.method == "POST" and form.validate():
        root_id = root.id
        db.session.rollback()
        with transaction() as session:
            chosen.run(session, root_id, actor, form.reason.data or "", sent_key())
        flash(_(chosen.done), "success")
        return redirect(url_for("workflow.case", number=number), code=303)
    run = load_run(db.session(), root)
    chosen.check(run, actor)
    facts = [(_("Kasus"), root.title)]
    if act == "tanpa-menunggu":
        facts += _late(run)
    view = SimpleNamespace(
        title=_(chosen.title),
        text=_(chosen.text),
        button=_(chosen.title),
        danger=chosen.danger,
        number=number,
        url=url_for("workflow.case", number=number),
        version=None,
        facts=facts,
    )
    code = 400 if form.errors else 200
    return render_template("workflow/reason.html", act=view, form=form), code


def _late(run: Run) -> list[tuple[str, str]]:
    block = releasing.waiting_block(run)
    lanes = releasing.late_lanes(run, block) if block is not None else []
    return [(_("Belum selesai (%(n)s)", n=len(lanes)), ", ".join(x.unit_name for x in lanes))]


def _is_get() -> bool:
    return request.method == "GET"


def _item(session: Session, number: str, task_id: int) -> Task:
    query = select(Task).join(Case, Case.id == Task.case_id)
    task = session.scalar(query.where(Task.id == task_id, Case.number == number))
    if task is None:
        raise NotFound(_("Tugas tidak ditemukan."))
    return task


@bp.post("/kasus/<number>/tugas/<int:task_id>/ambil")
def claim(number: str, task_id: int) -> Response:
    """Take a shared task for oneself."""
    actor = current_actor()
    with transaction() as session:
        _item(session, number, task_id)
        control.claim(
            session,
            task_id,
            actor,
            sent_key(),
            sent_number("version"),
        )
    flash(_("Tugas ini sekarang Anda kerjakan."), "success")
    return redirect(url_for("workflow.task", number=number, task_id=task_id), code=303)


@bp.route("/kasus/<number>/tugas/<int:task_id>/serahkan", methods=["GET", "POST"])
def hand_over(number: str, task_id: int) -> str | Response | tuple[str, int]:
    """Give a task to another person who may do it."""
    actor, session = current_actor(), db.session()
    item = _item(session, number, task_id)
    form = HandOverForm(formdata=kept_fields(actor, request.path) if _is_get() else request.form)
    if request.method == "POST" and form.validate():
        session.rollback()
        with transaction() as writing:
            chosen = form.person.data
            control.hand_over(
                writing,
                task_id,
                actor,
                int(chosen) if chosen and chosen.isdecimal() else None,
                form.reason.data or "",
                sent_key(),
                sent_number("version"),
            )
        flash(_("Tugas diserahkan."), "success")
        return redirect(home_of(number, actor), code=303)
    if item.status != TaskStatus.OPEN:
        may_know(session, number, item, actor)
        raise Conflict(taken_text(item))
    right_to(session, item, actor)
    moving(load_run(session, session.get_one(Case, item.root_id)))
    people = [v for v in partners(session, task_id) if v.person_id != actor.person_id]
    form.person.choices = [("", _("Siapa pun yang berhak"))] + [
        (str(view.person_id), view.label) for view in people
    ]
    version, title = item.version, item.title
    view = SimpleNamespace(
        title=_("Serahkan tugas"),
        text=_("Yang berhak mengerjakan: pemegang jabatan yang sama pada langkah ini."),
        button=_("Serahkan"),
        danger=False,
        number=number,
        url=url_for("workflow.task", number=number, task_id=task_id),
        version=version,
        facts=[(_("Tugas"), title)],
    )
    return render_template("workflow/reason.html", act=view, form=form), 400 if form.errors else 200


@bp.route("/kasus/<number>/tugas/<int:task_id>/tarik", methods=["GET", "POST"])
def withdraw(number: str, task_id: int) -> str | Response | tuple[str, int]:
    """Take back one's own act while nobody has opened what follows."""
    actor, reader = current_actor(), db.session()
    item = _item(reader, number, task_id)
    if item.person_id != actor.person_id:
        raise NotFound(_("Tugas tidak ditemukan."))
    run = load_run(reader, reader.get_one(Case, item.root_id))
    problem = control.withdrawal_problem(run, item, actor)
    if problem and _is_get():  # of a second click the service says that it was done
        raise Conflict(problem)
    title = item.title
    form = ReasonForm(formdata=kept_fields(actor, request.path) if _is_get() else request.form)
    if request.method == "POST" and form.validate():
        db.session.rollback()
        with transaction() as session:
            control.withdraw(session, task_id, actor, form.reason.data or "", sent_key())
        flash(_("Tindakan Anda ditarik kembali; tugas terbuka lagi."), "success")
        return redirect(home_of(number, actor), code=303)
    view = SimpleNamespace(
        title=_("Tarik kembali"),
        text=_("Hanya dapat dilakukan selama pejabat berikutnya belum membukanya."),
        button=_("Tarik kembali"),
        danger=False,
        number=number,
        url=home_of(number, actor),
        version=None,
        facts=[(_("Tugas"), title)],
    )
    return render_template("workflow/reason.html", act=view, form=form), 400 if form.errors else 200
