"""Administration of complaints: working days, the complaint officer, the next ways."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.auth.rights import current_actor, require
from portal.complaints.blueprint import bp
from portal.complaints.chart import load_chart
from portal.complaints.facts import Kind
from portal.complaints.forms import SettingsForm
from portal.complaints.settings import RIGHT, Settings, Way, load_settings, save_settings
from portal.db import db, transaction
from portal.errors import Invalid
from portal.org import service as org
from portal.org.models import Position

FIELDS = {
    "complaint": Kind.COMPLAINT,
    "grievance": Kind.GRIEVANCE,
    "suggestion": Kind.SUGGESTION,
    "information": Kind.INFORMATION,
}


@bp.route("/sistem/pengaduan", methods=["GET", "POST"])
def settings() -> str | Response | tuple[str, int]:
    """Show the settings, and lay them down."""
    actor, session = current_actor(), db.session()
    require(actor, RIGHT)
    if request.method == "GET":
        return render_template("complaints/settings.html", form=_form(session))
    form = SettingsForm()
    form.officer.choices = _officers(session)
    session.rollback()
    if not form.validate():
        return render_template("complaints/settings.html", form=form), 400
    try:
        with transaction() as writing:
            save_settings(writing, actor, load_chart(writing, org.today()), _wanted(form))
    except Invalid as error:
        form.form_errors = [str(error)]
        return render_template("complaints/settings.html", form=form), 400
    flash(_("Tersimpan; berlaku bagi pengaduan berikutnya."), "success")
    return redirect(url_for("complaints.settings"), code=303)


def _form(session: Session) -> SettingsForm:
    now = load_settings(session)
    form = SettingsForm(
        formdata=None,
        data={
            **{name: now.days[str(kind)] for name, kind in FIELDS.items()},
            "reopen": now.reopen_days,
            "officer": now.officer,
            "ways": "\n".join(f"{way.title} | {way.text}" for way in now.ways),
        },
    )
    form.officer.choices = _officers(session)
    return form


def _officers(session: Session) -> list[tuple[str, str]]:
    rows = session.execute(
        select(Position.code, Position.title)
        .where(org.in_force(Position, org.today()))
        .order_by(Position.title, Position.code)
    )
    return [(code, f"{title} ({code})") for code, title in rows]


def _wanted(form: SettingsForm) -> Settings:
    lines = [line.partition("|") for line in (form.ways.data or "").splitlines() if line.strip()]
    if any(not title.strip() or not text.strip() for title, _bar, text in lines):
        raise Invalid(_("Tulis setiap jalan sebagai “judul | keterangan” pada satu baris."))
    return Settings(
        days={str(kind): form[name].data for name, kind in FIELDS.items()},
        reopen_days=form.reopen.data or 0,
        officer=form.officer.data,
        ways=tuple(Way(title.strip(), text.strip()) for title, _bar, text in lines),
    )
