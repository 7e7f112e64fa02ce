"""``portal backup``: database, files and publications in one folder, while people work.

The order is the point: the store rests while the state of the database is fixed, so that
the store's ledger and the database agree; uploaded files are copied afterwards, since a
row is written after its content and removed before it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import click
from flask import Flask
from sqlalchemy.exc import IntegrityError, SQLAlchemyError

from portal import __version__, clock
from portal.commands import archive
from portal.commands.archive import Manifest
from portal.commands.dump import Snapshot, snapshot
from portal.config import Settings, load_settings, secret_files
from portal.documents.storage import Storage
from portal.errors import Conflict, Invalid

PREFIX = "portal-"


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path))
@click.option("--output", type=click.Path(path_type=Path), help="Sama dengan FOLDER.")
@click.option(
    "--keep",
    type=click.IntRange(1, 10_000),
    help="FOLDER menjadi induk: tiap cadangan diberi nama menurut waktu, N terbaru disimpan.",
)
@click.option(
    "--with-secrets", is_flag=True, help="Sertakan audit_key, secret_key, dan .env (rahasia)."
)
def backup(folder: Path | None, output: Path | None, keep: int | None, with_secrets: bool) -> None:
    """Salin basis data, berkas, dan terbitan ke FOLDER; portal boleh tetap dipakai.

    Tanpa --with-secrets kunci tidak ikut: simpan audit_key di tempat lain, sebab tanpa
    kunci itu catatan tidak dapat diperiksa setelah pemulihan.

    Contoh: portal backup /srv/cadangan --keep 14
    """
    settings = load_settings()
    place = folder or output
    if place is None or (folder and output):
        raise click.UsageError("Folder tujuan belum disebut.")
    place = place.expanduser().absolute()
    _outside(settings, place)
    target = place / f"{PREFIX}{clock.now():%Y%m%dT%H%M%SZ}" if keep else place
    manifest, damaged = make(settings, target, secrets=with_secrets)
    click.echo(
        f"Cadangan: {target} ({len(manifest.files)} berkas, {_megabytes(manifest.size)} MB)."
    )
    if not with_secrets:
        click.echo(
            "Kunci dan .env tidak ikut. Simpan audit_key terpisah: tanpa kunci itu catatan"
            " tidak dapat diperiksa setelah pemulihan (--with-secrets menyertakannya)."
        )
    gone = len(manifest.missing) - len(damaged)
    if gone:
        click.echo(f"{gone} unggahan yang sudah lewat waktunya dihapus selagi disalin.")
    if not record(settings, "backup.made", _facts(manifest)):
        click.echo("Pencatatan cadangan ke catatan sistem tidak berhasil.", err=True)
    if keep:
        for old in _dated(place)[:-keep]:
            archive.remove(old)
            click.echo(f"Dihapus: {old}")
    if damaged:
        raise Invalid(
            f"Cadangan selesai, tetapi {len(damaged)} berkas tidak ada atau rusak di portal"
            f" ini: {', '.join(damaged[:5])}. Periksa dengan `portal check --deep`."
        )


def make(settings: Settings, target: Path, *, secrets: bool = False) -> tuple[Manifest, list[str]]:
    """Make a backup at ``target``; gives its manifest and the damaged files.

    Raises:
        Conflict: there is something at that place.
        ConfigurationError: the database cannot be dumped.
    """
    # Imported here: it brings the models of the publications.
    from portal.publishing import upkeep

    with archive.building(target) as folder:
        manifest = Manifest(
            made_at=clock.now().isoformat(timespec="seconds"),
            portal=__version__,
            database="sqlite" if settings.sqlite else "postgresql",
            revisions={},
            settings=archive.plain_settings(settings),
            audit_key=archive.fingerprint(settings.audit_key),
            demo=settings.demo,
            secrets=secrets,
        )
        with _at_rest(settings) as (state, ledger):
            name = archive.DATABASES[manifest.database]
            state.write(folder / name)
            manifest.files[name] = archive.Piece(*archive.hash_file(folder / name))
            manifest.revisions = state.revisions()
            uploads = list(state.files())
        damaged = _copy_uploads(settings, folder, manifest, uploads)
        for name, content in ledger.items():
            path = f"{archive.STORE}/{name}"
            manifest.files[path] = archive.put_file(content, folder / path)
        for name, sha256, _size in upkeep.stored_files(folder / archive.STORE):
            path = f"{archive.STORE}/{name}"
            if path in manifest.files:
                continue  # a superseded version is named twice
            try:
                piece = archive.copy_file(settings.publications / name, folder / path)
            except OSError:
                damaged.append(path)
                continue
            manifest.files[path] = piece
            if piece.sha256 != sha256:
                damaged.append(path)
        if secrets:
            for name, source in secret_files(settings.instance).items():
                if source.exists():
                    path = f"{archive.SECRETS}/{name}"
                    manifest.files[path] = archive.copy_file(source, folder / path)
        manifest.write(folder)
    return manifest, damaged


@contextmanager
def _at_rest(settings: Settings) -> Iterator[tuple[Snapshot, dict[str, bytes]]]:
    """A state of the database with the ledger of the same moment."""
    from portal.publishing import upkeep

    with ExitStack() as rest:
        rest.enter_context(upkeep.resting(settings.publications))
        with snapshot(settings) as state:
            ledger = upkeep.ledger_files(settings.publications)
            rest.close()  # publishing goes on; what it adds is not in this ledger
            yield state, ledger


def _copy_uploads(
    settings: Settings, folder: Path, manifest: Manifest, uploads: list[tuple[str, int, str]]
) -> list[str]:
    """Copy the contents that the rows name; gives those that are missing or changed."""
    storage = Storage(settings.files, settings.max_upload)
    damaged = []
    for token, size, sha256 in uploads:
        source = storage.path(token)
        name = f"{archive.FILES}/{source.relative_to(storage.folder).as_posix()}"
        try:
            piece = archive.copy_file(source, folder / name)
        except FileNotFoundError:
            manifest.missing.append(token)
            continue
        manifest.files[name] = piece
        if (piece.sha256, piece.size) != (sha256, size):
            damaged.append(token)
    if manifest.missing:
        with snapshot(settings) as now:  # a row that is there still should have its content
            left = {token for token, _size, _sha256 in now.files()}
        damaged += [token for token in manifest.missing if token in left]
    return damaged


def bare_app(settings: Settings) -> Flask:
    """An application with the database alone: no page, no plugin that could fail."""
    from portal.app import init_database

    app = Flask("portal")
    app.config.update(PORTAL=settings, SQLALCHEMY_DATABASE_URI=settings.database_url)
    init_database(app)
    return app


def record(settings: Settings, kind: str, data: dict[str, Any]) -> bool:
    """Write into the log of the system; False if the database would not have it."""
    from portal import audit
    from portal.db import db, transaction

    with bare_app(settings).app_context():
        try:
            for _attempt in range(5):
                try:
                    with transaction() as session:
                        audit.append(session, "system", kind, data)
                    return True
                except IntegrityError:  # somebody else wrote into this chain just now
                    continue
            return False
        except SQLAlchemyError:  # an old schema, or the server went away
            return False
        finally:
            db.session.remove()
            db.engine.dispose()


def _facts(manifest: Manifest) -> dict[str, Any]:
    return {
        "made_at": manifest.made_at,
        "files": len(manifest.files),
        "bytes": manifest.size,
        "secrets": manifest.secrets,
    }


def _outside(settings: Settings, place: Path) -> None:
    for folder in (settings.files, settings.publications, settings.public_output):
        if place.resolve().is_relative_to(folder.absolute()):
            raise Conflict(f"{place} ada di dalam {folder}; pilih folder lain.")


def _dated(parent: Path) -> list[Path]:
    """The complete backups of a parent folder, oldest first."""
    return sorted(path.parent for path in parent.glob(f"{PREFIX}*T*Z/{archive.MANIFEST}"))


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f}".replace(".", ",")
