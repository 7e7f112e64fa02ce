"""``portal person``: accounts from the command line, for the operator of the host."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from portal.auth import accounts, passwords
from portal.db import transaction


@click.group(
    "person",
    help="""Akun orang: tambah, nonaktifkan, atur ulang kata sandi.

    Contoh: portal person add siti --name "Siti Contoh"
    """,
)
def person() -> None:
    """The commands about accounts."""


@person.command(
    "add",
    help="""Tambahkan orang beserta akunnya; kata sandi sekali pakai dicetak.

    Contoh: portal person add operator --name "Operator Portal" --admin
    """,
)
@click.argument("username", metavar="NAMA_PENGGUNA")
@click.option("--name", required=True, metavar="NAMA", help="Nama lengkap.")
@click.option("--email", default="", metavar="SUREL", help="Surel dinas.")
@click.option("--nip", default=None, metavar="NIP", help="NIP, 18 angka.")
@click.option("--admin", is_flag=True, help="Jadikan administrator.")
def add(username: str, name: str, email: str, nip: str | None, admin: bool) -> None:
    """Add a person with an account and print a one-time password."""
    password = passwords.one_time()
    password_hash = passwords.hash_password(password)
    with transaction() as session:
        account = accounts.create_account(
            session,
            name=name,
            username=username,
            password_hash=password_hash,
            is_admin=admin,
            must_change=True,
            email=email,
            nip=nip,
        )
        added = account.username
    click.echo(_("Akun “%(username)s” sudah dibuat.", username=added))
    _print_password(password)


@person.command(
    "disable",
    help="""Nonaktifkan akun dan akhiri semua sesinya.

    Contoh: portal person disable siti
    """,
)
@click.argument("username", metavar="NAMA_PENGGUNA")
def disable(username: str) -> None:
    """Close an account and end its sessions."""
    with transaction() as session:
        account = accounts.account_named(session, username)
        accounts.disable(session, account.person_id, by=None)
        closed = account.username
    click.echo(_("Akun “%(username)s” sudah dinonaktifkan.", username=closed))


@person.command(
    "reset-password",
    help="""Cetak kata sandi sekali pakai; semua sesi orang itu diakhiri.

    Contoh: portal person reset-password siti
    """,
)
@click.argument("username", metavar="NAMA_PENGGUNA")
def reset_password(username: str) -> None:
    """Print a one-time password; all sessions of the person end."""
    with transaction() as session:
        account = accounts.account_named(session, username)
        password = accounts.reset_password(session, account.person_id, by=None)
    _print_password(password)


def _print_password(password: str) -> None:
    click.echo(
        _("Kata sandi sekali pakai (harus diganti saat masuk): %(password)s", password=password)
    )
