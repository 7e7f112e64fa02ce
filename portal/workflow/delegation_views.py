"""Pages of delegation for an absence: mine, a new one, its end, and the administrators' list.

They stand here and not in ``portal.org``, because ending one gives back claimed tasks.
"""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from portal.auth.kept import kept_fields
from portal.auth.models import Account
from portal.auth.rights import Actor, Holding, administrators, current_actor, policy, require
from portal.db import db, transaction
from portal.errors import Invalid, MissingReason, NotFound
from portal.org.dates import today
from portal.org.delegations import (
    delegate,
    delegations_of,
    end_delegation,
    find_delegation,
    likely_delegates,
    list_delegations,
    state_of,
)
from portal.org.forms import show_errors
from portal.org.journal import Editor
from portal.org.models import Delegation, HolderKind, Person
from portal.org.people import find_people, titles_of
from portal.workflow.absence import give_back
from portal.workflow.delegation_forms import DelegateForm, EndForm, FilterForm

bp = Blueprint("delegations", __name__)

OVERVIEW = "system.delegations"
policy(OVERVIEW)(administrators)

LAST_ID = 2**31
TWO_WEEKS = timedelta(days=13)
"""From the first to the last day, as it stands in a new form."""


@policy("delegation.end")
def may_end(actor: Actor, obj: object | None) -> bool:
    """Both sides may end a delegation, and an administrator."""
    if not isinstance(obj, Delegation):
        return False
    return actor.is_admin or actor.person_id in (obj.from_person_id, obj.to_person_id)


@bp.get("/profil/delegasi")
def mine() -> str:
    """What I have delegated, and what was delegated to me."""
    actor, day = current_actor(), today()
    rows = [(row, state_of(row, day)) for row in delegations_of(db.session(), actor.person_id)]
    return render_template(
        "workflow/delegations.html",
        given=[each for each in rows if each[0].from_person_id == actor.person_id],
        received=[each for each in rows if each[0].to_person_id == actor.person_id],
        may_give=bool(_delegable(actor)),
    )


@bp.route("/profil/delegasi/baru", methods=["GET", "POST"])
def give() -> str | Response | tuple[str, int]:
    """Delegate one of my positions to a person, found near my unit or by name (``?cari=``)."""
    actor, session = current_actor(), db.session()
    mine = _delegable(actor)
    query = request.args.get("cari", "").strip()[:100]
    sent = request.form if request.method == "POST" else kept_fields(actor, request.path)
    first = today()
    form = DelegateForm(sent, data={"valid_from": first, "valid_to": first + TWO_WEEKS})
    form.position.choices = [(each.position_id, each.title) for each in mine]
    people = _offered(session, mine, query, form.person.data, actor.person_id)
    form.person.choices = [(0, _("Pilih orang")), *people]
    if request.method == "POST" and form.validate():
        receiver = dict(people).get(form.person.data, "")
        session.rollback()
        try:
            with transaction() as writing:
                done = delegate(
                    writing,
                    position_id=form.position.data,
                    from_person_id=actor.person_id,
                    to_person_id=form.person.data,
                    valid_from=form.valid_from.data or today(),
                    valid_to=form.valid_to.data or today(),
                    reason=form.reason.data or "",
                    by=Editor(actor.name, actor.person_id),
                )
        except Invalid as error:
            show_errors(form, error)
        else:
            flash(_("Tugas dilimpahkan kepada %(who)s dan dicatat.", who=receiver), "success")
            for warning in done.warnings:
                flash(warning, "warning")
            return redirect(url_for("delegations.mine"), 303)
    page = render_template("workflow/delegate.html", form=form, query=query, may_give=bool(mine))
    return page, 400 if form.errors else 200


@bp.route("/profil/delegasi/<int:delegation_id>/akhiri", methods=["GET", "POST"])
def end(delegation_id: int) -> str | Response | tuple[str, int]:
    """End a delegation at once; who did not give it says why."""
    actor, session = current_actor(), db.session()
    if delegation_id >= LAST_ID:
        raise NotFound(_("Pelimpahan itu tidak ditemukan."))
    row = find_delegation(session, delegation_id)
    if not may_end(actor, row):
        raise NotFound(_("Pelimpahan itu tidak ditemukan."))
    require(actor, "delegation.end", row)
    own = row.from_person_id == actor.person_id
    both = actor.person_id in (row.from_person_id, row.to_person_id)
    back = url_for("delegations.mine" if both else "delegations.overview")
    if state_of(row, today()) == "past":
        flash(_("Pelimpahan ini sudah berakhir."), "info")
        return redirect(back, 303)
    receiver_id = row.to_person_id
    form = EndForm(request.form if request.method == "POST" else kept_fields(actor, request.path))
    if request.method == "POST" and form.validate():
        try:
            with transaction() as writing:
                reason = " ".join((form.reason.data or "").split())
                if not own and not reason:
                    message = _("Tulis alasannya agar kedua pihak memahaminya.")
                    raise MissingReason(message, {"reason": message})
                by = Editor(actor.name, actor.person_id)
                end_delegation(writing, delegation_id, reason=reason, by=by)
                writing.flush()
                give_back(writing, receiver_id)
        except Invalid as error:
            show_errors(form, error)
        else:
            flash(_("Pelimpahan diakhiri. Tugas yang sedang diambil terbuka kembali."), "success")
            return redirect(back, 303)
        row = find_delegation(db.session(), delegation_id)
    page = render_template("workflow/delegation_end.html", form=form, row=row, own=own, back=back)
    return page, 400 if form.errors else 200


@bp.get("/sistem/delegasi")
def overview() -> str:
    """Every delegation, for administrators."""
    require(current_actor(), OVERVIEW)
    form = FilterForm(request.args)
    state = (form.keadaan.data or "") if form.validate() else ""
    after = request.args.get("setelah", 0, type=int)
    page = list_delegations(db.session(), state, after if 0 < after < LAST_ID else 0)
    day = today()
    rows = [(row, state_of(row, day)) for row in page.rows]
    return render_template(
        "workflow/delegations_all.html",
        form=form,
        rows=rows,
        state=state,
        next_url=(
            url_for("delegations.overview", keadaan=state or None, setelah=page.after)
            if page.after
            else ""
        ),
        first_url=url_for("delegations.overview", keadaan=state or None) if after else "",
    )


def _delegable(actor: Actor) -> list[Holding]:
    return [each for each in actor.holdings if each.kind == HolderKind.DEFINITIVE]


def _offered(
    session: Session, mine: list[Holding], query: str, chosen: int | None, me: int
) -> list[tuple[int, str]]:
    """People with an account, as choices; one already chosen stays in the list.

    Oneself is not offered, but stays when sent anyway: the service then says why not.
    """
    day = today()
    if query:
        found = find_people(session, query, day, only_active=True)
        people = [line.person for line in found.lines]
    else:
        people = likely_delegates(session, [each.position_id for each in mine], day)
    people = [person for person in people if person.id != me]
    if chosen and 0 < chosen < LAST_ID and chosen not in {person.id for person in people}:
        person = session.get(Person, chosen)
        people += [person] if person is not None else []
    ids = [person.id for person in people]
    living = set(
        session.scalars(
            select(Account.person_id).where(
                Account.person_id.in_(ids), Account.disabled_at.is_(None)
            )
        )
    )
    titles = titles_of(session, ids, day)
    return [
        (person.id, _label(person.name, titles.get(person.id, [])))
        for person in people
        if person.id in living
    ]


def _label(name: str, titles: list[str]) -> str:
    others = [title for title in titles if title != name]
    return f"{name} – {'; '.join(others)}" if others else name
