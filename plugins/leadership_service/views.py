"""Pages of the register: the list with its CSV, and the disposition sheet of a letter."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import select

from plugins.leadership_service import register
from plugins.leadership_service.models import RegisterLine
from plugins.leadership_service.workflow import KINDS, LEVELS, SORTED, SPEEDS
from portal.api import (
    Actor,
    CaseTask,
    NotFound,
    csv_download,
    current_actor,
    find_case,
    require,
    step_record,
    tanggal,
    transaction,
    waktu,
)

KEY = "leadership_service"
READ = "leadership_service.read"
CSV_HEAD = ("Nomor agenda", "Diterima", "Kasus", "Jenis", "Dari", "Nomor surat", "Tanggal surat",
            "Hal", "Keamanan", "Kecepatan", "Pimpinan")  # fmt: skip

bp = Blueprint(KEY, __name__, url_prefix="/layanan/leadership-service", template_folder="templates")


@bp.get("/surat")
def letters() -> str:
    """The register of one's own office."""
    actor = current_actor()
    require(actor, READ)
    filters = register.read_filters(request.args)
    with transaction() as session:
        page = register.lines(session, actor, filters)
        offices = register.offices_of(actor)
        return render_template(
            f"{KEY}/register.html",
            page=page,
            states=register.progress(session, page.rows),
            zones=register.zones_of(session, register.leaders_of(actor)),
            may_register=any(h.position_code.startswith("staf-tu-") for h in actor.holdings),
            filters=filters,
            chips=[(words, _address(rest)) for words, rest in filters.chips()],
            choices=register.CHOICES,
            offices={key: label for key, label in register.OFFICES.items() if key in offices},
            kinds=dict(KINDS),
            speeds=dict(SPEEDS),
            titles=register.TITLES,
        )


def _address(args: Mapping[str, str]) -> str:
    """The register with these filters."""
    query = urlencode(args)
    return url_for(f"{KEY}.letters") + (f"?{query}" if query else "")


@bp.get("/surat.csv")
def letters_csv() -> Response:
    """The same list as CSV, with the same rights and filters."""
    actor = current_actor()
    require(actor, READ)
    filters = register.read_filters(request.args)
    return csv_download("buku-agenda", CSV_HEAD, _csv_rows(actor, filters))


def _csv_rows(actor: Actor, filters: register.Filters) -> Iterator[tuple[str, ...]]:
    with transaction() as session:
        zones = register.zones_of(session, register.leaders_of(actor))
        for line in register.all_lines(session, actor, filters):
            row = line.row
            yield (
                row.agenda,
                waktu(row.received, zones[row.leader]),
                row.case_number,
                dict(KINDS).get(row.kind, row.kind),
                line.sender,
                "" if line.hidden else row.letter_number,
                tanggal(row.letter_date) if row.letter_date else "",
                line.subject,
                dict(LEVELS).get(row.security, row.security),
                dict(SPEEDS).get(row.speed, row.speed),
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
        given = session.scalars(
            select(CaseTask)
            .where(
                CaseTask.case_id == case.id,
                CaseTask.step.in_(("2", "3a.arahan")),
                CaseTask.current,
                CaseTask.status == "done",
            )
            .order_by(CaseTask.done_at, CaseTask.id)
        ).all()
        confirming = session.scalar(
            select(CaseTask.id).where(
                CaseTask.case_id == case.id,
                CaseTask.step.in_(("2.konfirmasi", "3a.arahan.konfirmasi")),
                CaseTask.status == "open",
            )
        )
        return render_template(
            f"{KEY}/sheet.html",
            case=case,
            line=line,
            given=given,
            confirming=confirming is not None,
            chosen=step_record(session, case.id, "3").get("jenis") or (),
            kinds=SORTED,
            levels=dict(LEVELS),
            speeds=dict(SPEEDS),
            zone=register.zones_of(session, [line.leader])[line.leader],
            title=register.TITLES.get(line.leader, ""),
        )
