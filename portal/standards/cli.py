"""``portal standard``: read a standard, check it, draw its procedure."""

from __future__ import annotations

import json
from importlib import import_module
from pathlib import Path
from typing import Any

import click
from flask import current_app
from flask_babel import gettext as _

from portal.errors import Invalid, NotFound
from portal.standards.completeness import check as completeness_of
from portal.standards.document import Standard, StandardInvalid, load_standard
from portal.standards.procedures import swimlane


@click.group("standard")
def standard() -> None:
    """Standar pelayanan: lihat, periksa, diagram."""


@standard.command("show", epilog="Contoh: portal standard show performance_agreement")
@click.argument("source")
@click.option("--json", "as_json", is_flag=True, help="Tulis sebagai JSON.")
def show(source: str, as_json: bool) -> None:
    """Tampilkan langkah, pelaksana, dan batas waktu. SOURCE: kunci plugin atau berkas .md."""
    text, _workflows = _read(source)
    if as_json:
        click.echo(json.dumps(_as_data(text), ensure_ascii=False, indent=2))
        return
    click.echo(f"{text.number}. {text.title}")
    click.echo(_("Naskah resmi: %(decree)s", decree=text.decree))
    for stage in text.stages:
        click.echo(f"{stage.number}. {stage.title} ({stage.limit or _('tanpa batas waktu')})")
        for step in stage.steps:
            click.echo(f"   {step.number}  {'; '.join(step.officials)}: {step.text}")
    click.echo(_("Jumlah waktu: %(total)s", total=text.total.text()))


@standard.command("check", epilog="Contoh: portal standard check plugins/x/standard.md")
@click.argument("source")
def check(source: str) -> None:
    """Periksa kelengkapan dan kesesuaiannya dengan alur kerja."""
    text, workflows = _read(source)
    for component in completeness_of(text).components:
        mark = "✓" if component.present else "!"
        note = component.ref if component.present else component.advice
        click.echo(f"{mark} {component.title}: {note}")
    if not workflows:
        return
    problems = import_module("portal.workflow.printed").disagreements(text, workflows)
    for problem in problems:
        click.echo(f"✗ {problem}")
    if problems:
        message = _("%(count)d ketidaksesuaian antara naskah dan alur kerja.", count=len(problems))
        raise Invalid(message)
    click.echo(_("Alur kerja sesuai dengan naskah."))


@standard.command("diagram", epilog="Contoh: portal standard diagram performance_agreement > a.svg")
@click.argument("key")
@click.option("--output", type=click.Path(path_type=Path), help="Berkas tujuan.")
def diagram(key: str, output: Path | None) -> None:
    """Gambar alur kerja standar sebagai SVG. KEY: kunci plugin."""
    _text, workflows = _read(key)
    if not workflows:
        raise NotFound(_("Standar ini belum memiliki alur kerja yang dapat digambar."))
    views = import_module("portal.standards.views")
    style = (Path(current_app.root_path) / views.STYLE).read_text(encoding="utf-8")
    drawn = views.standalone(swimlane(workflows[0], "alur"), style)
    if output is None:
        click.echo(drawn, nl=False)
        return
    try:
        output.write_text(drawn, encoding="utf-8")
    except OSError as error:
        raise Invalid(_("Berkas %(path)s tidak dapat ditulis.", path=output)) from error


def _read(source: str) -> tuple[Standard, tuple[Any, ...]]:
    """A file, or the standard of an active plugin with its workflows."""
    if source.endswith(".md"):
        return _load(Path(source)), ()
    for each in current_app.extensions["portal_host"].standards():
        if source in (each.plugin, each.slug):
            return each.standard, tuple(each.workflows)
    raise NotFound(_("Tidak ada standar aktif dengan kunci “%(key)s”.", key=source))


def _load(path: Path) -> Standard:
    try:
        return load_standard(path)
    except StandardInvalid as error:
        for problem in error.problems:
            click.echo(f"{path.name}, {problem}")
        raise


def _as_data(text: Standard) -> dict[str, Any]:
    """The facts of a standard as JSON values."""
    return {
        "key": text.key,
        "number": text.number,
        "version": text.version,
        "title": text.title,
        "decree": text.decree,
        "total": text.total.text(),
        "stages": [
            {
                "number": stage.number,
                "title": stage.title,
                "limit": stage.limit,
                "steps": [
                    {"number": s.number, "officials": s.officials, "text": s.text}
                    for s in stage.steps
                ],
            }
            for stage in text.stages
        ],
        "missing": [each.title for each in completeness_of(text).missing],
    }
