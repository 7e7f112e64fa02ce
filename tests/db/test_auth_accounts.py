"""Accounts: opening, passwords, disabling, administrators, and their audit chain."""

from __future__ import annotations

from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal import audit
from portal.audit import AuditEvent
from portal.auth import accounts, passwords, tokens
from portal.auth.models import Account, LoginSession
from portal.auth.rights import Actor
from portal.errors import Conflict, Invalid, NotFound

GOOD = "sungai kecil di belakang rumah"


def add(session: Session, username: str = "staf-contoh", **more: Any) -> Account:
    given: dict[str, Any] = {"name": "Staf Contoh", "username": username, "password": GOOD, **more}
    return accounts.create_account(session, **given)


def actor_for(account: Account) -> Actor:
    return Actor(account.person_id, account.person.name, account.username, account.is_admin, ())


def kinds(session: Session) -> list[str]:
    return list(
        session.scalars(
            select(AuditEvent.kind).where(AuditEvent.chain == "accounts").order_by(AuditEvent.seq)
        )
    )


def test_a_new_account_has_a_hashed_password_and_an_entry(session: Session) -> None:
    account = add(session, " Staf-Contoh ", email=" staf@contoh.id ", must_change=True)
    assert account.username == "staf-contoh"
    assert account.must_change
    assert not account.is_admin
    assert account.person.email == "staf@contoh.id"
    assert GOOD not in account.password_hash
    assert passwords.verify(account.password_hash, GOOD)
    assert kinds(session) == ["account-opened"]
    session.commit()
    assert list(audit.verify(session, ["accounts"])) == []


def test_a_hash_made_before_is_taken_as_it_is(session: Session) -> None:
    ready = passwords.hash_password("pendek")
    assert add(session, password="", password_hash=ready).password_hash == ready


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"username": "a"}, "username"),
        ({"username": "staf contoh"}, "username"),
        ({"username": "x" * 61}, "username"),
        ({"username": "-staf"}, "username"),
        ({"password": "pendek"}, "password"),
        ({"password": "staf-contoh staf-contoh"}, "password"),
        ({"name": "  "}, "name"),
        ({"name": "n" * 201}, "name"),
        ({"nip": "123"}, "nip"),
    ],
)
def test_bad_input_names_its_field(session: Session, changes: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as caught:
        add(session, **changes)
    assert set(caught.value.fields) == {field}


def test_user_name_and_nip_are_unique(session: Session) -> None:
    add(session, nip="19800101 200501 1 001")
    with pytest.raises(Invalid, match="sudah dipakai"):
        add(session, "STAF-CONTOH")
    with pytest.raises(Invalid, match="sudah terdaftar"):
        add(session, "lain", nip="198001012005011001")


def test_changing_a_password_ends_the_other_sessions(session: Session) -> None:
    account = add(session, must_change=True)
    tokens.issue(session, account.person_id)
    kept = tokens.issue(session, account.person_id)
    found = tokens.find(session, kept)
    assert found is not None
    fresh = accounts.new_hash(account, "gunung tinggi di ujung desa")
    accounts.change_password(session, actor_for(account), fresh, keep_session=found.session_id)
    assert not account.must_change
    assert passwords.verify(account.password_hash, "gunung tinggi di ujung desa")
    assert [row.id for row in tokens.living(session, account.person_id)] == [found.session_id]


@pytest.mark.parametrize("password", [GOOD, "pendek", "staf-contoh staf-contoh"])
def test_a_poor_new_password_is_refused(session: Session, password: str) -> None:
    account = add(session)
    with pytest.raises(Invalid) as caught:
        accounts.new_hash(account, password)
    assert set(caught.value.fields) == {"new"}


def test_a_reset_gives_a_one_time_password(session: Session) -> None:
    account = add(session)
    token = tokens.issue(session, account.person_id)
    password = accounts.reset_password(session, account.person_id, by=None)
    assert account.must_change
    assert passwords.verify(account.password_hash, password)
    assert tokens.find(session, token) is None
    assert kinds(session) == ["account-opened", "password-reset"]
    assert password not in str(session.scalars(select(AuditEvent.data)).all())


def test_disabling_ends_sessions_and_enabling_does_not_revive_them(session: Session) -> None:
    add(session, "admin-portal", is_admin=True)
    account = add(session)
    token = tokens.issue(session, account.person_id)
    accounts.disable(session, account.person_id, by=None)
    accounts.disable(session, account.person_id, by=None)
    assert account.disabled_at is not None
    assert tokens.find(session, token) is None
    accounts.enable(session, account.person_id, by=None)
    assert account.disabled_at is None
    assert tokens.find(session, token) is None
    assert kinds(session)[2:] == ["account-disabled", "account-enabled"]


def test_the_last_administrator_stays(session: Session) -> None:
    first = add(session, "admin-satu", is_admin=True)
    second = add(session, "admin-dua", is_admin=True)
    accounts.set_administrator(session, first.person_id, False, by=actor_for(second))
    with pytest.raises(Conflict, match="administrator terakhir"):
        accounts.set_administrator(session, second.person_id, False, by=actor_for(second))
    with pytest.raises(Conflict, match="administrator terakhir"):
        accounts.disable(session, second.person_id, by=None)
    assert second.is_admin
    assert second.disabled_at is None


def test_nobody_disables_the_own_account(session: Session) -> None:
    first = add(session, "admin-satu", is_admin=True)
    add(session, "admin-dua", is_admin=True)
    with pytest.raises(Conflict, match="akun sendiri"):
        accounts.disable(session, first.person_id, by=actor_for(first))


def test_a_disabled_account_is_no_administrator(session: Session) -> None:
    admin = add(session, "admin-satu", is_admin=True)
    account = add(session)
    accounts.disable(session, account.person_id, by=actor_for(admin))
    with pytest.raises(Conflict, match="nonaktif"):
        accounts.set_administrator(session, account.person_id, True, by=actor_for(admin))


def test_unknown_accounts_are_named(session: Session) -> None:
    with pytest.raises(NotFound):
        accounts.account_of(session, 999)
    with pytest.raises(NotFound, match="tidak-ada"):
        accounts.account_named(session, "tidak-ada")


def test_entries_name_who_did_it(session: Session) -> None:
    admin = add(session, "admin-satu", name="Administrator Contoh", is_admin=True)
    add(session, by=actor_for(admin))
    last = session.scalars(select(AuditEvent).order_by(AuditEvent.id.desc())).first()
    assert last is not None
    assert (last.actor, last.person_id) == ("Administrator Contoh", admin.person_id)
    assert last.data["account"] == "staf-contoh"


def test_a_renewed_hash_never_undoes_a_change(app: Flask, session: Session) -> None:
    account = add(session)
    accounts.renew_hash(session, account.person_id, "older", "renewed")
    session.refresh(account)
    assert passwords.verify(account.password_hash, GOOD)


def test_only_the_digest_of_a_token_is_stored(session: Session) -> None:
    token = tokens.issue(session, add(session).person_id)
    row = session.scalars(select(LoginSession)).one()
    assert token not in (row.token_hash, row.agent, row.address)
    assert tokens.digest(token) == row.token_hash
