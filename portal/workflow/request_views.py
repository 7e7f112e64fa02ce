"""Pages of the requester: what one may ask for, and asking for it.

What one has asked for is listed in ``case_list_views``.
"""

from __future__ import annotations

from types import SimpleNamespace

from flask import current_app, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from portal.auth.kept import kept_fields
from portal.auth.rights import current_actor
from portal.db import db, transaction
from portal.documents.uploads import accepts_files
from portal.errors import Invalid
from portal.forms import change_rows
from portal.workflow.actform import start_form
from portal.workflow.blueprint import bp
from portal.workflow.recordform import record_of, takes_files
from portal.workflow.starting import available_starts, start_case, start_option


@bp.get("/permohonan/baru")
def starts() -> str:
    """What the person may start."""
    options = available_starts(db.session(), current_actor())
    rows = [
        SimpleNamespace(
            title=option.start.title,
            about=option.start.help,
            url=url_for("workflow.start", key=option.key),
            standard_title=option.workflow.title,
        )
        for option in options
    ]
    return render_template("workflow/starts.html", starts=rows)


@bp.route("/permohonan/baru/<key>", methods=["GET", "POST"])
@accepts_files
def start(key: str) -> str | Response | tuple[str, int]:
    """The form of a start, and the start."""
    actor = current_actor()
    with transaction() as session:
        option = start_option(session, actor, key)
        form_class = start_form(session, option.start.record)
        if request.method == "POST":
            form = form_class()
            if not change_rows(form, request.form) and form.validate():
                zone = form_zone()
                data = record_of(form, option.start.record, zone)
                try:
                    form_key = request.form.get("form_key", "")[:64]
                    row = start_case(session, actor, option, data, form_key)
                    number, sealed = row.number, row.sealed
                except Invalid as error:
                    session.rollback()
                    form.form_errors = [str(error)]
                else:
                    session.commit()
                    flash(_("Kasus %(number)s dimulai.", number=number), "success")
                    # who registers a sealed case may not read it afterwards
                    if sealed:
                        return redirect(url_for("workflow.mine"), code=303)
                    return redirect(url_for("workflow.case", number=number), code=303)
        else:
            form = form_class(formdata=kept_fields(actor, request.path))
    view = SimpleNamespace(
        title=option.start.title,
        about=option.start.help,
        standard_title=option.workflow.title,
        standard_url=url_for("standards.show", slug=option.plugin.replace("_", "-")),
        facts=[(_("Persyaratan"), need) for need in option.start.needs],
        button=_("Mulai"),
        multipart=takes_files(option.start.record),
    )
    code = 400 if request.method == "POST" and form.errors else 200
    return render_template("workflow/start.html", start=view, form=form), code


def form_zone() -> str:
    """The zone in which times of a start are written."""
    zone: str = current_app.config["PORTAL"].timezone
    return zone
