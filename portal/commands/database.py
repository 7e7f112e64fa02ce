"""``portal db``: upgrade the schema, show where it stands, write a revision."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from portal.config import load_settings
from portal.errors import NotFound


@click.group("db")
def database() -> None:
    """Skema basis data: inti dan setiap plugin punya migrasi sendiri."""


@database.command()
def upgrade() -> None:
    """Jalankan semua migrasi yang tertunda.

    Contoh: portal db upgrade
    """
    settings = load_settings()
    from portal.commands.setup import upgrade_all

    for owner, done in upgrade_all(settings).items():
        text = f"{len(done)} migrasi dijalankan." if done else "sudah mutakhir."
        click.echo(f"{owner}: {text}")


@database.command()
@click.option("--json", "as_json", is_flag=True, help="Keluaran JSON.")
def status(as_json: bool) -> None:
    """Tampilkan revisi dan migrasi yang tertunda.

    Contoh: portal db status --json
    """
    settings = load_settings()
    from portal import migrate
    from portal.serve import open_engine

    engine = open_engine(settings)
    try:
        rows = [
            {
                "owner": owner.key,
                "revision": migrate.current(engine, owner),
                "pending": migrate.pending(engine, owner),
            }
            for owner in migrate.owners(settings)
        ]
    finally:
        engine.dispose()
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False))
        return
    for row in rows:
        late = len(row["pending"] or [])
        state = f"{late} migrasi tertunda" if late else "mutakhir"
        click.echo(f"{row['owner']}: revisi {row['revision'] or '-'}, {state}")


@database.command()
@click.option("--plugin", "key", default="core", help="Kunci plugin; bawaan: inti.")
@click.option("-m", "--message", required=True, help="Apa yang berubah, dalam bahasa Inggris.")
def revision(key: str, message: str) -> None:
    """Tulis migrasi berikutnya dari perbedaan model dengan migrasi (untuk pengembang).

    Contoh: portal db revision -m "add the room of a meeting"
    """
    settings = load_settings()
    from sqlalchemy import create_engine

    from portal import migrate
    from portal.db import prepare_engine

    found = {owner.key: owner for owner in migrate.owners(settings)}
    if key not in found:
        raise NotFound(f"Plugin {key} tidak ada atau tidak punya tabel.")
    with tempfile.TemporaryDirectory() as folder:
        # Compared with a new database at the head: the instance may hold anything.
        engine = create_engine(f"sqlite:///{Path(folder) / 'head.db'}")
        prepare_engine(engine)
        migrate.upgrade(engine, found[key])
        path = migrate.write_revision(engine, found[key], message)
        engine.dispose()
    click.echo(f"Ditulis: {path}" if path else "Tidak ada perbedaan.")
