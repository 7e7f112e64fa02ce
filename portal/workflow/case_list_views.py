"""The list of cases and that of one's own requests; these and the inbox as CSV."""

from __future__ import annotations

from urllib.parse import urlencode

from flask import Response, render_template, request, url_for
from flask_babel import gettext as _

from portal.auth.rights import current_actor
from portal.db import db
from portal.formats import tanggal, tenggat, waktu
from portal.org.csv_stream import MOST_ROWS, csv_download
from portal.workflow.blueprint import bp
from portal.workflow.case_filters import (
    CaseFilter,
    due_words,
    read_filter,
    standard_choices,
    state_words,
)
from portal.workflow.case_lists import all_cases, case_page
from portal.workflow.case_rows import CaseRow
from portal.workflow.inbox import every_row
from portal.workflow.requests import all_requests, requests_of


@bp.get("/kasus")
def cases() -> str:
    """The cases that the person may see, filtered."""
    actor, session = current_actor(), db.session()
    wanted = read_filter(session, request.args)
    page = case_page(session, actor, wanted, cursor=request.args.get("setelah", ""))
    return render_template(
        "workflow/cases.html",
        page=page,
        wanted=wanted,
        chips=chips("workflow.cases", wanted),
        choices={"standar": standard_choices(), "keadaan": state_words(), "tenggat": due_words()},
        most=MOST_ROWS,
    )


@bp.get("/kasus.csv")
def cases_csv() -> Response:
    """The same list as a file."""
    actor, session = current_actor(), db.session()
    wanted = read_filter(session, request.args)
    rows = (case_cells(row) for row in all_cases(session, actor, wanted))
    return csv_download("kasus", case_head(), rows)


def chips(endpoint: str, wanted: CaseFilter) -> list[tuple[str, str]]:
    """The filters in use: what each says, and the address without it."""
    here = url_for(endpoint)
    found = []
    for name, text in wanted.chips:
        rest = urlencode(wanted.without(name))
        found.append((text, f"{here}?{rest}" if rest else here))
    return found


def case_head() -> list[str]:
    """The columns of a file of cases."""
    return [
        _("nomor"), _("judul"), _("satuan organisasi"), _("standar"), _("langkah"), _("pada"),
        _("keterangan"), _("tenggat"), _("keadaan tenggat"), _("status"), _("mulai"), _("selesai"),
    ]  # fmt: skip


def case_cells(row: CaseRow) -> list[str]:
    """One case as a line of a file."""
    return [
        row.number,
        row.title,
        row.unit,
        row.standard,
        row.step,
        row.who,
        row.more,
        tenggat(row.due, row.zone) if row.due is not None else "",
        row.due_text,
        row.status_text,
        waktu(row.started_at, row.zone),
        tanggal(row.ended_at) if row.ended_at is not None else "",
    ]


@bp.get("/permohonan")
def mine() -> str:
    """What the person has started, filtered."""
    actor, session = current_actor(), db.session()
    wanted = read_filter(session, request.args, places=False)
    page = requests_of(session, actor, cursor=request.args.get("setelah", ""), wanted=wanted)
    return render_template(
        "workflow/requests.html",
        page=page,
        wanted=wanted,
        chips=chips("workflow.mine", wanted),
        choices={"standar": standard_choices(), "keadaan": state_words()},
        most=MOST_ROWS,
    )


@bp.get("/permohonan.csv")
def requests_csv() -> Response:
    """What the person has started, as a file."""
    actor, session = current_actor(), db.session()
    wanted = read_filter(session, request.args, places=False)
    head = [_("nomor"), _("judul"), _("langkah"), _("pada"), _("keadaan tenggat"), _("status"),
            _("diajukan")]  # fmt: skip
    rows = (
        (row.number, row.title, row.stage_text, row.who or row.units, row.due_text,
         row.status_text, waktu(row.started_at))
        for row in all_requests(session, actor, wanted)
    )  # fmt: skip
    return csv_download("permohonan", head, rows)


@bp.get("/tugas.csv")
def tasks_csv() -> Response:
    """What waits for the person, as a file."""
    actor, session = current_actor(), db.session()
    only = request.args.get("saring", "")
    head = [_("nomor"), _("judul"), _("satuan organisasi"), _("langkah"), _("tugas"), _("dari"),
            _("tenggat"), _("keadaan tenggat"), _("diambil")]  # fmt: skip
    rows = (
        (row.case_number, row.case_title, row.unit_name, row.step, row.title, row.came_from,
         tenggat(row.due, row.zone) if row.due is not None else "", row.due_text, row.claimed_by)
        for row in every_row(session, actor, only=only, limit=MOST_ROWS + 1)
    )  # fmt: skip
    return csv_download("tugas", head, rows)
