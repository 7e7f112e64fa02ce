"""Pages of the requester: what one may ask for, and asking for it.

What one has asked for is listed in ``case_list_views``.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from types import SimpleNamespace
from typing import Any

from flask import current_app, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response
from wtforms import BooleanField
from wtforms.validators import InputRequired

from portal.auth.kept import kept_fields, never_keep
from portal.auth.rights import Actor, current_actor
from portal.db import db, transaction
from portal.documents.file_field import FilesField
from portal.documents.file_sweep import remove_uploads
from portal.documents.uploads import accepts_files
from portal.errors import Invalid, NotFound
from portal.forms import BaseForm, change_rows
from portal.standards.document import Standard
from portal.standards.page import cost_of
from portal.workflow.actform import start_form, zone_of
from portal.workflow.behaviours import behaviours
from portal.workflow.blueprint import bp
from portal.workflow.models import Case
from portal.workflow.promise import promise_of
from portal.workflow.recordform import record_of, takes_files
from portal.workflow.run import load_run
from portal.workflow.starting import (
    StartOption,
    available_starts,
    start_case,
    start_option,
    unmet,
)
from portal.workflow.taskpage import waiting_now

NEED = "syarat_"
"""Beginning of the names of the ticks by which a requester says that a requirement is met."""


def _is_sealed(path: str, fields: Sequence[tuple[str, str]]) -> bool:
    """A start whose sealed flag is ticked: whatever was typed beside it must not be kept."""
    key = path.removeprefix("/permohonan/baru/")
    if key == path:
        return False
    sent = dict(fields)
    return any(
        f"{workflow.key}.{start.key}" == key
        and start.sealed_for is not None
        and sent.get(start.sealed_for[1], "").lower() not in ("", "false")
        for _plugin, workflow in behaviours().workflows().values()
        for start in workflow.starts
    )


never_keep(_is_sealed)


@bp.get("/permohonan/baru")
def starts() -> str:
    """What the person may ask for, by standard: what it needs, how long it takes, who does it."""
    options = available_starts(db.session(), current_actor())
    standards = _standards()
    groups = []
    for plugin, some in groupby(options, key=lambda each: each.plugin):
        own = list(some)
        standard = standards.get(plugin)
        groups.append(
            SimpleNamespace(
                title=standard.title if standard else own[0].workflow.title,
                url=_standard_url(plugin) if standard else "",
                performer=standard.unit if standard else "",
                responsible=standard.responsible if standard else "",
                cost=cost_of(standard) if standard else "",
                promise=promise_of(own[0].workflow),
                starts=[_offer(each) for each in own],
            )
        )
    return render_template("workflow/starts.html", groups=groups)


def _offer(option: StartOption) -> SimpleNamespace:
    return SimpleNamespace(
        title=option.start.title,
        about=option.start.help,
        needs=option.start.needs,
        url=url_for("workflow.start", key=option.key),
    )


def _standards() -> dict[str, Standard]:
    host = current_app.extensions["portal_host"]
    return {each.plugin: each.standard for each in host.standards()}


def _standard_url(plugin: str) -> str:
    return url_for("standards.show", slug=plugin.replace("_", "-"))


@bp.route("/permohonan/baru/<key>", methods=["GET", "POST"])
@accepts_files
def start(key: str) -> str | Response | tuple[str, int]:
    """The form of a start, and the start."""
    actor = current_actor()
    with transaction() as session:
        option = start_option(session, actor, key)
        form_class = _form_class(session, option)
        if request.method == "POST":
            form = form_class()
            if not change_rows(form, request.form):
                number = _begin(session, actor, option, form)
                if number:
                    session.commit()
                    return redirect(url_for("workflow.started", number=number), code=303)
        else:
            form = form_class(formdata=kept_fields(actor, request.path))
    standard = _standards().get(option.plugin)
    promise = promise_of(option.workflow)
    view = SimpleNamespace(
        title=option.start.title,
        about=option.start.help,
        standard_title=option.workflow.title,
        standard_url=_standard_url(option.plugin),
        needs=[f"{NEED}{n}" for n in range(len(option.start.needs))],
        promise=promise,
        facts=[
            pair
            for pair in (
                (_("Janji waktu"), promise.text),
                (_("Pelaksana"), standard.unit if standard else ""),
                (_("Penanggung jawab"), standard.responsible if standard else ""),
                (_("Biaya"), cost_of(standard) if standard else ""),
            )
            if pair[1]
        ],
        multipart=takes_files(option.start.record),
    )
    code = 400 if request.method == "POST" and form.errors else 200
    return render_template("workflow/start.html", start=view, form=form), code


def _form_class(session: Session, option: StartOption) -> type[BaseForm]:
    """The start's fields, and a tick for each requirement of the standard's clause C."""
    message = _("Persyaratan ini belum dinyatakan terpenuhi.")
    ticks: dict[str, Any] = {
        f"{NEED}{n}": BooleanField(need.rstrip("."), [InputRequired(message)])
        for n, need in enumerate(option.start.needs)
    }
    return type("StartForm", (start_form(session, option.start.record),), ticks)


def _begin(session: Session, actor: Actor, option: StartOption, form: BaseForm) -> str:
    """Begin the case and say its number; empty, with all that is missing, if it cannot begin."""
    valid = form.validate()
    data = record_of(form, option.start.record, form_zone())
    sealing = option.start.sealed_for
    sealed = sealing is not None and bool(data.get(sealing[1]))
    if valid:
        try:
            return start_case(
                session, actor, option, data, request.form.get("form_key", "")[:64]
            ).number
        except Invalid as error:
            session.rollback()
            form.form_errors = list(getattr(error, "problems", ())) or [str(error)]
    else:
        form.form_errors = [*form.form_errors, *_known_problems(session, actor, option, data)]
        session.rollback()
    if sealed:
        _forget_files(actor, form)
    return ""


def _known_problems(
    session: Session, actor: Actor, option: StartOption, data: dict[str, Any]
) -> list[str]:
    """The start's own requirements, asked also while fields are missing: one list for all."""
    try:
        return unmet(session, actor, option, data)
    except (KeyError, TypeError, ValueError):
        return []  # a check of what is not there yet; it is asked again with the next sending


def _forget_files(actor: Actor, form: BaseForm) -> None:
    """What was uploaded for a sealed case that is refused is removed at once."""
    for each in form:
        if isinstance(each, FilesField) and each.data:
            remove_uploads(actor.person_id, each.tokens)
            each.data = []
            form.form_errors = [*form.form_errors, _("Berkas yang Anda unggah sudah dihapus lagi.")]


@bp.get("/permohonan/diterima/<number>")
def started(number: str) -> str:
    """After a start: the number, the promised time, and who does what next."""
    actor, session = current_actor(), db.session()
    case = session.scalar(
        select(Case).where(Case.number == number, Case.started_by_id == actor.person_id)
    )
    if case is None or case.parent_id is not None:
        raise NotFound(_("Tanda terima tidak ditemukan."))
    run = load_run(session, case)
    zone = zone_of(case)
    promise = promise_of(run.plan.workflow)
    view = SimpleNamespace(
        number=case.number,
        title=case.title,
        sealed=case.sealed,
        at=case.started_at,
        zone=zone,
        url="" if case.sealed else url_for("workflow.case", number=case.number),
        standard=case.standard,
        promise=promise,
        next=[] if case.sealed else waiting_now(session, run, zone),
        stages=promise.stages,
    )
    return render_template("workflow/started.html", done=view)


def form_zone() -> str:
    """The zone in which times of a start are written."""
    zone: str = current_app.config["PORTAL"].timezone
    return zone
