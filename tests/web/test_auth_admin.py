"""Administration of accounts below /sistem/pengguna."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from portal.audit import AuditEvent
from portal.auth import accounts, passwords
from portal.auth.models import Account
from portal.auth.people import list_people
from portal.org.models import Person
from portal.testing.client import PortalClient
from portal.testing.world import World

Login = Callable[[str], PortalClient]
LIST = "/sistem/pengguna"
PASSWORD = re.compile(r"\b[a-z2-9]{5}(?:-[a-z2-9]{5}){3}\b")


@pytest.fixture
def admin(world: World, login: Login) -> PortalClient:
    return login("admin")


def test_officials_are_refused_everywhere(app: Flask, world: World, login: Login) -> None:
    browser = login("karo-otlak")
    person_id = world.person_id("kabag-akin-1")
    token = browser.csrf_token("/profil")
    adapter = app.url_map.bind("localhost")
    seen = 0
    for rule in app.url_map.iter_rules():
        if not rule.endpoint.startswith("accounts."):
            continue
        values = {"person_id": person_id, "action": "nonaktifkan"}
        address = adapter.build(rule.endpoint, {n: values[n] for n in rule.arguments})
        assert browser.get(address).status_code == 403
        if "POST" in (rule.methods or ()):
            assert browser.post(address, data={"csrf_token": token}).status_code == 403
        seen += 1
    assert seen >= 5


def test_the_list_is_searched_and_paged(
    admin: PortalClient, session: Session, world: World
) -> None:
    everybody = session.scalars(select(Person.id).order_by(Person.name, Person.id)).all()
    found: list[int] = []
    after = None
    while True:
        page = list_people(session, after=after)
        found += [row.person_id for row in page.rows]
        after = page.following
        if after is None:
            break
    assert found == list(everybody)
    text = admin.get(f"{LIST}?cari=karo-otlak").text
    assert f"{LIST}/{world.person_id('karo-otlak')}" in text
    assert f"{LIST}/{world.person_id('kabag-akin-1')}" not in text
    assert "setelah=" in admin.get(LIST).text
    assert "Tidak ada pengguna yang cocok" in admin.get(f"{LIST}?cari=%25%5F'--").text


def test_a_new_person_gets_a_password_shown_once(
    admin: PortalClient, session: Session, client: PortalClient
) -> None:
    response = admin.submit(
        f"{LIST}/baru",
        {"name": "Staf Contoh", "username": "staf-contoh", "email": "staf@contoh.id"},
    )
    assert response.status_code == 200
    assert response.headers["Cache-Control"] == "no-store"
    shown = PASSWORD.search(response.text)
    assert shown is not None
    account = accounts.account_named(session, "staf-contoh")
    assert account.must_change
    assert not account.is_admin
    person = admin.get(f"{LIST}/{account.person_id}")
    assert shown.group() not in person.text
    assert "Belum mengganti kata sandi" in person.text
    client.login("staf-contoh", shown.group())
    assert client.get("/profil").location == "/profil/sandi?next=/profil"
    entry = session.scalars(
        select(AuditEvent)
        .where(AuditEvent.kind == "account-opened")
        .order_by(AuditEvent.seq.desc())
    ).first()
    assert entry is not None
    assert entry.actor == "Administrator"


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"name": ""}, "Tulis nama orang."),
        ({"username": "a b"}, "huruf kecil"),
        ({"username": "karo-otlak"}, "sudah dipakai"),
        ({"nip": "12"}, "NIP harus 18 angka"),
        ({"email": "x" * 201}, "paling banyak 200"),
    ],
)
def test_bad_input_keeps_what_was_typed(
    admin: PortalClient, changes: dict[str, str], part: str
) -> None:
    typed = {"name": "Staf Contoh", "username": "staf-contoh", "nip": "", "email": "", **changes}
    response = admin.submit(f"{LIST}/baru", typed)
    assert response.status_code == 400
    assert part in response.text
    for value in typed.values():
        assert f'value="{value}"' in response.text


def test_a_person_without_account_gets_one(
    admin: PortalClient, session: Session, world: World
) -> None:
    person = Person(name="Orang Tanpa Akun", rank="", email="", active=True)
    session.add(person)
    session.flush()
    page = f"{LIST}/{person.id}"
    assert "belum mempunyai akun" in admin.get(page).text
    form = admin.form(f"{page}/akun")
    response = admin.send(form, {"username": "orang-baru"}, page=page)
    assert PASSWORD.search(response.text)
    assert accounts.account_named(session, "orang-baru").person_id == person.id
    assert admin.send(form, {"username": "orang-lagi"}, page=page).status_code == 409


def test_a_reset_is_confirmed_and_shown_once(
    admin: PortalClient, session: Session, world: World, login: Login
) -> None:
    victim = login("karo-otlak")
    page = f"{LIST}/{world.person_id('karo-otlak')}/atur-ulang-sandi"
    confirmation = admin.get(page)
    assert PASSWORD.search(confirmation.text) is None
    assert victim.get("/profil").status_code == 200
    shown = PASSWORD.search(admin.submit(page).text)
    assert shown is not None
    assert victim.get("/profil").status_code == 303
    account = session.get_one(Account, world.person_id("karo-otlak"))
    assert passwords.verify(account.password_hash, shown.group())


def test_disabling_and_enabling(
    admin: PortalClient, session: Session, world: World, login: Login
) -> None:
    victim = login("karo-otlak")
    page = f"{LIST}/{world.person_id('karo-otlak')}"
    answer = admin.submit(f"{page}/nonaktifkan", follow_redirects=True)
    assert "Akun sudah dinonaktifkan." in answer.text
    assert victim.get("/profil").status_code == 303
    assert "Akun sudah diaktifkan." in admin.submit(f"{page}/aktifkan", follow_redirects=True).text
    assert login("karo-otlak").get("/profil").status_code == 200


def test_the_last_administrator_stays(
    admin: PortalClient, session: Session, world: World, login: Login
) -> None:
    me = f"{LIST}/{world.person_id('admin')}"
    refused = admin.submit(f"{me}/cabut-administrator")
    assert refused.status_code == 409
    assert "administrator terakhir" in refused.text
    assert admin.submit(f"{me}/nonaktifkan").status_code == 409
    other = f"{LIST}/{world.person_id('karo-otlak')}"
    assert admin.submit(f"{other}/jadikan-administrator").status_code == 303
    assert admin.submit(f"{me}/cabut-administrator").status_code == 303
    assert admin.get(LIST).status_code == 403
    assert login("karo-otlak").get(LIST).status_code == 200


def test_unknown_people_and_actions_are_not_found(admin: PortalClient, world: World) -> None:
    assert admin.get(f"{LIST}/99999").status_code == 404
    assert admin.get(f"{LIST}/99999/akun").status_code == 404
    assert admin.get(f"{LIST}/99999/nonaktifkan").status_code == 404
    assert admin.get(f"{LIST}/{world.person_id('admin')}/hapus").status_code == 404
