"""Pages of the standards: the list, one standard, and its drawing as a file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from flask import Blueprint, Response, current_app, render_template
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup

from portal.auth.rights import Actor, current_actor, policy, require
from portal.db import db
from portal.errors import NotFound
from portal.standards.duration import limit_words
from portal.standards.page import list_row, standard_page
from portal.standards.procedures import legend, swimlane

bp = Blueprint("standards", __name__, url_prefix="/standar")

VIEW = "standards.view"
STYLE = "web/static/css/diagram-file.css"


@policy(VIEW)
def may_view(actor: Actor, obj: object | None) -> bool:
    """Every person who is logged in may read every standard."""
    return True


@bp.get("")
def index() -> ResponseReturnValue:
    """The standards in force, by number."""
    require(current_actor(), VIEW)
    rows = [list_row(each.slug, each.standard) for each in _registered()]
    return render_template("standards/index.html", rows=rows)


@bp.get("/<slug>")
def show(slug: str) -> ResponseReturnValue:
    """One standard: clauses, procedure, drawings, completeness, starts."""
    actor = current_actor()
    require(actor, VIEW)
    registered = _find(slug)
    page = standard_page(db.session(), actor, registered)
    context = {"standard": page.standard, "actor": actor}
    return render_template(
        "standards/standard.html",
        page=page,
        standard=page.standard,
        legend=legend(),
        limit_words=limit_words,
        extras=_host().slot("standard.page", context),
    )


@bp.get("/<slug>/alur.svg")
def drawing(slug: str) -> ResponseReturnValue:
    """The swimlane of the standard's first workflow as a file of its own."""
    require(current_actor(), VIEW)
    registered = _find(slug)
    if not registered.workflows:
        raise NotFound(_("Standar ini belum memiliki alur kerja yang dapat digambar."))
    drawn = swimlane(registered.workflows[0], "alur")
    style = (Path(current_app.root_path) / STYLE).read_text(encoding="utf-8")
    response = Response(standalone(drawn, style), mimetype="image/svg+xml")
    response.headers["Content-Disposition"] = f'attachment; filename="alur-{slug}.svg"'
    return response


def standalone(drawn: Markup, style: str) -> str:
    """An SVG document that needs no other file; browsers never show it on our pages."""
    head, bracket, rest = str(drawn).partition(">")
    declaration = '<?xml version="1.0" encoding="UTF-8"?>\n'
    return f"{declaration}{head}{bracket}<style>{style}</style>{rest}\n"


def _host() -> Any:
    return current_app.extensions["portal_host"]


def _registered() -> list[Any]:
    def order(each: Any) -> tuple[int, str]:
        number = each.standard.number
        return (int(number) if number.isdecimal() else 10**9, each.standard.title)

    return sorted(_host().standards(), key=order)


def _find(slug: str) -> Any:
    """The standard at that address.

    Raises:
        NotFound: no active plugin has it.
    """
    for each in _registered():
        if each.slug == slug:
            return each
    raise NotFound(_("Standar pelayanan itu tidak ada atau sedang tidak aktif."))
