"""The page of one's own notices, marking them read, and what one wants by mail."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response
from wtforms import BooleanField

from plugins.notifications.kinds import CHOICES, Kind
from plugins.notifications.reading import (
    ONLY_UNREAD,
    choices_of,
    choose,
    mark_all_read,
    mark_read,
    page_of,
)
from portal.api import BaseForm, contacts, current_actor, mail_server, transaction

bp = Blueprint("notifications", __name__, url_prefix="/layanan/notifications")


class MailForm(BaseForm):
    """For which kinds of notices a mail is sent as well."""

    assigned = BooleanField(CHOICES[Kind.ASSIGNED])
    returned = BooleanField(CHOICES[Kind.RETURNED])
    soon = BooleanField(CHOICES[Kind.SOON])
    late = BooleanField(CHOICES[Kind.LATE])
    asked = BooleanField(CHOICES[Kind.ASKED])
    informed = BooleanField(CHOICES[Kind.INFORMED])
    ended = BooleanField(CHOICES[Kind.ENDED])
    answered = BooleanField(CHOICES[Kind.ANSWERED])
    withdrawn = BooleanField(CHOICES[Kind.WITHDRAWN])


@bp.get("")
def index() -> str:
    """One's own notices, the unread ones first."""
    actor = current_actor()
    only = ONLY_UNREAD if request.args.get("saring") == ONLY_UNREAD else ""
    with transaction() as session:
        page = page_of(session, actor, only=only, cursor=request.args.get("setelah", ""))
        wanted = choices_of(session, actor)
        contact = contacts(session, [actor.person_id]).get(actor.person_id)
    return render_template(
        "notifications/index.html",
        page=page,
        form=MailForm(formdata=None, data=wanted),
        address=contact.email if contact is not None else "",
        sends=mail_server() is not None,
    )


@bp.post("/<int:notice_id>/dibaca")
def read(notice_id: int) -> Response:
    """Mark one as read."""
    with transaction() as session:
        mark_read(session, current_actor(), notice_id)
    return _back()


@bp.post("/dibaca")
def read_all() -> Response:
    """Mark all as read that were there when the page was shown."""
    sent = request.form.get("sampai", "")
    newest = int(sent) if sent.isdecimal() and len(sent) < 10 else 0
    with transaction() as session:
        mark_all_read(session, current_actor(), newest)
    flash(_("Semua notifikasi sudah ditandai dibaca."), "success")
    return _back()


@bp.post("/surel")
def mail() -> Response:
    """Keep what one wants by mail."""
    form = MailForm()
    wanted = {str(kind): bool(form[kind].data) for kind in CHOICES}
    with transaction() as session:
        choose(session, current_actor(), wanted)
    flash(_("Pilihan surel disimpan."), "success")
    return redirect(url_for("notifications.index"), 303)


def _back() -> Response:
    only = ONLY_UNREAD if request.form.get("saring") == ONLY_UNREAD else None
    return redirect(url_for("notifications.index", saring=only), 303)
