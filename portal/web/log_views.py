"""Administrators' pages of the log: the list with its filters, one entry, the check."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import Session
from wtforms import DateField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal.audit import AuditEvent
from portal.auth.rights import Actor, administrators, current_actor, policy, require
from portal.db import db, transaction
from portal.errors import NotFound
from portal.formats import waktu
from portal.forms import BaseForm
from portal.org.csv_stream import csv_download
from portal.web import log, log_check, system_log
from portal.web.log_words import CASE, FAMILIES, KINDS

bp = Blueprint("log", __name__, url_prefix="/sistem/catatan")

RIGHT = "system.log"
policy(RIGHT)(administrators)


class FilterForm(BaseForm):
    """Which entries to show; everything is in the address."""

    class Meta:
        csrf = False

    rantai = SelectField(_l("Rantai"), [Optional()])
    nomor = StringField(_l("Nomor kasus"), [Length(max=60)])
    jenis = SelectField(_l("Jenis"), [Optional()], validate_choice=False)
    pelaku = StringField(_l("Pelaku (di luar kasus)"), [Length(max=100)])
    dari = DateField(_l("Dari tanggal"), [Optional()])
    sampai = DateField(_l("Sampai tanggal"), [Optional()])


class CheckForm(BaseForm):
    """What to check: everything, a chain, or a case."""

    scope = SelectField(_l("Yang diperiksa"))
    number = StringField(_l("Nomor kasus"), [Length(max=60)])


@bp.before_request
def guard() -> None:
    """Every page of the log is for administrators."""
    require(current_actor(), RIGHT)


@bp.get("")
def index() -> ResponseReturnValue:
    """Entries, newest first, as the filters in the address want them."""
    actor, session = current_actor(), db.session()
    form = _filter_form()
    wanted = _wanted(session, actor, form)
    rows, following = log.page_of(session, actor, wanted) if wanted is not None else ([], None)
    last = system_log.latest(session, log_check.KIND)
    given = _given(form)
    page = render_template(
        "system/log.html",
        form=form,
        rows=rows,
        next_url=url_for("log.index", **given, sebelum=following) if following else "",
        first_url=url_for("log.index", **given) if request.args.get("sebelum") else "",
        csv_url=url_for("log.download", **given),
        filtered=bool(given),
        last=last,
        last_title=_scope_title(session, actor, last),
        check_form=_check_form(),
    )
    return page, 400 if form.errors else 200


@bp.get("/unduh.csv")
def download() -> Response:
    """The same entries as CSV, as many as a file may have."""
    actor, session = current_actor(), db.session()
    wanted = _wanted(session, actor, _filter_form())
    rows = () if wanted is None else log.every(session, actor, wanted)
    head = ("waktu", "rantai", "entri", "nomor_kasus", "langkah", "jenis", "keterangan", "pelaku")
    return csv_download(
        "catatan",
        head,
        (
            (waktu(row.at), row.chain, row.seq, row.number, row.step, row.kind, row.text, row.actor)
            for row in rows
        ),
    )


@bp.get("/<int:event_id>")
def show(event_id: int) -> ResponseReturnValue:
    """One entry with the data that may be shown; for a check also what it found."""
    actor, session = current_actor(), db.session()
    entry = log.find(session, actor, event_id)
    row = session.get(AuditEvent, event_id) if entry.kind == log_check.KIND else None
    breaks: list[tuple[str, int, str]] = []
    if row is not None and row.chain == system_log.CHAIN:
        found = log_check.breaks_of(row.data)
        titles = log.chain_titles(session, actor, {each.chain for each in found})
        breaks = [(titles[each.chain], each.seq, each.problem) for each in found]
    else:
        row = None
    return render_template(
        "system/log_entry.html",
        entry=entry,
        check=row,
        scope=_scope_title(session, actor, row),
        breaks=breaks,
    )


@bp.post("/periksa")
def check() -> ResponseReturnValue:
    """Check a small chain at once, everything else by a job that can be followed."""
    actor, form = current_actor(), _check_form()
    if not form.validate():
        raise NotFound(_("Rantai itu tidak dikenal. Pilih dari daftar."))
    scope = form.scope.data or ""
    if scope == CASE:
        number = (form.number.data or "").strip()
        found = log.case_chain(db.session(), actor, number) if number else None
        if found is None:
            raise NotFound(_("Tidak ada kasus bernomor %(n)s.", n=number or "…"))
        scope = found
    db.session.rollback()  # the check reads for itself and holds no lock
    if scope and log_check.length(scope) <= log_check.AT_ONCE:
        result = log_check.check([scope])
        with transaction() as session:
            event_id = log_check.write_result(session, result, scope, actor).id
        return redirect(url_for("log.show", event_id=event_id), 303)
    with transaction() as session:
        job_id = log_check.start(session, scope, actor)
    flash(_("Pemeriksaan dimulai. Anda boleh meninggalkan halaman ini."), "success")
    return redirect(f"/pekerjaan/{job_id}", 303)


def _filter_form() -> FilterForm:
    form = FilterForm(request.args)
    form.rantai.choices = [("", _("Semua rantai")), *((k, str(v)) for k, v in FAMILIES.items())]
    form.jenis.choices = _kind_choices(form.jenis.data or "")
    return form


def _kind_choices(chosen: str) -> Any:
    """The kinds by family; one that has no words (a plugin's) stays choosable."""
    known = {kind for kinds in KINDS.values() for kind in kinds}
    groups: dict[str, list[tuple[str, str]]] = {"": [("", _("Semua jenis"))]}
    for family, kinds in KINDS.items():
        words = sorted((str(each.sentence), kind) for kind, each in kinds.items())
        groups[str(FAMILIES[family])] = [(kind, text) for text, kind in words]
    if chosen and chosen not in known:
        groups[_("Lainnya")] = [(chosen, chosen)]
    return groups


def _wanted(session: Session, actor: Actor, form: FilterForm) -> log.Wanted | None:
    """What the filters ask for; None, with errors on the form, if they make no sense."""
    if not form.validate():
        return None
    first, last = form.dari.data, form.sampai.data
    chain, number = form.rantai.data or "", (form.nomor.data or "").strip()
    words = (form.pelaku.data or "").strip()
    if first is not None and last is not None and last < first:
        form.sampai.errors = [_("Tanggal akhir mendahului tanggal awal; perbaiki salah satunya.")]
    if words and (number or chain == CASE):
        form.pelaku.errors = [
            _("Pelaku tidak dicari di dalam kasus. Kosongkan isian ini atau pilih rantai lain.")
        ]
    if number:
        found = log.case_chain(session, actor, number) if chain in ("", CASE) else None
        if found is None:
            form.nomor.errors = [_("Tidak ada kasus bernomor %(n)s.", n=number)]
        chain = found or ""
    if form.errors:
        return None
    return log.Wanted(
        chain, form.jenis.data or "", words, first, last, request.args.get("sebelum", type=int)
    )


def _given(form: FilterForm) -> dict[str, Any]:
    return {
        field.name: text for field in form if (text := request.args.get(field.name, "").strip())
    }


def _check_form() -> CheckForm:
    form = CheckForm()
    chains = ((key, str(title)) for key, title in FAMILIES.items() if key != CASE)
    form.scope.choices = [
        ("", _("Semua rantai")),
        *chains,
        (CASE, _("Satu kasus (tulis nomornya)")),
    ]
    return form


def _scope_title(session: Session, actor: Actor, event: AuditEvent | None) -> str:
    """What a check was about, in words."""
    scope = "" if event is None else str(event.data.get("scope") or "")
    return log.chain_titles(session, actor, [scope])[scope] if scope else _("Semua rantai")
