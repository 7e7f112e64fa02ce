"""Administration by CSV: upload, preview what it would change, confirm; export."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.auth.rights import current_actor
from portal.db import db, transaction
from portal.errors import NotFound
from portal.org.csv_export import cell_text, export_table
from portal.org.csv_format import COLUMNS, MAX_BYTES, Problem, read_table
from portal.org.csv_import import Change, import_files
from portal.org.csv_state import COLUMN_OF
from portal.org.drafts import draft_of, keep_draft
from portal.org.forms import UploadForm
from portal.org.journal import Editor

bp = Blueprint("csv", __name__)

SHOWN = 200
"""Lines of the preview; the counts are always complete."""


@bp.route("/impor", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """Take a file; an unreadable one is refused here, a readable one is previewed."""
    form = UploadForm()
    problems: list[Problem] = []
    if form.validate_on_submit():
        name = form.file.data.filename or "berkas.csv"
        content = form.file.data.read(MAX_BYTES + 1)
        table = read_table(name, content)
        if table.kind:
            with transaction() as session:
                text = content.decode("utf-8")
                draft = keep_draft(session, current_actor().person_id, name, text)
                draft_id = draft.id
            return redirect(url_for("org_admin.csv.preview", draft_id=draft_id), 303)
        problems = table.problems
    page = render_template("org/import.html", form=form, problems=problems, columns=COLUMNS)
    return page, 400 if form.errors or problems else 200


@bp.get("/impor/<int:draft_id>")
def preview(draft_id: int) -> ResponseReturnValue:
    """What the file would add and change, or all that is wrong with it; saves nothing."""
    draft = draft_of(db.session(), current_actor().person_id, draft_id)
    plan = import_files(db.session(), [(draft.filename, draft.content)], dry_run=True)
    changes = [change for change in plan.changes if change.action != "unchanged"]
    return render_template(
        "org/import_preview.html",
        draft_id=draft_id,
        filename=draft.filename,
        plan=plan,
        changes=[(change, _details(change)) for change in changes[:SHOWN]],
        hidden=max(0, len(changes) - SHOWN),
    )


def _details(change: Change) -> str:
    """The changed columns as "nama: lama → baru; …", empty for a new row."""
    return "; ".join(
        f"{COLUMN_OF[change.kind][name]}: {cell_text(old) or '–'} → {cell_text(new) or '–'}"
        for name, old, new in change.fields
    )


@bp.post("/impor/<int:draft_id>")
def confirm(draft_id: int) -> ResponseReturnValue:
    """Carry out a previewed import; a second click finds it done."""
    actor = current_actor()
    with transaction() as session:
        try:
            draft = draft_of(session, actor.person_id, draft_id)
        except NotFound as error:
            flash(str(error), "warning")
            return redirect(url_for("org_admin.overview"), 303)
        by = Editor(actor.name, actor.person_id)
        plan = import_files(session, [(draft.filename, draft.content)], by=by)
        if plan.applied:
            session.delete(draft)
    if not plan.applied:
        return redirect(url_for("org_admin.csv.preview", draft_id=draft_id), 303)
    flash(
        _(
            "Impor selesai: %(added)s baru, %(changed)s berubah, %(same)s tetap.",
            added=plan.count("added"),
            changed=plan.count("changed"),
            same=plan.count("unchanged"),
        ),
        "success",
    )
    return redirect(url_for("org_admin.overview"), 303)


@bp.get("/ekspor/<kind>.csv")
def export(kind: str) -> ResponseReturnValue:
    """One kind as CSV, with a byte-order mark so that spreadsheets read it as UTF-8."""
    if kind not in COLUMNS:
        raise NotFound(_("Jenis ekspor itu tidak ada."))
    text = "\ufeff" + export_table(db.session(), kind)
    return Response(
        text,
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{kind}.csv"'},
    )
