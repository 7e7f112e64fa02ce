"""``/register``: numbered letters and memoranda of the cases that a person may see."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask_babel import gettext as _

from portal.auth.rights import Actor, current_actor, policy, require
from portal.db import db
from portal.documents.register_lists import title_of
from portal.formats import tanggal
from portal.org.csv_stream import MOST_ROWS, csv_download
from portal.workflow.letter_lists import letter_registers, letters_of

bp = Blueprint("letters", __name__, url_prefix="/register")

RIGHT = "letters.read"


@policy(RIGHT)
def may_read(actor: Actor, obj: object | None) -> bool:
    """Officials; which letters they see is decided by their cases."""
    return bool(actor.holdings)


@bp.get("")
def index() -> str:
    """A page of letters, as the filters in the address want them."""
    actor, session = current_actor(), db.session()
    require(actor, RIGHT)
    given = _given()
    rows, following = letters_of(
        session, actor, before=request.args.get("sebelum", type=int), **_wanted(given)
    )
    keys, years = letter_registers(session)
    return render_template(
        "workflow/letters.html",
        rows=rows,
        titles={key: title_of(key) for key in keys},
        years={str(year): str(year) for year in years},
        given=given,
        next_url=url_for("letters.index", **given, sebelum=following) if following else "",
        first_url=url_for("letters.index", **given) if request.args.get("sebelum") else "",
    )


@bp.get("/unduh.csv")
def download() -> Response:
    """The same letters as a file."""
    actor, session = current_actor(), db.session()
    require(actor, RIGHT)
    rows, _following = letters_of(session, actor, limit=MOST_ROWS + 1, **_wanted(_given()))
    return csv_download(
        "register-surat",
        [_("register"), _("nomor"), _("tanggal"), _("perihal"), _("kasus"), _("keadaan"),
         _("alasan pembatalan")],
        (
            (title_of(row.register), row.number, tanggal(row.day), row.subject, row.case_number,
             _("dibatalkan") if row.cancelled else _("dipakai"), row.reason)
            for row in rows
        ),
    )  # fmt: skip


def _given() -> dict[str, Any]:
    """The filters of the address that are used; a year that is none is left out."""
    found = {name: request.args.get(name, "").strip()[:100] for name in ("q", "buku", "tahun")}
    if not (found["tahun"].isdigit() and len(found["tahun"]) == 4):
        found["tahun"] = ""
    return {name: value for name, value in found.items() if value}


def _wanted(given: dict[str, Any]) -> dict[str, Any]:
    year = given.get("tahun")
    return {
        "register": given.get("buku", ""),
        "year": None if year is None else int(year),
        "words": given.get("q", ""),
    }
