"""Pages of jobs: one's own at ``/pekerjaan/<id>``, all of them for administrators.

Neither shows what a job was given to work on: that may be case data.
"""

from __future__ import annotations

from datetime import datetime
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import TextAreaField
from wtforms.validators import InputRequired, Length

from portal import clock
from portal.auth.rights import Actor, administrators, can, current_actor, policy, require
from portal.db import db, transaction
from portal.errors import Conflict, NotFound
from portal.forms import BaseForm
from portal.jobs import cancel, listing
from portal.jobs.models import Job, JobState
from portal.jobs.queue import KINDS
from portal.org.models import Person
from portal.web import system_log
from portal.web.job_words import LOOKS, STATES, cause_of, job_name

bp = Blueprint("jobs", __name__)

RIGHT = "system.jobs"
REFRESH = 3
"""Seconds between two looks at a job that is not over."""
policy(RIGHT)(administrators)


class DiscardForm(BaseForm):
    """Why a failed job is given up."""

    reason = TextAreaField(_l("Alasan"), [InputRequired(), Length(max=500)])


@bp.get("/sistem/pekerjaan")
def index() -> ResponseReturnValue:
    """All jobs, newest first, by state and kind."""
    require(current_actor(), RIGHT)
    session = db.session()
    state, name = request.args.get("keadaan", ""), request.args.get("jenis", "")[:80]
    wanted = STATES[state][0] if state in STATES else None
    rows, following = listing.page_of(
        session, state=wanted, name=name, before=request.args.get("sebelum", type=int)
    )
    given: dict[str, Any] = {
        key: value
        for key, value in (("keadaan", state if wanted else ""), ("jenis", name))
        if value
    }
    return render_template(
        "system/jobs.html",
        rows=[_line(row) for row in rows],
        states={key: label for key, (_state, label, _kind, _icon) in STATES.items()},
        kinds=_kinds(name),
        given=given,
        figures=listing.figures(session),
        next_url=url_for("jobs.index", **given, sebelum=following) if following else "",
        first_url=url_for("jobs.index", **given) if request.args.get("sebelum") else "",
    )


@bp.post("/sistem/pekerjaan/<int:job_id>/ulang")
def retry(job_id: int) -> ResponseReturnValue:
    """Queue a failed job anew."""
    actor = current_actor()
    require(actor, RIGHT)
    with transaction() as session:
        new = listing.retry(session, job_id)
        name = listing.find_job(session, job_id).name
        system_log.record(session, "job.retried", {"job": job_id, "name": name, "new": new}, actor)
    flash(_("Pekerjaan %(old)s diulang sebagai %(new)s.", old=job_id, new=new), "success")
    return redirect(url_for("jobs.index", keadaan="menunggu"), 303)


@bp.route("/sistem/pekerjaan/<int:job_id>/buang", methods=["GET", "POST"])
def discard(job_id: int) -> ResponseReturnValue:
    """Give up a failed job, with a reason."""
    actor = current_actor()
    require(actor, RIGHT)
    job = listing.find_job(db.session(), job_id)
    if job.state != JobState.FAILED:
        raise Conflict(_("Hanya pekerjaan yang gagal yang dapat dibuang."))
    form, line = DiscardForm(), _line(job)
    if form.validate_on_submit():
        db.session.rollback()
        with transaction() as session:
            old = listing.discard(session, job_id, form.reason.data or "")
            data = {"job": job_id, "name": old.name, "reason": old.note}
            system_log.record(session, "job.discarded", data, actor)
        flash(_("Pekerjaan %(n)s dibuang dan dicatat.", n=job_id), "success")
        return redirect(url_for("jobs.index", keadaan="gagal"), 303)
    act = SimpleNamespace(
        title=_("Buang pekerjaan"),
        text=_("Pekerjaan ini tidak akan dijalankan lagi. Yang belum terjadi karenanya, tidak"
               " terjadi."),
        button=_("Buang"),
        danger=True,
        number=_("Pekerjaan %(n)s", n=job_id),
        url=url_for("jobs.index", keadaan="gagal"),
        version=None,
        facts=[(_("Jenis"), line.title), (_("Galat terakhir"), line.cause or "–")],
    )  # fmt: skip
    return render_template("workflow/reason.html", act=act, form=form), 400 if form.errors else 200


@bp.get("/pekerjaan/<int:job_id>")
def show(job_id: int) -> ResponseReturnValue:
    """How a job stands, for who began it; the page looks again by itself until it is over."""
    actor, session = current_actor(), db.session()
    job = _mine(session, actor, job_id)
    over = job.state not in (JobState.QUEUED, JobState.RUNNING)
    still = over or "diam" in request.args
    person = None if job.person_id is None else session.get(Person, job.person_id)
    page = render_template(
        "system/job.html",
        job=_line(job),
        over=over,
        still=still,
        began="" if person is None else person.name,
        may_cancel=job.state == JobState.QUEUED and job.person_id is not None,
        seen=listing.worker_seen(session),
    )
    answer = make_response(page)
    if not still:
        # A header, as a page without scripts cannot ask again by itself in any other way.
        answer.headers["Refresh"] = str(REFRESH)
    return answer


@bp.post("/pekerjaan/<int:job_id>/batal")
def stop(job_id: int) -> ResponseReturnValue:
    """Cancel a job that still waits."""
    actor = current_actor()
    with transaction() as session:
        _mine(session, actor, job_id)
        job = listing.find_job(session, job_id, lock=True)
        if job.state != JobState.QUEUED or job.person_id is None or not cancel(session, job_id):
            raise Conflict(_("Pekerjaan ini sudah dimulai atau sudah selesai."))
        if job.person_id != actor.person_id:
            data = {"job": job_id, "name": job.name}
            system_log.record(session, "job.cancelled", data, actor)
    flash(_("Pekerjaan dibatalkan."), "success")
    return redirect(url_for("jobs.show", job_id=job_id), 303)


def _mine(session: Session, actor: Actor, job_id: int) -> Job:
    """The job, if the person began it or looks after all of them."""
    job = session.scalar(select(Job).where(Job.id == job_id))
    if job is None or not (job.person_id == actor.person_id or can(actor, RIGHT)):
        raise NotFound(_("Pekerjaan itu tidak ditemukan, atau bukan pekerjaan Anda."))
    return job


def _line(job: Job) -> SimpleNamespace:
    """A job as the pages show it; nothing of its payload, nothing an exception said."""
    kind, icon, label = LOOKS[JobState(job.state)]
    return SimpleNamespace(
        id=job.id,
        title=job_name(job.name),
        state=str(job.state),
        label=label,
        look=kind,
        icon=icon,
        created_at=job.created_at,
        finished_at=job.finished_at,
        next_at=_next(job),
        attempts=job.attempts,
        most=KINDS[job.name].attempts if job.name in KINDS else None,
        cause=cause_of(job.last_error),
        note=job.note,
        done=job.done,
        total=job.total,
        result=job.result,
    )


def _next(job: Job) -> datetime | None:
    """When a waiting job is tried; None if it may be now."""
    waits = job.state == JobState.QUEUED and job.run_after > clock.now()
    return job.run_after if waits else None


def _kinds(chosen: str) -> dict[str, str]:
    """Kinds to choose from; one that is not known (any more) stays chosen."""
    names = {*KINDS, chosen} - {""}
    return dict(sorted(((name, job_name(name)) for name in names), key=lambda each: each[1]))
