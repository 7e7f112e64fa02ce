"""The officials' pages: decide, answer, give back, revoke a delegation, open a hidden name."""

from __future__ import annotations

from collections.abc import Sequence

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.auth.rights import Actor, current_actor
from portal.complaints.blueprint import bp
from portal.complaints.definition import ANSWERED, ANSWERS, DELEGATE, HANDLE, PASS_ON, RECEIVE
from portal.complaints.forms import AnswerForm, DecideForm, ReasonForm
from portal.complaints.handling import (
    choices,
    complaint_of,
    handle,
    keeps_name,
    open_identity,
    revoke,
)
from portal.complaints.log import history
from portal.complaints.models import Complaint
from portal.complaints.reading import status_of, steps_of
from portal.db import db, transaction
from portal.documents.uploads import accepts_files
from portal.errors import Conflict, Forbidden, Invalid
from portal.forms import BaseForm
from portal.workflow.acting import ActInput, acting_as
from portal.workflow.definition import RETURN
from portal.workflow.models import Task, TaskStatus
from portal.workflow.turns import right_to
from portal.workflow.views import sent_number

Page = str | Response | tuple[str, int]


@bp.get("/pengaduan/<number>/tangani")
def handle_page(number: str) -> Page:
    """The complaint with what the reader may do now."""
    return _page(db.session(), current_actor(), number)


@bp.post("/pengaduan/<number>/tangani/<int:task_id>")
@accepts_files
def decide(number: str, task_id: int) -> Page:
    """Take the decision of the receiver, or the answer."""
    actor = current_actor()
    try:
        with transaction() as session:
            complaint, _case = complaint_of(session, actor, number)
            task = session.get(Task, task_id)
            deciding = task is not None and task.step == RECEIVE
            form = _decide_form(session, complaint) if deciding else AnswerForm()
            if not _valid(form):
                return _page(session, actor, number, form), 400
            sent = _sent(form)
            try:
                files = form.files.tokens if isinstance(form, AnswerForm) else ()
                handle(session, actor, number, task_id, sent, files)
            except Invalid as error:
                session.rollback()
                form.form_errors = [str(error)]
                return _page(session, actor, number, form), 400
    except Conflict as error:
        flash(str(error), "info")
    else:
        answered = sent.outcome == ANSWERED
        flash(
            _("Jawaban terkirim kepada pelapor.") if answered else _("Keputusan Anda tercatat."),
            "success",
        )
    if sent.outcome == RETURN:
        return redirect(url_for("complaints.index", daftar="ditangani"), code=303)
    return redirect(url_for("complaints.handle_page", number=number), code=303)


def _decide_form(session: Session, complaint: Complaint, formdata: object = True) -> DecideForm:
    allowed = choices(session, complaint)
    form = DecideForm() if formdata is True else DecideForm(formdata=None)
    form.outcome.choices = [(HANDLE, _("Saya tangani sendiri"))]
    if allowed.delegates:
        form.outcome.choices.append((DELEGATE, _("Delegasikan kepada kepala bagian")))
    if allowed.officials:
        label = _("Teruskan kepada pejabat yang bertanggung jawab")
        form.outcome.choices.append((PASS_ON, label))
    form.delegate.choices = _options(allowed.delegates)
    form.official.choices = _options(allowed.officials)
    return form


def _options(titles: dict[int, str]) -> list[tuple[str, str]]:
    found = sorted((title, key) for key, title in titles.items())
    return [("", _("Pilih …")), *((str(key), title) for title, key in found)]


def _valid(form: BaseForm) -> bool:
    if isinstance(form, AnswerForm):
        if request.form.get("outcome") != RETURN:
            return bool(form.validate())
        if not (form.answer.data or "").strip():
            form.answer.errors = [_("Tulis alasan pengembalian pada isian ini.")]
            return False
        return True
    assert isinstance(form, DecideForm)
    valid: bool = form.validate()
    picks = {DELEGATE: form.delegate, PASS_ON: form.official}
    pick = picks.get(form.outcome.data or "")
    if valid and pick is not None and not pick.data:
        pick.errors = [_("Pilih pejabat dari daftar.")]
        return False
    return valid


def _sent(form: BaseForm) -> ActInput:
    sent = ActInput("", request.form.get("form_key", "")[:64], sent_number("version"))
    if isinstance(form, DecideForm):
        sent.outcome, sent.note = form.outcome.data, form.note.data or ""
        pick = {DELEGATE: form.delegate.data, PASS_ON: form.official.data}.get(sent.outcome)
        sent.record = {"to": pick} if pick else {}
    elif isinstance(form, AnswerForm):
        if request.form.get("outcome") == RETURN:
            sent.outcome, sent.note = RETURN, form.answer.data or ""
        else:
            sent.outcome = ANSWERED
            sent.record = {"answer": (form.answer.data or "").strip()}
    return sent


def _page(
    session: Session,
    actor: Actor,
    number: str,
    form: BaseForm | None = None,
    reason: ReasonForm | None = None,
    opened_name: str = "",
) -> str:
    complaint, case = complaint_of(session, actor, number)
    steps = steps_of(session, complaint)
    task = next((each for each in steps if each.status == TaskStatus.OPEN), None)
    holding = None
    if task is not None:
        try:
            holding, _proxy = right_to(session, task, actor)
        except Forbidden:
            holding = None
    if holding is None or task is None:
        form = None
    elif form is None:
        deciding = task.step == RECEIVE
        form = _decide_form(session, complaint, None) if deciding else AnswerForm(formdata=None)
    return render_template(
        "complaints/handle.html",
        status=status_of(session, complaint, steps),
        reporter=case.started_by,
        history=history(session, complaint),
        task=task if holding is not None else None,
        acting=acting_as(holding) if holding is not None else "",
        form=form,
        deciding=task is not None and task.step == RECEIVE,
        own=task is not None and task.step == ANSWERS[HANDLE],
        revocable=_revocable(actor, steps, task),
        keeps=keeps_name(actor, complaint),
        reason=reason or ReasonForm(formdata=None),
        opened_name=opened_name,
        alone=complaint.alone,
    )


def _revocable(actor: Actor, steps: Sequence[Task], task: Task | None) -> bool:
    """Whether the reader delegated the complaint and it is not answered yet."""
    if task is None or task.step != ANSWERS[DELEGATE]:
        return False
    return any(s.step == RECEIVE and s.position_id in actor.position_ids for s in steps)


@bp.post("/pengaduan/<number>/cabut")
def take_back(number: str) -> Page:
    """Revoke a delegation that is not answered yet."""
    actor, form = current_actor(), ReasonForm()
    try:
        with transaction() as session:
            if not form.validate():
                return _page(session, actor, number, reason=form), 400
            form_key = request.form.get("form_key", "")[:64]
            revoke(session, actor, number, form.reason.data or "", form_key)
    except Conflict as error:
        flash(str(error), "info")
    else:
        flash(_("Delegasi dicabut; pengaduan kembali kepada Anda."), "success")
    return redirect(url_for("complaints.handle_page", number=number), code=303)


@bp.post("/pengaduan/<number>/identitas")
def identity(number: str) -> Page:
    """Open a hidden name, with a reason; it is shown this once and logged."""
    actor, form = current_actor(), ReasonForm()
    with transaction() as session:
        if not form.validate():
            return _page(session, actor, number, reason=form), 400
        person = open_identity(session, actor, number, form.reason.data or "")
        return _page(session, actor, number, opened_name=person.name)
