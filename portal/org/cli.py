"""``portal org``: import, export and check the organisation on the command line.

Errors are one Indonesian line each on standard error; exit code 1 for wrong data.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NoReturn

import click
from flask.cli import with_appcontext
from flask_babel import gettext as _

from portal.db import db, reading, transaction
from portal.org.check import check_organisation
from portal.org.csv_export import export_all, export_table
from portal.org.csv_format import COLUMNS
from portal.org.csv_import import Plan, import_files
from portal.org.dates import today

_ACTIONS = {"added": "baru", "changed": "berubah", "unchanged": "tetap"}


@click.group(help="Unit, jabatan, orang, dan pemegang jabatan sebagai CSV.")
def org() -> None:
    """The group that ``portal.cli`` mounts."""


@org.command("import")
@click.argument("files", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Periksa saja; tidak ada yang disimpan.")
@with_appcontext
def import_(files: tuple[Path, ...], dry_run: bool) -> None:
    """Impor CSV; jenis berkas dikenali dari nama kolomnya.

    Data ditambah dan diubah menurut kode, tidak ada yang dihapus.

    Contoh: portal org import units.csv positions.csv --dry-run
    """
    contents = [(path.name, _read(path)) for path in files]
    if dry_run:
        with reading():
            plan = import_files(db.session(), contents, dry_run=True)
            db.session.rollback()
    else:
        with transaction() as session:
            plan = import_files(session, contents)
    _report(plan, dry_run)


@org.command("export")
@click.option("--kind", type=click.Choice(list(COLUMNS)), help="Satu jenis, ke keluaran baku.")
@click.option("--output", type=click.Path(path_type=Path), help="Folder untuk keempat berkas.")
@with_appcontext
def export(kind: str | None, output: Path | None) -> None:
    """Ekspor CSV yang dapat diimpor kembali.

    Contoh: portal org export --output folder
    """
    if (kind is None) == (output is None):
        raise click.UsageError(_("Pilih salah satu: --kind JENIS atau --output FOLDER."))
    with reading():
        if kind is not None:
            click.echo(export_table(db.session(), kind).replace("\r\n", "\n"), nl=False)
        tables = export_all(db.session()) if output is not None else {}
        db.session.rollback()
    if output is None:
        return
    try:
        output.mkdir(parents=True, exist_ok=True)
        for name, text in tables.items():
            # A byte-order mark, so that spreadsheet programs read the letters as UTF-8.
            (output / name).write_text(text, encoding="utf-8-sig", newline="")
    except OSError as error:
        _fail(
            [_("Folder %(path)s tidak dapat ditulisi: %(why)s.", path=output, why=error.strerror)]
        )
    click.echo(_("%(n)s berkas ditulis ke %(path)s.", n=len(tables), path=output))


@org.command("check")
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
@with_appcontext
def check(as_json: bool) -> None:
    """Periksa susunan yang tersimpan; kode keluar 1 bila ada yang harus diperbaiki.

    Contoh: portal org check
    """
    with reading():
        found = check_organisation(db.session(), today())
        db.session.rollback()
    if as_json:
        rows = [
            {"serious": f.serious, "kind": f.kind, "key": f.key, "message": f.message}
            for f in found
        ]
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        for finding in found:
            mark = _("salah") if finding.serious else _("perhatian")
            line = f"{mark}: {finding.kind} {finding.key}: {finding.message}"
            click.echo(line, err=finding.serious)
        if not found:
            click.echo(_("Susunan organisasi tidak bermasalah."))
    if any(finding.serious for finding in found):
        raise SystemExit(1)


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError:
        _fail([_("Berkas %(path)s tidak ada.", path=path)])
    except OSError as error:
        _fail([_("Berkas %(path)s tidak dapat dibaca: %(why)s.", path=path, why=error.strerror)])


def _report(plan: Plan, dry_run: bool) -> None:
    for warning in plan.warnings:
        click.echo(_("Perhatian: %(text)s", text=str(warning)), err=True)
    if not plan.ok:
        _fail([str(problem) for problem in plan.problems])
    for change in plan.changes if dry_run else ():
        if change.action != "unchanged":
            place = _("%(file)s baris %(line)s", file=change.file, line=change.line)
            click.echo(f"{place}: {change.key} {_ACTIONS[change.action]}")
    counts = ", ".join(f"{plan.count(action)} {word}" for action, word in _ACTIONS.items())
    suffix = _("belum disimpan") if dry_run else _("disimpan")
    click.echo(f"{counts}; {suffix}.")


def _fail(lines: list[str]) -> NoReturn:
    for line in lines:
        click.echo(line, err=True)
    raise SystemExit(1)
