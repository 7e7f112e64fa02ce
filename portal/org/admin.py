"""Administration of units and positions; people, holders and CSV are in the modules beside.

One gate stands before all of it: the right ``system.organisation``.
"""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from wtforms import SelectField

from portal.auth.kept import kept_fields
from portal.auth.rights import current_actor, require
from portal.db import db, transaction
from portal.errors import Conflict, Invalid
from portal.forms import BaseForm
from portal.org import admin_csv, admin_holders, admin_people
from portal.org.check import check_organisation
from portal.org.csv_state import fingerprint
from portal.org.dates import today
from portal.org.editing import save_row, stored_row
from portal.org.forms import ZONES, PositionForm, UnitForm, cells_of, form_values, show_errors
from portal.org.holders import HolderView, holders_of_positions
from portal.org.journal import Editor
from portal.org.models import Position, Unit
from portal.org.structure import position_by_code
from portal.org.tree import Node, totals, tree_on
from portal.org.views import ADMINISTER

bp = Blueprint("org_admin", __name__, url_prefix="/sistem/organisasi")
bp.register_blueprint(admin_people.bp)
bp.register_blueprint(admin_holders.bp)
bp.register_blueprint(admin_csv.bp)


@bp.before_request
def gate() -> None:
    """Let administrators in, and nobody else."""
    require(current_actor(), ADMINISTER)


@bp.get("")
def overview() -> ResponseReturnValue:
    """Units with their positions, what needs repair, ways to the other pages."""
    session, day = db.session(), today()
    roots = tree_on(session, day)
    return render_template(
        "org/admin.html",
        lines=[line for root in roots for line in _lines(root, 0)],
        totals=totals(roots),
        ended=session.scalars(
            select(Unit).where(Unit.valid_to < day).order_by(Unit.valid_to.desc(), Unit.code)
        ).all(),
        day=day,
    )


@bp.get("/periksa")
def check() -> ResponseReturnValue:
    """What must be repaired, and what deserves a look."""
    return render_template("org/check.html", findings=check_organisation(db.session(), today()))


@bp.route("/unit/baru", methods=["GET", "POST"])
def add_unit() -> ResponseReturnValue:
    """Add a unit."""
    form = UnitForm(_sent(), data={"berlaku_dari": today(), "induk": request.args.get("induk")})
    _offer_units(form.induk, none=_("Tidak ada (paling atas)"))
    if _saved(form, "units"):
        flash(_("%(name)s ditambahkan.", name=form.nama.data), "success")
        return redirect(url_for("org_admin.overview"), 303)
    return _page(form, _("Tambah unit"))


@bp.route("/unit/<code>", methods=["GET", "POST"])
def edit_unit(code: str) -> ResponseReturnValue:
    """Change a unit; its positions are listed below."""
    values = stored_row(db.session(), "units", code)
    form = UnitForm(_sent(), data=form_values("units", values))
    del form.kode
    _offer_units(form.induk, none=_("Tidak ada (paling atas)"), keep=str(values["parent"]))
    zone = str(values["timezone"] or "")
    if zone not in dict(ZONES):
        form.zona_waktu.choices = [*ZONES, (zone, zone)]
    if _saved(form, "units", kode=code):
        flash(_("%(name)s disimpan.", name=form.nama.data), "success")
        return redirect(url_for("org_admin.overview"), 303)
    positions = db.session.scalars(
        select(Position)
        .join(Unit, Unit.id == Position.unit_id)
        .where(Unit.code == code)
        .order_by(Position.kind, Position.code)
    ).all()
    fresh = fingerprint(stored_row(db.session(), "units", code))
    return _page(form, str(values["name"]), version=fresh, code=code, positions=positions)


@bp.route("/jabatan/baru", methods=["GET", "POST"])
def add_position() -> ResponseReturnValue:
    """Add a position; ``?unit=`` proposes its unit."""
    form = PositionForm(_sent(), data={"berlaku_dari": today(), "unit": request.args.get("unit")})
    _offer_units(form.unit)
    if _saved(form, "positions"):
        flash(_("%(name)s ditambahkan.", name=form.jabatan.data), "success")
        return redirect(
            url_for("org_admin.edit_position", code=(form.kode.data or "").strip()), 303
        )
    return _page(form, _("Tambah jabatan"))


@bp.route("/jabatan/<code>", methods=["GET", "POST"])
def edit_position(code: str) -> ResponseReturnValue:
    """Change a position; its holders of all times are listed below."""
    values = stored_row(db.session(), "positions", code)
    form = PositionForm(_sent(), data=form_values("positions", values))
    del form.kode
    _offer_units(form.unit, keep=str(values["unit"]))
    if _saved(form, "positions", kode=code):
        flash(_("%(name)s disimpan.", name=form.jabatan.data), "success")
        return redirect(url_for("org_admin.edit_position", code=code), 303)
    fresh = fingerprint(stored_row(db.session(), "positions", code))
    holders = _holders(db.session(), code)
    return _page(form, str(values["title"]), version=fresh, code=code, holders=holders)


def _holders(session: Session, code: str) -> list[HolderView]:
    position_id = position_by_code(session, code).id
    return holders_of_positions(session, [position_id])[position_id]


def _sent() -> object:
    """The form as posted, or what was kept of it when a session ended; else nothing."""
    if request.method == "POST":
        return request.form
    return kept_fields(current_actor(), request.path)


def _saved(form: BaseForm, kind: str, **code: str) -> bool:
    """Save the row that was posted, new without its code; errors go to the fields."""
    if request.method != "POST" or not form.validate():
        return False
    actor = current_actor()
    version = request.form.get("version", "") if code else ""
    try:
        with transaction() as session:
            by = Editor(actor.name, actor.person_id)
            cells = cells_of(form, **code)
            save_row(session, kind, cells, new=not code, version=version, by=by)
    except Invalid as error:
        show_errors(form, error)
        return False
    except Conflict as error:
        form.form_errors.append(str(error))
        return False
    return True


def _page(form: BaseForm, title: str, **values: object) -> ResponseReturnValue:
    page = render_template("org/edit.html", form=form, title=title, day=today(), **values)
    return page, 400 if form.errors else 200


def _offer_units(field: SelectField, none: str = "", keep: str = "") -> None:
    """Fill a choice with the units of today and ``keep``, the one that is stored."""
    choices = [("", none)] if none else []
    for root in tree_on(db.session(), today()):
        lines = _lines(root, 0)
        choices += [(node.code, "\u2003" * depth + node.name) for node, depth in lines]
    if keep and keep not in dict(choices):
        choices.append((keep, keep))
    field.choices = choices


def _lines(node: Node, depth: int) -> list[tuple[Node, int]]:
    found = [(node, depth)]
    for child in node.children:
        found += _lines(child, depth + 1)
    return found
