"""Pages of the organisation for everybody: the tree on a day, and one unit."""

from __future__ import annotations

from datetime import date

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from portal.auth.rights import Actor, can, current_actor, policy, require
from portal.db import db
from portal.org.dates import today
from portal.org.details import unit_page
from portal.org.forms import FilterForm
from portal.org.tree import totals, tree_on

bp = Blueprint("org", __name__, url_prefix="/organisasi")

VIEW = "org.view"
ADMINISTER = "system.organisation"


@policy(VIEW)
def may_view(actor: Actor, obj: object | None) -> bool:
    """Every person who is logged in may see who holds what."""
    return True


@policy(ADMINISTER)
def may_administer(actor: Actor, obj: object | None) -> bool:
    """Administrators look after units, positions, people and holders."""
    return actor.is_admin


@bp.get("")
def tree() -> ResponseReturnValue:
    """The tree with who holds what, on a day, filtered."""
    actor = current_actor()
    require(actor, VIEW)
    form, day = _filter()
    query = (form.cari.data or "").strip()
    state = "" if form.jabatan.errors else form.jabatan.data or ""
    roots = tree_on(
        db.session(),
        day,
        unfold={holding.unit_id for holding in actor.holdings},
        query=query,
        state=state,
    )
    return render_template(
        "org/tree.html",
        form=form,
        day=day,
        roots=roots,
        totals=totals(roots),
        filtered=bool(query or state),
        params={} if day == today() else {"pada": day.isoformat()},
        own={holding.unit_id for holding in actor.holdings},
        may_administer=can(actor, ADMINISTER),
    )


@bp.get("/<code>")
def unit(code: str) -> ResponseReturnValue:
    """A unit: its officials and staff on a day, superior, units below, history."""
    actor = current_actor()
    require(actor, VIEW)
    form, day = _filter()
    return render_template(
        "org/unit.html",
        form=form,
        day=day,
        page=unit_page(db.session(), code, day),
        params={} if day == today() else {"pada": day.isoformat()},
        may_administer=can(actor, ADMINISTER),
    )


def _filter() -> tuple[FilterForm, date]:
    """The filter as sent; a day that cannot be read is said, and today is shown."""
    form = FilterForm(request.args)
    form.validate()
    day = today() if form.pada.errors or form.pada.data is None else form.pada.data
    if form.pada.errors:
        form.pada.errors = [_("Tanggal tidak dapat dibaca; yang ditampilkan keadaan hari ini.")]
        # A browser's date field cannot show what is no date; it shows the day of the page.
        form.pada.raw_data, form.pada.data = None, day
    elif form.pada.data is None:
        form.pada.data = day
    return form, day
