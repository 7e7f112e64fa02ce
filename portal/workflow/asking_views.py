"""Pages of questions to the requester: asking, reading and answering, taking back."""

from __future__ import annotations

from types import SimpleNamespace

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import TextAreaField
from wtforms.validators import DataRequired, Length

from portal.auth.kept import kept_fields
from portal.auth.rights import Actor, current_actor
from portal.db import db, transaction
from portal.documents.file_field import FilesField
from portal.documents.files import files_of
from portal.documents.uploads import accepts_files
from portal.errors import Conflict, Invalid, NotFound
from portal.forms import BaseForm
from portal.workflow import asking
from portal.workflow.access import case_by_number, may_view
from portal.workflow.actform import zone_of
from portal.workflow.acting import moving, taken_text
from portal.workflow.blueprint import bp
from portal.workflow.models import Case, Task, TaskStatus
from portal.workflow.questions import ANSWERED, OPEN, OWNER, Question, may_read_question, view
from portal.workflow.run import load_run
from portal.workflow.turns import right_to


class AskForm(BaseForm):
    """A question to the requester."""

    text = TextAreaField(
        _l("Keterangan yang diminta"), [DataRequired(), Length(max=4000)],
        description=_l("Tulis dengan lengkap apa yang Anda perlukan, dan untuk apa."),
    )  # fmt: skip


class AnswerForm(BaseForm):
    """The requester's answer."""

    answer = TextAreaField(_l("Keterangan Anda"), [DataRequired(), Length(max=10000)])
    files = FilesField(_l("Berkas pendukung"))


class TakeBackForm(BaseForm):
    """Why a question is taken back."""

    reason = TextAreaField(_l("Alasan"), [DataRequired(), Length(max=2000)])


def _task(session: Session, number: str, task_id: int) -> tuple[Task, Case, Case]:
    query = select(Task, Case).join(Case, Case.id == Task.case_id)
    found = session.execute(query.where(Task.id == task_id, Case.number == number)).first()
    if found is None:
        raise NotFound(_("Tugas tidak ditemukan."))
    task, case = found
    return task, case, case if case.parent_id is None else session.get_one(Case, case.root_id)


@bp.route("/kasus/<number>/tugas/<int:task_id>/tanya", methods=["GET", "POST"])
def ask(number: str, task_id: int) -> str | Response | tuple[str, int]:
    """Ask the requester for more; for whoever's turn the task is."""
    actor, session = current_actor(), db.session()
    task, _case, root = _task(session, number, task_id)
    if task.status != TaskStatus.OPEN:
        case_by_number(session, number, actor)  # who was first is told to those alone
        raise Conflict(taken_text(task))
    right_to(session, task, actor)
    moving(load_run(session, root))
    problem = asking.asking_problem(root, task, actor)
    waiting = asking.open_question(session, task_id)
    if problem or (waiting is not None and request.method == "GET"):
        raise Conflict(problem or _("Pertanyaan sebelumnya masih menunggu jawaban pemohon."))
    posted = request.method == "POST"
    form = AskForm(formdata=request.form if posted else kept_fields(actor, request.path))
    sealed, requester = root.sealed, root.started_by
    facts = [(_("Pemohon"), requester), (_("Langkah"), f"{task.step}: {task.title}")]
    if posted and form.validate():
        session.rollback()
        with transaction() as writing:
            key = request.form.get("form_key", "")[:64]
            asking.ask(writing, task_id, actor, form.text.data or "", key)
        flash(_("Pertanyaan dikirim kepada %(who)s.", who=requester), "success")
        return redirect(url_for("workflow.task", number=number, task_id=task_id), code=303)
    page = SimpleNamespace(
        number=number,
        url=url_for("workflow.task", number=number, task_id=task_id),
        sealed=sealed,
        facts=facts,
    )
    code = 400 if form.errors else 200
    return render_template("workflow/ask.html", act=page, form=form), code


def _question(session: Session, number: str, question_id: int, actor: Actor) -> Question:
    """The question, if it belongs to that case and the person may read it."""
    row = session.get(Question, question_id)
    known = set()
    if row is not None:
        ids = (row.root_id, row.case_id)
        known = set(session.scalars(select(Case.number).where(Case.id.in_(ids))))
    if row is None or number not in known or not may_read_question(session, actor, row):
        raise NotFound(_("Pertanyaan tidak ditemukan, atau bukan untuk Anda."))
    return row


@bp.route("/kasus/<number>/keterangan/<int:question_id>", methods=["GET", "POST"])
@accepts_files
def question(number: str, question_id: int) -> str | Response | tuple[str, int]:
    """A question with its answer, or the form for it; for the requester of a sealed case too."""
    actor, session = current_actor(), db.session()
    row = _question(session, number, question_id, actor)
    if request.method == "GET":
        return _page(session, actor, number, row, AnswerForm(kept_fields(actor, request.path)))
    form = AnswerForm(request.form)
    if not form.validate():
        return _page(session, actor, number, row, form), 400
    text, tokens = form.answer.data or "", form.files.tokens
    key = request.form.get("form_key", "")[:64]
    session.rollback()
    try:
        with transaction() as writing:
            asking.answer(writing, question_id, actor, text, tokens, key)
    except (Conflict, Invalid) as error:
        code = 409 if isinstance(error, Conflict) else 400
        form.form_errors = [str(error)]
        row = _question(db.session(), number, question_id, actor)
        return _page(db.session(), actor, number, row, form), code
    flash(_("Keterangan Anda terkirim. Terima kasih."), "success")
    return redirect(url_for("workflow.question", number=number, question_id=question_id), code=303)


def _page(
    session: Session, actor: Actor, number: str, row: Question, form: AnswerForm
) -> str:  # fmt: skip
    root, case = session.get_one(Case, row.root_id), session.get_one(Case, row.case_id)
    task = session.get_one(Task, row.task_id)
    files = files_of(session, OWNER, [row.id]) if row.state == ANSWERED else {}
    waits = row.state == OPEN and not asking.answering_problem(root, row, task)
    shown = view(row, number, task.step, task.title, actor, files, waits=waits)
    readable = may_view(session, actor, case, root, load_run(session, root).plan)
    page = SimpleNamespace(
        question=shown,
        number=number,
        title=root.title,
        sealed=root.sealed,
        zone=zone_of(root),
        url=url_for("workflow.case", number=number) if readable else url_for("workflow.mine"),
        asks=shown.mine and shown.state == OPEN,
    )
    return render_template("workflow/question.html", page=page, form=form)


@bp.route("/kasus/<number>/keterangan/<int:question_id>/tarik", methods=["GET", "POST"])
def withdraw_question(number: str, question_id: int) -> str | Response | tuple[str, int]:
    """Take one's own question back, with a reason."""
    actor, session = current_actor(), db.session()
    row = _question(session, number, question_id, actor)
    task = session.get_one(Task, row.task_id)
    case_number = session.scalar(select(Case.number).where(Case.id == row.case_id))
    posted = request.method == "POST"
    if row.asked_by_id != actor.person_id or (row.state != OPEN and not posted):
        raise Conflict(_("Pertanyaan ini tidak dapat Anda tarik."))
    form = TakeBackForm(formdata=request.form if posted else kept_fields(actor, request.path))
    address = url_for("workflow.task", number=case_number, task_id=task.id)
    if posted and form.validate():
        session.rollback()
        with transaction() as writing:
            key = request.form.get("form_key", "")[:64]
            asking.withdraw_question(writing, question_id, actor, form.reason.data or "", key)
        flash(_("Pertanyaan ditarik."), "success")
        return redirect(address, code=303)
    page = SimpleNamespace(
        title=_("Tarik pertanyaan"),
        text=_("Pemohon melihat bahwa pertanyaan ditarik, beserta alasannya."),
        button=_("Tarik pertanyaan"),
        danger=False,
        number=number,
        url=address,
        version=None,
        facts=[(_("Pertanyaan"), row.text)],
    )
    code = 400 if form.errors else 200
    return render_template("workflow/reason.html", act=page, form=form), code
