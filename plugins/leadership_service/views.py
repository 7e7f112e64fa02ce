"""Pages of the service: the register with its CSV, the disposition sheet, the agenda."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

from flask import Blueprint, Response, render_template, request
from sqlalchemy import select

from plugins.leadership_service import register
from plugins.leadership_service.effects import CLOSED
from plugins.leadership_service.models import RegisterLine
from plugins.leadership_service.workflow import SORTED
from portal.api import (
    CaseTask,
    NotFound,
    current_actor,
    find_case,
    require,
    safe_cell,
    step_record,
    tanggal,
    today,
    transaction,
    waktu,
)

KEY = "leadership_service"
READ = "leadership_service.read"

bp = Blueprint(KEY, __name__, url_prefix="/layanan/leadership-service", template_folder="templates")


@bp.get("/surat")
def letters() -> str:
    """The register of one's own office."""
    actor = current_actor()
    require(actor, READ)
    filters = register.read_filters(request.args)
    with transaction() as session:
        rows, cursor = register.lines(session, actor, filters)
        offices = {key: register.OFFICES[key] for key in register.offices_of(actor)}
        return render_template(
            f"{KEY}/register.html",
            rows=rows,
            states=register.progress(session, rows),
            may_register=any(h.position_code.startswith("staf-tu-") for h in actor.holdings),
            cursor=cursor,
            filters=filters,
            offices=offices,
            titles=register.TITLES,
            year=today().year,
        )


@bp.get("/surat.csv")
def letters_csv() -> Response:
    """The same list as CSV."""
    actor = current_actor()
    require(actor, READ)
    filters = register.read_filters(request.args)
    out = io.StringIO()
    writer = csv.writer(out, delimiter=";")
    writer.writerow(["nomor agenda", "diterima", "kasus", "dari", "nomor surat", "tanggal surat",
                     "hal", "keamanan", "pimpinan"])  # fmt: skip
    with transaction() as session:
        for row in register.all_lines(session, actor, filters):
            writer.writerow([safe_cell(cell) for cell in _cells(row)])
    headers = {"Content-Disposition": "attachment; filename=buku-agenda.csv"}
    return Response(out.getvalue(), mimetype="text/csv", headers=headers)


def _cells(row: RegisterLine) -> tuple[str, ...]:
    return (
        row.agenda,
        waktu(row.received),
        row.case_number,
        row.sender,
        row.letter_number,
        tanggal(row.letter_date) if row.letter_date else "",
        row.subject,
        row.security,
        register.TITLES.get(row.leader, row.leader),
    )


@bp.get("/lembar/<number>")
def sheet(number: str) -> str:
    """The disposition sheet of a letter, for reading and printing."""
    actor = current_actor()
    require(actor, READ)
    with transaction() as session:
        case = find_case(session, number, actor)
        line = session.scalar(select(RegisterLine).where(RegisterLine.case_id == case.id))
        if line is None:
            raise NotFound("Lembar disposisi belum ada: surat belum dicatat.")
        given = session.scalar(
            select(CaseTask).where(
                CaseTask.case_id == case.id,
                CaseTask.step == "2",
                CaseTask.current,
                CaseTask.status == "done",
            )
        )
        confirming = session.scalar(
            select(CaseTask.id).where(
                CaseTask.case_id == case.id,
                CaseTask.step == "2.konfirmasi",
                CaseTask.status == "open",
            )
        )
        return render_template(
            f"{KEY}/sheet.html",
            case=case,
            line=line,
            given=given,
            confirming=confirming is not None,
            sorted_as=_kinds(step_record(session, case.id, "3").get("jenis")),
            titles=register.TITLES,
        )


def _kinds(chosen: list[str] | None) -> list[str]:
    """The kinds of step 3 in words."""
    labels = dict(SORTED)
    return [labels.get(each, each) for each in chosen or ()]


@bp.get("/agenda")
def agenda() -> str:
    """A leader's agenda, by day or week."""
    actor = current_actor()
    require(actor, READ)
    leaders = register.leaders_of(actor)
    chosen = request.args.get("pimpinan", "")
    span = 1 if request.args.get("tampilan") == "hari" else 7
    first = _day(request.args.get("tanggal", ""))
    if span == 7:
        first -= timedelta(days=first.weekday())
    shown = [leader for leader in leaders if leader == chosen] or list(leaders)
    with transaction() as session:
        days = register.agenda(session, shown, first, span)
        clashes = register.clashes(days)
        return render_template(
            f"{KEY}/agenda.html",
            # a free weekend needs no column
            days=[day for day in days if day.events or span == 1 or day.day.weekday() < 5],
            clashes=clashes,
            clashing={row.id for pair in clashes for row in pair},
            today=today(),
            leaders=[(leader, register.TITLES[leader]) for leader in leaders],
            chosen=chosen,
            span=span,
            first=first,
            before=first - timedelta(days=span),
            after=first + timedelta(days=span),
            last=first + timedelta(days=span - 1),
            titles=register.TITLES,
            closed=CLOSED,
            hours=register.hours,
        )


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        return today()
