"""Administrators' pages of the registers: numbers, days and states, never a subject.

What a number was given to is case data, as is the reason for which a number of a case was
cancelled. Numbers of cases that are kept from this administrator are left out.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from flask import Blueprint, Response, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from sqlalchemy import ColumnElement, and_, or_, select

from portal.auth.rights import administrators, current_actor, policy, require
from portal.db import db
from portal.documents import register_lists
from portal.documents.models import EntryStatus, RegisterEntry
from portal.formats import tanggal
from portal.org.csv_stream import MOST_ROWS, csv_download
from portal.workflow.barring import barred_cases
from portal.workflow.models import Case

bp = Blueprint("registers", __name__, url_prefix="/sistem/register")

RIGHT = "system.registers"
STATES = {"dipakai": EntryStatus.ISSUED, "dibatalkan": EntryStatus.CANCELLED}
policy(RIGHT)(administrators)


@bp.before_request
def guard() -> None:
    """Every page here is for administrators."""
    require(current_actor(), RIGHT)


@bp.get("")
def index() -> ResponseReturnValue:
    """Every register of a year, or of all years, with its last number."""
    session = db.session()
    year = request.args.get("tahun", type=int)
    return render_template(
        "system/registers.html",
        rows=[(each, register_lists.title_of(each.key)) for each in
              register_lists.registers(session, year)],
        years={each: str(each) for each in register_lists.years(session)},
        year=year,
    )  # fmt: skip


@bp.get("/<int:register_id>")
def show(register_id: int) -> ResponseReturnValue:
    """The entries of one register, the highest number first."""
    session = db.session()
    register = register_lists.find_register(session, register_id)
    rows, following = register_lists.entries_of(
        session,
        register_id,
        shown=_shown(),
        state=STATES.get(request.args.get("keadaan", "")),
        before=request.args.get("sebelum", type=int),
    )
    given = _given()
    here: dict[str, Any] = {"register_id": register_id, **given}
    return render_template(
        "system/register.html",
        register=register,
        title=register_lists.title_of(register.key),
        rows=[(row, _tells(register.key, row)) for row in rows],
        given=given,
        next_url=url_for("registers.show", **here, sebelum=following) if following else "",
        first_url=url_for("registers.show", **here) if request.args.get("sebelum") else "",
        csv_url=url_for("registers.download", **here),
    )


@bp.get("/<int:register_id>/unduh.csv")
def download(register_id: int) -> Response:
    """The same entries as CSV."""
    session = db.session()
    register = register_lists.find_register(session, register_id)
    rows, _following = register_lists.entries_of(
        session,
        register_id,
        shown=_shown(),
        state=STATES.get(request.args.get("keadaan", "")),
        limit=MOST_ROWS + 1,
    )
    return csv_download(
        f"register-{register_id}-{register.year}",
        ("register", "tahun", "urutan", "nomor", "tanggal", "keadaan", "alasan_pembatalan"),
        (_cells(register.key, register.year, row) for row in rows),
    )


def _tells(key: str, row: RegisterEntry) -> bool:
    """Whether the reason of a cancelled number is not about a case."""
    return row.case_id is None and not key.startswith("case.")


def _shown() -> ColumnElement[bool]:
    barred = barred_cases(current_actor())
    # the number of a case is given out before the case has its row, so it names no case
    numbers = select(Case.number).where(Case.root_id.in_(barred))
    return and_(
        or_(RegisterEntry.case_id.is_(None), RegisterEntry.case_id.not_in(barred)),
        RegisterEntry.number.not_in(numbers),
    )


def _given() -> dict[str, Any]:
    state = request.args.get("keadaan", "")
    return {"keadaan": state} if state in STATES else {}


def _cells(key: str, year: int, row: RegisterEntry) -> Sequence[object]:
    cancelled = row.status == EntryStatus.CANCELLED
    state = _("dibatalkan") if cancelled else _("dipakai")
    reason = row.reason if cancelled and _tells(key, row) else ""
    return key, year, row.seq, row.number, tanggal(row.day), state, reason
