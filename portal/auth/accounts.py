"""Accounts: open, check a log-in, change or reset a password, disable, administrators.

Every change is written to the audit chain ``accounts``. Positions and people belong
to ``portal.org``; sessions to ``portal.auth.tokens``.
"""

from __future__ import annotations

import re
from typing import Any

from flask_babel import gettext as _
from sqlalchemy import select, update
from sqlalchemy.orm import Session, joinedload

from portal import audit, clock
from portal.auth import passwords, tokens
from portal.auth.models import Account
from portal.auth.rights import Actor
from portal.errors import Conflict, Invalid, NotFound
from portal.org.dates import today
from portal.org.models import Person
from portal.org.nip import check_nip

USERNAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,59}")


def create_account(
    session: Session,
    *,
    name: str,
    username: str,
    password: str = "",
    is_admin: bool = False,
    must_change: bool = False,
    email: str = "",
    nip: str | None = None,
    password_hash: str | None = None,
    by: Actor | None = None,
) -> Account:
    """Add a person with an account; see :func:`open_account`."""
    name = name.strip()
    if not name or len(name) > 200:
        message = _("Tulis nama orang, paling banyak 200 karakter.")
        raise Invalid(message, {"name": message})
    nip = _nip(session, nip or "")
    person = Person(name=name, nip=nip, email=email.strip(), rank="", active=True)
    session.add(person)
    session.flush()
    return open_account(
        session,
        person,
        username=username,
        password=password,
        is_admin=is_admin,
        must_change=must_change,
        password_hash=password_hash,
        by=by,
    )


def open_account(
    session: Session,
    person: Person,
    *,
    username: str,
    password: str = "",
    is_admin: bool = False,
    must_change: bool = False,
    password_hash: str | None = None,
    by: Actor | None = None,
) -> Account:
    """Give a person an account.

    ``password_hash`` is a hash made before (many accounts with one password); the
    password is then neither checked nor hashed.

    Raises:
        Invalid: the user name is malformed or taken, or the password too weak.
    """
    username = username_of(username)
    if session.scalar(select(Account.person_id).where(Account.username == username)) is not None:
        message = _("Nama pengguna ini sudah dipakai. Pilih yang lain.")
        raise Invalid(message, {"username": message})
    if password_hash is None:
        _check(password, username, person.name, "password")
        password_hash = passwords.hash_password(password)
    account = Account(
        person_id=person.id,
        username=username,
        password_hash=password_hash,
        is_admin=is_admin,
        must_change=must_change,
        disabled_at=None,
        language="id",
    )
    account.person = person
    session.add(account)
    session.flush()
    record(session, "account-opened", account, by, administrator=is_admin)
    return account


def username_of(text: str) -> str:
    """The stored form of a user name; raises :class:`Invalid` when it cannot be one."""
    username = text.strip().casefold()
    if not USERNAME.fullmatch(username):
        message = _(
            "Nama pengguna terdiri atas 2 sampai 60 huruf kecil, angka, titik, garis bawah,"
            " atau tanda hubung, dan diawali huruf atau angka."
        )
        raise Invalid(message, {"username": message})
    return username


def account_of(session: Session, person_id: int, *, lock: bool = False) -> Account:
    """The account of a person, with the person; raises :class:`NotFound`."""
    query = (
        select(Account)
        .options(joinedload(Account.person, innerjoin=True))
        .where(Account.person_id == person_id)
    )
    if lock:
        query = query.with_for_update(of=Account).execution_options(populate_existing=True)
    account = session.scalar(query)
    if account is None:
        raise NotFound(_("Akun itu tidak ditemukan."))
    return account


def account_named(session: Session, username: str) -> Account:
    """The account with a user name, with the person; raises :class:`NotFound`."""
    account = session.scalar(
        select(Account)
        .options(joinedload(Account.person, innerjoin=True))
        .where(Account.username == username.strip().casefold())
    )
    if account is None:
        raise NotFound(_("Akun “%(username)s” tidak ditemukan.", username=username.strip()))
    return account


def new_hash(account: Account, password: str) -> str:
    """The hash of a new password of one's own; takes long, so not within a transaction.

    Raises:
        Invalid: the password is too weak or the present one.
    """
    _check(password, account.username, account.person.name, "new")
    if passwords.verify(account.password_hash, password):
        message = _("Kata sandi baru sama dengan yang sekarang. Pilih yang lain.")
        raise Invalid(message, {"new": message})
    return passwords.hash_password(password)


def set_mail_address(session: Session, person_id: int, address: str, *, by: Actor | None) -> None:
    """Where mail for the person goes; the log says that it changed, not what it is."""
    account = account_of(session, person_id, lock=True)
    if account.person.email != address:
        account.person.email = address
        record(session, "mail-address-changed", account, by)


def change_password(
    session: Session, by: Actor, password_hash: str, *, keep_session: int | None
) -> None:
    """Set one's own new password (see :func:`new_hash`) and end all other sessions.

    The view has verified the present password before.
    """
    account = account_of(session, by.person_id, lock=True)
    account.password_hash = password_hash
    account.must_change = False
    ended = tokens.revoke_all(session, account.person_id, but=keep_session)
    record(session, "password-changed", account, by, sessions_ended=ended)


def reset_password(session: Session, person_id: int, *, by: Actor | None) -> str:
    """Give a one-time password that must be changed at log-in; ends all sessions."""
    account = account_of(session, person_id, lock=True)
    password = passwords.one_time()
    account.password_hash = passwords.hash_password(password)
    account.must_change = True
    ended = tokens.revoke_all(session, person_id)
    record(session, "password-reset", account, by, sessions_ended=ended)
    return password


def disable(session: Session, person_id: int, *, by: Actor | None) -> Account:
    """Close an account and end its sessions; a second time changes nothing.

    Raises:
        Conflict: it is one's own account, or the last administrator.
    """
    administrators = _lock_administrators(session)
    account = account_of(session, person_id, lock=True)
    if account.disabled_at is not None:
        return account
    if by is not None and by.person_id == person_id:
        raise Conflict(
            _("Anda tidak dapat menonaktifkan akun sendiri. Minta administrator lain melakukannya.")
        )
    _keep_one(administrators, person_id)
    account.disabled_at = clock.now()
    ended = tokens.revoke_all(session, person_id)
    record(session, "account-disabled", account, by, sessions_ended=ended)
    return account


def enable(session: Session, person_id: int, *, by: Actor | None) -> Account:
    """Open a disabled account again; a second time changes nothing."""
    account = account_of(session, person_id, lock=True)
    if account.disabled_at is not None:
        account.disabled_at = None
        record(session, "account-enabled", account, by)
    return account


def set_administrator(
    session: Session, person_id: int, value: bool, *, by: Actor | None
) -> Account:
    """Grant or revoke administration; a second time changes nothing.

    Raises:
        Conflict: the account is disabled, or the last administrator would go.
    """
    administrators = _lock_administrators(session)
    account = account_of(session, person_id, lock=True)
    if account.is_admin == value:
        return account
    if value and account.disabled_at is not None:
        raise Conflict(_("Akun ini nonaktif. Aktifkan dahulu, lalu beri hak administrator."))
    if not value:
        _keep_one(administrators, person_id)
    account.is_admin = value
    record(session, "administrator-granted" if value else "administrator-revoked", account, by)
    return account


def renew_hash(session: Session, person_id: int, old: str, new: str) -> None:
    """Store the same password at the present cost, unless it was changed meanwhile."""
    session.execute(
        update(Account)
        .where(Account.person_id == person_id, Account.password_hash == old)
        .values(password_hash=new)
    )


def record_log_in(session: Session, person_id: int | None, who: str, address: str) -> None:
    """Write an attempt to log in: ``who`` is the person let in, or the account refused."""
    kind = "log-in-refused" if person_id is None else "log-in"
    data = {"address": address} if person_id else {"address": address, "account": who}
    _append(session, kind, data, "Pengunjung" if person_id is None else who, person_id)


def record(session: Session, kind: str, account: Account, by: Actor | None, **data: Any) -> None:
    """Write one entry about an account to the audit chain."""
    about = {"account": account.username, "account_person_id": account.person_id, **data}
    _append(session, kind, about, *(("Sistem", None) if by is None else (by.name, by.person_id)))


def _append(
    session: Session, kind: str, data: dict[str, Any], actor: str, person_id: int | None
) -> None:
    audit.append(session, "accounts", kind, data, actor=actor, person_id=person_id)


def _nip(session: Session, text: str) -> str | None:
    """The checked number of a civil servant, or None when none is given."""
    if not text.strip():
        return None
    found = check_nip(text, today())
    message = found.errors[0] if found.errors else ""
    if not message and session.scalar(select(Person.id).where(Person.nip == found.value)):
        message = _("NIP ini sudah terdaftar untuk orang lain. Periksa kembali.")
    if message:
        raise Invalid(message, {"nip": message})
    return found.value


def _check(password: str, username: str, name: str, field: str) -> None:
    message = passwords.problem(password, username=username, name=name)
    if message is not None:
        raise Invalid(message, {field: message})


def _lock_administrators(session: Session) -> frozenset[int]:
    """Lock the administrators' accounts, so that two cannot remove each other at once."""
    return frozenset(
        session.scalars(
            select(Account.person_id)
            .where(Account.is_admin, Account.disabled_at.is_(None))
            .order_by(Account.person_id)
            .with_for_update()
        )
    )


def _keep_one(administrators: frozenset[int], person_id: int) -> None:
    if administrators == {person_id}:
        raise Conflict(
            _("Ini administrator terakhir. Beri hak administrator kepada orang lain dahulu.")
        )
