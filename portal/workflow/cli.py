"""``portal workflow``: are the procedures sound and their roles held, and how long do they take?"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import UTC, date, datetime, time
from zoneinfo import ZoneInfo

import click
from flask import current_app
from flask.cli import with_appcontext
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from portal.db import db, reading
from portal.errors import Invalid, NotFound
from portal.formats import tenggat
from portal.org import service as org
from portal.workflow import soundness
from portal.workflow.actors import Cast
from portal.workflow.behaviours import behaviours
from portal.workflow.calendar_csv import shipped_hours
from portal.workflow.clock import OfficeCalendar
from portal.workflow.definition import Fixed, Workflow
from portal.workflow.simulation import simulate
from portal.workflow.starting import NOWHERE

OPENING = time(9)
"""When a simulated day begins."""


@dataclass(frozen=True, slots=True)
class Finding:
    """What is wrong with a workflow; a vacant position is no fault of it."""

    workflow: str
    text: str
    fault: bool


@click.group("workflow")
def workflow() -> None:
    """Memeriksa dan menyimulasikan alur kerja."""


@workflow.command("check", epilog="Contoh: portal workflow check --json")
@click.option("--json", "as_json", is_flag=True, help="Tulis sebagai JSON.")
@with_appcontext
def check(as_json: bool) -> None:
    """Periksa semua alur kerja aktif: susunannya, jabatan setiap peran, dan pemegangnya.

    Kode keluar 1 bila ada alur kerja yang salah atau peran tanpa jabatan.
    """
    flows = [flow for _plugin, flow in behaviours().workflows().values()]
    findings: list[Finding] = []
    with reading():
        session = db.session()
        for flow in flows:
            findings += [Finding(flow.key, text, True) for text in soundness.check(flow)]
            findings += _roles(session, flow)
        session.rollback()
    if as_json:
        click.echo(json.dumps([asdict(each) for each in findings], ensure_ascii=False))
    else:
        for each in findings:
            click.echo(f"{'✗' if each.fault else '!'} {each.workflow}: {each.text}")
    faults = sum(each.fault for each in findings)
    if faults:
        raise Invalid(_("%(n)s hal pada alur kerja perlu diperbaiki.", n=faults))
    if not as_json:
        click.echo(_("%(n)s alur kerja diperiksa; susunannya benar.", n=len(flows)))


def _roles(session: Session, flow: Workflow) -> list[Finding]:
    """Roles without a position, and positions that nobody holds today."""
    cast = Cast(session, flow, org.today())
    codes = {code for _name, role in flow.roles for _unit, code in role.positions}
    known = org.positions_by_code(session, codes)
    held: dict[str, list[int]] = {}
    findings = []
    for name, role in flow.roles:
        if role.position:
            held[role.title] = cast.positions(Fixed(name), NOWHERE)
            if not held[role.title]:
                findings.append(
                    Finding(flow.key, _("peran tanpa jabatan: %(role)s", role=role.title), True)
                )
        for unit, code in role.positions:
            if code in known:
                held.setdefault(role.title, []).append(known[code].id)
            else:
                text = _("peran tanpa jabatan: %(role)s (%(unit)s)", role=role.title, unit=unit)
                findings.append(Finding(flow.key, text, True))
    people = org.holders_on(session, [key for ids in held.values() for key in ids], org.today())
    for title, ids in held.items():
        if ids and not any(people.get(key) for key in ids):
            text = _("jabatan kosong hari ini: %(role)s", role=title)
            findings.append(Finding(flow.key, text, False))
    return findings


@workflow.command("simulate", epilog="Contoh: portal workflow simulate pk --start 2027-01-04")
@click.argument("key")
@click.option("--start", type=click.DateTime(["%Y-%m-%d"]), help="Hari mulai; bawaan: hari ini.")
@click.option("--outcome", "chosen", multiple=True, metavar="LANGKAH=HASIL", help="Hasil langkah.")
@click.option("--json", "as_json", is_flag=True, help="Tulis sebagai JSON.")
@with_appcontext
def simulate_(key: str, start: datetime | None, chosen: tuple[str, ...], as_json: bool) -> None:
    """Mainkan alur kerja KEY dengan jam tiruan: langkah, pejabat, batas waktu, tenggat.

    Setiap langkah memakai seluruh batas waktunya; hari libur nasional belum diperhitungkan.
    """
    found = behaviours().workflows().get(key)
    if found is None:
        known = ", ".join(sorted(behaviours().workflows())) or _("belum ada")
        raise NotFound(
            _("Tidak ada alur kerja “%(key)s”. Yang ada: %(known)s.", key=key, known=known)
        )
    outcomes = dict(_pair(text) for text in chosen)
    zone: str = current_app.config["PORTAL"].timezone
    first: date = start.date() if start is not None else org.today()
    begin = datetime.combine(first, OPENING, ZoneInfo(zone)).astimezone(UTC)
    calendar = OfficeCalendar(tuple(shipped_hours()), {}, (), zone)
    moves = list(simulate(found[1], begin, calendar, outcomes))
    if as_json:
        click.echo(json.dumps([asdict(move) for move in moves], ensure_ascii=False, default=_iso))
        return
    for move in moves:
        click.echo(
            "\t".join(
                (
                    move.step,
                    move.title,
                    move.official + (_(" (setiap unit)") if move.per_unit else ""),
                    move.limit or _("tanpa batas waktu"),
                    tenggat(move.due, zone) if move.due else "–",
                )
            )
        )


def _iso(value: object) -> str:
    assert isinstance(value, datetime)
    return value.isoformat()


def _pair(text: str) -> tuple[str, str]:
    step, separator, outcome = text.partition("=")
    if not separator:
        raise Invalid(_("Tulis hasil langkah sebagai LANGKAH=HASIL, misalnya 3=setuju."))
    return step, outcome
