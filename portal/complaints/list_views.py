"""The two lists of complaints with their filters, on a page and as CSV."""

from __future__ import annotations

import csv
import io
from datetime import timedelta
from typing import Any

from flask import Response, current_app, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import BooleanField, SelectField, StringField
from wtforms.validators import Length, Optional

from portal import clock
from portal.auth.rights import current_actor
from portal.complaints.blueprint import bp
from portal.complaints.facts import KIND_NAMES
from portal.complaints.lists import STATES, Line, Wanted, everything, filed_by, handled_by, handles
from portal.complaints.reading import state_words
from portal.db import db
from portal.formats import day_start, local_day
from portal.forms import BaseForm
from portal.org.csv_format import safe_cell
from portal.org.forms import DayField

HANDLED = "ditangani"
MOST = 20_000
"""Lines of one download; more is for narrower filters."""


class FilterForm(BaseForm):
    """What a list is narrowed to (GET, so without CSRF)."""

    class Meta(BaseForm.Meta):
        csrf = False

    jenis = SelectField(_l("Jenis"), [Optional()], default="")
    standar = SelectField(_l("Pelayanan"), [Optional()], default="")
    keadaan = SelectField(_l("Keadaan"), [Optional()], default="")
    dari = DayField(_l("Disampaikan dari"), [Optional()])
    sampai = DayField(_l("Sampai"), [Optional()])
    q = StringField(_l("Kata atau nomor"), [Optional(), Length(max=100)], id="saring-q")
    terlambat = BooleanField(_l("Hanya yang terlambat"))


@bp.get("/pengaduan")
def index() -> str | tuple[str, int]:
    """What the person filed, or handles."""
    actor, session = current_actor(), db.session()
    handled = request.args.get("daftar", "") == HANDLED
    form, wanted, right = _filter()
    lines: list[Line] = []
    cursor = ""
    if right:
        read = handled_by if handled else filed_by
        lines, cursor = read(session, actor, request.args.get("setelah", ""), wanted)
    here: dict[str, Any] = {**({"daftar": HANDLED} if handled else {}), **_given(form)}
    page = render_template(
        "complaints/index.html",
        lines=lines,
        next_url=url_for("complaints.index", setelah=cursor, **here) if cursor else "",
        first_url=url_for("complaints.index", **here) if request.args.get("setelah") else "",
        csv_url=url_for("complaints.download", **here) if lines else "",
        form=form,
        filtered=bool(_given(form)),
        tab=HANDLED if handled else "",
        handles=handled or handles(session, actor),
    )
    return page, 200 if right else 400


@bp.get("/pengaduan.csv")
def download() -> Response | str | tuple[str, int]:
    """The same list, all of it, as CSV; a name that is hidden stays hidden."""
    actor, session = current_actor(), db.session()
    handled = request.args.get("daftar", "") == HANDLED
    _form, wanted, right = _filter()
    if not right:
        return index()  # the page says what is wrong
    stream = io.StringIO(newline="")
    writer = csv.writer(stream)
    head = [
        _("nomor"), _("jenis"), _("pelayanan"), _("tentang"), _("keadaan"), _("pejabat"),
        _("batas waktu"), _("disampaikan"), _("dijawab"), _("ditutup"),
    ]  # fmt: skip
    writer.writerow([*head, _("pelapor")] if handled else head)
    for line in everything(session, actor, handled=handled, wanted=wanted, most=MOST):
        writer.writerow([safe_cell(cell) for cell in _cells(line, handled=handled)])
    name = f"pengaduan-{'ditangani' if handled else 'saya'}-{local_day(clock.now())}.csv"
    return Response(
        "\ufeff" + stream.getvalue(),
        mimetype="text/csv",
        headers={
            "Content-Disposition": f'attachment; filename="{name}"',
            "Cache-Control": "private, no-store",
        },
    )


def _cells(line: Line, *, handled: bool) -> list[object]:
    instants = (line.due, line.filed_at, line.answered_at, line.closed_at)
    days = [local_day(at).isoformat() if at is not None else "" for at in instants]
    cells = [line.number, line.kind, line.standard, line.about, line.state_text, line.official]
    return [*cells, *days, *([line.reporter] if handled else [])]


def _filter() -> tuple[FilterForm, Wanted, bool]:
    form = FilterForm(request.args)
    host: Any = current_app.extensions["portal_host"]
    kinds = [(str(key), str(name)) for key, name in KIND_NAMES.items()]
    standards = [(each.plugin, each.standard.title) for each in host.standards()]
    words = state_words()
    form.jenis.choices = [("", _("Semua jenis")), *kinds]
    form.standar.choices = [("", _("Semua pelayanan")), *standards]
    form.keadaan.choices = [("", _("Semua keadaan")), *((key, words[key]) for key in STATES)]
    if not form.validate():
        return form, Wanted(), False
    first, last = form.dari.data, form.sampai.data
    if first is not None and last is not None and last < first:
        form.sampai.errors = [_("Hari terakhir mendahului hari pertama; perbaiki salah satunya.")]
        return form, Wanted(), False
    wanted = Wanted(
        kind=form.jenis.data or "",
        standard=form.standar.data or "",
        state=form.keadaan.data or "",
        late=bool(form.terlambat.data),
        since=day_start(first) if first is not None else None,
        before=day_start(last + timedelta(days=1)) if last is not None else None,
        words=(form.q.data or "").strip(),
    )
    return form, wanted, True


def _given(form: FilterForm) -> dict[str, str]:
    """The filters that are set, as the address carries them."""
    return {field.name: request.args[field.name] for field in form if request.args.get(field.name)}
