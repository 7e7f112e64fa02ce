"""Administration of people: list, search, add, change. Accounts are in ``portal.auth``."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.auth.kept import kept_fields
from portal.auth.rights import current_actor
from portal.db import db, transaction
from portal.errors import Conflict, Invalid
from portal.org.csv_state import fingerprint
from portal.org.dates import today
from portal.org.editing import save_row, stored_row
from portal.org.forms import PersonForm, cells_of, form_values, person_code, show_errors
from portal.org.journal import Editor
from portal.org.nip import check_nip
from portal.org.people import find_people, person_by_id, titles_of

bp = Blueprint("people", __name__, url_prefix="/orang")


@bp.get("")
def list_people() -> ResponseReturnValue:
    """People by name, 25 on a page; ``?setelah=`` is the cursor."""
    query = request.args.get("cari", "").strip()[:100]
    after = request.args.get("setelah", 0, type=int)
    page = find_people(db.session(), query, today(), after=after)
    return render_template("org/people.html", page=page, query=query, after=after)


@bp.route("/baru", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """Add a person."""
    form = PersonForm(_sent())
    if request.method == "POST" and form.validate():
        code = (form.kode.data or "").strip() or person_code(request.form.get("form_key", ""))
        if _save(form, cells_of(form, kode=code), new=True):
            return redirect(url_for("org_admin.people.list_people"), 303)
    return _page(form, _("Tambah orang"))


@bp.route("/<int:person_id>", methods=["GET", "POST"])
def edit(person_id: int) -> ResponseReturnValue:
    """Change a person."""
    person = person_by_id(db.session(), person_id)
    code, name = person.code, person.name
    titles = titles_of(db.session(), [person_id], today()).get(person_id, [])
    form = PersonForm(_sent(), data=form_values("people", stored_row(db.session(), "people", code)))
    del form.kode
    posted = request.method == "POST" and form.validate()
    if posted and _save(form, cells_of(form, kode=code), new=False):
        return redirect(url_for("org_admin.people.list_people"), 303)
    fresh = fingerprint(stored_row(db.session(), "people", code))
    return _page(form, name, version=fresh, code=code, titles=titles)


def _sent() -> object:
    if request.method == "POST":
        return request.form
    return kept_fields(current_actor(), request.path)


def _save(form: PersonForm, cells: dict[str, str], *, new: bool) -> bool:
    actor = current_actor()
    version = "" if new else request.form.get("version", "")
    try:
        with transaction() as session:
            by = Editor(actor.name, actor.person_id)
            save_row(session, "people", cells, new=new, version=version, by=by)
    except Invalid as error:
        show_errors(form, error)
        return False
    except Conflict as error:
        form.form_errors.append(str(error))
        return False
    flash(_("%(name)s disimpan.", name=cells["nama"]), "success")
    if cells["nip"]:
        for warning in check_nip(cells["nip"], today()).warnings:
            flash(warning, "warning")
    return True


def _page(form: PersonForm, title: str, **values: object) -> ResponseReturnValue:
    page = render_template("org/person.html", form=form, title=title, **values)
    return page, 400 if form.errors else 200
