"""``portal init``: folder, keys, schema, shipped data and the first administrator."""

from __future__ import annotations

import click
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.config import load_settings


@click.command()
@click.option(
    "--with-organisation",
    is_flag=True,
    help="Muat organisasi, himpunan unit, dan jam kerja (tanpa hari libur).",
)
@click.option("--admin", default="admin", show_default=True, help="Nama pengguna administrator.")
def init(with_organisation: bool, admin: str) -> None:
    """Buat instans: folder, kunci, basis data, dan administrator pertama.

    Aman diulang: kunci, data, dan administrator yang sudah ada tidak diubah.

    Contoh: PORTAL_INSTANCE=/srv/portal portal init --with-organisation
    """
    settings = load_settings(create=True)
    from portal.app import create_app
    from portal.auth import passwords
    from portal.commands.setup import add_unit_sets, furnish, opened, upgrade_all
    from portal.db import transaction

    done = sum(len(revisions) for revisions in upgrade_all(settings).values())
    click.echo(f"Instans {settings.instance}: {done} migrasi dijalankan.")
    with opened(create_app(settings)) as host:
        with transaction() as session:
            if with_organisation:
                furnish(session, host)
                click.echo("Organisasi bawaan dan jam kerja dimuat.")
                click.echo(
                    "Hari libur dan cuti bersama belum: impor berkas CSV tiap tahun dengan"
                    " `portal calendar import BERKAS` (`portal calendar propose TAHUN`"
                    " menyusun usulannya)."
                )
            elif _has_units(session):
                add_unit_sets(session, host)
        password = passwords.one_time()
        with transaction() as session:
            made = _first_admin(session, admin, password)
    if made:
        click.echo(f"Administrator: {admin}")
        click.echo(f"Kata sandi sekali pakai (harus diganti saat masuk): {password}")
    else:
        click.echo("Administrator sudah ada; tidak dibuat lagi.")
    click.echo("Jalankan `portal serve`, lalu buka http://127.0.0.1:8000/.")


def _has_units(session: Session) -> bool:
    from portal.org.models import Unit

    return session.scalar(select(Unit.id).limit(1)) is not None


def _first_admin(session: Session, username: str, password: str) -> bool:
    """Make the administrator unless there is one; says whether it was made."""
    from portal.auth import accounts, passwords
    from portal.auth.models import Account

    if session.scalar(select(Account.person_id).where(Account.is_admin).limit(1)) is not None:
        return False
    accounts.create_account(
        session,
        name="Administrator",
        username=username,
        password_hash=passwords.hash_password(password),
        is_admin=True,
        must_change=True,
    )
    return True
