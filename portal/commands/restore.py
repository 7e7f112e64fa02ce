"""``portal restore``: put a backup into an empty instance, then check it.

Files come first and the database last, each of them whole or not at all: a restore that
was killed can be run again. What is in the instance and not in the backup is never touched.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from sqlalchemy import update

from portal import clock, migrate
from portal.commands import archive, dump
from portal.commands.archive import Manifest
from portal.commands.backup import bare_app, record
from portal.config import Settings, instance_path, load_settings, secret_files
from portal.errors import Conflict, Invalid

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@click.command()
@click.argument("folder", type=click.Path(path_type=Path))
@click.option(
    "--other-audit-key",
    is_flag=True,
    help="Pulihkan walau kunci catatan hilang; catatan lama tidak dapat diperiksa lagi.",
)
def restore(folder: Path, other_audit_key: bool) -> None:
    """Pulihkan cadangan dari FOLDER ke instans yang kosong, lalu periksa.

    Basis data tujuan (PORTAL_DATABASE_URL) harus kosong. Semua orang harus masuk lagi.

    Contoh: PORTAL_INSTANCE=/srv/portal-baru portal restore /srv/cadangan/portal-20270104
    """
    from portal.commands.check import report, show

    folder = folder.expanduser().absolute()
    manifest = archive.read_manifest(folder)
    wrong = list(archive.problems(folder, manifest))
    if wrong:
        raise Invalid(f"Cadangan rusak: {'; '.join(wrong[:5])}. Tidak ada yang dipulihkan.")
    settings = _prepare(folder, manifest, other_audit_key=other_audit_key)
    _require_empty(settings, manifest)
    _require_known(settings, manifest)
    put_back(settings, folder, manifest)
    click.echo(f"Cadangan {manifest.made_at} dipulihkan ke {settings.instance}.")
    for name, (there, here) in archive.changed_settings(manifest, settings).items():
        click.echo(f"Perhatian: {name} semula '{there}', di sini '{here}'; sesuaikan .env.")
    if f"{archive.SECRETS}/env" in manifest.files and not (settings.instance / ".env").exists():
        kept = folder / archive.SECRETS / "env"
        click.echo(
            f"Setelan asal ada di {kept}; salin ke {settings.instance / '.env'} bila sesuai."
        )
    for key in sorted(set(manifest.revisions) - {owner.key for owner in migrate.owners(settings)}):
        click.echo(f"Perhatian: plugin {key} tidak terpasang di sini; tabelnya ikut dipulihkan.")
    if manifest.missing:
        click.echo(f"{len(manifest.missing)} berkas memang tidak ada dalam cadangan ini.")
    click.echo("Situs publik dibangun lagi dengan `portal export`.")
    lines = report(load_settings(), deep=True)  # as they are from now on: it may be a sample
    show(lines)
    bad = sum(line.good is False for line in lines)
    if bad:
        raise Conflict(f"Data sudah dipulihkan, tetapi {bad} hal perlu diperbaiki.")


def put_back(settings: Settings, folder: Path, manifest: Manifest) -> None:
    """Files, store, database, migrations; then what time has overtaken is put right."""
    from portal.commands.setup import upgrade_all

    homes = {archive.FILES: settings.files, archive.STORE: settings.publications}
    for name in manifest.files:
        top, _, rest = name.partition("/")
        if top in homes:
            target = homes[top] / rest
            part = target.with_name(f".{target.name}.tmp")
            archive.copy_file(folder / name, part)
            part.replace(target)
    os.sync()
    if manifest.demo:
        mark = settings.instance / "demo"  # a sample stays one: its passwords are known
        mark.touch(mode=0o600)
        (settings.instance / ".demo-selesai").touch()
    dump.load(settings, folder / archive.DATABASES[manifest.database])
    upgrade_all(settings)
    _put_right(settings)
    record(settings, "backup.restored", {"made_at": manifest.made_at})


def _put_right(settings: Settings) -> None:
    """End all log-ins, since one revoked later would live again; let jobs wait anew."""
    from portal.db import db, transaction

    with bare_app(settings).app_context():
        try:
            with transaction() as session:
                _end_sessions(session)
                _wait_anew(session)
        finally:
            db.session.remove()
            db.engine.dispose()


def _end_sessions(session: Session) -> None:
    from portal.auth.models import LoginSession

    session.execute(
        update(LoginSession).where(LoginSession.revoked_at.is_(None)).values(revoked_at=clock.now())
    )


def _wait_anew(session: Session) -> None:
    from portal.jobs.models import Job, JobState

    now = clock.now()
    session.execute(
        update(Job).where(Job.state == JobState.QUEUED, Job.run_after < now).values(run_after=now)
    )
    # Whoever had it runs elsewhere, if at all: take it again at once.
    session.execute(update(Job).where(Job.state == JobState.RUNNING).values(lease_until=now))


def _prepare(folder: Path, manifest: Manifest, *, other_audit_key: bool) -> Settings:
    """Make the instance folder with its keys, from the backup where it has them.

    Raises:
        Conflict: the key of the log is missing or another.
    """
    instance = instance_path()
    places = secret_files(instance)
    inside = {name: folder / archive.SECRETS / name for name in ("audit_key", "secret_key")}
    keyless = not places["audit_key"].exists() and not inside["audit_key"].exists()
    if keyless and not other_audit_key:
        raise Conflict(
            f"Cadangan ini tidak memuat audit_key. Taruh kunci instans asal di"
            f" {places['audit_key']}, lalu ulangi."
        )
    instance.mkdir(mode=0o700, parents=True, exist_ok=True)
    for name, source in inside.items():
        if source.exists() and not places[name].exists():
            archive.copy_file(source, places[name])
    settings = load_settings(create=True)
    same = archive.fingerprint(settings.audit_key) == manifest.audit_key
    if not same and not other_audit_key:
        raise Conflict(
            f"Kunci {places['audit_key']} bukan kunci instans asal; catatan tidak akan dapat"
            " diperiksa. Ganti dengan kunci asal, lalu ulangi."
        )
    return settings


def _require_empty(settings: Settings, manifest: Manifest) -> None:
    """Refuse an instance that holds anything that is not of this backup."""
    kind = "sqlite" if settings.sqlite else "postgresql"
    if kind != manifest.database:
        raise Conflict(
            f"Cadangan ini dari {manifest.database}, sedangkan PORTAL_DATABASE_URL menunjuk ke"
            f" {kind}; pakai basis data sejenis."
        )
    if not dump.is_empty(settings):
        raise Conflict(
            "Basis data tujuan tidak kosong; tidak ada yang dipulihkan. Pakai instans baru atau"
            " basis data baru."
        )
    for top, home in ((archive.FILES, settings.files), (archive.STORE, settings.publications)):
        for path in sorted(home.rglob("*")):
            name = f"{top}/{path.relative_to(home).as_posix()}"
            passing = path.name == ".lock" or path.name.endswith(".tmp")
            if path.is_file() and not passing and name not in manifest.files:
                raise Conflict(
                    f"Folder {home} tidak kosong ({path.name}); tidak ada yang dipulihkan."
                )


def _require_known(settings: Settings, manifest: Manifest) -> None:
    """Refuse a schema that this release does not know; an older one is migrated."""
    for owner in migrate.owners(settings):
        revision = manifest.revisions.get(owner.key)
        if revision is not None and revision not in migrate.known(owner):
            raise Conflict(
                f"Cadangan berasal dari rilis yang lebih baru ({owner.key} {revision});"
                " pasang rilis itu dahulu."
            )
