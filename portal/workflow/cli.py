"""``portal workflow``: is every procedure sound and staffed, and how long does it take?"""

from __future__ import annotations

import json
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask_babel import gettext as _

from portal.db import db, reading
from portal.errors import Invalid, NotFound
from portal.formats import tanggal
from portal.org.service import today
from portal.workflow import soundness
from portal.workflow.actors_text import actor_title
from portal.workflow.bindings import role_rows
from portal.workflow.calendar import load_calendar
from portal.workflow.definition import Workflow
from portal.workflow.simulate import Row, answers_of, simulate
from portal.workflow.timing import deadline


@click.group()
def workflow() -> None:
    """Alur kerja: periksa dan simulasikan."""


def _workflows() -> dict[str, Workflow]:
    host = current_app.extensions["portal_host"]
    return {key: found for key, (_plugin, found) in host.workflows().items()}


def _one(key: str) -> Workflow:
    found = _workflows()
    if key not in found:
        known = ", ".join(sorted(found)) or "-"
        raise NotFound(
            _("Tidak ada alur kerja “%(key)s”; yang ada: %(known)s.", key=key, known=known)
        )
    return found[key]


@workflow.command("check", epilog="Contoh: portal workflow check pk")
@click.argument("key", required=False)
def check(key: str | None) -> None:
    """Periksa keutuhan alur kerja dan jabatan untuk setiap perannya.

    KEY: kunci alur kerja; tanpa KEY semuanya diperiksa. Kode keluar 1 bila ada yang salah.
    """
    problems = 0
    for name, found in ({key: _one(key)} if key else _workflows()).items():
        faults = soundness.check(found)
        with reading():
            rows = role_rows(db.session(), found)
            db.session.rollback()
        faults += [_("peran “%(role)s” tanpa jabatan", role=r.title) for r in rows if r.missing]
        problems += len(faults)
        for fault in faults:
            click.echo(f"{name}: {fault}")
        if not faults:
            click.echo(_("%(name)s: baik, %(roles)d peran.", name=name, roles=len(rows)))
    if problems:
        raise Invalid(_("%(count)d hal pada alur kerja perlu diperbaiki.", count=problems))


@workflow.command("simulate", epilog="Contoh: portal workflow simulate pk --from 2026-11-23")
@click.argument("key")
@click.option(
    "--from", "day", type=click.DateTime(["%Y-%m-%d"]), help="Hari mulai; bawaan: hari ini."
)
@click.option("--choose", multiple=True, help="LANGKAH=HASIL atau LANGKAH.ISIAN=NILAI.")
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
def simulate_(key: str, day: datetime | None, choose: tuple[str, ...], as_json: bool) -> None:
    """Tampilkan kapan setiap langkah dibuka dan batas akhirnya, tanpa membuat kasus.

    Setiap tahap dianggap memakai seluruh waktunya, dihitung dari jam buka kantor.
    """
    found = _one(key)
    zone = ZoneInfo(current_app.config["PORTAL"].timezone)
    morning = datetime.combine(day.date() if day else today(), time(0, 0), zone)
    with reading():
        calendar = load_calendar(db.session(), zone.key)
        db.session.rollback()
    rows, end = simulate(
        found,
        # The opening of the office: a minute before its first minute is over.
        calendar.add_office_minutes(morning, 1) - timedelta(minutes=1),
        lambda start, limit: deadline(calendar, start, limit),
        answers_of(found, choose),
    )
    if as_json:
        click.echo(json.dumps([_data(found, row) for row in rows], ensure_ascii=False))
        return
    for row in rows:
        due = _moment(row.due, zone) if row.due else _("tanpa batas waktu")
        where = _(" (tiap unit)") if row.unit_set else ""
        click.echo(
            f"{row.step.id:<12} {_moment(row.opens, zone)} – {due}\n"
            f"{'':<12} {actor_title(found, row.step.by)}: {row.step.title}{where}"
        )
    click.echo(_("Selesai paling lambat: %(end)s.", end=_moment(end, zone)))


def _moment(instant: datetime, zone: ZoneInfo) -> str:
    local = instant.astimezone(zone)
    return f"{tanggal(local.date())} {local:%H.%M}"


def _data(found: Workflow, row: Row) -> dict[str, str | None]:
    return {
        "step": row.step.id,
        "title": row.step.title,
        "official": actor_title(found, row.step.by),
        "stage": row.stage,
        "unit_set": row.unit_set,
        "opens": row.opens.isoformat(),
        "due": row.due.isoformat() if row.due else None,
    }
