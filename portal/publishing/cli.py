"""``portal export``: build the public site, show the plan, go back, verify a file.

It needs the publication store only; with ``--store`` not even the instance's settings.
"""

from __future__ import annotations

import sys
from pathlib import Path

import click

from portal.config import instance_path, load_settings
from portal.publishing.export import ExportResult, Progress
from portal.publishing.export import export as export_site
from portal.publishing.releases import Releases
from portal.publishing.verify import verify as verify_file
from site_static.ledger import Status

STATES = {
    Status.CURRENT: "berlaku",
    Status.SUPERSEDED: "sudah diganti",
    Status.WITHDRAWN: "sudah ditarik",
}
STEP = 100
"""Pages between two plain lines when the output is no terminal."""


@click.command(
    epilog="Contoh: portal export --output /srv/publik; portal export --verify dokumen.pdf"
)
@click.option("--full", is_flag=True, help="Buat ulang semua halaman.")
@click.option("--plan", is_flag=True, help="Tampilkan yang akan berubah, tanpa menulis.")
@click.option("--rollback", is_flag=True, help="Kembali ke rilis sebelumnya.")
@click.option("--verify", type=click.Path(path_type=Path), help="Periksa keaslian satu berkas.")
@click.option("--store", type=click.Path(path_type=Path), help="Folder tempat terbitan.")
@click.option("--output", type=click.Path(path_type=Path), help="Tautan ke situs yang hidup.")
def export(
    full: bool,
    plan: bool,
    rollback: bool,
    verify: Path | None,
    store: Path | None,
    output: Path | None,
) -> None:
    """Membangun situs publik dari tempat terbitan."""
    if sum((plan, rollback, verify is not None)) > 1:
        raise click.UsageError("Pilih salah satu: --plan, --rollback, atau --verify.")
    store, output = _places(store, output)
    if verify is not None:
        _verify(store, verify)
    elif rollback:
        releases = Releases(output)
        with releases.writing():
            number = releases.rollback()
        click.echo(f"Situs publik kembali ke rilis {number}.")
    elif plan:
        _show(export_site(store, output, full=full, plan=True))
    else:
        _run(store, output, full)


def _places(store: Path | None, output: Path | None) -> tuple[Path, Path]:
    if store is not None:
        return store, output or instance_path() / "public"
    settings = load_settings()
    return settings.publications, output or settings.public_output


def _verify(store: Path, path: Path) -> None:
    match = verify_file(store, path)
    entry = match.entry
    same = f"berkas {match.name}" if match.name else "isi data.json (berkasnya disusun ulang)"
    click.echo(
        f"Asli: {entry.title}, versi {entry.version} ({STATES[entry.status]}); {same} sama."
        f" Sidik jari isi {entry.digest}."
    )


def _show(result: ExportResult) -> None:
    for url in result.written:
        click.echo(f"tulis {url}")
    for url in result.removed:
        click.echo(f"hapus {url}")
    click.echo(
        f"{len(result.written)} alamat ditulis, {result.kept} tetap, {len(result.removed)} dihapus."
    )


def _run(store: Path, output: Path, full: bool) -> None:
    if sys.stdout.isatty():
        with click.progressbar(length=1, label="Membangun situs publik") as bar:

            def show(done: int, total: int, url: str) -> None:
                bar.length = total
                bar.update(1)

            result = export_site(store, output, full=full, progress=show)
    else:
        result = export_site(store, output, full=full, progress=_plain())
    if result.release is None:
        click.echo(f"Tidak ada perubahan; {result.kept} alamat tetap.")
        return
    click.echo(
        f"Rilis {result.release} di {output}: {len(result.written)} alamat ditulis,"
        f" {result.kept} tetap, {len(result.removed)} dihapus."
    )


def _plain() -> Progress:
    def show(done: int, total: int, url: str) -> None:
        if done % STEP == 0 and done < total:
            click.echo(f"{done} dari {total} alamat")

    return show
