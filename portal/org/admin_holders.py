"""Administration of holders: assign a definitive official, a Plt. or Plh.; end a holding."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select

from portal.auth.kept import kept_fields
from portal.auth.rights import current_actor
from portal.db import db, transaction
from portal.errors import Invalid, NotFound
from portal.org.dates import today
from portal.org.forms import EndForm, HolderForm, show_errors
from portal.org.holders import assign_holder, end_holder, holders_of_positions
from portal.org.journal import Editor
from portal.org.models import Holder, HolderKind, Person, Position
from portal.org.people import find_people
from portal.org.structure import position_by_code

bp = Blueprint("holders", __name__)


@bp.route("/jabatan/<code>/pejabat", methods=["GET", "POST"])
def assign(code: str) -> ResponseReturnValue:
    """Assign a person, found by name first (``?cari=``), to a position."""
    session, actor = db.session(), current_actor()
    position = position_by_code(session, code)
    position_id, title = position.id, position.title
    query = request.args.get("cari", "").strip()[:100]
    found = find_people(session, query, today(), only_active=True)
    sent = request.form if request.method == "POST" else kept_fields(actor, request.path)
    form = HolderForm(sent, data={"valid_from": today(), "kind": HolderKind.DEFINITIVE})
    choices = [(line.person.id, _label(line.person)) for line in found.lines]
    form.person.choices = [(0, _("Pilih orang")), *choices, *_chosen(form.person.data, choices)]
    if request.method == "POST" and form.validate():
        try:
            with transaction() as writing:
                done = assign_holder(
                    writing,
                    position_id=position_id,
                    person_id=form.person.data,
                    kind=HolderKind(form.kind.data),
                    mandate=form.mandate.data or "",
                    valid_from=form.valid_from.data or today(),
                    valid_to=form.valid_to.data,
                    by=Editor(actor.name, actor.person_id),
                )
        except Invalid as error:
            show_errors(form, error)
        else:
            flash(_("Pemegang jabatan %(title)s disimpan.", title=title), "success")
            for warning in done.warnings:
                flash(warning, "warning")
            return redirect(url_for("org_admin.edit_position", code=code), 303)
    history = holders_of_positions(db.session(), [position_id])[position_id]
    page = render_template(
        "org/holder.html",
        form=form,
        code=code,
        title=title,
        query=query,
        more=bool(found.after),
        current=[view for view in history if view.valid_to is None or view.valid_to >= today()],
    )
    return page, 400 if form.errors else 200


@bp.route("/pejabat/<int:holder_id>/akhiri", methods=["GET", "POST"])
def end(holder_id: int) -> ResponseReturnValue:
    """End a holding on a day."""
    actor = current_actor()
    row = db.session.execute(
        select(Person.name, Position.code, Position.title, Holder.valid_from, Holder.valid_to)
        .select_from(Holder)
        .join(Person, Person.id == Holder.person_id)
        .join(Position, Position.id == Holder.position_id)
        .where(Holder.id == holder_id)
    ).first()
    if row is None:
        raise NotFound(_("Masa jabatan itu tidak ditemukan."))
    sent = request.form if request.method == "POST" else kept_fields(actor, request.path)
    form = EndForm(sent, data={"last_day": row.valid_to or today()})
    if request.method == "POST" and form.validate():
        try:
            with transaction() as session:
                by = Editor(actor.name, actor.person_id)
                end_holder(session, holder_id, form.last_day.data or today(), by=by)
        except Invalid as error:
            show_errors(form, error)
        else:
            flash(_("Masa jabatan %(name)s diakhiri.", name=row.name), "success")
            return redirect(url_for("org_admin.edit_position", code=row.code), 303)
    page = render_template("org/end.html", form=form, row=row)
    return page, 400 if form.errors else 200


def _label(person: Person) -> str:
    return f"{person.name} ({person.code})"


def _chosen(person_id: int | None, choices: list[tuple[int, str]]) -> list[tuple[int, str]]:
    """A person who was chosen before the search was changed stays in the list."""
    if not person_id or person_id in dict(choices):
        return []
    person = db.session.get(Person, person_id)
    return [(person.id, _label(person))] if person is not None else []
