"""Administrators' page of all running sessions, ``/sistem/sesi``."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_login import current_user

from portal.auth import running
from portal.auth.rights import administrators, current_actor, policy, require
from portal.db import db, transaction
from portal.errors import Conflict

bp = Blueprint("sessions", __name__, url_prefix="/sistem/sesi")

RIGHT = "system.sessions"
policy(RIGHT)(administrators)


@bp.before_request
def guard() -> None:
    """Only administrators see who is logged in."""
    require(current_actor(), RIGHT)


@bp.get("")
def index() -> ResponseReturnValue:
    """Who is logged in, since when, with what."""
    words = request.args.get("cari", "").strip()[:100]
    before = request.args.get("sebelum", type=int)
    rows, following = running.page_of(db.session(), words, before)
    return render_template(
        "auth/sessions.html",
        rows=rows,
        words=words,
        this_session=current_user.session_id,
        next_url=url_for("sessions.index", cari=words or None, sebelum=following)
        if following
        else "",
        first_url=url_for("sessions.index", cari=words or None) if before else "",
    )


@bp.post("/<int:session_id>/akhiri")
def end(session_id: int) -> ResponseReturnValue:
    """End one session; not the one in use."""
    if session_id == current_user.session_id:
        raise Conflict(_("Ini sesi yang sedang Anda pakai. Untuk mengakhirinya, pilih Keluar."))
    actor = current_actor()
    with transaction() as session:
        name = running.end_one(session, session_id, by=actor)
    flash(_("Sesi %(name)s diakhiri.", name=name), "success")
    return redirect(url_for("sessions.index", cari=request.form.get("cari") or None), 303)


@bp.post("/orang/<int:person_id>/akhiri")
def end_person(person_id: int) -> ResponseReturnValue:
    """End all sessions of a person; of oneself all but the one in use."""
    actor = current_actor()
    keep = current_user.session_id if person_id == actor.person_id else None
    with transaction() as session:
        name, ended = running.end_all(session, person_id, by=actor, but=keep)
    flash(_("%(n)s sesi %(name)s diakhiri.", n=ended, name=name), "success")
    return redirect(url_for("sessions.index", cari=request.form.get("cari") or None), 303)
