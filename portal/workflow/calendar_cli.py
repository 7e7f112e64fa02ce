"""``portal calendar``: import, show and propose the office calendar on the command line."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _

from portal.db import db, reading, transaction
from portal.errors import Invalid
from portal.workflow import calendar_csv
from portal.workflow.calendar import (
    CalendarChange,
    Rows,
    apply_change,
    load_rows,
    plan_import,
    preview_change,
)
from portal.workflow.calendar_csv import FASTING
from portal.workflow.due_changes import DueChange

YEAR = click.IntRange(calendar_csv.FIRST_YEAR, calendar_csv.LAST_YEAR)


@click.group(help="Hari libur, cuti bersama, Ramadan, dan jam kerja.")
def calendar() -> None:
    """The group that ``portal.cli`` mounts."""


@calendar.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@click.option("--whole-years", is_flag=True, help="Hapus hari lain dalam tahun yang ada di berkas.")
@with_appcontext
def import_(file: Path, dry_run: bool, whole_years: bool) -> None:
    """Impor CSV satu tahun: tanggal, sampai, jenis (libur, cuti bersama, ramadan), nama.

    Contoh: portal calendar import kalender-2027.csv --dry-run
    """
    try:
        content = file.read_bytes()
    except FileNotFoundError as error:
        raise Invalid(_("Berkas %(path)s tidak ada.", path=file)) from error
    except OSError as error:
        raise Invalid(
            _("Berkas %(path)s tidak dapat dibaca: %(why)s.", path=file, why=error.strerror)
        ) from error
    read = calendar_csv.read_calendar(content)
    if read.problems:
        for problem in read.problems:
            click.echo(f"{file.name}: {problem}", err=True)
        raise SystemExit(1)
    if dry_run:
        with reading():
            reader = db.session()
            change = plan_import(reader, read, whole_years=whole_years)
            moved = preview_change(reader, change)
            reader.rollback()
    else:
        with transaction() as session:
            change = plan_import(session, read, whole_years=whole_years)
            moved = apply_change(session, change)
    _report(change, moved, dry_run)


@calendar.command("show")
@click.argument("year", type=YEAR)
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
@with_appcontext
def show(year: int, as_json: bool) -> None:
    """Tampilkan hari libur, cuti bersama, dan Ramadan satu tahun.

    Contoh: portal calendar show 2026
    """
    with reading():
        rows = load_rows(db.session())
        db.session.rollback()
    lines = _lines(rows, year)
    if as_json:
        keys = ("tanggal", "sampai", "jenis", "nama")
        click.echo(json.dumps([dict(zip(keys, line, strict=True)) for line in lines], indent=2))
        return
    for first, last, kind, name in lines:
        span = first if first == last else f"{first} – {last}"
        click.echo("  ".join(part for part in (span, kind, name) if part))
    days = _working_days(rows, year)
    click.echo(_("%(n)s hari kerja dalam tahun %(year)s.", n=days, year=year))
    if not any(day.year == year for day in rows.days):
        click.echo(_("Hari libur tahun ini belum dimuat; angka itu perkiraan."))


@calendar.command("propose")
@click.argument("year", type=YEAR)
@with_appcontext
def propose(year: int) -> None:
    """Cetak CSV berisi hari libur bertanggal tetap; lengkapi menurut keputusan bersama.

    Contoh: portal calendar propose 2027 > kalender-2027.csv
    """
    click.echo(calendar_csv.write_calendar(calendar_csv.propose(year)), nl=False)


def _lines(rows: Rows, year: int) -> list[tuple[str, str, str, str]]:
    days = [
        (row.day.isoformat(), row.day.isoformat(), row.kind, row.name)
        for row in rows.days.values()
        if row.day.year == year
    ]
    fasts = [
        (row.first.isoformat(), row.last.isoformat(), FASTING, "")
        for row in rows.fasts.values()
        if year in (row.first.year, row.last.year)
    ]
    return sorted([*days, *fasts])


def _working_days(rows: Rows, year: int) -> int:
    office = rows.zone(current_app.config["PORTAL"].timezone)
    first, last = date(year, 1, 1).toordinal(), date(year, 12, 31).toordinal()
    return sum(office.is_working_day(date.fromordinal(day)) for day in range(first, last + 1))


def _report(change: CalendarChange, moved: list[DueChange], dry_run: bool) -> None:
    added = len(change.added) + len(change.fasts_added)
    removed = len(change.removed) + len(change.fasts_removed)
    click.echo(
        _(
            "%(added)s ditambah atau diganti, %(removed)s dihapus; %(moved)s tenggat bergeser.",
            added=added,
            removed=removed,
            moved=len(moved),
        )
    )
    if dry_run:
        click.echo(_("Ini pemeriksaan saja; belum ada yang disimpan."))
