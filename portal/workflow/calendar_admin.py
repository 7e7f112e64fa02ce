"""Administration of the office calendar below ``/sistem/kalender``.

Every change is shown with its effect on open deadlines before it is saved. What a
change does is decided in ``portal.workflow.calendar``.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    redirect,
    render_template,
    request,
    url_for,
)
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext
from flask_wtf.file import FileField
from itsdangerous import BadSignature, URLSafeSerializer
from wtforms import BooleanField, DateField, SelectField, StringField
from wtforms.fields.choices import SelectChoice  # type: ignore[attr-defined]  # stubs lag
from wtforms.validators import InputRequired, Length, Optional

from portal.auth.kept import kept_fields
from portal.auth.rights import administrators, current_actor, policy, require
from portal.db import db, transaction
from portal.errors import Invalid
from portal.forms import BaseForm
from portal.org.service import today
from portal.workflow import calendar_csv
from portal.workflow.barring import barred_cases
from portal.workflow.calendar import (
    CalendarChange,
    Rows,
    apply_change,
    known_years,
    load_rows,
    plan_import,
    preview_change,
)
from portal.workflow.calendar_csv import FASTING, NATIONAL, SHARED, CalendarFile, Fast, FreeDay
from portal.workflow.clock import NORMAL, RAMADAN, DayHours

bp = Blueprint("calendar", __name__, url_prefix="/sistem/kalender")

RIGHT = "system.calendar"
EXAMPLES = 20

policy(RIGHT)(administrators)


class DayForm(BaseForm):
    """One holiday, day of cuti bersama, or Ramadan."""

    kind = SelectField(
        lazy_gettext("Jenis"),
        choices=[
            SelectChoice(NATIONAL, lazy_gettext("Libur nasional")),
            SelectChoice(SHARED, lazy_gettext("Cuti bersama")),
            SelectChoice(FASTING, lazy_gettext("Ramadan")),
        ],
    )
    day = DateField(lazy_gettext("Tanggal"), [InputRequired(lazy_gettext("Pilih tanggalnya."))])
    last = DateField(
        lazy_gettext("Sampai dengan"),
        [Optional()],
        description=lazy_gettext("Hanya untuk Ramadan: hari terakhirnya."),
    )
    name = StringField(
        lazy_gettext("Nama hari"),
        [Length(max=200)],
        description=lazy_gettext("Untuk libur nasional dan cuti bersama."),
    )


class ImportForm(BaseForm):
    """The CSV of a year."""

    file = FileField(
        lazy_gettext("Berkas CSV"),
        [InputRequired(lazy_gettext("Pilih berkas CSV."))],
        description=lazy_gettext("Kolom: tanggal, sampai, jenis, nama. Paling besar 1 MiB."),
    )
    whole_years = BooleanField(
        lazy_gettext("Ganti seluruh isi tahun"),
        description=lazy_gettext("Hari lain dalam tahun yang ada di berkas ikut dihapus."),
    )


@dataclass(frozen=True, slots=True)
class Line:
    """A row of the year's list; ``key`` removes it."""

    first: date
    last: date
    kind: str
    name: str
    key: str


@bp.before_request
def guard() -> None:
    """Every page of the calendar is for administrators."""
    require(current_actor(), RIGHT)


@bp.get("")
def index() -> ResponseReturnValue:
    """One year: its days, the fasts, and the office hours in force."""
    session = db.session()
    this_year = today().year
    year = request.args.get("tahun", this_year, type=int)
    if not calendar_csv.FIRST_YEAR <= year <= calendar_csv.LAST_YEAR:
        year = this_year
    rows = load_rows(session)
    lines = _lines(rows, year)
    return render_template(
        "calendar/index.html",
        year=year,
        years=sorted({*known_years(session), this_year, this_year + 1, year}),
        lines=lines,
        estimated=not any(day.year == year for day in rows.days),
        hours=_hours(rows, year),
    )


@bp.route("/tambah", methods=["GET", "POST"])
def add() -> ResponseReturnValue:
    """One more day (or fast); a valid form leads to the preview."""
    if request.method == "GET":
        form = DayForm(formdata=kept_fields(current_actor(), request.path))
        return render_template("calendar/add.html", form=form)
    form = DayForm()
    if form.validate():
        file = _one_line(form)
        if not file.problems:
            return _preview(plan_import(db.session(), file))
        form.form_errors.extend(problem.message for problem in file.problems)
    return render_template("calendar/add.html", form=form), 400


@bp.get("/hapus")
def remove() -> ResponseReturnValue:
    """The effect of taking a day (or a fast) out; saving is the preview's button."""
    day = calendar_csv.parse_day(request.args.get("tanggal", ""))
    rows = load_rows(db.session())
    fast = request.args.get("jenis") == FASTING
    if day is None or day not in (rows.fasts if fast else rows.days):
        flash(_("Hari itu sudah tidak ada di kalender."), "info")
        return redirect(url_for("calendar.index"), 303)
    if fast:
        return _preview(CalendarChange(fasts_removed=(day,)))
    return _preview(CalendarChange(removed=(day,)))


@bp.route("/impor", methods=["GET", "POST"])
def import_() -> ResponseReturnValue:
    """The CSV of a year; a file without errors leads to the preview."""
    form = ImportForm()
    problems: list[Any] = []
    if request.method == "POST" and form.validate():
        file = calendar_csv.read_calendar(form.file.data.read(calendar_csv.MAX_BYTES + 1))
        if not file.problems:
            whole = bool(form.whole_years.data)
            return _preview(plan_import(db.session(), file, whole_years=whole))
        problems = [(str(problem), "#file") for problem in file.problems[:EXAMPLES]]
    page = render_template("calendar/import.html", form=form, problems=problems)
    return page, 200 if request.method == "GET" else 400


@bp.get("/templat.csv")
def template() -> ResponseReturnValue:
    """An empty file with the header line."""
    return Response(
        calendar_csv.template(),
        content_type="text/csv; charset=utf-8",
        headers={"Content-Disposition": "attachment; filename=kalender.csv"},
    )


@bp.post("/simpan")
def save() -> ResponseReturnValue:
    """Save what the preview showed."""
    actor = current_actor()
    change, seen = _unpack(request.form.get("change", ""))
    with transaction() as session:
        moved = apply_change(
            session, change, actor=actor.name, person_id=actor.person_id, seen=seen
        )
    flash(_("Kalender disimpan. %(n)s tenggat digeser.", n=len(moved)), "success")
    return redirect(url_for("calendar.index", tahun=_year_of(change)), 303)


def _preview(change: CalendarChange) -> ResponseReturnValue:
    session = db.session()
    if not change:
        flash(_("Tidak ada yang berubah: semua hari itu sudah ada di kalender."), "info")
        return redirect(url_for("calendar.index"), 303)
    rows = load_rows(session)
    kept = set(session.scalars(barred_cases(current_actor())))
    moved = [item for item in preview_change(session, change) if item.root_id not in kept]
    return render_template(
        "calendar/preview.html",
        change=change,
        gone=[rows.days[day] for day in change.removed],
        replaced={row.day: rows.days[row.day] for row in change.added if row.day in rows.days},
        fasts_gone=[rows.fasts[day] for day in change.fasts_removed],
        count=len(moved),
        cases=len({item.root_id for item in moved}),
        examples=moved[:EXAMPLES],
        year=_year_of(change),
        packed=_pack(change, rows.token),
    )


def _lines(rows: Rows, year: int) -> list[Line]:
    free = [
        Line(row.day, row.day, row.kind, row.name, row.day.isoformat())
        for row in rows.days.values()
        if row.day.year == year
    ]
    fasts = [
        Line(row.first, row.last, FASTING, _("Bulan Ramadan"), row.first.isoformat())
        for row in rows.fasts.values()
        if year in (row.first.year, row.last.year)
    ]
    return sorted([*free, *fasts], key=lambda line: (line.first, line.kind))


def _hours(rows: Rows, year: int) -> list[tuple[str, date, list[tuple[int, DayHours]]]]:
    """Per season: since when, and the hours by weekday, as in force at the end of the year."""
    calendar = rows.zone(current_app.config["PORTAL"].timezone)
    last = date(year, 12, 31)
    week = sorted((last - timedelta(days=n) for n in range(7)), key=date.weekday)
    seasons = []
    for season in (NORMAL, RAMADAN):
        rules = [rule for day in week if (rule := calendar.rule_on(day, season))]
        since = max((rule.valid_from for rule in rules), default=last)
        seasons.append((season, since, [(rule.weekday, rule.hours) for rule in rules]))
    return seasons


def _one_line(form: DayForm) -> CalendarFile:
    """The form's day, through the rules of the CSV."""
    first = form.day.data or date.min
    if form.kind.data == FASTING:
        text = calendar_csv.write_calendar([], [Fast(first, form.last.data or date.min)])
    else:
        name = " ".join((form.name.data or "").split())
        text = calendar_csv.write_calendar([FreeDay(first, name, form.kind.data)])
    return calendar_csv.read_calendar(text.encode())


def _year_of(change: CalendarChange) -> int:
    days = [
        *(row.day for row in change.added),
        *change.removed,
        *(row.first for row in change.fasts_added),
        *change.fasts_removed,
    ]
    return min(days).year


def _signer() -> URLSafeSerializer:
    return URLSafeSerializer(current_app.secret_key or "", salt="calendar-change")


def _pack(change: CalendarChange, token: str) -> str:
    return str(
        _signer().dumps(
            [
                token,
                [[row.day.isoformat(), row.name, row.kind] for row in change.added],
                [day.isoformat() for day in change.removed],
                [[row.first.isoformat(), row.last.isoformat()] for row in change.fasts_added],
                [day.isoformat() for day in change.fasts_removed],
            ]
        )
    )


def _unpack(packed: str) -> tuple[CalendarChange, str]:
    try:
        token, added, removed, fasts, fasts_removed = _signer().loads(packed)
    except (BadSignature, ValueError) as error:
        raise Invalid(
            _("Perubahan kalender tidak lengkap. Ulangi dari halaman kalender.")
        ) from error
    day = date.fromisoformat
    change = CalendarChange(
        added=tuple(FreeDay(day(first), name, kind) for first, name, kind in added),
        removed=tuple(day(first) for first in removed),
        fasts_added=tuple(Fast(day(first), day(last)) for first, last in fasts),
        fasts_removed=tuple(day(first) for first in fasts_removed),
    )
    return change, token
