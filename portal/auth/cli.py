"""``portal person``: accounts from the command line, for the operator of the host."""

from __future__ import annotations

import click
from flask_babel import gettext as _

from portal.auth import accounts, passwords
from portal.db import transaction


@click.group("person")
def person() -> None:
    """Accounts of people: add, disable, reset a password.

    Example: portal person add siti --name "Siti Contoh"
    """


@person.command("add")
@click.argument("username")
@click.option("--name", required=True, help="Full name of the person.")
@click.option("--email", default="", help="Official e-mail address.")
@click.option("--nip", default=None, help="Number of the civil servant (18 digits).")
@click.option("--admin", is_flag=True, help="Make the person an administrator.")
def add(username: str, name: str, email: str, nip: str | None, admin: bool) -> None:
    """Add a person with an account and print a one-time password.

    Example: portal person add operator --name "Operator Portal" --admin
    """
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


@person.command("disable")
@click.argument("username")
def disable(username: str) -> None:
    """Close an account and end its sessions.

    Example: portal person disable siti
    """
    with transaction() as session:
        account = accounts.account_named(session, username)
        accounts.disable(session, account.person_id, by=None)
        closed = account.username
    click.echo(_("Akun “%(username)s” sudah dinonaktifkan.", username=closed))


@person.command("reset-password")
@click.argument("username")
def reset_password(username: str) -> None:
    """Print a one-time password; all sessions of the person end.

    Example: portal person reset-password siti
    """
    with transaction() as session:
        account = accounts.account_named(session, username)
        password = accounts.reset_password(session, account.person_id, by=None)
    _print_password(password)


def _print_password(password: str) -> None:
    click.echo(
        _("Kata sandi sekali pakai (harus diganti saat masuk): %(password)s", password=password)
    )
