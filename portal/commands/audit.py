"""``portal audit verify``: does every chain of the log hold?"""

from __future__ import annotations

import click

from portal.errors import Conflict


@click.group()
def audit() -> None:
    """Rantai catatan (log) yang tidak dapat diubah diam-diam."""


@audit.command()
@click.option("--chain", "chains", multiple=True, help="Hanya rantai ini (boleh diulang).")
def verify(chains: tuple[str, ...]) -> None:
    """Periksa semua rantai; kode keluar 1 bila ada yang putus.

    Contoh: portal audit verify --chain accounts
    """
    from portal import audit as log
    from portal.db import db, reading

    with reading():
        breaks = list(log.verify(db.session(), chains or None))
    for found in breaks:
        click.echo(f"{found.chain} entri {found.seq}: {found.problem}")
    if breaks:
        raise Conflict(f"{len(breaks)} kerusakan ditemukan pada rantai catatan.")
    click.echo("Semua rantai catatan utuh.")
