"""Pages of the service: where the units stand, and an agreement as it will be printed."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask_babel import gettext as _
from markupsafe import Markup
from sqlalchemy import select

from plugins.performance_agreement import agreements, publication
from plugins.performance_agreement.overview import WORKFLOW, years
from plugins.performance_agreement.workflow import ROLES
from portal.api import Actor, Case, NotFound, current_actor, require, transaction, visible_cases

READ = "performance_agreement.read"
OVERVIEW = "performance_agreement.overview"

bp = Blueprint("performance_agreement", __name__, url_prefix="/layanan/performance-agreement")


def may_read(actor: Actor, resource: object | None) -> bool:
    """Officials and staff; each page shows only the cases that the person may see."""
    return bool(actor.holdings)


def may_oversee(actor: Actor, resource: object | None) -> bool:
    """Who finds the page in the menu: the service's performers.

    Asked on every page, so it goes by the codes of the standard; whom an administrator
    has bound to a role since comes by the link on the case page.
    """
    performers = {role.position for _name, role in ROLES if role.position}
    return any(each.position_code in performers for each in actor.holdings)


@bp.get("/")
def overview() -> str:
    """The years, and where every unit stands in one of them."""
    actor = current_actor()
    require(actor, READ)
    with transaction() as session:
        found = years(session, actor, request.args.get("kasus", ""))
        current = next((each for each in found if each.current), None)
        return render_template("performance_agreement/overview.html", years=found, current=current)


@bp.get("/naskah/<number>")
def document(number: str) -> str:
    """The agreement of a case or lane as it will be printed, signed or not."""
    actor = current_actor()
    require(actor, READ)
    with transaction() as session:
        case = session.scalar(
            select(Case).where(Case.number == number, visible_cases(session, actor, WORKFLOW))
        )
        if case is None:
            raise NotFound(_("Kasus tidak ditemukan, atau bukan kasus yang boleh Anda lihat."))
        row = agreements.agreement_of(session, case.id)
        if row is None:
            raise NotFound(_("PK ini belum disusun. Naskahnya tampil setelah unit mengisinya."))
        return render_template(
            "performance_agreement/document.html",
            case=case,
            row=row,
            parties=publication.parties_now(session, row),
            statement=publication.statement_of(row),
            pledges=publication.pledges_of(row),
            total=sum(each.budget for each in row.programmes),
        )


def case_links(case: Case) -> Markup:
    """The part of the case page that leads to these pages."""
    return Markup(render_template("performance_agreement/_links.html", case=case))
